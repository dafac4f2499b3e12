"""Render garments of known size as photos: cloth, folds, shadow, hanger, perspective, card, JPEG."""

from dataclasses import dataclass

import cv2
import numpy as np

from bench.vision.shapes import Garment, Rng, make_garment, outline_mask, widened
from vision.scale_card_layout import LAYOUTS, MARKER_CM

PX_PER_CM = 8.0
_BORDER_CM = 34.0


@dataclass(frozen=True)
class Photo:
    """A rendered photo (BGR uint8), the true mask of the product in it (with its hanger), the truth in cm."""

    image: np.ndarray
    mask: np.ndarray
    garment: Garment
    tilt_degrees: float


@dataclass(frozen=True)
class Conditions:
    """How hard the photo is.

    `tilt` is the largest in degrees, `side` the size of the photo's longer side in pixels, `wider` the share
    by which one side of the product is wider.
    """

    card: bool = False
    hanger: bool = False
    patterned: bool = False
    tilt: float = 6.0
    turn: float = 5.0
    wider: float = 0.0
    waves_cm: float = 0.25
    side: int = 1200


def render(kind: str, rng: Rng, conditions: Conditions) -> Photo:
    """Render one product of a type, everything random but for the conditions."""
    garment = widened(make_garment(kind, rng), conditions.wider, int(rng.choice([-1, 1])))
    every = np.vstack(garment.pieces)
    low, high = every.min(axis=0) - _BORDER_CM, every.max(axis=0) + _BORDER_CM
    size = tuple(np.ceil((high - low) * PX_PER_CM).astype(int))
    mask = _waved(outline_mask(garment, PX_PER_CM, -low, size), rng, conditions.waves_cm)
    scene = _background(size, rng)
    scene = _with_shadow(scene, mask, rng)
    cloth = _cloth(garment, mask, -low, rng, patterned=conditions.patterned)
    scene = _over(scene, cloth, mask)
    if conditions.hanger and garment.hangs:
        scene, mask = _with_hanger(scene, mask, -low, rng)
    if conditions.card:
        scene = _with_card(scene, every, -low, rng)
    matrix, tilt, photo_size = _camera(every, -low, rng, conditions)
    photo = cv2.warpPerspective(
        scene, matrix, photo_size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT
    )
    seen = cv2.warpPerspective(mask * 255, matrix, photo_size, flags=cv2.INTER_LINEAR) > 127
    return Photo(_developed(photo, rng), seen.astype(np.uint8), garment, tilt)


def _seen(scene: np.ndarray, matrix: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Warp the scene to the photo without aliasing: at twice the size, then averaged."""
    twice = np.array([[2, 0, 0.5], [0, 2, 0.5], [0, 0, 1]]) @ matrix
    large = cv2.warpPerspective(
        np.clip(scene, 0, 255).astype(np.uint8),
        twice,
        (2 * size[0], 2 * size[1]),
        borderMode=cv2.BORDER_REFLECT,
    )
    return cv2.resize(large, size, interpolation=cv2.INTER_AREA)


def _noise(size: tuple[int, int], cell: float, rng: Rng) -> np.ndarray:
    """Return smooth noise (height, width) of deviation 1, with features as large as `cell` pixels."""
    small = rng.standard_normal((max(3, int(size[1] / cell) + 2), max(3, int(size[0] / cell) + 2)))
    return cv2.resize(small.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)


def _waved(mask: np.ndarray, rng: Rng, waves_cm: float) -> np.ndarray:
    """Displace the outline by slight waves, as folds and careless laying do."""
    size = (mask.shape[1], mask.shape[0])
    ys, xs = np.mgrid[: size[1], : size[0]].astype(np.float32)
    shift = [
        (_noise(size, 90, rng) + 0.5 * _noise(size, 40, rng)) * waves_cm * PX_PER_CM * 0.7 for _ in range(2)
    ]
    moved = cv2.remap(mask.astype(np.float32), xs + shift[0], ys + shift[1], cv2.INTER_LINEAR)
    return (moved > 0.5).astype(np.uint8)


def _background(size: tuple[int, int], rng: Rng) -> np.ndarray:
    """Draw floor boards, a bed sheet, a carpet or a door."""
    kind = rng.choice(["wood", "sheet", "carpet", "plain"])
    base = rng.uniform(60, 225, 3) if kind != "wood" else np.array([70, 110, 160]) + rng.uniform(-30, 40, 3)
    light = 12 * _noise(size, 400, rng)
    if kind == "wood":
        light += 9 * cv2.resize(_noise((size[0], max(3, size[1] // 14)), 30, rng), size)
        light[:: int(rng.uniform(90, 150))] -= 40
    elif kind == "sheet":
        light += 10 * _noise(size, 60, rng) * (_noise(size, 200, rng) > 0)
    elif kind == "carpet":
        light += 14 * _noise(size, 3, rng)
    return np.clip(base + light[..., None], 0, 255).astype(np.float32)


def _with_shadow(scene: np.ndarray, mask: np.ndarray, rng: Rng) -> np.ndarray:
    reach = float(rng.uniform(4, 14))
    moved = np.roll(mask.astype(np.float32), tuple(rng.integers(-10, 11, 2)), axis=(0, 1))
    dark = cv2.GaussianBlur(moved, (0, 0), reach) * float(rng.uniform(0.15, 0.45))
    return scene * (1 - dark[..., None])


def _cloth(
    garment: Garment, mask: np.ndarray, origin: np.ndarray, rng: Rng, *, patterned: bool
) -> np.ndarray:
    size = (mask.shape[1], mask.shape[0])
    cloth = np.ones((*mask.shape, 3), np.float32) * rng.uniform(20, 240, 3).astype(np.float32)
    if patterned:
        cloth = _patterned(cloth, rng)
    if garment.neck_hole is not None and garment.product_type != "hoodie":
        hole = np.round((garment.neck_hole + origin) * PX_PER_CM).astype(np.int32)
        inside = cv2.fillPoly(np.zeros(mask.shape, np.uint8), [hole], 1)
        cloth = np.where(inside[..., None] > 0, cloth * 0.72, cloth)
    for seam in garment.seams:
        line = np.round((seam + origin) * PX_PER_CM).astype(np.int32)
        cv2.polylines(cloth, [line], False, (cloth.mean(axis=(0, 1)) * 0.75).tolist(), 2)
    folds = 9 * _noise(size, 120, rng) + 6 * _noise(size, 35, rng)
    edge = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 6)
    return np.clip(cloth + folds[..., None] - 30 * (1 - edge[..., None]), 0, 255)


def _patterned(cloth: np.ndarray, rng: Rng) -> np.ndarray:
    """Weave stripes or checks, or print blots."""
    ys, xs = np.mgrid[: cloth.shape[0], : cloth.shape[1]]
    other = rng.uniform(20, 240, 3).astype(np.float32)
    period = float(rng.uniform(14, 70))
    kind = rng.choice(["stripes", "checks", "blots"])
    if kind == "blots":
        marked = _noise((cloth.shape[1], cloth.shape[0]), period, rng) > 0.8
    else:
        marked = (ys % period) < period / 2
        marked = marked ^ ((xs % period) < period / 2) if kind == "checks" else marked
    return np.where(marked[..., None], other, cloth)


def _over(scene: np.ndarray, cloth: np.ndarray, mask: np.ndarray) -> np.ndarray:
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8)[..., None]
    return scene * (1 - soft) + cloth * soft


def _with_hanger(
    scene: np.ndarray, mask: np.ndarray, origin: np.ndarray, rng: Rng
) -> tuple[np.ndarray, np.ndarray]:
    """Draw a hook above the neck; it counts as product in the mask, as it often does in practice."""
    top = float(rng.uniform(8, 14))
    hook = np.array(
        [(0, 2), (0, -top * 0.6), (2.2, -top * 0.75), (1.6, -top), (-1.2, -top), (-2.0, -top * 0.85)]
    )
    line = np.round((hook + origin) * PX_PER_CM).astype(np.int32)
    drawn = cv2.polylines(np.zeros(mask.shape, np.uint8), [line], False, 1, int(rng.uniform(4, 9)))
    scene = np.where(drawn[..., None] > 0, rng.uniform(30, 220, 3).astype(np.float32), scene)
    return scene, mask | drawn


def _with_card(scene: np.ndarray, every: np.ndarray, origin: np.ndarray, rng: Rng) -> np.ndarray:
    """Lay the printed card beside the product, at any turn."""
    layout = LAYOUTS[str(rng.choice(list(LAYOUTS)))]
    page = card_picture(layout.paper, 16)
    angle = float(rng.uniform(-0.4, 0.4)) + float(rng.choice([0, np.pi / 2, np.pi]))
    corners = layout.page_corners() - np.array(layout.size_cm) / 2
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    side = every[:, 0].max() + 16 if rng.random() < 0.5 else every[:, 0].min() - 16
    middle = np.array([side, every[:, 1].mean() + rng.uniform(-0.3, 0.3) * np.ptp(every[:, 1])])
    placed = ((corners @ turn.T + middle + origin) * PX_PER_CM).astype(np.float32)
    source = (
        np.array([[0, 0], [page.shape[1], 0], [page.shape[1], page.shape[0]], [0, page.shape[0]]], np.float32)
        - 0.5
    )
    matrix = cv2.getPerspectiveTransform(source, placed - 0.5)
    size = (scene.shape[1], scene.shape[0])
    grey = cv2.warpPerspective(page.astype(np.float32), matrix, size, flags=cv2.INTER_AREA)
    covered = cv2.warpPerspective(np.ones_like(page, np.float32), matrix, size)
    shade = 1 - 0.4 * (_noise(size, 200, rng) > 0.3)
    return scene * (1 - covered[..., None]) + (grey * 0.82 + 30 * covered)[..., None] * shade[..., None]


def card_picture(paper: str, px_per_cm: int) -> np.ndarray:
    """Draw the card's markers on white (uint8)."""
    layout = LAYOUTS[paper]
    page = np.full(tuple(int(side * px_per_cm) for side in layout.size_cm[::-1]), 255, np.uint8)
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    side = round(MARKER_CM * px_per_cm)
    for number, (x, y) in layout.markers.items():
        left, top = round(x * px_per_cm), round(y * px_per_cm)
        page[top : top + side, left : left + side] = cv2.aruco.generateImageMarker(dictionary, number, side)
    return page


def _camera(
    every: np.ndarray, origin: np.ndarray, rng: Rng, conditions: Conditions
) -> tuple[np.ndarray, float, tuple[int, int]]:
    """Return the matrix from scene pixels to photo pixels, the tilt in degrees and the photo's size."""
    low, high = every.min(axis=0), every.max(axis=0)
    if conditions.card:
        low, high = low - [30, 0], high + [30, 0]
    extent, middle = high - low, (low + high) / 2
    tilt = np.radians(float(rng.uniform(0, conditions.tilt)))
    towards, turn = float(rng.uniform(0, 2 * np.pi)), np.radians(float(rng.normal(0, conditions.turn)))
    around = cv2.Rodrigues(np.array([np.cos(towards), np.sin(towards), 0]) * tilt)[0]
    turned = around @ cv2.Rodrigues(np.array([0, 0, turn]))[0]
    focal_share = float(rng.uniform(0.7, 1.3))
    width = conditions.side if extent[0] > extent[1] else round(conditions.side * 0.75)
    height = round(conditions.side * 0.75) if extent[0] > extent[1] else conditions.side
    focal = focal_share * conditions.side
    distance = focal * max(extent[0] / width, extent[1] / height) * 1.25
    aim = rng.normal(0, 0.02, 2) * [width, height]
    lens = np.array([[focal, 0, width / 2 + aim[0]], [0, focal, height / 2 + aim[1]], [0, 0, 1]])
    flat = lens @ np.column_stack([turned[:, 0], turned[:, 1], [0, 0, distance]])
    to_cm = np.array(
        [[1 / PX_PER_CM, 0, -origin[0] - middle[0]], [0, 1 / PX_PER_CM, -origin[1] - middle[1]], [0, 0, 1]]
    )
    return flat @ to_cm, float(np.degrees(tilt)), (width, height)


def _developed(photo: np.ndarray, rng: Rng) -> np.ndarray:
    """Add uneven light, blur, grain and JPEG."""
    size = (photo.shape[1], photo.shape[0])
    lit = photo * (1 + 0.08 * _noise(size, 500, rng))[..., None] * float(rng.uniform(0.8, 1.1))
    blurred = cv2.GaussianBlur(lit, (0, 0), float(rng.uniform(0.4, 1.0)))
    grainy = blurred + rng.normal(0, 3, blurred.shape)
    _, packed = cv2.imencode(".jpg", np.clip(grainy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 85])
    return cv2.imdecode(packed, cv2.IMREAD_COLOR)
