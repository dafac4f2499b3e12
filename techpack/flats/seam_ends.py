"""Seams and stitches made to end exactly on the lines they run into."""

from techpack.flats.paths import Cubic, Path, cross, dot, unit

BACK, AHEAD = 1.2, 1.6  # cm looked for a line behind the end of a seam, and beyond it
ON = 0.01  # cm: a point as close as this lies on a line
TARGETS = ("outline", "seams", "details")

type Segment = tuple[complex, complex]
type Box = tuple[float, float, float, float]


def settled(strokes: list[tuple[str, Path, bool]]) -> list[Path]:
    """The paths with their open ends moved along their own direction onto the nearest line, where there is
    one close by. Strokes are (layer, path, is closed); only seams and stitches are moved."""
    lines = [_lines(path, is_closed=closed) if layer in TARGETS else [] for layer, path, closed in strokes]
    found = []
    for number, (layer, path, closed) in enumerate(strokes):
        if layer not in ("seams", "stitches") or closed:
            found.append(path)
            continue
        allowed = TARGETS if layer == "seams" else TARGETS[:2]
        near = [
            line for other, (kind, _, _) in enumerate(strokes)
            if other != number and kind in allowed for line in lines[other]
        ]  # fmt: skip
        moved = _moved(path, near)
        found.append(_moved(moved.reversed(), near).reversed())
    return found


def _moved(path: Path, near: list[tuple[Box, list[Segment]]]) -> Path:
    """The path with its last point on the nearest line that its own direction meets."""
    *rest, (a, b, c, d) = path.pieces
    way = unit(d - c if abs(d - c) > 1e-6 else d - a)
    start, end = d - way * min(BACK, 0.4 * abs(d - a)), d + way * AHEAD
    low_x, high_x = sorted((start.real, end.real))
    low_y, high_y = sorted((start.imag, end.imag))
    if _is_on(d, near):
        return path
    best: complex | None = None
    for (left, top, right, bottom), segments in near:
        if left > high_x or right < low_x or top > high_y or bottom < low_y:
            continue
        for first, second in segments:
            at = _crossing(start, end, first, second)
            if at is not None and (best is None or abs(at - d) < abs(best - d)):
                best = at
    if best is None or abs(best - d) < 1e-3:
        return path
    shift = best - d
    last: Cubic = (a, b + shift * 0.3 if not rest else b, c + shift, best)
    if abs(cross(b - a, d - a)) + abs(cross(c - a, d - a)) < 1e-6:  # straight stays straight
        last = Path.line(a, best).pieces[0]
    return Path((*rest, last))


def _is_on(point: complex, near: list[tuple[Box, list[Segment]]]) -> bool:
    """Whether a point lies on one of the lines already."""
    x, y = point.real, point.imag
    for (left, top, right, bottom), segments in near:
        if left - ON <= x <= right + ON and top - ON <= y <= bottom + ON:
            for a, b in segments:
                way = b - a
                part = max(0.0, min(1.0, dot(point - a, way) / (abs(way) ** 2 or 1.0)))
                if abs(a + way * part - point) < ON:
                    return True
    return False


def _lines(path: Path, *, is_closed: bool) -> list[tuple[Box, list[Segment]]]:
    """The pieces of a path as straight segments, each piece with the box it lies in."""
    found: list[tuple[Box, list[Segment]]] = []
    for piece in path.pieces:
        a, b, c, d = piece
        straight = abs(cross(b - a, d - a)) + abs(cross(c - a, d - a)) < 1e-6
        points = [a, d] if straight else Path((piece,)).points(10)
        found.append((_box(piece), list(zip(points, points[1:], strict=False))))
    if is_closed and abs(path.end - path.start) > 1e-6:
        found.append((_box((path.start, path.end)), [(path.end, path.start)]))
    return found


def segments_of(path: Path, *, is_closed: bool) -> list[Segment]:
    """A path as straight segments."""
    return [segment for _, segments in _lines(path, is_closed=is_closed) for segment in segments]


def _box(points: tuple[complex, ...]) -> Box:
    xs, ys = [point.real for point in points], [point.imag for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def _crossing(a: complex, b: complex, c: complex, d: complex) -> complex | None:
    way, other = b - a, d - c
    area = cross(way, other)
    if abs(area) <= 0.12 * abs(way) * abs(other):  # nearly the same direction: no place to end
        return None
    t, u = cross(c - a, other) / area, cross(c - a, way) / area
    return a + way * t if 0 <= t <= 1 and -0.01 <= u <= 1.01 else None
