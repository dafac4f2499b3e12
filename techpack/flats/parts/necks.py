"""Necklines, collars and hoods, drawn at true size on a frame."""

from dataclasses import dataclass

from techpack.flats.drawing import SHADE, Drawing
from techpack.flats.paths import Path, ellipse, joined
from techpack.flats.specification import Specification
from techpack.flats.upper_body import Frame

STITCH = 0.6  # cm between a seam and its topstitch
RIB = 0.75  # cm between the strokes of a rib
BANDED = {"crew", "v", "scoop", "boat", "square"}


@dataclass(frozen=True)
class Neckline:
    """The right half. `seam` runs from HPS to the centre, `edge` is the free edge that the outline follows;
    both are the same where there is no band."""

    seam: Path
    edge: Path

    @property
    def corner(self) -> complex:
        return self.edge.start


def neckline(spec: Specification, body: Frame, neck: str, *, view: str, band: float) -> Neckline:
    """The neckline of one view. `band` is the height of its band, 0 without one."""
    drop = _drop(spec, body, neck, view)
    seam = neck_curve(body.hps, drop, neck if view == "front" else "back")
    if not band:
        return Neckline(seam, seam)
    band = min(band, 0.45 * body.hps.real, max(0.4, drop - 0.3))
    corner = body.hps - body.shoulder_slope * band
    return Neckline(seam, neck_curve(corner, drop - band, neck if view == "front" else "back"))


def _drop(spec: Specification, body: Frame, neck: str, view: str) -> float:
    highest = 0.55 * spec.cm("BL1")
    if view == "back":
        return min(max(spec.cm("NK3"), 0.5), highest)
    if neck in ("roll", "mock"):
        return 0.3 * min(spec.cm("NK2"), 12)
    if spec.has("NK2"):
        return min(spec.cm("NK2"), highest)
    usual = {"v": 1.7, "scoop": 1.5, "boat": 0.45}.get(neck, 1.0)
    narrow = spec.cm("NK1") / (spec.typical("NK1") * spec.size)  # else a narrow crew neck looks like a scoop
    return min(spec.cm("NK2") * usual * min(1.0, narrow), highest)


def neck_curve(start: complex, drop: float, shape: str) -> Path:
    """From the side of the neck to the centre line, `drop` below HPS level."""
    centre = complex(0, drop)
    wide, deep = start.real, drop - start.imag
    if shape == "v":
        return Path.curve(start, start + complex(-0.08 * wide, 0.42 * deep), centre + complex(0.3 * wide, -0.28 * deep), centre)  # fmt: skip
    if shape == "square":
        corner = complex(0.86 * wide, drop - 0.4)
        return Path.line(start, corner) + Path.curve(corner, corner + complex(-0.3 * wide, 0.3), centre + complex(0.4 * wide, 0), centre)  # fmt: skip
    if shape in ("boat", "back"):
        return Path.curve(
            start, start + complex(-0.12 * wide, 0.55 * deep), centre + complex(0.62 * wide, 0), centre
        )
    if shape == "scoop":
        return Path.curve(start, start + complex(0.0, 0.7 * deep), centre + complex(0.62 * wide, 0), centre)
    return Path.curve(
        start, start + complex(-0.02 * wide, 0.56 * deep), centre + complex(0.56 * wide, 0), centre
    )


def draw_inside(drawing: Drawing, back: Neckline, front: Neckline, *, label: bool = True) -> None:
    """The inside of the back, seen through the front's neck opening."""
    around = joined(
        [back.edge, back.edge.mirrored().reversed(), front.edge.mirrored(), front.edge.reversed()]
    )
    drawing.shape("inside", around, fill=SHADE)
    tape = Path.curve(
        back.corner, back.edge.pieces[0][1] + 1.2j, back.edge.pieces[0][2] + 1.2j, back.edge.end + 1.2j
    )
    drawing.add("inside", tape, both=True)
    if label and back.edge.end.imag + 4.5 < front.edge.end.imag:
        top = back.edge.end.imag + 1.2
        box = Path.line(complex(-1.5, top), complex(-1.5, top + 2), complex(1.5, top + 2), complex(1.5, top))
        drawing.add("inside", box)


def draw_band(
    drawing: Drawing, line: Neckline, neck: str, *, is_ribbed: bool, is_stitched: bool
) -> None:  # fmt: skip
    """The seam of a neckband, its topstitch below, and strokes for rib."""
    drawing.seam(line.seam, both=True)
    if is_stitched:
        drawing.stitch(line.seam.parallel(STITCH).to_centre(), both=True)
    if neck == "v" and drawing.view == "front":
        drawing.seam(Path.line(line.seam.end, line.edge.end))
    if is_ribbed:
        count = max(6, round(line.seam.length() / RIB))
        for i in range(1, count):
            part = i / count
            start = line.seam.at_length(line.seam.length() * part)
            drawing.detail(Path.line(start, line.edge.at_length(line.edge.length() * part)), both=True)
        if neck != "v":
            drawing.detail(Path.line(line.seam.end, line.edge.end))


def draw_edge(drawing: Drawing, line: Neckline) -> None:
    """A neckline without a band: a row of stitches beside its edge."""
    drawing.stitch(line.edge.parallel(STITCH).to_centre(), both=True)


def draw_open_collar(drawing: Drawing, spec: Specification, body: Frame) -> None:
    """Where a collar may stand that is to be specified, above the neck."""
    wide, high = body.hps.real, spec.cm("CO3") + 1.0
    top = complex(wide - 1.2, -high)
    half = Path.curve(
        body.hps, body.hps + complex(-0.1, -0.5 * high), top + complex(0.5, 0.4), top
    ) + Path.curve(top, top + complex(-0.5, -0.4), complex(0.5 * wide, -high - 0.9), complex(0, -high - 0.9))
    drawing.add("open", half, both=True)


def draw_roll(
    drawing: Drawing, spec: Specification, body: Frame, height: float, *, is_folded: bool, is_ribbed: bool
) -> None:
    """A collar that stands: of a roll neck when `is_folded`, else of a mock neck."""
    wide, is_front = body.hps.real, drawing.view == "front"
    low = neck_curve(body.hps, _drop(spec, body, "roll", drawing.view), "crew" if is_front else "back")
    top, dip = complex(wide - 0.9, -height), min(1.0, 0.2 * height)
    sink = dip if is_front else -0.7 * dip
    rim = Path.curve(top, top + 0.6j * sink, complex(0.5 * wide, -height + sink), complex(0, -height + sink))
    side = Path.curve(
        body.hps, body.hps + complex(-0.2, -0.3 * height), top + complex(0.1, 0.4 * height), top
    )
    if is_front:
        arch = Path.curve(top, top - 0.7j * dip, complex(0.5 * wide, -height - dip), complex(0, -height - dip))  # fmt: skip
        around = joined([arch, arch.mirrored().reversed(), rim.mirrored(), rim.reversed()])
        drawing.shape("inside", around, fill=SHADE)
    _draw_standing(drawing, low, side, rim)
    if is_folded:
        edge = complex(wide + 0.7, -0.06 * height)
        level = edge.imag + (0.16 * height + 0.8 if is_front else 0.8)
        low = Path.curve(edge, edge + complex(-0.1, 0.5), complex(0.55 * wide, level), complex(0, level))
        turn = Path.curve(edge, edge + complex(0.1, -0.4 * height), top + complex(0.35, 0.3 * height), top)
        _draw_standing(drawing, low, turn, rim)
    if not is_ribbed:
        drawing.stitch(rim.parallel(-STITCH), both=True)
        return
    count = round(rim.length() / RIB)
    for part in (i / count for i in range(1, count)):
        drawing.detail(
            Path.line(rim.at_length(rim.length() * part), low.at_length(low.length() * part)), both=True
        )
    drawing.detail(Path.line(rim.end, low.end))


def _draw_standing(drawing: Drawing, low: Path, side: Path, rim: Path) -> None:
    """The outer side of a standing collar: from the neck seam up its side and along its upper edge."""
    half = joined([low.reversed(), side, rim])
    back = joined([rim.mirrored().reversed(), side.mirrored().reversed(), low.mirrored()])
    drawing.shape("outline", joined([half, back]))


def draw_stand(drawing: Drawing, spec: Specification, body: Frame, *, view: str) -> None:
    """A stand-up (band) collar, with its ends meeting in front."""
    height = spec.cm("CO3") + 0.8
    wide = body.hps.real
    top = complex(wide - 0.7, -0.75 * height)
    is_front = view == "front"
    drop = spec.cm("NK2") if is_front else spec.cm("NK3")
    neck = neck_curve(body.hps, drop, "crew" if is_front else "back")
    side = Path.curve(body.hps, body.hps + complex(-0.1, -0.3 * height), top + 0.3j * height, top)
    level = drop - height if is_front else -0.75 * height - 0.5
    rim = neck_curve(top, level, "crew") if is_front else Path.curve(top, top + complex(-0.4, -0.5), complex(0.5 * wide, level), complex(0, level))  # fmt: skip
    if is_front:
        arch = Path.curve(top, top + complex(-0.4, -0.6), complex(0.5 * wide, top.imag - 0.7), complex(0, top.imag - 0.7))  # fmt: skip
        drawing.shape(
            "inside", joined([arch, arch.mirrored().reversed(), rim.mirrored(), rim.reversed()]), fill=SHADE
        )
        drawing.add("inside", Path.curve(complex(-wide + 0.5, 0.4), complex(-0.4 * wide, 1.4), complex(0.4 * wide, 1.4), complex(wide - 0.5, 0.4)))  # fmt: skip
    half = joined([neck.reversed(), side, rim])
    drawing.shape(
        "outline", joined([half, rim.mirrored().reversed(), side.mirrored().reversed(), neck.mirrored()])
    )
    drawing.stitch(neck.parallel(-0.3), both=True)
    if is_front:
        lap = -1.3 if spec.is_mens else 1.3
        end = complex(lap, drop - 0.05)
        drawing.seam(Path.curve(complex(0, level), complex(0.9 * lap, level), complex(lap, level + 0.3 * height), end))  # fmt: skip
        drawing.shape("details", ellipse(complex(0, (level + drop) / 2 + 0.2), 0.5, 0.5))
