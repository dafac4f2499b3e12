"""A preview of one photo grid, made of nothing but the selfies themselves: purpose "grid".

It does not pretend to be a photo shoot: there is no scene and no person in it that was not in the
photo. Parts of the selfie, near and far, in the mood's light, beside flat compositions in the photo's own
colours. The same selfie, number, take and parameters give the same picture to the byte.

Thirty grids are one feed and yet thirty pictures: five families of shapes, six layouts and four keys
step on with the number, and 5, 6 and 4 first meet again after sixty. Another take of a grid goes on where
the thirty end, so that it is no other grid's picture either.
"""

import random
from collections.abc import Callable, Iterable
from functools import partial
from itertools import combinations
from typing import Any

import cv2
import numpy as np

from . import grid_frames as frames
from .grading import grained, look_of, tones_of
from .grid_frames import FAMILIES, Stage, Tile
from .photo import Photo

SIDE = 2048
GUTTER = 10  # px at 2048
GRAIN = 0.020
TAKE = 31  # steps from a picture of a grid to the next one of it: no layout, family, key or hero is kept

# P is a part of the photo, Q a quiet composition; rows from the top.
LAYOUTS = ("PQPQPQPQP", "PPQQPPPQP", "QPPPPQPQP", "PQPPPQQPP", "QPPPQPPPQ", "PPQPQPQPP")
KEYS = ("daylight", "evening", "colour", "print")
# The person in a grid, the leading picture first.
HEROES = (("head", "wide", "half"), ("left", "near", "wide"), ("bust", "half", "right"),
          ("near", "wide", "left"), ("right", "bust", "near"), ("wide", "near", "low"),
          ("head", "half", "bust"))  # fmt: skip
QUIETS = ("window", "field", "print", "halftone", "poster", "swatches")


def grid(photos: list[Photo], parameters: dict[str, Any]) -> bytes:
    """PNG bytes, `parameters["size"]` px a side (2048).

    Reads `number` (1 to 30), `take` (0 and on), `mood`, `category` and `palette`; anything missing has a
    default.
    """
    number = int(parameters.get("number") or 1) + TAKE * int(parameters.get("take") or 0)
    side = int(parameters.get("size") or SIDE)
    gutter = _gutter(side)
    size = (side - 2 * gutter) // 3
    stage = _stage(photos, parameters, number, size)
    canvas = np.full((side, side, 3), 255, np.uint8)
    for place, make in enumerate(_plan(stage, number)):
        left, top = (place % 3) * (size + gutter), (place // 3) * (size + gutter)
        tile = grained(make(), GRAIN, size / 676, seed=number * 9 + place)
        canvas[top : top + size, left : left + size] = tile
    fast = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_HUFFMAN_ONLY)
    return cv2.imencode(".png", cv2.cvtColor(canvas, cv2.COLOR_RGB2BGR), fast)[1].tobytes()


def _gutter(side: int) -> int:
    """The width that leaves three equal frames."""
    width = max(2, round(GUTTER * side / SIDE))
    return next(wide for wide in (width, width + 1, width + 2) if (side - 2 * wide) % 3 == 0)


def _stage(photos: list[Photo], parameters: dict[str, Any], number: int, size: int) -> Stage:
    look = look_of(parameters)
    first = (number - 1) % len(photos)
    order = photos[first:] + photos[:first]
    return Stage(
        photos=order, look=look, tones=tones_of(order[0].rgb, look), size=size,
        family=FAMILIES[number % len(FAMILIES)], key=KEYS[number % len(KEYS)],
        chance=random.Random(number),  # noqa: S311  # the same every time is what is wanted
    )  # fmt: skip


def _plan(stage: Stage, number: int) -> list[Callable[[], Tile]]:
    """What makes each of the nine frames, in reading order."""
    layout = LAYOUTS[number % len(LAYOUTS)]
    pictures = iter(_pictures(stage, number, layout))
    quiets = iter(_quiets(stage, number))
    return [next(pictures if kind == "P" else quiets) for kind in layout]


def _pictures(stage: Stage, number: int, layout: str) -> list[Callable[[], Tile]]:
    """Three of the person and the rest details, placed so that the person is not beside themself."""
    heroes = HEROES[number % len(HEROES)]
    treatments = {
        "daylight": ("colour", "colour", "mono"),
        "evening": ("colour", "mono", "colour"),
        "colour": ("colour", "colour", "tinted"),
        "print": ("mono", "colour", "mono"),
    }[stage.key]
    people = [
        partial(frames.portrait, stage, name, treatment)
        for name, treatment in zip(heroes, treatments, strict=True)
    ]
    rest = layout.count("P") - len(people)
    kinds = [partial(frames.detail, stage, "colour"), partial(frames.surface, stage, "colour"),
             partial(frames.detail, stage, "mono" if stage.key == "print" else "colour")]  # fmt: skip
    places = [place for place, kind in enumerate(layout) if kind == "P"]
    persons = _apart(places, len(people), stage.chance)
    others = iter(kinds[:rest])
    shown = iter(people)
    return [next(shown) if place in persons else next(others) for place in places]


def _apart(places: list[int], count: int, chance: random.Random) -> set[int]:
    """`count` of these cells, as far from one another as they come."""
    choices = list(combinations(places, count))
    chance.shuffle(choices)

    def near(cells: Iterable[int]) -> float:
        pairs = combinations(cells, 2)
        return sum(1 / (abs(a % 3 - b % 3) + abs(a // 3 - b // 3)) ** 2 for a, b in pairs)

    return set(min(choices, key=near))


def _quiets(stage: Stage, number: int) -> list[Callable[[], Tile]]:
    """Four compositions, no kind twice; which ones steps on with the number."""
    start = number % len(QUIETS)
    step = (1, 5)[number // len(QUIETS) % 2]
    names = [QUIETS[(start + step * place) % len(QUIETS)] for place in range(4)]
    return [partial(frames.QUIET[name], stage, number + place) for place, name in enumerate(names)]
