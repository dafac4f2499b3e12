"""A photo with the outline of its product, to be repainted."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np

from techpack.models import PhotoReading, View
from techpack.services import photo_readings

ACROSS = 1000  # units of the drawing across the photo


@dataclass(frozen=True)
class OutlinePage:
    """The stage: photo, every edge of the mask, and what can be undone."""

    reading: PhotoReading

    @property
    def asset(self) -> Any:
        return self.reading.revision.asset

    @property
    def view(self) -> str:
        return View(self.reading.revision.view).label.lower()

    @property
    def height(self) -> int:
        return round(ACROSS * self.asset.height / max(1, self.asset.width))

    @property
    def strokes(self) -> int:
        return len(self.reading.strokes)

    @cached_property
    def edge(self) -> str:
        """The edges of all pieces and holes, as the data of an SVG path."""
        mask = photo_readings.decode_mask(self.reading)
        if mask is None:
            return ""
        zoom = np.array([ACROSS / mask.shape[1], self.height / mask.shape[0]])
        found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        paths = []
        for contour in found:
            points = cv2.approxPolyDP(contour, 0.0008 * max(mask.shape), closed=True)[:, 0] * zoom
            if len(points) > 2:
                paths.append("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "Z")
        return "".join(paths)

    @property
    def outside(self) -> str:
        """Everything but the product."""
        return f"M0 0H{ACROSS}V{self.height}H0Z{self.edge}"
