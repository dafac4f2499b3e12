"""Outlines of everything worn on the upper body, dresses included."""

import numpy as np

from vision.outlines.shape import Columns, Marks, Parts, Prior, Shape, points

# Typical measures over the body length: neck half width, shoulder half width, shoulder drop, armhole
# depth, half chest, half waist, half hem, sleeve length, half bicep's share, sleeve opening.
type Build = dict[str, float]
_BUILDS: dict[str, Build] = {
    "t-shirt": {"neck": 0.14, "shoulder": 0.31, "drop": 0.06, "chest": 0.37, "waist": 0.36, "hem": 0.37, "arm": 0.36},
    "long-sleeve top": {"neck": 0.14, "shoulder": 0.31, "drop": 0.06, "chest": 0.37, "waist": 0.36, "hem": 0.37,
                        "arm": 0.36},
    "polo": {"neck": 0.12, "shoulder": 0.31, "drop": 0.06, "chest": 0.37, "waist": 0.36, "hem": 0.37, "arm": 0.36},
    "shirt": {"neck": 0.11, "shoulder": 0.29, "drop": 0.06, "chest": 0.36, "waist": 0.34, "hem": 0.36, "arm": 0.34},
    "sweatshirt": {"neck": 0.14, "shoulder": 0.37, "drop": 0.08, "chest": 0.42, "waist": 0.42, "hem": 0.37,
                   "arm": 0.42},
    "hoodie": {"neck": 0.14, "shoulder": 0.37, "drop": 0.08, "chest": 0.42, "waist": 0.42, "hem": 0.37, "arm": 0.42},
    "sweater": {"neck": 0.14, "shoulder": 0.34, "drop": 0.07, "chest": 0.39, "waist": 0.38, "hem": 0.36, "arm": 0.38},
    "jacket": {"neck": 0.13, "shoulder": 0.34, "drop": 0.07, "chest": 0.41, "waist": 0.39, "hem": 0.40, "arm": 0.40},
    "coat": {"neck": 0.09, "shoulder": 0.23, "drop": 0.05, "chest": 0.29, "waist": 0.27, "hem": 0.31, "arm": 0.27},
    "dress": {"neck": 0.10, "shoulder": 0.19, "drop": 0.03, "chest": 0.23, "waist": 0.20, "hem": 0.32, "arm": 0.21},
}  # fmt: skip
_SLEEVES = {"cap": (0.10, 0.05, 0.24), "short": (0.28, 0.10, 0.26), "3/4": (0.62, 0.10, 0.18),
            "long": (0.88, 0.14, 0.15)}  # fmt: skip
_USUAL_SLEEVE = {"t-shirt": "short", "polo": "short", "dress": "none"}
_SHORT_LENGTHS = {"coat": 0.72, "dress": 0.68}


def upper_body(product_type: str, features: dict[str, str | int]) -> Shape:
    """Return the outline of a top, jacket, coat or dress with the sleeves its features name."""
    sleeve = str(features.get("sleeve") or _USUAL_SLEEVE.get(product_type, "long"))
    build = _BUILDS[product_type]
    priors = _body_priors(build, product_type, features)
    if sleeve not in _SLEEVES:
        return Shape("sleeveless", priors, _body_parts, _body_marks, [{}])
    priors |= _arm_priors(sleeve, _SHORT_LENGTHS.get(product_type, 1.0))
    family = "long sleeves" if sleeve in {"long", "3/4"} else "short sleeves"
    starts = _long_starts() if family == "long sleeves" else _short_starts()
    return Shape(family, priors, _parts, _marks, starts, strain=_short_under_seams)


def _body_priors(build: Build, product_type: str, features: dict[str, str | int]) -> dict[str, Prior]:
    loose = 2.0 if product_type == "dress" else 1.0
    rise = 0.16 if features.get("neck") == "hood" or product_type == "hoodie" else _collar(features)
    return {
        "neck": Prior(build["neck"], 0.025, 0.03),
        "neck_top": Prior(-rise, 0.10 if rise > 0.1 else 0.03, -0.5, 0.25),
        "neck_top_width": Prior(0.7, 0.15, 0.2, 1.3),
        "shoulder": Prior(build["shoulder"], 0.03, 0.08),
        "drop": Prior(build["drop"], 0.02, -0.02),
        "armhole": Prior(build["arm"], 0.05, 0.1),
        "chest": Prior(build["chest"], 0.05 * loose, 0.08),
        "waist": Prior(build["waist"] - 0.6 * build["chest"] - 0.4 * build["hem"], 0.02 * loose),
        "hip": Prior(0.0, 0.02 * loose),
        "hem": Prior(build["hem"], 0.05 * loose, 0.06),
        "hem_curve": Prior(0.0, 0.03),
        "lean": Prior(0.0, 0.03),
        "uneven": Prior(0.0, 0.025),
    }


_RAISED = {"polo", "shirt collar", "band", "roll", "lapel"}
_WITH_COLLAR = {"polo", "shirt", "jacket", "coat", "hoodie"}


def _collar(features: dict[str, str | int]) -> float:
    return 0.03 if features.get("neck") in _RAISED else -0.01


def has_raised_neck(product_type: str, features: dict[str, str | int] | None) -> bool:
    """Say whether a collar or hood rises above the neck points; by the type where the features do not say."""
    neck = (features or {}).get("neck")
    return neck in _RAISED | {"hood"} if neck else product_type in _WITH_COLLAR


def _arm_priors(sleeve: str, shorter: float) -> dict[str, Prior]:
    length, deviation, opening = (number * shorter for number in _SLEEVES[sleeve])
    long = sleeve in {"long", "3/4"}
    angle = Prior(1.0, 0.45, -1.6, 3.0) if long else Prior(0.75, 0.3, -0.6, 1.45)
    priors = {
        "sleeve": Prior(length, deviation, 0.03),
        "opening": Prior(opening, 0.04, 0.03),
        "slant": Prior(0.0, 0.15),
        "left_angle": angle,
        "right_angle": angle,
        "arm_uneven": Prior(0.0, 0.04),
    }
    if long:
        priors |= {
            "elbow": Prior((opening + 0.26 * shorter) / 2, 0.03, 0.05),
            "left_bend": Prior(0.0, 0.35, -2.4, 2.4),
            "right_bend": Prior(0.0, 0.35, -2.4, 2.4),
        }
    return priors


def _short_starts() -> list[dict[str, float]]:
    pairs = [(0.5, 0.5), (0.9, 0.9), (1.25, 1.25), (0.2, 0.2)]
    return [{"left_angle": left, "right_angle": right} for left, right in pairs]


def _long_starts() -> list[dict[str, float]]:
    angles = [0.1, 0.6, 1.1, 1.4, 1.75]
    starts = [{"left_angle": left, "right_angle": right} for left in angles for right in angles]
    bent = [
        {"left_angle": 1.1, "right_angle": 1.1, "left_bend": bend, "right_bend": bend} for bend in (0.8, 1.6)
    ]
    return starts + bent


def _sides(p: Columns) -> list[tuple[int, str, np.ndarray]]:
    """Name each side with its sign and half the difference of its height."""
    return [(-1, "left", -p["uneven"]), (1, "right", p["uneven"])]


def _side_edge(p: Columns, sign: int, shift: np.ndarray) -> list[tuple[object, object]]:
    waist = p["armhole"] + (1 - p["armhole"]) * 0.4
    hip = p["armhole"] + (1 - p["armhole"]) * 0.72
    lean = p["lean"]
    waist_width = 0.6 * p["chest"] + 0.4 * p["hem"] + p["waist"]
    hip_width = 0.28 * p["chest"] + 0.72 * p["hem"] + 0.5 * p["waist"] + p["hip"]
    sleeved = "sleeve" in p
    bow = np.minimum(p["shoulder"], p["chest"]) - 0.02 if not sleeved else (p["shoulder"] + p["chest"]) / 2
    return [
        (sign * p["neck"], 0 * lean),
        (sign * p["shoulder"], p["drop"] + shift * 0.3),
        (sign * bow, p["drop"] + (p["armhole"] - p["drop"]) * (0.5 if sleeved else 0.6) + shift * 0.4),
        (sign * p["chest"] + lean * p["armhole"], p["armhole"] + shift * 0.5),
        (sign * waist_width + lean * waist, waist + shift * 0.7),
        (sign * hip_width + lean * hip, hip + shift * 0.8),
        (sign * p["hem"] + lean, 1 - p["hem_curve"] * 0.5 + shift),
    ]


def _body(p: Columns) -> np.ndarray:
    left, right = (_side_edge(p, sign, shift) for sign, _, shift in _sides(p))
    top = p["neck"] * p["neck_top_width"]
    base = [(-0.5 * p["hem"] + p["lean"], 1 + p["hem_curve"] * 0.35 - p["uneven"] * 0.5),
            (p["lean"], 1 + p["hem_curve"] * 0.5),
            (0.5 * p["hem"] + p["lean"], 1 + p["hem_curve"] * 0.35 + p["uneven"] * 0.5)]  # fmt: skip
    return points((-top, p["neck_top"]), *left, *base, *reversed(right), (top, p["neck_top"]))


def _body_parts(p: Columns) -> Parts:
    return [_body(p)]


def _arm(p: Columns, sign: int, name: str, shift: np.ndarray) -> list[np.ndarray]:
    """Return the two ends of each cut across an arm: at the body, (elbow,) opening; top point first."""
    angle = p[f"{name}_angle"]
    length = p["sleeve"] * (1 + sign * p["arm_uneven"])
    top = np.stack([sign * p["shoulder"], p["drop"] + shift * 0.3], axis=-1)
    under = np.stack([sign * p["chest"] + p["lean"] * p["armhole"], p["armhole"] + shift * 0.5], axis=-1)
    cuts = [top, under]
    if "elbow" in p:
        end = _along(top, sign, angle, length * 0.5)
        cuts += [end, _along(end, sign, angle + p[f"{name}_bend"] * 0.5 + np.pi / 2, p["elbow"])]
        top, angle, length = end, angle + p[f"{name}_bend"], length * 0.5
    end = _along(top, sign, angle, length)
    return [*cuts, end, _along(end, sign, angle + np.pi / 2 + p["slant"], p["opening"])]


def _short_under_seams(p: Columns) -> np.ndarray:
    """Return how much each under seam of a sleeve is too short, in squared deviations."""
    strain = np.zeros_like(p["sleeve"])
    for sign, name, shift in _sides(p):
        cuts = _arm(p, sign, name, shift)
        angle = p[f"{name}_angle"]
        way = np.stack([sign * np.cos(angle), np.sin(angle)], axis=-1)
        seam = np.sum((cuts[3] - cuts[1]) * way, axis=-1)
        strain += (np.minimum(0.0, seam - 0.25 * p["sleeve"]) / 0.02) ** 2
    return strain


def _along(start: np.ndarray, sign: int, angle: np.ndarray, length: np.ndarray) -> np.ndarray:
    return start + np.stack([sign * np.cos(angle) * length, np.sin(angle) * length], axis=-1)


def _parts(p: Columns) -> Parts:
    parts = [_body(p)]
    for sign, name, shift in _sides(p):
        cuts = _arm(p, sign, name, shift)
        parts += [np.stack([cuts[i], cuts[i + 1], cuts[i + 3], cuts[i + 2]], axis=1)
                  for i in range(0, len(cuts) - 2, 2)]  # fmt: skip
    return parts


def _body_marks(p: Columns) -> Marks:
    marks: Marks = {}
    for sign, name, shift in _sides(p):
        edge = points(*_side_edge(p, sign, shift))
        names = ("hps", "shoulder", "", "underarm", "waist", "hip", "hem")
        marks |= {f"{mark}_{name}": edge[:, i] for i, mark in enumerate(names) if mark}
    zero = 0 * p["neck"]
    marks["cb_neck"] = np.stack([zero, np.maximum(p["neck_top"], 0.0)], axis=-1)
    marks["neck_top"] = np.stack([zero, p["neck_top"]], axis=-1)
    marks["hem_centre"] = np.stack([p["lean"], 1 + p["hem_curve"] * 0.5], axis=-1)
    return marks


def _marks(p: Columns) -> Marks:
    marks = _body_marks(p)
    for sign, name, shift in _sides(p):
        cuts = _arm(p, sign, name, shift)
        if "elbow" in p:
            marks |= {f"elbow_top_{name}": cuts[2], f"elbow_under_{name}": cuts[3]}
        marks |= {f"sleeve_end_top_{name}": cuts[-2], f"sleeve_end_under_{name}": cuts[-1]}
    return marks
