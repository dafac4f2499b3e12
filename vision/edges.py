"""Put the edge of a mask where the colours of the photo change most, to a fraction of a pixel."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.contour import smooth_line

STEP = 0.5  # pixels between the places tried across the edge
SIDE = (1.0, 1.75, 2.5)  # pixels either side of a place whose colours are compared
STIFFNESS = 1.5  # what a step of one pixel between neighbours costs, in median contrasts
HOLD = 0.25  # what moving as far as allowed costs
LEAST_POINTS = 40


def snapped(image: NDArray[np.uint8], mask: NDArray[np.bool_], reach: float) -> NDArray[np.bool_]:
    """Move every edge of a mask (height x width) by at most `reach` pixels to the strongest change of colour."""
    colours = cv2.cvtColor(cv2.GaussianBlur(image, (0, 0), 0.6), cv2.COLOR_RGB2LAB).astype(np.float32)
    contours, tree = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    drawn = np.zeros(mask.shape, np.uint8)
    for at in sorted(range(len(contours)), key=lambda at: tree[0][at][3] >= 0):
        is_hole = tree[0][at][3] >= 0
        line = smooth_line(contours[at][:, 0].astype(float))
        if len(line) >= LEAST_POINTS:
            outward = outward_of(line)
            line = line - outward if is_hole else line
            line = line + outward * _offsets(colours, line, outward, reach)[:, None]
            _fill(drawn, line - 0.5 * outward, 0 if is_hole else 1)
        elif not is_hole:
            cv2.drawContours(drawn, contours, at, 1, -1)
    return drawn > 0


def _fill(drawn: NDArray[np.uint8], line: NDArray[np.float64], value: int) -> None:
    cv2.fillPoly(drawn, [np.round(line * 16).astype(np.int32)], value, shift=4)


def outward_of(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """The unit vectors that point away from what a closed line encloses."""
    along = np.roll(line, -4, axis=0) - np.roll(line, 4, axis=0)
    along /= np.maximum(1e-9, np.linalg.norm(along, axis=1, keepdims=True))
    return np.stack([along[:, 1], -along[:, 0]], axis=1)


def _offsets(
    colours: NDArray[np.float32], line: NDArray[np.float64], outward: NDArray[np.float64], reach: float
) -> NDArray[np.float64]:
    """How far to move each point of a line outwards: strong contrasts, near the line, without jumps."""
    places = np.arange(-round(reach / STEP), round(reach / STEP) + 1) * STEP
    profile = np.stack([contrast(colours, line + outward * place, outward) for place in places], axis=1)
    profile = cv2.blur(profile, (1, 5), borderType=cv2.BORDER_REPLICATE)
    gain = np.minimum(profile / max(4.0, float(np.median(profile.max(axis=1)))), 1.5)
    gain -= HOLD * (places / max(reach, STEP)) ** 2
    return _smoothest(gain, places)


def contrast(
    colours: NDArray[np.float32], points: NDArray[np.float64], outward: NDArray[np.float64]
) -> NDArray[np.float32]:
    """The difference in colour (Lab) between the two sides of each point."""
    sides = []
    for way in (-1, 1):
        at = np.stack([points + way * far * outward for far in SIDE], axis=1).astype(np.float32)
        seen = cv2.remap(colours, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        sides.append(seen.mean(axis=1))
    return np.linalg.norm(sides[1] - sides[0], axis=1)


def _smoothest(gain: NDArray[np.float32], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Choose a place for each point so that gains less the cost of steps are greatest (Viterbi's method)."""
    cost = STIFFNESS * (places[:, None] - places[None]) ** 2
    total, came_from = gain[0].copy(), np.zeros(gain.shape, np.int64)
    for i in range(1, len(gain)):
        options = total[:, None] - cost
        came_from[i] = options.argmax(axis=0)
        total = options[came_from[i], np.arange(len(places))] + gain[i]
    chosen = np.empty(len(gain), np.int64)
    chosen[-1] = total.argmax()
    for i in range(len(gain) - 1, 0, -1):
        chosen[i - 1] = came_from[i, chosen[i]]
    return places[chosen]
