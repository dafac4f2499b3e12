"""Tops, jackets and dresses: everything that hangs from the shoulders."""

from dataclasses import dataclass

from techpack.flats import necks, trims
from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path, joined
from techpack.flats.specification import Specification
from techpack.flats.upper_body import Frame, Sleeve, frame, measure_upper, sleeve

COLLARED = {"shirt collar", "polo"}
OPEN = {"buttons", "full zip"}


@dataclass(frozen=True)
class Style:
    """What a product type has when nobody says otherwise."""

    neck: str
    sleeve: str = "long"
    closure: str = "none"
    hem: str = "straight"
    cuff: str = "stitched"
    pockets: str = "none"
    is_knit: bool = True
    yoke: bool = False


STYLES = {
    "t-shirt": Style("crew", "short"),
    "long-sleeve top": Style("crew"),
    "polo": Style("polo", "short", "placket", cuff="rib"),
    "shirt": Style("shirt collar", closure="buttons", hem="curved", cuff="cuff", is_knit=False, yoke=True),
    "sweatshirt": Style("crew", hem="rib", cuff="rib"),
    "hoodie": Style("hood", hem="rib", cuff="rib", pockets="kangaroo"),
    "sweater": Style("crew", hem="rib", cuff="rib"),
    "jacket": Style("shirt collar", closure="full zip", pockets="welt", is_knit=False),
    "coat": Style("lapel", closure="buttons", pockets="welt", is_knit=False),
    "dress": Style("crew", "none", is_knit=False),
}


@dataclass(frozen=True)
class Garment:
    """One garment as it is drawn: what was asked for, over what its type usually has."""

    spec: Specification
    view: str
    neck: str
    sleeve: str
    closure: str
    hem: str
    cuff: str
    pockets: str
    style: Style

    @classmethod
    def of(cls, spec: Specification, view: str) -> "Garment":
        style = STYLES[spec.product_type]
        neck = spec.feature("neck", style.neck)
        closure = spec.feature("closure", style.closure)
        if neck in COLLARED | {"lapel"} and closure == "none" and spec.product_type in ("polo", "shirt"):
            closure = style.closure
        if spec.product_type == "dress" and neck == "straps":
            sleeves = "none"
        else:
            sleeves = spec.feature("sleeve", style.sleeve)
        return cls(
            spec, view, neck, sleeves, closure, spec.feature("hem", style.hem), spec.feature("cuff", style.cuff),
            spec.feature("pockets", style.pockets), style,
        )  # fmt: skip

    @property
    def band(self) -> float:
        """Height of a neckband in cm; 0 where the neckline is only turned."""
        if self.neck not in necks.BANDED or self.spec.product_type == "dress":
            return 0.0
        return self.spec.cm("NB1") if self.style.is_knit else 0.0

    @property
    def is_front(self) -> bool:
        return self.view == "front"


def draw_top(spec: Specification, view: str) -> Drawing:
    """A top, jacket, coat or dress from the front or the back."""
    garment = Garment.of(_sleeved(spec), view)
    drawing = Drawing(view, 8 if spec.cm("BL1") > 85 else 5)
    drop = min(6.0, 0.1 * spec.cm("BL1")) if garment.hem == "curved" else 0.0
    body = frame(garment.spec, hem_drop=drop, is_ribbed=garment.hem == "rib", view=view)
    arm = None if garment.sleeve in ("none", "cap") else sleeve(garment.spec, body)
    front = necks.neckline(garment.spec, body, garment.neck, view="front", band=garment.band)
    back = necks.neckline(garment.spec, body, garment.neck, view="back", band=garment.band)
    line = front if garment.is_front else back
    if garment.neck == "straps":
        _strap_body(drawing, garment, body)
    else:
        if garment.is_front and garment.neck in necks.BANDED:
            necks.draw_inside(drawing, back, front)
        drawing.body(_outline(body, arm, line))
        _armhole(drawing, garment, body, arm, line)
    _hem(drawing, garment, body)
    if arm is not None:
        _sleeve_end(drawing, garment, arm)
    _waist_seam(drawing, garment, body)
    if garment.is_front:
        _front(drawing, garment, body, front)
    _neck(drawing, garment, body, line)
    if not garment.is_front and (garment.style.yoke or spec.feature("yoke") == "yes"):
        trims.back_yoke(drawing, garment.spec, body, pleat=True)
    measure_upper(drawing, garment.spec, body, arm)
    _measure_neck(drawing, garment, body, line)
    return drawing


def _sleeved(spec: Specification) -> Specification:
    """A long-sleeved measure on a garment that is said to have short sleeves is a contradiction: the
    measure wins. Without one, the typical length follows the feature."""
    if spec.has("SL1") or spec.feature("sleeve") not in ("short", "3/4", "long"):
        return spec
    if spec.feature("sleeve") == "long":
        return _with(spec, {"SL1": 60 * spec.size, "SO1": spec.measures.get("SO1", 9.5 * spec.size)})
    if STYLES[spec.product_type].sleeve == "short":
        return spec
    share = 0.36 if spec.feature("sleeve") == "short" else 0.72
    changed = {"SL1": spec.cm("SL1") * share if spec.cm("SL1") > 38 else spec.cm("SL1")}
    if not spec.has("SO1"):
        changed["SO1"] = spec.cm("SO1") * (1.45 if share < 0.5 else 1.15)
    return _with(spec, changed)


def _with(spec: Specification, changed: dict[str, float]) -> Specification:
    return Specification(spec.product_type, spec.measures | changed, spec.features, spec.is_mens)


def _outline(body: Frame, arm: Sleeve | None, line: necks.Neckline) -> Path:
    parts = [line.edge.reversed()]
    if abs(line.corner - body.hps) > 1e-6:
        parts.append(Path.line(line.corner, body.hps))
    parts.append(Path.line(body.hps, body.shoulder))
    if arm is None:
        parts.append(body.armhole)
    else:
        parts += [arm.top, Path.line(arm.end_top, arm.end_under), arm.under.reversed()]
    right = joined([*parts, body.side, body.hem])
    return joined([right, right.mirrored().reversed()])


def _armhole(
    drawing: Drawing, garment: Garment, body: Frame, arm: Sleeve | None, line: necks.Neckline
) -> None:
    if arm is None:
        drawing.stitch(body.armhole.parallel(-0.8), both=True)
        return
    if garment.spec.feature("shoulder") == "raglan":
        start = line.seam.at_length(line.seam.length() * 0.25)
        drawing.seam(trims.raglan_seam(body, start), both=True)
        return
    drawing.seam(body.armhole, both=True)
    if not garment.style.is_knit or garment.hem == "rib":
        drawing.stitch(body.armhole.parallel(-0.6), both=True)


def _hem(drawing: Drawing, garment: Garment, body: Frame) -> None:
    if garment.hem == "rib":
        trims.rib_hem(drawing, body, min(garment.spec.cm("HM1"), 0.2 * garment.spec.cm("BL1")))
        return
    height = {"curved": 0.7}.get(garment.hem, garment.spec.cm("HM1") if garment.style.is_knit else 2.5)
    trims.stitched_edge(drawing, body.hem, min(height, 5), left=False)


def _sleeve_end(drawing: Drawing, garment: Garment, arm: Sleeve) -> None:
    length = arm.top.length()
    is_short = length < 38
    height = min(garment.spec.cm("CU1"), 0.3 * length)
    if garment.cuff == "rib":
        trims.rib_cuff(drawing, arm, min(height, 2.5) if is_short else height)
    elif garment.cuff == "cuff" and not is_short:
        trims.shirt_cuff(drawing, arm, height)
    else:
        trims.stitched_edge(drawing, Path.line(arm.end_top, arm.end_under), 2.2, left=False)


def _neck(drawing: Drawing, garment: Garment, body: Frame, line: necks.Neckline) -> None:
    spec, view, neck = garment.spec, garment.view, garment.neck
    if neck in COLLARED:
        has_stand = neck == "shirt collar" and not garment.style.is_knit
        necks.draw_collar(drawing, spec, body, stand=spec.cm("CO3") if has_stand else 0.6, view=view)
    elif neck in ("roll", "mock"):
        height = (
            spec.measures.get("NB1", 0)
            if spec.measures.get("NB1", 0) > 4
            else (18.0 if neck == "roll" else 5.0)
        )
        necks.draw_roll(
            drawing, spec, body, min(height / 2 if height > 14 else height, 11), folded=neck == "roll"
        )
    elif neck == "band":
        necks.draw_stand(drawing, spec, body, view=view)
    elif neck == "hood":
        is_open = garment.closure == "full zip"
        necks.draw_hood(drawing, spec, body, view=view, is_open=is_open)
    elif neck == "lapel":
        _lapel_neck(drawing, garment, body)
    elif garment.band:
        necks.draw_band(drawing, line, neck, ribbed=garment.style.is_knit and garment.hem == "rib")
    elif neck != "straps":
        necks.draw_edge(drawing, line)


def _lapel_neck(drawing: Drawing, garment: Garment, body: Frame) -> None:
    if garment.is_front:
        trims.lapels(drawing, garment.spec, body, _break_point(garment), mens=garment.spec.is_mens)
        return
    wide, fall = body.hps.real, garment.spec.cm("CO1")
    side, low = complex(wide + 1.0, -0.6), complex(wide + 3.0, 0.45 * fall)
    half = joined([
        Path.curve(complex(0, -3.0), complex(0.6 * wide, -3.0), side + complex(-0.4, -1.2), side),
        Path.line(side, low),
        Path.curve(low, low + complex(-1.5, 0.2), complex(0.55 * wide, fall - 3), complex(0, fall - 3)),
    ])  # fmt: skip
    drawing.shape("outline", joined([half, half.mirrored().reversed()]))


def _break_point(garment: Garment) -> float:
    return min(0.42 * garment.spec.cm("BL1"), 34.0) if garment.spec.cm("BL1") < 85 else 30.0


def _front(drawing: Drawing, garment: Garment, body: Frame, line: necks.Neckline) -> None:
    spec, start = garment.spec, line.edge.end.imag
    bottom = body.hem_centre.imag
    if garment.neck == "lapel":
        start = _break_point(garment)
        edge = 2.5 if spec.is_mens else -2.5
        drawing.seam(Path.line(complex(0, start), complex(edge, start + 2.5), complex(edge, bottom)))
        count = int(spec.feature("buttons") or 0) or 3
        trims.buttons(drawing, start + 2.5, min(start + 26, bottom - 12), 0, count)
    elif garment.closure == "buttons":
        width = spec.cm("PL2")
        trims.button_placket(
            drawing,
            start,
            bottom,
            width,
            spec.cm("BU1"),
            count=int(spec.feature("buttons") or 0),
            mens=spec.is_mens,
        )
    elif garment.closure in ("full zip", "half zip"):
        end = (
            bottom
            if garment.closure == "full zip"
            else start + min(spec.measures.get("ZI1", 22), 0.5 * bottom)
        )
        trims.zip_line(drawing, complex(0, start), complex(0, end))
    elif garment.closure == "placket":
        _placket(drawing, spec, start)
    _pockets(drawing, garment, body)


def _placket(drawing: Drawing, spec: Specification, start: float) -> None:
    length, half = min(spec.cm("PL1"), 0.45 * spec.cm("BL1")), spec.cm("PL2") / 2
    end = spec.cm("NK2") + length
    box = [complex(-half, start), complex(-half, end), complex(half, end), complex(half, start)]
    drawing.seam(Path.line(*box))
    drawing.stitch(Path.line(complex(-half + 0.4, end - 1.2), complex(half - 0.4, end - 1.2)))
    trims.buttons(drawing, start + 1.5, end - 3.0, 0, int(spec.feature("buttons") or 0) or 3)
    drawing.dimension("PL1", complex(half + 1, spec.cm("NK2")), complex(half + 1, end))


def _pockets(drawing: Drawing, garment: Garment, body: Frame) -> None:
    spec, bottom = garment.spec, body.hem_side.imag
    if garment.pockets == "patch":
        width, height = min(spec.cm("PK1"), 0.3 * spec.cm("CH1")), min(spec.cm("PK2"), 0.25 * spec.cm("BL1"))
        top = spec.measures.get("PK3") or 0.95 * body.underarm.imag - 3
        trims.patch_pocket(drawing, complex(0.27 * spec.cm("CH1"), top), width, height)
    elif garment.pockets == "welt":
        size = min(spec.cm("PK1"), 0.4 * spec.cm("HE1"))
        low = complex(0.34 * spec.cm("HE1"), body.underarm.imag + 0.62 * (bottom - body.underarm.imag))
        trims.welt_pocket(
            drawing, low - complex(0.12 * size, size * 0.8), low + complex(0.1 * size, 0.15 * size)
        )
    elif garment.pockets == "kangaroo":
        low = bottom - (min(spec.cm("HM1"), 0.2 * spec.cm("BL1")) if garment.hem == "rib" else 3)
        trims.kangaroo_pocket(drawing, spec, low, is_split=garment.closure == "full zip")


def _waist_seam(drawing: Drawing, garment: Garment, body: Frame) -> None:
    """A dress has a seam where it is taken in."""
    spec = garment.spec
    if spec.product_type != "dress" or not spec.has("WA1"):
        return
    level = spec.measures.get("WP1") or min(0.62 * spec.cm("BL1"), 40 * spec.size)
    half = body.half_width(level)
    line = Path.curve(complex(half, level), complex(0.6 * half, level + 0.9), complex(0.3 * half, level + 1.1), complex(0, level + 1.1))  # fmt: skip
    drawing.seam(line, both=True)
    corner = body.hem_side
    if corner.real > 1.25 * half:
        for part, rise in ((0.38, 0.4), (0.7, 0.3)):
            foot = complex(corner.real * part, corner.imag - 0.8)
            top = foot - complex(corner.real * part * 0.18, rise * (corner.imag - level))
            drawing.add(
                "fold", Path.curve(foot, foot - complex(0.5, 4), top + complex(0.4, 4), top), both=True
            )


def _strap_body(drawing: Drawing, garment: Garment, body: Frame) -> None:
    """A bodice on straps: its top edge lies above the chest."""
    spec = garment.spec
    level = body.underarm.imag
    width = min(max(spec.cm("ST2"), 0.8), 6)
    foot = complex(min(body.hps.real + width / 2, 0.75 * body.underarm.real), max(0.62 * level, 8))
    depth = min(level - 1, foot.imag + (5.0 if garment.is_front else 2.0))
    top = joined([
        Path.curve(body.underarm, body.underarm + complex(-1.5, -0.3 * (level - foot.imag)), foot + complex(width / 2 + 1.2, 1.8), foot + width / 2),
        Path.line(foot + width / 2, foot - width / 2),
        Path.curve(foot - width / 2, foot + complex(-width / 2 - 1.5, 0.8 * (depth - foot.imag)), complex(0.45 * foot.real, depth), complex(0, depth)),
    ])  # fmt: skip
    high = complex(foot.real - 0.6, 0)
    strap = Path.line(foot - width / 2, high - width / 2, high + width / 2, foot + width / 2)
    drawing.shape("outline", strap + Path.line(strap.end, strap.start), both=True)
    right = joined([top.reversed(), body.side, body.hem])
    drawing.body(joined([right, right.mirrored().reversed()]))
    drawing.stitch(top.parallel(-0.7).part(0.03, 0.97), both=True)
    drawing.mark(strap_front=foot)


def _measure_neck(drawing: Drawing, garment: Garment, body: Frame, line: necks.Neckline) -> None:
    if garment.neck == "straps":
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
