"""Hems, ribs, cuffs, closures and pockets: small parts at true size."""

from techpack.flats.drawing import Drawing
from techpack.flats.parts.sleeves import Sleeve
from techpack.flats.paths import Path, ellipse, rounded, unit
from techpack.flats.specification import Specification
from techpack.flats.upper_body import Frame

TWIN = 0.6  # between the two rows of a twin needle
GATHER = 1.5  # cm between the strokes of gathers
FOLDS = (1.0, 0.45, 0.75, 0.35, 0.9, 0.55, 0.7, 0.4)  # lengths of neighbouring ones, of the longest


def stitched_edge(drawing: Drawing, edge: Path, height: float, *, left: bool, is_twin: bool = True, both: bool = True) -> None:  # fmt: skip
    """Stitches beside a folded edge, on its left side as it runs or on its right: the two rows of a twin
    needle as on knits, or one."""
    side = 1 if left else -1
    for distance in (height, height - TWIN) if is_twin else (height,):
        drawing.stitch(edge.parallel(side * max(0.3, distance)), both=both)


def ribs(drawing: Drawing, first: Path, second: Path, every: float = 1.1, *, both: bool = True) -> None:
    """Strokes of a rib between two lines that run the same way."""
    count = max(2, round(first.length() / every)) - 1
    for a, b in zip(first.spaced(count), second.spaced(count), strict=False):
        drawing.detail(Path.line(a, b), both=both)


def rib_hem(drawing: Drawing, body: Frame, height: float) -> None:
    """The rib at the hem of a sweatshirt."""
    top = complex(body.hem_side.real, body.hem_side.imag - height)
    line = Path.line(top, complex(0, top.imag))
    drawing.seam(line, both=True)
    ribs(drawing, line, Path.line(body.hem_side, body.hem_centre))
    drawing.detail(Path.line(complex(0, top.imag), body.hem_centre))


def rib_cuff(drawing: Drawing, arm: Sleeve, height: float) -> None:
    """The rib at the end of a sleeve, a little narrower than the sleeve."""
    seam = arm.across(height)
    drawing.seam(seam, both=True)
    ribs(drawing, seam, Path.line(arm.end_top, arm.end_under), 1.0)


def shirt_cuff(drawing: Drawing, arm: Sleeve, height: float, *, is_front: bool) -> None:
    """A buttoned cuff; behind, its sleeve placket and two pleats."""
    seam = arm.across(height)
    drawing.seam(seam, both=True)
    drawing.stitch(seam.parallel(0.5), both=True)
    along, span = arm.along, seam.end - seam.start
    edge = Path.line(arm.end_top, arm.end_under)
    drawing.stitch(edge.parallel(-0.6), both=True)
    if is_front:
        for part in (0.3, 0.42):
            at = seam.start + span * part
            drawing.detail(Path.line(at, at - along * min(4.0, 0.5 * abs(span))), both=True)
        return
    lap = seam.start + span * 0.62
    drawing.detail(Path.line(lap, lap + along * height), both=True)
    drawing.shape("details", ellipse(lap + along * height / 2 - unit(span) * 1.1, 0.5, 0.5), both=True)
    drawing.detail(Path.line(lap + along * height / 2 - unit(span) * 0.5, lap + along * height / 2 - unit(span) * 0.1), both=True)  # fmt: skip
    reach, half = min(11.0, 1.6 * height), unit(span) * 1.1
    placket = Path.line(lap, lap - along * reach, lap - half - along * (reach + 1.0), lap - 2 * half - along * reach, lap - 2 * half)  # fmt: skip
    drawing.detail(placket, both=True)
    for part in (0.2, 0.32):
        at = seam.start + span * part
        drawing.detail(Path.line(at, at - along * min(3.5, 0.4 * abs(span))), both=True)


def button_placket(
    drawing: Drawing, top: float, bottom: float, width: float, spacing: float, *, count: int = 0, mens: bool = False,
    beside: float | None = None, is_band: bool = False,
) -> None:  # fmt: skip
    """A front closed by buttons: the wearer's right over left for women, left over right for men. `count` 0
    means as many as fit. `beside` is where its edges begin, beside the centre; `is_band` is a band sewn on, as cardigans have it."""
    edge, high = -width / 2 if mens else width / 2, top if beside is None else beside
    drawing.seam(Path.line(complex(edge, high), complex(edge, bottom)))
    if is_band:
        drawing.seam(Path.line(complex(-edge, high), complex(-edge, bottom)))
    else:
        drawing.stitch(Path.line(complex(-edge, high), complex(-edge, bottom)))
        inner = edge - 0.6 * (1 if edge > 0 else -1)
        drawing.stitch(Path.line(complex(inner, top), complex(inner, bottom)))
    buttons(drawing, top + 1.5, bottom - 0.12 * (bottom - top), spacing, count)


def buttons(
    drawing: Drawing, top: float, bottom: float, spacing: float, count: int = 0, *, x: float = 0.0, holes: int = 0
) -> None:  # fmt: skip
    """Buttons with their holes, down a line. `holes` 1 or -1 adds a level buttonhole towards that side."""
    if count > 1:
        spacing = min(spacing, (bottom - top) / (count - 1)) if spacing else (bottom - top) / (count - 1)
    total = count or max(2, int((bottom - top) / max(spacing, 3)) + 1)
    for i in range(total):
        at = complex(x, top + i * spacing)
        drawing.shape("details", ellipse(at, 0.6, 0.6))
        drawing.detail(Path.line(at - 0.15, at + 0.15))
        if holes:
            drawing.detail(Path.line(at + 0.6 * holes, at + 1.3 * holes))


def button(drawing: Drawing, at: complex, *, size: float = 0.55, both: bool = False) -> None:
    """One button with its thread."""
    drawing.shape("details", ellipse(at, size, size), both=both)
    drawing.detail(Path.line(at - 0.15, at + 0.15), both=both)


def rivet(drawing: Drawing, at: complex) -> None:
    """A rivet on both sides."""
    drawing.shape("details", ellipse(at, 0.28, 0.28), both=True)


def zip_line(drawing: Drawing, top: complex, bottom: complex, *, stitches: bool = True) -> None:
    """A zip with teeth, puller and stop."""
    way = unit(bottom - top)
    side, length = way * -1j, abs(bottom - top)
    drawing.seam(
        Path.line(top + side * 0.35, bottom + side * 0.35), Path.line(top - side * 0.35, bottom - side * 0.35)
    )
    teeth = int(length / 0.7)
    for i in range(teeth):
        at = top + way * (i + 0.5) * length / teeth
        drawing.detail(Path.line(at + side * 0.35, at - side * 0.35))
    if stitches:
        drawing.stitch(
            Path.line(top + side * 1.2, bottom + side * 1.2), Path.line(top - side * 1.2, bottom - side * 1.2)
        )
    puller = top + way * 1.2
    tab = [
        puller - side * 0.4,
        puller + side * 0.4,
        puller + side * 0.3 + way * 2.4,
        puller - side * 0.3 + way * 2.4,
    ]
    drawing.shape("details", rounded(tab, 0.2))
    drawing.detail(Path.line(bottom - side * 0.7, bottom + side * 0.7))


def drawstring(drawing: Drawing, at: complex, length: float, gap: float = 2.4) -> None:
    """Two cords that hang from a waistband, with their ends."""
    for x in (-gap / 2, gap / 2):
        start = at + x
        bend = Path.curve(start, start + complex(0.3 * x, 0.3 * length), start + complex(-0.2 * x, 0.7 * length), start + complex(0.35 * x, length))  # fmt: skip
        drawing.detail(bend, bend.shifted(0.45 + 0j))
        drawing.detail(Path.line(bend.end, bend.end + complex(0.45, 0)))
        drawing.shape("details", ellipse(start, 0.35, 0.35))


def gathers(drawing: Drawing, line: Path, depth: float) -> None:
    """Short strokes of different length below elastic or a gathered seam, leaning out with the cloth."""
    total = line.length()
    count = max(4, round(total / GATHER))
    for i in range(count):
        at = line.at_length(total * (i + 0.5) / count)
        reach = depth * FOLDS[i % len(FOLDS)]
        lean = 0.14 * reach * at.real / max(1.0, abs(line.start.real))
        end = at + complex(lean, reach)
        drawing.detail(Path.curve(at, at + complex(0, 0.4 * reach), end - complex(0.5 * lean, 0.4 * reach), end), both=True)  # fmt: skip


def belt_loop(drawing: Drawing, x: float, top: float, height: float) -> None:
    """A belt loop over the waistband, on both sides; at the centre for x = 0."""
    box = Path.line(*[complex(x + dx, top + dy) for dx, dy in ((-0.6, -0.3), (0.6, -0.3), (0.6, height), (-0.6, height), (-0.6, -0.3))])  # fmt: skip
    drawing.shape("details", box, both=x != 0)


def raglan_seam(body: Frame, neck_point: complex) -> Path:
    """From the neck to the underarm, instead of an armhole."""
    span = body.underarm - neck_point
    return Path.curve(neck_point, neck_point + span * 0.35 + complex(-0.06 * abs(span), 0), body.underarm - span * 0.3 + complex(-0.1 * abs(span), 0.02 * abs(span)), body.underarm)  # fmt: skip


def back_yoke(drawing: Drawing, spec: Specification, body: Frame, *, pleat: str) -> None:
    """A yoke across the back with its pleat: box, side (one at each end) or none."""
    drop = spec.cm("NK3") + spec.cm("YO1")
    level = min(drop, body.shoulder.imag + 0.55 * (body.underarm.imag - body.shoulder.imag))
    end = body.armhole.at_level(level) or complex(body.shoulder.real, level)
    line = Path.curve(
        complex(0, level), complex(0.5 * end.real, level), end - complex(0.25 * end.real, 0.1), end
    )
    drawing.seam(line, both=True)
    drawing.stitch(line.shifted(-0.4j), both=True)
    if pleat == "box":
        drawing.detail(Path.line(complex(1.5, level), complex(1.5, level + 10)), both=True)
        drawing.detail(Path.line(complex(-0.5, level), complex(-0.5, level - 1.6), complex(0.5, level - 1.6), complex(0.5, level)))  # fmt: skip
    elif pleat == "side":
        for x in (0.62, 0.7):
            drawing.detail(
                Path.line(complex(x * end.real, level), complex(x * end.real, level + 6)), both=True
            )
    drawing.dimension("YO1", complex(0, spec.cm("NK3")), complex(0, level))


def forward_shoulder(drawing: Drawing, body: Frame, neck: Path) -> None:
    """The front edge of a back yoke, a little before the shoulder."""
    start = neck.at_length(min(2.6, 0.3 * neck.length()))
    end = body.armhole.at_length(min(2.6, 0.2 * body.armhole.length()))
    drawing.seam(Path.line(start, end), both=True)
    drawing.stitch(Path.line(start, end).parallel(0.3), both=True)


def front_yoke(drawing: Drawing, spec: Specification, body: Frame) -> None:
    """A yoke across the front, from armhole to armhole."""
    level = body.shoulder.imag + 0.42 * (body.underarm.imag - body.shoulder.imag)
    end = body.armhole.at_level(level) or complex(body.shoulder.real, level)
    line = Path.line(complex(0, level + 0.8), end)
    drawing.seam(line, both=True)
    drawing.stitch(line.shifted(0.6j), both=True)


def vents(drawing: Drawing, spec: Specification, body: Frame, kind: str, *, is_front: bool) -> None:
    """Slits at the hem: at both sides, or in the centre back with its underlap."""
    height = min(spec.cm("VE1") if spec.has("VE1") else (8.0 if kind == "side" else 0.22 * spec.cm("BL1")), 0.4 * spec.cm("BL1"))  # fmt: skip
    if kind == "side":
        corner = body.hem_side
        top = body.side.at_level(corner.imag - height) or corner
        inner = corner - 0.9
        drawing.stitch(Path.line(top - complex(0.9, 0), inner), both=True)
        drawing.seam(Path.line(top, top - 0.9), both=True)
    elif kind == "back" and not is_front:
        low = body.hem_centre
        lap = 2.2 if spec.is_mens else -2.2
        drawing.seam(Path.line(low - 1j * height, low))
        drawing.stitch(
            Path.line(low - 1j * height, low + complex(lap, -height + abs(lap)), low + complex(lap, 0))
        )
