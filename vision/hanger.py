"""Where a hanger may be: a box above the neck that the fit ignores."""

import cv2
import numpy as np

from vision.outlines.products import UPPER


def above_the_neck(mask: np.ndarray, product_type: str) -> np.ndarray | None:
    """Return the part of the mask that is a thin hook above the shoulders (bool), or None.

    Thin means gone after an opening with a radius of 3.5 % of the square root of the area.
    """
    if product_type not in (*UPPER, "skirt", "trousers", "jeans", "shorts"):
        return None
    binary = (mask > 0).astype(np.uint8)
    radius = max(1, round(0.035 * float(np.sqrt(binary.sum()))))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    opened = cv2.morphologyEx(binary, cv2.MORPH_OPEN, kernel)
    rows = np.flatnonzero(opened.any(axis=1))
    if not len(rows):
        return None
    thin = (binary > 0) & (opened == 0)
    thin[rows[0] + radius :] = False
    return thin if thin.any() else None
