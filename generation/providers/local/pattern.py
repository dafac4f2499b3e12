"""Solid, striped, checked, printed or textured - with the numbers that say so."""

from typing import Any

import cv2
import numpy as np

from .colours import palette
from .photo import Photo
from .silhouette import lab
from .upright_cutout import Plate, plate

BLOCK = 0.055  # of the product's long side: the windows in which contrast is looked for
QUIET = 4.2  # Lab contrast in a window up to which a fabric counts as plain
PLACED = 0.11  # share of busy windows that makes a placed print: a hang tag or a label fills fewer
BINS = 36


def pattern(photo: Photo) -> dict[str, Any]:
    """The `Pattern` group of a base view."""
    return photo.study("pattern", lambda: _pattern(plate(photo), photo))


def _pattern(base: Plate, photo: Photo) -> dict[str, Any]:
    if base.confidence <= 0.25:
        return _answer("unknown", "No outline was found to look inside of.", 0.0)
    colours = lab(cv2.GaussianBlur(base.rgb, (0, 0), 1.0))
    rim = round(base.size * 0.03) | 1
    inside = cv2.erode(base.mask, np.ones((rim, rim), np.uint8)) > 0
    if inside.sum() < 2000:
        return _answer("unknown", "Too little of the fabric is visible.", 0.0)
    contrast = _block_contrast(colours, inside, base.size)
    busy = float((contrast > QUIET).mean())
    strong = float((contrast > 9).mean())
    peak, second, direction = _directions(colours, inside)
    count = len(palette(photo)["items"])
    lines = peak, second, direction
    return _judged(busy, strong, lines, count, base.confidence)


def _judged(
    busy: float, strong: float, lines: tuple[float, float, float], count: int, trust: float
) -> dict[str, Any]:
    """The kind from the shares of windows with contrast, the directions of lines and the colours."""
    peak, second, direction = lines
    share = f"{round(busy * 100)} % of the surface has contrast"
    way = (
        "across"
        if abs(direction - 90) < 25
        else "lengthwise"
        if min(direction, 180 - direction) < 25
        else "slanted"
    )
    if busy > 0.42 and peak > 0.52:
        return _answer(
            "striped", f"{share}, {round(peak * 100)} % of its lines run {way}.", trust * min(0.9, peak + 0.2)
        )
    if busy > 0.5 and peak + second > 0.62 and second > 0.2:
        return _answer("checked", f"{share} in two directions at a right angle.", trust * 0.6)
    if strong > 0.34:
        return _answer(
            "printed", f"{share} all over, in {count} colours.", trust * (0.75 if count > 1 else 0.6)
        )
    if strong > PLACED:
        return _answer(
            "printed",
            f"Contrast in {round(strong * 100)} % of the surface: a placed print or detail.",
            trust * 0.5,
        )
    if busy > 0.45:
        return _answer("textured", f"{share}, softly and in one colour: texture or folds.", trust * 0.45)
    return _answer("solid", f"Only {share}.", trust * (0.85 - 0.6 * busy))


def _answer(kind: str, evidence: str, confidence: float) -> dict[str, Any]:
    return {"kind": kind, "evidence": evidence, "confidence": round(confidence, 2), "source": "measured"}


def _block_contrast(colours: np.ndarray, inside: np.ndarray, size: float) -> np.ndarray:
    """Local spread of colour in each window inside, slow shading taken out first."""
    window = round(size * BLOCK) | 1
    weight = inside.astype(np.float32)
    known = np.maximum(cv2.GaussianBlur(weight, (0, 0), size * 0.02), 1e-3)
    total = np.zeros(inside.shape, np.float32)
    for channel, factor in zip(cv2.split(colours), (0.8, 1.0, 1.0), strict=True):
        slow = cv2.GaussianBlur(channel * weight, (0, 0), size * 0.02) / known
        fast = np.where(inside, channel - slow, 0) * factor
        total += cv2.boxFilter(fast * fast, -1, (window, window))
    filled = np.maximum(cv2.boxFilter(weight, -1, (window, window)), 1e-3)
    contrast = np.sqrt(np.maximum(total, 0) / filled)  # box sums of floats may end just below zero
    step = max(1, window // 2)
    grid = contrast[::step, ::step]
    return grid[inside[::step, ::step]]


def _directions(colours: np.ndarray, inside: np.ndarray) -> tuple[float, float, float]:
    """Share of gradient energy in the main direction of lines, at a right angle to it, and the main
    direction in degrees of its gradient (90 = lines across)."""
    light = colours[..., 0] + 0.5 * colours[..., 1]
    x, y = cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)
    size = np.minimum(cv2.magnitude(x, y), 60)[inside]
    angle = (np.degrees(np.arctan2(y, x))[inside] % 180) / 180 * BINS
    keep = size > max(6.0, float(np.percentile(size, 60)))
    if keep.sum() < 200:
        return 0.0, 0.0, 0.0
    histogram = np.bincount(angle[keep].astype(int) % BINS, size[keep], BINS)
    histogram = histogram / histogram.sum()
    window = np.array([np.roll(histogram, shift) for shift in (-2, -1, 0, 1, 2)]).sum(0)
    main = int(np.argmax(window))
    return float(window[main]), float(window[(main + BINS // 2) % BINS]), (main + 0.5) * 180 / BINS
