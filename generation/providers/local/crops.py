"""Squares of a photo worth showing by themselves: the person near and far, details, surfaces."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from .people import faces
from .photo import Photo

LEAST_FACE = 0.06  # of the short side; smaller hits are patterns in cloth
LEAST_SIDE = 120  # px; a smaller part, enlarged to a frame, is mush
MAP_SIDE = 160  # px on the long side of the maps in which places are looked for
DETAILS = 8
REACH = 5.2  # face heights on the short side; a photo that holds fewer is framed nearer throughout
TIGHT = 3.0  # the same, for details
NEAREST = 1.2  # face heights: nearer is a part of a face
FARTHEST = 0.85  # of the short side: every framing but the widest leaves something out
LINE = 0.3  # of the slope in a map, and more: a line, and not the shade of a wall or a cheek
LEAST_LINED = 0.5  # of a detail's area lies near a line; a dark corner of a wall has a tenth
LEAST_WOVEN = 0.8  # of a surface's: folds or a weave, and not the edge of something


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

    def likeness(self, other: "Square") -> float:
        """Shared area over all that both show: a part of a picture is not that picture again."""
        shared = self.overlap(other) * min(self.side, other.side) ** 2
        return shared / (self.side**2 + other.side**2 - shared)


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
CLOSE, FAR = 2.2, 4.4  # the least and the most of them, but for the widest
# Parts of a face, by their middle from the face's, and their side; all in face heights.
FEATURES = ((-0.17, -0.08, 0.55), (0.17, -0.08, 0.55), (0.0, 0.34, 0.55))  # the eyes, the mouth


def portrait(photo: Photo, name: str) -> Square:
    """The person, framed as `PORTRAITS` says, as far as the photo reaches. In a photo that is nearly all
    face every framing is nearer, or all of them would be the one picture the photo's sides allow."""
    x, y, height = subject(photo)
    times, across, down = PORTRAITS[name]
    short = min(photo.width, photo.height)
    reach = short / height
    if reach < REACH and times <= FAR:
        nearest = max(NEAREST, CLOSE * reach / REACH)
        times = float(np.interp(times, (CLOSE, FAR), (nearest, FARTHEST * reach)))
    side = min(times * height, short)
    return within(photo, x + (0.5 - across) * side, y + (0.5 - down) * side, side)


def within(photo: Photo, x: float, y: float, side: float) -> Square:
    side = min(max(side, LEAST_SIDE), photo.width, photo.height)
    half = side / 2
    return Square(min(max(x, half), photo.width - half), min(max(y, half), photo.height - half), side)


def subject(photo: Photo) -> tuple[float, float, float]:
    """Middle and height of the largest face, in px; without one, of the place that draws the eye."""
    return photo.study("subject", lambda: face(photo) or _centre_of_interest(photo))


def face(photo: Photo) -> tuple[float, float, float] | None:
    """Middle and height of the largest face, in px."""
    return photo.study("face", lambda: _face(photo))


def _face(photo: Photo) -> tuple[float, float, float] | None:
    found = [box for box in faces(photo.working) if box[3] > LEAST_FACE * min(photo.working.shape[:2])]
    if not found:
        return None
    left, top, width, height = max(found, key=lambda box: box[3])
    factor = photo.width / photo.working.shape[1]
    return (left + width / 2) * factor, (top + height / 2) * factor, height * factor


def _centre_of_interest(photo: Photo) -> tuple[float, float, float]:
    weights = _maps(photo).busy ** 2
    height, width = weights.shape
    rows, columns = np.mgrid[0:height, 0:width]
    middle = np.exp(-(((columns / width - 0.5) / 0.3) ** 2) - ((rows / height - 0.45) / 0.3) ** 2)
    weights = weights * middle + 1e-6
    total = float(weights.sum())
    factor = photo.width / width
    x, y = float((weights * columns).sum()) / total, float((weights * rows).sum()) / total
    return x * factor, y * factor, 0.24 * min(photo.width, photo.height)


class Maps(NamedTuple):
    """What there is at each place of a photo: `busy`, how much goes on (lines and colour); `fine`, how
    finely grained it is; both 0..1. `lined`: True on a line."""

    busy: np.ndarray
    fine: np.ndarray
    lined: np.ndarray


def _maps(photo: Photo) -> Maps:
    factor = MAP_SIDE / max(photo.width, photo.height)
    size = max(8, round(photo.width * factor)), max(8, round(photo.height * factor))
    small = cv2.resize(photo.rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    light = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    lines = np.hypot(cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1))
    colour = small.max(2) - small.min(2)
    busy = np.minimum(1, lines) + 0.5 * colour
    grey = cv2.cvtColor(photo.detail, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    fine = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 1.5))
    return Maps(
        busy=busy / max(1e-6, float(busy.max())),
        fine=cv2.resize(fine, size, interpolation=cv2.INTER_AREA),
        lined=lines > LINE,
    )


def details(photo: Photo) -> list[Square]:
    """Places where something is to be seen, the best first, hardly overlapping: away from the face as far
    as there are enough, then parts of the face. Empty when the photo shows nothing."""
    return photo.study("details", lambda: _details(photo))


def _details(photo: Photo) -> list[Square]:
    x, y, height = subject(photo)
    # In a photo that is nearly all face a small part of the rest is a shape and no thing.
    shares = (0.42, 0.55) if min(photo.width, photo.height) < TIGHT * height else (0.30, 0.42)
    found = _spread(photo, _busy, shares=shares, count=DETAILS)
    if face(photo) is None:
        return found
    for across, down, side in FEATURES:
        place = within(photo, x + across * height, y + down * height, side * height)
        if len(found) < DETAILS and all(place.likeness(other) < 0.4 for other in found):
            found.append(place)
    return found


def surfaces(photo: Photo) -> list[Square]:
    """Places of even structure, cloth or hair, the finest first. Empty where all is bare."""
    return photo.study("surfaces", lambda: _spread(photo, _even, shares=(0.16, 0.22), count=4))


Score = Callable[[Maps, int], np.ndarray]


def _busy(maps: Maps, window: int) -> np.ndarray:
    """0 where no frame may be taken: too little of it would show anything."""
    return _mean(maps.busy, window) * (_lined(maps, window) > LEAST_LINED)


def _even(maps: Maps, window: int) -> np.ndarray:
    """0 where no frame may be taken, as above."""
    unrest = np.sqrt(np.maximum(0, _mean(maps.busy**2, window) - _mean(maps.busy, window) ** 2))
    level = np.minimum(0.03, _mean(maps.fine, window)) * np.exp(-unrest / 0.08)
    return level * (_lined(maps, window) > LEAST_WOVEN)


def _lined(maps: Maps, window: int) -> np.ndarray:
    """How much of a window lies near a line: what a frame of it would show, and how much of nothing."""
    reach = max(1, window // 5)
    near = cv2.dilate(maps.lined.astype(np.float32), np.ones((reach, reach), np.uint8))
    return _mean(near, window)


def _mean(values: np.ndarray, window: int) -> np.ndarray:
    return cv2.boxFilter(values, -1, (window, window))


def _spread(photo: Photo, score: Score, *, shares: tuple[float, float], count: int) -> list[Square]:
    maps = _maps(photo)
    x, y, height = subject(photo)
    person = within(photo, x, y, 1.3 * height)
    factor = photo.width / maps.busy.shape[1]
    tried: list[tuple[float, Square]] = []
    for share in shares:
        side = max(LEAST_SIDE, share * min(photo.width, photo.height))
        window = max(3, round(side / factor)) | 1
        level = score(maps, window)
        step = max(2, window // 5)
        for row in range(0, level.shape[0], step):
            for column in range(0, level.shape[1], step):
                place = within(photo, column * factor, row * factor, side)
                value = float(level[int(place.y / factor) - 1, int(place.x / factor) - 1])
                if value > 0:
                    tried.append((value * max(0.05, 1 - 2.5 * place.overlap(person)), place))
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
