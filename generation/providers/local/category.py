"""What kind of product: the designer's words first, then the silhouette.

A silhouette can tell legs, sleeves, a pair and a few proportions. It cannot tell a bag from a
cushion: those kinds are decided by words or by the designer only.
"""

from typing import Any

import cv2
import numpy as np

from .flat import flat
from .landmarks import Side, axis_of, bottoms, extent, runs, tops
from .photo import Photo
from .plate import Plate, plate
from .silhouette import contours_of
from .vocabulary import words_in

ANY_HAT = ("hat", "headwear")
PEAK = 0.3  # how clear the line between crown and peak has to be
LEAST = 0.2  # confidence up to which a guess is not worth saying
UNEVEN_HEM = 0.028  # of the long side: how far a lower edge may stray from a curve and be one hem
CLEFT = 0.115  # of the height: how deep a pair is parted at the top; a neckline is less deep

Guess = tuple[str, str, float, str]  # category, subcategory, confidence, what was seen
SIDE_BY_SIDE: Guess = (
    "FOOTWEAR", "Shoes", 0.38, "two rounded ends above and two below, as a pair side by side has",
)  # fmt: skip


def categorise(photo: Photo, name: str, notes: str) -> dict[str, Any]:
    """The answer to purpose "category"."""
    seen: Guess = photo.study("silhouette category", lambda: by_silhouette(plate(photo)))
    for text, weight, where in ((name, 0.93, "name"), (notes, 0.8, "notes")):
        hits = words_in(text)
        if not hits:
            continue
        word, kind = hits[0]
        if word in ANY_HAT and is_peaked_cap(photo, seen):
            return _peaked_cap(where, word, weight)
        rivals = {other.category for _, other in hits[1:]} - {kind.category}
        confidence = weight - (0.15 if rivals else 0)
        agrees = seen[0] == kind.category and seen[2] > 0.4
        return {
            "category": kind.category,
            "subcategory": kind.subcategory,
            "confidence": round(min(0.97, confidence + (0.04 if agrees else 0)), 2),
            "basis": "words and silhouette" if agrees else "words",
            "evidence": f"The {where} says “{word}”" + (f"; the photo shows {seen[3]}." if agrees else "."),
        }
    category, subcategory, confidence, evidence = seen
    told = confidence > LEAST
    return {
        "category": category if told else "OTHER",
        "subcategory": subcategory if told else "",
        "confidence": round(confidence, 2),
        "basis": "silhouette" if told else "none",
        "evidence": f"The photo shows {evidence}; no product word in the name or the notes."
        if told
        else "Neither the words nor the silhouette tell what this is: please choose.",
    }


def is_peaked_cap(photo: Photo, seen: Guess) -> bool:
    """A rounded outline alone may be a beanie's: the photo has to show the peak's seam as well."""
    if seen[:2] != ("HEADWEAR", "Baseball cap"):
        return False
    peak = flat(photo, "front", *seen[:2]).seam("brim")
    return peak is not None and peak.score > PEAK


def _peaked_cap(where: str, word: str, weight: float) -> dict[str, Any]:
    return {
        "category": "HEADWEAR",
        "subcategory": "Baseball cap",
        "confidence": round(weight - 0.2, 2),
        "basis": "words and silhouette",
        "evidence": f"The {where} says “{word}”; the photo shows a rounded crown and the seam of a peak.",
    }


def by_silhouette(base: Plate) -> Guess:
    """The best guess from the outline alone; confidence stays below 0.8."""
    category, subcategory, confidence, evidence = _shape(base)
    even = float(np.clip((base.symmetry - 0.6) / 0.22, 0.3, 1)) if base.pieces == 1 else 1.0
    if base.doubted:
        even *= 0.7
    return category, subcategory, confidence * even * min(1.0, base.confidence / 0.8), evidence


def _shape(base: Plate) -> Guess:
    if base.confidence <= 0.25:
        return "OTHER", "", 0.0, "no clear outline"
    mask = base.ideal_mask if base.is_symmetric and base.pieces == 1 else base.mask
    left, top, right, bottom = extent(mask)
    aspect = (bottom - top) / (right - left)
    if base.pieces == 2:
        return "FOOTWEAR", "Shoes", 0.6, "two pieces of like size, as a pair has"
    sides = tops(mask, base.size)
    sleeves = [side for side in sides if side.armpit and _reach(side) > 0.2]
    legs = bottoms(mask, base.size, legs=True)
    depth = (bottom - legs.crotch[1]) / (bottom - top) if legs.crotch else 0.0
    if len(sleeves) == 2 and depth > 0.18:
        return "APPAREL", "Jumpsuit", 0.62, "two sleeves and two legs"
    pair = _is_pair(base.mask)  # asked before the legs: the toes of a pair part as legs do
    if not sleeves and (pair or depth > 0.12):
        return SIDE_BY_SIDE if pair else _with_legs(aspect, depth)
    if sleeves and base.symmetry > 0.6:
        return _with_sleeves(base, sides, aspect)
    return _without_sleeves(mask, base, aspect)


def _with_legs(aspect: float, depth: float) -> Guess:
    if aspect > 1.35 or depth > 0.62:
        return "APPAREL", "Trousers", 0.75, "two legs, longer than wide"
    return "APPAREL", "Shorts", 0.7, "two short legs"


def _reach(side: Side) -> float:
    """A sleeve's length as a share of the body's."""
    if not side.cuff:
        return 0.0
    end = (np.array(side.cuff[0]) + np.array(side.cuff[1])) / 2
    return float(np.hypot(*(end - np.array(side.shoulder)))) / max(side.hem[1] - side.neck[1], 1.0)


def _with_sleeves(base: Plate, sides: tuple, aspect: float) -> Guess:
    found = [side for side in sides if side.armpit and side.cuff]
    sure = 0.72 if len(found) == 2 else 0.5
    sleeve = float(np.mean([_reach(side) for side in found])) if found else 0.0
    if aspect > 1.85:
        return "APPAREL", "Dress", 0.5, "sleeves and a long body"
    if sleeve < 0.5:
        return "APPAREL", "T-shirt", sure, "two short sleeves"
    return "APPAREL", "Long-sleeve top", sure, "two long sleeves"


def _without_sleeves(mask: np.ndarray, base: Plate, aspect: float) -> Guess:
    """Dress, skirt, top, cap or nothing: from the widths at several heights and the roundness."""
    left, top, right, bottom = extent(mask)
    widths = []
    for share in (0.04, 0.2, 0.5, 0.8, 0.96):
        row = runs(mask[int(top + share * (bottom - top))])
        widths.append((row[-1][1] - row[0][0]) / (right - left) if row else 0.0)
    contour = contours_of(mask)[0]
    solid = cv2.contourArea(contour) / max(cv2.contourArea(cv2.convexHull(contour)), 1)
    centre = mask[:, int(np.clip(axis_of(mask), 0, mask.shape[1] - 1))]
    dip = (int((centre > 0).argmax()) - top) / (bottom - top)
    rounded = solid > 0.965 and widths[0] < 0.62 and widths[4] < 0.72 and widths[2] > 0.85
    flared = widths[3] > widths[1] * 1.12
    dressed = widths[0] < 0.36 or (aspect > 1.25 and dip > 0.02)
    hemmed = _hem_stray(base.mask) < UNEVEN_HEM
    rules: list[tuple[bool, Guess]] = [
        (base.symmetry < 0.7, ("OTHER", "", 0.12, "an uneven outline")),
        (aspect < 1.6 and rounded,
         ("HEADWEAR", "Baseball cap", 0.4, "a rounded, closed outline like a cap seen from the front")),
        (flared and dressed and hemmed, ("APPAREL", "Dress", 0.5, "a narrow top, no sleeves and a wide hem")),
        (flared and dip < 0.06 and aspect < 1.9 and hemmed,
         ("APPAREL", "Skirt", 0.5, "a straight top edge and a wider hem")),
        (aspect < 0.8 and solid > 0.9 and widths[0] > 0.6,
         ("APPAREL", "Shorts", 0.35, "a wide, short outline with a straight top")),
        (1.0 < aspect < 1.9 and solid > 0.88 and base.symmetry > 0.85 and not flared,
         ("APPAREL", "Top", 0.35, "a body without free sleeves")),
    ]  # fmt: skip
    nothing: Guess = ("OTHER", "", 0.15, "an outline that many things have")
    return next((guess for holds, guess in rules if holds), nothing)


def _is_pair(mask: np.ndarray) -> bool:
    """Two lobes at the top and two at the bottom: shoes seen from above, standing together."""
    left, top, right, bottom = extent(mask)
    reach = 0.1 * (right - left)
    middle = mask[:, int(max(0, axis_of(mask) - reach)) : int(axis_of(mask) + reach)] > 0
    upper = (int(middle.argmax(0).max()) - top) / (bottom - top)
    lower = (bottom - mask.shape[0] + int(middle[::-1].argmax(0).max())) / (bottom - top)
    half = runs(mask[int(top + 0.5 * upper * (bottom - top))])
    lobes = sorted(end - start for start, end in half)[-2:]
    alike = len(lobes) == 2 and lobes[0] > 0.5 * lobes[1] and lobes[0] > 0.14 * (right - left)
    return upper > CLEFT and lower > 0.06 and alike


def _hem_stray(mask: np.ndarray) -> float:
    """How far the lower edge strays from one smooth curve, as a share of the long side."""
    left, top, right, bottom = extent(mask)
    inset = (right - left) // 8
    columns = np.arange(left + inset, right - inset)
    lower = mask.shape[0] - 1 - (mask[::-1, columns] > 0).argmax(0).astype(float)
    u = np.linspace(-1, 1, len(columns))
    curve = np.polynomial.polynomial.polyval(u, np.polynomial.polynomial.polyfit(u, lower, 2))
    return float(np.sqrt(((lower - curve) ** 2).mean())) / max(bottom - top, right - left)
