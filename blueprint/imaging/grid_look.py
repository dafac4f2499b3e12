"""A first look at a grid that has just come: is it nine photographs, of a face, without lettering?

What fails is tried again before anybody sees it, and that costs a call: so each test lets the doubtful
pass. Figures stand beside the thresholds; `tests/blueprint/test_grid_look.py` holds the pictures.
"""

import io
from collections.abc import Sequence
from itertools import combinations, pairwise

import cv2
import numpy as np
from PIL import Image

from blueprint.imaging import grid_splitter, selfie_check

NOT_NINE = "The nine frames could not be told apart."
ALL_ALIKE = "The frames show the same picture."
NO_FACE = "There is no face where one was asked for."
LETTERING = "There is lettering in it."

SIDE = 2048  # px a side of the copy that is looked at
# Without a gutter a third is an edge from end to end: share of it that is a step. Two photographs beside
# each other have 0.6 to 1; one photograph has 0.05 to 0.3 there.
STEP, EDGE_SHARE = 12, 0.45
REACH = 0.02  # of the side, around a third
ALIKE = 6.0  # levels of 255 between frames of 24 px, their means taken out: the same frame again has 0 to 3
MOST_ALIKE = 5  # frames of nine that may be one picture
# A line of lettering: marks of like height and unlike width, on one line and near each other. Of 160
# captions (28 to 72 px) drawn on crops of twenty photos 65 % are found; on 400 crops without lettering none
# is, printed fabrics among them.
LEAST_MARKS = 6
ON_LINE = 0.65  # share of them
LEAST_HEIGHT, MOST_HEIGHT = 0.022, 0.2  # of a frame's side
MOST_AROUND = (
    0.08  # share of ink above and below a line: 0 to 0.05 on a photograph, 0.2 to 0.5 in a printed fabric
)


def problem(data: bytes, *, expects_face: bool) -> str:
    """The first thing that is wrong, in a sentence for staff; "" when nothing is. What cannot be opened is
    for the storage to refuse."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.draft("RGB", (SIDE, SIDE))
            picture = image.convert("RGB")
    except Exception:  # a decoder may raise anything at all
        return ""
    if min(picture.size) < grid_splitter.LEAST_SIDE:
        return ""
    picture.thumbnail((SIDE, SIDE))
    if not _is_nine(picture):
        return NOT_NINE
    frames = [np.asarray(picture.crop(box)) for box in grid_splitter.nine_frames(picture)]
    if _alike(frames) > MOST_ALIKE:
        return ALL_ALIKE
    if expects_face and not any(selfie_check.has_face(frame) for frame in frames):
        return NO_FACE
    return LETTERING if any(has_lettering(frame) for frame in frames) else ""


def _is_nine(picture: Image.Image) -> bool:
    """Whether each of the four lines between frames is a gutter, or an edge from end to end."""
    return all(
        gap is not None or edge
        for axis in ("x", "y")
        for gap, edge in zip(grid_splitter.gutters(picture, axis), _edges(picture, axis), strict=True)
    )


def _edges(picture: Image.Image, axis: grid_splitter.Axis) -> list[bool]:
    pixels = np.asarray(picture.convert("L")).astype(np.int16)
    lines = pixels.T if axis == "y" else pixels
    side = lines.shape[1]
    reach = max(2, round(REACH * side))
    steps = np.abs(lines[:, 2:] - lines[:, :-2]) > STEP  # over two pixels, for an edge may be soft
    share = steps.mean(axis=0)
    return [
        bool(share[third - reach : third + reach].max() > EDGE_SHARE) for third in (side // 3, side * 2 // 3)
    ]


def _alike(frames: Sequence[np.ndarray]) -> int:
    """The size of the largest group of frames that are one picture."""
    small = [cv2.resize(frame, (24, 24), interpolation=cv2.INTER_AREA).astype(np.float32) for frame in frames]
    flat = [frame - frame.mean() for frame in small]
    plain = [float(frame.std()) < ALIKE for frame in flat]  # a bare wall is like any other
    return max(
        sum(
            float(np.abs(one - other).mean()) < ALIKE
            for other, bare in zip(flat, plain, strict=True)
            if not bare
        )
        for one in flat
    )


# --- lettering --------------------------------------------------------------------------------------


def has_lettering(frame: np.ndarray) -> bool:
    """Whether a line of letters stands in it, dark on light or light on dark."""
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    return any(_has_line(mask, grey.shape[0]) for mask in _ink(grey))


def _ink(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Thin strokes that stand out from what is around them: the dark ones, the light ones."""
    reach = max(9, grey.shape[0] // 24 | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    dark = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, kernel)
    light = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, kernel)
    return tuple((stroke > 70).astype(np.uint8) for stroke in (dark, light))  # type: ignore[return-value]


def _has_line(ink: np.ndarray, side: int) -> bool:
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    marks = [
        (int(left), int(top), int(wide), int(high))
        for left, top, wide, high, area in stats[1:count]
        if LEAST_HEIGHT * side <= high <= MOST_HEIGHT * side
        and 0.12 * high <= wide <= 1.6 * high
        and area >= 0.15 * wide * high
    ]
    return any(_is_a_line(line) and _stands_alone(line, ink) for line in _lines(sorted(marks)))


Mark = tuple[int, int, int, int]


def _lines(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Marks joined from left to right: beside each other, of like height, less than a word's gap apart."""
    lines: list[list[Mark]] = []
    for mark in marks:
        line = next((line for line in lines if _follows(mark, line[-1])), None)
        if line is None:
            lines.append([mark])
        else:
            line.append(mark)
    return lines


def _follows(mark: Mark, last: Mark) -> bool:
    tall, short = max(mark[3], last[3]), min(mark[3], last[3])
    gap = mark[0] - (last[0] + last[2])
    beside = min(mark[1] + mark[3], last[1] + last[3]) - max(mark[1], last[1])
    return -0.2 * tall <= gap <= 0.9 * tall and beside >= 0.7 * short and short >= 0.45 * tall


def _is_a_line(line: Sequence[Mark]) -> bool:
    """Letters stand on one line, differ in width, and are near each other; leaves are on no line, and buttons
    or slats do not differ."""
    if len(line) < LEAST_MARKS:
        return False
    heights = np.array([high for _, _, _, high in line], float)
    widths = np.array([wide for _, _, wide, _ in line], float)
    gaps = np.array([after[0] - (one[0] + one[2]) for one, after in pairwise(line)], float)
    near = float(np.median(gaps)) < 0.4 * float(np.median(heights))
    return (
        near and bool(widths.std() / widths.mean() > 0.18) and _on_line(line, 0.1 * float(np.median(heights)))
    )


def _on_line(line: Sequence[Mark], tolerance: float) -> bool:
    """Whether most feet are on one line through two of them, nearly level: g, p and y hang below it."""
    middles = np.array([left + wide / 2 for left, _, wide, _ in line])
    feet = np.array([top + high for _, top, _, high in line], float)
    best = 0
    for one, other in combinations(range(len(line)), 2):
        slope = (feet[other] - feet[one]) / max(1.0, middles[other] - middles[one])
        if abs(slope) <= 0.2:
            off = np.abs(feet - feet[one] - slope * (middles - middles[one]))
            best = max(best, int((off <= tolerance).sum()))
    return best >= ON_LINE * len(line)


def _stands_alone(line: Sequence[Mark], ink: np.ndarray) -> bool:
    """Whether it is no row of a pattern: little else stands above and below."""
    left, right = line[0][0], line[-1][0] + line[-1][2]
    top, foot = min(mark[1] for mark in line), max(mark[1] + mark[3] for mark in line)
    high = foot - top
    around = [ink[max(0, top - high) : max(0, top - 2), left:right], ink[foot + 2 : foot + high, left:right]]
    seen = [part for part in around if part.size]
    return not seen or max(float(part.mean()) for part in seen) <= MOST_AROUND
