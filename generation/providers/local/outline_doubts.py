"""What speaks against an outline after it was found: its own colours outside it, the background's inside.

A coat whose sleeves were lost leaves cloth of its colour beside the outline; a piece of the room
that was taken along has colours that are commoner around the product than in it.
"""

from dataclasses import replace

import cv2
import numpy as np

from .outline import Outline

STEPS = np.array([9.0, 7.0, 7.0], np.float32)  # of L, a, b: the boxes in which colours are counted
BOXES = (14, 32, 32)
ADDED = 0.02  # share of the product that one piece of background-coloured area may have
STRANGE = 0.057  # share of the product's pixels whose colours may be commoner outside
OWN = 0.4  # how much commoner inside than outside a colour is that speaks for being the product's
LOST = 0.03  # size, in products, of a product-coloured area beside it
GREAT_LOSS = 0.1


def weighed(found: Outline, colours: np.ndarray) -> Outline:
    """The outline with its confidence lowered, and a note, where its colours speak against it.

    `colours` is the Lab picture, of any size, in which the outline was searched.
    """
    size = (colours.shape[1], colours.shape[0])
    mask = cv2.resize(found.mask, size, interpolation=cv2.INTER_AREA) > 127
    if not mask.any() or mask.all():
        return found
    likely = _likely(colours, mask)
    area = float(mask.sum())
    soft = cv2.blur(likely, (5, 5))
    beside = (soft > 0.6) & (cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0)
    lost = _largest(beside) / area
    added = _largest((soft < 0.3) & mask) / area > ADDED or float((likely[mask] < 0.4).mean()) > STRANGE
    notes, limit = [found.note], found.confidence
    if added:
        notes.append(
            "Background may have been taken along: part of the outline has the background's colours."
        )
        limit = min(limit, 0.5)
    if lost > LOST:
        notes.append("A piece may be missing: the product's colours go on beside the outline.")
        limit = min(limit, 0.4 if lost > GREAT_LOSS else 0.5)
    note = " ".join(part for part in notes if part)
    return replace(found, confidence=limit, note=note, doubted=added or lost > GREAT_LOSS)


def own_part(found: Outline, colours: np.ndarray) -> np.ndarray:
    """Of the outline, in the size of `colours`, the part whose colours speak for it (bool)."""
    size = (colours.shape[1], colours.shape[0])
    mask = cv2.resize(found.mask, size, interpolation=cv2.INTER_AREA) > 127
    if not mask.any() or mask.all():
        return mask
    return mask & (cv2.blur(_likely(colours, mask), (5, 5)) > OWN)


def _likely(colours: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """For each pixel, 0..1: how much commoner its colour is inside than outside."""
    shifted = colours + np.array([0, 100, 100], np.float32)
    index = np.clip((shifted / STEPS).astype(int), 0, np.array(BOXES) - 1)
    flat = np.ravel_multi_index(tuple(np.moveaxis(index, -1, 0)), BOXES)
    inside, outside = _counted(flat[mask]), _counted(flat[~mask])
    ratio = inside / (inside + outside + 1e-9)
    return ratio[flat].astype(np.float32)


def _counted(values: np.ndarray) -> np.ndarray:
    """Shares of the colour boxes, each lent to its neighbours."""
    counts = np.bincount(values, minlength=int(np.prod(BOXES))).astype(float).reshape(BOXES)
    for axis in range(3):
        counts = 0.25 * np.roll(counts, 1, axis) + 0.5 * counts + 0.25 * np.roll(counts, -1, axis)
    result: np.ndarray = (counts / counts.sum()).ravel()
    return result


def _largest(area: np.ndarray) -> float:
    """Pixels of the largest connected part that is more than a rim."""
    core = cv2.morphologyEx(area.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(core)
    return float(stats[1:, cv2.CC_STAT_AREA].max()) if count > 1 else 0.0
