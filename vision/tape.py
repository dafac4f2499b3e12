"""A tape laid on a photo: distances between landmarks and true edges, in pixels."""

from dataclasses import dataclass

import numpy as np

from vision.contour import Edge, Look
from vision.landmarks import Marks

SIDES = ("left", "right")
HIDDEN = "the edge is hidden here"


@dataclass(frozen=True)
class Stretch:
    """A measured path (k, 2) in pixels; `doubt` says in words why it may be wrong."""

    path: np.ndarray
    doubt: str = ""

    @property
    def length(self) -> float:
        return float(np.linalg.norm(np.diff(self.path, axis=0), axis=1).sum())


@dataclass(frozen=True)
class Tape:
    """Landmarks and true edge of one product, its axis, and the scale for the trade's fixed distances.

    `down` and `right` are unit vectors of the product; `length` is its main length in pixels;
    `cm_per_px` turns 2.5 cm below the armhole into pixels.
    """

    marks: Marks
    edge: Edge
    down: np.ndarray
    length: float
    cm_per_px: float

    @property
    def right(self) -> np.ndarray:
        return np.array([self.down[1], -self.down[0]])

    def px(self, cm: float) -> float:
        return cm / self.cm_per_px

    def level(self, point: np.ndarray) -> float:
        return float(point @ self.down)

    def is_hidden(self, *names: str) -> bool:
        """Say whether one of these landmarks lies away from every visible edge."""
        return any(self.edge.nearest(self.marks[name], 0.012 * self.length + 2) is None for name in names)

    def is_notch(self, name: str) -> bool:
        """Say whether a landmark lies in a notch of the edge."""
        look = Look(0.025 * self.length, 0.04 * self.length, -1, least=0.3)
        found = self.edge.corner(self.marks[name], look)
        return found is not None and np.linalg.norm(found - self.marks[name]) < 0.03 * self.length

    def between(self, *names: str) -> Stretch:
        """Lay the tape from landmark to landmark."""
        path = np.array([self.marks[name] for name in names])
        return Stretch(path, HIDDEN if self.is_hidden(*names) else "")

    def across(
        self, level: float, *, left: tuple[str, ...], right: tuple[str, ...], reach: float = 0.05
    ) -> Stretch:
        """Measure square to the axis at a level, edge to edge, near the lines through landmarks."""
        ends, doubt = [], ""
        guesses = [self._on_line(names, level) for names in (left, right)]
        middle = (guesses[0] + guesses[1]) / 2
        for guess, way in zip(guesses, (-self.right, self.right), strict=True):
            near = float((guess - middle) @ way)
            found = self._edge_distance(middle, way, near, reach * self.length)
            doubt = doubt if found is not None else HIDDEN
            ends.append(middle + way * (near if found is None else found))
        return Stretch(np.array(ends), doubt)

    def _edge_distance(self, start: np.ndarray, way: np.ndarray, near: float, reach: float) -> float | None:
        """Return the median distance to the edge over a few rows, so that one fold does not decide."""
        rows = [
            self.edge.crossing(start + self.down * self.px(shift), way, near, reach)
            for shift in (-0.5, 0, 0.5)
        ]
        found = [row for row in rows if row is not None]
        return float(np.median(found)) if len(found) >= 2 else None

    def _on_line(self, names: tuple[str, ...], level: float) -> np.ndarray:
        """Return the point at a level on the polyline through landmarks (ends are prolonged)."""
        points = np.array([self.marks[name] for name in names])
        levels = points @ self.down
        order = np.argsort(levels)
        aside = float(np.interp(level, levels[order], (points @ self.right)[order]))
        return self.right * aside + self.down * level

    def square_to(
        self, top: np.ndarray, under: np.ndarray, share_cm: float, *, trust_under: bool = False
    ) -> Stretch:
        """Measure a sleeve or leg square to its `top` edge (2, 2).

        `share_cm` counts from the first point of `under` (2, 2) towards its second. `trust_under` takes the
        line `under` for the edge where none shows, as in the slit between two legs.
        """
        along = _unit(top[1] - top[0])
        normal = _unit(np.array([-along[1], along[0]]))
        inner = under[0] + _unit(under[1] - under[0]) * self.px(share_cm)
        if normal @ (under[0] + under[1] - top[0] - top[1]) < 0:
            normal = -normal
        width = float((inner - top[0]) @ normal)
        middle = inner - normal * width / 2
        ends, doubt = [], ""
        for way in (-normal, normal):
            found = self.edge.crossing(middle, way, width / 2, max(abs(width) * 0.35, 0.02 * self.length))
            taken_on_trust = trust_under and way is normal
            doubt = doubt if found is not None or taken_on_trust else HIDDEN
            ends.append(middle + way * (width / 2 if found is None else found))
        return Stretch(np.array(ends), doubt)

    def along_edge(self, names: tuple[str, ...], side: str) -> Stretch:
        """Measure along the true edge beside the polyline through landmarks."""
        first, last = self.marks[names[0]], self.marks[names[-1]]
        way = self.right if side == "right" else -self.right
        top, bottom = self.level(first), self.level(last)
        path = [first]
        for level in np.linspace(top, bottom, 12)[1:-1]:
            guess = self._on_line(names, level)
            inside = guess - way * 0.08 * self.length
            found = self._edge_distance(inside, way, 0.08 * self.length, 0.05 * self.length)
            if found is not None:
                path.append(inside + way * found)
        doubt = HIDDEN if self.is_hidden(names[0], names[-1]) or len(path) < 8 else ""
        return Stretch(np.array([*path, last]), doubt)

    def crosses_a_gap(self, path: np.ndarray) -> bool:
        """Say whether more than a tenth of the straight line between the ends of a path is off the product."""
        points = path[0] + np.linspace(0.04, 0.96, 60)[:, None] * (path[-1] - path[0])
        return float(np.mean([not self.edge.inside(point) for point in points])) > 0.1

    def straight_down(self, name: str, near_level: float, reach: float = 0.08) -> Stretch:
        """Measure from a landmark along the axis to the lower edge."""
        start = self.marks[name]
        near = near_level - self.level(start)
        found = self.edge.crossing(start, self.down, near, reach * self.length)
        end = start + self.down * (near if found is None else found)
        return Stretch(np.array([start, end]), "" if found is not None else HIDDEN)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(1e-9, float(np.linalg.norm(vector)))


def both_sides(left: Stretch, right: Stretch, allowed: float = 0.08) -> Stretch:
    """Join what both sides say: the mean length, shown on the right side; doubt when they disagree."""
    if left.doubt and not right.doubt:
        return right
    if right.doubt and not left.doubt:
        return left
    mean = (left.length + right.length) / 2
    apart = abs(left.length - right.length) / max(mean, 1e-9)
    doubt = left.doubt or right.doubt
    if apart > allowed:
        doubt = f"left and right differ by {apart * 100:.0f} %"
    return Stretch(_stretched(right.path, mean / max(right.length, 1e-9)), doubt)


def _stretched(path: np.ndarray, factor: float) -> np.ndarray:
    """Lengthen a path about its first point, so that line and value agree."""
    return path[0] + (path - path[0]) * factor
