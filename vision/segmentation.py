"""Find the product in a photo: its mask.

U2-Net-p says roughly where the product is; GrabCut, seeded by it, finds the edge in the colours of the
photo; what is not part of the product's main pieces is dropped.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.edges import snapped

Mask = NDArray[np.bool_]
Rgb = NDArray[np.uint8]

WORKING_SIDE = 480  # pixels of the longer side while GrabCut works
SURE, UNSURE, SURELY_NOT = 0.9, 0.5, 0.08  # salience
ROUNDS = 2  # a third moves the mask by 0.7 % at most on 79 photos, by 0.03 % in the middle
SHARP_SIDE = 1400  # pixels of the product's longer side while its edge is sharpened
EDGE_BAND = 3.0  # GrabCut's pixels either side of its edge in which the true edge lies
BAND_SHARES = (1.0, 0.6, 0.6)  # of it, in each of the rounds: the later ones follow narrow gaps inwards
GROUND_ODDS = 2.5  # how much likelier on the ground than on the product a gap's colour must be
RARE = 1e-4  # a colour so rare on either side says nothing
MOST_GAPS = 0.12  # of the product: more is no gap but cloth in the colours of the ground
EVEN = 2.0  # pixels over which neighbours decide together
PULL = 6.0  # Lab units that speak for the side a pixel at the border of the band was on
_NEVER = 4096  # more than any two colours differ
KEPT_SHARE = 0.2  # of the largest component's area


def segment_from(image: Rgb, salience: NDArray[np.float32]) -> Mask:
    """Sharpen a salience map (height x width, 0 to 1) into a mask."""
    height, width = image.shape[:2]
    scale = WORKING_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    likely = cv2.resize(salience, size, interpolation=cv2.INTER_LINEAR)
    rough = main_pieces(likely > UNSURE)
    if not rough.any():
        return np.zeros((height, width), bool)
    cut = _grab_cut(small, likely, rough)
    mask = main_pieces(_opened(cut if _agrees(cut, rough) else rough))
    grown = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return grown > 0.5


def sharpened(image: Rgb, mask: Mask) -> Mask:
    """Put the edge of a mask (height x width, of the image's size) where the colours change, to about a pixel.

    Each pixel near the edge goes to the side whose nearby sure pixels look most like it: so patterns and
    shadows, which are the same on either side of a short stretch of edge, do not move it.
    """
    if not mask.any() or mask.all():
        return mask
    grain = max(mask.shape) / WORKING_SIDE
    box = _box_around(mask, round(EDGE_BAND * 4 * grain))
    zoom = min(1.0, SHARP_SIDE / max(mask[box].shape))
    size = tuple(max(8, round(side * zoom)) for side in mask[box].shape[::-1])
    small = cv2.resize(image[box], size, interpolation=cv2.INTER_AREA)
    rough = cv2.resize(mask[box].astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    sharp, band = without_gaps(small, rough), EDGE_BAND * grain * zoom
    colours = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 0.8), cv2.COLOR_RGB2LAB).astype(np.int16)
    for share in BAND_SHARES:
        sharp = _nearest_colours(colours, sharp, max(2.0, share * band))
    sharp = snapped(small, main_pieces(sharp), max(2.0, 0.5 * band))
    full = mask.copy()
    large = cv2.resize(sharp.astype(np.float32), mask[box].shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.5
    full[box] = large
    return main_pieces(full)


def without_gaps(image: Rgb, mask: Mask) -> Mask:
    """Cut out what reaches in from the edge of a mask in the colours of the ground: gaps beside sleeves and legs."""
    odds = colour_odds(image, mask)
    if odds is None:
        return mask
    ground = mask & (odds[0] > GROUND_ODDS * odds[1] + RARE)
    ground = cv2.morphologyEx(ground.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    outside = cv2.dilate((~mask).astype(np.uint8), np.ones((9, 9), np.uint8))
    _, labels = cv2.connectedComponents(ground, connectivity=4)
    touching = np.unique(labels[(outside > 0) & (ground > 0)])
    gaps = np.isin(labels, touching[touching > 0])
    return mask & ~gaps if gaps.sum() < MOST_GAPS * mask.sum() else mask


def colour_odds(image: Rgb, mask: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """How often each pixel's colour occurs on the ground beside a mask, and within it; None where either is too small."""
    inner = cv2.erode(mask.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool)
    near = cv2.dilate(mask.astype(np.uint8), np.ones((81, 81), np.uint8)).astype(bool)
    outer = near & ~cv2.dilate(mask.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
    if inner.sum() < 400 or outer.sum() < 400:
        return None
    lab = cv2.cvtColor(cv2.GaussianBlur(image, (0, 0), 1.5), cv2.COLOR_RGB2LAB)
    cell = (lab // 8).astype(np.int64) @ [1024, 32, 1]
    ground, product = (_colour_shares(cell[where])[cell] for where in (outer, inner))
    return ground, product


def _colour_shares(cells: NDArray[np.int_]) -> NDArray[np.float64]:
    """How often each of 32 x 32 x 32 colours occurs, evened out over neighbours."""
    cube = np.bincount(cells, minlength=32768).reshape(32, 32, 32) / len(cells)
    for axis in range(3):
        cube = (np.roll(cube, 1, axis) + 2 * cube + np.roll(cube, -1, axis)) / 4
    return cube.ravel()


def _box_around(mask: Mask, margin: int) -> tuple[slice, slice]:
    left, top, width, height = cv2.boundingRect(mask.astype(np.uint8))
    return (slice(max(0, top - margin), top + height + margin),
            slice(max(0, left - margin), left + width + margin))  # fmt: skip


def _nearest_colours(colours: NDArray[np.int16], rough: Mask, band: float) -> Mask:
    """Decide every pixel within `band` of a mask's edge by the sure pixels around it."""
    inside = cv2.distanceTransform(rough.astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((~rough).astype(np.uint8), cv2.DIST_L2, 5)
    depth = np.where(rough, inside - 0.5, 0.5 - outside)
    ys, xs = np.nonzero(np.abs(depth) < band)
    nearest = [_least_difference(colours, sure, ys, xs, band) for sure in (depth >= band, depth <= -band)]
    known = np.isfinite(nearest[0]) & np.isfinite(nearest[1])
    likes = np.where(known, np.nan_to_num(nearest[1], posinf=0) - np.nan_to_num(nearest[0], posinf=0), 0)
    likes = np.clip(likes, -40, 40) + PULL * depth[ys, xs] / band
    field, weight = np.zeros(rough.shape, np.float32), np.zeros(rough.shape, np.float32)
    field[ys, xs], weight[ys, xs] = likes, 1
    smooth = cv2.GaussianBlur(field, (0, 0), EVEN) / np.maximum(cv2.GaussianBlur(weight, (0, 0), EVEN), 1e-3)
    return np.where(weight > 0, smooth > 0, rough)


def _least_difference(
    colours: NDArray[np.int16], sure: Mask, ys: NDArray[np.int_], xs: NDArray[np.int_], band: float
) -> NDArray[np.float32]:
    """How much each pixel differs from the sure pixel around it that is most like it; infinite without one.

    Each pixel's colour and whether it is sure are eight bytes, which are looked up as one number.
    """
    margin = round(2.5 * band) + 1
    far = np.where(sure, 0, _NEVER).astype(np.int16)
    cells = _with_margin(np.dstack([colours, far]), margin)
    width = cells.shape[1]
    packed = cells.reshape(-1, 4).view(np.int64).ravel()
    places = (ys + margin) * width + xs + margin
    own = packed[places].view(np.int16).reshape(-1, 4)
    own[:, 3] = 0
    least, found = np.full(len(ys), _NEVER, np.int16), np.empty(len(ys), np.int64)
    differs = found.view(np.int16).reshape(-1, 4)
    for radius in (1.2 * band, 1.8 * band, 2.5 * band):
        for angle in np.arange(0, 2 * np.pi, np.pi / 8):
            step = round(radius * np.sin(angle)) * width + round(radius * np.cos(angle))
            np.take(packed, places + step, out=found, mode="clip")
            np.abs(np.subtract(differs, own, out=differs), out=differs)
            total = differs[:, 0] + differs[:, 1]
            total += differs[:, 2]
            total += differs[:, 3]
            np.minimum(least, total, out=least)
    return np.where(least >= _NEVER, np.inf, least).astype(np.float32)


def _with_margin(cells: NDArray[np.int16], margin: int) -> NDArray[np.int16]:
    """A picture whose border goes on outwards for so many pixels."""
    wide = cv2.copyMakeBorder(cells, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(wide, np.int16)


def agreement(mask: Mask, salience: NDArray[np.float32]) -> float:
    """How well a mask and the salience map it came from agree, 0 to 1 (intersection over union)."""
    rough = main_pieces(salience > UNSURE)
    union = (mask | rough).sum()
    return float((mask & rough).sum() / union) if union else 0.0


def main_pieces(mask: Mask) -> Mask:
    """Keep the largest component and those over a fifth of its area."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count <= 1:
        return np.zeros_like(mask)
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = 1 + np.flatnonzero(areas >= KEPT_SHARE * areas.max())
    return np.isin(labels, kept)


def _opened(mask: Mask) -> Mask:
    """Without what is thinner than a strap: threads, the wire of a hanger."""
    radius = max(1, round(0.008 * float(np.sqrt(mask.sum()))))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    return cv2.morphologyEx(closed, cv2.MORPH_OPEN, kernel).astype(bool)


def _grab_cut(small: Rgb, likely: NDArray[np.float32], rough: Mask) -> Mask:
    seeds = np.where(likely > UNSURE, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    seeds[(likely > SURE) & cv2.erode(rough.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)] = (
        cv2.GC_FGD
    )
    near = cv2.dilate(rough.astype(np.uint8), np.ones((25, 25), np.uint8)).astype(bool)
    seeds[(likely < SURELY_NOT) & ~near] = cv2.GC_BGD
    return run_grab_cut(small, seeds, rounds=ROUNDS)


def run_grab_cut(small: Rgb, seeds: NDArray[np.uint8], *, rounds: int) -> Mask:
    """Cut the product out by the colours of the seeds (height x width, OpenCV's GC_ values, changed in place)."""
    has_both = (
        np.isin(seeds, (cv2.GC_FGD, cv2.GC_PR_FGD)).any()
        and np.isin(seeds, (cv2.GC_BGD, cv2.GC_PR_BGD)).any()
    )
    if not has_both:
        return np.isin(seeds, (cv2.GC_FGD, cv2.GC_PR_FGD))
    cv2.setRNGSeed(7)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    blurred = cv2.bilateralFilter(small, 5, 30, 5)
    cv2.grabCut(blurred, seeds, None, *models, rounds, cv2.GC_INIT_WITH_MASK)
    return np.isin(seeds, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _agrees(cut: Mask, rough: Mask) -> bool:
    """GrabCut may run away with a product that looks like its ground: then the rough mask is better."""
    union = (cut | rough).sum()
    return bool(union) and float((cut & rough).sum() / union) > 0.72
