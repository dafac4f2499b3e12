"""Landmarks that can be moved on a flat, and the measures that follow them."""

from collections.abc import Callable
from dataclasses import replace

from techpack.flats.drawing import Drawing
from techpack.flats.specification import Specification

# The measures that say where each landmark lies. Of a point beside the centre the first is mostly its
# distance from it.
CODES_OF: dict[str, tuple[str, ...]] = {
    "hps": ("NK1",), "shoulder": ("SH1", "SH3"), "underarm": ("CH1", "AH1"), "hem_side": ("HE1", "BL1"),
    "hem_centre": ("BL1",), "sleeve_end_top": ("SL1",), "sleeve_end_under": ("SO1",), "cf_neck": ("NK2",),
    "cb_neck": ("NK3",), "waist": ("WA1",), "collar_point": ("CO2",), "lapel_point": ("LA1",),
    "hood_top": ("HO1",), "waist_side": ("WB1",), "hip": ("HP2",), "crotch": ("FR1",), "thigh_outer": ("TH1",),
    "knee_outer": ("KN1",), "leg_outer_hem": ("LO1",), "leg_inner_hem": ("IN1",), "bag_base": ("BH1",),
    "bag_side_bottom": ("BW1",), "bag_side_top": ("BW2",), "handle_top": ("BN1",), "visor_edge": ("HC3",),
    "visor_side": ("HC4",), "opening": ("HC6", "HC7"), "fold_edge": ("HC8",), "toe_tip": ("FO1",),
    "top_line_back": ("FO4",), "top_line_front": ("FO5",),
}  # fmt: skip
# Where the same landmark hangs on other measures.
_OF_TYPE = {"skirt": {"hem_side": ("HE1",), "hem_centre": ("SK1",)}}
STEP = 0.5  # cm by which a measure is changed to see where the landmark goes
ROUNDS = 4


def codes_of(product_type: str, landmark: str) -> tuple[str, ...]:
    """The measures that a landmark hangs on; none for one that cannot be moved."""
    name = landmark.removesuffix("_right").removesuffix("_left")
    return _OF_TYPE.get(product_type, {}).get(name) or CODES_OF.get(name, ())


def movable(product_type: str, drawing: Drawing) -> dict[str, complex]:
    """The landmarks that can be moved: those of the right half and of the centre."""
    return {
        name: point for name, point in drawing.landmarks.items()
        if not name.endswith("_left") and codes_of(product_type, name)
    }  # fmt: skip


def measures_after(
    spec: Specification, landmark: str, to: complex, draw: Callable[[Specification], Drawing]
) -> dict[str, float]:
    """The measures in cm, by code, with which the landmark comes as close to a point as it can.

    `draw` draws the view. KeyError for a landmark that is not there or hangs on no measure.
    """
    codes = codes_of(spec.product_type, landmark)
    if not codes:
        raise KeyError(landmark)
    drawing = draw(spec)
    drawn = drawing.drawn_cm()
    values = {code: spec.measures.get(code) or drawn.get(code) or spec.cm(code) for code in codes}

    def place(changed: dict[str, float]) -> complex:
        return draw(replace(spec, measures=spec.measures | changed)).landmarks[landmark]

    for _ in range(ROUNDS):
        at = place(values)
        miss = to - at
        if abs(miss) < 0.02:
            break
        ways = {code: (place(values | {code: value + STEP}) - at) / STEP for code, value in values.items()}
        for code, by in _solved(list(ways.items()), miss).items():
            values[code] = max(0.1, values[code] + by)
    return {code: round(value, 1) for code, value in values.items()}


def _solved(ways: list[tuple[str, complex]], miss: complex) -> dict[str, float]:
    """By how much each measure has to change, by least squares; one or two measures."""
    (first, a), *rest = ways
    if not rest:
        size = abs(a) ** 2
        return {first: _dot(a, miss) / size if size > 1e-6 else 0.0}
    second, b = rest[0]
    area = a.real * b.imag - a.imag * b.real
    if abs(area) < 1e-3:  # both lead the same way
        return _solved([ways[0]], miss)
    return {
        first: (miss.real * b.imag - miss.imag * b.real) / area,
        second: (a.real * miss.imag - a.imag * miss.real) / area,
    }


def _dot(a: complex, b: complex) -> float:
    return a.real * b.real + a.imag * b.imag
