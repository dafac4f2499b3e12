"""Smooth paths from pixel contours: corners kept, everything between them fitted with cubic Béziers.

Points are float arrays (n, 2) in pixels. A path is a list of cubic pieces, each (4, 2).
The fit is Schneider's ("An Algorithm for Automatically Fitting Digitized Curves", 1990).
"""

import cv2
import numpy as np

CORNER_DEGREES = 42.0
MAX_DEPTH = 7


def resample(points: np.ndarray, spacing: float, *, closed: bool = False) -> np.ndarray:
    """Points at equal steps along a polyline; a closed one does not repeat its first point."""
    line = np.vstack([points, points[:1]]) if closed else np.asarray(points, float)
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    count = max(2, round(along[-1] / spacing) + (0 if closed else 1))
    where = np.linspace(0, along[-1], count, endpoint=not closed)
    return np.stack([np.interp(where, along, line[:, d]) for d in (0, 1)], axis=1)


def smooth(points: np.ndarray, sigma: float, *, closed: bool = False) -> np.ndarray:
    """Gaussian smoothing along a polyline, in steps; open ends stay where they are."""
    if len(points) < 4 or sigma <= 0.3:
        return points
    reach = min(len(points) - 1, int(3 * sigma) + 1)
    if closed:
        padded = np.vstack([points[-reach:], points, points[:reach]])
    else:  # odd reflection: the ends are fixed points of the filter
        head = 2 * points[0] - points[1 : reach + 1][::-1]
        tail = 2 * points[-1] - points[-reach - 1 : -1][::-1]
        padded = np.vstack([head, points, tail])
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    return np.stack([np.convolve(padded[:, d], kernel, "valid") for d in (0, 1)], axis=1)


def corners(points: np.ndarray, arm: int, degrees: float = CORNER_DEGREES) -> list[int]:
    """Indices at which a closed polyline turns sharply within `arm` steps."""
    before, after = points - np.roll(points, arm, 0), np.roll(points, -arm, 0) - points
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turn = np.abs(np.degrees(np.arctan2(cross, (before * after).sum(1))))
    found: list[int] = []
    for index in np.argsort(-turn, kind="stable"):
        if turn[index] < degrees:
            break
        near = [min((index - other) % len(points), (other - index) % len(points)) for other in found]
        if not near or min(near) > arm:
            found.append(int(index))
    return sorted(found)


def line_piece(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """A straight line as one cubic."""
    return np.array([start, start + (end - start) / 3, start + (end - start) * 2 / 3, end], float)


def fit(points: np.ndarray, error: float) -> list[np.ndarray]:
    """Cubic pieces within `error` px of the points, tangents shared where two pieces meet."""
    if len(points) < 3:
        return [line_piece(points[0], points[-1])]
    reach = min(3, len(points) - 1)
    return _fit(points, _unit(points[reach] - points[0]), _unit(points[-1 - reach] - points[-1]), error, 0)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.hypot(*vector)), 1e-9)


def _fit(
    points: np.ndarray, start: np.ndarray, end: np.ndarray, error: float, depth: int
) -> list[np.ndarray]:
    if len(points) < 3:
        third = np.hypot(*(points[-1] - points[0])) / 3
        return [np.array([points[0], points[0] + start * third, points[-1] + end * third, points[-1]])]
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    t = along / max(along[-1], 1e-9)
    for _ in range(3):
        piece = _least_squares(points, t, start, end)
        offset = _at(piece, t) - points
        distance = (offset**2).sum(1)
        if distance.max() <= error**2 or depth >= MAX_DEPTH:
            return [piece]
        t = _closer(piece, points, t)
    split = int(np.clip(np.argmax(distance), 2, len(points) - 3)) if len(points) > 5 else len(points) // 2
    reach = min(4, split, len(points) - 1 - split)
    tangent = _unit(points[split - reach] - points[split + reach])
    return [
        *_fit(points[: split + 1], start, tangent, error, depth + 1),
        *_fit(points[split:], -tangent, end, error, depth + 1),
    ]


def _at(piece: np.ndarray, t: np.ndarray) -> np.ndarray:
    u = t[:, None]
    a, b, c, d = piece
    return (1 - u) ** 3 * a + 3 * u * (1 - u) ** 2 * b + 3 * u**2 * (1 - u) * c + u**3 * d


def _closer(piece: np.ndarray, points: np.ndarray, t: np.ndarray) -> np.ndarray:
    """One Newton step of each point's parameter towards the nearest point of the piece."""
    first = 3 * np.diff(piece, axis=0)
    second = 2 * np.diff(first, axis=0)
    u = t[:, None]
    offset = _at(piece, t) - points
    d1 = (1 - u) ** 2 * first[0] + 2 * u * (1 - u) * first[1] + u**2 * first[2]
    d2 = (1 - u) * second[0] + u * second[1]
    below = (d1 * d1).sum(1) + (offset * d2).sum(1)
    step = np.where(np.abs(below) > 1e-9, (offset * d1).sum(1) / np.where(below == 0, 1, below), 0)
    return np.clip(np.maximum.accumulate(t - step), 0, 1)


def _least_squares(points: np.ndarray, t: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    first, last = points[0], points[-1]
    b0, b1, b2, b3 = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
    left, right = b1[:, None] * start, b2[:, None] * end
    rest = points - ((b0 + b1)[:, None] * first + (b2 + b3)[:, None] * last)
    c00, c01, c11 = (left * left).sum(), (left * right).sum(), (right * right).sum()
    x0, x1 = (left * rest).sum(), (right * rest).sum()
    span = float(np.hypot(*(last - first)))
    determinant = c00 * c11 - c01 * c01
    if abs(determinant) > 1e-9:
        reach0, reach1 = (x0 * c11 - x1 * c01) / determinant, (c00 * x1 - c01 * x0) / determinant
    else:
        reach0 = reach1 = span / 3
    # Handles longer than the chord make loops; Schneider's own remedy is a third of the chord.
    if not 0.01 * span < reach0 < 1.2 * span or not 0.01 * span < reach1 < 1.2 * span:
        reach0 = reach1 = span / 3
    return np.array([first, first + start * reach0, last + end * reach1, last])


def simplified(contour: np.ndarray, most: int = 160) -> np.ndarray:
    """A polygon with at most `most` points, close to the contour."""
    length = cv2.arcLength(contour.astype(np.float32), True)
    for share in (0.0008, 0.0015, 0.003, 0.006, 0.012):
        points = cv2.approxPolyDP(contour.astype(np.float32), share * length, True)[:, 0]
        if len(points) <= most:
            break
    return points
