"""Trousers, jeans and shorts."""

from dataclasses import dataclass

from techpack.flats.drawing import Drawing
from techpack.flats.parts import pockets, trims, waists
from techpack.flats.paths import Path, direction, joined
from techpack.flats.specification import Specification

LEG_ANGLE = 6.0  # degrees each leg stands off the centre line
BELOW_CROTCH = 2.5
KNEE = 33.0  # cm below the crotch
HIP = 20.0  # cm below the top edge
LOW_RISE = 3.5  # cm below the hip: where legs begin no lower, the hip is measured among them and not followed
RIB = 6.0  # cm: height of a rib at the leg
GATHERED = 0.07  # share of the opening that a leg above a rib is wider on each side
NARROWING = 1.06  # how much wider the thigh of shorts is than their opening, at most
GATHERS = 0.55  # out for down, from waist to hip: gathered shorts, whose sides run straight from waist to leg
SHORTS = 25.0  # cm of inseam up to which a leg is one of shorts
# Shapes of legs: hem as a share of the usual one, and how much of the way to the thigh the knee is wider.
LEGS = {"slim": (0.78, 0.46), "tapered": (0.82, 0.66), "wide": (1.5, 0.55), "flared": (1.45, -0.35)}
RIBBED = (0.52, 0.62)  # the same of a leg that ends in a rib
STRAIGHT = 0.6  # the same of a leg that runs straight from thigh to hem
INSEAMS = {"short": 0.6, "knee": 1.9, "cropped": 0.8, "ankle": 0.93}  # shares of the usual inseam


@dataclass(frozen=True)
class Legs:
    """The right half of trousers. `outer` runs from the waist to the hem, `inner` from the crotch."""

    waist_side: complex
    waist_centre: complex
    crotch: complex
    hem_outer: complex
    hem_inner: complex
    outer: Path
    inner: Path
    along: complex

    @property
    def waist(self) -> Path:
        """The top edge, from the side to the centre."""
        return waists.edge(self.waist_side, self.waist_centre)

    def half_width(self, y: float) -> float:
        return (self.outer.at_level(y) or self.waist_side).real

    def below(self, height: float) -> Path:
        """A line that far below the top edge, from the side to the centre."""
        low = self.waist.shifted(complex(0, height))
        side = complex(self.half_width(low.start.imag), low.start.imag)
        _, second, third, end = low.pieces[0]
        return Path(((side, second, third, end),))


def legs(spec: Specification) -> Legs:
    """The outline of trousers of any length."""
    rise, inseam = spec.cm("FR1"), inseam_of(spec)
    along = direction(90 - LEG_ANGLE)
    square = along * -1j  # outwards
    crotch = complex(0, rise)
    hem_inner = crotch + along * inseam
    start = crotch + along * min(BELOW_CROTCH, 0.4 * inseam)
    hip_half, thigh = _hip_and_thigh(spec, start, square, is_short=inseam < SHORTS)
    opening_share, knee_share = LEGS.get(spec.feature("leg"), (1.0, STRAIGHT))
    if spec.feature("leg_hem") == "rib":
        opening_share, knee_share = RIBBED
    opening = (
        spec.cm("LO1")
        if spec.has("LO1")
        else min(spec.cm("LO1") * opening_share, (1.0 if inseam < SHORTS else 0.97) * thigh)
    )
    if spec.has("KN1") and not spec.has("LO1") and opening_share == 1.0:
        opening = _beyond_knee(spec, thigh, inseam)
    if inseam < SHORTS:
        opening = min(opening, 1.3 * thigh)
    hem_outer = hem_inner + square * opening
    points = [start + square * thigh]
    if inseam > KNEE + 10:
        knee = crotch + along * KNEE
        wide = spec.cm("KN1") if spec.has("KN1") else opening + knee_share * (thigh - opening)
        points.append(knee + square * wide)
    points.append(hem_outer)
    waist = spec.cm("WB1") / 2
    hip_level = HIP if rise > HIP + LOW_RISE else 0.82 * rise
    hip = complex(max(hip_half, 0.5 * waist), hip_level)
    shows_hip = points[0].imag - hip.imag > 1.0 and not _is_hidden(hip, points[0], rise, inseam)
    shows_hip = shows_hip and not (inseam < SHORTS and hip.real - waist > GATHERS * hip_level)
    before = [hip] if shows_hip else []
    side = complex(waist, _waist_lift(spec, waist, before, points))
    outer, inner = waists.side_seam([side, *before, *points]), Path.line(crotch, hem_inner)
    if spec.feature("leg_hem") == "rib" and inseam > 3 * RIB:
        full = GATHERED * opening
        corner = hem_outer - along * RIB
        outer = waists.side_seam([side, *before, *points[:-1], corner + square * full - along * 2.0])
        outer = outer + _drawn_in(outer.end, corner, along) + Path.line(corner, hem_outer)
        corner = hem_inner - along * RIB
        inner = Path.line(crotch, corner - square * full - along * 2.0)
        inner = inner + _drawn_in(inner.end, corner, along) + Path.line(corner, hem_inner)
    return Legs(side, complex(0, 0), crotch, hem_outer, hem_inner, outer, inner, along)


def _beyond_knee(spec: Specification, thigh: float, inseam: float) -> float:
    """The opening of a leg whose knee is known: it widens on as from thigh to knee, or narrows as usual."""
    knee = spec.cm("KN1")
    wider = (knee - thigh) * max(0.0, inseam - KNEE) / (KNEE - BELOW_CROTCH)
    return knee + wider if wider > 0 else knee * spec.typical("LO1") / spec.typical("KN1")


def _is_hidden(hip: complex, thigh: complex, rise: float, inseam: float) -> bool:
    """Whether the hip of shorts is measured among the legs: a seam that followed it would stand out as a barrel's."""
    return inseam < SHORTS and rise <= HIP + LOW_RISE and thigh.real >= hip.real


def _drawn_in(full: complex, corner: complex, along: complex) -> Path:
    """The edge of a leg as it is gathered into its rib."""
    return Path.curve(full, full + along * 1.5, corner + (full + along * 2.0 - corner) * 0.8, corner)


def inseam_of(spec: Specification) -> float:
    """The inseam in cm; what the length class says where nobody measured it."""
    if spec.has("IN1"):
        return spec.cm("IN1")
    return spec.cm("IN1") * INSEAMS.get(spec.feature("length"), 1.0)


def _hip_and_thigh(
    spec: Specification, start: complex, square: complex, *, is_short: bool
) -> tuple[float, float]:
    """Half the hip width, and the thigh width. What is not known of the two follows the other, without
    a bulge between them."""
    hip, thigh = spec.cm("HP2") / 2, spec.cm("TH1")
    if spec.has("TH1") and not spec.has("HP2"):
        return (start + square * thigh).real - 0.8, thigh
    if not spec.has("TH1"):
        thigh = min(thigh, (hip + 0.8 - start.real) / square.real)
        if is_short and spec.has("LO1"):
            thigh = min(max(thigh, spec.cm("LO1")), NARROWING * spec.cm("LO1"))
            hip = hip if spec.has("HP2") else min(hip, (start + square * thigh).real)
    return hip, thigh


def _waist_lift(
    spec: Specification, waist: float, before: list[complex], points: list[complex]
) -> float:  # fmt: skip
    """How far the waist lies above or below the centre front at the side, so that the outseam is right."""
    if not spec.has("OS1"):
        return -1.0

    def outseam(lift: float) -> float:
        return waists.side_seam([complex(waist, lift), *before, *points]).length()

    low, high = -5.0, 4.0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if outseam(middle) > spec.cm("OS1") else (low, middle)
    return (low + high) / 2


def draw_trousers(spec: Specification, view: str) -> Drawing:
    """Trousers, jeans or shorts from the front or the back."""
    drawing = Drawing(view, 8 if inseam_of(spec) > 35 else 5)
    half = legs(spec)
    is_front = view == "front"
    height = spec.cm("WB3")
    waistband = spec.feature("waistband", "flat" if spec.product_type == "jeans" else "")
    if is_front:
        waists.draw_inside(drawing, half.waist, height)
    drawing.body(_closed(half))
    waists.draw_band(drawing, half.below, half.half_width(0), height, waistband, is_front=is_front, mens=spec.is_mens)  # fmt: skip
    _hems(drawing, spec, half)
    drawing.seam(Path.line(complex(0, height), half.crotch))
    _creases(drawing, spec, half, height, is_front=is_front)
    if is_front:
        _front_pockets(drawing, spec, half, height)
        if waistband == "flat":
            _fly(drawing, spec, height, half.crotch.imag)
    else:
        _back(drawing, spec, half, height)
    _measure_legs(drawing, spec, half, view)
    return drawing


def _closed(half: Legs) -> Path:
    """Round the whole garment, from the centre of the waist to the right."""
    right = joined([
        half.waist.reversed(), half.outer, Path.line(half.hem_outer, half.hem_inner), half.inner.reversed(),
    ])  # fmt: skip
    return joined([right, right.mirrored().reversed()])


def _hems(drawing: Drawing, spec: Specification, half: Legs) -> None:
    hem = Path.line(half.hem_outer, half.hem_inner)
    kind, is_jeans = spec.feature("leg_hem", "stitched"), spec.product_type == "jeans"
    if kind in ("rib", "turn-up"):
        up = half.along * -min(RIB if kind == "rib" else 4.0, 0.3 * abs(half.hem_inner - half.crotch))
        line = _across_leg(half, half.hem_inner + up)
        drawing.seam(line, both=True)
        if kind == "rib":
            trims.ribs(drawing, line, hem)
        else:
            drawing.stitch(_across_leg(half, half.hem_inner + 0.5 * up), both=True)
    else:
        drawing.stitch(_across_leg(half, half.hem_inner - half.along * (1.3 if is_jeans else 2.8)), both=True)
    if is_jeans:
        drawing.stitch(half.inner.parallel(0.5).part(0.03, 1), both=True)


def _across_leg(half: Legs, inner: complex) -> Path:
    """Square across the leg, from the side seam to a point of the inner seam."""
    square = half.along * -1j
    return Path.line(inner + square * _across(half, inner, square), inner)


def _creases(drawing: Drawing, spec: Specification, half: Legs, height: float, *, is_front: bool) -> None:
    """Pleats under the waistband and the pressed crease."""
    band = half.below(height)
    count = {"one": 1, "two": 2, "knife": 1, "box": 2}.get(spec.feature("pleats"), 0)
    if is_front:
        for number in range(count):
            at = band.at_length(band.length() * (0.5 - 0.17 * number))
            drawing.detail(Path.line(at, at + complex(-0.3, 9 - 3 * number)), Path.line(at - 0.9, at + complex(-0.6, 3)), both=True)  # fmt: skip
    if spec.feature("crease") == "yes":
        low = (half.hem_inner + half.hem_outer) / 2
        start = band.at_length(band.length() * 0.5) + (complex(-0.3, 9.5) if is_front and count else 12j)
        drawing.add("fold", Path.line(start, low - half.along * 3.2), both=True)


def _fly(drawing: Drawing, spec: Specification, height: float, rise: float) -> None:
    """The stitching of a fly: right over left for women, left over right for men."""
    end, wide = min((spec.cm("FL1") if spec.has("FL1") else min(spec.cm("FL1"), 0.62 * rise)) + height, 0.8 * rise), 3.6  # fmt: skip
    side = 1.0 if spec.is_mens else -1.0
    for inset in (0.0, 0.6):
        x = side * (wide - inset)
        drawing.stitch(joined([
            Path.line(complex(x, height), complex(x, end - 4)),
            Path.curve(complex(x, end - 4), complex(x, end - 1 - inset), complex(side * 1.4, end - inset), complex(0, end + 0.8 - inset)),
        ]))  # fmt: skip
    drawing.detail(Path.line(complex(side * 0.5, end + 0.4), complex(-side * 0.5, end + 0.4)))


def _front_pockets(drawing: Drawing, spec: Specification, half: Legs, height: float) -> None:
    kind = spec.feature("pockets", "scoop" if spec.product_type == "jeans" else "none")
    band, low = half.below(height), half.crotch.imag
    if kind == "scoop":
        start = band.at_length(band.length() * 0.4)
        end = half.outer.at_level(height + min(7.5, 0.35 * low)) or half.waist_side
        scoop = Path.curve(start, start + complex(0.2, 0.62 * (end.imag - start.imag)), end + complex(-0.45 * (end.real - start.real), 0.5), end)  # fmt: skip
        drawing.seam(scoop, both=True)
        drawing.stitch(scoop.parallel(-0.3), scoop.parallel(-0.9), both=True)
        if spec.product_type == "jeans":
            _coin_pocket(drawing, scoop, band, start, end)
    elif kind in ("slant", "patch", "welt"):
        start = band.at_length(band.length() * 0.26)
        end = half.outer.at_level(min(height + 16, 0.8 * low)) or half.waist_side
        if kind == "slant":
            pocket = Path.line(start, end)
            drawing.seam(pocket, both=True)
            drawing.stitch(pocket.parallel(-0.6), both=True)
        elif kind == "welt":
            pockets.welt_pocket(drawing, start + complex(-0.5, 3), end + complex(-3.5, 0))
        else:
            wide = min(spec.cm("PK1"), 0.6 * half.half_width(low), 0.55 * (half.hem_inner.imag - height))
            knee = min(low + 4, half.hem_inner.imag - 4 - 1.15 * wide)
            centre = complex(half.half_width(knee) - 0.55 * wide, knee)
            pockets.flap_pocket(drawing, centre, wide, 1.15 * wide, both=True)


def _coin_pocket(drawing: Drawing, scoop: Path, band: Path, start: complex, end: complex) -> None:
    """The small pocket inside the wearer's right scoop, and rivets at the ends of both."""
    level = start.imag + 0.45 * (end.imag - start.imag)
    a, b = scoop.at_level(level + 0.6) or start, complex(end.real - 0.32 * (end.real - start.real), level)
    foot = scoop.at_distance(b.real)
    if foot is not None and foot.imag > b.imag:
        opening = Path.line(a, b, foot).mirrored()
        drawing.seam(opening)
        drawing.stitch(Path.line(a + 0.5j, b + complex(-0.3, 0.5)).mirrored())
    for at in (scoop.at_length(0.5), scoop.at_length(scoop.length() - 0.8)):
        trims.rivet(drawing, at + 0.2j)


def _back(drawing: Drawing, spec: Specification, half: Legs, height: float) -> None:
    is_jeans = spec.product_type == "jeans"
    level = height
    if spec.feature("yoke", "back" if is_jeans else "none") in ("back", "front and back"):
        side = half.outer.at_level(height + 3.5) or half.waist_side
        level = height + 6.5
        yoke = Path.line(side, complex(0, level))
        drawing.seam(yoke, both=True)
        drawing.stitch(yoke.parallel(-0.6), both=True)
    kind = spec.feature("back_pockets", "patch" if is_jeans else "none")
    wide = half.half_width(min(height + 9, HIP))
    size = min(spec.measures.get("PK1") or 14.0, 0.62 * wide)
    if kind == "patch":
        pockets.back_pocket(drawing, complex(0.5 * wide, level + 1.8), size, 1.05 * size, arcs=is_jeans)
    elif kind == "welt":
        line = level + 6.5
        drawing.detail(Path.line(complex(0.5 * wide, level), complex(0.5 * wide, line)), both=True)
        pockets.welt_pocket(drawing, complex(0.5 * wide - size / 2, line + 1.2), complex(0.5 * wide + size / 2, line + 1.0), height=1.2)  # fmt: skip
        trims.button(drawing, complex(0.5 * wide, line + 2.2), both=True)


def _measure_legs(drawing: Drawing, spec: Specification, half: Legs, view: str) -> None:
    drawing.mark(
        waist_side=half.waist_side, waist_centre=half.waist_centre, crotch=half.crotch,
        leg_outer_hem=half.hem_outer, leg_inner_hem=half.hem_inner,
    )  # fmt: skip
    left = complex(-half.waist_side.real, half.waist_side.imag)
    drawing.dimension("WB1", left, half.waist_side, complex(0, -half.waist_side.imag - 4))
    if half.crotch.imag > HIP + LOW_RISE:
        wide = half.half_width(HIP)
        drawing.mark(hip=complex(wide, HIP))
        drawing.dimension("HP2", complex(-wide, HIP), complex(wide, HIP))
    if view == "front":
        drawing.dimension("FR1", half.waist_centre, half.crotch)
    square = half.along * -1j
    start = half.crotch + half.along * min(BELOW_CROTCH, 0.4 * abs(half.hem_inner - half.crotch))
    outside = start + square * _across(half, start, square)
    drawing.mark(thigh_outer=outside)
    drawing.dimension("TH1", start, outside)
    if abs(half.hem_inner - half.crotch) > KNEE + 10:
        knee = half.crotch + half.along * KNEE
        outside = knee + square * _across(half, knee, square)
        drawing.mark(knee_outer=outside)
        drawing.dimension("KN1", knee, outside)
    drawing.dimension("LO1", half.hem_inner, half.hem_outer, half.along * 3)
    drawing.dimension("IN1", half.crotch, half.hem_inner, square * -2.5)
    outer = half.outer
    drawing.dimension("OS1", outer.start, outer.end, complex(6, 0))
    drawing.lengths["OS1"] = outer.length()


def _across(half: Legs, start: complex, square: complex) -> float:
    """From a point of the inner seam square to the leg, to the side seam."""
    points = half.outer.points(40)
    for a, b in zip(points, points[1:], strict=False):
        low, high = _beside(a - start, square), _beside(b - start, square)
        if low * high <= 0 and low != high:
            at = a + (b - a) * (-low / (high - low))
            return abs(at - start)
    return abs(half.hem_outer - half.hem_inner)


def _beside(vector: complex, way: complex) -> float:
    return vector.real * way.imag - vector.imag * way.real
