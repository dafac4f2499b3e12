"""Lines of a cap seen from the front: where the peak is joined, and the panels of its crown."""

import numpy as np

from .evidence import snap, support
from .landmarks import extent, run_at
from .seams import Board, straight


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
        found = snap(board.coarse, best[1], 0.01 * board.size, freedom=2)
        board.add("brim", found.points, max(best[0], found.score))


def panels(board: Board) -> None:
    """The crown's centre seam and the two beside it, from the button down to the peak, where seen."""
    peak = board.get("brim")
    if peak is None:
        return
    left, top, right, _ = extent(board.mask)
    axis = (left + right) / 2
    middle = peak.points[len(peak.points) // 2]
    centre = straight((axis, top + 4.0), (float(middle[0]), float(middle[1])))
    # A badge hides the lower part of the centre seam as often as not: the upper third has to show it.
    seen = max(support(board.fine, centre[: len(centre) * share // 100], 9) for share in (35, 55, 100))
    if seen > 0.25:
        board.add("panel seam", centre, seen)
    best: tuple[float, np.ndarray] = (0.0, centre)
    for share in (0.0, 0.06, 0.12, 0.2):
        foot = peak.points[int(share * (len(peak.points) - 1))]
        for bow in np.arange(0.02, 0.2, 0.02):
            line = straight((axis, top + 6.0), (float(foot[0]), float(foot[1])), bow=-bow * board.size)
            image = line * [-1, 1] + [board.mask.shape[1] - 1, 0]
            score = sum(support(board.fine, side[8:], 10) for side in (line, image)) / 2
            best = max(best, (score, line), key=lambda entry: entry[0])
    if best[0] > 0.2:
        image = (best[1] * [-1, 1] + [board.mask.shape[1] - 1, 0])[::-1]
        board.add("panel seam", best[1], best[0])
        board.add("panel seam", image, best[0])
