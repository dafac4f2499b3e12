"""A tape laid on a photo: distances between landmarks and true edges, in pixels."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from vision.contour import Edge, Look
from vision.landmarks import Marks, deepest_point

SIDES = ("left", "right")
HIDDEN = "the edge is hidden here"
UNSURE = "the product may go on in the colour of its ground"
_NEAR_UNSURE = 0.012  # of the length: what ends so near to an unsure point is unsure
_ENTIRELY = 0.2  # of the mean: sides that differ by more do not show the same thing
_LONGEST_WAY = 1.3  # of the straight way: a longer one goes around a sleeve
_BESIDE = 0.02  # of the length: what is nearer to a cuff may be the cuff's edge
_LEAST_HOLLOW = 0.008  # of the length: less may be a fold
_MOST_BULGE = 0.015  # of the length, of the edge below a waist
_MOST_WAVES = 0.02  # of its width: how far a hem may stray from a smooth curve
_LEAST_DENT = 0.025  # of the length: how far an underarm lies inside the convex hull of the product


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
    `cm_per_px` turns 2.5 cm below the armhole into pixels. `unsure` (n, 2) are points of the edge that may not be
    where the product ends.
    """

    marks: Marks
    edge: Edge
    down: np.ndarray
    length: float
    cm_per_px: float
    unsure: np.ndarray

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

    def doubt_at(self, *points: np.ndarray) -> str:
        """Say why a length that ends at one of these points may be wrong; "" when it may not."""
        for point in points if len(self.unsure) else ():
            if np.linalg.norm(self.unsure - point, axis=1).min() < _NEAR_UNSURE * self.length + 2:
                return UNSURE
        return ""

    def is_notch(self, name: str) -> bool:
        """Say whether a landmark lies in a notch of the edge."""
        look = Look(0.025 * self.length, 0.04 * self.length, -1, least=0.3)
        found = self.edge.corner(self.marks[name], look)
        return found is not None and np.linalg.norm(found - self.marks[name]) < 0.03 * self.length

    def ends_sleeve(self, side: str) -> bool:
        """Say whether the upper corner of a sleeve's end is a corner of the contour that sticks out."""
        top, under = (self.marks[f"sleeve_end_{corner}_{side}"] for corner in ("top", "under"))
        arm = float(np.clip(0.35 * np.linalg.norm(under - top), 4.0, 0.035 * self.length))
        found = self.edge.corner(top, Look(0.03 * self.length, arm, 1, least=0.5))
        return found is not None and bool(np.linalg.norm(found - top) < 0.025 * self.length)

    def body_side(self, side: str) -> np.ndarray | None:
        """Return the edge of the body from underarm to hem (k, 2) as far as it shows; None behind a sleeve.

        It shows when both ends lie on the contour, the underarm in a dent of it, and the way along the contour
        from one to the other is not much longer than the straight one. What lies beside a cuff is left out.
        """
        names = f"underarm_{side}", f"hem_{side}"
        if self.is_hidden(*names):
            return None
        path = self.edge.stretch(*(self.marks[name] for name in names))
        straight = float(np.linalg.norm(path[-1] - path[0])) if len(path) else 0.0
        if len(path) > _LONGEST_WAY * straight + 0.03 * self.length or not self._is_dent(path[0]):
            return None
        levels = [0.0]
        for corner in ("top", "under"):
            cuff = self.marks[f"sleeve_end_{corner}_{side}"]
            if np.linalg.norm(path - cuff, axis=1).min() < _BESIDE * self.length:
                levels.append(self.level(cuff) + _BESIDE * self.length)
        return path[path @ self.down > max(levels)]

    def _is_dent(self, point: np.ndarray) -> bool:
        """Say whether a point lies well inside the convex hull of the product."""
        hull = cv2.convexHull(self.edge.contour.astype(np.float32))
        depth = cv2.pointPolygonTest(hull, (float(point[0]), float(point[1])), measureDist=True)
        return bool(depth > _LEAST_DENT * self.length)

    def shows_on_body(self, stretch: Stretch) -> bool:
        """Say whether both ends of a width of the body lie on the edge of the body and not of a sleeve."""
        ends = stretch.path[[0, -1]]
        for side, end in zip(SIDES, ends, strict=True):
            path = self.body_side(side)
            if path is None or not len(path):
                return False
            if np.linalg.norm(path - end, axis=1).min() > 0.01 * self.length + 2:
                return False
        return True

    def ends_armhole(self, side: str) -> bool:
        """Say whether the underarm of a garment without sleeves is a corner of the contour below a hollow."""
        shoulder, underarm = self.marks[f"shoulder_{side}"], self.marks[f"underarm_{side}"]
        found = self.edge.corner(underarm, Look(0.03 * self.length, 0.03 * self.length, 1, least=0.25))
        if found is None or np.linalg.norm(found - underarm) > 0.02 * self.length:
            return False
        inside = (self.marks["hps_left"] + self.marks["hem_centre"]) / 2
        deepest = deepest_point(self.edge.stretch(shoulder, underarm), inside)
        return deepest is not None and deepest[1] > _LEAST_HOLLOW * self.length

    def waist_is_clear(self, side: str) -> bool:
        """Say whether the edge runs straight from the corner of a waist towards the hip.

        Below a hanger's bar it has a dent where the bar is wider than the waist, a bulge where it is narrower.
        """
        waist, hip = self.marks[f"waist_{side}"], self.marks[f"hip_{side}"]
        way = hip - waist
        near = waist + way * min(1.0, 0.12 * self.length / max(1e-9, float(np.linalg.norm(way))))
        path = self.edge.stretch(waist, near)
        for inside, most in ((1, _LEAST_HOLLOW), (-1, _MOST_BULGE)):
            towards = waist + inside * (self.marks["waist_centre"] + self.down * 0.1 * self.length - waist)
            deepest = deepest_point(path, towards)
            if deepest is not None and deepest[1] > most * self.length:
                return False
        return True

    def waviness(self, left: str, right: str) -> float:
        """Return how far the lower edge between two corners strays from a smooth curve, over its width."""
        path = self.edge.stretch(self.marks[left], self.marks[right])
        aside = (path - self.marks[left]) @ self.right if len(path) else np.zeros(0)
        width = abs(float((self.marks[right] - self.marks[left]) @ self.right))
        chosen = (aside > 0.04 * width) & (aside < 0.96 * width)
        if width < 20 or chosen.sum() < 20:
            return 0.0
        across, levels = aside[chosen] / width, (path @ self.down)[chosen]
        rest = levels - np.polyval(np.polyfit(across, levels, 3), across)
        return float(np.percentile(np.abs(rest), 90)) / width

    def between(self, *names: str) -> Stretch:
        """Lay the tape from landmark to landmark."""
        path = np.array([self.marks[name] for name in names])
        return Stretch(path, HIDDEN if self.is_hidden(*names) else self.doubt_at(*path))

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
        return Stretch(np.array(ends), doubt or self.doubt_at(*ends))

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
        return Stretch(np.array(ends), doubt or self.doubt_at(*ends))

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
        return Stretch(np.array([*path, last]), doubt or self.doubt_at(first, last))

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
        return Stretch(np.array([start, end]), HIDDEN if found is None else self.doubt_at(start, end))


type Reader = Callable[[Tape], Stretch]
type Readers = dict[str, Reader]


def mean_level(tape: Tape, stem: str) -> float:
    """Return the level of a pair of landmarks."""
    return (tape.level(tape.marks[f"{stem}_left"]) + tape.level(tape.marks[f"{stem}_right"])) / 2


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(1e-9, float(np.linalg.norm(vector)))


def both_sides(left: Stretch, right: Stretch, allowed: float = 0.08) -> Stretch:
    """Join what both sides say: the mean length, shown on the right side; doubt when they disagree.

    A side in doubt leaves the word to the other, as long as it does not say something else entirely.
    """
    mean = (left.length + right.length) / 2
    apart = abs(left.length - right.length) / max(mean, 1e-9)
    if bool(left.doubt) != bool(right.doubt) and apart < _ENTIRELY:
        return right if left.doubt else left
    doubt = left.doubt or right.doubt
    if apart > allowed:
        doubt = f"left and right differ by {apart * 100:.0f} %"
    return Stretch(_stretched(right.path, mean / max(right.length, 1e-9)), doubt)


def _stretched(path: np.ndarray, factor: float) -> np.ndarray:
    """Lengthen a path about its first point, so that line and value agree."""
    return path[0] + (path - path[0]) * factor


def sides_of(tape: Tape, *stems: str) -> Stretch:
    """Lay the tape from landmark to landmark on both sides, and join what they say."""
    return both_sides(*(tape.between(*(f"{stem}_{side}" for stem in stems)) for side in SIDES))


def unless_in_folds(stretch: Stretch, tape: Tape) -> Stretch:
    """Doubt a width of cloth that hangs: a wavy hem is narrower on the photo than laid flat."""
    if tape.waviness("hem_left", "hem_right") > _MOST_WAVES:
        return Stretch(stretch.path, stretch.doubt or "it hangs in folds")
    return stretch
