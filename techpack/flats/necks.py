"""Necklines, collars and hoods, drawn at true size on a frame."""

from dataclasses import dataclass

from techpack.flats.drawing import SHADE, Drawing
from techpack.flats.paths import Path, direction, joined
from techpack.flats.specification import Specification
from techpack.flats.upper_body import Frame

STITCH = 0.6  # cm between a seam and its topstitch
BANDED = {"crew", "v", "scoop", "boat"}


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
    seam = _curve(body.hps, drop, neck if view == "front" else "back")
    if not band:
        return Neckline(seam, seam)
    band = min(band, 0.45 * body.hps.real, max(0.4, drop - 0.3))
    corner = body.hps - body.shoulder_slope * band
    return Neckline(seam, _curve(corner, drop - band, neck if view == "front" else "back"))


def _drop(spec: Specification, body: Frame, neck: str, view: str) -> float:
    highest = 0.55 * spec.cm("BL1")
    if view == "back":
        return min(max(spec.cm("NK3"), 0.5), highest)
    if neck in ("roll", "mock"):
        return 0.3 * min(spec.cm("NK2"), 12)
    if spec.has("NK2"):
        return min(spec.cm("NK2"), highest)
    usual = {"v": 1.7, "scoop": 1.5, "boat": 0.45}.get(neck, 1.0)
    return min(spec.cm("NK2") * usual, highest)


def _curve(start: complex, drop: float, shape: str) -> Path:
    """From the side of the neck to the centre line, `drop` below HPS level."""
    centre = complex(0, drop)
    wide, deep = start.real, drop - start.imag
    if shape == "v":
        return Path.curve(start, start + complex(-0.08 * wide, 0.42 * deep), centre + complex(0.3 * wide, -0.28 * deep), centre)  # fmt: skip
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


def draw_band(drawing: Drawing, line: Neckline, neck: str, *, ribbed: bool) -> None:
    """The seam of a neckband, its topstitch below, and strokes for rib."""
    drawing.seam(line.seam, both=True)
    drawing.stitch(line.seam.parallel(STITCH), both=True)
    if neck == "v":
        drawing.seam(Path.line(line.seam.end, line.edge.end))
    if ribbed:
        count = 9
        for i in range(1, count):
            part = i / count
            start = line.seam.at_length(line.seam.length() * part)
            drawing.detail(Path.line(start, line.edge.at_length(line.edge.length() * part)), both=True)


def draw_edge(drawing: Drawing, line: Neckline) -> None:
    """A neckline without a band: two rows of stitches beside its edge."""
    drawing.stitch(line.edge.parallel(STITCH), line.edge.parallel(STITCH + 0.6), both=True)


def draw_roll(drawing: Drawing, spec: Specification, body: Frame, height: float, *, folded: bool) -> None:
    """A collar of knit that stands: a roll neck when `folded`, else a mock neck."""
    wide = body.hps.real
    low = _curve(body.hps, _drop(spec, body, "roll", "front"), "crew")
    top = complex(wide - 0.8, -height)
    rim = Path.curve(top, top + 0.5j, complex(0.5 * wide, -height + 0.9), complex(0, -height + 0.9))
    arch = Path.curve(top, top - 0.6j, complex(0.5 * wide, -height - 0.9), complex(0, -height - 0.9))
    side = Path.curve(
        body.hps, body.hps + complex(0.15, -0.4 * height), top + complex(0.5, 0.4 * height), top
    )
    drawing.shape(
        "inside", joined([arch, arch.mirrored().reversed(), rim.mirrored(), rim.reversed()]), fill=SHADE
    )
    half = joined([low.reversed(), side, rim])
    drawing.shape(
        "outline", joined([half, rim.mirrored().reversed(), side.mirrored().reversed(), low.mirrored()])
    )
    for i in range(-4, 5):
        x = i / 4.6
        drawing.detail(Path.line(complex(x * (wide - 0.8), -height + 1.0 - 0.5 * abs(x)), complex(x * wide, low.end.imag * (1 - x * x * 0.9))))  # fmt: skip
    if folded:
        drawing.seam(Path.through([complex(-wide, -0.1 * height), complex(0, 0.12 * height + 1), complex(wide, -0.1 * height)]))  # fmt: skip


def draw_collar(drawing: Drawing, spec: Specification, body: Frame, *, stand: float, view: str) -> None:
    """A turned-down collar: of a shirt with its stand, of a polo without one."""
    wide, fall, point = body.hps.real, spec.cm("CO1"), spec.cm("CO2")
    fold = complex(wide + 0.5, -0.35 * stand - 0.4)
    top = -stand - 1.6
    if view == "back":
        low = min(top + fall, spec.cm("YO1") + 3)
        lower = complex(wide + 2.6, 0.55 * low + 0.9)
        half = joined([
            Path.curve(complex(0, top), complex(0.62 * wide, top), fold + complex(-0.3, -1.2), fold),
            Path.line(fold, lower),
            Path.curve(lower, lower + complex(-1.5, 0.1), complex(0.55 * wide, low), complex(0, low)),
        ])  # fmt: skip
        drawing.shape("outline", joined([half, half.mirrored().reversed()]))
        drawing.stitch(Path.curve(complex(0, low - STITCH), complex(0.55 * wide, low - STITCH), lower + complex(-1.8, -0.5), lower + complex(-0.7, -0.6)), both=True)  # fmt: skip
        return
    meet = complex(0.25, max(1.5, spec.cm("NK2") - max(stand, 1.0)))
    arch = Path.curve(fold, fold + complex(-0.3, -1.2), complex(0.62 * wide, top), complex(0, top))
    front = Path.curve(
        complex(0, meet.imag), meet + complex(0.3 * wide, -0.2), fold + complex(-0.4, 2.4), fold
    )
    drawing.shape("inside", joined([arch, arch.mirrored().reversed(), front.mirrored().reversed(), front]), fill=SHADE)  # fmt: skip
    inner = Path.through(
        [complex(-wide + 0.4, 0.2), complex(0, -0.4 * stand - 0.2), complex(wide - 0.4, 0.2)]
    )
    drawing.add("inside", inner)
    neck = _curve(body.hps, spec.cm("NK2"), "crew")
    if stand > 0.5:
        rise = joined([neck, Path.line(neck.end, complex(0, meet.imag)), front])
        drawing.shape("seams", rise + Path.line(front.end, neck.start), both=True)
    tip = meet + point * direction(58)
    outer = Path.curve(
        tip, tip + complex(1.2, -0.32 * point), fold + complex(1.9, 2.2), fold + complex(0.25, 0.2)
    )
    leaf = joined([Path.line(meet, tip), outer, Path.line(outer.end, fold), front.reversed().part(0, 0.985)])
    leaf = leaf + Path.line(leaf.end, meet)
    drawing.shape("outline", leaf, both=True)
    inset = joined([Path.line(meet + complex(0.62, 0.75), tip + complex(0.05, -0.95)), outer.parallel(-STITCH).part(0.08, 0.9)])  # fmt: skip
    drawing.stitch(inset, both=True)
    drawing.mark(collar_point=tip)
    drawing.lengths["CO2"] = abs(tip - meet)


def draw_stand(drawing: Drawing, spec: Specification, body: Frame, *, view: str) -> None:
    """A stand-up (band) collar."""
    height = spec.cm("CO3") + 1.0
    wide = body.hps.real
    top = complex(wide - 0.4, -height)
    drop = _drop(spec, body, "crew", view) if view == "front" else spec.cm("NK3")
    neck = _curve(body.hps, drop, "crew" if view == "front" else "back")
    side = Path.curve(body.hps, body.hps + complex(0.1, -0.4 * height), top + 0.4j * height, top)
    level = drop - height if view == "front" else -height + 0.3
    rim = _curve(top, level, "crew" if view == "front" else "back")
    if view == "front":
        arch = Path.curve(
            top, top + complex(-0.2, -0.6), complex(0.5 * wide, -height - 0.9), complex(0, -height - 0.9)
        )
        drawing.shape(
            "inside", joined([arch, arch.mirrored().reversed(), rim.mirrored(), rim.reversed()]), fill=SHADE
        )
    half = joined([neck.reversed(), side, rim])
    drawing.shape(
        "outline", joined([half, rim.mirrored().reversed(), side.mirrored().reversed(), neck.mirrored()])
    )
    drawing.stitch(rim.parallel(STITCH).part(0.04, 1), both=True)


def draw_hood(drawing: Drawing, spec: Specification, body: Frame, *, view: str, is_open: bool) -> None:
    """A hood, drawn up, with its opening and drawstring."""
    height, wide = spec.cm("HO1"), body.hps.real
    half_width = min(0.56 * spec.cm("HO2"), body.shoulder.real - 1)
    foot = body.hps + body.shoulder_slope * min(2.5, 0.2 * abs(body.shoulder - body.hps))
    drop = spec.cm("NK2") if view == "front" else spec.cm("NK3") + 1.5
    outer = joined([
        Path.curve(foot, foot + complex(1.2, -0.18 * height), complex(half_width, -0.3 * height), complex(half_width, -0.55 * height)),
        Path.curve(complex(half_width, -0.55 * height), complex(half_width, -0.86 * height), complex(0.55 * half_width, -height), complex(0, -height)),
    ])  # fmt: skip
    neck = _curve(foot, drop, "crew" if view == "front" else "back")
    half = joined([neck.reversed(), outer])
    drawing.shape("outline", joined([half, outer.mirrored().reversed(), neck.mirrored()]))
    drawing.mark(hood_top=complex(0, -height))
    drawing.dimension("HO1", complex(wide, 0), complex(wide, -height), complex(half_width - wide + 4, 0))
    if view == "back":
        drawing.seam(Path.line(complex(0, -height), complex(0, drop)))
        drawing.stitch(Path.line(complex(0.6, -height + 0.1), complex(0.6, drop - 0.1)))
        return
    gap = 0.62 * half_width
    meet = complex(0, drop - 1.0)
    opening = joined([
        Path.curve(meet, meet + complex(0.5 * gap, -0.16 * height), complex(gap, -0.2 * height), complex(gap, -0.52 * height)),
        Path.curve(complex(gap, -0.52 * height), complex(gap, -0.76 * height), complex(0.55 * gap, -0.86 * height), complex(0, -0.86 * height)),
    ])  # fmt: skip
    drawing.shape("inside", joined([opening, opening.mirrored().reversed()]), fill=SHADE)
    drawing.add("inside", Path.line(complex(0, -0.86 * height), complex(0, 0.2 * drop)))
    drawing.seam(opening, both=True)
    drawing.stitch(opening.parallel(2.0 if cross_left(opening) else -2.0), both=True)
    if not is_open:
        drawing.seam(Path.line(meet, complex(0, drop)))
    eyelet = complex(1.9, drop - 2.4)
    for x in (eyelet, complex(-eyelet.real, eyelet.imag)):
        lace = Path.curve(x, x + complex(0.3, 5), x + complex(-0.4, 10), x + complex(0.1, 0.42 * height))
        drawing.detail(lace, lace.shifted(0.45 + 0j), Path.line(lace.end, lace.end + 0.45, lace.end + complex(0.45, 1.6), lace.end + 1.6j, lace.end))  # fmt: skip


def cross_left(path: Path) -> bool:
    """Whether the outside of a right-hand curve lies on its left as it runs."""
    return path.parallel(1.0).at_length(path.length() / 2).real > path.at_length(path.length() / 2).real
