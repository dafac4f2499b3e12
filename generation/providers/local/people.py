"""Skin and faces in a photo: what has to be held off when somebody wears the product."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np

FACE_SIDE = 24  # px, the smallest face looked for


@cache
def _cascade_path() -> str:
    return str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml")


def faces(rgb: np.ndarray) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, width, height) of frontal faces with skin in them."""
    # A classifier is not safe to share among threads, and is read in a few milliseconds.
    cascade = cv2.CascadeClassifier(_cascade_path())
    if cascade.empty():
        return []
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    found = cascade.detectMultiScale(grey, 1.1, 8, minSize=(FACE_SIDE, FACE_SIDE))
    skin = skin_mask(rgb)
    boxes = [tuple(int(value) for value in box) for box in found]
    return [(x, y, w, h) for x, y, w, h in boxes if skin[y : y + h, x : x + w].mean() > 0.45]


def skin_mask(rgb: np.ndarray) -> np.ndarray:
    """Pixels in the range of human skin (YCrCb bounds after Chai and Ngan, 1999)."""
    _, red, blue = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb))
    return (red >= 133) & (red <= 173) & (blue >= 77) & (blue <= 127)
