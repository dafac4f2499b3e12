"""The true edge of a mask: smooth contour, corners and notches near a guess, crossings of a line."""

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Edge:
    """The edge of a mask: a soft copy (0..1) for sub-pixel crossings, and contour points (n, 2).

    `outer` is the longest contour, its points in order.
    """

    soft: np.ndarray
    contour: np.ndarray
    outer: np.ndarray

    @classmethod
    def of(cls, mask: np.ndarray) -> "Edge":
        """Trace the edge of a mask (height, width), non-zero on the product."""
        soft = cv2.GaussianBlur((mask > 0).astype(np.float32), (0, 0), 1.0)
        contours, _ = cv2.findContours((soft > 0.5).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        kept = [each[:, 0, :].astype(float) for each in contours if len(each) > 20]
        none = np.zeros((0, 2))
        return cls(soft, np.concatenate(kept) if kept else none, max(kept, key=len, default=none))

    def path(self, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Return the shorter way along the outer contour between the points nearest to two points (k, 2)."""
        if not len(self.outer):
            return self.outer
        start, end = (int(np.argmin(np.linalg.norm(self.outer - point, axis=1))) for point in (first, last))
        if start > end:
            start, end = end, start
        inner = self.outer[start : end + 1]
        around = np.concatenate([self.outer[end:], self.outer[: start + 1]])
        return inner if len(inner) <= len(around) else around

    def extreme(self, guess: np.ndarray, direction: np.ndarray, radius: float) -> np.ndarray | None:
        """Return the contour point near `guess` that lies farthest in `direction`; None if none is near.

        A distance of `radius` costs as much as half a radius of progress.
        """
        offset = self.contour - guess
        distance = np.linalg.norm(offset, axis=1)
        near = distance < radius
        if not near.any():
            return None
        unit = direction / max(1e-9, float(np.linalg.norm(direction)))
        score = offset[near] @ unit - distance[near] ** 2 / (2 * radius)
        return self.contour[near][int(np.argmax(score))]

    def nearest(self, guess: np.ndarray, radius: float) -> np.ndarray | None:
        """Return the contour point nearest to `guess` within `radius`."""
        distance = np.linalg.norm(self.contour - guess, axis=1)
        if not len(distance) or distance.min() > radius:
            return None
        return self.contour[int(np.argmin(distance))]

    def crossing(self, start: np.ndarray, direction: np.ndarray, near: float, reach: float) -> float | None:
        """Return the distance from `start` along `direction` at which the product ends, nearest to `near`.

        None when the product does not end within `reach` of `near`.
        """
        ends = self._ends(start, direction, near + reach)
        ends = ends[np.abs(ends - near) <= reach]
        return float(ends[np.argmin(np.abs(ends - near))]) if len(ends) else None

    def _ends(self, start: np.ndarray, direction: np.ndarray, length: float) -> np.ndarray:
        steps = np.arange(0, max(2.0, length + 2), 0.5)
        path = (start + steps[:, None] * direction).astype(np.float32)
        values = cv2.remap(self.soft, path[None, :, 0], path[None, :, 1], cv2.INTER_LINEAR)[0]
        leaving = np.flatnonzero((values[:-1] >= 0.5) & (values[1:] < 0.5))
        before, after = values[leaving], values[leaving + 1]
        return steps[leaving] + 0.5 * (before - 0.5) / np.maximum(before - after, 1e-6)

    def inside(self, point: np.ndarray) -> bool:
        """Say whether a point lies on the product."""
        x, y = (round(float(number)) for number in point)
        height, width = self.soft.shape
        return 0 <= x < width and 0 <= y < height and bool(self.soft[y, x] >= 0.5)
