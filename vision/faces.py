"""Frontal faces, by OpenCV's Haar cascades (Viola and Jones, 2001), which come with the wheel."""

from pathlib import Path
from typing import Any, Literal

import cv2
from numpy.typing import NDArray

Cascade = Literal["default", "alt2"]
Box = tuple[int, int, int, int]


def frontal_faces(
    grey: NDArray[Any], cascade: Cascade, *, least: int, neighbours: int, sure: int = 0
) -> list[Box]:
    """Boxes (left, top, width, height in pixels), the largest first.

    `grey` is (height, width) uint8, `least` the side of the smallest face in pixels. Windows that overlap are one
    face when more than `neighbours` of them do (OpenCV's minNeighbors) and at least `sure`.
    """
    # A classifier is not safe to share among threads, and is read in a few milliseconds.
    name = f"haarcascade_frontalface_{cascade}.xml"
    classifier = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / name))
    boxes, windows = classifier.detectMultiScale2(grey, 1.1, neighbours, minSize=(least, least))
    found = [
        (int(x), int(y), int(width), int(height))
        for (x, y, width, height), count in zip(boxes, windows, strict=True)
        if count >= sure
    ]
    return sorted(found, key=lambda box: -box[2])
