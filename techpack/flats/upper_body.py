"""The frame of whatever has shoulders: body and armholes, from the points of measure."""

from dataclasses import dataclass
from math import sqrt

from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path, joined, unit
from techpack.flats.specification import Specification

BELOW_ARMHOLE = 2.5  # where chest and bicep are measured, cm below the underarm
SHOULDER_SLOPE = 0.37  # fall over length of a shoulder seam, where nobody measured it
HOLLOW = 0.018  # share by which a side seam without a waist curves in
SHALLOW = 3.0  # cm: a hem that rises less at the sides has corners, not rounds
FURTHEST = 0.6  # of the armhole: how far the underarm may lie outside the shoulder
ROUNDEST = 1.15  # a waist as a share of the chest or of what lies between chest and hem
MOST_LONGER = 0.15  # share of its length that the back may be longer or shorter than the front
FLARED = 1.5  # hem over waist of a dress from which its skirt runs out straight, as it is cut, and its hem is an arc
ARC = 0.2  # how far such a hem rises at its sides, as a share of what it is wider
DEEPEST = 0.06  # and of the length, at most
LEAN = 0.7  # cm at most between the underarm and the chest line below it


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


def frame(
    spec: Specification, *, hem_drop: float = 0.0, is_ribbed: bool = False, view: str = "front"
) -> Frame:  # fmt: skip
    """The body. `hem_drop` is how far the hem rises at the sides, as shirts have it. The back may be longer
    than the front: its centre ends where the centre back length says."""
    length = spec.cm("BL1")
    wider = 1.35 if spec.feature("neck") == "boat" and not spec.has("NK1") else 1.0
    chest = spec.cm("CH1") / 2
    hps = complex(min(spec.cm("NK1") / 2 * wider, 0.8 * chest), 0)
    is_dropped = spec.feature("shoulder") == "dropped"
    across = max(spec.cm("SH1") / 2, hps.real + 2)
    if is_dropped and not spec.has("SH1"):
        across = max(across, 0.98 * chest)
    across = max(across, chest - FURTHEST * spec.cm("AH1"))
    usual = SHOULDER_SLOPE * (across - hps.real) + 0.3
    slope = min(spec.cm("SH3") if spec.has("SH3") else usual, 0.3 * (across - hps.real) + 2.0, 0.2 * length)
    shoulder = complex(across, slope)
    armhole, aside = spec.cm("AH1"), chest - across
    down = sqrt(armhole**2 - aside**2) if armhole > abs(aside) * 1.05 else 0.35 * armhole
    lowest = length - rib_height(spec) - 3.0 if is_ribbed else 0.72 * length
    underarm = complex(chest, min(slope + down, lowest))
    hem_half = spec.cm("HE1") / 2
    level = underarm.imag + BELOW_ARMHOLE
    points = [complex(chest, level)]
    waist = waist_level(spec, level)
    arc = _arc(spec, hem_half, chest)
    hem_drop = 0.0 if is_ribbed else max(hem_drop, min(1.2, 0.015 * length), arc)
    end = length - hem_drop
    if level + 3 < waist < end - 5:
        between = chest + (hem_half - chest) * (waist - level) / (end - level)
        points.append(complex(_waist(spec, between, is_ribbed=is_ribbed), waist))
    corner = complex(hem_half, end)
    underarm = _leaning(underarm, [*points, corner], shoulder, armhole)
    points.insert(0, underarm)
    side = _into_rib(points, corner, rib_height(spec)) if is_ribbed else _side(spec, [*points, corner])
    centre = complex(0, length)
    longer = spec.cm("NK3") + spec.measures.get("BL2", 0) - length
    if view == "back" and spec.has("BL2") and not is_ribbed and abs(longer) <= MOST_LONGER * length:
        centre, hem_drop = complex(0, length + longer), hem_drop + longer
    return Frame(
        hps, shoulder, underarm, corner, centre, side, _hem(corner, centre, hem_drop, hps.real, is_arc=arc > 0),
        _armhole(shoulder, underarm, is_dropped=is_dropped),
    )  # fmt: skip


def _arc(spec: Specification, hem: float, chest: float) -> float:
    """How far the hem of a flared dress rises at its sides, in cm; 0 for any other."""
    if spec.product_type != "dress" or hem < FLARED * chest:
        return 0.0
    return min(ARC * (hem - chest), DEEPEST * spec.cm("BL1"))


def _side(spec: Specification, points: list[complex]) -> Path:
    """The side seam through underarm, chest, waist and hem. A flared skirt turns out at the waist and is straight below."""
    waist, corner = points[-2:]
    if spec.product_type != "dress" or len(points) < 4 or corner.real < FLARED * waist.real:
        return Path.through(points, tension=0.9)
    above = Path.through(points[:-1], tension=0.9)
    _, _, arrive, _ = above.pieces[-1]
    fall = corner - waist
    turn = waist + unit(waist - arrive) * 0.1 * abs(fall)
    return above + Path.curve(waist, turn, corner - 0.6 * (corner - turn), corner)


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
        return min(spec.cm("WA1") / 2, ROUNDEST * max(between, spec.cm("CH1") / 2))
    if is_ribbed:
        return between
    hollow = between * (1 - HOLLOW)
    return min(hollow, spec.cm("WA1") / 2) if spec.is_usual("WA1") else hollow


def _into_rib(points: list[complex], corner: complex, height: float) -> Path:
    top = corner - complex(0, height)
    blouse = complex(max(top.real + 0.8, 0.45 * top.real + 0.55 * points[-1].real), top.imag - 1.2)
    above = [points[0], *(point for point in points[1:] if point.imag < blouse.imag - 1.0)]
    body = Path.through([*above, blouse], tension=0.9)
    turn = Path.curve(blouse, blouse + 0.6j, top + complex(0.4, -0.1), top)
    return joined([body, turn, Path.line(top, corner)])


def _hem(corner: complex, centre: complex, drop: float, hps: float, *, is_arc: bool) -> Path:
    if drop == 0:
        return Path.line(corner, centre)
    if is_arc:
        low = complex(min(hps, 0.6 * corner.real), centre.imag)
        reach = corner.real - low.real
        return Path.curve(corner, corner + complex(-0.33 * reach, 0.66 * drop), low + 0.4 * reach, low) + Path.line(low, centre)  # fmt: skip
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


def measure_body(drawing: Drawing, spec: Specification, body: Frame) -> None:
    """Landmarks and dimension lines of the body, read from the lines as drawn."""
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


def height_above(drawing: Drawing) -> float:
    """How far what is drawn reaches above HPS."""
    return max(0.0, -drawing.box()[0].imag) if drawing.strokes else 0.0
