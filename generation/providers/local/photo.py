"""Decoded photos and what was already seen in them, kept for the next question about the same photo.

A tech pack asks up to six things about one photo, several of them at the same moment: each photo
is decoded and studied once, whoever asks first.
"""

import io
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from PIL import Image as PilImage
from PIL import ImageOps

WORKING_SIDE = 560  # px on the long side of the copy in which shapes are found
DETAIL_SIDE = 1400  # px on the long side of the copy in which lines and colours are read
CACHE_BYTES = 180 * 1024 * 1024
MAX_PIXELS = 120_000_000


class UnreadableImageError(ValueError):
    """The bytes are no picture that can be decoded."""


def decode(data: bytes) -> np.ndarray:
    """RGB uint8 array (height, width, 3), upright, transparent parts flattened on white."""
    try:
        with PilImage.open(io.BytesIO(data)) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise UnreadableImageError("The picture has too many pixels to be read.")
            picture = ImageOps.exif_transpose(opened)
            if "A" in picture.getbands() or "transparency" in picture.info:
                picture = picture.convert("RGBA")
                ground = PilImage.new("RGBA", picture.size, "white")
                picture = PilImage.alpha_composite(ground, picture)
            rgb = np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError, PilImage.DecompressionBombError) as error:
        if isinstance(error, UnreadableImageError):
            raise
        raise UnreadableImageError("The picture could not be decoded.") from error
    if min(rgb.shape[:2]) < 16:
        raise UnreadableImageError("The picture is too small to see anything in it.")
    return rgb


def scaled(rgb: np.ndarray, side: int, *, enlarge: bool = False) -> np.ndarray:
    """A copy with `side` px on its long side; smaller pictures stay as they are unless `enlarge`."""
    height, width = rgb.shape[:2]
    factor = side / max(height, width)
    if factor >= 1 and not enlarge:
        return rgb
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)


@dataclass
class Photo:
    """One decoded photo. `study` keeps what was found in it, under the name of the finding."""

    sha256: str
    rgb: np.ndarray
    lock: threading.RLock = field(default_factory=threading.RLock)
    found: dict[Any, Any] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        return int(self.rgb.shape[0])

    @cached_property
    def working(self) -> np.ndarray:
        return scaled(self.rgb, WORKING_SIDE, enlarge=True)

    @cached_property
    def detail(self) -> np.ndarray:
        return scaled(self.rgb, DETAIL_SIDE)

    def study(self, name: Any, look: Callable[[], Any]) -> Any:
        """`look()`, once for this photo: a second asker waits for the first one's finding."""
        with self.lock:
            if name not in self.found:
                self.found[name] = look()
            return self.found[name]


class Album:
    """The last photos used, up to `limit` bytes of full-size pixels; safe among threads."""

    def __init__(self, limit: int = CACHE_BYTES):
        self.limit = limit
        self.photos: OrderedDict[str, Photo] = OrderedDict()
        self.opening: dict[str, threading.Lock] = {}
        self.lock = threading.Lock()

    def open(self, sha256: str, read: Callable[[], bytes]) -> Photo:
        """The photo with this content; `read` is called only when it is not at hand."""
        with self.lock:
            gate = self.opening.setdefault(sha256, threading.Lock())
        with gate:
            with self.lock:
                if sha256 in self.photos:
                    self.photos.move_to_end(sha256)
                    return self.photos[sha256]
            photo = Photo(sha256, decode(read()))
            with self.lock:
                self.photos[sha256] = photo
                self._forget_oldest()
                self.opening.pop(sha256, None)
            return photo

    def _forget_oldest(self) -> None:
        # Three times the pixels: the copies and findings beside the photo weigh about as much again.
        while len(self.photos) > 1 and sum(p.rgb.nbytes * 3 for p in self.photos.values()) > self.limit:
            self.photos.popitem(last=False)
