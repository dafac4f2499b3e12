"""Collars that turn down, and lapels."""

from techpack.flats.drawing import SHADE, Drawing
from techpack.flats.parts.necks import STITCH, neck_curve
from techpack.flats.paths import Path, direction, ellipse, joined, unit
from techpack.flats.specification import Specification
from techpack.flats.upper_body import Frame


def draw_collar(
    drawing: Drawing, spec: Specification, body: Frame, *, stand: float, view: str, closure: str, mens: bool
) -> None:
    """A turned-down collar: of a shirt with its stand, of a polo on a low one."""
    wide, fall, point = body.hps.real, spec.cm("CO1"), spec.cm("CO2")
    fold = complex(wide + 0.2, -0.9 - 0.2 * stand)
    outer = body.hps + body.shoulder_slope * min(2.2, 0.2 * abs(body.shoulder - body.hps)) - 0.1j
    top = -(1.3 + 0.5 * stand)
    arch = Path.curve(fold, fold + complex(-0.5, -0.9), complex(0.62 * wide, top), complex(0, top))
    turn = Path.curve(fold, fold + complex(0.9, -0.1), outer + complex(-0.3, -0.9), outer)
    if view == "back":
        low = min(top + fall, spec.cm("YO1") + 2.5)
        outer = outer + body.shoulder_slope * 0.8 + 0.14j * fall
        turn = Path.curve(fold, fold + complex(0.9, -0.1), outer + complex(-0.5, -0.16 * fall), outer)
        edge = Path.curve(outer, outer + complex(-0.25 * wide, 0.5), complex(0.5 * wide, low), complex(0, low))  # fmt: skip
        half = joined([arch.reversed(), turn, edge])
        drawing.shape("outline", joined([half, half.mirrored().reversed()]))
        drawing.stitch(edge.parallel(_inward(edge) * STITCH), both=True)
        return
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
    way = direction(60)
    corner = tip - way * 0.85 + complex(0.42, 0)
    line = Path.line(meet + way * 1.1 + complex(0.62, -0.25), corner)
    drawing.stitch(line + Path.line(corner, edge.parallel(_inward(edge) * STITCH).part(0.1, 1).start) + edge.parallel(_inward(edge) * STITCH).part(0.1, 0.98), both=True)  # fmt: skip
    drawing.mark(collar_point=tip)
    drawing.lengths["CO2"] = abs(tip - meet)


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


def _inward(edge: Path) -> float:
    """1 or -1: the side of the edge of a collar on which the collar lies, to use with `parallel`."""
    middle = edge.length() / 2
    return 1.0 if edge.parallel(0.5).at_length(middle).imag < edge.at_length(middle).imag else -1.0


def lapels(drawing: Drawing, spec: Specification, body: Frame, break_point: float, *, mens: bool) -> None:
    """A notched collar with lapels that roll to `break_point`, and the collar's fall behind the neck."""
    wide, width = body.hps.real, spec.cm("LA1")
    fold = complex(wide + 0.1, -1.6)
    low = complex(0, break_point)
    arch = Path.curve(fold, fold + complex(-0.6, -1.0), complex(0.6 * wide, -3.0), complex(0, -3.0))
    roll = Path.curve(low, low + (fold - low) * 0.4 + complex(0.4, 0), fold + complex(-0.7, 4.0), fold)
    drawing.shape("inside", joined([arch, arch.mirrored().reversed(), roll.mirrored().reversed(), roll]), fill=SHADE)  # fmt: skip
    neck = Path.curve(complex(-wide + 0.6, 0.4), complex(-0.4 * wide, 1.8), complex(0.4 * wide, 1.8), complex(wide - 0.6, 0.4))  # fmt: skip
    drawing.add("inside", neck, neck.shifted(-1.6j).part(0.08, 0.92))
    drawing.add("inside", Path.line(complex(-1.5, 1.5), complex(-1.5, 3.7), complex(1.5, 3.7), complex(1.5, 1.5)))  # fmt: skip
    gorge = roll.at_length(roll.length() * 0.7)
    peak = gorge + direction(6) * width
    notch = gorge + (peak - gorge) * 0.6
    outer = body.hps + body.shoulder_slope * min(3.2, 0.3 * abs(body.shoulder - body.hps))
    way = peak - low
    belly = unit(way) * 1j * 0.07 * abs(way)
    edge = Path.curve(low, low + 0.36 * way + belly, peak - 0.36 * way + belly, peak)
    lapel = joined([edge, Path.line(peak, gorge), roll.part(0.0, 0.7).reversed()])
    end = notch + direction(-46) * min(0.4 * width, 3.8)
    collar = joined([
        Path.line(gorge, notch, end),
        Path.curve(end, end + complex(-0.1, -0.3 * (end.imag - outer.imag)), outer + complex(0.5, 1.4), outer),
        Path.curve(outer, outer + complex(-0.3, -1.0), fold + complex(0.9, 0), fold), roll.part(0.7, 1.0).reversed(),
    ])  # fmt: skip
    for side in ("left", "right") if mens else ("right", "left"):  # the one on top comes last
        for part in (lapel, collar):
            drawing.shape("outline", part if side == "right" else part.mirrored())
    drawing.stitch(edge.parallel(0.6 if edge.parallel(1).at_length(5).real < edge.at_length(5).real else -0.6).part(0.08, 0.97), both=True)  # fmt: skip
    drawing.mark(lapel_point=peak)
    drawing.lengths["LA1"] = abs(peak - gorge)
