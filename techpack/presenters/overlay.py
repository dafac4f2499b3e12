"""Dimension lines, callout pins and their labels over an image, as SVG coordinates.

A canvas is 1000 units wide and as high as the image's shape makes it. Labels are drawn at a size
on the screen, not in the image, so the page scales them up where the image is small; places are
found for the largest they get (LARGEST), so that none overlaps another or leaves the image,
whatever the window.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, pi, sin

from techpack import schemas

WIDTH = 1000
LARGEST = 2.9  # units a pixel on the smallest screens
CHARACTER = 6.7  # pixels of the label's type
LABEL_HEIGHT = 18
PADDING = 12
PIN = 13  # radius in pixels
TICK = 9  # units to each side

Spot = tuple[float, float]
Ends = tuple[float, float, float, float]


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    half_width: float
    half_height: float

    def overlap(self, other: "Box") -> float:
        wide = self.half_width + other.half_width - abs(self.x - other.x)
        high = self.half_height + other.half_height - abs(self.y - other.y)
        return wide * high if wide > 0 and high > 0 else 0


@dataclass(frozen=True)
class Mark:
    """A line with ticks at both ends and, at (x, y), its label, `label_width` pixels wide. A label
    that found no room on its line is led to it: `leader` is (x1, y1, x2, y2), else None."""

    code: str
    name: str
    label: str
    line: Ends
    ticks: Sequence[Ends]
    x: float
    y: float
    label_width: float
    label_left: float
    leader: Ends | None = None

    @property
    def key(self) -> str:
        return self.code.lower()


@dataclass(frozen=True)
class Pin:
    """A callout at (x, y), the place it means; the number stands at (at_x, at_y)."""

    callout: schemas.Callout
    x: float
    y: float
    at_x: float
    at_y: float

    @property
    def is_moved(self) -> bool:
        return (self.x, self.y) != (self.at_x, self.at_y)


@dataclass
class Canvas:
    """Collects what lies over one image and keeps it apart."""

    image_width: int
    image_height: int
    taken: list[Box] = field(default_factory=list)

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def height(self) -> int:
        return round(WIDTH * self.image_height / self.image_width) if self.image_width else WIDTH

    def spot(self, point: Sequence[float]) -> Spot:
        return _tidy(point[0] * self.width), _tidy(point[1] * self.height)

    def polygon(self, outline: Iterable[Sequence[float]]) -> str:
        """The `points` of an SVG polygon."""
        return " ".join("{:g},{:g}".format(*self.spot(point)) for point in outline)

    def mark(self, code: str, name: str, label: str, line: Sequence[Sequence[float]]) -> Mark:
        (x1, y1), (x2, y2) = self.spot(line[0]), self.spot(line[1])
        width = len(label) * CHARACTER + PADDING
        x, y = self._place(_along(x1, y1, x2, y2), width / 2, LABEL_HEIGHT / 2)
        return Mark(
            code=code, name=name, label=label, line=(x1, y1, x2, y2), ticks=_ticks(x1, y1, x2, y2),
            x=x, y=y, label_width=_tidy(width), label_left=_tidy(-width / 2),
            leader=_leader(x, y, (x1, y1, x2, y2)),
        )  # fmt: skip

    def pin(self, callout: schemas.Callout) -> Pin:
        x, y = self.spot(callout.position)
        at_x, at_y = self._place(_around(x, y), PIN, PIN)
        return Pin(callout, x, y, at_x, at_y)

    def _place(self, spots: Iterable[Spot], half_width: float, half_height: float) -> Spot:
        """The first spot that is free, else the one that covers least."""
        boxes = [self._inside(spot, half_width * LARGEST, half_height * LARGEST) for spot in spots]
        best = min(boxes, key=lambda box: sum(box.overlap(other) for other in self.taken))
        self.taken.append(best)
        return _tidy(best.x), _tidy(best.y)

    def _inside(self, spot: Spot, half_width: float, half_height: float) -> Box:
        x = min(max(spot[0], half_width), max(self.width - half_width, half_width))
        y = min(max(spot[1], half_height), max(self.height - half_height, half_height))
        return Box(x, y, half_width, half_height)


def _along(x1: float, y1: float, x2: float, y2: float) -> list[Spot]:
    """Spots on the line, the middle first, then beside it."""
    on = [(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part) for part in (0.5, 0.32, 0.68, 0.16, 0.84)]
    step = LABEL_HEIGHT * LARGEST * 1.15
    return [(x, y + step * away) for away in (0, -1, 1, -2, 2) for x, y in on]


def _leader(x: float, y: float, line: Ends) -> Ends | None:
    """From the nearest point of the line to a label that stands off it."""
    x1, y1, x2, y2 = line
    dx, dy = x2 - x1, y2 - y1
    part = ((x - x1) * dx + (y - y1) * dy) / ((dx * dx + dy * dy) or 1)
    part = min(max(part, 0), 1)
    near_x, near_y = x1 + dx * part, y1 + dy * part
    return (_tidy(near_x), _tidy(near_y), x, y) if hypot(x - near_x, y - near_y) > TICK else None


def _around(x: float, y: float) -> list[Spot]:
    """The place itself, then a widening ring."""
    step = PIN * LARGEST * 2.2
    ring = [
        (x + step * reach * cos(turn * pi / 4), y - step * reach * sin(turn * pi / 4))
        for reach in (1, 1.6, 2.4)
        for turn in (0, 2, 4, 6, 1, 3, 5, 7)
    ]
    return [(x, y), *ring]


def _ticks(x1: float, y1: float, x2: float, y2: float) -> list[Ends]:
    length = hypot(x2 - x1, y2 - y1) or 1
    dx, dy = -(y2 - y1) / length * TICK, (x2 - x1) / length * TICK
    return [(_tidy(x - dx), _tidy(y - dy), _tidy(x + dx), _tidy(y + dy)) for x, y in ((x1, y1), (x2, y2))]


def _tidy(number: float) -> float:
    return round(number, 1)
