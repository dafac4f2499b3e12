"""Place the numbers of callouts beside a flat, so that their leaders do not cross."""

from dataclasses import dataclass

from techpack.exports.document import Callout

BUBBLE_MM = 4.6  # from one number to the next


@dataclass(frozen=True)
class Bubble:
    """A numbered circle and the point its leader goes to, in millimetres from the flat's top left."""

    number: int
    x: float
    y: float
    point_x: float
    point_y: float


def bubbles(callouts: list[Callout], *, width: float, height: float, margin: float) -> list[Bubble]:
    """Put the numbers of `callouts` into the margins left and right of a flat of `width` x `height`."""
    left = [callout for callout in callouts if callout.x < 0.5]
    right = [callout for callout in callouts if callout.x >= 0.5]
    return [
        *_column(left, at=-margin, width=width, height=height),
        *_column(right, at=width + margin, width=width, height=height),
    ]


def _column(callouts: list[Callout], *, at: float, width: float, height: float) -> list[Bubble]:
    ordered = sorted(callouts, key=lambda callout: (callout.y, callout.number))
    levels = _spread([_within(callout.y) * height for callout in ordered], height)
    return [
        Bubble(callout.number, at, level, _within(callout.x) * width, _within(callout.y) * height)
        for callout, level in zip(ordered, levels, strict=True)
    ]


def _spread(levels: list[float], height: float) -> list[float]:
    """Push sorted levels apart until no two numbers overlap; closer together only where they must."""
    step = min(BUBBLE_MM, height / max(1, len(levels) - 1))
    placed: list[float] = []
    for level in levels:
        placed.append(max(level, placed[-1] + step) if placed else level)
    lowest = height
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], lowest)
        lowest = placed[index] - step
    return placed


def _within(fraction: float) -> float:
    return min(1.0, max(0.0, fraction))
