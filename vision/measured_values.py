"""Decide which values may be called measured: errors from the evaluation, ratios, ranges.

A value may be called measured when the 90th percentile of its error on garments of known size, for its
family of products, its point and its kind of scale, is at most MEASURED_ERROR (4.75 %) and nothing on the
photo speaks against it. What is promised is that 95 of 100 values called measured are within 4 % of the
truth. Points that just pass have 13 of 100 beyond it, but most pass by far more than just: on renderings
with other seeds than those that wrote errors.json, 2 to 3 of 100 are beyond 4 % (docs/model-card.md).
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

MEASURED_ERROR = 4.75
LEAST_OVERLAP = 0.92

type Lengths = dict[str, float]
type Ranges = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Rule:
    """Bounds of one value over another, and the words for what lies outside."""

    codes: tuple[str, str]
    low: float
    high: float
    text: str


_RULES = (
    Rule(("WA1", "CH1"), 0.55, 1.5, "the waist and the chest do not go together"),
    Rule(("BI1", "AH1"), 0.45, 1.35, "the bicep and the armhole do not go together"),
    Rule(("SH3", "SH1"), 0.02, 0.35, "the shoulder drop and the shoulder do not go together"),
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
    Rule(("BW2", "BW1"), 0.6, 1.5, "the upper and the lower width do not go together"),
    Rule(("FO4", "FO1"), 0.15, 2.5, "the height and the length do not go together"),
)
_WIDE_HEMS = {"dress": 5.0, "coat": 2.2}
# Narrower bounds, of what is usual: a value outside them that something on the photo speaks against is wrong. The
# sleeves lie over the body, the legs touch, an underarm is hidden. In this order; a value that is wrong is not asked again.
_USUAL = (
    Rule(("AH1", "CH1"), 0.24, 0.6, "the armhole and the chest do not go together"),
    Rule(("HE1", "CH1"), 0.85, 1.3, "the hem and the chest do not go together"),
    Rule(("WA1", "CH1"), 0.75, 1.11, "the waist and the chest do not go together"),
    Rule(("WA1", "HE1"), 0.6, 1.12, "the waist and the hem do not go together"),
    Rule(("SH1", "CH1"), 0.68, 1.08, "the shoulder and the chest do not go together"),
    Rule(("SH1", "HE1"), 0.3, 1.2, "the shoulder and the hem do not go together"),
    Rule(("KN1", "TH1"), 0.45, 1.0, "the knee and the thigh do not go together"),
    Rule(("LO1", "TH1"), 0.3, 1.25, "the leg opening and the thigh do not go together"),
    Rule(("TH1", "HP2"), 0.4, 0.545, "the thigh and the hip do not go together"),
    Rule(("LO1", "KN1"), 0.5, 1.7, "the leg opening and the knee do not go together"),
    Rule(("LO1", "HP2"), 0.18, 0.55, "the leg opening and the hip do not go together"),
    Rule(("FR1", "HP2"), 0.35, 0.72, "the rise and the hip do not go together"),
)
# Read at the same place of the photo: where the first is wrong, what is doubted of the others is wrong, too.
_WITH_IT = {"CH1": ("WA1",), "FR1": ("IN1", "TH1")}
# A side seam is seen from end to end, a crotch between legs that touch is not.
_SEEN_BETTER = {("FR1", "OS1"): {"OS1"}}
_TRUSTED = {("SH1", "CH1"): {"CH1"}, ("SH1", "HE1"): {"HE1"}}  # which of two is not the wrong one
# Of shorts: the leg opening has no room to become wider than the thigh, and where the legs touch, they seem to begin lower.
_OF_SHORTS = {"LO1": 1.02, "FR1": 0.62}
_BULGE = 1.04  # of the wider of chest and hem: no body bulges farther between them


def impossible(product_type: str, lengths: Lengths, doubted: set[str] | None = None) -> dict[str, str]:
    """Return the codes whose ratios are impossible, each with the reason in words.

    Of two that do not go together the one in `doubted` is wrong, or the one that is seen worse; both where both or
    neither are.
    """
    reasons: dict[str, str] = {}
    for rule in _RULES:
        first, second = (lengths.get(code) for code in rule.codes)
        if first is None or not second:
            continue
        high = _WIDE_HEMS.get(product_type, rule.high) if rule.codes == ("HE1", "CH1") else rule.high
        if not rule.low <= first / second <= high:
            asked = set(rule.codes) - _SEEN_BETTER.get(rule.codes, set())
            wrong = asked & (doubted or set()) or asked
            reasons |= dict.fromkeys(wrong, rule.text)
    return reasons


def out_of_shape(product_type: str, lengths: Lengths, doubted: set[str]) -> dict[str, str]:
    """Return the codes, each with the reason in words, that make a shape such products do not have.

    Only what is `doubted`: something on the photo speaks against it. But a waist that bulges is always wrong.
    """
    reasons: dict[str, str] = {}
    if "TH1" in doubted:  # as it is read at the crotch
        doubted = doubted | {"FR1", "IN1"}
    for rule in _USUAL:
        first, second = (lengths.get(code) for code in rule.codes)
        if first is None or not second or reasons.keys() & set(rule.codes):
            continue
        high = _OF_SHORTS.get(rule.codes[0], rule.high) if product_type == "shorts" else rule.high
        high = _WIDE_HEMS.get(product_type, high) if rule.codes == ("HE1", "CH1") else high
        if not rule.low <= first / second <= high:
            reasons |= dict.fromkeys(set(rule.codes) & doubted - _TRUSTED.get(rule.codes, set()), rule.text)
    chest, hem, waist = (lengths.get(code) for code in ("CH1", "HE1", "WA1"))
    if chest and hem and waist and waist > _BULGE * max(chest, hem):
        reasons.setdefault("WA1", "the waist is wider than chest and hem")
    for code, others in _WITH_IT.items():
        if code in reasons:
            reasons = dict.fromkeys(doubted & lengths.keys() & set(others), reasons[code]) | reasons
    return reasons


def read_beside(reasons: dict[str, str], codes: set[str]) -> dict[str, str]:
    """Return which of `codes` end where an impossible one does, each with that one's reason: at a crotch that does not show."""
    return {code: reasons["FR1"] for code in codes & set(_WITH_IT["FR1"]) if "FR1" in reasons}


def out_of_range(lengths: Lengths, ranges: Ranges) -> dict[str, str]:
    """Return the codes whose centimetres lie outside the plausible range, each with the reason."""
    reasons = {}
    for code, cm in lengths.items():
        low, high = ranges.get(code, (0.0, float("inf")))
        if not low <= cm <= high:
            reasons[code] = f"the photo reads {cm:.1f} cm; such a product has {low:g} to {high:g} cm"
    return reasons


def out_of_proportion(lengths: Lengths, ranges: Ranges) -> dict[str, str]:
    """As `out_of_range` where there is no scale: no usual main length, the first, gives a usual value."""
    main, of_main = next(iter(lengths.items()), ("", 0.0))
    if main not in ranges or not of_main:
        return {}
    shortest, longest = ranges[main]
    reasons = {}
    for code, length in lengths.items():
        low, high = ranges.get(code, (0.0, float("inf")))
        if not low <= length / of_main * longest or not length / of_main * shortest <= high:
            reasons[code] = "it does not go together with the length"
    return reasons


# What a photo taken by hand adds to a length measured by another length on it: the camera is square to the
# product give or take a few degrees, so the scale changes along the photo. For 90 of 100 photos at most this
# per cent, times the distance of the two lengths in longer sides of the photo.
_TILT_PERCENT = 6.0
_FORESHORTENING_PERCENT = 0.5
# errors.json comes from photos of 1,200 pixels. Where pixels are coarser, both ends of a length together lie off by
# so many of them on 90 of 100 photos.
_EVALUATED_SIDE = 1200
_BOTH_ENDS_PIXELS = 2.2


@cache
def _errors() -> dict[str, dict[str, float]]:
    path = Path(__file__).parent / "data" / "errors.json"
    return json.loads(path.read_text()) if path.exists() else {}


def reading_error(family: str, code: str) -> float | None:
    """Return the 90th percentile of the error of `code` in per cent, read beside a scale card; None: unknown.

    From `bench/vision/evaluate.py`, on garments rendered at known size.
    """
    return _errors().get(family, {}).get(code)


def coarseness_error(pixels: float, side: int) -> float:
    """Return what coarse pixels add to the error in per cent of a length of `pixels`; `side` is the photo's longer side."""
    share = min(1.0, side / _EVALUATED_SIDE)
    return 100 * _BOTH_ENDS_PIXELS * (1 - share**2) ** 0.5 / max(1.0, pixels)


def error_by_known(family: str, code: str, known: str, apart: float) -> float | None:
    """Return the 90th percentile of the error of `code` when the scale comes from another length, `known`.

    `apart` is the distance between the middles of both on the photo, over its longer side.
    """
    errors = reading_error(family, code), reading_error(family, known)
    if errors[0] is None or errors[1] is None:
        return None
    return float(np.linalg.norm([*errors, _TILT_PERCENT * apart, _FORESHORTENING_PERCENT]))
