"""Skin and faces in a photo: what has to be held off when somebody wears the product."""

import cv2
import numpy as np

from vision.faces import Box, frontal_faces

FACE_SIDE = 24  # px, the smallest face looked for


def faces(rgb: np.ndarray) -> list[Box]:
    """Boxes (left, top, width, height) of frontal faces with skin in them."""
    found = frontal_faces(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), "default", least=FACE_SIDE, neighbours=8)
    skin = skin_mask(rgb)
    return [(x, y, w, h) for x, y, w, h in found if skin[y : y + h, x : x + w].mean() > 0.45]


def skin_mask(rgb: np.ndarray) -> np.ndarray:
    """Pixels in the range of human skin (YCrCb bounds after Chai and Ngan, 1999)."""
    _, red, blue = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb))
    return (red >= 133) & (red <= 173) & (blue >= 77) & (blue <= 127)
