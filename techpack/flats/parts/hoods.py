"""Hoods, drawn up."""

from techpack.flats.drawing import SHADE, Drawing
from techpack.flats.parts.necks import neck_curve
from techpack.flats.paths import Path, ellipse, joined
from techpack.flats.specification import Specification
from techpack.flats.upper_body import Frame


def draw_hood(
    drawing: Drawing, spec: Specification, body: Frame, *, view: str, is_open: bool, has_cords: bool
) -> None:
    """A hood, drawn up, with its opening and its cords."""
    height, wide = spec.cm("HO1"), body.hps.real
    half_width = max(min(0.54 * spec.cm("HO2"), body.shoulder.real - 1), wide + 1.5)
    foot = body.hps + body.shoulder_slope * min(3.0, 0.25 * abs(body.shoulder - body.hps))
    drop = spec.cm("NK2") if view == "front" else spec.cm("NK3") + 1.5
    bulge = complex(half_width, -0.52 * height)
    outer = joined([
        Path.curve(foot, foot + complex(0.1, -0.17 * height), bulge + complex(0, 0.22 * height), bulge),
        Path.curve(bulge, bulge + complex(0, -0.28 * height), complex(0.55 * half_width, -height), complex(0, -height)),
    ])  # fmt: skip
    neck = neck_curve(foot, drop, "crew" if view == "front" else "back")
    half = joined([neck.reversed(), outer])
    drawing.shape("outline", joined([half, outer.mirrored().reversed(), neck.mirrored()]))
    drawing.stitch(neck.parallel(0.6), both=True)
    drawing.mark(hood_top=complex(0, -height))
    drawing.dimension("HO1", complex(wide, 0), complex(wide, -height), complex(half_width - wide + 4, 0))
    if view == "back":
        _hood_panels(drawing, outer, half_width, height, drop)
        return
    opening = _hood_opening(drawing, half_width, height, drop, is_open=is_open, mens=spec.is_mens)
    if has_cords:
        _hood_cords(drawing, opening, drop, height)


def _hood_panels(drawing: Drawing, outer: Path, half_width: float, height: float, drop: float) -> None:
    """The middle panel of a hood, from its top to the neck, with a row of stitches beside each seam."""
    start = outer.at_distance(0.3 * half_width) or outer.end
    start = next((at for at in reversed(outer.points(24)) if at.real >= 0.3 * half_width), start)
    end = complex(0.34 * half_width, drop - 0.12)
    seam = Path.curve(start, start + complex(0.12 * half_width, 0.3 * height), end + complex(0.1 * half_width, -0.3 * height), end)  # fmt: skip
    drawing.seam(seam, both=True)
    drawing.stitch(seam.parallel(0.5).part(0.02, 0.98), both=True)


def _hood_opening(
    drawing: Drawing, half_width: float, height: float, drop: float, *, is_open: bool, mens: bool
) -> Path:
    """The edge of a hood around its opening. Returns the right half, from the throat to the top."""
    gap, meet = 0.66 * half_width, complex(0, drop - 1.6)
    bend = complex(gap, -0.46 * height)
    opening = joined([
        Path.curve(meet, meet + complex(0.5 * gap, -0.1 * height), bend + complex(0, 0.24 * height), bend),
        Path.curve(bend, bend + complex(0, -0.26 * height), complex(0.58 * gap, -0.9 * height), complex(0, -0.9 * height)),
    ])  # fmt: skip
    drawing.shape("inside", joined([opening, opening.mirrored().reversed()]), fill=SHADE)
    seam = complex(0.3 * gap, -0.9 * height + 0.5)
    nape = Path.curve(complex(-0.62 * gap, -0.05 * height), complex(-0.3 * gap, 0.02 * height), complex(0.3 * gap, 0.02 * height), complex(0.62 * gap, -0.05 * height))  # fmt: skip
    drawing.add("inside", Path.curve(seam, seam + complex(0.1 * gap, 0.3 * height), complex(0.34 * gap, -0.3 * height), complex(0.3 * gap, 0.002 * height)), both=True)  # fmt: skip
    drawing.add("inside", nape)
    drawing.add("outline", opening, both=True)
    rim = opening.parallel(2.2 if _lies_outside(opening) else -2.2)
    drawing.stitch(rim.part(0.07, 1), both=True)
    if not is_open:
        side = -1.0 if mens else 1.0
        foot = complex(side * 1.5, drop - 0.25)
        lap = Path.curve(meet, meet + complex(side * 0.3, 0.5), foot + complex(-side * 0.5, -0.6), foot)
        drawing.add("seams", lap)
    return opening


def _hood_cords(drawing: Drawing, opening: Path, drop: float, height: float) -> None:
    """Eyelets and cords of different length, as they hang, with their tips."""
    for side, long in ((1.0, 0.44), (-1.0, 0.5)):
        at = opening.at_length(0.1 * opening.length())
        eyelet = complex(side * (at.real + 1.1), at.imag + 0.5)
        drawing.shape("details", ellipse(eyelet, 0.5, 0.5))
        reach = min(long * height, 18)
        low = eyelet + complex(side * 0.4, reach)
        lace = Path.curve(eyelet, eyelet + complex(side * 0.9, 0.3 * reach), low + complex(-side * 0.7, -0.4 * reach), low)  # fmt: skip
        cord = joined([lace.shifted(-0.28 + 0j), Path.line(low - 0.28, low + 0.28), lace.shifted(0.28 + 0j).reversed()])  # fmt: skip
        drawing.shape("details", cord)
        drawing.shape("details", Path.line(low - 0.42, low + 0.42, low + complex(0.42, 2), low + complex(-0.42, 2), low - 0.42))  # fmt: skip


def _lies_outside(path: Path) -> bool:
    """Whether the outside of a right-hand curve lies on its left as it runs."""
    return path.parallel(1.0).at_length(path.length() / 2).real > path.at_length(path.length() / 2).real
