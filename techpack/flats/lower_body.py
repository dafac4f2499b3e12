"""Trousers, jeans, shorts and skirts."""

from dataclasses import dataclass

from techpack.flats import trims
from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path, direction, ellipse, joined
from techpack.flats.specification import Specification

LEG_ANGLE = 6.0  # degrees each leg stands off the centre line
BELOW_CROTCH = 2.5
KNEE = 33.0  # cm below the crotch
HIP, HIGH_HIP = 20.0, 10.0  # cm below the top edge


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
        side, centre = self.waist_side, self.waist_centre
        return Path.curve(
            side, side + complex(-0.35 * side.real, 0.3), centre + complex(0.5 * side.real, 0), centre
        )

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
    rise, inseam = spec.cm("FR1"), spec.cm("IN1")
    along = direction(90 - LEG_ANGLE)
    square = along * -1j  # outwards
    crotch = complex(0, rise)
    hem_inner = crotch + along * inseam
    hem_outer = hem_inner + square * spec.cm("LO1")
    start = crotch + along * min(BELOW_CROTCH, 0.4 * inseam)
    hip_half, thigh = _hip_and_thigh(spec, start, square)
    points = [start + square * thigh]
    inner_points = [crotch]
    if inseam > KNEE + 10:
        knee = crotch + along * KNEE
        wide = spec.cm("KN1") if spec.has("KN1") else spec.cm("LO1") + 0.38 * (thigh - spec.cm("LO1"))
        points.append(knee + square * wide)
    points.append(hem_outer)
    waist = spec.cm("WB1") / 2
    hip_level = min(HIP, 0.82 * rise)
    hip = complex(max(hip_half, 0.6 * waist), hip_level)
    lift = _waist_lift(spec, waist, hip, points)
    side = complex(waist, lift)
    before = [hip] if points[0].imag - hip.imag > 1.0 else []
    outer = Path.through([side, *before, *points], tension=0.85)
    return Legs(
        side, complex(0, 0), crotch, hem_outer, hem_inner, outer, Path.line(*inner_points, hem_inner), along
    )


def _hip_and_thigh(spec: Specification, start: complex, square: complex) -> tuple[float, float]:
    """Half the hip width, and the thigh width. What is not known of the two follows the other, without
    a bulge between them."""
    hip, thigh = spec.cm("HP2") / 2, spec.cm("TH1")
    if spec.has("TH1") and not spec.has("HP2"):
        return (start + square * thigh).real - 0.8, thigh
    if not spec.has("TH1"):
        thigh = min(thigh, (hip + 0.8 - start.real) / square.real)
    return hip, thigh


def _waist_lift(spec: Specification, waist: float, hip: complex, points: list[complex]) -> float:
    """How far the waist lies above or below the centre front at the side, so that the outseam is right."""
    if not spec.has("OS1"):
        return -0.6

    def outseam(lift: float) -> float:
        return Path.through([complex(waist, lift), hip, *points], tension=0.85).length()

    low, high = -5.0, 4.0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if outseam(middle) > spec.cm("OS1") else (low, middle)
    return (low + high) / 2


def draw_trousers(spec: Specification, view: str) -> Drawing:
    """Trousers, jeans or shorts from the front or the back."""
    drawing = Drawing(view, 8 if spec.cm("OS1") > 60 else 5)
    half = legs(spec)
    drawing.body(_closed(half))
    _hems(drawing, spec, half)
    waistband = spec.feature("waistband", "flat")
    height = spec.cm("WB3")
    _waistband(drawing, half, height, waistband, is_front=view == "front")
    drawing.seam(Path.line(complex(0, height), half.crotch))
    if spec.product_type == "jeans":
        _jeans(drawing, spec, half, height, view)
    elif view == "front":
        _trouser_front(drawing, spec, half, height, waistband)
    else:
        _trouser_back(drawing, half, height, waistband)
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
    if spec.feature("leg_hem") == "rib":
        up = half.along * -6
        drawing.seam(hem.shifted(up), both=True)
        trims.ribs(drawing, hem.shifted(up), hem)
        return
    height = 1.3 if spec.product_type == "jeans" else 2.8
    drawing.stitch(
        hem.parallel(-height if hem.parallel(1).start.imag > hem.start.imag else height), both=True
    )
    if spec.product_type == "jeans":
        drawing.stitch(half.inner.parallel(0.5), both=True)


def _waistband(drawing: Drawing, half: Legs, height: float, kind: str, *, is_front: bool) -> None:
    line = half.below(height)
    drawing.seam(line, both=True)
    if kind in ("elastic", "drawstring"):
        for part in (0.33, 0.66):
            drawing.stitch(half.below(height * part), both=True)
        trims.gathers(drawing, line, 2.6, 11)
        if kind == "drawstring" and is_front:
            trims.drawstring(drawing, complex(0, height * 0.5), 14)
        return
    drawing.stitch(half.below(0.4), half.below(height - 0.4), both=True)
    for x in (0.55, 0.9) if is_front else (0.0, 0.6):
        at = half.half_width(0) * x
        trims.belt_loop(drawing, at, half.below(0.0).at_distance(at).imag if x and half.below(0.0).at_distance(at) else 0.0, height)  # type: ignore[union-attr]  # fmt: skip
    if is_front:
        drawing.shape("details", ellipse(complex(0, height / 2), 0.8, 0.8))


def _fly(drawing: Drawing, spec: Specification, height: float, rise: float) -> None:
    """The stitching of a fly, on the wearer's right for women."""
    end, wide = min(spec.cm("FL1") + height, 0.8 * rise), 3.6
    side = 1.0 if spec.is_mens else -1.0
    curve = joined([
        Path.line(complex(side * wide, height), complex(side * wide, end - 4)),
        Path.curve(complex(side * wide, end - 4), complex(side * wide, end - 1), complex(side * 1.4, end), complex(0, end + 0.8)),
    ])  # fmt: skip
    drawing.stitch(curve, curve.shifted(complex(-side * 0.6, 0)).part(0, 0.92))
    drawing.seam(Path.line(complex(side * 0.5, end + 0.6), complex(-side * 0.5, end + 0.6)))


def _jeans(drawing: Drawing, spec: Specification, half: Legs, height: float, view: str) -> None:
    band = half.below(height)
    if view == "front":
        _fly(drawing, spec, height, half.crotch.imag)
        start = band.at_length(band.length() * 0.42)
        end = half.outer.at_level(height + 7.5) or half.waist_side
        scoop = Path.curve(start, start + complex(0.6, 4.6), end + complex(-4.5, 0.8), end)
        drawing.seam(scoop, both=True)
        drawing.stitch(scoop.parallel(0.4), scoop.parallel(1.0), both=True)
        coin = [band.at_length(band.length() * 0.12) + complex(0, 2.6), band.at_length(band.length() * 0.33) + complex(0, 2.6)]  # fmt: skip
        low = [coin[1] + complex(0, 4.2), coin[0] + complex(0, 2.0)]
        drawing.seam(Path.line(coin[0], coin[1], low[0]))
        drawing.stitch(Path.line(coin[0] + 0.6j, coin[1] + 0.6j))
        return
    side = half.outer.at_level(height + 4.0) or half.waist_side
    yoke = Path.line(side, complex(0, height + 7.0))
    drawing.seam(yoke, both=True)
    drawing.stitch(yoke.parallel(-0.6), both=True)
    centre = complex(0.5 * half.half_width(height + 9), height + 8.6)
    _jeans_pocket(drawing, centre, min(15.0, 0.62 * half.half_width(HIP)), 15.5)


def _jeans_pocket(drawing: Drawing, at: complex, width: float, height: float) -> None:
    w = width / 2
    corners = [at + complex(-w, 0.8), at + complex(w, -0.4), at + complex(w * 0.86, height * 0.78), at + complex(0, height), at + complex(-w * 0.86, height * 0.84)]  # fmt: skip
    drawing.shape("seams", Path.line(*corners, corners[0]), both=True)
    middle = at + complex(0, 0.5 * height)
    drawing.stitch(Path.through([corners[4] * 0.5 + corners[0] * 0.5, middle + complex(-0.35 * w, -0.8), middle + 1.0j, middle + complex(0.35 * w, -0.9), corners[1] * 0.5 + corners[2] * 0.5]), both=True)  # fmt: skip
    drawing.stitch(Path.line(corners[0] + 1.2j + 0.2, corners[1] + 1.2j - 0.2), both=True)


def _trouser_front(drawing: Drawing, spec: Specification, half: Legs, height: float, waistband: str) -> None:
    band = half.below(height)
    if waistband == "flat":
        _fly(drawing, spec, height, half.crotch.imag)
    start = band.at_length(band.length() * 0.24)
    end = half.outer.at_level(min(height + 16, 0.8 * half.crotch.imag)) or half.waist_side
    pocket = Path.line(start, end)
    drawing.seam(pocket, both=True)
    drawing.stitch(pocket.parallel(0.6), both=True)
    if (
        waistband == "flat"
        and abs(half.hem_inner - half.crotch) > 45
        and spec.feature("crease", "yes") != "no"
    ):
        top = band.at_length(band.length() * 0.5) + 7j
        drawing.add(
            "fold", Path.line(top, (half.hem_inner + half.hem_outer) / 2 - half.along * 3.2), both=True
        )


def _trouser_back(drawing: Drawing, half: Legs, height: float, waistband: str) -> None:
    middle = 0.52 * half.half_width(height + 8)
    if waistband == "flat":
        drawing.seam(Path.line(complex(middle, height), complex(middle, height + 7.2)), both=True)
        trims.welt_pocket(
            drawing, complex(middle - 6, height + 8.4), complex(middle + 6, height + 8.2), height=1.2
        )
    else:
        width = 0.52 * half.half_width(height + 8)
        trims.patch_pocket(drawing, complex(middle, height + 0.4 * width), width, 1.1 * width, both=True)


def _measure_legs(drawing: Drawing, spec: Specification, half: Legs, view: str) -> None:
    drawing.mark(
        waist_side=half.waist_side, waist_centre=half.waist_centre, crotch=half.crotch,
        leg_outer_hem=half.hem_outer, leg_inner_hem=half.hem_inner,
    )  # fmt: skip
    left = complex(-half.waist_side.real, half.waist_side.imag)
    drawing.dimension("WB1", left, half.waist_side, complex(0, -half.waist_side.imag - 4))
    if half.crotch.imag > HIP + 1:
        wide = half.half_width(HIP)
        drawing.dimension("HP2", complex(-wide, HIP), complex(wide, HIP))
    if view == "front":
        drawing.dimension("FR1", half.waist_centre, half.crotch)
    square = half.along * -1j
    start = half.crotch + half.along * min(BELOW_CROTCH, 0.4 * abs(half.hem_inner - half.crotch))
    drawing.dimension("TH1", start, start + square * _across(half, start, square))
    if abs(half.hem_inner - half.crotch) > KNEE + 10:
        knee = half.crotch + half.along * KNEE
        drawing.dimension("KN1", knee, knee + square * _across(half, knee, square))
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


def draw_skirt(spec: Specification, view: str) -> Drawing:
    """A skirt from the front or the back."""
    drawing = Drawing(view, 8 if spec.cm("SK1") > 75 else 5)
    length, waist = spec.cm("SK1"), spec.cm("WB1") / 2
    hem = spec.cm("HE1") / 2
    hip = max(spec.cm("HP2") / 2, waist)
    corner = _hem_corner(spec, length, waist, hip, hem)
    side = _skirt_side(waist, hip, length, corner)
    top = complex(waist, 0)
    edge = Path.curve(top, top + complex(-0.35 * waist, 0.6), complex(0.5 * waist, 0.8), complex(0, 0.8))
    low = complex(0, length + 0.8)
    bottom = Path.curve(corner, corner + complex(-0.35 * hem, 0.6 * (low.imag - corner.imag)), low + complex(0.5 * hem, 0), low)  # fmt: skip
    right = joined([edge.reversed(), side, bottom])
    drawing.body(joined([right, right.mirrored().reversed()]))
    trims.stitched_edge(drawing, bottom, 2.5, left=False)
    _skirt_details(drawing, spec, view, side, edge, bottom)
    drawing.mark(waist_side=top, waist_centre=edge.end, hem_side=corner, hem_centre=low)
    drawing.dimension("SK1", edge.end, low)
    drawing.dimension("WB1", complex(-waist, 0), top, -4j)
    if length > HIP + 3 and side.at_level(HIP):
        wide = side.at_level(HIP)
        assert wide is not None
        drawing.dimension("HP2", complex(-wide.real, HIP), wide)
    drawing.dimension(
        "HE1", complex(-corner.real, corner.imag), corner, complex(0, low.imag - corner.imag + 3)
    )
    drawing.lengths["SK2"] = side.length()
    return drawing


def _hem_corner(spec: Specification, length: float, waist: float, hip: float, hem: float) -> complex:
    """The side of the hem: as deep as the side length says, else on an arc around the waist."""
    if not spec.has("SK2"):
        flare = max(0.0, hem - hip)
        return complex(hem, length + 0.8 - min(0.32 * flare, 0.25 * length))
    low, high = 0.5 * length, length + 3
    for _ in range(24):
        middle = (low + high) / 2
        long = _skirt_side(waist, hip, length, complex(hem, middle)).length()
        low, high = (low, middle) if long > spec.cm("SK2") else (middle, high)
    return complex(hem, (low + high) / 2)


def _skirt_side(waist: float, hip: float, length: float, corner: complex) -> Path:
    start = complex(waist, 0)
    if length > HIP + 6:
        return Path.through([start, complex(hip, HIP), corner], tension=0.9)
    return Path.line(start, corner)


def _skirt_details(
    drawing: Drawing, spec: Specification, view: str, side: Path, edge: Path, bottom: Path
) -> None:
    height = min(spec.cm("WB3"), 0.2 * spec.cm("SK1"))
    low = side.at_level(height) or side.start
    band = Path.curve(low, low + complex(-0.35 * low.real, 0.6), complex(0.5 * low.real, height + 0.8), complex(0, height + 0.8))  # fmt: skip
    drawing.seam(band, both=True)
    if spec.feature("waistband", "flat") in ("elastic", "drawstring"):
        trims.gathers(drawing, band, 3.0, 11)
        drawing.stitch(band.shifted(complex(0, -height / 2)).part(0, 1), both=True)
    else:
        drawing.stitch(band.shifted(-0.4j).part(0.02, 1), both=True)
        at = band.at_length(band.length() * 0.5)
        dart = 9.0 if view == "front" else 11.0
        if spec.cm("HE1") < 1.25 * spec.cm("HP2") and spec.feature("pleats") != "yes":
            drawing.seam(Path.line(at, at + complex(0.6, dart)), both=True)
    if view == "back":
        end = min(18.0, 0.4 * spec.cm("SK1"))
        drawing.seam(Path.line(complex(0, height), complex(0, spec.cm("SK1") + 0.8)))
        trims.zip_line(drawing, complex(0, height + 0.8), complex(0, height + end), stitches=False)
    if spec.feature("pleats") == "yes":
        for part in (0.15, 0.4, 0.65, 0.88):
            start = band.at_length(band.length() * (1 - part))
            drawing.seam(Path.line(start, bottom.at_length(bottom.length() * (1 - part))), both=True)
    elif spec.cm("HE1") > 1.35 * spec.cm("HP2"):
        for part, rise in ((0.3, 0.42), (0.68, 0.3)):
            foot = bottom.at_length(bottom.length() * (1 - part)) - 0.8j
            top = foot - complex(foot.real * 0.2, rise * spec.cm("SK1"))
            drawing.add(
                "fold", Path.curve(foot, foot - complex(0.4, 4), top + complex(0.4, 4), top), both=True
            )
