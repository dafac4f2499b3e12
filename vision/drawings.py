"""Tell drawings, screenshots and pages of text from photos."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.segmentation import Mask, Rgb

SIDE = 512  # pixels of the longer side of the copy that is looked at
STROKE = 11  # pixels: what is thinner may be a stroke
INK = 30  # grey values between a stroke and what is beside it
TOUCHED = 12  # grey values: what differs more belongs to a stroke or an edge
EVEN = 2.0  # deviation of the grey values of even ground; cloth and rooms have more
EVEN_SHARE = 0.75  # of what is away from strokes: 14 of 94 photos of garments have more
EDGE = 8.0  # deviation of the grey values beside an edge
FLAT = 0.7  # deviation of an area that a program filled; folds and grain have more
FLAT_SHARE = 0.93  # of object and ground each: 0.6 is the most of both on 192 photos of garments
LEAST_INK = 0.008
WRITTEN = 0.5, 0.9  # of a grey page: how much of its object is strokes, how even the rest is
SAME_COLOUR = 3.0  # Lab units between the inside of a figure and its ground
SPECK = 0.1  # of the picture: less of an object on strokes is a word, not a product
PAPER_GREY, PAPER_LIGHT = 8, 120  # most chroma and least lightness (0..255) of paper
PAPER_INK, PAPER_CORNERS = 0.012, 0.95  # ink on it; how much of its box turned to it it fills


def is_drawn(image: Rgb, mask: Mask) -> bool:
    """Whether a picture (height x width x 3) whose object is `mask` is drawn or written.

    On a line drawing the ground shows through the lines, on a page there are strokes on even paper. A photo of
    cloth has folds and grain where its colour is the same, and a picture with filled areas has none on the object
    nor on its ground.
    """
    if _is_filled(image, mask):
        return True
    zoom = SIDE / max(image.shape[:2])
    size = max(8, round(image.shape[1] * zoom)), max(8, round(image.shape[0] * zoom))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR)
    inside = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(bool)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    strokes = _strokes(grey)
    away = ~cv2.dilate((strokes > TOUCHED).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    ink, unrest = strokes > INK, _deviation(grey)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    chroma = np.abs(np.median(lab, axis=(0, 1))[1:] - 128).max()
    is_written = inside.any() and ink[inside].mean() > WRITTEN[0] and _share(unrest < EVEN, away) > WRITTEN[1]
    if is_written and chroma < PAPER_GREY:
        return True
    shows_through = mask.mean() < SPECK or _distance(lab, inside & away, ~inside & away) < SAME_COLOUR
    if shows_through and ink.mean() > LEAST_INK and _share(unrest < EVEN, away) > EVEN_SHARE:
        return True
    on_paper = _is_paper(lab, inside, away) and _share(unrest < EVEN, inside & away) > EVEN_SHARE
    return bool(on_paper and ink[inside].mean() > PAPER_INK)


def _is_filled(image: Rgb, mask: Mask) -> bool:
    """Whether object and ground are filled with even colours, as only a program draws them."""
    zoom = min(1.0, SIDE / max(image.shape[:2]))
    size = max(8, round(image.shape[1] * zoom)), max(8, round(image.shape[0] * zoom))
    grey = cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    inside = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(bool)
    unrest = _deviation(grey)
    edges = (_strokes(grey) > TOUCHED) | (unrest > EDGE)
    away = ~cv2.dilate(edges.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    return min(_share(unrest < FLAT, inside & away), _share(unrest < FLAT, ~inside & away)) > FLAT_SHARE


def _strokes(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """How much each pixel differs from its surroundings as part of something thin, dark or light."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (STROKE, STROKE))
    dark, light = (cv2.morphologyEx(grey, kind, kernel) for kind in (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT))
    return np.maximum(dark, light)


def _deviation(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    values = grey.astype(np.float32)
    mean = cv2.blur(values, (7, 7))
    return np.sqrt(np.maximum(cv2.blur(values * values, (7, 7)) - mean * mean, 0))


def _share(chosen: Mask, among: Mask) -> float:
    return float(chosen[among].mean()) if among.sum() > 500 else 0.0


def _distance(lab: NDArray[np.uint8], first: Mask, second: Mask) -> float:
    """The difference in colour (Lab) between two areas; infinite where one is hardly there."""
    if min(first.sum(), second.sum()) < 100:
        return float("inf")
    ends = [np.median(lab[part].astype(np.float32) * [100 / 255, 1, 1], axis=0) for part in (first, second)]
    return float(np.linalg.norm(ends[0] - ends[1]))


def _is_paper(lab: NDArray[np.uint8], inside: Mask, away: Mask) -> bool:
    """Whether an object is a grey or white sheet with four corners."""
    if (inside & away).sum() < 500:
        return False
    light, *chroma = np.median(lab[inside & away], axis=0)
    contours, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    sheet = cv2.convexHull(max(contours, key=cv2.contourArea))
    corners = cv2.approxPolyDP(sheet, 0.02 * cv2.arcLength(sheet, closed=True), closed=True)
    fills = float(inside.sum()) / max(1.0, cv2.contourArea(corners))
    is_grey = max(abs(part - 128) for part in chroma) < PAPER_GREY and light > PAPER_LIGHT
    return bool(is_grey and len(corners) == 4 and PAPER_CORNERS < fills < 1 / PAPER_CORNERS)
