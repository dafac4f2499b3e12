"""The product's outline: GrabCut from several starts, the most convincing result kept.

Every candidate mask is judged by how well its edge lies on edges of the photo, how different the
colours on both sides of it are, and how much it is cut off by the frame. A photo in which none
convinces gets a plain central box with a confidence that says so.
"""

import cv2
import numpy as np

from . import doubts, people
from .clusters import assign, kmeans
from .outline import Outline
from .photo import Photo, scaled

SEARCH_SIDE = 288  # px: the candidates are found in a small copy, the winner refined in the working one
BORDER = 0.03  # of the short side: the frame that is taken for background
MIDDLE = "middle of the photo"  # the method where none convinced
LIGHTNESS_WEIGHT = 0.6  # shadows change lightness more than hue


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE Lab as float32: L 0..100, a and b about -100..100."""
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def outline(photo: Photo) -> Outline:
    """The silhouette of a photo, found once."""
    return photo.study("outline", lambda: _find(photo.working))


def own_part(photo: Photo) -> np.ndarray:
    """Where in the photo the product surely is, as a small mask (bool): inside of the outline, and of a
    colour that speaks for it."""

    def look() -> np.ndarray:
        small = scaled(photo.working, SEARCH_SIDE)
        return doubts.own_part(outline(photo), lab(cv2.bilateralFilter(small, 7, 40, 5)))

    return photo.study("own part", look)


def _find(rgb: np.ndarray) -> Outline:
    small = scaled(rgb, SEARCH_SIDE)
    smooth = cv2.bilateralFilter(small, 7, 40, 5)
    colours = lab(smooth)
    away = people.body_mask(small)
    distance = _distance_from_border(colours)
    candidates = [(name, _tidy(mask)) for name, mask in _candidates(smooth, distance, away)]
    scored = [(_score(mask, colours), name, mask) for name, mask in candidates if mask.any()]
    if not scored:
        return _fallback(rgb.shape[:2])
    score, name, mask = max(scored, key=lambda entry: entry[0])
    fine = _refine(rgb, mask)
    if score < 0.2 or not fine.any():
        return _fallback(rgb.shape[:2])
    agreed = _agreement(mask, [(worth, other) for worth, _, other in scored if other is not mask])
    found = _outline_of(fine, name, score, agreed, person=bool(away.any()))
    return doubts.weighed(found, colours)


def _agreement(mask: np.ndarray, others: list[tuple[float, np.ndarray]]) -> float:
    """0..1: how much of the winner the other ways of looking found too, the convincing ones counting most."""
    weights = np.array([worth**2 for worth, _ in others])
    if not weights.sum():
        return 0.5
    overlaps = np.array([(mask & other).sum() / max(1, (mask | other).sum()) for _, other in others])
    return float((weights * overlaps).sum() / weights.sum())


def _candidates(smooth: np.ndarray, distance: np.ndarray, away: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Masks (bool) from each way of starting."""
    height, width = distance.shape
    result = []
    centre = _centre_weight(height, width)
    weighted = distance * centre
    level = _otsu(weighted)
    plain = weighted > level
    seeds = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    seeds[plain] = cv2.GC_PR_FGD
    seeds[weighted > level * 2] = cv2.GC_FGD
    seeds[distance < level * 0.35] = cv2.GC_BGD
    result.append(("border colours and GrabCut", seeds))
    for inset in (0.03, 0.12):
        frame = np.full((height, width), cv2.GC_BGD, np.uint8)
        top, left = round(height * inset), round(width * inset)
        frame[top : height - top, left : width - left] = cv2.GC_PR_FGD
        result.append(("rectangle and GrabCut", frame))
    body = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    body[centre > 0.72] = cv2.GC_PR_FGD
    body[_frame(height, width) & (distance < np.median(distance[_frame(height, width)]) + level)] = cv2.GC_BGD
    result.append(("centre and GrabCut", body))
    masks = [(name, _grab(smooth, start, away, 4)) for name, start in result]
    return [*masks, ("border colours", plain & ~away)]


def _grab(rgb: np.ndarray, seeds: np.ndarray, away: np.ndarray, rounds: int) -> np.ndarray:
    seeds = seeds.copy()
    seeds[away] = cv2.GC_BGD
    inside = (seeds == cv2.GC_FGD) | (seeds == cv2.GC_PR_FGD)
    if inside.sum() < 50 or (~inside).sum() < 50:
        return inside
    # OpenCV keeps one generator a thread, so seeding here is enough for equal answers.
    cv2.setRNGSeed(0)
    back, front = np.zeros((1, 65)), np.zeros((1, 65))
    whole = (0, 0, rgb.shape[1], rgb.shape[0])  # not used: the seeds say where to start
    cv2.grabCut(np.ascontiguousarray(rgb), seeds, whole, back, front, rounds, cv2.GC_INIT_WITH_MASK)
    return (seeds == cv2.GC_FGD) | (seeds == cv2.GC_PR_FGD)


def _frame(height: int, width: int) -> np.ndarray:
    band = max(2, round(min(height, width) * BORDER))
    frame = np.ones((height, width), bool)
    frame[band:-band, band:-band] = False
    return frame


def _centre_weight(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    reach = ((x / (width - 1) - 0.5) / 0.5) ** 2 + ((y / (height - 1) - 0.5) / 0.5) ** 2
    return np.exp(-0.5 * reach).astype(np.float32)


def _distance_from_border(colours: np.ndarray) -> np.ndarray:
    """Colour distance of each pixel from the nearest colour of the frame, in spreads of that colour."""
    weighted = colours * np.array([LIGHTNESS_WEIGHT, 1, 1], np.float32)
    height, width = weighted.shape[:2]
    frame = _frame(height, width)
    centres, labels = kmeans(weighted[frame], 6)
    flat = weighted.reshape(-1, 3)
    nearest = assign(flat, centres).reshape(height, width)
    middle = np.zeros((height, width), bool)
    middle[height // 4 : -height // 4, width // 4 : -width // 4] = True
    distances = []
    for index, centre in enumerate(centres):
        own = weighted[frame][labels == index]
        share = len(own) / frame.sum()
        central = (nearest[middle] == index).mean()
        # A colour that is rare at the frame and common in the middle is the product, cut by the frame.
        if share < 0.02 or (share < 0.12 and central > 2 * share):
            continue
        spread = 4 + own.std(0).mean()
        distances.append(np.sqrt(((weighted - centre) ** 2).sum(2)) / spread)
    return np.minimum.reduce(distances) if distances else np.ones((height, width), np.float32)


def _otsu(values: np.ndarray) -> float:
    top = float(np.percentile(values, 99)) or 1.0
    levels = np.clip(values / top * 255, 0, 255).astype(np.uint8)
    level, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return max(level / 255 * top, 1e-3)


def _tidy(mask: np.ndarray) -> np.ndarray:
    """Thin parts (a hanger's hook) off, small gaps closed, small holes filled, big pieces kept."""
    side = max(mask.shape)
    clean: np.ndarray = mask.astype(np.uint8) * 255
    clean = cv2.morphologyEx(clean, cv2.MORPH_CLOSE, _disc(side * 0.006))
    core = cv2.morphologyEx(clean, cv2.MORPH_OPEN, _disc(side * 0.018))
    clean = cv2.bitwise_and(clean, cv2.dilate(core, _disc(side * 0.008)))
    return _fill_holes(_main_pieces(clean), 0.012) > 0


def _disc(radius: float) -> np.ndarray:
    size = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))


def _main_pieces(mask: np.ndarray) -> np.ndarray:
    """The largest piece, and a second one of like size that does not merely hug the frame."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count < 2:
        return np.zeros_like(mask)
    height, width = mask.shape
    centre = _centre_weight(height, width)
    weights = np.bincount(np.asarray(labels, np.intp).ravel(), centre.ravel(), count)
    weights[0] = 0
    order = np.argsort(-weights, kind="stable")
    keep = [order[0]]
    areas = stats[:, cv2.CC_STAT_AREA]
    for other in order[1:2]:
        left, top, wide, high = stats[other, :4]
        at_frame = left <= 1 or top <= 1 or left + wide >= width - 1 or top + high >= height - 1
        if weights[other] > 0.35 * weights[order[0]] and areas[other] > 0.4 * areas[keep[0]] and not at_frame:
            keep.append(other)
    return np.where(np.isin(labels, keep), 255, 0).astype(np.uint8)


def _fill_holes(mask: np.ndarray, limit: float) -> np.ndarray:
    """Holes up to `limit` of the mask's area are closed; larger ones (a handle) stay open."""
    contours, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return mask
    filled = mask.copy()
    area = max(1, int((mask > 0).sum()))
    for contour, links in zip(contours, tree[0], strict=True):
        if links[3] >= 0 and cv2.contourArea(contour) < limit * area:
            cv2.drawContours(filled, [contour], -1, 255, -1)
    return filled


def _score(mask: np.ndarray, colours: np.ndarray) -> float:
    """0..1: how convincing a mask is as the silhouette of the one thing shown."""
    height, width = mask.shape
    share = mask.mean()
    if not 0.03 < share < 0.9:
        return 0.0
    binary = mask.astype(np.uint8)
    inner = (binary - cv2.erode(binary, _disc(3))) > 0
    outer = (cv2.dilate(binary, _disc(4)) - cv2.dilate(binary, _disc(1))) > 0
    contrast = _local_contrast(colours, binary, inner, outer)
    edge = mask[0].mean() + mask[-1].mean() + mask[:, 0].mean() + mask[:, -1].mean()
    contours, _ = cv2.findContours(binary, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    length = sum(cv2.arcLength(contour, True) for contour in contours)
    ragged = length / (4 * np.sqrt(mask.sum()))
    centre = _centre_weight(height, width)
    central = centre[mask].mean() / centre.mean()
    size = min(1.0, share / 0.15) * min(1.0, (0.95 - share) / 0.25)
    score = contrast * size * min(1.0, central) ** 1.5
    return float(np.clip(score * np.exp(-0.9 * edge) * min(1.0, (2.6 / max(ragged, 1.0)) ** 0.7), 0, 1))


def _local_contrast(colours: np.ndarray, binary: np.ndarray, inner: np.ndarray, outer: np.ndarray) -> float:
    """Share of the edge with clearly other colours on its two sides, compared place by place."""
    reach = (13, 13)
    inside = cv2.blur(inner.astype(np.float32), reach)
    outside = cv2.blur(outer.astype(np.float32), reach)
    within = cv2.blur(colours * inner[..., None], reach) / np.maximum(inside, 1e-3)[..., None]
    beyond = cv2.blur(colours * outer[..., None], reach) / np.maximum(outside, 1e-3)[..., None]
    difference = np.sqrt(((within - beyond) ** 2).sum(2))
    seam = inner & (outside > 0.02)
    if not seam.any():
        return 0.0
    return float(np.clip(difference[seam] / 18, 0, 1).mean())


def _refine(rgb: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The winner in the working size: its edge found again in a narrow band, then smoothed."""
    height, width = rgb.shape[:2]
    large = cv2.resize(mask.astype(np.uint8) * 255, (width, height), interpolation=cv2.INTER_LINEAR)
    large = np.where(cv2.GaussianBlur(large, (0, 0), 2.0) > 127, 255, 0).astype(np.uint8)
    side = max(height, width)
    sure = cv2.erode(large, _disc(side * 0.012)) > 0
    maybe = cv2.dilate(large, _disc(side * 0.010)) > 0
    seeds = np.full((height, width), cv2.GC_BGD, np.uint8)
    seeds[maybe] = cv2.GC_PR_BGD
    seeds[large > 0] = cv2.GC_PR_FGD
    seeds[sure] = cv2.GC_FGD
    fine = _grab(rgb, seeds, np.zeros((height, width), bool), 1)
    soft = cv2.GaussianBlur(fine.astype(np.float32), (0, 0), side * 0.0035)
    return _tidy(soft > 0.5)


def contours_of(mask: np.ndarray) -> tuple[np.ndarray, ...]:
    """Closed outer polygons (n, 2) float32 of a 0/255 mask, largest first."""
    found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    ordered = sorted(found, key=cv2.contourArea, reverse=True)
    return tuple(contour[:, 0, :].astype(np.float32) for contour in ordered if len(contour) > 20)


def _outline_of(fine: np.ndarray, method: str, score: float, agreed: float, *, person: bool) -> Outline:
    mask = fine.astype(np.uint8) * 255
    contours = contours_of(mask)
    ys, xs = np.nonzero(mask)
    box = int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
    # Several ways of looking that end in one outline are the best sign that it is the right one.
    confidence = (
        float(np.clip(score, 0, 1)) * float(np.clip((agreed - 0.35) / 0.5, 0.1, 1)) * _evenness(contours)
    )
    confidence = float(np.clip(confidence, 0.12, 0.95))
    notes = []
    if agreed < 0.7:
        notes.append("Product and background are hard to tell apart here: check the outline.")
    height, width = mask.shape
    if box[0] <= 2 or box[1] <= 2 or box[2] >= width - 2 or box[3] >= height - 2:
        notes.append("The product reaches the edge of the photo: part of it may be missing.")
        confidence = min(confidence, 0.6)
    if person:
        notes.append("Somebody is wearing it: skin was held off by colour, which is not exact.")
        confidence = min(confidence, 0.45)
    return Outline(mask, contours, box, method, round(confidence, 2), " ".join(notes))


def _evenness(contours: tuple[np.ndarray, ...]) -> float:
    """1 for a clean outline, less for a ragged one, as a background leaves that was taken for cloth."""
    ragged = max(cv2.arcLength(c, True) / cv2.arcLength(cv2.convexHull(c), True) for c in contours)
    return float(np.clip(1.55 - 0.3 * ragged, 0.5, 1))


def _fallback(shape: tuple[int, ...]) -> Outline:
    height, width = shape[:2]
    mask = np.zeros((height, width), np.uint8)
    mask[round(height * 0.08) : round(height * 0.92), round(width * 0.1) : round(width * 0.9)] = 255
    contours = contours_of(mask)
    ys, xs = np.nonzero(mask)
    box = int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
    note = "No outline stood out from the background; the middle of the photo is used instead."
    return Outline(mask, contours, box, MIDDLE, 0.1, note)
