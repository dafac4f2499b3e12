"""Correct the outline of a product by strokes that somebody painted over the photo."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.edges import snapped
from vision.segmentation import WORKING_SIDE, Mask, Rgb, run_grab_cut

ALIKE = 10.0  # Lab units within which a colour is that of a stroke
SAMPLES = 24  # colours taken from the strokes
REACH = 2.5  # brush widths: a stroke changes nothing farther away
SNAP = 2.0  # pixels of the copy that GrabCut works on
LEAST_WIDTH, MOST_WIDTH = 0.002, 0.2  # of the longer side


@dataclass(frozen=True)
class Stroke:
    """One stroke of the brush: over the product (`adds`) or over what is not part of it.

    `points` are fractions of the photo (x right, y down), `width` a fraction of its longer side.
    """

    adds: bool
    points: Sequence[tuple[float, float]]
    width: float


def repainted(image: Rgb, mask: Mask, strokes: Sequence[Stroke]) -> Mask:
    """Return `mask` (height x width, of the image's size) as the strokes correct it.

    What a stroke covers is as painted; a later stroke wins over an earlier one. A stroke takes along what
    touches it and looks alike, found by GrabCut, up to REACH widths of the brush away. The rest stays.
    Takes half a second.
    """
    if not strokes:
        return mask
    painted, free = paint(strokes, mask.shape), near(strokes, mask.shape)
    box = _box_around(free, round(0.03 * max(mask.shape)))
    changed = mask.copy()
    changed[box] = _changed(image[box], mask[box], painted[box], free[box], WORKING_SIDE / max(mask.shape))
    return (changed | (painted > 0)) & ~(painted < 0)


def _changed(image: Rgb, mask: Mask, painted: NDArray[np.int8], free: Mask, scale: float) -> Mask:
    """Return a part of the mask with what the strokes add and take off, worked out at `scale` (1: as it is)."""
    scale = min(1.0, scale)
    size = max(2, round(mask.shape[1] * scale)), max(2, round(mask.shape[0] * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    rough, loose = (
        cv2.resize(one.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0 for one in (mask, free)
    )
    strokes = cv2.resize(painted.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    added, removed = (
        cv2.resize(one.astype(np.float32), mask.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.5
        for one in _spread(small, rough, np.sign(np.round(strokes)).astype(np.int8), loose)
    )
    changed = (mask | added) & ~removed
    if not changed.any() or changed.all() or not (added.any() or removed.any()):
        return changed
    return np.where(free, snapped(image, changed, max(1.0, SNAP / scale)), changed)


def _box_around(area: Mask, margin: int) -> tuple[slice, slice]:
    left, top, width, height = cv2.boundingRect(area.astype(np.uint8))
    return (slice(max(0, top - margin), top + height + margin),
            slice(max(0, left - margin), left + width + margin))  # fmt: skip


def paint(strokes: Sequence[Stroke], shape: tuple[int, ...]) -> NDArray[np.int8]:
    """Return where the strokes lie (height x width): 1 on the product, -1 off it, 0 where none is."""
    height, width = shape[:2]
    painted = np.zeros((height, width), np.uint8)
    for stroke in strokes:
        thick = max(1, round(float(np.clip(stroke.width, LEAST_WIDTH, MOST_WIDTH)) * max(height, width)))
        line = np.round(np.array(stroke.points, float) * [width, height] * 16).astype(np.int32)
        for point in line if len(line) == 1 else ():
            cv2.circle(painted, point.tolist(), 8 * thick, 1 if stroke.adds else 2, -1, shift=4)
        cv2.polylines(painted, [line], False, 1 if stroke.adds else 2, thick, shift=4)
    return np.select([painted == 1, painted == 2], [1, -1], 0).astype(np.int8)


def near(strokes: Sequence[Stroke], shape: tuple[int, ...]) -> Mask:
    """Return where strokes may change the mask (height x width)."""
    wide = [Stroke(stroke.adds, stroke.points, stroke.width * (1 + 2 * REACH)) for stroke in strokes]
    return paint(wide, shape) != 0


def _spread(image: Rgb, mask: Mask, painted: NDArray[np.int8], free: Mask) -> tuple[Mask, Mask]:
    """Return what the strokes add to a mask and what they take off it, with what looks alike around them."""
    seeds = np.where(mask, cv2.GC_FGD, cv2.GC_BGD).astype(np.uint8)
    seeds[free] = np.where(mask[free], cv2.GC_PR_FGD, cv2.GC_PR_BGD)
    for sign, here, likely in ((1, ~mask, cv2.GC_PR_FGD), (-1, mask, cv2.GC_PR_BGD)):
        seeds[free & here & _looks_like(image, painted == sign)] = likely
    seeds[painted > 0], seeds[painted < 0] = cv2.GC_FGD, cv2.GC_BGD
    cut = run_grab_cut(image, seeds, rounds=2)
    added = _touching(cut & ~mask & (painted >= 0), painted > 0)
    removed = _touching(~cut & mask & (painted <= 0), painted < 0)
    return added, removed


def _looks_like(image: Rgb, strokes: Mask) -> Mask:
    """Return what has the colours under the strokes."""
    if not strokes.any():
        return strokes
    lab = cv2.cvtColor(cv2.GaussianBlur(image, (0, 0), 1.0).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    under = lab[strokes]
    chosen = under[np.linspace(0, len(under) - 1, SAMPLES).astype(int)]
    least = np.full(strokes.shape, np.inf, np.float32)
    for colour in chosen:
        np.minimum(least, np.linalg.norm(lab - colour, axis=2), out=least)
    return least < ALIKE


def _touching(pieces: Mask, strokes: Mask) -> Mask:
    """Return the connected pieces that a stroke touches, without specks and threads."""
    kernel = np.ones((3, 3), np.uint8)
    solid = cv2.morphologyEx((pieces | strokes).astype(np.uint8), cv2.MORPH_OPEN, kernel) | strokes.astype(
        np.uint8
    )
    _, labels = cv2.connectedComponents(solid, connectivity=4)
    touched = np.unique(labels[strokes])
    return np.isin(labels, touched[touched > 0])
