"""Find a product in its photo, and say how sure that is."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outline:
    """What was found. `mask` is 0 or 255 in the size of the working copy, `contours` closed polygons
    (n, 2) in its pixels, largest first, `box` left, top, right, bottom in its pixels."""

    mask: np.ndarray
    contours: tuple[np.ndarray, ...]
    box: tuple[int, int, int, int]
    method: str
    confidence: float
    note: str
    doubted: bool = False  # parts of it look like the background: some of that is probably in it

    @property
    def found(self) -> bool:
        return self.confidence > 0.25

    @property
    def pieces(self) -> int:
        return len(self.contours)
