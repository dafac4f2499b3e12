"""Tops, jackets and dresses: everything that hangs from the shoulders."""

from collections.abc import Callable

from techpack.flats.bodices import draw_bodice
from techpack.flats.drawing import Drawing
from techpack.flats.front_details import break_point, draw_front
from techpack.flats.garments import BARE, UNKNOWN, Garment, completed
from techpack.flats.parts import collars, hoods, necks, trims
from techpack.flats.parts.sleeves import SHORT_SLEEVE, Sleeve, cap_sleeve, measure_sleeve, sleeve
from techpack.flats.paths import Path, joined
from techpack.flats.specification import Specification
from techpack.flats.upper_body import BELOW_ARMHOLE, Frame, frame, measure_body, rib_height, waist_level


def draw_top(spec: Specification, view: str) -> Drawing:
    """A top, jacket, coat or dress from the front or the back."""
    garment = Garment.of(completed(spec), view)
    drawing = Drawing(view, 8 if spec.cm("BL1") > 85 else 5)
    drop = min(6.0, 0.1 * spec.cm("BL1")) if garment.hem == "curved" else 0.0
    body = frame(garment.spec, hem_drop=drop, is_ribbed=garment.hem == "rib", view=view)
    has_sleeve = garment.sleeve not in ("none", "cap") and garment.neck not in BARE
    arm = sleeve(garment.spec, body, rib=garment.rib) if has_sleeve else None
    front = necks.neckline(garment.spec, body, garment.neck, view="front", band=garment.band)
    back = necks.neckline(garment.spec, body, garment.neck, view="back", band=garment.band)
    line = front if garment.is_front else back
    if garment.neck in BARE:
        top = draw_bodice(drawing, garment, body)
    else:
        top = line.edge.end.imag
        if garment.is_front and garment.neck in necks.BANDED | {UNKNOWN}:
            necks.draw_inside(drawing, back, front)
        _draw_body(drawing, garment, body, arm, line)
    _hem(drawing, garment, body)
    if arm is not None:
        _sleeve_end(drawing, garment, arm)
    _waist_seam(drawing, garment, body)
    _front_and_neck(drawing, garment, body, line, top)
    _yokes(drawing, garment, body)
    trims.vents(drawing, garment.spec, body, spec.feature("vents"), is_front=garment.is_front)
    measure_body(drawing, garment.spec, body)
    if arm is not None:
        measure_sleeve(drawing, garment.spec, body, arm)
    _measure_neck(drawing, garment, body, line)
    return drawing


def _draw_body(
    drawing: Drawing, garment: Garment, body: Frame, arm: Sleeve | None, line: necks.Neckline
) -> None:
    """The outline with its sleeves, and the armholes."""
    cap = cap_sleeve(garment.spec, body) if garment.sleeve == "cap" else None
    drawing.body(_outline(body, arm, line, cap))
    if cap is not None:
        drawing.stitch(Path(cap.pieces[1:]).parallel(-0.8), both=True)
    _armhole(drawing, garment, body, arm, line)
    if garment.is_front and garment.yoke == "back":
        trims.forward_shoulder(drawing, body, line.seam)


def _front_and_neck(
    drawing: Drawing, garment: Garment, body: Frame, line: necks.Neckline, top: float
) -> None:  # fmt: skip
    """Closure, pockets and neck. A closure runs up a standing collar, but under a collar that is turned down."""
    stands = garment.neck in ("roll", "mock")
    if stands:
        _neck(drawing, garment, body, line)
    if garment.is_front:
        edge = None if stands or garment.neck in BARE else line.edge
        draw_front(drawing, garment, body, -_stand_height(garment) if stands else top, edge)
    if not stands:
        _neck(drawing, garment, body, line)


def _outline(body: Frame, arm: Sleeve | None, line: necks.Neckline, cap: Path | None) -> Path:
    parts = [line.edge.reversed()]
    if abs(line.corner - body.hps) > 1e-6:
        parts.append(Path.line(line.corner, body.hps))
    parts.append(Path.line(body.hps, body.shoulder))
    if cap is not None:
        parts.append(cap)
    elif arm is None:
        parts.append(body.armhole)
    else:
        parts += [arm.top, Path.line(arm.end_top, arm.end_under), arm.under.reversed()]
    right = joined([*parts, body.side, body.hem])
    return joined([right, right.mirrored().reversed()])


def _armhole(
    drawing: Drawing, garment: Garment, body: Frame, arm: Sleeve | None, line: necks.Neckline
) -> None:
    if arm is None and garment.sleeve != "cap":
        drawing.stitch(body.armhole.parallel(-0.8), both=True)
        return
    if garment.spec.feature("shoulder") == "raglan":
        start = line.seam.at_length(line.seam.length() * 0.25)
        drawing.seam(trims.raglan_seam(body, start), both=True)
        return
    drawing.seam(body.armhole, both=True)
    if garment.style.topstitch:
        drawing.stitch(body.armhole.parallel(-0.6), both=True)


def _hem(drawing: Drawing, garment: Garment, body: Frame) -> None:
    if garment.hem == "rib":
        trims.rib_hem(drawing, body, rib_height(garment.spec))
        return
    height = {"curved": 0.7}.get(garment.hem, garment.spec.cm("HM1") if garment.style.is_knit else 2.5)
    is_twin = garment.style.is_knit and garment.hem != "curved"
    trims.stitched_edge(drawing, body.hem, min(height, 5), left=False, is_twin=is_twin)


def _sleeve_end(drawing: Drawing, garment: Garment, arm: Sleeve) -> None:
    length = arm.top.length()
    is_short = length < SHORT_SLEEVE * garment.spec.size
    height = min(garment.spec.cm("CU1"), 0.3 * length)
    if garment.cuff == "rib":
        trims.rib_cuff(drawing, arm, min(height, 2.5) if is_short else height)
    elif garment.cuff == "cuff" and not is_short:
        trims.shirt_cuff(drawing, arm, height, is_front=garment.is_front)
    else:
        end = Path.line(arm.end_top, arm.end_under)
        trims.stitched_edge(drawing, end, 2.2, left=False, is_twin=garment.style.is_knit)


def _stand_height(garment: Garment) -> float:
    """How high a collar of knit stands: half the length of its cloth where it is folded over."""
    given = garment.spec.measures.get("NB1", 0)
    height = given if given > 4 else (18.0 if garment.neck == "roll" else 5.0)
    return min(height / 2 if height > 14 else height, 11)


def _neck(drawing: Drawing, garment: Garment, body: Frame, line: necks.Neckline) -> None:
    """The collar or hood, or else the edge of the neckline."""
    if garment.neck in _COLLARS:
        _COLLARS[garment.neck](drawing, garment, body)
    elif garment.band:
        is_ribbed = garment.style.is_knit and garment.hem == "rib"
        is_linked = garment.spec.product_type == "sweater"
        necks.draw_band(drawing, line, garment.neck, is_ribbed=is_ribbed, is_stitched=not is_linked)
    elif garment.neck not in BARE:
        necks.draw_edge(drawing, line)


def _turned_collar(drawing: Drawing, garment: Garment, body: Frame) -> None:
    spec = garment.spec
    has_stand = garment.neck == "shirt collar" and not garment.style.is_knit
    stand = spec.cm("CO3") if has_stand else 1.0
    if garment.is_front:
        collars.draw_collar(drawing, spec, body, stand=stand, closure=garment.closure, mens=spec.is_mens)
    else:
        fall = min(spec.cm("CO1"), spec.cm("YO1") + 3.8)
        collars.draw_back_of_collar(drawing, body, stand=stand, fall=fall)


def _standing_collar(drawing: Drawing, garment: Garment, body: Frame) -> None:
    is_ribbed = garment.style.is_knit or garment.hem == "rib"
    is_folded = garment.neck == "roll"
    height = _stand_height(garment)
    necks.draw_roll(drawing, garment.spec, body, height, is_folded=is_folded, is_ribbed=is_ribbed)


def _hood(drawing: Drawing, garment: Garment, body: Frame) -> None:
    is_open = garment.closure in ("full zip", "buttons", "open")
    has_cords = garment.style.is_knit
    hoods.draw_hood(drawing, garment.spec, body, view=garment.view, is_open=is_open, has_cords=has_cords)


def _lapels(drawing: Drawing, garment: Garment, body: Frame) -> None:
    spec = garment.spec
    if garment.is_front:
        collars.draw_lapels(drawing, spec, body, break_point(garment), mens=spec.is_mens)
    else:
        collars.draw_back_of_collar(drawing, body, stand=3.4, fall=spec.cm("CO1"), is_stitched=False)


_COLLARS: dict[str, Callable[[Drawing, Garment, Frame], None]] = {
    "shirt collar": _turned_collar,
    "polo": _turned_collar,
    "roll": _standing_collar,
    "mock": _standing_collar,
    "band": lambda drawing, garment, body: necks.draw_stand(drawing, garment.spec, body, view=garment.view),
    "hood": _hood,
    "lapel": _lapels,
    UNKNOWN: lambda drawing, garment, body: necks.draw_open_collar(drawing, garment.spec, body),
}


def _yokes(drawing: Drawing, garment: Garment, body: Frame) -> None:
    yoke = garment.yoke
    if garment.is_front and yoke == "front and back":
        trims.front_yoke(drawing, garment.spec, body)
    elif not garment.is_front and yoke in ("back", "front and back"):
        pleat = garment.spec.feature("pleats", "box" if garment.style.yoke else "none")
        trims.back_yoke(drawing, garment.spec, body, pleat=pleat)


def _waist_seam(drawing: Drawing, garment: Garment, body: Frame) -> None:
    """A dress has a seam where it is taken in."""
    spec = garment.spec
    if spec.product_type != "dress" or spec.feature("waistband", "none") == "none":
        return
    level = waist_level(spec, body.underarm.imag + BELOW_ARMHOLE)
    half = body.half_width(level)
    line = Path.curve(complex(half, level), complex(0.6 * half, level + 0.9), complex(0.3 * half, level + 1.1), complex(0, level + 1.1))  # fmt: skip
    drawing.seam(line, both=True)
    if spec.feature("waistband") in ("elastic", "drawstring"):
        trims.gathers(drawing, line, 4.0)
        if spec.feature("waistband") == "drawstring" and garment.is_front:
            trims.drawstring(drawing, complex(0, level + 1.1), 16)
    corner = body.hem_side
    if corner.real > 1.25 * half:
        for part, rise in ((0.38, 0.4), (0.7, 0.3)):
            foot = body.hem.at_distance(corner.real * part) or corner
            top = foot - complex(corner.real * part * 0.18, rise * (corner.imag - level))
            drawing.add(
                "fold", Path.curve(foot, foot - complex(0.5, 4), top + complex(0.4, 4), top), both=True
            )


def _measure_neck(drawing: Drawing, garment: Garment, body: Frame, line: necks.Neckline) -> None:
    if garment.neck in BARE:
        return
    high = drawing.box()[0].imag
    if garment.neck != "hood":
        drawing.dimension("NK1", complex(-body.hps.real, 0), body.hps, complex(0, high - 2.0))
    centre = line.seam.end
    drawing.mark(**{"cf_neck" if garment.is_front else "cb_neck": centre})
    if garment.is_front and garment.neck in necks.BANDED:
        drawing.dimension("NK2", complex(0, 0), centre)
    if not garment.is_front:
        drawing.dimension("NK3", complex(0, 0), centre)
        drawing.dimension("BL2", centre, body.hem_centre)
