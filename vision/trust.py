"""Decide which values may be called measured: errors from the evaluation, ratios, ranges.

A value may be called measured when the 90th percentile of its error on garments of known size, for its
family of products, its point and its kind of scale, is at most MEASURED_ERROR (4.5 %) and nothing on the
photo speaks against it. What is promised is that 95 of 100 values called measured are within 4 % of the
truth. Points that just pass have 12 of 100 beyond it, but most pass by far more than just: on renderings
with another seed than those that wrote errors.json, 2.5 of 100 are beyond 4 % (docs/model-card.md).
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MEASURED_ERROR = 4.5
LEAST_OVERLAP = 0.92
UNKNOWN_ERROR = 20.0

type Lengths = dict[str, float]


@dataclass(frozen=True)
class Rule:
    """Bounds of one value over another, and the words for what lies outside."""

    codes: tuple[str, str]
    low: float
    high: float
    text: str


_RULES = (
    Rule(("SL1", "BL1"), 0.05, 1.35, "the sleeve and the body length do not go together"),
    Rule(("HE1", "CH1"), 0.55, 1.5, "the hem and the chest do not go together"),
    Rule(("SH1", "CH1"), 0.45, 1.35, "the shoulder and the chest do not go together"),
    Rule(("CH1", "BL1"), 0.35, 1.5, "the chest and the body length do not go together"),
    Rule(("NK1", "SH1"), 0.15, 0.85, "the neck and the shoulder do not go together"),
    Rule(("AH1", "CH1"), 0.2, 0.85, "the armhole and the chest do not go together"),
    Rule(("SO1", "AH1"), 0.2, 1.3, "the sleeve opening and the armhole do not go together"),
    Rule(("IN1", "OS1"), 0.1, 0.9, "the inseam and the outseam do not go together"),
    Rule(("WB1", "HP2"), 0.5, 1.15, "the waist and the hip do not go together"),
    Rule(("TH1", "HP2"), 0.35, 0.8, "the thigh and the hip do not go together"),
    Rule(("KN1", "TH1"), 0.4, 1.15, "the knee and the thigh do not go together"),
    Rule(("LO1", "TH1"), 0.25, 1.5, "the leg opening and the thigh do not go together"),
    Rule(("FR1", "OS1"), 0.12, 0.85, "the rise and the outseam do not go together"),
    Rule(("HE1", "WB1"), 0.6, 6.0, "the hem and the waist do not go together"),
    Rule(("BW1", "BH1"), 0.3, 3.0, "the width and the height do not go together"),
    Rule(("FO4", "FO1"), 0.15, 2.5, "the height and the length do not go together"),
)
_WIDE_HEMS = {"dress": 5.0, "coat": 2.2}


def impossible(product_type: str, lengths: Lengths) -> dict[str, str]:
    """Return the codes whose ratios are impossible, each with the reason in words."""
    reasons: dict[str, str] = {}
    for rule in _RULES:
        first, second = (lengths.get(code) for code in rule.codes)
        if first is None or not second:
            continue
        high = _WIDE_HEMS.get(product_type, rule.high) if rule.codes == ("HE1", "CH1") else rule.high
        if not rule.low <= first / second <= high:
            reasons |= dict.fromkeys(rule.codes, rule.text)
    return reasons


def out_of_range(lengths: Lengths, ranges: dict[str, tuple[float, float]]) -> dict[str, str]:
    """Return the codes whose centimetres lie outside the plausible range, each with the reason."""
    reasons = {}
    for code, cm in lengths.items():
        low, high = ranges.get(code, (0.0, float("inf")))
        if not low <= cm <= high:
            reasons[code] = f"{cm:.1f} cm is outside the usual {low:g} to {high:g} cm"
    return reasons


_LENGTHS = {"BL1", "BL2", "SL1", "OS1", "IN1", "SK1", "SK2", "BH1", "HC7", "HC2", "FO1", "FO4"}
_WIDTHS = {"CH1", "HE1", "WA1", "SH1", "WB1", "HP1", "HP2", "TH1", "LO1", "BW1", "BW2", "HC6"}


def scale_kind(known_code: str | None, family: str) -> str:
    """Name the kind of scale errors are listed by: "card", known "length", known "width" or "other"."""
    if known_code is None:
        return "card"
    if (known_code, family) == ("IN1", "shorts"):
        return "other"
    return "length" if known_code in _LENGTHS else "width" if known_code in _WIDTHS else "other"


@cache
def _errors() -> dict[str, dict[str, dict[str, float]]]:
    path = Path(__file__).parent / "data" / "errors.json"
    return json.loads(path.read_text()) if path.exists() else {}


def error_percent(family: str, code: str, scale: str) -> float | None:
    """Return the 90th percentile of the error of `code`, by `scale_kind`; None: unknown.

    From `bench/vision/evaluate.py`, on garments rendered at known size.
    """
    errors = _errors().get(family, {}).get(code, {})
    other = {"length": "width", "width": "length"}.get(scale, scale)
    return errors.get(scale, errors.get(other))
