"""Where the outline of a product cannot be relied on: the cloth may go on in the colour of the ground."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.contour import smooth_line
from vision.edges import LEAST_POINTS, contrast, outward_of
from vision.segmentation import RARE, colour_odds

type Floats = NDArray[np.float64]

SIDE = 900  # pixels of the copy in which an edge is judged
FAINT = 5.0  # Lab units: a smaller change of colour is no edge that can be relied on
KEPT_EVERY = 4  # points of the outline, which are a pixel apart
FRAME = 4  # pixels along the frame of the photo
NEAREST, FARTHEST = 0.015, 0.12  # of the product's longer side: how far outside a second edge is looked for
OWN = 0.85  # of the way outwards: what is nearer to the product lies across a gap
SPACING = 1.0  # pixels between the places looked at
EVEN_ALONG = 0.03  # of the longer side: an edge is the mean over so much of the outline
LEAST_RUN = 0.14  # of the longer side: a shorter second edge is a crease of the ground
CLEAR = 12.0  # Lab units of a second edge
ABOVE_GROUND = 2.2  # times what the ground shows beside most of the outline
GOES_ON = 0.1  # of the longer side: a line that goes on so far past its ends belongs to the ground
LEAVES = 1.3  # times as far from the product as at its end
STILL_THERE = 0.5  # of its contrast
LEFT_OUT = 0.06  # of the longer side: how far outside a patch in the product's colours is looked for
OWN_ODDS = 2.0  # how much likelier on the product than on the ground its colour must be
LEAST_PATCH = 0.0008  # of the product's area
BESIDE_IT = 0.006  # of the longer side: the outline beside a patch


@dataclass(frozen=True)
class Doubts:
    """Where an outline cannot be relied on.

    `faint` is the share (0..1) of it that divides two areas of nearly the same colour. `points` (pixels of the
    photo) lie on these, and on what another edge runs beside, or a patch in the product's own colours: a border in
    the colour of the ground, a stripe of the cloth, which are missing from the mask. The frame of the photo does not count.
    """

    faint: float
    points: list[tuple[float, float]]


def doubts_of(
    image: NDArray[np.uint8], mask: NDArray[np.bool_], painted_over: NDArray[np.bool_] | None = None
) -> Doubts:
    """Judge the outer edge of a mask (height x width) by the colours of its photo on either side; 0.1 s.

    `painted_over` is where the photo does not show what lay there (a scale card).
    """
    zoom = min(1.0, SIDE / max(mask.shape))
    size = max(8, round(mask.shape[1] * zoom)), max(8, round(mask.shape[0] * zoom))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    rough = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_AREA)
    contours, _ = cv2.findContours(rough, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    line = smooth_line(max(contours, key=len)[:, 0].astype(float)) if contours else np.zeros((0, 2))
    inside = np.all((line > FRAME) & (line < np.array(size) - 1 - FRAME), axis=1)
    if inside.sum() < LEAST_POINTS:
        return Doubts(0.0, [])
    colours = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 0.8), cv2.COLOR_RGB2LAB).astype(np.float32)
    outward = outward_of(line)
    faint = cv2.blur(contrast(colours, line, outward)[:, None], (1, 9))[:, 0] < FAINT
    away = cv2.distanceTransform((rough == 0).astype(np.uint8), cv2.DIST_L2, 5)
    if painted_over is not None:
        covered = cv2.resize(painted_over.astype(np.uint8), size, interpolation=cv2.INTER_AREA)
        away = np.where(cv2.dilate(covered, np.ones((15, 15), np.uint8)) > 0, 0, away)
    left_out = _beside_left_out(small, rough, line, covered=away == 0)
    unsure = inside & (faint | left_out | _beside_second_edge(colours, away, line, outward))
    points = (line[unsure][::KEPT_EVERY] + 0.5) / zoom - 0.5
    return Doubts(float(faint[inside].mean()), [(round(float(x), 1), round(float(y), 1)) for x, y in points])


def _beside_left_out(
    image: NDArray[np.uint8], product: NDArray[np.uint8], line: Floats, *, covered: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Say for each point of an outline whether a patch in the product's own colours lies outside it, close by.

    Such a patch is part of the product (a stripe in nearly the colour of the ground) or a shadow: it is not told.
    """
    odds = colour_odds(image, product > 0)
    if odds is None:
        return np.zeros(len(line), bool)
    length = float(np.ptp(line, axis=0).max())
    reach, ring = (2 * round(share * length) + 1 for share in (LEFT_OUT, BESIDE_IT))
    near = cv2.dilate(product, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))) > 0
    own = near & ~covered & (product == 0) & (odds[1] > OWN_ODDS * odds[0] + RARE)
    patches = cv2.morphologyEx(own.astype(np.uint8), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(patches)
    large = 1 + np.flatnonzero(stats[1:count, cv2.CC_STAT_AREA] > LEAST_PATCH * product.sum())
    beside = cv2.dilate(np.isin(labels, large).astype(np.uint8), np.ones((ring, ring), np.uint8)) > 0
    x, y = np.clip(np.round(line).astype(int), 0, np.array(product.shape[::-1]) - 1).T
    return beside[y, x]


def _beside_second_edge(
    colours: NDArray[np.float32], away: NDArray[np.float32], line: Floats, outward: Floats
) -> NDArray[np.bool_]:
    """Say for each point of an outline whether another edge runs beside it, farther out.

    `away` is how far each pixel lies from the product: what lies across a gap from it is its own edge.
    """
    length = float(np.ptp(line, axis=0).max())
    places = np.arange(max(5.0, NEAREST * length), FARTHEST * length, SPACING)
    found = np.zeros(len(line), bool)
    if len(places) < 3:
        return found
    profile = np.stack([contrast(colours, line + outward * place, outward) for place in places], axis=1)
    for at, place in enumerate(places):
        x, y = np.round(line + outward * place).astype(int).T
        inside = (x >= 0) & (y >= 0) & (x < away.shape[1]) & (y < away.shape[0])
        profile[~inside, at] = 0
        profile[inside, at] *= away[y[inside], x[inside]] > OWN * place
    span = max(5, round(EVEN_ALONG * length)) | 1
    padded = np.concatenate([profile[-span:], profile, profile[:span]])
    even = cv2.blur(padded.astype(np.float32), (1, span))[span:-span]
    best = even.argmax(axis=1)
    strength = even[np.arange(len(line)), best]
    clear = strength > max(CLEAR, ABOVE_GROUND * float(np.median(strength)))
    for run in _runs(clear):
        path = (line + outward * places[best][:, None])[run]
        if len(run) >= LEAST_RUN * length and not _goes_on(
            colours, away, path, float(np.median(strength[run])), GOES_ON * length
        ):
            found[run] = True
    return found


def _runs(chosen: NDArray[np.bool_]) -> list[NDArray[np.int_]]:
    """The runs of true values along a closed line, as places on it."""
    if chosen.all() or not chosen.any():
        return [np.arange(len(chosen))] if chosen.all() else []
    start = int(np.flatnonzero(~chosen)[0])
    order = (np.arange(len(chosen)) + start) % len(chosen)
    breaks = np.flatnonzero(np.diff(chosen[order].astype(int)))
    return [part for part in np.split(order, breaks + 1) if chosen[part[0]]]


def _goes_on(
    colours: NDArray[np.float32], away: NDArray[np.float32], path: Floats, strength: float, reach: float
) -> bool:
    """Say whether an edge goes straight on past either end and away from the product, as lines of floors do."""
    ends = max(4, len(path) // 3)
    height, width = away.shape
    for tip, inner in ((path[-1], path[-ends]), (path[0], path[ends - 1])):
        way = (tip - inner) / max(1e-9, float(np.linalg.norm(tip - inner)))
        beyond = tip + way * np.arange(0.2 * reach, reach, 1.0)[:, None]
        x, y = np.clip(np.round(beyond).astype(int), 0, [width - 1, height - 1]).T
        u, v = np.clip(np.round(tip).astype(int), 0, [width - 1, height - 1])
        beyond = beyond[away[y, x] > LEAVES * away[v, u]]
        if len(beyond) < 4:
            continue
        across = np.broadcast_to(np.array([-way[1], way[0]]), beyond.shape)
        seen = [
            float(np.median(contrast(colours, beyond + across * aside, across))) for aside in range(-4, 5, 2)
        ]
        if max(seen) > STILL_THERE * strength:
            return True
    return False
