"""The conventions of a technical flat that a program can check. Used by the tests and by bench/flats.py."""

from itertools import pairwise

from techpack.flats import Drawing
from techpack.flats.paths import Path, cross, dot
from techpack.flats.seam_ends import segments_of

GAP = 0.018  # cm on paper, half a point: as far as a seam may end from the line it runs into
MIRROR = 0.005  # of the width
MOST_POINTS = 40  # of an outline
MOST_BYTES = 60_000

type Segment = tuple[complex, complex]


def broken_rules(drawing: Drawing, svg: str) -> list[str]:
    """What is wrong with a drawing, in words; nothing for a sound one."""
    outline = drawing.outline
    if outline is None:
        return ["no outline"]
    checks = {
        "a broken number": "nan" in svg or "inf" in svg,
        "too large": len(svg) >= MOST_BYTES,
        "open outline": abs(outline.start - outline.end) > 0.02,
        "too many points": len(outline.pieces) > MOST_POINTS,
        "outline crosses itself": crosses_itself(outline),
        "a seam ends in the air": bool(loose_ends(drawing)),
        "not symmetrical": drawing.view != "side" and mirror_error(outline) > MIRROR,
    }
    return [words for words, is_broken in checks.items() if is_broken]


def distance(point: complex, segments: list[Segment]) -> float:
    """From a point to the nearest of some lines, in cm."""

    def one(a: complex, b: complex) -> float:
        part = max(0.0, min(1.0, dot(point - a, b - a) / (abs(b - a) ** 2 or 1.0)))
        return abs(a + (b - a) * part - point)

    return min(one(a, b) for a, b in segments)


def loose_ends(drawing: Drawing) -> list[complex]:
    """Ends of seams that lie on no other line."""
    lines = [segments_of(stroke.path, is_closed=stroke.is_closed) for _, stroke in drawing.strokes]
    loose, gap = [], GAP * drawing.scale
    for number, (layer, stroke) in enumerate(drawing.strokes):
        if layer != "seams" or stroke.is_closed:
            continue
        for end in (stroke.path.start, stroke.path.end):
            near = [
                (a, b) for other, line in enumerate(lines) if other != number for a, b in line
                if min(a.real, b.real) - gap <= end.real <= max(a.real, b.real) + gap
                and min(a.imag, b.imag) - gap <= end.imag <= max(a.imag, b.imag) + gap
            ]  # fmt: skip
            if not near or distance(end, near) > gap:
                loose.append(end)
    return loose


def mirror_error(path: Path) -> float:
    """The furthest a point of the outline is from the outline's mirror image, as a share of its width."""
    points = path.points(6)
    mirrored = segments_of(path.mirrored(), is_closed=True)
    width = max(point.real for point in points) - min(point.real for point in points)
    return max(distance(point, mirrored) for point in points) / width


def crosses_itself(path: Path) -> bool:
    """Whether two parts of a closed line that are no neighbours cross."""
    points = path.points(5)
    segments = [(a, b) for a, b in pairwise(points) if abs(b - a) > 1e-6]
    last = len(segments) - 1
    for first, (a, b) in enumerate(segments):
        left, right = sorted((a.real, b.real))
        top, bottom = sorted((a.imag, b.imag))
        for second in range(first + 2, len(segments)):
            c, d = segments[second]
            if (first, second) == (0, last) or max(c.real, d.real) < left or min(c.real, d.real) > right:
                continue
            if max(c.imag, d.imag) < top or min(c.imag, d.imag) > bottom:
                continue
            if (
                cross(b - a, c - a) * cross(b - a, d - a) < -1e-9
                and cross(d - c, a - c) * cross(d - c, b - c) < -1e-9
            ):
                return True
    return False
