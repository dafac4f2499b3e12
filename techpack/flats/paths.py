"""Paths of cubic Bézier curves. Points are complex numbers in cm: x right of the centre line, y down."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Self

type Cubic = tuple[complex, complex, complex, complex]

_LEVELS = 8  # samples of a piece between which a height is looked for
_STEPS = 24  # samples of a curve where its length or a point at a level is looked for


def direction(degrees: float) -> complex:
    """The unit vector at an angle below the horizontal."""
    return complex(cos(radians(degrees)), sin(radians(degrees)))


def cross(first: complex, second: complex) -> float:
    """Twice the signed area between two vectors."""
    return first.real * second.imag - first.imag * second.real


def dot(first: complex, second: complex) -> float:
    return first.real * second.real + first.imag * second.imag


def mirror(point: complex) -> complex:
    """The point on the other side of the centre line."""
    return complex(-point.real, point.imag)


def unit(vector: complex) -> complex:
    """The vector at length 1; downwards for one without a length."""
    return vector / abs(vector) if abs(vector) > 1e-9 else 1j


@dataclass(frozen=True)
class Path:
    """Cubic pieces, each beginning where the one before it ends."""

    pieces: tuple[Cubic, ...]

    @classmethod
    def line(cls, *points: complex) -> Self:
        """Straight from point to point."""
        steps = zip(points, points[1:], strict=False)
        return cls(tuple((a, a + (b - a) / 3, b - (b - a) / 3, b) for a, b in steps))

    @classmethod
    def curve(cls, start: complex, leave: complex, arrive: complex, end: complex) -> Self:
        """One curve that leaves towards `leave` and arrives from `arrive`: its two control points."""
        return cls(((start, leave, arrive, end),))

    @classmethod
    def through(cls, points: Sequence[complex], tension: float = 1.0) -> Self:
        """A smooth curve through all points, however far apart they lie (Catmull-Rom by chord length)."""
        if len(points) == 2:
            return cls.line(*points)
        steps = [abs(b - a) or 1e-6 for a, b in zip(points, points[1:], strict=False)]
        slopes = [(b - a) / step for a, b, step in zip(points, points[1:], steps, strict=False)]
        inner = [
            (slopes[i] * steps[i + 1] + slopes[i + 1] * steps[i]) / (steps[i] + steps[i + 1])
            for i in range(len(slopes) - 1)
        ]
        tangents = [1.5 * slopes[0] - 0.5 * inner[0], *inner, 1.5 * slopes[-1] - 0.5 * inner[-1]]
        pieces = []
        for i, step in enumerate(steps):
            reach = step / 3 * tension
            a, b = points[i], points[i + 1]
            pieces.append((a, a + tangents[i] * reach, b - tangents[i + 1] * reach, b))
        return cls(tuple(pieces))

    @classmethod
    def falling(cls, points: Sequence[complex]) -> Self:
        """A smooth curve down through points of which each lies lower, no wider or narrower between two of them
        than at both (monotone cubics); what does not fall is as of `through`."""
        drops = [b.imag - a.imag for a, b in zip(points, points[1:], strict=False)]
        if len(points) == 2 or min(drops) < 0.1:
            return cls.through(points, tension=0.9)
        leans = [(b.real - a.real) / drop for a, b, drop in zip(points, points[1:], drops, strict=False)]
        slopes = [
            _lean_between(leans[i], leans[i + 1], drops[i], drops[i + 1]) for i in range(len(leans) - 1)
        ]  # fmt: skip
        slopes = [_lean_at_end(leans[0], slopes[0]), *slopes, _lean_at_end(leans[-1], slopes[-1])]
        pieces = []
        for i, drop in enumerate(drops):
            a, b = points[i], points[i + 1]
            pieces.append(
                (a, a + complex(slopes[i], 1) * drop / 3, b - complex(slopes[i + 1], 1) * drop / 3, b)
            )
        return cls(tuple(pieces))

    @property
    def start(self) -> complex:
        return self.pieces[0][0]

    @property
    def end(self) -> complex:
        return self.pieces[-1][3]

    def __add__(self, other: "Path") -> "Path":
        return Path(self.pieces + other.pieces)

    def reversed(self) -> "Path":
        return Path(tuple((d, c, b, a) for a, b, c, d in reversed(self.pieces)))

    def mirrored(self) -> "Path":
        """The path on the other side of the centre line, in the same direction."""
        return Path(tuple((mirror(a), mirror(b), mirror(c), mirror(d)) for a, b, c, d in self.pieces))

    def shifted(self, by: complex) -> "Path":
        return Path(tuple((a + by, b + by, c + by, d + by) for a, b, c, d in self.pieces))

    def points(self, steps: int = _STEPS) -> list[complex]:
        """Points along the path, `steps` a piece, both ends included."""
        found = [self.start]
        for piece in self.pieces:
            found += [_at(piece, step / steps) for step in range(1, steps + 1)]
        return found

    def length(self) -> float:
        along = self.points()
        return sum(abs(b - a) for a, b in zip(along, along[1:], strict=False))

    def at_length(self, length: float) -> complex:
        """The point that far along the path, or its nearer end."""
        along = self.points()
        for a, b in zip(along, along[1:], strict=False):
            step = abs(b - a)
            if step >= length > -1e-9:
                return a + (b - a) * (length / step if step else 0)
            length -= step
        return self.end

    def spaced(self, count: int) -> list[complex]:
        """Points at equal distances along the path, without its ends."""
        along = self.points()
        steps = [abs(b - a) for a, b in zip(along, along[1:], strict=False)]
        found: list[complex] = []
        every, run = sum(steps) / (count + 1), 0.0
        for a, b, step in zip(along, along[1:], steps, strict=False):
            while len(found) < count and run + step >= every * (len(found) + 1) - 1e-9 and step > 0:
                found.append(a + (b - a) * ((every * (len(found) + 1) - run) / step))
            run += step
        return found

    def at_level(self, y: float) -> complex | None:
        """The first point at a height, or None."""
        for piece in self.pieces:
            a, b, c, d = piece[0].imag, piece[1].imag, piece[2].imag, piece[3].imag
            if y < min(a, b, c, d) or y > max(a, b, c, d):
                continue
            before = a
            for step in range(1, _LEVELS + 1):
                after = _at(piece, step / _LEVELS).imag
                if (before - y) * (after - y) <= 0 and before != after:
                    first = (step - 1) / _LEVELS
                    return _at(piece, _level_between(piece, y, first, step / _LEVELS))
                before = after
        return None

    def at_distance(self, x: float) -> complex | None:
        """The first point at a distance from the centre line, or None."""
        turned = Path(tuple((_turn(a), _turn(b), _turn(c), _turn(d)) for a, b, c, d in self.pieces))
        found = turned.at_level(x)
        return None if found is None else _turn(found)

    def part(self, start: float, end: float) -> "Path":
        """Between two fractions (0..1) of its length."""
        total = self.length()
        (first, low), (last, high) = self._place(total * start), self._place(total * end)
        if first == last:
            return Path((_between(self.pieces[first], low, high),))
        middle = self.pieces[first + 1 : last]
        return Path((_between(self.pieces[first], low, 1.0), *middle, _between(self.pieces[last], 0.0, high)))

    def _place(self, length: float) -> tuple[int, float]:
        """The piece, and the share of it, that lies that far along the path."""
        for number, piece in enumerate(self.pieces):
            points = Path((piece,)).points()
            for step, (a, b) in enumerate(zip(points, points[1:], strict=False)):
                size = abs(b - a)
                if size >= length > -1e-9:
                    return number, (step + (length / size if size else 0.0)) / _STEPS
                length -= size
        return len(self.pieces) - 1, 1.0

    def parallel(self, distance: float) -> "Path":
        """A line beside the path, on its left as it runs (negative: on its right)."""
        offset: list[Path] = []
        for piece in self.pieces:
            if _is_straight(piece):
                side = _left(piece[3] - piece[0]) * distance
                offset.append(Path.line(piece[0] + side, piece[3] + side))
                continue
            marks = [i / 5 for i in range(6)]
            offset.append(Path.through([_at(piece, t) + _left(_slope(piece, t)) * distance for t in marks]))
        return _joined(offset)

    def to_centre(self) -> "Path":
        """Ended on the centre line: cut off where it crosses it, lengthened straight where it stops short."""
        *rest, (a, b, c, d) = self.pieces
        if abs(d.real) < 1e-6:
            return self
        if a.real * d.real > 0:
            way = d - c if abs(d - c) > 1e-6 else d - a
            if way.real * d.real >= 0:
                return self
            end = complex(0, d.imag - d.real * way.imag / way.real)
            return Path((*self.pieces, *Path.line(d, end).pieces))
        before, _ = _split((a, b, c, d), lambda point: point.real)
        return Path((*rest, before))

    def after(self, side: Callable[[complex], float]) -> "Path":
        """From where its first piece crosses a line; `side` is negative on one side of it, positive on the
        other."""
        _, beyond = _split(self.pieces[0], side)
        return Path((beyond, *self.pieces[1:]))

    def svg(self, place: "Placement", *, close: bool = False) -> str:
        """The `d` attribute of an SVG path."""
        words = [f"M{place.xy(self.start)}"]
        for a, b, c, d in self.pieces:
            if _is_straight((a, b, c, d)):
                words.append(f"L{place.xy(d)}")
            else:
                words.append(f"C{place.xy(b)} {place.xy(c)} {place.xy(d)}")
        return " ".join(words) + (" Z" if close else "")


@dataclass(frozen=True)
class Placement:
    """Where cm of the garment lie on the sheet: `origin` in sheet units, and units for a cm."""

    origin: complex
    scale: float

    def point(self, point: complex) -> complex:
        return self.origin + point * self.scale

    def xy(self, point: complex) -> str:
        placed = self.point(point)
        return f"{_short(placed.real)},{_short(placed.imag)}"


def joined(parts: Iterable[Path]) -> Path:
    """One path of several that follow one another."""
    pieces: list[Cubic] = []
    for part in parts:
        pieces += part.pieces
    return Path(tuple(pieces))


def rounded(points: Sequence[complex], radius: float) -> Path:
    """A closed polygon with round corners."""
    parts: list[Path] = []
    count = len(points)
    ends = []
    for i, corner in enumerate(points):
        before, after = points[i - 1], points[(i + 1) % count]
        reach = min(radius, abs(before - corner) / 2, abs(after - corner) / 2)
        start, end = corner + unit(before - corner) * reach, corner + unit(after - corner) * reach
        ends.append((start, corner, end))
    for i, (start, corner, end) in enumerate(ends):
        parts.append(Path.curve(start, start + (corner - start) * 0.55, end + (corner - end) * 0.55, end))
        parts.append(Path.line(end, ends[(i + 1) % count][0]))
    return joined(parts)


def ellipse(centre: complex, across: float, down: float) -> Path:
    """An ellipse by its two radii."""
    k = 0.5523
    right, low = complex(across, 0), complex(0, down)
    corners = [centre + right, centre + low, centre - right, centre - low, centre + right]
    ways = [low, -right, -low, right, low]
    return joined(
        Path.curve(a, a + way * k, b - follow * k, b)
        for a, b, way, follow in zip(corners, corners[1:], ways, ways[1:], strict=False)
    )


def _at(piece: Cubic, t: float) -> complex:
    a, b, c, d = piece
    s = 1 - t
    return a * s**3 + b * (3 * s * s * t) + c * (3 * s * t * t) + d * t**3


def _split(piece: Cubic, side: Callable[[complex], float]) -> tuple[Cubic, Cubic]:
    """The two parts of a piece that crosses a line."""
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if side(_at(piece, middle)) * side(piece[0]) > 0 else (low, middle)
    return _between(piece, 0.0, low), _between(piece, low, 1.0)


def _level_between(piece: Cubic, y: float, low: float, high: float) -> float:
    """Where a piece that goes through a height between two values of its parameter does so."""
    is_above = _at(piece, low).imag < y
    for _ in range(14):
        middle = (low + high) / 2
        low, high = (middle, high) if (_at(piece, middle).imag < y) == is_above else (low, middle)
    return (low + high) / 2


def _between(piece: Cubic, start: float, end: float) -> Cubic:
    """The part of a piece between two values of its parameter."""
    a, d = _at(piece, start), _at(piece, end)
    reach = (end - start) / 3
    return a, a + _derivative(piece, start) * reach, d - _derivative(piece, end) * reach, d


def _derivative(piece: Cubic, t: float) -> complex:
    a, b, c, d = piece
    s = 1 - t
    return (b - a) * (3 * s * s) + (c - b) * (6 * s * t) + (d - c) * (3 * t * t)


def _slope(piece: Cubic, t: float) -> complex:
    found = _derivative(piece, t)
    return found if abs(found) > 1e-9 else piece[3] - piece[0]


def _left(vector: complex) -> complex:
    return unit(vector) * -1j


def _turn(point: complex) -> complex:
    return complex(point.imag, point.real)


def _is_straight(piece: Cubic) -> bool:
    a, b, c, d = piece
    size = abs(d - a) or 1.0
    return abs(cross(b - a, d - a)) / size < 1e-4 and abs(cross(c - a, d - a)) / size < 1e-4


def _joined(parts: list[Path]) -> Path:
    """Offset pieces made to meet where straight ones leave a gap or cross."""
    result = [parts[0]]
    for part in parts[1:]:
        last = result[-1]
        if abs(last.end - part.start) > 1e-6:
            middle = _meeting(last, part)
            result[-1] = _ending_at(last, middle)
            part = _ending_at(part.reversed(), middle).reversed()  # noqa: PLW2901 - as it is moved
        result.append(part)
    return joined(result)


def _meeting(first: Path, second: Path) -> complex:
    a, b = first.pieces[-1][2:], second.pieces[0][:2]
    way, other = unit(a[1] - a[0]), unit(b[1] - b[0])
    area = cross(way, other)
    middle = (first.end + second.start) / 2
    if abs(area) < 0.05:
        return middle
    found = a[1] + way * (cross(b[0] - a[1], other) / area)
    return found if abs(found - middle) < 4 * abs(first.end - second.start) else middle


def _ending_at(path: Path, end: complex) -> Path:
    *rest, (a, b, c, d) = path.pieces
    if _is_straight((a, b, c, d)):
        return Path((*rest, *Path.line(a, end).pieces))
    return Path((*rest, (a, b, c + (end - d), end)))


def _short(number: float) -> str:
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _lean_between(first: float, second: float, before: float, after: float) -> float:
    """The lean at a point between two stretches of that length: their weighted harmonic mean."""
    if first * second <= 0:
        return 0.0
    return 3 * (before + after) / ((2 * after + before) / first + (after + 2 * before) / second)


def _lean_at_end(lean: float, inner: float) -> float:
    """The lean at the end of a stretch whose other end leans as `inner`, without an overshoot."""
    found = 1.5 * lean - 0.5 * inner
    return max(0.0, min(found, 3 * lean)) if lean > 0 else min(0.0, max(found, 3 * lean))
