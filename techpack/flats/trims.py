"""Hems, ribs, cuffs, closures and pockets: small parts at true size."""

from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path, direction, ellipse, joined, rounded, unit
from techpack.flats.specification import Specification
from techpack.flats.upper_body import Frame, Sleeve

TWIN = 0.6  # between the two rows of a twin needle


def stitched_edge(drawing: Drawing, edge: Path, height: float, *, left: bool, both: bool = True) -> None:
    """Two rows of stitches beside a folded edge; on its left side as it runs, or on its right."""
    side = 1 if left else -1
    for distance in (height, height - TWIN):
        drawing.stitch(edge.parallel(side * max(0.3, distance)), both=both)


def ribs(drawing: Drawing, first: Path, second: Path, every: float = 1.1, *, both: bool = True) -> None:
    """Strokes of a rib between two lines that run the same way."""
    count = max(2, round(first.length() / every))
    a, b = first.length(), second.length()
    for i in range(1, count):
        part = i / count
        drawing.detail(Path.line(first.at_length(a * part), second.at_length(b * part)), both=both)


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


def shirt_cuff(drawing: Drawing, arm: Sleeve, height: float) -> None:
    """A buttoned cuff with its sleeve placket and two pleats."""
    seam = arm.across(height)
    drawing.seam(seam, both=True)
    drawing.stitch(seam.parallel(0.5), both=True)
    along, size = arm.along, abs(seam.end - seam.start)
    edge = Path.line(arm.end_top, arm.end_under)
    drawing.stitch(edge.parallel(-0.6), both=True)
    button = seam.start + (seam.end - seam.start) * 0.2 + along * height / 2
    drawing.detail(ellipse(button, 0.5, 0.5), both=True)
    for part in (0.42, 0.52):
        at = seam.start + (seam.end - seam.start) * part
        drawing.detail(Path.line(at, at - along * min(4.0, 0.5 * size)), both=True)


def button_placket(
    drawing: Drawing, top: float, bottom: float, width: float, spacing: float, *, count: int = 0, mens: bool = False
) -> None:  # fmt: skip
    """A front closed by buttons, right over left for women. `count` 0 means as many as fit."""
    edge = width / 2 if mens else -width / 2
    drawing.seam(Path.line(complex(edge, top), complex(edge, bottom)))
    drawing.stitch(Path.line(complex(-edge, top), complex(-edge, bottom)))
    inner = edge - 0.6 * (1 if edge > 0 else -1)
    drawing.stitch(Path.line(complex(inner, top), complex(inner, bottom)))
    buttons(drawing, top + 1.5, bottom - 0.12 * (bottom - top), spacing, count)


def buttons(
    drawing: Drawing, top: float, bottom: float, spacing: float, count: int = 0, *, x: float = 0.0
) -> None:
    """Buttons with their holes, down a line."""
    if count > 1:
        spacing = min(spacing, (bottom - top) / (count - 1)) if spacing else (bottom - top) / (count - 1)
    total = count or max(2, int((bottom - top) / max(spacing, 3)) + 1)
    for i in range(total):
        at = complex(x, top + i * spacing)
        drawing.shape("details", ellipse(at, 0.6, 0.6))
        drawing.detail(Path.line(at - 0.15, at + 0.15))


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


def patch_pocket(
    drawing: Drawing, centre: complex, width: float, height: float, *, both: bool = False
) -> None:
    """A sewn-on pocket with a pointed bottom; `centre` is the middle of its opening."""
    w = width / 2
    corners = [centre - w, centre + w, centre + complex(w, height * 0.86), centre + 1j * height, centre + complex(-w, height * 0.86)]  # fmt: skip
    drawing.shape("seams", Path.line(*corners, corners[0]), both=both)
    drawing.stitch(Path.line(centre + complex(-w + 0.2, 2), centre + complex(w - 0.2, 2)), both=both)
    inside = [centre + complex(-w + 0.5, 0.2), centre + complex(-w + 0.5, height * 0.84), centre + 1j * (height - 0.6), centre + complex(w - 0.5, height * 0.84), centre + complex(w - 0.5, 0.2)]  # fmt: skip
    drawing.stitch(Path.line(*inside), both=both)


def welt_pocket(
    drawing: Drawing, start: complex, end: complex, *, height: float = 1.6, both: bool = True
) -> None:
    """A cut pocket with its welt."""
    side = unit(end - start) * -1j * height
    drawing.shape("seams", Path.line(start, end, end - side, start - side, start), both=both)
    drawing.stitch(Path.line(start + side * 0.2, end + side * 0.2), both=both)


def kangaroo_pocket(drawing: Drawing, spec: Specification, bottom: float, *, is_split: bool) -> None:
    """The front pocket of a hoodie; in two halves beside a zip."""
    w, h = spec.cm("PK1") / 2, spec.cm("PK2")
    w = min(w, 0.42 * spec.cm("HE1"))
    h = min(h, 0.4 * spec.cm("BL1"))
    top, start = bottom - h, 0.9 if is_split else 0.0
    slant = [complex(0.58 * w, top), complex(w, bottom - 0.42 * h), complex(w, bottom)]
    drawing.seam(Path.line(complex(start, top), slant[0]), Path.line(*slant), both=True)
    opening = Path.line(slant[0], slant[1])
    drawing.stitch(opening.parallel(-1.0), both=True)
    drawing.stitch(Path.line(complex(start, top + 0.6), slant[0] + complex(-0.3, 0.6)), both=True)


def drawstring(drawing: Drawing, at: complex, length: float, gap: float = 2.4) -> None:
    """Two cords that hang from a waistband, with their ends."""
    for x in (-gap / 2, gap / 2):
        start = at + x
        bend = Path.curve(start, start + complex(0.3 * x, 0.3 * length), start + complex(-0.2 * x, 0.7 * length), start + complex(0.35 * x, length))  # fmt: skip
        drawing.detail(bend, bend.shifted(0.45 + 0j))
        drawing.detail(Path.line(bend.end, bend.end + complex(0.45, 0)))
        drawing.shape("details", ellipse(start, 0.35, 0.35))


def gathers(drawing: Drawing, line: Path, depth: float, count: int = 12) -> None:
    """Short curved strokes below elastic."""
    total = line.length()
    for i in range(1, count):
        at = line.at_length(total * i / count)
        reach = depth * (1.0 if i % 2 else 0.6)
        drawing.detail(Path.curve(at, at + complex(0.2, 0.4 * reach), at + complex(-0.2, 0.7 * reach), at + complex(0, reach)), both=True)  # fmt: skip


def belt_loop(drawing: Drawing, x: float, top: float, height: float) -> None:
    """A belt loop over the waistband, on both sides; at the centre for x = 0."""
    box = Path.line(*[complex(x + dx, top + dy) for dx, dy in ((-0.6, -0.3), (0.6, -0.3), (0.6, height), (-0.6, height), (-0.6, -0.3))])  # fmt: skip
    drawing.shape("details", box, both=x != 0)


def raglan_seam(body: Frame, neck_point: complex) -> Path:
    """From the neck to the underarm, instead of an armhole."""
    span = body.underarm - neck_point
    return Path.curve(neck_point, neck_point + span * 0.35 + complex(-0.06 * abs(span), 0), body.underarm - span * 0.3 + complex(-0.1 * abs(span), 0.02 * abs(span)), body.underarm)  # fmt: skip


def lapels(drawing: Drawing, spec: Specification, body: Frame, break_point: float, *, mens: bool) -> None:
    """A notched collar with lapels that roll to `break_point`, and the collar's fall behind the neck."""
    wide, width = body.hps.real, spec.cm("LA1")
    fold = complex(wide + 0.6, -1.0)
    low = complex(0, break_point)
    arch = Path.curve(fold, fold + complex(-0.4, -1.6), complex(0.6 * wide, -3.2), complex(0, -3.2))
    roll = Path.curve(low, low + (fold - low) * 0.4 + complex(0.5, 0), fold + complex(-0.3, 4.0), fold)
    drawing.shape("inside", joined([arch, arch.mirrored().reversed(), roll.mirrored().reversed(), roll]), fill="#f1f1ef")  # fmt: skip
    drawing.add("inside", Path.through([complex(-wide, 0.6), complex(0, 1.8), complex(wide, 0.6)]))
    gorge = roll.at_length(roll.length() * 0.72)
    out = direction(8) * width
    peak = gorge + out
    notch = gorge + out * 0.62
    lapel = joined([
        Path.curve(low, low + complex(0.9, -0.28 * (low.imag - peak.imag)), peak + complex(0.6, 0.42 * (low.imag - peak.imag)), peak),
        Path.line(peak, gorge), roll.part(0.0, 0.72).reversed(),
    ])  # fmt: skip
    end = notch + direction(-52) * 3.4
    collar = joined([
        Path.line(gorge, notch, end),
        Path.curve(end, end + complex(-0.5, -2.0), complex(body.hps.real + 2.2, 0.8), fold),
        roll.part(0.72, 1.0).reversed(),
    ])  # fmt: skip
    for side in ("right", "left") if mens else ("left", "right"):  # the one on top comes last
        for part in (lapel, collar):
            drawing.shape("outline", part if side == "right" else part.mirrored())
    drawing.stitch(joined([lapel]).part(0.02, 0.42).parallel(-0.5), both=True)
    drawing.mark(lapel_point=peak)
    drawing.lengths["LA1"] = abs(peak - gorge)


def back_yoke(drawing: Drawing, spec: Specification, body: Frame, *, pleat: bool) -> None:
    """A yoke across the back with its box pleat."""
    drop = spec.cm("NK3") + spec.cm("YO1")
    level = min(drop, body.shoulder.imag + 0.55 * (body.underarm.imag - body.shoulder.imag))
    end = body.armhole.at_level(level) or complex(body.shoulder.real, level)
    drawing.seam(Path.line(complex(0, level), end), both=True)
    drawing.stitch(Path.line(complex(0, level + 0.4), end + complex(0.1, 0.4)), both=True)
    if pleat:
        for x in (1.2, 0.5):
            drawing.detail(Path.line(complex(x, level), complex(x, level + 7)), both=True)
    drawing.dimension("YO1", complex(0, spec.cm("NK3")), complex(0, level))
