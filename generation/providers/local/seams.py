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
from .landmarks import Bottom, Pair, Side, axis_of, body_width, extent, run_at
from .strokes import Stroke


@dataclass(frozen=True, eq=False)  # arrays have no one truth value
class Seam:
    """An inner line. `role` names it; `style` is "seam" (solid) or "stitch" (dashed)."""

    role: str
    points: np.ndarray
    score: float
    style: str = "seam"


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


# --- tops, dresses, overalls ---------------------------------------------------------------


def armhole(board: Board, side: Side, sign: int) -> None:
    """The seam from shoulder to armpit; drawn only where there is a sleeve."""
    if not side.armpit:
        return
    target = _true_armpit(board, side, sign) if side.hanging else side.armpit
    base = straight(side.shoulder, target, bow=-sign * 0.018 * board.size)
    found = max((snap(image, base, 0.035 * board.size) for image in (board.fine, board.coarse)),
                key=lambda snapped: snapped.score)  # fmt: skip
    # A sleeve that the outline shows is joined somewhere near here: with weak support the seam is
    # still drawn where the outline puts it, and its score says that the place is not seen.
    board.add("armhole", found.points if found.score > 0.22 else base, max(found.score, 0.12))


def cuff(board: Board, side: Side) -> None:
    """A hem or band line parallel to the sleeve's end."""
    if not side.cuff or not side.armpit:
        return
    outer, inner = np.array(side.cuff[0]), np.array(side.cuff[1])
    root = (np.array(side.shoulder) + np.array(side.armpit)) / 2
    found = parallel(board, straight(side.cuff[0], side.cuff[1]), root - (outer + inner) / 2, 0.014, 0.11)
    if found and found[0].score > 0.17:
        role = "cuff band" if found[1] > 0.04 * board.size else "cuff hem"
        board.add(role, found[0].points, found[0].score, "seam" if "band" in role else "stitch")


def hem(board: Board, start: Pair, end: Pair) -> None:
    """A stitch line or a band above the lower edge."""
    edge = edge_between(board.mask, start, end)
    if len(edge) < 12:
        return
    found = parallel(board, edge, np.array([0.0, -1.0]), 0.012, 0.12)
    if found and found[0].score > 0.17:
        role = "hem band" if found[1] > 0.045 * board.size else "hem"
        board.add(role, found[0].points, found[0].score, "seam" if "band" in role else "stitch")


def _true_armpit(board: Board, side: Side, sign: int) -> Pair:
    """The upper end of the body's side where a sleeve hangs along it: its line is drawn when seen."""
    assert side.armpit is not None
    _, top, _, bottom = extent(board.mask)
    target = (side.armpit[0] + sign * 0.02 * board.size, top + 0.32 * (bottom - top))
    found = snap(board.fine, straight(target, side.armpit), 0.05 * board.size, freedom=2)
    line = found.points if found.score > 0.12 else straight(target, side.armpit)
    board.add("side", line, max(found.score, 0.1))
    return float(line[0][0]), float(line[0][1])


def lying_sleeve(board: Board) -> None:
    """A long upright line beside the outline, where sleeves lie along the body and hide its side."""
    left, top, right, bottom = extent(board.mask)
    for stroke in board.strokes:
        points = stroke.points
        upright = abs(float(points[-1, 1] - points[0, 1])) > 0.9 * stroke.length
        middle = points[len(points) // 2]
        run = run_at(board.mask, middle[1], middle[0])
        if not upright or run is None or stroke.length < 0.26 * (bottom - top) or stroke.strength < 0.5:
            continue
        inset = min(middle[0] - run[0], run[1] - middle[0]) / (right - left)
        if 0.035 < inset < 0.2:
            board.add("side", points, 0.6 * stroke.strength)
            return


def placket(board: Board, top: float, bottom: float) -> None:
    """A front closing: an upright line near the axis, whole or half length, and its other edge."""
    axis, width = axis_of(board.mask), body_width(board.mask, axis_of(board.mask))
    tried: list[tuple[float, np.ndarray, str]] = []
    for share, worth, role in ((1.0, 1.0, "placket"), (0.36, 0.85, "half placket")):
        end = top + (bottom - top) * share
        if end - top < 0.1 * board.size:
            continue
        for offset in np.arange(-0.14 * width, 0.14 * width, 2.0):
            line = straight((axis + offset, top), (axis + offset, end))
            tried.append((worth * support(board.fine, line, 8), line, role))
    score, line, role = max(tried, key=lambda entry: entry[0], default=(0.0, np.zeros((0, 2)), ""))
    if score < 0.26:
        return
    found = snap(board.fine, line, 0.012 * board.size, freedom=2)
    board.add(role, found.points, max(score, found.score))
    shifts = [sign * distance for distance in (0.025, 0.035, 0.045, 0.06) for sign in (-1, 1)]
    for shift in shifts:
        other = found.points + np.array([shift * board.size, 0.0])
        if (seen := support(board.fine, other, 6)) > 0.3:
            board.add("placket edge", other, seen, "stitch")
            return


def waist_seam(board: Board, low: float = 0.22, high: float = 0.66) -> None:
    """A seam across the body of a dress, an overall or a tiered skirt."""
    _, top, _, bottom = extent(board.mask)
    axis = axis_of(board.mask)
    best: tuple[float, np.ndarray, np.ndarray] | None = None
    for y in np.arange(top + low * (bottom - top), top + high * (bottom - top), 2.0):
        run = run_at(board.mask, y, axis)
        if run is None:
            continue
        inset = 0.04 * (run[1] - run[0])
        for bow in (-0.02, 0.0, 0.02):
            line = straight((run[0] + inset, y), (run[1] - inset, y), bow=bow * board.size)
            score = support(board.coarse, line, 10)
            if best is None or score > best[0]:
                best = (score, line, board.coarse)
    if best is None or best[0] < 0.25:
        return
    found = snap(best[2], best[1], 0.02 * board.size, freedom=4)
    board.add("waist seam", found.points, max(best[0], found.score))


# --- trousers and skirts -------------------------------------------------------------------


def waistband(board: Board, waist: tuple[Pair, Pair]) -> None:
    """The seam below the waistband, and the front's top edge where the inside of the back shows above it."""
    edge = curves.resample(edge_between(board.mask, waist[0], waist[1]), 3.0)[2:-2]
    if len(edge) < 12:
        return
    u = np.linspace(-1, 1, len(edge))
    found: list[tuple[float, float, np.ndarray]] = []
    for sag in (-0.02, 0.0, 0.02, 0.045, 0.07):
        for down in np.arange(0.018, 0.2, 0.004):
            line = edge + np.stack([np.zeros_like(u), board.size * (down + sag * (1 - u**2))], axis=1)
            score = max(support(board.fine, line, 9), support(board.coarse, line, 9))
            found.append((score, down, line))
    score, down, line = max(found, key=lambda entry: entry[0])
    if score < 0.17:
        return
    board.add("waistband", snap(board.fine, line, 0.006 * board.size).points, score)
    others = [entry for entry in found if abs(entry[1] - down) > 0.03 and abs(entry[1] - down) < 0.11]
    second = max(others, key=lambda entry: entry[0], default=None)
    if second and second[0] > 0.3:
        board.add("waistband", snap(board.fine, second[2], 0.006 * board.size).points, second[0])


def fly(board: Board, points: Bottom) -> None:
    """The seam from the waist down to the crotch, where legs are told apart."""
    if not points.crotch:
        return
    top = (np.array(points.waist[0]) + np.array(points.waist[1])) / 2
    band = board.get("waistband")
    if band is not None:
        top = band.points[len(band.points) // 2]
    base = straight((float(top[0]), float(top[1])), points.crotch)
    found = max((snap(image, base, 0.03 * board.size, freedom=2) for image in (board.fine, board.coarse)),
                key=lambda snapped: snapped.score)  # fmt: skip
    # Two legs are sewn together along a seam that ends in the crotch: its lower part is certain.
    if found.score > 0.2:
        board.add("centre seam", found.points, found.score)
    else:
        board.add("centre seam", base, 0.12)


def leg_hems(board: Board, points: Bottom) -> None:
    for outer, inner in points.hems:
        edge = edge_between(board.mask, outer, inner)
        if len(edge) < 8:
            continue
        across = np.array(inner) - np.array(outer)
        up = np.array([across[1], -across[0]])
        up = up if up[1] < 0 else -up
        found = parallel(board, edge, up, 0.012, 0.13)
        if found and found[0].score > 0.17:
            role = "leg band" if found[1] > 0.045 * board.size else "leg hem"
            board.add(role, found[0].points, found[0].score, "seam" if "band" in role else "stitch")


# --- caps ----------------------------------------------------------------------------------


def brim(board: Board) -> None:
    """The line between a cap's crown and its peak."""
    left, top, right, bottom = extent(board.mask)
    axis = (left + right) / 2
    best: tuple[float, np.ndarray] | None = None
    for y in np.arange(top + 0.3 * (bottom - top), top + 0.85 * (bottom - top), 3.0):
        run = run_at(board.mask, y, axis)
        if run is None:
            continue
        inset = 0.05 * (run[1] - run[0])
        for bow in np.arange(-0.42, 0.19, 0.03):
            line = straight((run[0] + inset, y), (run[1] - inset, y), bow=bow * (run[1] - run[0]))
            score = max(support(board.coarse, line, 12), support(board.fine, line, 10))
            if best is None or score > best[0]:
                best = (score, line)
    if best is not None and best[0] > 0.22:
        found = snap(board.coarse, best[1], 0.015 * board.size, freedom=4)
        board.add("brim", found.points, max(best[0], found.score))
