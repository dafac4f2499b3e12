"""The true edge of a mask: smooth contour, corners and notches near a guess, crossings of a line."""

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Edge:
    """The edge of a mask: a soft copy (0..1) for sub-pixel crossings, and contour points (n, 2).

    `smooth` is the longest contour on the very edge, its points a pixel apart and ordered so that the
    product lies on their right (y down).
    """

    soft: np.ndarray
    contour: np.ndarray
    smooth: np.ndarray

    @classmethod
    def of(cls, mask: np.ndarray) -> "Edge":
        """Trace the edge of a mask (height, width), non-zero on the product."""
        soft = cv2.GaussianBlur((mask > 0).astype(np.float32), (0, 0), 1.0)
        contours, _ = cv2.findContours((soft > 0.5).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        kept = [each[:, 0, :].astype(float) for each in contours if len(each) > 20]
        none = np.zeros((0, 2))
        outer = max(kept, key=len, default=none)
        return cls(soft, np.concatenate(kept) if kept else none, smooth_line(outer))

    def corner(self, guess: np.ndarray, look: "Look") -> np.ndarray | None:
        """Return the corner near `guess` as the point where the edges on either side of it meet.

        None when nothing near turns by at least `look.least` (or when too little contour is there).
        """
        line, arm = self.smooth, max(3, round(look.arm))
        if len(line) < 6 * arm:
            return None
        distance = np.linalg.norm(line - guess, axis=1)
        near = np.flatnonzero(distance < look.reach)
        if not len(near):
            return None
        before = line[near] - line[(near - arm) % len(line)]
        after = line[(near + arm) % len(line)] - line[near]
        turn = np.arctan2(_cross(before, after), np.sum(before * after, axis=1))
        turn = np.abs(turn) if look.bend == 0 else turn * look.bend
        score = turn - look.pull * (distance[near] / look.reach) ** 2
        if look.way is not None:
            score = np.where(_units(_units(before) - _units(after)) @ look.way < look.facing, -np.inf, score)
        best = int(np.argmax(score))
        if not np.isfinite(score[best]) or turn[best] < look.least:
            return None
        return self._meeting(int(near[best]), arm)

    def _meeting(self, at: int, arm: int) -> np.ndarray:
        """Return where the lines through the edge before and after a point of `smooth` meet."""
        line = self.smooth
        skip = max(1, round(0.3 * arm))
        sides = [line[(at + way * np.arange(skip, arm + 1)) % len(line)] for way in (-1, 1)]
        met = crossing_of(line_through(sides[0]), line_through(sides[1]))
        return met if met is not None and np.linalg.norm(met - line[at]) < 0.6 * arm else line[at]

    def stretch(self, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Return the shorter way along `smooth` between the points nearest to two points, from the first (k, 2)."""
        if not len(self.smooth):
            return self.smooth
        start, end = (int(np.argmin(np.linalg.norm(self.smooth - point, axis=1))) for point in (first, last))
        count = len(self.smooth)
        ahead, back = (end - start) % count, (start - end) % count
        steps = np.arange(ahead + 1) if ahead <= back else -np.arange(back + 1)
        return self.smooth[(start + steps) % count]

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


@dataclass(frozen=True)
class Look:
    """What corner to look for: how far away, with sides how long, how it turns.

    `bend` is 1 for a corner that sticks out, -1 for a notch, 0 for either. `way` is the unit vector it
    points along (a notch: into the product), `facing` the least cosine to it. `pull` (radians) is what a
    distance of `reach` costs, `least` the smallest turn in radians.
    """

    reach: float
    arm: float
    bend: int = 1
    way: np.ndarray | None = None
    facing: float = 0.5
    pull: float = 0.6
    least: float = 0.45


def line_through(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a point and the unit vector of the line nearest to points (k, 2)."""
    middle = points.mean(axis=0)
    return middle, np.linalg.svd(points - middle, full_matrices=False)[2][0]


def crossing_of(
    first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray]
) -> np.ndarray | None:
    """Return where two lines cross; None when they are nearly parallel."""
    (start, way), (other, along) = first, second
    sine = float(_cross(way, along))
    if abs(sine) < 0.03:
        return None
    return start + way * float(_cross(other - start, along)) / sine


def _cross(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]


def _units(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(1e-9, np.linalg.norm(vectors, axis=-1, keepdims=True))


def smooth_line(outer: np.ndarray) -> np.ndarray:
    """Even out the steps of a traced contour and move it half a pixel outwards, onto the edge."""
    if len(outer) < 24:
        return np.zeros((0, 2))
    if float(np.sum(_cross(outer, np.roll(outer, -1, axis=0)))) < 0:
        outer = outer[::-1]
    window = np.array([1, 4, 6, 4, 1]) / 16
    padded = np.concatenate([outer[-2:], outer, outer[:2]])
    even = np.stack([np.convolve(padded[:, i], window, "valid") for i in (0, 1)], axis=1)
    closed = np.concatenate([even, even[:1]])
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    at = np.arange(0, along[-1], 1.0)
    line = np.stack([np.interp(at, along, closed[:, i]) for i in (0, 1)], axis=1)
    forward = _units(np.roll(line, -2, axis=0) - np.roll(line, 2, axis=0))
    return line + 0.5 * np.stack([forward[:, 1], -forward[:, 0]], axis=1)
