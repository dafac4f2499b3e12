"""Lines of a cap seen from the front: where the peak is joined, and the panels of its crown."""

import cv2
import numpy as np

from .evidence import snap, support
from .landmarks import extent, run_at
from .seams import Board, straight

FAINT = 2.6  # how far seams in plain cloth are brought up to a badge, which outshines them otherwise


def _faint(board: Board) -> np.ndarray:
    """The fine edge map with faint lines as strong as bold ones."""
    lifted: np.ndarray = np.clip(board.fine * FAINT, 0, 1)
    return lifted


def brim(board: Board) -> None:
    """The line between a cap's crown and its peak."""
    left, top, right, bottom = extent(board.mask)
    axis = (left + right) / 2
    faint = _faint(board)
    within = cv2.erode(board.mask, np.ones((2 * round(0.03 * board.size) + 1,) * 2, np.uint8))
    best: tuple[float, np.ndarray] | None = None
    for y in np.arange(top + 0.3 * (bottom - top), top + 0.85 * (bottom - top), 3.0):
        run = run_at(board.mask, y, axis)
        if run is None:
            continue
        inset = 0.05 * (run[1] - run[0])
        for bow in np.arange(-0.42, 0.19, 0.03):
            line = straight((run[0] + inset, y), (run[1] - inset, y), bow=bow * (run[1] - run[0]))
            if not _is_within(within, line):  # the lower edge of a beanie is no seam
                continue
            score = max(support(board.coarse, line, 12), support(faint, line, 10))
            if best is None or score > best[0]:
                best = (score, line)
    if best is not None and best[0] > 0.22:
        found = snap(faint, best[1], 0.01 * board.size, freedom=2)
        board.add("brim", found.points, max(best[0], found.score))


def _is_within(mask: np.ndarray, line: np.ndarray) -> bool:
    """Whether a line, but for its ends, lies in the mask."""
    middle = np.round(line[len(line) // 8 : -(len(line) // 8) or None]).astype(int)
    x, y = np.clip(middle.T, 0, [[mask.shape[1] - 1], [mask.shape[0] - 1]])
    return bool(mask[y, x].all())


def panels(board: Board) -> None:
    """The crown's centre seam and the two beside it, from the button down to the peak, where seen."""
    peak = board.get("brim")
    if peak is None:
        return
    left, top, right, _ = extent(board.mask)
    axis = (left + right) / 2
    middle = peak.points[len(peak.points) // 2]
    faint, high = _faint(board), top + 0.06 * board.size
    seen = 0.0
    for shift in np.arange(-0.03, 0.031, 0.005) * board.size:
        # A badge hides the lower part of the centre seam as often as not: the upper half has to show it.
        line = straight((axis + shift, high), (axis + shift, (high + float(middle[1])) / 2))
        seen = max(seen, support(faint, line, 9))
    if seen > 0.25:
        board.add("panel seam", straight((axis, top + 4.0), (float(middle[0]), float(middle[1]))), seen)
    score, line = _side_panel(board, faint, (axis, top + 6.0), peak.points)
    if score > 0.12:
        width = board.mask.shape[1]
        board.add("panel seam", line, score)
        board.add("panel seam", (line * [-1, 1] + [width - 1, 0])[::-1], score)


def _side_panel(
    board: Board, faint: np.ndarray, button: tuple[float, float], peak: np.ndarray
) -> tuple[float, np.ndarray]:
    """The best supported curve from the button round to the peak's left end; both sides of the cap count."""
    width = board.mask.shape[1]
    ends = peak if peak[0, 0] < peak[-1, 0] else peak[::-1]
    best = (0.0, ends)
    for share in (0.0, 0.04, 0.08, 0.12):
        foot = ends[int(share * (len(ends) - 1))]
        for bow in np.arange(0.06, 0.24, 0.01):
            line = straight(button, (float(foot[0]), float(foot[1])), bow=-bow * board.size)
            # The outline of the crown is a strong line too: what lies along it is not looked at.
            if board.mask[np.clip(np.round(line[:, 1]).astype(int), 0, board.mask.shape[0] - 1),
                          np.clip(np.round(line[:, 0]).astype(int), 0, width - 1)].mean() < 245:  # fmt: skip
                continue
            image = line * [-1, 1] + [width - 1, 0]
            score = max(support(faint, side[8:], 10) for side in (line, image))
            best = max(best, (score, line), key=lambda entry: entry[0])
    return best
