"""Lines of trousers, shorts and skirts: waistband, centre seam, leg split, leg ends."""

import numpy as np

from . import curves
from .evidence import snap, support
from .landmarks import Bottom, Pair, axis_of, extent
from .seams import ASSUMED, EDGE, Board, edge_between, finished, straight


def waistband(board: Board, waist: tuple[Pair, Pair]) -> None:
    """The seam below the waistband, and the front's top edge where the inside of the back shows above it."""
    edge = curves.resample(edge_between(board.mask, waist[0], waist[1]), 3.0)[2:-2]
    if len(edge) < 12:
        return
    u = np.linspace(-1, 1, len(edge))
    # A belt loop or a label bends the outline, not the band.
    calm = np.polynomial.polynomial.polyfit(u, edge[:, 1], 2)
    edge = np.stack([edge[:, 0], np.polynomial.polynomial.polyval(u, calm)], axis=1)
    found: list[tuple[float, float, np.ndarray]] = []
    for sag in (-0.02, 0.0, 0.02, 0.045, 0.07):
        for down in np.arange(0.018, 0.2, 0.004):
            line = edge + np.stack([np.zeros_like(u), board.size * (down + sag * (1 - u**2))], axis=1)
            score = max(support(board.fine, line, 9), support(board.coarse, line, 9))
            found.append((score, down, line))
    score, down, line = max(found, key=lambda entry: entry[0])
    if score < 0.17:
        # Whatever holds it up, the top edge is finished somehow.
        board.assume("waist edge", edge + [0.0, EDGE * board.size], "fine")  # noqa: RUF005 - an array
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
    middle = (board.mask.shape[1] - 1) / 2
    crotch = (middle, points.crotch[1]) if board.even else points.crotch
    base = straight((middle if board.even else float(top[0]), float(top[1])), crotch)
    found = max((snap(image, base, 0.02 * board.size, freedom=1) for image in (board.fine, board.coarse)),
                key=lambda snapped: snapped.score)  # fmt: skip
    # Two legs are sewn together along a seam that ends in the crotch: its lower part is certain.
    if found.score > 0.2 and not board.even:
        board.add("centre seam", found.points, found.score)
    else:
        board.add("centre seam", base, max(found.score, ASSUMED))


def leg_hems(board: Board, points: Bottom) -> None:
    for outer, inner in points.hems:
        edge = edge_between(board.mask, outer, inner)
        if len(edge) < 8:
            continue
        across = np.array(inner) - np.array(outer)
        up = np.array([across[1], -across[0]])
        up = up if up[1] < 0 else -up
        finished(board, edge, up, ("leg hem", "leg band"), high=0.13, wide=0.045)


def touching_legs(board: Board, points: Bottom) -> Bottom:
    """Shorts whose legs touch: the crotch is the lowest place of the outline, the leg ends rise from it.

    The leg ends are drawn up to there; where the split begins stays unsaid.
    """
    left, top, right, bottom = extent(board.mask)
    axis = axis_of(board.mask)
    (start, end), low = points.hems[0], float(bottom - 1)
    fallen = low - max(start[1], end[1]) > 0.035 * board.size
    if not fallen or (bottom - top) > 0.9 * (right - left):
        return points
    crotch = (axis, low)
    return Bottom(points.waist, crotch, ((start, crotch), (end, crotch)))
