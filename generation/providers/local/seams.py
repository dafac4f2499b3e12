"""What is expected where, by garment family, and which of it the photo bears out.

Every function lays a template between landmarks, moves it to the photo's line nearby and keeps it
only with enough support; the edges of the product itself (hem, cuff) need none, for the outline
is seen. A line that is left out is not denied: it is "to be specified".
"""

from dataclasses import dataclass, field

import cv2
import numpy as np

from . import curves
from .evidence import Snapped, snap, support
from .landmarks import Pair
from .strokes import Stroke

SEEN = 0.24  # support from which an edge's second line is believed
ASSUMED = 0.1  # the score of what is drawn without being seen
EDGE = 0.017  # of the size: how far inside an edge the fine line runs that says "finished"


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Seam:
    """An inner line. `role` names it; `style` is "seam" (solid), "stitch" (dashed) or "fine"."""

    role: str
    points: np.ndarray
    score: float
    style: str = "seam"

    @property
    def assumed(self) -> bool:
        """Drawn because such a product has it, not because it was seen."""
        return self.score <= ASSUMED


@dataclass
class Board:
    """What the templates work on: masks and edge maps of one plate, and the product's size in px."""

    mask: np.ndarray
    fine: np.ndarray
    coarse: np.ndarray
    size: float
    even: bool  # drawn as its own mirror image
    strokes: list[Stroke] = field(default_factory=list)  # the fine map's lines, best first
    seams: list[Seam] = field(default_factory=list)

    def assume(self, role: str, points: np.ndarray, style: str = "seam") -> None:
        """A line that a product of this kind has, where the photo does not show its place."""
        self.add(role, points, ASSUMED, style)

    def add(self, role: str, points: np.ndarray, score: float, style: str = "seam") -> None:
        trimmed = trim(points, self.mask, self.size)
        if trimmed is not None:
            self.seams.append(Seam(role, trimmed, round(float(score), 2), style))

    def has(self, role: str) -> bool:
        return any(seam.role == role for seam in self.seams)

    def get(self, role: str) -> Seam | None:
        return next((seam for seam in self.seams if seam.role == role), None)


def trim(points: np.ndarray, mask: np.ndarray, size: float) -> np.ndarray | None:
    """A line brought to the outline: ends that stop short of it go on, what is outside is cut off."""
    line = curves.resample(np.asarray(points, float), 1.5)
    if len(line) < 4:
        return None
    line = np.vstack([_onward(line[::-1], mask, size)[::-1], line, _onward(line, mask, size)])
    x = np.clip(np.round(line[:, 0]).astype(int), 0, mask.shape[1] - 1)
    y = np.clip(np.round(line[:, 1]).astype(int), 0, mask.shape[0] - 1)
    inside = mask[y, x] > 0
    best: tuple[int, int] = (0, 0)
    start = None
    for index, value in enumerate([*inside, False]):
        if value and start is None:
            start = index
        elif not value and start is not None:
            best = max(best, (start, index), key=lambda span: span[1] - span[0])
            start = None
    part = line[best[0] : best[1]]
    return part if len(part) * 1.5 > 0.02 * size else None


def _onward(line: np.ndarray, mask: np.ndarray, size: float) -> np.ndarray:
    """Steps that lead the line's end to the outline, when that is within 3.5 % of the size."""
    direction = line[-1] - line[max(0, len(line) - 8)]
    direction = direction / max(float(np.hypot(*direction)), 1e-6)
    steps = [line[-1] + direction * 1.5 * k for k in range(1, round(0.035 * size / 1.5))]
    for index, (x, y) in enumerate(steps):
        column, row = round(float(x)), round(float(y))
        if not (0 <= row < mask.shape[0] and 0 <= column < mask.shape[1]) or mask[row, column] == 0:
            return np.array(steps[:index]).reshape(-1, 2)
    return np.zeros((0, 2))


def straight(start: Pair, end: Pair, bow: float = 0.0) -> np.ndarray:
    """A line between two points; `bow` (px) bends its middle to the left of its direction."""
    a, b = np.array(start, float), np.array(end, float)
    t = np.linspace(0, 1, 60)[:, None]
    across = np.array([b[1] - a[1], a[0] - b[0]]) / max(float(np.hypot(*(b - a))), 1e-6)
    return a + (b - a) * t + across * bow * 4 * t * (1 - t)


def parallel(
    board: Board, edge: np.ndarray, direction: np.ndarray, low: float, high: float
) -> tuple[Snapped, float] | None:
    """The best supported line parallel to an edge, `low`..`high` (shares of size) along `direction`;
    with its distance in px."""
    direction = direction / max(float(np.hypot(*direction)), 1e-6)
    best: tuple[float, float] | None = None
    for distance in np.arange(low * board.size, high * board.size, 1.5):
        score = max(support(image, edge + direction * distance, 9) for image in (board.fine, board.coarse))
        if best is None or score > best[0]:
            best = (score, float(distance))
    if best is None:
        return None
    image = max((board.fine, board.coarse), key=lambda i: support(i, edge + direction * best[1], 9))
    return snap(image, edge + direction * best[1], 0.008 * board.size, freedom=2), best[1]


def finished(
    board: Board, edge: np.ndarray, inward: np.ndarray, roles: tuple[str, str], *, high: float, wide: float
) -> None:
    """An edge's stitch line or band (`roles`) where it is seen, else a fine line along the edge.

    `high` and `wide` are shares of the size: how far in to look, and where a band begins.
    """
    found = parallel(board, edge, inward, 0.012, high)
    if found and found[0].score > SEEN:
        stitch, band = roles
        deep = found[1] > wide * board.size
        board.add(band if deep else stitch, found[0].points, found[0].score, "seam" if deep else "stitch")
        return
    inward = inward / max(float(np.hypot(*inward)), 1e-6)
    board.assume(f"{roles[0].split()[0]} edge", edge + inward * EDGE * board.size, "fine")


def edge_between(mask: np.ndarray, start: Pair, end: Pair) -> np.ndarray:
    """The shorter way along the outline from one corner to another, smoothed."""
    found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(found, key=cv2.contourArea)[:, 0].astype(float)
    first = int(np.argmin(((contour - start) ** 2).sum(1)))
    last = int(np.argmin(((contour - end) ** 2).sum(1)))
    count = len(contour)
    forward = np.arange(first, first + (last - first) % count + 1) % count
    backward = np.arange(first, first - (first - last) % count - 1, -1) % count
    way = contour[min(forward, backward, key=len)]
    return curves.smooth(way, 5.0) if len(way) > 12 else straight(start, end)


def levelled(mask: np.ndarray, start: Pair, end: Pair, size: float) -> np.ndarray:
    """The mask with the lower edge between two corners drawn as one smooth curve: what waves there is
    a fold, unless it strays further than a fold can (then the edge is left as it is)."""
    columns = np.arange(int(start[0]), int(end[0]) + 1)
    if len(columns) < 0.1 * size:
        return mask
    lower = mask.shape[0] - 1 - (mask[::-1, columns] > 0).argmax(0).astype(float)
    u = np.linspace(-1, 1, len(columns))
    weights = np.ones_like(u)
    for _ in range(4):
        curve = np.polynomial.polynomial.polyval(u, np.polynomial.polynomial.polyfit(u, lower, 2, w=weights))
        off = np.abs(lower - curve)
        weights = 1 / (1 + (off / (0.008 * size)) ** 2)
    if np.percentile(off, 90) > 0.05 * size:
        return mask
    if curve[len(curve) // 2] < (curve[0] + curve[-1]) / 2:
        # Hanging corners pull the edge into an arch; cut and sewn it is level.
        curve = np.full_like(curve, np.median(lower))
    result = mask.copy()
    for x, y, old in zip(columns, curve, lower, strict=True):
        result[min(int(old), int(y)) - 1 : int(y) + 1, x] = 255
        result[int(y) + 1 :, x] = 0
    # What is left of the old edge beside the corners are spikes.
    reach = 2 * round(0.012 * size) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    rows = slice(max(0, int(curve.min()) - reach), mask.shape[0])
    opened = cv2.morphologyEx(result, cv2.MORPH_OPEN, disc)
    result[rows] = opened[rows]
    soft = cv2.GaussianBlur(result, (0, 0), 1.5)
    return np.where(soft > 127, 255, 0).astype(np.uint8)
