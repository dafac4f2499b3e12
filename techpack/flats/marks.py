"""What a designer draws on a flat by hand. Its points hang on landmarks and move with them."""

from dataclasses import dataclass

from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path, mirror

INSET = 0.6  # cm between the edge of a pocket and its topstitch
HEM = 2.0  # cm: the turned edge of a pocket


@dataclass(frozen=True)
class Anchor:
    """A point: so far (cm, right and down) from a landmark; from HPS level in the centre without one."""

    landmark: str
    offset: complex

    def on(self, drawing: Drawing) -> complex:
        return drawing.landmarks.get(self.landmark, 0j) + self.offset


@dataclass(frozen=True)
class Mark:
    """One seam, topstitch (a path), pocket or label (two opposite corners) on one view."""

    name: str
    view: str
    kind: str
    points: tuple[Anchor, ...]
    is_mirrored: bool = False


def anchored(drawing: Drawing, point: complex) -> Anchor:
    """The point as it hangs on the nearest landmark."""
    there = [name for name in drawing.landmarks if drawing.view != "side" or not name.endswith("_left")]
    names = sorted(there, key=lambda name: abs(drawing.landmarks[name] - point))
    if not names:
        return Anchor("", point)
    return Anchor(names[0], point - drawing.landmarks[names[0]])


def draw_mark(drawing: Drawing, mark: Mark) -> None:
    """Draw it at true size, under its name."""
    points = [anchor.on(drawing) for anchor in mark.points]
    _draw(drawing, mark, points)
    if mark.is_mirrored:
        _draw(drawing, mark, [mirror(point) for point in points])


def _draw(drawing: Drawing, mark: Mark, points: list[complex]) -> None:
    if mark.kind in ("seam", "topstitch"):
        path = Path.through(points, tension=0.9)
        drawing.add("seams" if mark.kind == "seam" else "stitches", path, name=mark.name)
        return
    low = complex(min(p.real for p in points), min(p.imag for p in points))
    high = complex(max(p.real for p in points), max(p.imag for p in points))
    box = _box(low, high)
    if mark.kind == "label":
        drawing.add("details", box, fill="#fff", closed=True, name=mark.name)
        drawing.add("details", Path.line(low + 0.4j, complex(high.real, low.imag + 0.4)), name=mark.name)
        return
    drawing.add("seams", box, fill="#fff", closed=True, name=mark.name)
    size = min(high.real - low.real, high.imag - low.imag)
    if size > 4 * INSET:
        hem = low.imag + min(HEM, 0.3 * (high.imag - low.imag))
        inside = Path.line(
            low + INSET, complex(low.real + INSET, high.imag - INSET), high - complex(INSET, INSET),
            complex(high.real - INSET, low.imag),
        )  # fmt: skip
        across = Path.line(complex(low.real + INSET, hem), complex(high.real - INSET, hem))
        drawing.add("stitches", inside, across, name=mark.name)


def _box(low: complex, high: complex) -> Path:
    return Path.line(low, complex(high.real, low.imag), high, complex(low.real, high.imag), low)
