"""Points of a garment on its plate: neck points, shoulders, armpits, cuffs, hem corners, crotch.

They are read from the silhouette alone. One that the outline does not show is None: nothing
downstream may put it where it "usually" is.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from .silhouette import contours_of

Pair = tuple[float, float]

HANGING = 0.6  # of the height: a notch below it is no armpit, but where a hanging sleeve leaves the body


@dataclass(frozen=True)
class Side:
    """One side of a top, a dress or an overall, in plate pixels. `cuff` is (outer, inner) corner."""

    neck: Pair
    shoulder: Pair
    hem: Pair
    armpit: Pair | None
    cuff: tuple[Pair, Pair] | None

    hanging: bool = False  # the sleeve lies along the body: `armpit` is where the two part below

    def mirrored(self, width: float) -> "Side":
        def flip(point: Pair) -> Pair:
            return width - 1 - point[0], point[1]

        return Side(
            flip(self.neck),
            flip(self.shoulder),
            flip(self.hem),
            self.armpit and flip(self.armpit),
            self.cuff and (flip(self.cuff[0]), flip(self.cuff[1])),
            self.hanging,
        )


@dataclass(frozen=True)
class Bottom:
    """Trousers, shorts or a skirt: waist corners, crotch (None when the legs touch), leg ends."""

    waist: tuple[Pair, Pair]
    crotch: Pair | None
    hems: tuple[tuple[Pair, Pair], ...]  # (outer, inner) of each leg, or (left, right) of a skirt


def runs(row: np.ndarray) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each stretch of set pixels in a mask's row."""
    padded = np.concatenate([[0], (row > 0).astype(np.int8), [0]])
    change = np.diff(padded)
    return list(zip(np.nonzero(change == 1)[0].tolist(), np.nonzero(change == -1)[0].tolist(), strict=True))


def run_at(mask: np.ndarray, y: float, x: float) -> tuple[int, int] | None:
    """The stretch of row `y` that contains column `x`, or the widest one."""
    found = runs(mask[int(np.clip(y, 0, mask.shape[0] - 1))])
    holding = [run for run in found if run[0] <= x < run[1]]
    if holding:
        return holding[0]
    return max(found, key=lambda run: run[1] - run[0]) if found else None


def extent(mask: np.ndarray) -> tuple[int, int, int, int]:
    ys, xs = np.nonzero(mask)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def axis_of(mask: np.ndarray) -> float:
    """x of the middle of the body: the median of the row centres."""
    left, top, right, bottom = extent(mask)
    centres = []
    for y in range(top + (bottom - top) // 10, bottom - (bottom - top) // 10, 4):
        found = runs(mask[y])
        if found:
            centres.append((found[0][0] + found[-1][1]) / 2)
    return float(np.median(centres)) if centres else (left + right) / 2


def body_width(mask: np.ndarray, axis: float) -> float:
    """Median width of the stretch that holds the axis, in the lower half."""
    _, top, _, bottom = extent(mask)
    rows = range(top + (bottom - top) * 45 // 100, top + (bottom - top) * 80 // 100, 3)
    widths = [run[1] - run[0] for y in rows if (run := run_at(mask, y, axis))]
    return float(np.median(widths)) if widths else float(mask.shape[1])


def tops(mask: np.ndarray, size: float, *, lowest: float = 0.8) -> tuple[Side, Side]:
    """Both sides of a garment with a neck and a hem, left first. `lowest` is the share of the height
    down to which a notch may be the place where sleeve and body part."""
    axis = axis_of(mask)
    left = _side(mask, axis, size, lowest)
    flipped = np.ascontiguousarray(mask[:, ::-1])
    right = _side(flipped, mask.shape[1] - 1 - axis, size, lowest).mirrored(mask.shape[1])
    return left, right


def _side(mask: np.ndarray, axis: float, size: float, lowest: float) -> Side:
    width = body_width(mask, axis)
    armpit = _armpit(mask, axis, size, lowest)
    top_of = _top_edge(mask)
    neck = _neck(top_of, axis, width, armpit, size)
    shoulder = _shoulder(mask, top_of, neck, axis, width, armpit)
    cuff = _cuff(mask, shoulder, armpit, size) if armpit else None
    if cuff is None:
        armpit = None
    _, top, _, bottom = extent(mask)
    hanging = armpit is not None and armpit[1] > top + HANGING * (bottom - top)
    return Side(neck, shoulder, _hem_corner(mask, axis, armpit), armpit, cuff, hanging)


def _top_edge(mask: np.ndarray) -> np.ndarray:
    """First set row of each column; the mask's height where there is none."""
    filled = mask > 0
    return np.where(filled.any(0), filled.argmax(0), mask.shape[0]).astype(float)


def defects(mask: np.ndarray, least: float) -> list[tuple[Pair, Pair, Pair, float]]:
    """Concave places of the largest piece: start, end, deepest point and depth in px."""
    contours = contours_of(mask)
    if not contours:
        return []
    contour = contours[0].astype(np.int32)[:, None]
    hull = cv2.convexHull(contour, returnPoints=False)
    hull[::-1].sort(axis=0)
    found = cv2.convexityDefects(contour, hull)
    if found is None:  # OpenCV's stubs leave out the convex case
        return []  # type: ignore[unreachable]
    result = []
    for start, end, far, depth in found[:, 0]:
        if depth / 256 >= least:
            a, b, c = ((float(contour[i, 0, 0]), float(contour[i, 0, 1])) for i in (start, end, far))
            result.append((a, b, c, float(depth) / 256))
    return result


def _armpit(mask: np.ndarray, axis: float, size: float, lowest: float) -> Pair | None:
    """The corner between a left sleeve and the body, where the outline shows one."""
    left, top, right, bottom = extent(mask)
    height = bottom - top
    best: tuple[float, Pair] | None = None
    for start, end, far, depth in defects(mask, 0.02 * size):
        across = (start[0] - axis) * (end[0] - axis) < 0
        if across or far[0] > axis - 0.08 * (right - left) or not 0.1 < (far[1] - top) / height < lowest:
            continue
        above = mask[max(0, int(far[1] - 0.14 * size)) : int(far[1]) + 1]
        columns = np.nonzero(above.max(0))[0]
        if not len(columns) or columns[0] > far[0] - 0.025 * size:
            continue  # nothing stands out to the left above it: a waist, not a sleeve
        worth = depth * (1.0 if far[1] < top + 0.55 * height else 0.5)
        if best is None or worth > best[0]:
            best = (worth, far)
    return best[1] if best else None


def _neck(top_of: np.ndarray, axis: float, width: float, armpit: Pair | None, size: float) -> Pair:
    """The high point of the shoulder beside the neck: where the top edge bends towards the middle."""
    outer = max(armpit[0] if armpit else axis - 0.5 * width, axis - 0.6 * width)
    columns = np.arange(int(max(outer, 0)), max(int(outer) + 3, int(axis)))
    columns = columns[
        (columns < len(top_of)) & (top_of[np.clip(columns, 0, len(top_of) - 1)] < len(top_of) * 9)
    ]
    heights = top_of[columns]
    chord = np.interp(columns, [columns[0], columns[-1]], [heights[0], heights[-1]])
    above = chord - heights
    above = np.where(columns > axis - 0.27 * width, above, -np.inf)
    pick = int(np.argmax(above))
    if not above[pick] > 0.008 * size or columns[pick] > axis - 0.07 * width:
        x = float(np.clip(axis - 0.17 * width, 0, len(top_of) - 1))
        return x, float(top_of[int(x)])
    return float(columns[pick]), float(heights[pick])


def _shoulder(
    mask: np.ndarray, top_of: np.ndarray, neck: Pair, axis: float, width: float, armpit: Pair | None
) -> Pair:
    if armpit:
        _, top, _, bottom = extent(mask)
        inset = 0.05 if armpit[1] < top + HANGING * (bottom - top) else 0.1
        x = float(np.clip(armpit[0] + inset * width, 0, max(1.0, neck[0] - 0.04 * width)))
        return x, float(top_of[int(x)])
    # Without a sleeve the shoulder ends where the strap or the shoulder seam does: the outermost
    # point of the top seventh of the garment.
    _, top, _, bottom = extent(mask)
    rows = mask[int(neck[1]) : int(neck[1] + (bottom - top) * 0.12) + 2]
    columns = np.nonzero(rows.max(0))[0]
    x = float(min(columns[0] if len(columns) else neck[0], neck[0]))
    return x, float(top_of[int(x)])


def _cuff(mask: np.ndarray, shoulder: Pair, armpit: Pair, size: float) -> tuple[Pair, Pair] | None:
    """Outer and inner corner of the left sleeve's end."""
    region = _sleeve(mask, shoulder, armpit)
    ys, xs = np.nonzero(region)
    if len(xs) < 0.004 * size * size:
        return None
    points = np.stack([xs, ys], axis=1).astype(float)
    middle = (np.array(shoulder) + np.array(armpit)) / 2
    # A short sleeve that hangs down is a sliver: its upper end is as far from its middle as its lower one.
    across = np.hypot(*(np.array(shoulder) - np.array(armpit)))
    beyond = points[np.hypot(*(points - np.array(shoulder)).T) > 0.6 * across]
    if len(beyond) < 30:
        return None
    end = _far_end(beyond, middle)
    return _end_corners(points, middle, end, size)


def _far_end(points: np.ndarray, root: np.ndarray) -> np.ndarray:
    reach = np.hypot(*(points - root).T)
    return points[reach > np.percentile(reach, 93)].mean(0)


def _end_corners(
    points: np.ndarray, root: np.ndarray, end: np.ndarray, size: float
) -> tuple[Pair, Pair] | None:
    direction = (end - root) / max(float(np.hypot(*(end - root))), 1e-6)
    normal = np.array([direction[1], -direction[0]])
    if normal[1] > 0 or (normal[1] == 0 and normal[0] > 0):
        normal = -normal  # towards the outside: up, or left for a hanging sleeve
    if abs(direction[1]) > 0.9:
        normal = np.array([-abs(direction[1]), abs(direction[0]) * np.sign(-direction[0] or 1)])
    along, sideways = (points - root) @ direction, (points - root) @ normal
    outer = points[np.argmax(along + 1.5 * sideways)]
    inner = points[np.argmax(along - 1.5 * sideways)]
    if np.hypot(*(outer - inner)) < 0.016 * size:
        return None
    return (float(outer[0]), float(outer[1])), (float(inner[0]), float(inner[1]))


def _sleeve(mask: np.ndarray, shoulder: Pair, armpit: Pair) -> np.ndarray:
    """The part of the mask on the outer side of the line from shoulder to armpit."""
    cut = mask.copy()
    a, b = np.array(shoulder), np.array(armpit)
    step = (b - a) / max(float(np.hypot(*(b - a))), 1e-6)
    ends = [tuple(int(v) for v in point) for point in (a - step * 40, b + step * 5)]
    cv2.line(cut, ends[0], ends[1], 0, 3)
    count, labels = cv2.connectedComponents(cut)
    if count < 2:
        return np.zeros_like(mask)
    columns = np.arange(mask.shape[1])[None, :] * np.ones_like(labels)
    outside = [
        label for label in range(1, count)
        if columns[labels == label].mean() < min(a[0], b[0]) + 0.02 * mask.shape[1]
    ]  # fmt: skip
    if not outside:
        return np.zeros_like(mask)
    biggest = max(outside, key=lambda label: int((labels == label).sum()))
    return np.where(labels == biggest, 255, 0).astype(np.uint8)


def _hem_corner(mask: np.ndarray, axis: float, armpit: Pair | None) -> Pair:
    """The lower left corner of the body, sleeves left out."""
    _, top, _, bottom = extent(mask)
    body = mask.copy()
    run = run_at(mask, top + 0.9 * (bottom - top), axis)
    edge = min(armpit[0] if armpit else axis, run[0] if run else axis) - 0.12 * (bottom - top)
    body[:, : max(0, int(edge))] = 0
    ys, xs = np.nonzero(body[int(top + 0.5 * (bottom - top)) :])
    ys = ys + int(top + 0.5 * (bottom - top))
    near = xs < axis
    if not near.any():
        return axis, float(bottom - 1)
    pick = int(np.argmax(ys[near] - 0.8 * xs[near]))
    return float(xs[near][pick]), float(ys[near][pick])


def bottoms(mask: np.ndarray, size: float, *, legs: bool) -> Bottom:
    """Waist, crotch and hems of something worn from the waist down."""
    _, top, _, bottom = extent(mask)
    axis = axis_of(mask)
    height = bottom - top
    upper = mask[top : top + max(4, int(0.12 * height))]
    ys, xs = np.nonzero(upper)
    ys = ys + top
    waist = tuple(
        (float(xs[pick]), float(ys[pick]))
        for pick in (int(np.argmax(-ys * 1.2 - xs)), int(np.argmax(-ys * 1.2 + xs)))
    )
    crotch = _crotch(mask, axis, size) if legs else None
    hems = _leg_ends(mask, crotch) if crotch else (_lower_corners(mask),)
    return Bottom((waist[0], waist[1]), crotch, hems)


def _crotch(mask: np.ndarray, axis: float, size: float) -> Pair | None:
    left, top, right, bottom = extent(mask)
    found = [
        (depth, far) for start, end, far, depth in defects(mask, 0.05 * size)
        if abs(far[0] - axis) < 0.16 * (right - left)
        and (far[1] - top) / (bottom - top) > 0.2
        and max(start[1], end[1]) > top + 0.7 * (bottom - top)
        and min(start[1], end[1]) > far[1]
        and (start[0] - axis) * (end[0] - axis) < 0
    ]  # fmt: skip
    return max(found)[1] if found else None


def _leg_ends(mask: np.ndarray, crotch: Pair) -> tuple[tuple[Pair, Pair], ...]:
    ends = []
    for inner_sign, part in ((1, slice(0, int(crotch[0]))), (-1, slice(int(crotch[0]), mask.shape[1]))):
        leg = np.zeros_like(mask)
        leg[int(crotch[1]) :, part] = mask[int(crotch[1]) :, part]
        ys, xs = np.nonzero(leg)
        if not len(xs):
            continue
        outer = int(np.argmax(ys * 1.0 - inner_sign * xs))
        inner = int(np.argmax(ys * 1.0 + inner_sign * xs * 0.8))
        ends.append(((float(xs[outer]), float(ys[outer])), (float(xs[inner]), float(ys[inner]))))
    return tuple(ends)


def _lower_corners(mask: np.ndarray) -> tuple[Pair, Pair]:
    _, top, _, bottom = extent(mask)
    start = int(top + 0.5 * (bottom - top))
    ys, xs = np.nonzero(mask[start:])
    ys = ys + start
    left, right = int(np.argmax(ys * 1.2 - xs)), int(np.argmax(ys * 1.2 + xs))
    return (float(xs[left]), float(ys[left])), (float(xs[right]), float(ys[right]))
