"""Outlines of skirts, and of trousers, jeans and shorts. Main length: waist edge to hem."""

import numpy as np

from vision.outlines.shape import Columns, Marks, Parts, Prior, Shape, points

_SKIRT_LENGTHS = {"mini": 40.0, "knee": 58.0, "midi": 75.0, "maxi": 98.0}
_LEG_FACTOR = {"slim": 0.85, "straight": 1.0, "tapered": 0.9, "wide": 1.4, "flared": 1.35}


def skirt(product_type: str, features: dict[str, str | int]) -> Shape:
    """Return the outline of a skirt of the length its features name."""
    length = _SKIRT_LENGTHS.get(str(features.get("length")), 58.0)
    priors = {
        "waist": Prior(18 / length, 0.06, 0.05),
        "hip": Prior(24 / length, 0.08, 0.06),
        "low": Prior(0.0, 0.03),
        "hem": Prior(30 / length, 0.18, 0.06),
        "waist_curve": Prior(0.01, 0.02),
        "hem_curve": Prior(0.02, 0.04),
        "lean": Prior(0.0, 0.05),
        "uneven": Prior(0.0, 0.04),
    }
    starts = [{"hem": hem / length, "hip": 24 / length} for hem in (22.0, 28.0, 36.0, 50.0)]
    return Shape("skirt", priors, _skirt_parts, _skirt_marks, starts)


def _skirt_edge(p: Columns, sign: int) -> list[tuple[object, object]]:
    lean, shift = p["lean"], sign * p["uneven"]
    return [
        (sign * p["waist"], -p["waist_curve"] * 0.5 + shift * 0.2),
        (sign * p["hip"] + lean * 0.33, 0.33 + shift * 0.4),
        (sign * (p["low"] + (p["hip"] + p["hem"]) / 2) + lean * 0.66, 0.66 + shift * 0.7),
        (sign * p["hem"] + lean, 1 - p["hem_curve"] + shift),
    ]


def _skirt_parts(p: Columns) -> Parts:
    left, right = _skirt_edge(p, -1), _skirt_edge(p, 1)
    base = [
        (p["lean"] + side * p["hem"], 1 - p["hem_curve"] * 0.25 + side * p["uneven"])
        for side in (-0.5, 0.0, 0.5)
    ]
    base[1] = (p["lean"], 1 + 0 * p["hem"])
    return [points(*left, *base, *reversed(right), (0 * p["waist"], p["waist_curve"] * 0.5))]


def _skirt_marks(p: Columns) -> Marks:
    marks: Marks = {}
    for sign, name in ((-1, "left"), (1, "right")):
        edge = points(*_skirt_edge(p, sign))
        marks |= {f"{mark}_{name}": edge[:, i] for i, mark in enumerate(("waist", "hip", "", "hem")) if mark}
    zero = 0 * p["waist"]
    marks["waist_centre"] = np.stack([zero, p["waist_curve"] * 0.5], axis=-1)
    marks["hem_centre"] = np.stack([p["lean"], 1 + zero], axis=-1)
    return marks


def trousers(product_type: str, features: dict[str, str | int]) -> Shape:
    """Return the outline of trousers, jeans or shorts with legs as wide as their features name."""
    length = 42.0 if product_type == "shorts" else 103.0
    wide = _LEG_FACTOR.get(str(features.get("leg")), 1.0)
    opening = 30.0 if product_type == "shorts" else 18.0 * wide
    priors = {
        "waist": Prior(20.5 / length, 3.5 / length, 0.04),
        "hip": Prior(1.5 / length, 1.2 / length),
        "crotch": Prior(27 / length, 4.0 / length, 0.1, 0.92),
        "thigh": Prior(29 / length, 4.5 / length, 0.04),
        "knee": Prior(((24.0 * wide + opening) / 2) / length, 5.0 / length, 0.03),
        "opening": Prior(opening / length, 5.0 / length, 0.02),
        "waist_curve": Prior(0.01, 0.015),
        "gap": Prior(0.0, 0.01, -0.02),
        "left_angle": Prior(0.08, 0.12, -0.4, 1.2),
        "right_angle": Prior(0.08, 0.12, -0.4, 1.2),
        "slant": Prior(0.0, 0.1),
        "uneven": Prior(0.0, 0.02),
    }
    angles = (0.0, 0.1, 0.22)
    starts = [{"left_angle": left, "right_angle": right} for left in angles for right in angles]
    family = "shorts" if product_type == "shorts" else "trousers"
    return Shape(family, priors, _trouser_parts, _trouser_marks, starts)


def _leg(p: Columns, sign: int, name: str) -> np.ndarray:
    """Return waist, hip, thigh, knee and hem on the outside, then hem, knee and crotch on the inside."""
    angle = p[f"{name}_angle"]
    down = np.stack([sign * np.sin(angle), np.cos(angle)], axis=-1)
    across = np.stack([sign * np.cos(angle), -np.sin(angle)], axis=-1)
    inside = np.stack([sign * p["gap"], p["crotch"]], axis=-1)
    length = ((1 - p["crotch"]) * (1 + sign * p["uneven"]))[:, None]
    thigh = inside + across * p["thigh"][:, None]
    knee = inside + down * length * 0.45
    end = inside + down * length
    tilt = down * (p["slant"] * p["opening"])[:, None]
    waist = np.stack([sign * p["waist"], -p["waist_curve"] * 0.5], axis=-1)
    side = waist * 0.32 + thigh * 0.68
    hip = side + np.stack([sign * p["hip"], 0 * p["hip"]], axis=-1)
    outer = [
        waist,
        hip,
        thigh,
        knee + across * p["knee"][:, None],
        end + across * p["opening"][:, None] + tilt,
    ]
    return np.stack([*outer, end, knee, inside], axis=1)


def _trouser_parts(p: Columns) -> Parts:
    left, right = _leg(p, -1, "left"), _leg(p, 1, "right")
    middle = points((0 * p["waist"], p["waist_curve"] * 0.5))
    centre = points((0 * p["waist"], p["crotch"]))
    return [np.concatenate([leg, centre, middle], axis=1) for leg in (left, right)]


def _trouser_marks(p: Columns) -> Marks:
    names = ("waist", "hip", "thigh_outer", "knee_outer", "leg_outer_hem", "leg_inner_hem", "knee_inner", "")
    marks: Marks = {}
    for sign, side in ((-1, "left"), (1, "right")):
        leg = _leg(p, sign, side)
        marks |= {f"{name}_{side}": leg[:, i] for i, name in enumerate(names) if name}
    zero = 0 * p["waist"]
    marks["waist_centre"] = np.stack([zero, p["waist_curve"] * 0.5], axis=-1)
    marks["crotch"] = np.stack([zero, p["crotch"]], axis=-1)
    return marks
