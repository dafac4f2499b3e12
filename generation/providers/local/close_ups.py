"""Which parts of the photos a factory wants to see from near, and those parts enlarged."""

import io
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from PIL import Image as PilImage

from . import silhouette
from .evidence import edge_maps
from .flat import Flat, flat
from .landmarks import axis_of, extent
from .photo import Photo
from .plate import Plate

LEAST, MOST = 4, 6
PLACES = 36  # tried for the most detailed and the densest place, the best first
WORTHWHILE = 0.4  # of the best place's level: below it a place is not "the most" of anything
SURE = 0.5  # confidence of a drawing below which no place is called by the part it may show
SIDE = 0.30  # of the product's long side: the usual side of a close-up
FILLED = 0.35  # of a close-up that has to show the product: less is a picture of the floor
CORNER = 0.15  # of one of a part that a sure outline names: a narrow sleeve's end
SHRINK = (1.0, 0.85, 0.7, 0.5, 0.35)
TARGET = 1400  # px that a small crop is enlarged to
CAP = 2400


@dataclass(frozen=True)
class Wish:
    """A place worth seeing: centre in plate pixels, and its width and height there."""

    title: str
    kind: str
    reason: str
    centre: tuple[float, float]
    size: tuple[float, float]


def plan(photos: list[Photo], parameters: dict[str, Any]) -> dict[str, Any]:
    """A `CloseUpPlan`: the first photo first, the others with a share of the six."""
    category, subcategory = parameters.get("category") or "OTHER", parameters.get("subcategory") or ""
    views = [entry.get("view", "front") for entry in parameters.get("views") or []]
    views += ["detail"] * (len(photos) - len(views))
    order = sorted(range(len(photos)), key=lambda index: (views[index] != "front", index))
    rest = len(photos) - 1
    shots: list[dict[str, Any]] = []
    for place, index in enumerate(order):
        room = MOST - len(shots)
        share = max(3, MOST - rest) if place == 0 and rest else max(1, room - (len(order) - 1 - place))
        drawing = flat(photos[index], views[index], category, subcategory)
        shots += _shots(photos[index], drawing, views[index], index, min(share, room), first=place == 0)
        if len(shots) >= MOST:
            break
    return {"shots": shots}


def _shots(
    photo: Photo, drawing: Flat, view: str, index: int, count: int, *, first: bool
) -> list[dict[str, Any]]:
    base = drawing.base
    wishes = (
        [*_told(drawing, view), *_found(base)]
        if first
        else [*[wish for wish in _found(base) if wish.kind == "detail"], *_told(drawing, view)]
    )
    taken: list[list[float]] = []
    shots: list[dict[str, Any]] = []
    shown: set[str] = set()
    product = silhouette.own_part(photo)
    for wish in [*wishes, *_spread(base)]:
        if len(shots) >= (min(count, LEAST) if wish.kind == "surface" else count):
            break
        if wish.title in shown:
            continue
        area = _free_area(base, photo, wish, taken)
        least = FILLED if wish.kind in ("surface", "part") else CORNER
        if area is None or _filled(product, area) < least:
            continue
        taken.append(area)
        shown.add(wish.title)
        title = wish.title if view == "front" else f"{wish.title}, {view}"
        shots.append({"title": title, "kind": wish.kind, "image": index, "area": area, "reason": wish.reason})
    if not shots and first:  # better one of the middle than no close-up at all
        reason = "No outline told where the product is."
        shots.append({"title": "Middle of the photo", "kind": "surface", "image": index,
                      "area": [0.3, 0.3, 0.7, 0.7], "reason": reason})  # fmt: skip
    return shots


def _filled(product: np.ndarray, area: list[float]) -> float:
    """Share of an area of the photo that is the product."""
    height, width = product.shape
    left, top, right, bottom = (
        round(edge * size) for edge, size in zip(area, (width, height) * 2, strict=True)
    )
    part = product[top : max(bottom, top + 1), left : max(right, left + 1)]
    return float(part.mean()) if part.size else 0.0


def _told(drawing: Flat, view: str) -> list[Wish]:
    """The named places; in a doubtful outline they are worth seeing too, but may be of anything, and a
    rough one has none."""
    if drawing.rough:
        return []
    wishes = _named(drawing, view)
    if drawing.confidence >= SURE:
        return wishes
    reason = "The outline suggests a part here; which one is not certain."
    return [
        replace(wish, title="Detail" if number == 1 else f"Detail {number}", kind="part", reason=reason)
        for number, wish in enumerate(wishes, start=1)
    ]


def _named(drawing: Flat, view: str) -> list[Wish]:
    """Places that the garment's own points name."""
    size = drawing.size
    box = SIDE * size, SIDE * size
    small = SIDE * size * 0.8, SIDE * size * 0.8
    low = SIDE * size, SIDE * size * 0.75
    wishes = []
    if drawing.sides:
        left, right = drawing.sides
        neck = ((left.neck[0] + right.neck[0]) / 2, (left.neck[1] + right.neck[1]) / 2)
        wide = max(SIDE * size, (right.neck[0] - left.neck[0]) * 1.25)
        wishes.append(Wish("Neckline", "neckline", "The neck edge: shape, finish and band.",
                           (neck[0], neck[1] + wide * 0.28), (wide, wide * 0.8)))  # fmt: skip
        end = next((side for side in (right, left) if side.cuff and side.armpit), None)
        if end and end.cuff:
            middle = np.mean(end.cuff, axis=0)
            wishes.append(Wish("Cuff", "cuff", "The sleeve's end: hem or band and its stitching.",
                               (float(middle[0]), float(middle[1])), small))  # fmt: skip
        elif right.shoulder:
            wishes.append(
                Wish(
                    "Shoulder",
                    "strap",
                    "Shoulder or strap and the armhole's edge.",
                    (right.shoulder[0], right.shoulder[1] + 0.12 * size),
                    (box[0] * 0.8, box[1] * 0.8),
                )
            )
        wishes.append(
            Wish(
                "Hem",
                "hem",
                "The lower edge: depth of the hem and its stitching.",
                (left.hem[0] + 0.12 * size, left.hem[1] - 0.08 * size),
                (box[0], box[1] * 0.75),
            )
        )
    elif drawing.bottom:
        points = drawing.bottom
        middle = np.mean(points.waist, axis=0)
        wishes.append(
            Wish(
                "Top edge",
                "waistband",
                "Waistband, fastening and topstitching.",
                (float(middle[0]), float(middle[1]) + 0.1 * size),
                (box[0] * 1.2, box[1] * 0.8),
            )
        )
        foot = np.mean(points.hems[0], axis=0)
        wishes.append(Wish("Hem", "hem", "The lower edge: depth of the hem and its stitching.",
                           (float(foot[0]), float(foot[1]) - 0.07 * size), low))  # fmt: skip
    for role in ("placket", "half placket", "centre seam", "waist seam", "brim"):
        seam = drawing.seam(role)
        if seam is not None:
            x, y = seam.points[len(seam.points) // 2]
            title = {"brim": "Peak seam", "waist seam": "Cross seam", "centre seam": "Centre seam"}.get(
                role, "Closure"
            )
            wishes.insert(1, Wish(title, "closure" if title == "Closure" else "seam",
                                  "A line of construction that the photo shows clearly.",
                                  (float(x), float(y)), (box[0] * 0.8, box[1])))  # fmt: skip
    return wishes


def _found(base: Plate) -> list[Wish]:
    """The most detailed place and the densest texture, from the photo alone."""
    _, coarse = edge_maps(base)
    window = round(SIDE * base.size * 0.8) | 1
    inside = cv2.boxFilter((base.mask > 0).astype(np.float32), -1, (window, window))
    light = cv2.cvtColor(base.rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    texture = np.abs(light - cv2.GaussianBlur(light, (0, 0), 2.0)) * (base.mask > 0)
    side = SIDE * base.size * 0.9
    wishes = []
    for values, title, kind, reason in (
        (coarse, "Most detailed area", "detail", "The most lines and colour borders in one place."),
        (texture, "Fabric texture", "texture", "The densest surface structure: knit, weave, lace or print."),
    ):
        level = cv2.boxFilter(values.astype(np.float32), -1, (window, window))
        level = np.where(inside > 0.85, level, level * inside**2)
        places = _peaks(level, round(0.08 * base.size))
        for size in (side, 0.75 * side):
            wishes += [Wish(title, kind, reason, place, (size, size)) for place in places]
    return wishes


def _peaks(level: np.ndarray, step: int) -> list[tuple[float, float]]:
    """The best places (x, y) on a grid of this step, best first: the first may be taken already."""
    grid = level[::step, ::step]
    best = np.argsort(-grid, axis=None, kind="stable")[:PLACES]
    best = best[grid.ravel()[best] >= WORTHWHILE * grid.max()]
    return [(float(index % grid.shape[1] * step), float(index // grid.shape[1] * step)) for index in best]


def _spread(base: Plate) -> list[Wish]:
    """Places that fill up the plan when the others overlap: edges and middle of the product."""
    left, top, right, bottom = extent(base.mask)
    axis = axis_of(base.mask)
    side = SIDE * base.size * 0.75
    places = (
        ("Upper edge", axis, top + 0.12 * (bottom - top)),
        ("Lower edge", axis, bottom - 0.12 * (bottom - top)),
        ("Surface, left", left + 0.25 * (right - left), (top + bottom) / 2),
        ("Surface, right", right - 0.25 * (right - left), (top + bottom) / 2),
        ("Surface, middle", axis, (top + bottom) / 2),
        ("Upper right", right - 0.3 * (right - left), top + 0.25 * (bottom - top)),
        ("Lower left", left + 0.3 * (right - left), bottom - 0.25 * (bottom - top)),
        ("Upper left", left + 0.3 * (right - left), top + 0.25 * (bottom - top)),
        ("Lower right", right - 0.3 * (right - left), bottom - 0.25 * (bottom - top)),
    )
    reason = "Surface and edge seen from near; nothing more telling was free."
    return [Wish(title, "surface", reason, (x, y), (side, side)) for title, x, y in places]


def _free_area(base: Plate, photo: Photo, wish: Wish, taken: list[list[float]]) -> list[float] | None:
    """The wish as an area of the photo that overlaps none taken, shrunk if need be."""
    scale = float(np.sqrt(abs(np.linalg.det(base.matrix[:, :2])) / (photo.width * photo.height)))
    centre = base.to_photo(np.array([wish.centre]))[0]
    for factor in SHRINK if wish.kind not in ("detail", "texture") else (1.0,):
        half = np.array(wish.size) * factor / 2 / scale / [photo.width, photo.height]
        half = np.minimum(half, 0.5)
        middle = np.clip(centre, half, 1 - half)
        area = [
            float(v)
            for v in (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
        ]
        area = [round(min(1.0, max(0.0, value)), 4) for value in area]
        if not any(_overlap(area, other) for other in taken):
            return area
    return None


def _overlap(one: list[float], other: list[float]) -> bool:
    return min(one[2], other[2]) > max(one[0], other[0]) and min(one[3], other[3]) > max(one[1], other[1])


def close_up(photo: Photo, parameters: dict[str, Any]) -> bytes:
    """WebP bytes of one area at the photo's full resolution, enlarged without inventing anything."""
    left, top, right, bottom = (min(1.0, max(0.0, float(value))) for value in parameters["area"])
    x0, y0 = int(left * photo.width), int(top * photo.height)
    x1, y1 = max(x0 + 8, round(right * photo.width)), max(y0 + 8, round(bottom * photo.height))
    crop = photo.rgb[max(0, min(y0, photo.height - 8)) : y1, max(0, min(x0, photo.width - 8)) : x1]
    stream = io.BytesIO()
    PilImage.fromarray(_enlarged(crop)).save(stream, "WEBP", quality=90, method=4)
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
