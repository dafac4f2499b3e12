"""The frames of a preview: parts of the selfie, or quiet compositions of its colours.

Every function gives float 0..1 pixels (size, size, 3).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from . import crops
from .crops import Square
from .grading import Colour, Look, duotone, exposed, graded, mixed
from .photo import Photo

Tile = np.ndarray
POSTER = 300  # px in which a poster's tones are parted: smaller has calmer edges
FAMILIES = ("circle", "arch", "block", "petal", "band")
SPARE = ("near", "left", "right", "low", "half", "bust", "head")  # framings, where a photo has no more parts
REPEATED = 0.4  # likeness from which a frame is one that was shown
CLEAR = 26  # levels between a picture's rim and its ground: less, and its shape is lost there
MOST_LOST = 0.3  # of the rim


@dataclass
class Stage:
    """What the nine frames of one grid share. `family` is the one kind of shape in it."""

    photos: list[Photo]
    look: Look
    tones: list[Colour]
    family: str
    key: str
    size: int
    chance: random.Random
    used: list[tuple[Photo, Square]] = field(default_factory=list)

    def photo(self) -> Photo:
        """The photos take turns."""
        return self.photos[len(self.used) % len(self.photos)]

    def detail(self, photo: Photo) -> Square:
        return self._fresh(photo, crops.details(photo))

    def surface(self, photo: Photo) -> Square:
        return self._fresh(photo, crops.surfaces(photo) or crops.details(photo))

    def _fresh(self, photo: Photo, places: list[Square]) -> Square:
        """One of the best that shows least of what was shown; the person once more, otherwise framed,
        where all of them would show it again."""
        shown = [place for other, place in self.used if other is photo]

        def repeated(place: Square) -> float:
            return max((round(place.likeness(other), 1) for other in shown), default=0.0)

        order = self.chance.sample(places, len(places))
        if all(repeated(place) >= REPEATED for place in order):
            order += [crops.portrait(photo, name) for name in self.chance.sample(SPARE, len(SPARE))]
        place = min(order, key=repeated)
        self.used.append((photo, place))
        return place

    def ground(self, number: int) -> Colour:
        """The flat tone behind a composition, by the key of the grid."""
        tones = self.tones
        pale = mixed(self.look.paper, tones[number % len(tones)], 0.16)
        deep = mixed(self.look.ink, tones[number % len(tones)], 0.22)
        strong = mixed(tones[number % len(tones)], self.look.accent, 0.15)
        return {
            "daylight": (self.look.paper, pale, strong, pale),
            "evening": (deep, self.look.paper, strong, deep),
            "colour": (strong, pale, mixed(strong, self.look.ink, 0.35), self.look.paper),
            "print": (self.look.paper, pale, self.look.accent, deep),
        }[self.key][number % 4]

    def behind(self, rim: np.ndarray, number: int) -> Colour:
        """The ground of this number, or the next that stands clear of a picture; `rim` is its colours
        (n, 3), 0..1, along its edge."""
        grounds = [self.ground(number + step) for step in range(4)]

        def lost(tone: Colour) -> float:
            return float((np.abs(rim - _plain(tone)).max(axis=1) < CLEAR / 255).mean())

        return next((tone for tone in grounds if lost(tone) <= MOST_LOST), min(grounds, key=lost))

    def against(self, ground: Colour, number: int, *, clear_by: float = 45) -> Colour:
        """A tone that stands clear of this ground."""
        strong = [*self.tones, self.look.accent]
        turn = number % len(strong)
        choices = [*strong[turn:], *strong[:turn], self.look.ink, self.look.paper]
        clear = [tone for tone in choices if abs(_light(tone) - _light(ground)) > clear_by]
        return clear[0] if clear else max(choices, key=lambda tone: abs(_light(tone) - _light(ground)))


def _light(tone: Colour) -> float:
    return 0.299 * tone[0] + 0.587 * tone[1] + 0.114 * tone[2]


# --- pictures ---


def portrait(stage: Stage, name: str, treatment: str) -> Tile:
    photo = stage.photo()
    place = crops.portrait(photo, name)
    stage.used.append((photo, place))
    return treated(stage, photo, place, treatment)


def detail(stage: Stage, treatment: str) -> Tile:
    photo = stage.photo()
    return treated(stage, photo, stage.detail(photo), treatment)


def surface(stage: Stage, treatment: str) -> Tile:
    photo = stage.photo()
    return treated(stage, photo, stage.surface(photo), treatment)


def treated(stage: Stage, photo: Photo, place: Square, treatment: str, size: int = 0) -> Tile:
    picture = exposed(crops.taken(photo, place, size or stage.size))
    if treatment == "mono":
        return duotone(picture, stage.look, stage.look.ink, stage.look.paper)
    if treatment == "tinted":
        dark = mixed(stage.look.ink, stage.tones[0], 0.35)
        return duotone(picture, stage.look, dark, mixed(stage.look.paper, stage.tones[0], 0.12))
    return graded(picture, stage.look)


# --- quiet compositions ---


def window(stage: Stage, number: int) -> Tile:
    """A part of the photo within the grid's shape, on a flat tone."""
    photo = stage.photo()
    near = number % 2 == 0
    place = crops.portrait(photo, "head") if near else stage.detail(photo)
    # A band would show the eyes and nothing else.
    mask = shape("arch" if stage.family == "band" else stage.family, stage.size, number)
    left, top, side = _around(mask[..., 0])
    picture = treated(stage, photo, place, "mono" if near else "colour", side)
    # The crop fits the shape, so that a face stands in the middle of it and not where the frame's is.
    right, bottom = min(stage.size, left + side), min(stage.size, top + side)
    part, shown = np.s_[top:bottom, left:right], picture[: bottom - top, : right - left]
    canvas = flat(stage, stage.behind(_rim(shown, mask[part]), number))
    canvas[part] = laid(shown, canvas[part], mask[part])
    return canvas


def _rim(picture: Tile, mask: np.ndarray) -> np.ndarray:
    """The colours (n, 3) of the picture along the edge of its mask."""
    inside = cv2.resize(mask[..., 0], (64, 64), interpolation=cv2.INTER_AREA)
    inside = cv2.copyMakeBorder((inside > 0.5).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    edge = (inside - cv2.erode(inside, np.ones((5, 5), np.uint8)))[1:-1, 1:-1] > 0
    small = cv2.resize(picture, (64, 64), interpolation=cv2.INTER_AREA)
    return small[edge]


def _around(mask: np.ndarray) -> tuple[int, int, int]:
    """Left, top and side of the square around a shape, within the frame where it can be."""
    columns, rows = np.flatnonzero(mask.max(0)), np.flatnonzero(mask.max(1))
    side = int(max(columns[-1] - columns[0], rows[-1] - rows[0])) + 1
    middle_x, middle_y = (columns[0] + columns[-1]) / 2, (rows[0] + rows[-1]) / 2
    room = len(mask) - side
    left, top = round(middle_x - side / 2), round(middle_y - side / 2)
    return min(max(0, left), room), min(max(0, top), room), side


def field_of_colour(stage: Stage, number: int) -> Tile:
    """The grid's shape in one tone on another."""
    ground = stage.ground(number)
    mask = shape(stage.family, stage.size, number)
    return laid(flat(stage, stage.against(ground, number)), ground, mask)


def printed(stage: Stage, number: int) -> Tile:
    """A small print of a detail with wide paper around it."""
    photo = stage.photo()
    share = (0.56, 0.62, 0.5)[number % 3]
    inner = round(stage.size * share)
    picture = treated(stage, photo, stage.detail(photo), "colour", inner)
    rim = _rim(picture, np.ones((inner, inner, 1), np.float32))
    canvas = flat(stage, stage.behind(rim, 0 if stage.key != "colour" else 1))
    left = round((stage.size - inner) * (0.5, 0.5, 0.28, 0.72)[number % 4])
    top = round((stage.size - inner) * (0.5, 0.42, 0.3, 0.66)[number % 4])
    canvas[top : top + inner, left : left + inner] = picture
    return canvas


def halftone(stage: Stage, number: int) -> Tile:
    """The person in printer's dots, one ink on one paper."""
    photo = stage.photo()
    place = crops.portrait(photo, ("near", "head", "half")[number % 3])
    dots = (52, 44, 60)[number % 3]
    picture = exposed(crops.taken(photo, place, dots))
    dark = 1 - np.clip((cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) - 0.5) * 1.25 + 0.5, 0, 1)
    ground = stage.ground(number)
    tone = stage.against(ground, number, clear_by=110)  # less is the ghost of a face
    if _light(tone) > _light(ground):  # the dots are the lights: it must not be a negative
        dark = 1 - dark
    radius = np.sqrt(dark / np.pi) * 1.12  # of a cell: the dot's area is the tone
    across = (np.arange(stage.size, dtype=np.float32) + 0.5) * dots / stage.size
    cell = across.astype(int)
    distance = np.hypot(*np.meshgrid(across % 1 - 0.5, across % 1 - 0.5))
    mask = np.clip((radius[np.ix_(cell, cell)] - distance) * stage.size / dots + 0.5, 0, 1)[..., None]
    return laid(flat(stage, tone), ground, mask.astype(np.float32))


def poster(stage: Stage, number: int) -> Tile:
    """The person in three flat tones, as a screen print has them."""
    photo = stage.photo()
    place = crops.portrait(photo, ("near", "left", "right", "head")[number % 4])
    light = cv2.cvtColor(crops.taken(photo, place, POSTER), cv2.COLOR_RGB2GRAY)
    for _ in range(2):
        light = cv2.medianBlur(light, 7)
    soft = cv2.GaussianBlur(light.astype(np.float32), (0, 0), 1.6)
    large = cv2.resize(soft, (stage.size, stage.size), interpolation=cv2.INTER_CUBIC)
    tones = (stage.look.ink, _middle(stage, number), stage.look.paper)
    canvas = flat(stage, tones[0])
    slope = 4.0 * POSTER / stage.size  # levels over about one px: a clean edge
    for limit, tone in zip(_limits(photo, place, soft), tones[1:], strict=True):
        mask = np.clip((large - np.float32(limit)) / slope + 0.5, 0, 1)[..., None]
        canvas = laid(flat(stage, tone), canvas, mask)
    return canvas


def _limits(photo: Photo, place: Square, light: np.ndarray) -> tuple[float, float]:
    """Where the three tones part: by the face, so that its shade is not as black as the hair around it;
    without one by the whole."""
    found = crops.face(photo)
    if found is None:
        low, high = np.percentile(light, (30, 52))
        return float(low), float(high)
    scale = len(light) / place.side
    x, y = ((found[0] - place.x) * scale + len(light) / 2, (found[1] - place.y) * scale + len(light) / 2)
    wide, high = 0.26 * found[2] * scale, 0.38 * found[2] * scale
    left, top = max(0, round(x - wide)), max(0, round(y - high))
    low, middle = np.percentile(light[top : round(y + high) + 1, left : round(x + wide) + 1], (10, 40))
    return float(low), float(middle)


def _middle(stage: Stage, number: int) -> Colour:
    """A tone of the photo that is neither the ink's depth nor the paper's light."""
    tones = [*stage.tones, stage.look.accent]
    low, high = _light(stage.look.ink) + 50, _light(stage.look.paper) - 40
    fit = [tone for tone in tones if low < _light(tone) < high]
    return fit[number % len(fit)] if fit else mixed(stage.look.ink, stage.look.paper, 0.55)


def swatches(stage: Stage, number: int) -> Tile:
    """The photo's own palette: bands, upright or level, or squares within squares."""
    tones = sorted([stage.look.paper, *stage.tones[:3], stage.look.ink], key=_light, reverse=number % 2 == 0)
    canvas = flat(stage, tones[0])
    design = (number + number // 6) % 3
    if design == 2:
        for inset, tone in zip((0.1, 0.2, 0.3), tones[1:4], strict=False):
            # Lower than the middle, as Albers hung them.
            left, top = round(inset * stage.size), round(1.35 * inset * stage.size)
            canvas[top : stage.size - round(0.65 * inset * stage.size), left : stage.size - left] = _plain(
                tone
            )
        return canvas
    for start, tone in zip((0.34, 0.6, 0.78, 0.91), tones[1:], strict=False):
        canvas[round(start * stage.size) :] = _plain(tone)
    return canvas if design else np.ascontiguousarray(canvas.swapaxes(0, 1))


def _plain(tone: Colour) -> np.ndarray:
    return np.array(tone, np.float32) / 255


QUIET: dict[str, Callable[[Stage, int], Tile]] = {
    "window": window,
    "field": field_of_colour,
    "print": printed,
    "halftone": halftone,
    "poster": poster,
    "swatches": swatches,
}


# --- shapes ---


def flat(stage: Stage, tone: Colour) -> Tile:
    return np.full((stage.size, stage.size, 3), _plain(tone), np.float32)


def laid(picture: Tile, ground: Colour | Tile, mask: np.ndarray) -> Tile:
    """The picture where the mask is 1, on the ground."""
    under = ground if isinstance(ground, np.ndarray) else _plain(ground)
    return (under + (picture - under) * mask).astype(np.float32)


def shape(family: str, size: int, number: int) -> np.ndarray:
    """A soft-edged mask (size, size, 1)."""
    rows, columns = np.ogrid[0:size, 0:size]
    x, y = (columns + 0.5).astype(np.float32) / size, (rows + 0.5).astype(np.float32) / size
    distance = _SHAPES[family](x, y, number)  # of the frame's side; negative is inside
    return np.clip(0.5 - distance * size, 0, 1)[..., None].astype(np.float32)


def _circle(x: np.ndarray, y: np.ndarray, number: int) -> np.ndarray:
    cx, cy, radius = ((0.5, 0.5, 0.32), (0.5, 0.62, 0.26), (0.36, 0.5, 0.24), (0.64, 0.4, 0.3))[number % 4]
    return np.hypot(x - cx, y - cy) - radius


def _arch(x: np.ndarray, y: np.ndarray, number: int) -> np.ndarray:
    cx, half, top = ((0.5, 0.27, 0.2), (0.5, 0.33, 0.3), (0.4, 0.22, 0.26), (0.58, 0.28, 0.16))[number % 4]
    head = np.hypot(x - cx, y - (top + half)) - half
    body = np.maximum(np.abs(x - cx) - half, (top + half) - y)
    return np.minimum(head, body)


def _block(x: np.ndarray, y: np.ndarray, number: int) -> np.ndarray:
    cx, cy, wide, high = (
        (0.5, 0.5, 0.27, 0.33), (0.5, 0.66, 0.5, 0.34), (0.3, 0.5, 0.3, 0.5), (0.62, 0.6, 0.38, 0.4),
    )[number % 4]  # fmt: skip
    return np.maximum(np.abs(x - cx) - wide, np.abs(y - cy) - high)


def _petal(x: np.ndarray, y: np.ndarray, number: int) -> np.ndarray:
    cx, cy = ((0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0))[number % 4]
    return np.hypot(x - cx, y - cy) - (0.86, 0.74, 0.8, 0.68)[number % 4]


def _band(x: np.ndarray, y: np.ndarray, number: int) -> np.ndarray:
    middle, half = ((0.5, 0.2), (0.72, 0.28), (0.34, 0.17), (0.6, 0.12))[number % 4]
    return np.abs(y - middle) - half + 0 * x


_SHAPES: dict[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]] = {
    "circle": _circle, "arch": _arch, "block": _block, "petal": _petal, "band": _band,
}  # fmt: skip
