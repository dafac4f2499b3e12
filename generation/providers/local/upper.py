"""Lines of tops, dresses and overalls: armholes, cuffs, hems, openings, sleeves that hang beside the body."""

import numpy as np

from .evidence import snap, support
from .landmarks import Pair, Side, axis_of, body_width, extent, run_at
from .seams import Board, edge_between, finished, straight


def armhole(board: Board, side: Side, sign: int) -> None:
    """The seam from shoulder to armpit; drawn only where there is a sleeve."""
    if side.armpit:
        joined(board, side.shoulder, side.armpit, sign)


def joined(board: Board, shoulder: Pair, armpit: Pair, sign: int) -> None:
    """One clean curve from shoulder to armpit: down first, then out to the armpit.

    Where the photo shows none the curve is still certain, for a sleeve is sewn on: only its place is not.
    """
    tried: list[tuple[float, np.ndarray]] = []
    for bow in (0.015, 0.03, 0.045):
        for shift in (0.0, 0.02, -0.015, 0.04):
            start = (shoulder[0] + sign * shift * board.size, shoulder[1])
            line = sleeve_head(start, armpit, sign * bow * board.size)
            seen = max(support(image, line[5:-5], 8) for image in (board.fine, board.coarse))
            tried.append((seen, line))
    score, line = max(tried, key=lambda entry: entry[0])
    if score > 0.25:
        board.add("armhole", line, score)
    else:
        board.assume("armhole", sleeve_head(shoulder, armpit, sign * 0.025 * board.size))


def sleeve_head(shoulder: Pair, armpit: Pair, bow: float) -> np.ndarray:
    """A cubic from shoulder to armpit that bends `bow` px towards the body."""
    a, b = np.array(shoulder, float), np.array(armpit, float)
    inner = (max(a[0], b[0]) if bow > 0 else min(a[0], b[0])) + bow
    first = np.array([a[0] + 0.5 * bow, a[1] + 0.4 * (b[1] - a[1])])
    second = np.array([inner, a[1] + 0.82 * (b[1] - a[1])])
    t = np.linspace(0, 1, 60)[:, None]
    curve: np.ndarray = (
        (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * first + 3 * t**2 * (1 - t) * second + t**3 * b
    )
    return curve


def cuff(board: Board, side: Side) -> None:
    """A hem or band line parallel to the sleeve's end."""
    if not side.cuff or not side.armpit:
        return
    outer, inner = np.array(side.cuff[0]), np.array(side.cuff[1])
    root = (np.array(side.shoulder) + np.array(side.armpit)) / 2
    inward = root - (outer + inner) / 2
    high = min(0.11, 0.4 * float(np.hypot(*inward)) / board.size)  # a cuff ends well before the elbow
    edge = straight(side.cuff[0], side.cuff[1])
    finished(board, edge, inward, ("cuff hem", "cuff band"), high=max(high, 0.02), wide=0.04)


def hem(board: Board, start: Pair, end: Pair) -> None:
    """A stitch line or a band above the lower edge."""
    edge = edge_between(board.mask, start, end)
    if len(edge) >= 12:
        finished(board, edge, np.array([0.0, -1.0]), ("hem", "hem band"), high=0.12, wide=0.045)


def lying_sleeves(board: Board, sides: tuple[Side, Side]) -> tuple[float, float] | None:
    """The body's two sides and the armholes where sleeves lie along the body and hide them.

    Returns the x at which the body's sides end below, when they were found.
    """
    found = [_lying_sleeve(board, side, sign) for side, sign in zip(sides, (1, -1), strict=True)]
    if board.even:
        # One side seen well speaks for both: a flat is even, folds are not.
        best = max(range(2), key=lambda index: found[index][0])
        width = board.mask.shape[1]
        image = found[best][1] * [-1, 1] + [width - 1, 0]
        found[1 - best] = (found[best][0], image)
    if min(score for score, _ in found) < 0.3:
        return None
    for (score, line), side, sign in zip(found, sides, (1, -1), strict=True):
        board.add("side", _down_to(line, extent(board.mask)[3]), score)
        x = float(line[0, 0]) - sign * 0.012 * board.size
        columns = board.mask[:, int(x)] > 0
        shoulder = (x, float(columns.argmax()))
        joined(board, side.shoulder if side.hanging else shoulder, (line[0, 0], line[0, 1]), sign)
    return float(found[0][1][-1, 0]), float(found[1][1][-1, 0])


def _down_to(line: np.ndarray, bottom: float) -> np.ndarray:
    """A straight line led on down to a height; what lies outside the product is cut off when it is added."""
    step = (line[-1] - line[0]) / max(float(line[-1, 1] - line[0, 1]), 1.0)
    end = line[0] + step * max(bottom - float(line[0, 1]), 1.0)
    return straight((float(line[0, 0]), float(line[0, 1])), (float(end[0]), float(end[1])))


def _lying_sleeve(board: Board, side: Side, sign: int) -> tuple[float, np.ndarray]:
    """The best supported line from where an armpit can be down to the hem, beside the left or right edge."""
    left, top, right, bottom = extent(board.mask)
    height, width = bottom - top, right - left
    edge = left if sign > 0 else right
    best = (0.0, np.zeros((0, 2)))
    for upper in (0.28, 0.34, 0.4):
        for lower in (0.8, 0.9, 0.985):
            ends = [(side.armpit, side.armpit[0])] if side.hanging and side.armpit else [
                ((0.0, top + lower * height), edge + sign * inset * width)
                for inset in np.arange(0.05, 0.2, 0.012)
            ]  # fmt: skip
            for end, x in ends:
                for lean in (-0.03, 0.0, 0.03, 0.06, 0.09):
                    start = (float(x) + sign * lean * width, top + upper * height)
                    line = straight(start, (float(x), end[1]), bow=0.0)
                    score = support(board.fine, line, 7) * (0.9 + 0.1 * lower)
                    best = max(best, (score, line), key=lambda entry: entry[0])
    return best


def placket(board: Board, top: float, bottom: float, *, expected: bool) -> None:
    """A front closing: an upright line near the axis, whole or half length, and its other edge.

    `expected` says that this kind of product has one: then less has to be seen of it.
    """
    axis, width = axis_of(board.mask), body_width(board.mask, axis_of(board.mask))
    tried: list[tuple[float, np.ndarray, str]] = []
    kinds = ((1.0, 1.0, "placket"), (0.36, 0.55 if expected else 0.85, "half placket"))
    for share, worth, role in kinds:
        end = top + (bottom - top) * share
        if end - top < 0.1 * board.size:
            continue
        for offset in np.arange(-0.12 * width, 0.12 * width, 2.0):
            for lean in (-0.02, 0.0, 0.02) if expected else (0.0,):
                line = straight((axis + offset + lean * width, top), (axis + offset, end))
                tried.append((worth * support(board.fine, line, 8), line, role))
    score, line, role = max(tried, key=lambda entry: entry[0], default=(0.0, np.zeros((0, 2)), ""))
    if score < (0.12 if expected else 0.34):
        return
    x = float(line[:, 0].mean())
    if abs(x - axis) < 0.06 * width:
        x = axis + np.sign(x - axis) * min(abs(x - axis), 0.022 * board.size)  # a flat's opening is plumb
    board.add(role, straight((x, top), (x, float(line[-1, 1]))), score)
    other = x - (np.sign(x - axis) or 1.0) * 0.042 * board.size
    board.add("placket edge", straight((other, top), (other, float(line[-1, 1]))), score, "stitch")


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
            score = max(support(image, line, 10) for image in (board.coarse, board.fine))
            if best is None or score > best[0]:
                best = (score, line, board.coarse)
    if best is None or best[0] < 0.25:
        return
    found = snap(best[2], best[1], 0.015 * board.size, freedom=2)
    board.add("waist seam", found.points, max(best[0], found.score))
