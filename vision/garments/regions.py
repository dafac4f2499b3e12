"""Where the neck and the front of a garment are on a photo, by the shape of its mask, cut out large.

A neckline is a tenth of a garment's length: on the picture of the whole garment it is twenty pixels wide.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.segmentation import Mask, Rgb

SIDE = 224  # pixels of a picture that is cut out
SMALL = 96  # pixels of the longer side of the mask that is searched
OPENING = 0.03  # of the square root of the area: what is thinner is a hanger's hook, a thread
LEAST_AREA = 50  # pixels: less has no parts
ABOVE_HEM, BELOW_NECK = 0.93, 0.2  # of the height: where the body is wide as a body
NECK_SHARE = 0.75  # of the height: a neck's picture is no larger, however wide the body is

# Region -> centre below the top, and side, in sides of the neck's picture.
REGIONS = {"neck": (0.36, 1.0), "collar": (0.30, 0.62), "front": (0.98, 0.8)}
ZOOMS = (1.0, 1.15)  # each region is looked at twice, the second time mirrored and from farther away


@dataclass(frozen=True)
class Body:
    """A garment's body, in pixels: the column of its axis, its top at the axis, its width and height."""

    axis: float
    top: float
    width: float
    height: float


def neck_and_front(image: Rgb, mask: Mask) -> list[dict[str, Rgb]]:
    """Cut out each region twice (see ZOOMS): squares of 224 pixels by name of the region."""
    body = find_body(mask)
    side = max(8.0, min(body.width, NECK_SHARE * body.height))
    views = []
    for zoom in ZOOMS:
        cut = {
            name: _square(image, body.axis, body.top + below * side, share * side * zoom)
            for name, (below, share) in REGIONS.items()
        }
        views.append(cut if zoom == ZOOMS[0] else {name: picture[:, ::-1] for name, picture in cut.items()})
    return views


def find_body(mask: Mask) -> Body:
    """The body of the garment that a mask (height x width) shows, without hangers and sleeves that lie apart."""
    area = float(mask.sum())
    if area < LEAST_AREA:
        return Body(mask.shape[1] / 2, 0.0, 0.6 * mask.shape[1], float(mask.shape[0]))
    opened = _opened(mask, area)
    left, top, width, height = cv2.boundingRect(opened.astype(np.uint8))
    box = opened[top : top + height, left : left + width].astype(np.float32)
    scale = SMALL / max(box.shape)
    size = max(4, round(width * scale)), max(4, round(height * scale))
    small = cv2.resize(box, size, interpolation=cv2.INTER_AREA)
    axis = _axis(small)
    body = _width(small > 0.5, axis)
    column, reach = int(np.clip(axis, 0, size[0] - 1)), max(1, int(0.2 * body))
    filled = np.flatnonzero((small[:, max(0, column - reach) : column + reach + 1] > 0.5).any(axis=1))
    above = float(filled[0]) if len(filled) else 0.0
    return Body(left + axis / scale, top + above / scale, body / scale, float(height))


def _opened(mask: Mask, area: float) -> Mask:
    radius = max(1, round(OPENING * area**0.5))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel).astype(bool)
    return opened if opened.sum() > 0.5 * area else mask


def _axis(small: NDArray[np.float32]) -> float:
    """The column about which a mask is most like its mirror image."""
    width = small.shape[1]
    columns = np.arange(width)
    best, found = -1.0, width / 2
    for axis in np.arange(0.3 * width, 0.7 * width, 0.5):
        source = np.round(2 * axis - 1 - columns).astype(int)
        inside = (source >= 0) & (source < width)
        mirrored = np.zeros_like(small)
        mirrored[:, inside] = small[:, source[inside]]
        likeness = float(np.minimum(small, mirrored).sum() / np.maximum(small, mirrored).sum())
        if likeness > best:
            best, found = likeness, float(axis)
    return found


def _width(small: Mask, axis: float) -> float:
    """The width of the body: a narrow quarter of the rows, across the axis without a gap."""
    height, width = small.shape
    column = int(np.clip(axis, 0, width - 1))
    widths = []
    for row in small[int(BELOW_NECK * height) : max(int(BELOW_NECK * height) + 1, int(ABOVE_HEM * height))]:
        if row[column]:
            gaps = np.flatnonzero(~row)
            before, after = gaps[gaps < column], gaps[gaps > column]
            start = before[-1] + 1 if len(before) else 0
            widths.append((after[0] if len(after) else width) - start)
    return float(np.percentile(widths, 25)) if widths else 0.6 * width


def _square(image: Rgb, x: float, y: float, side: float) -> Rgb:
    """Cut out a square around a point; what is outside the photo is white."""
    scale = SIDE / side
    if scale < 1:  # the photo is made smaller first, so that fine patterns do not flicker
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        x, y, scale = x * scale, y * scale, 1.0
    matrix = np.array([[scale, 0, SIDE / 2 - x * scale], [0, scale, SIDE / 2 - y * scale]], np.float32)
    return cv2.warpAffine(
        image, matrix, (SIDE, SIDE), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )  # fmt: skip
