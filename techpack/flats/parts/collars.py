"""Collars that turn down, and lapels."""

from techpack.flats.drawing import SHADE, Drawing
from techpack.flats.parts.necks import STITCH, neck_curve
from techpack.flats.paths import Path, cross, direction, ellipse, joined, mirror, unit
from techpack.flats.specification import Specification
from techpack.flats.upper_body import Frame

ROLL = direction(48)  # the way a collar turns at its fold
LAP = 2.5  # cm that a front with lapels laps over the centre
GORGE = 0.72  # share of the roll line below the seam between lapel and collar


def draw_collar(
    drawing: Drawing, spec: Specification, body: Frame, *, stand: float, closure: str, mens: bool
) -> None:
    """The front of a turned-down collar: of a shirt with its stand, of a polo on a low one."""
    wide, point = body.hps.real, spec.cm("CO2")
    top = -(1.3 + 0.5 * stand)
    fold = complex(wide - 0.1, top + 1.0)
    outer = body.hps + body.shoulder_slope * min(2.2, 0.2 * abs(body.shoulder - body.hps)) - 0.1j
    arch, turn = _silhouette(wide, fold, outer, top)
    drop = spec.cm("NK2")
    meet = complex(0, max(1.5, drop - max(stand, 1.2)))
    front = Path.curve(
        meet, meet + complex(0.3 * wide, -0.14 * (meet.imag - fold.imag)), fold + complex(-0.5, 0.4 * (meet.imag - fold.imag)), fold
    )  # fmt: skip
    drawing.shape("inside", joined([arch, arch.mirrored().reversed(), front.mirrored().reversed(), front]), fill=SHADE)  # fmt: skip
    rise = 0.55 * stand
    drawing.add("inside", Path.curve(complex(-wide + 0.5, 0.5), complex(-0.4 * wide, 1.4 - rise), complex(0.4 * wide, 1.4 - rise), complex(wide - 0.5, 0.5)))  # fmt: skip
    if stand > 0.5:
        _draw_stand_front(drawing, body, drop, meet, stand=stand, closure=closure, mens=mens)
    tip = meet + point * direction(60)
    flow = outer - tip
    edge = Path.curve(tip, tip + 0.3 * flow + complex(0.5, 0), outer - 0.3 * flow + complex(0.4, 0.2), outer)
    leaf = joined([Path.line(meet, tip), edge, turn.reversed(), front.reversed()])
    drawing.shape("outline", leaf, both=True)
    drawing.stitch((Path.line(meet, tip) + edge).parallel(STITCH), both=True)
    drawing.mark(collar_point=tip)
    drawing.lengths["CO2"] = abs(tip - meet)


def draw_back_of_collar(
    drawing: Drawing, body: Frame, *, stand: float, fall: float, is_stitched: bool = True
) -> None:
    """A turned-down collar from the back; `fall` is its height from the fold to its edge."""
    wide, top = body.hps.real, -(1.3 + 0.5 * stand)
    fold = complex(wide - 0.1, top + 1.0)
    outer = body.hps + body.shoulder_slope * min(3.0, 0.28 * abs(body.shoulder - body.hps)) + 0.14j * fall
    arch, turn = _silhouette(wide, fold, outer, top)
    low = top + fall
    edge = Path.curve(outer, outer + complex(-0.3 * wide, 0.3), complex(0.5 * wide, low), complex(0, low))
    half = joined([arch.reversed(), turn, edge])
    drawing.shape("outline", joined([half, half.mirrored().reversed()]))
    if is_stitched:
        drawing.stitch(edge.parallel(-STITCH), both=True)


def _silhouette(wide: float, fold: complex, outer: complex, top: float) -> tuple[Path, Path]:
    """The upper edge of a collar from the fold to the centre, and its roll from the fold to the shoulder."""
    reach = abs(outer - fold)
    arch = Path.curve(fold, fold - ROLL * 0.9, complex(0.6 * wide, top), complex(0, top))
    return arch, Path.curve(fold, fold + ROLL * 0.4 * reach, outer + complex(-0.3, -0.4 * reach), outer)


def _draw_stand_front(
    drawing: Drawing, body: Frame, drop: float, meet: complex, *, stand: float, closure: str, mens: bool
) -> None:
    """The ends of a collar's stand between its points: one laps over the other."""
    neck = neck_curve(body.hps, drop, "crew")
    wide = body.hps.real
    rim = Path.line(neck.end, meet) + Path.line(meet, complex(0.6 * wide, meet.imag - 0.3 * wide), body.hps)
    drawing.shape("seams", neck + rim, both=True)
    side = -1.0 if mens else 1.0
    lap = complex(side * 1.3, meet.imag + 0.25)
    over = joined([
        Path.line(complex(0, meet.imag), lap),
        Path.curve(lap, lap + complex(side * 0.5, 0.1 * stand), complex(side * 1.6, drop - 0.4 * stand), complex(side * 1.5, drop - 0.05)),
    ])  # fmt: skip
    drawing.seam(over)
    if stand > 2 and closure in ("buttons", "placket"):
        drawing.shape("details", ellipse(complex(0, (meet.imag + drop) / 2 + 0.2), 0.55, 0.55))


def draw_lapels(
    drawing: Drawing, spec: Specification, body: Frame, break_point: float, *, mens: bool
) -> None:
    """A notched collar with lapels that roll to `break_point`, one front lapped over the other, and the
    collar's fall behind the neck."""
    wide, width = body.hps.real, spec.cm("LA1")
    fold, low = complex(wide - 0.1, -2.0), complex(-LAP, break_point)
    roll = Path.curve(low, low + (fold - low) * 0.4, fold + complex(-0.8, 4.0), fold)
    above = roll.after(lambda point: point.real)  # the centre, where both fronts cross
    outer = body.hps + body.shoulder_slope * min(3.0, 0.28 * abs(body.shoulder - body.hps))
    arch, turn = _silhouette(wide, fold, outer, -3.0)
    _draw_inside_of_collar(drawing, wide, arch, above)
    gorge = roll.at_length(roll.length() * GORGE)
    peak = gorge + direction(12) * width
    way = peak - low
    belly = unit(way) * 1j * 0.06 * abs(way)
    edge = Path.curve(low, low + 0.36 * way + belly, peak - 0.36 * way + belly, peak)
    over = joined([edge, Path.line(peak, gorge), roll.part(0.0, GORGE).reversed()])
    free = edge.after(lambda point: cross(above.start - mirror(low), point - mirror(low)))
    share = 1 - (1 - GORGE) * roll.length() / above.length()
    under = joined([free, Path.line(peak, gorge), above.part(0.0, share).reversed(), Path.line(above.start, free.start)])  # fmt: skip
    notch = gorge + (peak - gorge) * 0.6
    end = notch + direction(-48) * min(0.42 * width, 3.8)
    collar = joined([
        Path.line(gorge, notch, end),
        Path.curve(end, end + complex(-0.1, -0.3 * (end.imag - outer.imag)), outer + complex(0.5, 1.2), outer),
        turn.reversed(), roll.part(GORGE, 1.0).reversed(),
    ])  # fmt: skip
    for lapel, row, on_right in ((under, free, not mens), (over, edge, mens)):
        for part in (lapel, collar):  # the wearer's left lies on the right of the page
            drawing.shape("outline", part if on_right else part.mirrored())
        stitches = row.parallel(STITCH)
        drawing.stitch(stitches if on_right else stitches.mirrored())
    drawing.mark(lapel_point=peak)
    drawing.lengths["LA1"] = abs(peak - gorge)


def _draw_inside_of_collar(drawing: Drawing, wide: float, arch: Path, roll: Path) -> None:
    """What shows of the back between the lapels: collar, neck seam and label. `roll` runs up from where the
    fronts cross."""
    drawing.shape("inside", joined([arch, arch.mirrored().reversed(), roll.mirrored().reversed(), roll]), fill=SHADE)  # fmt: skip
    neck = Path.curve(complex(-wide + 0.6, 0.4), complex(-0.4 * wide, 1.8), complex(0.4 * wide, 1.8), complex(wide - 0.6, 0.4))  # fmt: skip
    drawing.add("inside", neck)
    drawing.add("inside", Path.line(complex(-1.5, 1.5), complex(-1.5, 3.7), complex(1.5, 3.7), complex(1.5, 1.5)))  # fmt: skip
