"""Find the product in a photo: its mask.

U2-Net-p says roughly where the product is; GrabCut, seeded by it, finds the edge in the colours of the
photo; what is not part of the product's main pieces is dropped.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision import networks

Mask = NDArray[np.bool_]
Rgb = NDArray[np.uint8]

WORKING_SIDE = 480  # pixels of the longer side while GrabCut works
SURE, UNSURE, SURELY_NOT = 0.9, 0.5, 0.08  # salience
ROUNDS = 3
KEPT_SHARE = 0.2  # of the largest component's area


def segment(image: Rgb) -> Mask:
    """Find the product of a photo.

    Takes height x width x 3 (RGB), returns height x width; all False when nothing stands out.
    """
    return segment_from(image, networks.salience(image))


def segment_from(image: Rgb, salience: NDArray[np.float32]) -> Mask:
    """Sharpen a salience map (height x width, 0 to 1) into a mask."""
    height, width = image.shape[:2]
    scale = WORKING_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    likely = cv2.resize(salience, size, interpolation=cv2.INTER_LINEAR)
    rough = main_pieces(likely > UNSURE)
    if not rough.any():
        return np.zeros((height, width), bool)
    cut = _grab_cut(small, likely, rough)
    mask = main_pieces(_opened(cut if _agrees(cut, rough) else rough))
    grown = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return grown > 0.5


def agreement(mask: Mask, salience: NDArray[np.float32]) -> float:
    """How well a mask and the salience map it came from agree, 0 to 1 (intersection over union)."""
    rough = main_pieces(salience > UNSURE)
    union = (mask | rough).sum()
    return float((mask & rough).sum() / union) if union else 0.0


def refine(image: Rgb, mask: Mask, add: Mask, remove: Mask) -> Mask:
    """Correct a mask by strokes: `add` and `remove` (height x width) are what somebody painted.

    GrabCut spreads each stroke to what looks alike around it. Takes well under a second.
    """
    height, width = mask.shape
    scale = min(1.0, WORKING_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))

    def shrunk(one: Mask) -> Mask:
        return cv2.resize(one.astype(np.uint8), size, interpolation=cv2.INTER_AREA).astype(bool)

    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    seeds = np.where(shrunk(mask), cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    sure = cv2.erode(shrunk(mask).astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    far = ~cv2.dilate(shrunk(mask | add).astype(np.uint8), np.ones((61, 61), np.uint8)).astype(bool)
    seeds[sure] = cv2.GC_FGD
    seeds[far] = cv2.GC_BGD
    seeds[shrunk(add)] = cv2.GC_FGD
    seeds[shrunk(remove)] = cv2.GC_BGD
    cut = _run_grab_cut(small, seeds, rounds=2)
    grown = cv2.resize(cut.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) > 0.5
    return (grown | add) & ~remove


def main_pieces(mask: Mask) -> Mask:
    """Keep the largest component and those over a fifth of its area."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count <= 1:
        return np.zeros_like(mask)
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = 1 + np.flatnonzero(areas >= KEPT_SHARE * areas.max())
    return np.isin(labels, kept)


def _opened(mask: Mask) -> Mask:
    """Without what is thinner than a strap: threads, the wire of a hanger."""
    radius = max(1, round(0.008 * float(np.sqrt(mask.sum()))))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    return cv2.morphologyEx(closed, cv2.MORPH_OPEN, kernel).astype(bool)


def _grab_cut(small: Rgb, likely: NDArray[np.float32], rough: Mask) -> Mask:
    seeds = np.where(likely > UNSURE, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    seeds[(likely > SURE) & cv2.erode(rough.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)] = (
        cv2.GC_FGD
    )
    near = cv2.dilate(rough.astype(np.uint8), np.ones((25, 25), np.uint8)).astype(bool)
    seeds[(likely < SURELY_NOT) & ~near] = cv2.GC_BGD
    return _run_grab_cut(small, seeds, rounds=ROUNDS)


def _run_grab_cut(small: Rgb, seeds: NDArray[np.uint8], *, rounds: int) -> Mask:
    has_both = (
        np.isin(seeds, (cv2.GC_FGD, cv2.GC_PR_FGD)).any()
        and np.isin(seeds, (cv2.GC_BGD, cv2.GC_PR_BGD)).any()
    )
    if not has_both:
        return np.isin(seeds, (cv2.GC_FGD, cv2.GC_PR_FGD))
    cv2.setRNGSeed(7)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    blurred = cv2.bilateralFilter(small, 5, 30, 5)
    cv2.grabCut(blurred, seeds, None, *models, rounds, cv2.GC_INIT_WITH_MASK)
    return np.isin(seeds, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _agrees(cut: Mask, rough: Mask) -> bool:
    """GrabCut may run away with a product that looks like its ground: then the rough mask is better."""
    union = (cut | rough).sum()
    return bool(union) and float((cut & rough).sum() / union) > 0.72
