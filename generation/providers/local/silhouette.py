"""The product's outline in a photo, as `vision` sees it, and how sure it is.

The confidence says how well the network and the colours of the photo agree, and is lowered where the
outline is ragged, cut off by the frame, or speaks against itself. A photo without an outline gets a plain
central box with a confidence that says so.
"""

import cv2
import numpy as np

from vision.photo_check import Sight

from . import outline_doubts
from .category import sight
from .outline import Outline
from .photo import Photo, scaled

SEARCH_SIDE = 288  # px: the size in which the colours on both sides of the outline are compared
MIDDLE = "middle of the photo"  # the method where no outline was found
METHOD = "network and GrabCut"


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE Lab as float32: L 0..100, a and b about -100..100."""
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def outline(photo: Photo) -> Outline:
    """The silhouette of a photo, found once."""
    return photo.study("outline", lambda: _find(photo.working, sight(photo)))


def own_part(photo: Photo) -> np.ndarray:
    """Where in the photo the product surely is, as a small mask (bool): inside of the outline, and of a
    colour that speaks for it."""

    def look() -> np.ndarray:
        small = scaled(photo.working, SEARCH_SIDE)
        return outline_doubts.own_part(outline(photo), lab(cv2.bilateralFilter(small, 7, 40, 5)))

    return photo.study("own part", look)


def _find(rgb: np.ndarray, seen: Sight) -> Outline:
    """The outline on the working copy `rgb` of a photo that was looked at."""
    size = rgb.shape[1], rgb.shape[0]
    mask = cv2.resize(seen.mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    if not seen.agreed or not 0.005 < mask.mean() < 0.97:
        return _fallback(rgb.shape[:2])
    colours = lab(cv2.bilateralFilter(scaled(rgb, SEARCH_SIDE), 7, 40, 5))
    return outline_doubts.weighed(_outline_of(mask, seen.agreed, person=seen.is_worn), colours)


def contours_of(mask: np.ndarray) -> tuple[np.ndarray, ...]:
    """Closed outer polygons (n, 2) float32 of a 0/255 mask, largest first."""
    found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    ordered = sorted(found, key=cv2.contourArea, reverse=True)
    return tuple(contour[:, 0, :].astype(np.float32) for contour in ordered if len(contour) > 20)


def _outline_of(fine: np.ndarray, agreed: float, *, person: bool) -> Outline:
    mask = fine.astype(np.uint8) * 255
    contours = contours_of(mask)
    ys, xs = np.nonzero(mask)
    box = int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
    confidence = float(np.clip((agreed - 0.3) / 0.6, 0.12, 0.95)) * _evenness(contours)
    notes = []
    if agreed < 0.7:
        notes.append("Product and background are hard to tell apart here: check the outline.")
    height, width = mask.shape
    if box[0] <= 2 or box[1] <= 2 or box[2] >= width - 2 or box[3] >= height - 2:
        notes.append("The product reaches the edge of the photo: part of it may be missing.")
        confidence = min(confidence, 0.6)
    if person:
        notes.append("Somebody is wearing it: lengths are estimates.")
        confidence = min(confidence, 0.45)
    return Outline(mask, contours, box, METHOD, round(confidence, 2), " ".join(notes))


def _evenness(contours: tuple[np.ndarray, ...]) -> float:
    """1 for a clean outline, less for a ragged one, as a background leaves that was taken for cloth."""
    ragged = max(cv2.arcLength(c, True) / cv2.arcLength(cv2.convexHull(c), True) for c in contours)
    return float(np.clip(1.55 - 0.3 * ragged, 0.5, 1))


def _fallback(shape: tuple[int, ...]) -> Outline:
    height, width = shape[:2]
    mask = np.zeros((height, width), np.uint8)
    mask[round(height * 0.08) : round(height * 0.92), round(width * 0.1) : round(width * 0.9)] = 255
    contours = contours_of(mask)
    ys, xs = np.nonzero(mask)
    box = int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
    note = "No outline stood out from the background; the middle of the photo is used instead."
    return Outline(mask, contours, box, MIDDLE, 0.1, note)
