"""Which parts of the photos a factory wants to see from near, and those parts enlarged.

Parts are named by the landmarks of the fitted outline; without landmarks, by where on the product they lie.
"""

import io
from typing import Any

import cv2
import numpy as np
from PIL import Image as PilImage

from vision.close_ups import close_up_regions

from .photo import Photo
from .upright_cutout import plate

MOST = 6
OF_FRONT = 4  # where there are other photos
LEAST_SIDE = 0.06  # of the photo
TARGET = 1400  # px that a small crop is enlarged to
CAP = 2400
PARTS = (
    ("Top edge", 0.5, 0.06),
    ("Lower edge", 0.5, 0.94),
    ("Left edge", 0.06, 0.5),
    ("Right edge", 0.94, 0.5),
)
PART_SIDE = 0.32  # of the product's longer side


def plan(photos: list[Photo], parameters: dict[str, Any]) -> dict[str, Any]:
    """A `CloseUpPlan`: the front first, the others with what is left of the six."""
    views = list(parameters.get("views") or [])
    views += [{"view": "detail"}] * (len(photos) - len(views))
    order = sorted(range(len(photos)), key=lambda index: (views[index].get("view") != "front", index))
    shots: list[dict[str, Any]] = []
    for place, index in enumerate(order):
        left = MOST - len(shots)
        rest = len(order) - 1 - place
        share = min(left, OF_FRONT if place == 0 and rest else max(1, left - rest))
        if share <= 0:
            break
        shots += _shots(photos[index], views[index], index, str(parameters.get("product_type") or ""))[:share]
    return {"shots": shots}


def _shots(photo: Photo, told: dict[str, Any], index: int, product_type: str) -> list[dict[str, Any]]:
    view = told.get("view") or "front"
    parts = _named(photo, told, product_type) or _unnamed(photo)
    return [
        {
            "title": title if view == "front" else f"{title}, {view}",
            "kind": "part",
            "image": index,
            "area": area,
            "reason": reason,
        }
        for title, area, reason in parts
    ]


def _named(photo: Photo, told: dict[str, Any], product_type: str) -> list[tuple[str, list[float], str]]:
    marks = told.get("landmarks") or {}
    if not marks or not product_type:
        return []
    points = {name: (x * photo.width, y * photo.height) for name, (x, y) in marks.items()}
    found = []
    for title, box in close_up_regions(points, product_type, told.get("features") or {}):
        area = _within(box, photo)
        if area is not None:
            found.append((title, area, "Found by the outline that was fitted to the photo."))
    return found


def _within(box: tuple[int, ...], photo: Photo) -> list[float] | None:
    """The box as fractions of the photo, cut to it; None where hardly anything is left."""
    left, top, right, bottom = (
        min(1.0, max(0.0, edge / size))
        for edge, size in zip(box, (photo.width, photo.height) * 2, strict=True)
    )
    if right - left < LEAST_SIDE or bottom - top < LEAST_SIDE:
        return None
    return [round(edge, 4) for edge in (left, top, right, bottom)]


def _unnamed(photo: Photo) -> list[tuple[str, list[float], str]]:
    """Edges of the product: where something is sewn, whatever it is."""
    base = plate(photo)
    left, top, right, bottom = base.box
    side = PART_SIDE * max(right - left, bottom - top) / 2
    found = []
    for title, x, y in PARTS:
        middle = np.array([left + x * (right - left), top + y * (bottom - top)])
        corners = base.to_photo(np.array([middle - side, middle + side]))
        low, high = corners.min(0), corners.max(0)
        if min(high - low) >= LEAST_SIDE:
            area = [round(float(edge), 4) for edge in (*low, *high)]
            found.append((title, area, "An edge of the outline."))
    reason = "No outline told where the product is."
    return found or [("Middle of the photo", [0.3, 0.3, 0.7, 0.7], reason)]


def close_up(photo: Photo, parameters: dict[str, Any]) -> bytes:
    """WebP bytes of one area at the photo's full resolution, enlarged without inventing anything."""
    left, top, right, bottom = (min(1.0, max(0.0, float(value))) for value in parameters["area"])
    x0, y0 = int(left * photo.width), int(top * photo.height)
    x1, y1 = max(x0 + 8, round(right * photo.width)), max(y0 + 8, round(bottom * photo.height))
    crop = photo.rgb[max(0, min(y0, photo.height - 8)) : y1, max(0, min(x0, photo.width - 8)) : x1]
    stream = io.BytesIO()
    PilImage.fromarray(_enlarged(crop)).save(stream, "WEBP", quality=90, method=2)  # half of method 4's time
    return stream.getvalue()


def _enlarged(crop: np.ndarray) -> np.ndarray:
    height, width = crop.shape[:2]
    side = max(height, width)
    factor = min(max(TARGET, side), CAP) / side
    size = max(1, round(width * factor)), max(1, round(height * factor))
    if factor < 1:
        return cv2.resize(crop, size, interpolation=cv2.INTER_AREA)
    if factor == 1:
        return np.ascontiguousarray(crop)
    if factor > 2:  # the blocks of a JPEG would be enlarged with the picture
        crop = cv2.bilateralFilter(crop, 5, 12, 1.6)
    large = cv2.resize(crop, size, interpolation=cv2.INTER_LANCZOS4)
    blurred = cv2.GaussianBlur(large, (0, 0), 0.6 * factor)
    sharp = cv2.addWeighted(large, 1.7, blurred, -0.7, 0)
    # No pixel leaves the range of its surroundings: sharper edges, but no halos.
    reach = np.ones((2 * round(factor / 2) + 3,) * 2, np.uint8)
    return np.clip(sharp, cv2.erode(large, reach), cv2.dilate(large, reach))
