"""The product cut out, turned upright and scaled to one size: where lines are looked for and drawn.

Everything on a plate is in its pixels; `to_photo` leads back to fractions of the photo. The frame
of every drawing is the frame of its plate, so that whoever draws and whoever writes the callouts
agree without talking to each other.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from . import silhouette
from .photo import Photo

PLATE_SIDE = 720  # px, the product's long side
MARGIN = 58  # px around it
TURN_LIMIT = 26  # degrees to either side that a product is turned upright
TURN_GAIN = 0.025  # how much better its mirror image must fit for a turn to be believed
SYMMETRIC = 0.80  # share of overlap from which a front or back is drawn as its own mirror image
REPAIRED = 0.9  # overlap from which averaging both halves takes out a piece of background


@dataclass(frozen=True)
class Plate:
    """`rgb` (h, w, 3) and `mask` (h, w, 0/255); `matrix` 2x3 from photo fractions to plate pixels."""

    rgb: np.ndarray
    mask: np.ndarray
    matrix: np.ndarray
    angle: float
    symmetry: float
    confidence: float
    pieces: int
    doubted: bool = False  # the outline holds background, and no better half repairs it
    found: bool = True  # False: it is only the middle of the photo

    @property
    def width(self) -> int:
        return int(self.mask.shape[1])

    @property
    def height(self) -> int:
        return int(self.mask.shape[0])

    @property
    def size(self) -> float:
        """Length in px of the product's long side."""
        return float(PLATE_SIDE)

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        ys, xs = np.nonzero(self.mask)
        return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1

    @cached_property
    def axis(self) -> float:
        """x of the line of symmetry."""
        return self.width / 2

    def to_photo(self, points: np.ndarray) -> np.ndarray:
        """Plate pixels (n, 2) as fractions of the photo, kept within it."""
        inverse = cv2.invertAffineTransform(self.matrix)
        return np.clip(np.asarray(points, float) @ inverse[:, :2].T + inverse[:, 2], 0, 1)


def plate(photo: Photo, view: str = "front") -> Plate:
    """The plate of a photo, made once. From the side, and of a part, nothing is even: it is not turned, and
    being uneven says nothing against it."""
    as_it_is = view in ("side", "detail")
    return photo.study(("plate", as_it_is), lambda: _make(photo, as_it_is=as_it_is))


def _make(photo: Photo, *, as_it_is: bool) -> Plate:
    found = silhouette.outline(photo)
    alone = found.pieces == 1 and not as_it_is
    angle, shift, symmetry = _upright(found.mask) if alone else (0.0, 0.0, _mirror_fit(found.mask)[0])
    height, width = found.mask.shape
    turn = _rotation(angle, width, height)
    points = np.vstack(found.contours) @ turn[:, :2].T + turn[:, 2]
    low, high = points.min(0), points.max(0)
    factor = PLATE_SIDE / float((high - low).max())
    middle = (low + high) / 2
    if symmetry >= SYMMETRIC:
        middle[0] = (points[:, 0].min() + points[:, 0].max()) / 2 + shift
    half = np.maximum(high - middle, middle - low)
    size = np.ceil(half * 2 * factor + 2 * MARGIN).astype(int)
    matrix = turn * factor
    matrix[:, 2] += size / 2 - middle * factor
    mask = cv2.warpAffine(found.mask, matrix, tuple(int(v) for v in size), flags=cv2.INTER_CUBIC)
    mask = np.where(cv2.GaussianBlur(mask, (0, 0), 2.2) > 127, 255, 0).astype(np.uint8)
    from_fractions = matrix @ np.diag([width, height, 1.0])
    rgb = _warp_detail(photo, from_fractions, size)
    # Most products photographed from the front are even: an uneven outline is often half a product.
    trust = found.confidence * float(np.clip((symmetry - 0.5) / 0.28, 0.45, 1)) if alone else found.confidence
    # Averaging the two halves of a nearly even product takes out what one of them has too much.
    doubted = found.doubted and symmetry < REPAIRED
    if doubted:
        trust = min(trust, 0.4)
    elif abs(angle) > TURN_LIMIT:
        trust = min(trust, 0.6)  # it would have turned on: what stands upright there is a guess
    return Plate(
        rgb,
        mask,
        from_fractions,
        angle,
        symmetry,
        trust,
        found.pieces,
        doubted,
        found.method != silhouette.MIDDLE,
    )


def _warp_detail(photo: Photo, from_fractions: np.ndarray, size: np.ndarray) -> np.ndarray:
    high, wide = photo.detail.shape[:2]
    matrix = from_fractions @ np.diag([1 / wide, 1 / high, 1.0])
    source = photo.detail
    factor = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if factor < 0.7:  # a warp samples points: blur first, or fine stripes turn into moiré
        source = cv2.GaussianBlur(source, (0, 0), 0.45 / factor)
    shape = tuple(int(v) for v in size)
    return cv2.warpAffine(source, matrix, shape, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _rotation(angle: float, width: int, height: int) -> np.ndarray:
    return cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)


def _upright(mask: np.ndarray) -> tuple[float, float, float]:
    """Angle (degrees) that makes the mask most like its mirror image, the axis' offset from the middle
    of the turned mask's box (px of the mask), and the overlap with the mirror image, 0..1."""
    factor = 150 / max(mask.shape)
    pad = 40
    small = cv2.resize(mask, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    small = cv2.copyMakeBorder(small, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    straight = _mirror_fit(small)

    def turned(angle: float) -> tuple[float, float]:
        matrix = _rotation(angle, small.shape[1], small.shape[0])
        return _mirror_fit(cv2.warpAffine(small, matrix, small.shape[::-1]))

    best, fit = 0.0, straight
    for angle in [float(a) for a in range(-TURN_LIMIT, TURN_LIMIT + 1, 4) if a]:
        result = turned(angle)
        if result[0] > fit[0]:
            best, fit = angle, result
    for angle in (best - 2, best - 1, best + 1, best + 2):
        result = turned(angle)
        if result[0] > fit[0] + 0.002:
            best, fit = angle, result
    if fit[0] < straight[0] + TURN_GAIN and abs(best) > 3:
        best, fit = 0.0, straight
    return best, fit[1] / factor, fit[0]


def _mirror_fit(mask: np.ndarray) -> tuple[float, float]:
    """Overlap (intersection over union) with the best mirror image, and its axis' offset from the
    middle of the box in px."""
    columns = np.nonzero(mask.max(0) > 127)[0]
    rows = np.nonzero(mask.max(1) > 127)[0]
    if not len(columns):
        return 0.0, 0.0
    left, right = int(columns[0]), int(columns[-1])
    binary = mask[rows[0] : rows[-1] + 1] > 127
    reach = max(1, (right - left) // 12)
    best = (0.0, 0.0)
    for shift in range(-reach, reach + 1):
        total = left + right + shift
        low, high = max(0, total - binary.shape[1] + 1), min(binary.shape[1] - 1, total)
        part = binary[:, low : high + 1]
        mirrored = part[:, ::-1]
        both = int((part & mirrored).sum())
        either = int((part | mirrored).sum()) + int(binary.sum() - part.sum())
        score = both / max(1, either)
        if score > best[0]:
            best = (float(score), shift / 2)
    return best
