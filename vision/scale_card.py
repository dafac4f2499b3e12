"""The printed scale card: find it in a photo, rectify the photo into the card's plane."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.camera import Camera, fit_camera
from vision.scale_card_layout import LAYOUTS, Layout, card_svg

__all__ = ["Card", "card_svg", "find_card", "plane_view", "rectify", "without_card"]

_DICTIONARY = cv2.aruco.DICT_4X4_50
_WORKING_SIDE = 2000
_LEAST_MARKERS = 2
_MISFIT_LIMIT = 0.06
_VIEW_SIDE = 1400


@dataclass(frozen=True)
class Card:
    """A scale card found in a photo.

    `to_plane` (3x3) maps photo pixels to centimetres in the card's plane, `corners` (4x2) are the
    page's corners in photo pixels, `cm_per_px` holds at the middle of the photo, `tilt_degrees` is the
    angle between the camera's axis and the plane's normal, `error_percent` the error of a length of
    60 cm measured beside the card.
    """

    paper: str
    to_plane: np.ndarray
    corners: np.ndarray
    cm_per_px: float
    tilt_degrees: float
    error_percent: float


def find_card(image: np.ndarray) -> Card | None:
    """Find the scale card in a BGR, RGB or grey photo (uint8); None when there is none.

    At least two markers of the same page must agree.
    """
    grey = image if image.ndim == 2 else cv2.cvtColor(image[..., :3], cv2.COLOR_BGR2GRAY)
    for zoom in _zooms(grey.shape):
        found = _markers(grey, zoom)
        for layout in LAYOUTS.values():
            card = _card(layout, found, grey.shape)
            if card is not None:
                return card
    return None


def _zooms(shape: tuple[int, ...]) -> list[float]:
    """Return the sizes to look at: the photo itself (or smaller), and larger when it is small."""
    first = min(1.0, _WORKING_SIDE / max(shape))
    return [first, 2.0] if max(shape) <= _WORKING_SIDE else [first, 1.0]


def _markers(grey: np.ndarray, zoom: float) -> dict[int, np.ndarray]:
    """Return the corners (4, 2) of each marker by its id, in photo pixels."""
    way = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    scaled = grey if zoom == 1 else cv2.resize(grey, None, fx=zoom, fy=zoom, interpolation=way)
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
    settings.minMarkerPerimeterRate = 0.02
    settings.adaptiveThreshWinSizeMin, settings.adaptiveThreshWinSizeMax = 3, 43
    settings.adaptiveThreshWinSizeStep = 10
    settings.perspectiveRemovePixelPerCell = 8
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(_DICTIONARY), settings)
    corners, ids, _ = detector.detectMarkers(scaled)
    if ids is None:
        return {}
    return {int(number): _sharpened(scaled, quad[0]) / zoom + (0.5 / zoom - 0.5)
            for number, quad in zip(ids.ravel(), corners, strict=True)}  # fmt: skip


def _sharpened(grey: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """Refine a marker's corners to a fraction of a pixel, with a window that stays inside a module."""
    side = float(np.mean(np.linalg.norm(quad - np.roll(quad, 1, axis=0), axis=1)))
    half = int(np.clip(side / 6 * 0.6, 2, 9))
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 40, 0.01)
    refined = cv2.cornerSubPix(
        grey, quad.reshape(-1, 1, 2).astype(np.float32).copy(), (half, half), (-1, -1), criteria
    )
    return refined[:, 0].astype(float)


def _card(layout: Layout, found: dict[int, np.ndarray], shape: tuple[int, ...]) -> Card | None:
    ids = [number for number in layout.markers if number in found]
    if len(ids) < _LEAST_MARKERS:
        return None
    page = np.concatenate([layout.marker_corners(number) for number in ids])
    seen = np.concatenate([found[number] for number in ids])
    camera = fit_camera(page, seen, (shape[1], shape[0]))
    if camera is None or camera.misfit_px > _MISFIT_LIMIT * _marker_side(found[ids[0]]):
        return None
    return Card(
        paper=layout.paper,
        to_plane=camera.to_plane,
        corners=camera.project(layout.page_corners()),
        cm_per_px=_cm_per_px(camera.to_plane, np.array([shape[1] / 2, shape[0] / 2])),
        tilt_degrees=camera.tilt_degrees,
        error_percent=_error(camera, layout),
    )


def _marker_side(quad: np.ndarray) -> float:
    return float(np.linalg.norm(quad[0] - quad[1]))


def _error(camera: Camera, layout: Layout) -> float:
    """Return the 90th percentile of the error of 60 cm beside the card, never below 0.3 %.

    What the covariance does not know (lens, focal length) grows with the square of the tilt: on rendered
    photos 1.4 % at 15 degrees.
    """
    width, height = layout.size_cm
    beside = np.array([[width + 5, height / 2 - 30], [width + 5, height / 2 + 30], [width + 65, height / 2]])
    sure = max(0.3, 1.64 * camera.length_error_percent(beside))
    return float(np.hypot(sure, 0.006 * camera.tilt_degrees**2))


def _cm_per_px(to_plane: np.ndarray, at: np.ndarray) -> float:
    points = np.array([[at, at + [1.0, 0.0], at + [0.0, 1.0]]])
    origin, right, down = cv2.perspectiveTransform(points, to_plane)[0]
    area = abs(float(np.linalg.det(np.stack([right - origin, down - origin]))))
    return float(np.sqrt(area))


def plane_view(mask: np.ndarray, card: Card) -> tuple[np.ndarray, np.ndarray, float]:
    """Warp a mask into the card's plane: the flat mask, the matrix from photo pixels to its pixels, cm per pixel.

    The view is turned like the photo and holds the whole mask.
    """
    ys, xs = np.nonzero(mask)
    if not len(xs):
        return mask, np.eye(3), card.cm_per_px
    hull = cv2.convexHull(np.stack([xs, ys], axis=1).astype(np.float32))[:, 0].astype(float)
    turned = _upright(card, hull.mean(axis=0)) @ card.to_plane
    flat_hull = cv2.perspectiveTransform(hull[None], turned)[0]
    low, high = flat_hull.min(axis=0), flat_hull.max(axis=0)
    cm_per_px = max(_cm_per_px(card.to_plane, hull.mean(axis=0)), float((high - low).max()) / _VIEW_SIDE)
    border = 0.06 * float((high - low).max())
    place = np.array([[1, 0, border - low[0]], [0, 1, border - low[1]], [0, 0, cm_per_px]]) / cm_per_px
    matrix = place @ turned
    size = np.ceil((high - low + 2 * border) / cm_per_px).astype(int)
    flat = cv2.warpPerspective(mask, matrix, (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR)
    return flat, matrix, cm_per_px


def _upright(card: Card, at: np.ndarray) -> np.ndarray:
    """Return the rotation (3x3) that makes the photo's right the plane's right, at a point of the photo."""
    start, end = cv2.perspectiveTransform(np.array([[at, at + [1.0, 0.0]]]), card.to_plane)[0]
    angle = np.arctan2(*(end - start)[::-1])
    cos, sin = np.cos(-angle), np.sin(-angle)
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])


def rectify(image: np.ndarray, card: Card, mask: np.ndarray) -> np.ndarray:
    """Warp a photo into the card's plane, cut to what `mask` covers, as `plane_view` does with masks."""
    flat, matrix, _ = plane_view((mask > 0).astype(np.uint8), card)
    return cv2.warpPerspective(image, matrix, (flat.shape[1], flat.shape[0]), flags=cv2.INTER_LINEAR)


def without_card(mask: np.ndarray, card: Card | None) -> np.ndarray:
    """Return the mask (true on the product) with the page of the card, and 3 % around it, removed."""
    if card is None:
        return mask > 0
    centre = card.corners.mean(axis=0)
    page = np.round(centre + (card.corners - centre) * 1.03).astype(np.int32)
    cleared = (mask > 0).astype(np.uint8)
    return cv2.fillConvexPoly(cleared, page, 0) > 0


def without_page(image: np.ndarray) -> np.ndarray:
    """Return a photo with the scale card painted over in the colour of its ground, so that it draws no eyes.

    The photo itself when no card is on it.
    """
    card = find_card(image)
    if card is None:
        return image
    middle = card.corners.mean(axis=0)
    page, ring = (
        cv2.fillConvexPoly(np.zeros(image.shape[:2], np.uint8), _grown(card.corners, middle, share), 1)
        for share in (1.06, 1.25)
    )
    around = image[(ring > 0) & (page == 0)]
    if not len(around):
        return image
    soft = cv2.GaussianBlur(page.astype(np.float32), (0, 0), 2)[..., None]
    painted = image * (1 - soft) + np.median(around, axis=0) * soft
    return np.where(page[..., None] > 0, np.median(around, axis=0), painted).astype(np.uint8)


def _grown(corners: np.ndarray, middle: np.ndarray, share: float) -> np.ndarray:
    return np.round(middle + (corners - middle) * share).astype(np.int32)
