"""Outlines of bags, headwear and footwear."""

import numpy as np

from vision.outlines.shape import Columns, Marks, Parts, Prior, Shape, points


def bag(product_type: str, features: dict[str, str | int]) -> Shape:
    """Return the outline of a tote or backpack body; handles and straps above it are separate parts."""
    tote = product_type == "tote"
    priors = {
        "base": Prior(0.48 if tote else 0.36, 0.12, 0.1),
        "middle": Prior(0.49 if tote else 0.37, 0.12, 0.1),
        "top": Prior(0.5 if tote else 0.33, 0.12, 0.08),
        "corner": Prior(0.04 if tote else 0.1, 0.04, 0.0, 0.3),
        "shoulder": Prior(0.0 if tote else 0.12, 0.02 if tote else 0.06, 0.0, 0.3),
        "handle": Prior(0.5 if tote else 0.1, 0.35 if tote else 0.06, 0.0, 1.6),
        "handle_width": Prior(0.22 if tote else 0.1, 0.07, 0.03, 0.5),
        "thickness": Prior(0.05, 0.02, 0.015, 0.2),
        "lean": Prior(0.0, 0.04),
    }
    starts = [{"handle": drop} for drop in ((0.0, 0.3, 0.6, 0.9) if tote else (0.0, 0.1))]
    return Shape(product_type, priors, _bag_parts, _bag_marks, starts)


def _bag_edge(p: Columns, sign: int) -> list[tuple[object, object]]:
    lean = p["lean"]
    return [
        (sign * (p["top"] - p["shoulder"]), 0 * lean),
        (sign * p["top"], p["shoulder"]),
        (sign * p["middle"] + lean * 0.5, 0.5 + 0 * lean),
        (sign * p["base"] + lean, 1 - p["corner"]),
        (sign * (p["base"] - p["corner"]) + lean, 1 + 0 * lean),
    ]


def _bag_parts(p: Columns) -> Parts:
    body = points(*_bag_edge(p, -1), *reversed(_bag_edge(p, 1)))
    inner = np.maximum(p["handle_width"] - p["thickness"], 0.0)
    outside = [(-p["handle_width"], 0.02 + 0 * inner), (-p["handle_width"] * 0.8, -p["handle"] * 0.75),
               (0 * inner, -p["handle"]), (p["handle_width"] * 0.8, -p["handle"] * 0.75),
               (p["handle_width"], 0.02 + 0 * inner)]  # fmt: skip
    lower = -np.maximum(p["handle"] - p["thickness"], 0.0)
    inside = [(inner, 0.02 + 0 * inner), (inner * 0.8, lower * 0.75), (0 * inner, lower),
              (-inner * 0.8, lower * 0.75), (-inner, 0.02 + 0 * inner)]  # fmt: skip
    return [body, points(*outside, *inside)]


def _bag_marks(p: Columns) -> Marks:
    zero, lean = 0 * p["base"], p["lean"]
    marks = {
        "bag_base": np.stack([lean, 1 + zero], axis=-1),
        "bag_top": np.stack([zero, zero], axis=-1),
        "handle_top": np.stack([zero, -p["handle"]], axis=-1),
    }
    for sign, name in ((-1, "left"), (1, "right")):
        marks[f"bag_top_{name}"] = np.stack([sign * (p["top"] - p["shoulder"]), zero], axis=-1)
        marks[f"bag_side_{name}"] = np.stack([sign * p["middle"] + lean * 0.5, 0.5 + zero], axis=-1)
        marks[f"bag_base_{name}"] = np.stack(
            [sign * (p["base"] - p["corner"] / 3) + lean, 1 - p["corner"] / 3], axis=-1
        )
        marks[f"handle_foot_{name}"] = np.stack([sign * p["handle_width"], zero], axis=-1)
    return marks


def beanie(product_type: str, features: dict[str, str | int]) -> Shape:
    """Return the outline of a beanie seen from the front, opening below."""
    priors = {
        "opening": Prior(0.46, 0.08, 0.2),
        "middle": Prior(0.47, 0.08, 0.2),
        "upper": Prior(0.33, 0.08, 0.1),
        "tip": Prior(0.12, 0.05, 0.02),
        "lean": Prior(0.0, 0.05),
    }
    return Shape("beanie", priors, _beanie_parts, _beanie_marks, [{}])


def _beanie_edge(p: Columns, sign: int) -> list[tuple[object, object]]:
    lean, zero = p["lean"], 0 * p["lean"]
    return [(sign * p["tip"] - lean, zero + 0.01), (sign * p["upper"] - lean * 0.8, zero + 0.2),
            (sign * p["middle"] - lean * 0.4, zero + 0.6), (sign * p["opening"], zero + 1)]  # fmt: skip


def _beanie_parts(p: Columns) -> Parts:
    return [points(*_beanie_edge(p, -1), *reversed(_beanie_edge(p, 1)), (-p["lean"], 0 * p["lean"]))]


def _beanie_marks(p: Columns) -> Marks:
    zero = 0 * p["lean"]
    return {
        "opening_left": np.stack([-p["opening"], zero + 1], axis=-1),
        "opening_right": np.stack([p["opening"], zero + 1], axis=-1),
        "opening": np.stack([zero, zero + 1], axis=-1),
        "top": np.stack([-p["lean"], zero], axis=-1),
    }


def cap(product_type: str, features: dict[str, str | int]) -> Shape:
    """Return the outline of a cap seen from the side, visor to the right; main length: visor to back."""
    priors = {
        "crown": Prior(0.72, 0.06, 0.4, 0.95),
        "height": Prior(0.62, 0.1, 0.3),
        "visor_drop": Prior(0.06, 0.06),
        "visor_thick": Prior(0.12, 0.05, 0.02),
        "front": Prior(0.4, 0.08, 0.1),
        "back": Prior(0.35, 0.08, 0.1),
        "peak": Prior(0.45, 0.08, 0.2, 0.7),
    }
    return Shape("cap", priors, _cap_parts, _cap_marks, [{}], mirrored=True)


def _cap_parts(p: Columns) -> Parts:
    zero = 0 * p["crown"]
    height, crown = p["height"], p["crown"]
    left = points((zero - 0.5, height), (zero - 0.48, height - p["back"]), (zero - 0.38, 0.28 * height),
                  (p["peak"] - 0.65, 0.03 * height), (p["peak"] - 0.5, zero), (p["peak"] - 0.32, 0.05 * height),
                  (crown - 0.6, 0.3 * height), (crown - 0.52, height - p["front"] * 0.7),
                  (crown - 0.5, height - p["visor_thick"]), (zero + 0.44, height + p["visor_drop"] - 0.05),
                  (zero + 0.5, height + p["visor_drop"]), (crown - 0.5, height + p["visor_drop"] * 0.6))  # fmt: skip
    return [left]


def _cap_marks(p: Columns) -> Marks:
    zero = 0 * p["crown"]
    return {
        "band_back": np.stack([zero - 0.5, p["height"]], axis=-1),
        "band_front": np.stack([p["crown"] - 0.5, p["height"] - p["visor_thick"] * 0.5], axis=-1),
        "crown_top": np.stack([p["peak"] - 0.5, zero], axis=-1),
        "visor_edge": np.stack([zero + 0.5, p["height"] + p["visor_drop"]], axis=-1),
    }


def shoe(product_type: str, features: dict[str, str | int]) -> Shape:
    """Return the outline of a shoe seen from the side, toe to the right; main length: heel to toe."""
    boot = product_type == "boot"
    priors = {
        "shaft": Prior(0.75 if boot else 0.36, 0.3 if boot else 0.06, 0.2, 2.4),
        "opening": Prior(0.42, 0.06, 0.2, 0.7),
        "throat": Prior(0.55, 0.06, 0.3, 0.85),
        "throat_height": Prior(0.36 if boot else 0.3, 0.05, 0.12),
        "toe_height": Prior(0.15, 0.04, 0.05),
        "toe_spring": Prior(0.02, 0.02, -0.02, 0.12),
        "heel_lean": Prior(0.01, 0.03),
        "front_rise": Prior(0.02, 0.05),
        "arch": Prior(0.0, 0.02, 0.0, 0.25),
    }
    starts: list[dict[str, float]] = [{"shaft": shaft} for shaft in (0.5, 0.9, 1.4)] if boot else [{}]
    return Shape("shoe", priors, _shoe_parts, _shoe_marks, starts, mirrored=True)


def _shoe_parts(p: Columns) -> Parts:
    zero = 0 * p["shaft"]
    top = p["shaft"]
    return [points(
        (zero - 0.48, zero), (-0.5 + p["heel_lean"], zero - 0.14), (-0.47 + p["heel_lean"], -top),
        (-0.47 + p["opening"] + p["heel_lean"], -top - p["front_rise"]), (p["throat"] - 0.5, -p["throat_height"]),
        (zero + 0.3, -p["toe_height"] * 1.35), (zero + 0.45, -p["toe_height"]), (zero + 0.5, -0.04 - p["toe_spring"]),
        (zero + 0.44, -p["toe_spring"]), (zero + 0.15, zero), (zero - 0.1, -p["arch"]), (zero - 0.2, zero),
    )]  # fmt: skip


def _shoe_marks(p: Columns) -> Marks:
    zero = 0 * p["shaft"]
    return {
        "heel_back": np.stack([zero - 0.5, zero - 0.06], axis=-1),
        "toe_tip": np.stack([zero + 0.5, -0.04 - p["toe_spring"]], axis=-1),
        "ground_heel": np.stack([zero - 0.46, zero], axis=-1),
        "ground_ball": np.stack([zero + 0.15, zero], axis=-1),
        "top_line_back": np.stack([-0.47 + p["heel_lean"], -p["shaft"]], axis=-1),
        "top_line_front": np.stack(
            [-0.47 + p["opening"] + p["heel_lean"], -p["shaft"] - p["front_rise"]], axis=-1
        ),
        "throat": np.stack([p["throat"] - 0.5, -p["throat_height"]], axis=-1),
        "toe_top": np.stack([zero + 0.38, -p["toe_height"] * 1.15], axis=-1),
    }
