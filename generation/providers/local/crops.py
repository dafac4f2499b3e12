"""Squares of a photo worth showing by themselves: the person near and far, details, surfaces."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from .people import faces
from .photo import Photo

LEAST_FACE = 0.06  # of the short side; smaller hits are patterns in cloth
LEAST_SIDE = 120  # px; a smaller part, enlarged to a frame, is mush
MAP_SIDE = 160  # px on the long side of the maps in which places are looked for
DETAILS = 8


@dataclass(frozen=True)
class Square:
    """Centre and side, in pixels of the photo; it lies within the photo."""

    x: float
    y: float
    side: float

    def overlap(self, other: "Square") -> float:
        """Shared area over the smaller one's."""
        reach = (self.side + other.side) / 2
        wide, high = reach - abs(self.x - other.x), reach - abs(self.y - other.y)
        least = min(self.side, other.side)
        return max(0.0, min(wide, least)) * max(0.0, min(high, least)) / least**2


# Name: side in face heights, and where the middle of the face is in the square.
PORTRAITS = {
    "near": (2.3, 0.50, 0.47),
    "head": (3.1, 0.50, 0.40),
    "left": (3.3, 0.30, 0.42),
    "right": (3.3, 0.70, 0.42),
    "bust": (4.4, 0.50, 0.33),
    "low": (3.8, 0.50, 0.68),
    "half": (2.2, 0.12, 0.45),
    "wide": (9.0, 0.50, 0.30),
}


def portrait(photo: Photo, name: str) -> Square:
    """The person, framed as `PORTRAITS` says, as far as the photo reaches."""
    x, y, height = subject(photo)
    times, across, down = PORTRAITS[name]
    side = min(times * height, photo.width, photo.height)
    return within(photo, x + (0.5 - across) * side, y + (0.5 - down) * side, side)


def within(photo: Photo, x: float, y: float, side: float) -> Square:
    side = min(max(side, LEAST_SIDE), photo.width, photo.height)
    half = side / 2
    return Square(min(max(x, half), photo.width - half), min(max(y, half), photo.height - half), side)


def subject(photo: Photo) -> tuple[float, float, float]:
    """Middle and height of the largest face, in px; without one, of the place that draws the eye."""
    return photo.study("subject", lambda: _face(photo) or _centre_of_interest(photo))


def _face(photo: Photo) -> tuple[float, float, float] | None:
    found = [box for box in faces(photo.working) if box[3] > LEAST_FACE * min(photo.working.shape[:2])]
    if not found:
        return None
    left, top, width, height = max(found, key=lambda box: box[3])
    factor = photo.width / photo.working.shape[1]
    return (left + width / 2) * factor, (top + height / 2) * factor, height * factor


def _centre_of_interest(photo: Photo) -> tuple[float, float, float]:
    weights = _maps(photo)[0] ** 2
    height, width = weights.shape
    rows, columns = np.mgrid[0:height, 0:width]
    middle = np.exp(-(((columns / width - 0.5) / 0.3) ** 2) - ((rows / height - 0.45) / 0.3) ** 2)
    weights = weights * middle + 1e-6
    total = float(weights.sum())
    factor = photo.width / width
    x, y = float((weights * columns).sum()) / total, float((weights * rows).sum()) / total
    return x * factor, y * factor, 0.24 * min(photo.width, photo.height)


def _maps(photo: Photo) -> tuple[np.ndarray, np.ndarray]:
    """How much goes on at each place (lines and colour), and how finely grained it is; both 0..1."""
    factor = MAP_SIDE / max(photo.width, photo.height)
    size = max(8, round(photo.width * factor)), max(8, round(photo.height * factor))
    small = cv2.resize(photo.rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    light = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    lines = np.hypot(cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1))
    colour = small.max(2) - small.min(2)
    busy = np.minimum(1, lines) + 0.5 * colour
    grey = cv2.cvtColor(photo.detail, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    fine = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 1.5))
    return busy / max(1e-6, float(busy.max())), cv2.resize(fine, size, interpolation=cv2.INTER_AREA)


def details(photo: Photo) -> list[Square]:
    """Places away from the face where something is to be seen, the best first, hardly overlapping."""
    return photo.study("details", lambda: _spread(photo, _busy, shares=(0.30, 0.42), count=DETAILS))


def surfaces(photo: Photo) -> list[Square]:
    """Places of even structure: cloth, hair, a wall; the finest first."""
    return photo.study("surfaces", lambda: _spread(photo, _even, shares=(0.16, 0.22), count=4))


Score = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


def _busy(busy: np.ndarray, fine: np.ndarray, window: int) -> np.ndarray:
    return _mean(busy, window)


def _even(busy: np.ndarray, fine: np.ndarray, window: int) -> np.ndarray:
    unrest = np.sqrt(np.maximum(0, _mean(busy**2, window) - _mean(busy, window) ** 2))
    return np.minimum(0.03, _mean(fine, window)) * np.exp(-unrest / 0.08)


def _mean(values: np.ndarray, window: int) -> np.ndarray:
    return cv2.boxFilter(values, -1, (window, window))


def _spread(photo: Photo, score: Score, *, shares: tuple[float, float], count: int) -> list[Square]:
    busy, fine = _maps(photo)
    x, y, height = subject(photo)
    face = within(photo, x, y, 1.3 * height)
    factor = photo.width / busy.shape[1]
    tried: list[tuple[float, Square]] = []
    for share in shares:
        side = max(LEAST_SIDE, share * min(photo.width, photo.height))
        window = max(3, round(side / factor)) | 1
        level = score(busy, fine, window)
        step = max(2, window // 5)
        for row in range(0, level.shape[0], step):
            for column in range(0, level.shape[1], step):
                place = within(photo, column * factor, row * factor, side)
                value = float(level[int(place.y / factor) - 1, int(place.x / factor) - 1])
                tried.append((value * max(0.05, 1 - 2.5 * place.overlap(face)), place))
    return _best(tried, count)


def _best(tried: list[tuple[float, Square]], count: int) -> list[Square]:
    chosen: list[Square] = []
    for most in (0.12, 0.35, 0.6, 1.1):
        for _, place in sorted(tried, key=lambda entry: -entry[0]):
            if len(chosen) >= count:
                return chosen
            if place not in chosen and all(place.overlap(other) < most for other in chosen):
                chosen.append(place)
    return chosen


def taken(photo: Photo, place: Square, size: int) -> np.ndarray:
    """The square at `size` px, uint8; what is enlarged is sharpened a little, and nothing is invented."""
    left, top = round(place.x - place.side / 2), round(place.y - place.side / 2)
    side = max(2, round(place.side))
    left, top = max(0, min(left, photo.width - side)), max(0, min(top, photo.height - side))
    part = photo.rgb[top : top + side, left : left + side]
    factor = size / side
    if factor <= 1:
        return cv2.resize(part, (size, size), interpolation=cv2.INTER_AREA)
    if factor > 2:  # the blocks of a JPEG would be enlarged with the picture
        part = cv2.bilateralFilter(part, 5, 14, 1.8)
    large = cv2.resize(part, (size, size), interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(large, (0, 0), 0.55 * factor)
    return cv2.addWeighted(large, 1.55, soft, -0.55, 0)
