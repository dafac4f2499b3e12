"""Sleeves, from the points of measure and the frame they hang on."""

from dataclasses import dataclass
from math import atan2, degrees, inf

from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path, cross, direction, dot, unit
from techpack.flats.specification import Specification
from techpack.flats.upper_body import BELOW_ARMHOLE, Frame

CAP = 6.5  # cm that a cap sleeve reaches beyond the shoulder, where nobody measured it
SHORT_SLEEVE = 38.0  # cm: a longer sleeve is drawn as a long one
ELBOW = 6.0  # degrees a long sleeve bends
CAPS = (0.05, 0.1, 0.16, 0.22)  # shares of its length over which a sleeve rounds the shoulder
STEEPEST = 0.78  # cosine between the underarm seam and the sleeve
WIDEST = 1.3  # opening, as a share of the armhole
NARROWEST = 0.75  # width of a sleeve below the armhole, as a share of its opening
FLATTEST = 20.0  # degrees below the horizontal
POSES = {"short": (20.0, 40.0), "long": (30.0, 57.0)}  # least and usual angle below the horizontal


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


def cap_sleeve(spec: Specification, body: Frame) -> Path:
    """The free edge of a cap sleeve: from the shoulder out, and back to the underarm."""
    reach = spec.measures.get("SL1", 0.0)
    tip = body.shoulder + direction(_slope(body) + 10) * (reach if 2 < reach < 12 else CAP * spec.size)
    end = body.underarm
    down = end - tip
    return Path.line(body.shoulder, tip) + Path.curve(
        tip, tip + 0.4 * down + 0.06 * abs(down), end - 0.34 * down, end
    )


def sleeve(spec: Specification, body: Frame, *, rib: float = 0.0) -> Sleeve:
    """The right sleeve in its standard pose, turned as far as the bicep needs. `rib` is the height of a
    cuff that gathers it, 0 without one."""
    length = max(spec.cm("SL1"), 4.0)
    opening = _opening(spec, body)
    wanted = spec.measures.get("BI1") or 0.0
    limits = POSES["long" if _is_long(spec) else "short"]
    angle, cap = _pose(body, limits, opening, length, wanted)
    flattest = min(angle, limits[0])

    def turned(degrees_down: float) -> Sleeve:
        return _built(spec, body, degrees_down, cap, rib, opening)

    made = turned(angle)
    for _ in range(8):
        miss = (_bicep_line(made, body)[2] - wanted) if wanted else 0.0
        if abs(miss) < 0.01:
            break
        step = _bicep_line(turned(angle + 0.25), body)[2] - wanted - miss
        if abs(step) < 1e-6:
            break
        angle = max(flattest, min(68.0, angle + max(-3.0, min(3.0, -miss * 0.25 / step))))
        made = turned(angle)
    least = 0.3 * abs(body.underarm - body.shoulder)
    while _meets_body(made, body) and (angle > FLATTEST or opening > least):
        angle, opening = (angle - 2.0, opening) if angle > FLATTEST else (angle, 0.9 * opening)
        made = turned(angle)
    return made


def _is_long(spec: Specification) -> bool:
    return spec.cm("SL1") >= SHORT_SLEEVE * spec.size


def _slope(body: Frame) -> float:
    """Degrees that the shoulder falls."""
    return degrees(atan2(body.shoulder_slope.imag, body.shoulder_slope.real))


def _opening(spec: Specification, body: Frame) -> float:
    """The width of the sleeve's end, no wider than the armhole lets it be."""
    room = abs(body.underarm - body.shoulder)
    if spec.has("SO1"):
        return min(spec.cm("SO1"), WIDEST * room)
    return min(spec.cm("SO1"), (0.6 if _is_long(spec) else 0.78) * room)


def _meets_body(arm: Sleeve, body: Frame) -> bool:
    """Whether the underarm seam or the end of the sleeve lies over the side of the body."""
    edge = [*arm.under.points(10)[2:], (arm.end_top + arm.end_under) / 2]
    below = [point for point in edge if point.imag > body.underarm.imag + 0.5]
    inside = any(point.real < body.half_width(point.imag) + 0.3 for point in below)
    return inside or any(point.real < body.shoulder.real for point in edge)


def _built(spec: Specification, body: Frame, angle: float, cap: float, rib: float, opening: float) -> Sleeve:
    """The sleeve at an angle: over the sleeve head, a straight upper arm, a little bent at the elbow."""
    length, slope = max(spec.cm("SL1"), 4.0), _slope(body)
    low = angle + (ELBOW if _is_long(spec) else 0.0)
    top = _upper_fold(body.shoulder, direction(slope + 7), direction(angle), direction(low), cap, length)
    along = direction(low)
    end_under = top.end + along * 1j * opening
    has_rib = min(length, 1.5 * abs(end_under - body.underarm)) > 3 * rib
    under = _under_seam(spec, body, top, end_under, along, rib if has_rib else 0.0)
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
    body: Frame, limits: tuple[float, float], opening: float, length: float, wanted: float
) -> tuple[float, float]:
    """Angle and cap of the sleeve: as usual, but with room between sleeve and body, and the bicep right. Where
    nothing fits within the usual limits the sleeve lies flatter."""
    least, usual = limits
    usually = [usual - step for step in range(int(usual - least) + 1)]
    flatter = [least - step for step in range(1, int(least - FLATTEST) + 1)]
    for angles in (usually, flatter):
        poses = [
            (angle, cap * length) for cap in CAPS for angle in angles
            if _has_room(body, angle, cap * length, opening, length)
        ]  # fmt: skip
        if poses and not wanted:
            return poses[0]
        if poses:
            return min(
                poses, key=lambda at: round(abs(_bicep(body, at[0], at[1], opening, length) - wanted), 1)
            )
    return FLATTEST, CAPS[0] * length


def _has_room(body: Frame, angle: float, cap: float, opening: float, length: float) -> bool:
    """Whether the sleeve's end lies beyond the underarm, along the sleeve, and clear of the body."""
    along = direction(angle)
    corner = body.shoulder + direction(_slope(body) + 7) * cap
    if cross(along, body.underarm - corner) < NARROWEST * opening:
        return False
    end = corner + along * (length - cap)
    low = end + along * 1j * opening
    if low.imag > body.underarm.imag and low.real < body.half_width(low.imag) + 0.8:
        return False
    span = low - body.underarm
    if dot(span, along) < STEEPEST * abs(span):
        return False
    return dot(end - body.underarm, along) >= 0.22 * opening + 1


def _bicep(body: Frame, angle: float, cap: float, opening: float, length: float) -> float:
    """Width of the sleeve where the bicep is measured, square to the upper fold."""
    along = direction(angle)
    corner = body.shoulder + direction(_slope(body) + 7) * cap
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


def measure_sleeve(drawing: Drawing, spec: Specification, body: Frame, arm: Sleeve) -> None:
    """Landmarks and dimension lines of the sleeves, read from the lines as drawn."""
    drawing.mark(sleeve_end_top=arm.end_top, sleeve_end_under=arm.end_under)
    drawing.dimension("SL1", body.shoulder, arm.end_top, -1j * arm.along * 2.5)
    drawing.lengths["SL1"] = arm.top.length()
    drawing.dimension("SO1", arm.end_top, arm.end_under, arm.along * 2)
    above, under, width = _bicep_line(arm, body)
    wanted = spec.measures.get("BI1", 0.0)
    if not wanted or abs(width - wanted) < 0.01 * wanted:  # else the pose does not show it
        drawing.dimension("BI1", above, under)
