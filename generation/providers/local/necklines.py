"""The neckline: a line that hangs between the neck points, and the band that follows it."""

import numpy as np

from .evidence import snap, support
from .inner import simple
from .landmarks import Side, axis_of, body_width
from .seams import Board
from .strokes import Stroke


def _arch(left: np.ndarray, right: np.ndarray, depth: float, shape: str) -> np.ndarray:
    u = np.linspace(-1, 1, 61)
    drop = {"round": np.sqrt(np.maximum(0, 1 - u**2)) ** 1.0, "scoop": 1 - u**2, "V": 1 - np.abs(u)}[shape]
    base = left + (right - left) * ((u + 1) / 2)[:, None]
    return base + np.stack([np.zeros_like(u), drop * depth], axis=1)


def neckline(board: Board, left: Side, right: Side, *, expected: bool) -> str:  # noqa: C901
    """Adds the front neckline; returns "outline" when the outline itself shows it, "inside" when a
    line within does, "" when neither. An `expected` one that is not seen is assumed to be round."""
    a, b = np.array(left.neck), np.array(right.neck)
    span = float(b[0] - a[0])
    middle = (a + b) / 2
    column = board.mask[:, int(np.clip(middle[0], 0, board.mask.shape[1] - 1))]
    dip = float(column.argmax()) - middle[1]
    if dip > 0.035 * board.size:
        return "outline"
    seen = _neck_stroke(board, middle, span)
    line = simple(seen.points, 4, board.size) if seen is not None else None
    if seen is not None and line is not None:
        board.add("neckline", line, min(0.95, seen.strength))
        _neckband(board, line, span)
        return "inside"
    best: tuple[float, np.ndarray] | None = None
    for shift in (-0.04, 0.0, 0.04):
        start, end = a + np.array([shift * span, 0.0]), b - np.array([shift * span, 0.0])
        for shape in ("round", "scoop", "V"):
            for depth in np.arange(max(0.09 * span, 0.016 * board.size), 1.0 * span, max(1.5, 0.018 * span)):
                line = _arch(start, end, depth, shape)
                score = max(support(board.fine, line[6:-6], 10), support(board.coarse, line[6:-6], 10))
                # A neck is rarely deeper than half its width unless it is a V.
                score *= 1.0 - (0.1 if shape == "V" else 0.7) * max(0.0, depth / span - 0.45)
                if best is None or score > best[0]:
                    best = (score, line)
    if best is None or best[0] < 0.2:
        if expected:
            board.assume("neckline", _arch(a, b, 0.3 * span, "scoop"))
        return ""
    moved = snap(board.fine, best[1], 0.008 * board.size, freedom=2)
    board.add("neckline", moved.points, max(best[0], moved.score))
    _neckband(board, moved.points, span)
    return "inside"


def _neck_stroke(board: Board, middle: np.ndarray, span: float) -> Stroke | None:
    """A line seen below the neck points that hangs like a neckline: ends up, middle down."""
    width = body_width(board.mask, axis_of(board.mask))
    for stroke in board.strokes:
        points = stroke.points if stroke.points[0, 0] < stroke.points[-1, 0] else stroke.points[::-1]
        reach = float(np.ptp(points[:, 0]))
        ends = (points[0, 1] + points[-1, 1]) / 2
        sag = float(points[len(points) // 3 : 2 * len(points) // 3, 1].mean() - ends)
        near = abs(float(points[:, 0].mean()) - middle[0]) < 0.17 * width
        high = middle[1] - 0.05 * board.size < points[:, 1].mean() < middle[1] + 0.24 * board.size
        even = abs(float(points[0, 1] - points[-1, 1])) < 0.45 * reach
        wide = 0.16 * width < reach < 0.62 * width and 0.45 * span < reach < 1.7 * span
        if near and high and even and wide and sag > 0.12 * reach and stroke.strength > 0.3:
            return stroke
    return None


def _neckband(board: Board, line: np.ndarray, span: float) -> None:
    """A second line that follows the neckline below it: the band's lower edge."""
    best: tuple[float, np.ndarray] | None = None
    centre = line.mean(0) - [0, 0.3 * span]
    outward = line - centre
    outward = outward / np.maximum(np.hypot(*outward.T), 1e-6)[:, None]
    for distance in np.arange(0.055 * span, 0.24 * span, 1.0):
        candidate = line + outward * distance
        score = support(board.fine, candidate[4:-4], 6)
        if best is None or score > best[0]:
            best = (score, candidate)
    if best is not None and best[0] > 0.2:
        board.add("neckband", best[1], best[0])
