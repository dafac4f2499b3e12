"""Inner lines that no template expected: a wrap's edge, a yoke, a pocket's long side.

Most lines that a photo shows are folds, prints and shadows. One is drawn only when it is long, when
a simple curve follows it, and when it belongs to something: its ends meet the outline or a drawn
line, or the photo bears out its mirror image. A plain flat is honest; a scribbled one is not.
"""

import cv2
import numpy as np

from . import curves, strokes
from .evidence import sample, snap
from .seams import Board, Seam
from .strokes import Stroke

GARMENT_MOST, OTHER_MOST = 5, 7
LONG = 0.17  # of the product's long side
LONG_ON_OTHERS = 0.15
STRONG, STRONG_ON_OTHERS = 0.42, 0.3
ALONG = 0.075  # how near to the outline a line runs that only shades it
ANCHOR = 0.05  # how near to another line an end has to come
STRAY = 0.011  # how far a line may stray from the simple curve that follows it
CROWD = 4  # lines around a line that make it part of a motif


def free_lines(board: Board, *, garment: bool, patterned: bool) -> None:
    """Adds the few lines seen in the photo that hold up; none inside a pattern."""
    if garment and patterned:
        return
    least = LONG if garment else LONG_ON_OTHERS
    strength = STRONG if garment else STRONG_ON_OTHERS
    found = [
        stroke for stroke in board.strokes
        if stroke.length > least * board.size and stroke.strength > strength and stroke.span > 0.6
    ]  # fmt: skip
    left = GARMENT_MOST if garment else OTHER_MOST
    for stroke in found:
        line = simple(stroke.points, 3 if garment else 4, board.size)
        if line is None or _in_a_motif(stroke, board) or _drawn(line, board):
            continue
        rim = _to_outline(line, board)
        if (rim < ALONG * board.size).mean() > 0.6:
            continue  # the shading of an edge that turns away
        ends, twin = _anchored(line, board), _twin(line, board) if board.even else None
        if not _belongs(stroke, ends, twin, board, garment=garment):
            continue
        board.seams.append(Seam("inner line", line, round(stroke.strength, 2)))
        if twin is not None:
            board.seams.append(Seam("inner line", twin, round(stroke.strength, 2)))
        left -= 1
        if not left:
            return


def _belongs(stroke: Stroke, ends: int, twin: np.ndarray | None, board: Board, *, garment: bool) -> bool:
    if not garment:
        return ends >= 1
    straight = stroke.span > 0.96
    long = stroke.length > 0.3 * board.size
    return (
        ends == 2 or (ends == 1 and (twin is not None or (straight and long))) or (twin is not None and long)
    )


def simple(points: np.ndarray, degree: int, size: float) -> np.ndarray | None:
    """The polynomial over its chord that follows a line; None when the line strays from it."""
    line = curves.resample(points, 2.0)
    chord = line[-1] - line[0]
    length = float(np.hypot(*chord))
    if length < 1 or len(line) < 12:
        return None
    along = chord / length
    across = np.array([-along[1], along[0]])
    t, off = (line - line[0]) @ along, (line - line[0]) @ across
    fitted = np.polynomial.polynomial.Polynomial.fit(t, off, degree)
    if np.percentile(np.abs(fitted(t) - off), 90) > STRAY * size:
        return None
    even = np.linspace(0, length, max(12, round(length / 2)))
    result: np.ndarray = line[0] + even[:, None] * along + fitted(even)[:, None] * across
    return result


def _in_a_motif(stroke: Stroke, board: Board) -> bool:
    """Whether many other lines run close by, as they do in artwork and in crumpled cloth."""
    middle = stroke.points[len(stroke.points) // 2]
    near = [
        other for other in board.strokes
        if other is not stroke
        and np.hypot(*(other.points[len(other.points) // 2] - middle)) < 0.13 * board.size
        and other.strength > 0.6 * stroke.strength
    ]  # fmt: skip
    return len(near) >= CROWD


def _drawn(line: np.ndarray, board: Board) -> bool:
    distance = strokes.distance_to(line, [seam.points for seam in board.seams], board.mask.shape)
    return bool((distance < 0.03 * board.size).mean() > 0.35)


def _anchored(line: np.ndarray, board: Board) -> int:
    """How many of its ends meet the outline or a drawn line."""
    ends = line[[0, -1]]
    others = strokes.distance_to(ends, [seam.points for seam in board.seams], board.mask.shape)
    return int((np.minimum(_to_outline(ends, board), others) < ANCHOR * board.size).sum())


def _to_outline(points: np.ndarray, board: Board) -> np.ndarray:
    """Distance of points inside from the outline, in px."""
    padded = cv2.copyMakeBorder(board.mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    return sample(cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1], points)


def _twin(line: np.ndarray, board: Board) -> np.ndarray | None:
    """The line's mirror image, where the photo shows something there too and the two do not cross."""
    width = board.mask.shape[1]
    image = (line * [-1, 1] + [width - 1, 0])[::-1]
    apart = np.abs(line[:, 0] - (width - 1) / 2) > 0.04 * board.size
    if not apart.all():
        return None
    return image if snap(board.fine, image, 0.025 * board.size, freedom=2).score > 0.25 else None
