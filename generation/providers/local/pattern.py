"""Solid, striped, checked, printed or textured: as `vision` recognises it, where the contrast agrees."""

from typing import Any

import cv2
import numpy as np

from .category import sight
from .photo import Photo
from .silhouette import lab
from .upright_cutout import Plate, plate

PRINT_IN_ONE_PLACE = "A print or an appliqué in one place, on plain cloth."
# What `vision` calls a pattern, the kind of the answer, and what was seen.
_KINDS = {
    "solid": ("solid", "No pattern is seen."),
    "striped": ("striped", "Stripes are seen."),
    "checked": ("checked", "Checks are seen."),
    "all-over print": ("printed", "A print all over is seen."),
    "placed print": ("printed", PRINT_IN_ONE_PLACE),
    "textured": ("textured", "Quilting, lace or a structured knit is seen."),
}
BLOCK = 0.055  # of the product's long side: the windows in which contrast is looked for
# Lab contrast of the busiest windows up to which cloth is plain: of 128 labelled photos 8 had less in
# their busiest fiftieth, one of them with a print.
PLAIN, BUSIEST = 4.0, 98
# Lab contrast in and around a print, and the share of windows that have it: a hang tag fills fewer.
LETTERING, LEAST_PRINT = 6.0, 0.1


def pattern(photo: Photo) -> dict[str, Any]:
    """The `Pattern` group of a base view; unknown where the photo does not show it clearly enough."""
    contrast = photo.study("contrast", lambda: _contrast(plate(photo)))
    if contrast is not None and np.percentile(contrast, BUSIEST) < PLAIN:
        return _answer("solid", "No contrast anywhere.", 0.9)
    value, sure = sight(photo).recognition.features.get("pattern", ("", 0.0))
    if value == "placed print" and (contrast is None or (contrast > LETTERING).mean() < LEAST_PRINT):
        value, sure = "", 0.0
    return _answer(*_KINDS.get(value, ("unknown", "The photo does not show it clearly.")), round(sure, 2))


def _answer(kind: str, evidence: str, confidence: float) -> dict[str, Any]:
    return {"kind": kind, "evidence": evidence, "confidence": confidence, "source": "measured"}


def _contrast(base: Plate) -> np.ndarray | None:
    """Lab contrast of the windows inside the product; None where too little of it is visible."""
    colours = lab(cv2.GaussianBlur(base.rgb, (0, 0), 1.0))
    rim = round(base.size * 0.03) | 1
    inside = cv2.erode(base.mask, np.ones((rim, rim), np.uint8)) > 0
    if base.confidence <= 0.25 or inside.sum() < 2000:
        return None
    return _block_contrast(colours, inside, base.size)


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
