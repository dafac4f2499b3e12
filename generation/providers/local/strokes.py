"""Long, strong, smooth lines inside a product that no template expected: panels, pockets, straps.

The crests of an edge map are traced, joined where they continue one another, and only the few that
are long and smooth enough to be a seam or a panel's border are kept. Folds are soft and short;
prints are many and small: both fall out.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from . import curves
from .evidence import sample

WEAK, STRONG = 0.13, 0.34  # heights of a crest that may go on, and that one has to reach somewhere
SHORTEST = 0.075  # of the product's long side
WIGGLE = 0.55  # radians of mean turning per 3 % of length above which a line is noise


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Stroke:
    points: np.ndarray
    length: float
    strength: float

    @property
    def span(self) -> float:
        """Distance between the ends as a share of the length: 1 is straight."""
        return float(np.hypot(*(self.points[-1] - self.points[0]))) / max(self.length, 1.0)

    @property
    def worth(self) -> float:
        return self.length * self.strength


def strokes(strength: np.ndarray, mask: np.ndarray, size: float) -> list[Stroke]:
    """Strokes along the crests of an edge map (0..1), best first."""
    margin = max(3, round(size * 0.02))
    inside = cv2.erode(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1,) * 2))
    crest = np.where(inside > 0, crests(strength), 0)
    lines = _joined([line for line in _traced(crest) if len(line) >= 0.02 * size], size)
    result = []
    for line in lines:
        points = curves.smooth(curves.resample(line, 1.5), 0.009 * size)
        length = float(np.hypot(*np.diff(points, axis=0).T).sum())
        if length < SHORTEST * size or _wiggle(points, size) > WIGGLE:
            continue
        result.append(Stroke(points, length, float(sample(strength, points).mean())))
    return sorted(result, key=lambda stroke: -stroke.worth)


def crests(strength: np.ndarray) -> np.ndarray:
    """Thin lines (255) where an edge map is highest across its own direction.

    The direction across a crest is that of the strongest negative curvature (Steger, 1998); weak
    crests stay only where they go on from strong ones.
    """
    soft = cv2.GaussianBlur(strength, (0, 0), 1.8)
    xx, yy = cv2.Sobel(soft, cv2.CV_32F, 2, 0, ksize=5), cv2.Sobel(soft, cv2.CV_32F, 0, 2, ksize=5)
    xy = cv2.Sobel(soft, cv2.CV_32F, 1, 1, ksize=5)
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    curvature = (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy)
    # `angle` belongs to the larger eigenvalue; the crest's cross direction is at a right angle to it.
    across_x, across_y = -np.sin(angle), np.cos(angle)
    y, x = np.mgrid[0 : strength.shape[0], 0 : strength.shape[1]].astype(np.float32)
    ahead = cv2.remap(soft, x + across_x, y + across_y, cv2.INTER_LINEAR)
    behind = cv2.remap(soft, x - across_x, y - across_y, cv2.INTER_LINEAR)
    thin = (soft >= ahead) & (soft > behind) & (curvature < 0) & (soft > WEAK)
    count, labels = cv2.connectedComponents(thin.astype(np.uint8), connectivity=8)
    strong = np.zeros(count, bool)
    strong[np.unique(labels[thin & (soft > STRONG)])] = True
    strong[0] = False
    return np.where(strong[labels], 255, 0).astype(np.uint8)


def _traced(edge: np.ndarray) -> list[np.ndarray]:
    """Ordered pixel chains (n, 2) of a thin edge image, cut at junctions."""
    binary = (edge > 0).astype(np.uint8)
    padded = np.pad(binary, 1)
    height, width = binary.shape
    # The eight neighbours in a circle: a pixel at which three or more branches meet is a junction.
    circle = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]
    ring = np.stack([padded[dy : dy + height, dx : dx + width] for dy, dx in circle])
    branches = ((ring == 0) & (np.roll(ring, -1, axis=0) == 1)).sum(0)
    binary[(binary > 0) & (branches > 2)] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(binary, connectivity=8)
    chains = []
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] < 8:
            continue
        left, top, width, height = stats[label, :4]
        ys, xs = np.nonzero(labels[top : top + height, left : left + width] == label)
        chains.append(_walk(np.stack([xs + left, ys + top], axis=1)))
    return chains


def _walk(pixels: np.ndarray) -> np.ndarray:
    """Pixels of one chain in order, from one of its ends."""
    left = {(int(x), int(y)) for x, y in pixels}
    around = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)]

    def next_to(point: tuple[int, int]) -> list[tuple[int, int]]:
        return [(point[0] + dx, point[1] + dy) for dx, dy in around if (point[0] + dx, point[1] + dy) in left]

    ends = [point for point in sorted(left) if len(next_to(point)) == 1]
    here = ends[0] if ends else min(left)
    chain = [here]
    left.discard(here)
    while following := next_to(here):
        here = following[0]
        left.discard(here)
        chain.append(here)
    return np.array(chain, float)


def _joined(lines: list[np.ndarray], size: float) -> list[np.ndarray]:
    """Chains that continue one another across a small gap, as one; longest first."""
    pool = sorted(lines, key=len, reverse=True)[:260]
    done = []
    while pool:
        line = pool.pop(0)
        grown = True
        while grown:
            grown = False
            for index, other in enumerate(pool):
                joined = _join(line, other, 0.022 * size)
                if joined is not None:
                    line = joined
                    pool.pop(index)
                    grown = True
                    break
        done.append(line)
    return done


def _join(line: np.ndarray, other: np.ndarray, gap: float) -> np.ndarray | None:
    for first in (line, line[::-1]):
        for second in (other, other[::-1]):
            step = second[0] - first[-1]
            if np.hypot(*step) > gap:
                continue
            before = first[-1] - first[max(0, len(first) - 14)]
            after = second[min(len(second) - 1, 13)] - second[0]
            lengths = np.hypot(*before) * np.hypot(*after)
            if lengths > 0 and float(before @ after) / lengths > 0.8:
                return np.vstack([first, second])
    return None


def _wiggle(points: np.ndarray, size: float) -> float:
    """Mean absolute turning, in radians, from one 3 %-of-size step to the next."""
    line = curves.resample(points, 0.03 * size)
    if len(line) < 3:
        return 0.0
    step = np.diff(line, axis=0)
    angle = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
    return float(np.abs(np.diff(angle)).mean())


def distance_to(points: np.ndarray, others: list[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """For each point, the distance in px to the nearest of the other lines."""
    if not others:
        return np.full(len(points), 1e6)
    canvas = np.full(shape[:2], 255, np.uint8)
    for other in others:
        cv2.polylines(canvas, [np.round(other).astype(np.int32)], False, 0, 1)
    field = cv2.distanceTransform(canvas, cv2.DIST_L2, 5)
    return sample(field, points)
