"""Take a hanger off a mask: what is thin and sticks out above the product, or beside its shoulders."""

import cv2
import numpy as np

from vision.outlines.products import UPPER

_UPPER_SHARE = 0.25
_HANGING = (*UPPER, "skirt", "trousers", "jeans", "shorts")


def without_hanger(mask: np.ndarray, product_type: str) -> np.ndarray:
    """Return a mask (uint8 0/1) without a thin hook or bar above the product, or arms beside its shoulders.

    Thin means gone after an opening with a radius of 3.5 % of the square root of the area. Only what
    rises above the rest by more than that radius goes, or reaches sideways out of its upper quarter by more
    than twice that: collar points, corners and sleeves stay.
    """
    binary = (mask > 0).astype(np.uint8)
    if product_type not in _HANGING or not binary.any():
        return binary
    radius = max(1, round(0.035 * float(np.sqrt(binary.sum()))))
    thin = binary - _opened(binary, radius)
    rows = np.flatnonzero((binary - thin).any(axis=1))
    if not len(rows):
        return binary
    _, labels, stats, _ = cv2.connectedComponentsWithStats(thin, connectivity=8)
    tops, lefts, widths, heights = (
        stats[1:, kind] for kind in (cv2.CC_STAT_TOP, cv2.CC_STAT_LEFT, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT)
    )
    upper = rows[0] + _UPPER_SHARE * (rows[-1] - rows[0])
    columns = np.flatnonzero((binary - thin)[rows[0] : round(upper)].any(axis=0))
    reach = np.maximum(columns[0] - lefts, lefts + widths - 1 - columns[-1])
    arms = (reach > 2 * radius) & (tops + heights < upper) & (widths > heights)
    hooks = 1 + np.flatnonzero((tops < rows[0] - radius) | arms)
    return np.where(np.isin(labels, hooks), 0, binary).astype(np.uint8) if len(hooks) else binary


def _opened(binary: np.ndarray, radius: int) -> np.ndarray:
    """Open on a small copy, which is quick whatever the photo's size."""
    zoom = min(1.0, 8 / radius)
    small = cv2.resize(binary, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA) if zoom < 1 else binary
    reach = max(1, round(radius * zoom))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    opened = cv2.morphologyEx(small, cv2.MORPH_OPEN, kernel)
    large = cv2.resize(opened, binary.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.minimum(cv2.dilate(large, np.ones((3, 3), np.uint8)), binary)
