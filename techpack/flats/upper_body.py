"""The frame of whatever has shoulders: body, armholes and sleeves, from the points of measure."""

from dataclasses import dataclass
from math import atan2, degrees, inf, sqrt

from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path, cross, direction, dot, joined, unit
from techpack.flats.specification import Specification

BELOW_ARMHOLE = 2.5  # where chest and bicep are measured, cm below the underarm
SHOULDER_SLOPE = 0.37  # fall over length of a shoulder seam, where nobody measured it
HOLLOW = 0.018  # share by which a side seam without a waist curves in
SHALLOW = 3.0  # cm: a hem that rises less at the sides has corners, not rounds
ELBOW = 6.0  # degrees a long sleeve bends
CAP = 6.5  # cm that a cap sleeve reaches beyond the shoulder, where nobody measured it
LEAN = 0.7  # cm at most between the underarm and the chest line below it
SHORT_SLEEVE = 38.0  # cm: a longer sleeve is drawn as a long one
STEEPEST = 0.78  # cosine between the underarm seam and the sleeve
CAPS = (0.05, 0.1, 0.16, 0.22)  # shares of its length over which a sleeve rounds the shoulder
POSES = {"short": (20.0, 40.0), "long": (30.0, 57.0)}  # least and usual angle below the horizontal


@dataclass(frozen=True)
class Frame:
    """Points and lines of the right half, in cm from centre line and HPS level."""

    hps: complex
    shoulder: complex
    underarm: complex
    hem_side: complex
    hem_centre: complex
    side: Path  # underarm to hem
    hem: Path  # hem side to centre
    armhole: Path  # shoulder to underarm

    @property
    def shoulder_slope(self) -> complex:
        return unit(self.shoulder - self.hps)

    def half_width(self, y: float) -> float:
        """Half the body's width at a level, along its side; the underarm's above it."""
        found = self.side.at_level(y)
        return (found or self.underarm).real


@dataclass(frozen=True)
class Sleeve:
    """The right sleeve. `top` runs from the shoulder to the end, `under` from the underarm to the end."""

    top: Path
    under: Path
    end_top: complex
    end_under: complex
    angle: float

    @property
    def along(self) -> complex:
        return direction(self.angle)

    def across(self, above_end: float) -> Path:
        """A line across the sleeve, that far above its end."""
        start = self.top.at_length(self.top.length() - above_end)
        return Path.line(start, _opposite(self.under, start, self.along))


def frame(
    spec: Specification, *, hem_drop: float = 0.0, is_ribbed: bool = False, view: str = "front"
) -> Frame:  # fmt: skip
    """The body. `hem_drop` is how far the hem rises at the sides, as shirts have it. The back may be longer
    than the front: its centre ends where the centre back length says."""
    length = spec.cm("BL1")
    wider = 1.35 if spec.feature("neck") == "boat" and not spec.has("NK1") else 1.0
    hps = complex(spec.cm("NK1") / 2 * wider, 0)
    chest = spec.cm("CH1") / 2
    is_dropped = spec.feature("shoulder") == "dropped"
    across = max(spec.cm("SH1") / 2, hps.real + 2)
    if is_dropped and not spec.has("SH1"):
        across = max(across, 0.98 * chest)
    usual = SHOULDER_SLOPE * (across - hps.real) + 0.3
    slope = min(spec.cm("SH3") if spec.has("SH3") else usual, 0.3 * (across - hps.real) + 2.0, 0.2 * length)
    shoulder = complex(across, slope)
    armhole, aside = spec.cm("AH1"), chest - across
    down = sqrt(armhole**2 - aside**2) if armhole > abs(aside) * 1.05 else 0.35 * armhole
    underarm = complex(chest, min(slope + down, 0.72 * length))
    hem_half = spec.cm("HE1") / 2
    level = underarm.imag + BELOW_ARMHOLE
    points = [complex(chest, level)]
    waist = waist_level(spec, level)
    hem_drop = 0.0 if is_ribbed else max(hem_drop, min(1.2, 0.015 * length))
    end = length - hem_drop
    if level + 3 < waist < end - 5:
        between = chest + (hem_half - chest) * (waist - level) / (end - level)
        points.append(complex(_waist(spec, between, is_ribbed=is_ribbed), waist))
    corner = complex(hem_half, end)
    underarm = _leaning(underarm, [*points, corner], shoulder, armhole)
    points.insert(0, underarm)
    if is_ribbed:
        side = _into_rib(points, corner, rib_height(spec))
    else:
        side = Path.through([*points, corner], tension=0.9)
    centre = complex(0, length)
    longer = spec.cm("NK3") + spec.measures.get("BL2", 0) - length
    if view == "back" and not is_ribbed and -1.5 <= longer <= 8:
        centre, hem_drop = complex(0, length + longer), hem_drop + longer
    return Frame(
        hps, shoulder, underarm, corner, centre, side, _hem(corner, centre, hem_drop, hps.real),
        _armhole(shoulder, underarm, is_dropped=is_dropped),
    )  # fmt: skip


def _leaning(underarm: complex, points: list[complex], shoulder: complex, armhole: float) -> complex:
    """The underarm in line with the side seam below it, as far from the shoulder as it was."""
    seam = Path.through(points, tension=0.9).pieces[0]
    way = seam[1] - seam[0]
    lean = max(-LEAN, min(LEAN, -way.real / way.imag * BELOW_ARMHOLE)) if way.imag > 0 else 0.0
    across = underarm.real + lean - shoulder.real
    if abs(abs(underarm - shoulder) - armhole) > 0.01 or armhole <= abs(across):
        return underarm
    return complex(underarm.real + lean, shoulder.imag + sqrt(armhole**2 - across**2))


def waist_level(spec: Specification, chest_level: float) -> float:
    """How far the waist lies below HPS, in cm: always below the chest."""
    usual = min(0.62 * spec.cm("BL1"), 40 * spec.size)
    return max(spec.measures.get("WP1") or usual, chest_level + 4)


def rib_height(spec: Specification) -> float:
    """Height of a rib at the hem; at least 5 cm where nobody measured it."""
    height = spec.cm("HM1") if spec.has("HM1") else max(spec.cm("HM1"), 5.0)
    return min(height, 0.2 * spec.cm("BL1"))


def _waist(spec: Specification, between: float, *, is_ribbed: bool) -> float:
    """Half the width at the waist. Where it is not known, garments that are cut with a waist have the usual
    one, and others hang a little inside the straight line from chest to hem."""
    if spec.has("WA1"):
        return spec.cm("WA1") / 2
    if is_ribbed:
        return between
    hollow = between * (1 - HOLLOW)
    return min(hollow, spec.cm("WA1") / 2) if spec.is_usual("WA1") else hollow


def _into_rib(points: list[complex], corner: complex, height: float) -> Path:
    top = corner - complex(0, height)
    blouse = complex(max(top.real + 0.8, 0.45 * top.real + 0.55 * points[-1].real), top.imag - 1.2)
    body = Path.through([*points, blouse], tension=0.9)
    turn = Path.curve(blouse, blouse + 0.6j, top + complex(0.4, -0.1), top)
    return joined([body, turn, Path.line(top, corner)])


def _hem(corner: complex, centre: complex, drop: float, hps: float) -> Path:
    if drop == 0:
        return Path.line(corner, centre)
    if drop < SHALLOW:
        low = complex(min(hps, 0.6 * corner.real), centre.imag)
        reach = low.real - corner.real
        return Path.curve(corner, corner + complex(0.3 * reach, 0.75 * drop), low - 0.45 * reach, low) + Path.line(low, centre)  # fmt: skip
    low = complex(min(hps, 0.6 * corner.real), centre.imag)
    bend = Path.curve(
        corner,
        corner + complex(-0.02 * corner.real, 0.75 * drop),
        low + complex(0.6 * (corner - low).real, 0),
        low,
    )
    return joined([bend, Path.line(low, centre)])


def _armhole(shoulder: complex, underarm: complex, *, is_dropped: bool) -> Path:
    """Hollow towards the body; nearly straight where the shoulder is dropped."""
    size = abs(underarm - shoulder)
    if is_dropped:
        leave = shoulder + complex(-0.05 * size, 0.35 * size)
        return Path.curve(shoulder, leave, underarm + complex(-0.1 * size, -0.3 * size), underarm)
    leave = shoulder + complex(-0.06 * size, 0.3 * size)
    return Path.curve(shoulder, leave, underarm + complex(-0.26 * size, -0.2 * size), underarm)


def cap_sleeve(spec: Specification, body: Frame) -> Path:
    """The free edge of a cap sleeve: from the shoulder out, and back to the underarm."""
    reach = spec.measures.get("SL1", 0.0)
    slope = degrees(atan2(body.shoulder_slope.imag, body.shoulder_slope.real))
    tip = body.shoulder + direction(slope + 10) * (reach if 2 < reach < 12 else CAP * spec.size)
    end = body.underarm
    down = end - tip
    return Path.line(body.shoulder, tip) + Path.curve(
        tip, tip + 0.4 * down + 0.06 * abs(down), end - 0.34 * down, end
    )


def sleeve(spec: Specification, body: Frame, *, rib: float = 0.0) -> Sleeve:
    """The right sleeve in its standard pose, turned as far as the bicep needs. `rib` is the height of a
    cuff that gathers it, 0 without one."""
    length = max(spec.cm("SL1"), 4.0)
    is_long = length >= SHORT_SLEEVE * spec.size
    least, usual = POSES["long" if is_long else "short"]
    opening = _opening(spec, body, is_long=is_long)
    wanted = spec.measures.get("BI1") or 0.0
    slope = degrees(atan2(body.shoulder_slope.imag, body.shoulder_slope.real))
    angle, cap = _pose(body, (least, usual), slope, opening, length, wanted)

    def turned(degrees_down: float) -> Sleeve:
        return _built(spec, body, degrees_down, cap, slope, rib, ELBOW if is_long else 0.0, opening)

    made = turned(angle)
    for _ in range(8):
        miss = (_bicep_line(made, body)[2] - wanted) if wanted else 0.0
        if abs(miss) < 0.01:
            break
        step = _bicep_line(turned(angle + 0.25), body)[2] - wanted - miss
        if abs(step) < 1e-6:
            break
        angle = max(12.0, min(68.0, angle + max(-3.0, min(3.0, -miss * 0.25 / step))))
        made = turned(angle)
    while angle > 12.0 and _meets_body(made, body):
        angle -= 2.0
        made = turned(angle)
    return made


def _opening(spec: Specification, body: Frame, *, is_long: bool) -> float:
    """The width of the sleeve's end. Where nobody measured it: no wider than the armhole lets it be."""
    room = abs(body.underarm - body.shoulder)
    return spec.cm("SO1") if spec.has("SO1") else min(spec.cm("SO1"), (0.6 if is_long else 0.78) * room)


def _meets_body(arm: Sleeve, body: Frame) -> bool:
    """Whether the underarm seam or the end of the sleeve lies over the side of the body."""
    below = [point for point in arm.under.points(10)[2:] if point.imag > body.underarm.imag + 0.5]
    return any(point.real < body.half_width(point.imag) + 0.3 for point in below)


def _built(
    spec: Specification, body: Frame, angle: float, cap: float, slope: float, rib: float, bend: float, opening: float
) -> Sleeve:  # fmt: skip
    """The sleeve at an angle: over the sleeve head, a straight upper arm, a little bent at the elbow."""
    length = max(spec.cm("SL1"), 4.0)
    low = angle + bend
    top = _upper_fold(body.shoulder, direction(slope + 7), direction(angle), direction(low), cap, length)
    along = direction(low)
    end_under = top.end + along * 1j * opening
    under = _under_seam(spec, body, top, end_under, along, rib if length > 3 * rib else 0.0)
    return Sleeve(top, under, top.end, end_under, low)


def _bicep_line(arm: Sleeve, body: Frame) -> tuple[complex, complex, float]:
    """Where the bicep is measured: below the underarm, square to the upper fold; and its length in cm."""
    under = arm.under.at_length(BELOW_ARMHOLE)
    above, away = arm.top.end, inf
    points = arm.top.points(16)
    for a, b in zip(points, points[1:], strict=False):
        way = b - a
        part = max(0.0, min(1.0, dot(under - a, way) / (abs(way) ** 2 or 1.0)))
        at = a + way * part
        if abs(at - under) < away:
            above, away = at, abs(at - under)
    return above, under, away


def _pose(
    body: Frame, limits: tuple[float, float], slope: float, opening: float, length: float, wanted: float
) -> tuple[float, float]:
    """Angle and cap of the sleeve: as usual, but with room between sleeve and body, and the bicep right."""
    least, usual = limits
    fallback = (least, CAPS[0] * length)
    best: tuple[float, float, float] | None = None
    for angle in (usual - step for step in range(int(usual - least) + 1)):
        for cap in CAPS:
            if not _has_room(body, angle, cap * length, slope, opening, length):
                continue
            if not wanted:
                return angle, cap * length
            miss = abs(_bicep(body, angle, cap * length, slope, opening, length) - wanted)
            if best is None or miss < best[0] - 0.02:
                best = (miss, angle, cap * length)
    return fallback if best is None else best[1:]


def _has_room(
    body: Frame, angle: float, cap: float, slope: float, opening: float, length: float
) -> bool:  # fmt: skip
    """Whether the sleeve's end lies beyond the underarm, along the sleeve, and clear of the body."""
    along = direction(angle)
    end = body.shoulder + direction(slope + 7) * cap + along * (length - cap)
    low = end + along * 1j * opening
    if low.imag > body.underarm.imag and low.real < body.half_width(low.imag) + 0.8:
        return False
    span = low - body.underarm
    if dot(span, along) < STEEPEST * abs(span):
        return False
    return dot(end - body.underarm, along) >= 0.22 * opening + 1


def _bicep(body: Frame, angle: float, cap: float, slope: float, opening: float, length: float) -> float:
    """Width of the sleeve where the bicep is measured, square to the upper fold."""
    along = direction(angle)
    corner = body.shoulder + direction(slope + 7) * cap
    straight = cross(along, body.underarm - corner)
    end = corner + along * (length - cap)
    reach = dot(end - body.underarm, along)
    return straight + (opening - straight) * min(1.0, BELOW_ARMHOLE / reach) if reach > 1 else straight


def _upper_fold(
    start: complex, leave: complex, along: complex, low: complex, cap: float, length: float
) -> Path:
    """From the shoulder over the sleeve head to the end: `length` cm along the fold. It leaves the sleeve
    head in the direction `along` and ends in the direction `low`."""
    corner = start + leave * cap
    head = Path.curve(start, start + leave * cap * 0.7, corner + along * cap * 0.3, corner + along * cap)
    rest = max(length - head.length(), 0.5)
    if low == along:
        return head + Path.line(head.end, head.end + along * rest)
    reach = rest
    for _ in range(3):  # the bend is a little shorter than its two straight parts
        elbow = head.end + along * 0.48 * reach
        end = elbow + low * 0.52 * reach
        arm = Path.curve(head.end, head.end + along * 0.38 * reach, end - low * 0.38 * reach, end)
        reach *= rest / arm.length()
    return head + arm


def _under_seam(
    spec: Specification, body: Frame, top: Path, end: complex, along: complex, rib: float
) -> Path:
    """From the underarm to the end of the sleeve. Above a rib the sleeve is fuller and drawn in."""
    start, tail = body.underarm, None
    if rib:
        corner = end - along * rib
        full = corner + along * 1j * 0.12 * abs(end - top.end) - along * 2.2
        tail = Path.curve(full, full + along * 1.5, corner + along * 1j * 0.1 * abs(end - top.end) + along * 0.1, corner) + Path.line(corner, end)  # fmt: skip
        end = full
    span = end - start
    if spec.has("EL1") and abs(span) > 25:
        middle = start + span / 2
        above = _opposite(top, middle, along)
        elbow = above + along * 1j * spec.cm("EL1")
        if abs(elbow - middle) < 0.12 * abs(span):
            seam = Path.through([start, elbow, end], tension=0.7)
            return seam + tail if tail else seam
    is_long = abs(span) > SHORT_SLEEVE / 2
    sag, arrive = (direction(-3.0), along) if is_long else (1, unit(along + 2 * unit(span)))
    seam = Path.curve(start, start + span * 0.34 * sag, end - arrive * abs(span) * 0.34, end)
    return seam + tail if tail else seam


def _opposite(path: Path, point: complex, along: complex) -> complex:
    """Where the line square to `along` through a point meets a path."""
    wanted = dot(point, along)
    points = path.points(40)
    for a, b in zip(points, points[1:], strict=False):
        low, high = dot(a, along), dot(b, along)
        if (low - wanted) * (high - wanted) <= 0 and low != high:
            return a + (b - a) * ((wanted - low) / (high - low))
    return path.end


def measure_upper(drawing: Drawing, spec: Specification, body: Frame, arm: Sleeve | None) -> None:
    """Landmarks and dimension lines of body and sleeves, read from the lines as drawn."""
    level = body.underarm.imag + BELOW_ARMHOLE
    chest = body.half_width(level)
    drawing.mark(
        hps=body.hps, shoulder=body.shoulder, underarm=body.underarm, hem_side=body.hem_side,
        hem_centre=body.hem_centre,
    )  # fmt: skip
    on_hem = (body.hem.at_distance(body.hps.real) or body.hem_centre).imag
    if drawing.view == "front":
        drawing.dimension("BL1", body.hps, complex(body.hps.real, on_hem))
    drawing.dimension("CH1", complex(-chest, level), complex(chest, level))
    waist = waist_level(spec, level)
    half = body.half_width(waist)
    if waist < body.hem_side.imag - 5:
        drawing.mark(waist=complex(half, waist))
    if spec.has("WA1") and waist < body.hem_side.imag - 5:
        drawing.dimension("WA1", complex(-half, waist), complex(half, waist))
    corner = body.hem_side
    drop = max(0.0, body.hem_centre.imag - corner.imag)
    drawing.dimension("HE1", complex(-corner.real, corner.imag), corner, complex(0, drop + 3))
    left = complex(-body.shoulder.real, body.shoulder.imag)
    drawing.dimension(
        "SH1", left, body.shoulder, complex(0, -body.shoulder.imag - height_above(drawing) - 5.5)
    )
    drawing.dimension("AH1", left, complex(-body.underarm.real, body.underarm.imag))
    if arm is not None:
        _measure_sleeve(drawing, spec, body, arm)


def height_above(drawing: Drawing) -> float:
    """How far what is drawn reaches above HPS."""
    return max(0.0, -drawing.box()[0].imag) if drawing.strokes else 0.0


def _measure_sleeve(drawing: Drawing, spec: Specification, body: Frame, arm: Sleeve) -> None:
    drawing.mark(sleeve_end_top=arm.end_top, sleeve_end_under=arm.end_under)
    drawing.dimension("SL1", body.shoulder, arm.end_top, -1j * arm.along * 2.5)
    drawing.lengths["SL1"] = arm.top.length()
    drawing.dimension("SO1", arm.end_top, arm.end_under, arm.along * 2)
    above, under, width = _bicep_line(arm, body)
    wanted = spec.measures.get("BI1", 0.0)
    if not wanted or abs(width - wanted) < 0.01 * wanted:  # else the pose does not show it
        drawing.dimension("BI1", above, under)
