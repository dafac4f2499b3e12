"""Move fitted landmarks onto the true contour: corners, notches, shoulder points."""

import numpy as np

from vision.contour import Edge, Look, crossing_of, line_through
from vision.outlines import Fit

type Marks = dict[str, np.ndarray]

SIDES = ("left", "right")
CORNER_REACH = 0.055
_UNDERARM_REACH = 0.2
_SHORT_OF_CROTCH = 0.10  # of the length: how far above the visible notch the legs may begin to part
_LEAST_HANDLE = 0.03  # of the length: an edge farther above a bag's is that of its handle
_LEAST_COLLAR = 0.01  # of the length: a dent so deep between HPS and shoulder is the lower end of a collar
_LEAST_SPREAD = 0.06  # radians between the inner edges of the legs
# A bend elsewhere is as good when its misfit is at most so many times the best, and so much of the length worse.
_AS_GOOD, _EVEN_EDGE = 1.5, 0.0015


def refined_landmarks(fit: Fit, edge: Edge, *, raised_neck: bool = False) -> Marks:
    """Return the fit's landmarks, moved onto the contour of its mask where one is near.

    A landmark with no contour near it stays where the fit has it: it is hidden, for example an
    underarm behind a hanging sleeve. `raised_neck`: a collar or hood rises above the neck points.
    """
    marks = {name: np.array(point) for name, point in fit.landmarks.items()}
    down, length = np.array(fit.axis), fit.length_px
    _to_corners(marks, edge, down, length)
    if "hps_left" in marks:
        _to_neck_points(marks, edge, down, length, raised=raised_neck)
    if fit.family in {"long sleeves", "short sleeves"}:
        for side in SIDES:
            _to_cuff(marks, edge, side, length)
            _to_underarm(marks, edge, side, length)
            _bend_at_shoulder(marks, edge, side)
    for side in SIDES if fit.family == "sleeveless" else ():
        _to_armhole(marks, edge, side, down, length)
    for side in SIDES if "hps_left" in marks else ():
        _below_collar(marks, edge, side, length)
    if "crotch" in marks:
        _to_crotch(marks, edge, down, length)
    _to_edges(marks, edge, down, length)
    return marks


def _to_corners(marks: Marks, edge: Edge, down: np.ndarray, length: float) -> None:
    """Move the corners of hems, waists and bags; where none shows, to what sticks out farthest."""
    right = np.array([down[1], -down[0]])
    for name in list(marks):
        found = _direction(name, marks, down, right)
        if found is None:
            continue
        way, reach = found
        way = _unit(way)
        look = Look(reach * 1.3 * length, 0.035 * length, 1, way, facing=0.4)
        corner = edge.corner(marks[name], look) if name not in {"heel_back", "toe_tip"} else None
        corner = edge.extreme(marks[name], way, reach * length) if corner is None else corner
        if corner is not None:
            marks[name] = corner


def _direction(
    name: str, marks: Marks, down: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, float] | None:
    """Return the way a landmark sticks out and how far (in main lengths) it may move; None to stay."""
    stem, _, side = name.rpartition("_")
    outward = right if side == "right" else -right
    fixed = {
        "hem": (outward + down, CORNER_REACH),
        "waist": (outward - down, CORNER_REACH) if "crotch" in marks or "waist_centre" in marks else None,
        "leg_outer_hem": (outward + down, 0.04),
        "leg_inner_hem": (down - 0.8 * outward, 0.04),
        "bag_top": (outward - down, CORNER_REACH),
        "bag_base": (outward + down, CORNER_REACH),
        "opening": (outward + down, CORNER_REACH) if side in SIDES else None,
    }
    if stem in fixed:
        return fixed[stem]
    return {"heel_back": (-right, 0.04), "toe_tip": (right, 0.04)}.get(name)


def _to_neck_points(marks: Marks, edge: Edge, down: np.ndarray, length: float, *, raised: bool) -> None:
    """Put each HPS at the corner between neck and shoulder: a notch below a collar or hood."""
    right = np.array([down[1], -down[0]])
    for side in SIDES:
        outward = right if side == "right" else -right
        bend, way = (-1, _unit(down - outward * 0.8)) if raised else (1, -down)
        seam = float(np.linalg.norm(marks[f"shoulder_{side}"] - marks[f"hps_{side}"]))
        arm = (0.03 if raised else 0.05) * length
        reach = min(0.09 * length, 0.7 * seam) if raised else min(0.05 * length, 0.4 * seam)
        look = Look(reach, arm, bend, way, facing=0.2, pull=0.4, least=0.2)
        found = edge.corner(marks[f"hps_{side}"], look)
        if found is None and not raised:
            found = edge.nearest(marks[f"hps_{side}"], reach)
        if found is not None:
            marks[f"hps_{side}"] = found


def _below_collar(marks: Marks, edge: Edge, side: str, length: float) -> None:
    """Move an HPS that sits on a collar to where the collar meets the shoulder: the deepest dent between it and
    the shoulder point."""
    hps, shoulder = marks[f"hps_{side}"], marks[f"shoulder_{side}"]
    path = edge.stretch(hps, shoulder)
    span = float(np.linalg.norm(shoulder - hps))
    if not len(path) or len(path) > 1.6 * span + 0.05 * length:
        return
    deepest = deepest_point(
        path, (marks["hps_left"] + marks["hps_right"]) / 2 * 0.4 + marks["hem_centre"] * 0.6
    )
    if deepest is not None and deepest[1] > _LEAST_COLLAR * length:
        marks[f"hps_{side}"] = deepest[0]


def _to_cuff(marks: Marks, edge: Edge, side: str, length: float) -> None:
    """Put the two corners of a sleeve's end on the contour's."""
    top, under = f"sleeve_end_top_{side}", f"sleeve_end_under_{side}"
    opening = float(np.linalg.norm(marks[under] - marks[top]))
    across = _unit(marks[under] - marks[top])
    inner_top = marks.get(f"elbow_top_{side}", marks[f"shoulder_{side}"])
    inner_under = marks.get(f"elbow_under_{side}", marks[f"underarm_{side}"])
    along = _unit(_unit(marks[top] - inner_top) + _unit(marks[under] - inner_under))
    arm = float(np.clip(0.35 * opening, 4.0, 0.035 * length))
    for name, way in ((top, along - across), (under, along + across)):
        look = Look(CORNER_REACH * length, arm, 1, _unit(way), facing=0.4)
        found = edge.corner(marks[name], look)
        if found is None:
            found = edge.extreme(marks[name], way, 0.045 * length)
        if found is not None:
            marks[name] = found


def _to_underarm(marks: Marks, edge: Edge, side: str, length: float) -> None:
    """Put the underarm at the deepest point of the contour between sleeve end and hem, if near the fit's.

    Deepest: farthest from the straight line between the two. A short sleeve is followed from the upper
    corner of its end, for it may lie on its own under seam.
    """
    corner = "under" if f"elbow_top_{side}" in marks else "top"
    start, end = marks[f"sleeve_end_{corner}_{side}"], marks[f"hem_{side}"]
    path = edge.stretch(start, end)
    deepest = deepest_point(path, (marks["hps_left"] + marks["hem_centre"]) / 2)
    if deepest is None:
        return
    at, depth = deepest
    near = np.linalg.norm(at - marks[f"underarm_{side}"]) < _UNDERARM_REACH * length
    if depth > 0.03 * length and near:
        arm = 0.045 * length
        notch = edge.corner(at, Look(0.02 * length, arm, -1, least=0.35))
        marks[f"underarm_{side}"] = at if notch is None else notch


def deepest_point(path: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, float] | None:
    """Return the point of a path farthest from the line between its ends, towards `inside`, and how far."""
    if len(path) < 10:
        return None
    chord = _unit(path[-1] - path[0])
    normal = np.array([-chord[1], chord[0]])
    depth = (path - path[0]) @ normal * np.sign((inside - path[0]) @ normal)
    at = int(np.argmax(depth))
    return path[at], float(depth[at])


def _to_armhole(marks: Marks, edge: Edge, side: str, down: np.ndarray, length: float) -> None:
    """Put shoulder point and underarm of a garment without sleeves on their corners."""
    right = np.array([down[1], -down[0]]) * (1 if side == "right" else -1)
    for stem, way, least in (("shoulder", right - down, 0.35), ("underarm", right - 0.3 * down, 0.25)):
        name = f"{stem}_{side}"
        found = edge.corner(marks[name], Look(0.07 * length, 0.03 * length, 1, _unit(way), 0.2, 0.5, least))
        if found is not None:
            marks[name] = found


def _to_crotch(marks: Marks, edge: Edge, down: np.ndarray, length: float) -> None:
    """Put the crotch where the inner edges of the legs meet: a slit closes on a photo before they do."""
    parting = parting_of_legs(marks, edge, down, length)
    if parting is None:
        return
    notch, met = parting
    if np.linalg.norm(notch - marks["crotch"]) > 0.25 * length:
        return
    marks["crotch"] = notch
    if met is not None:
        rise, aside = (notch - met) @ down, (notch - met) @ [down[1], -down[0]]
        if 0 < rise < _SHORT_OF_CROTCH * length and abs(aside) < 0.04 * length:
            marks["crotch"] = met


def parting_of_legs(
    marks: Marks, edge: Edge, down: np.ndarray, length: float
) -> tuple[np.ndarray, np.ndarray | None] | None:
    """Return the visible notch between the legs, and where their inner edges would meet above it.

    None without a notch; the second is None when the edges are too short or run side by side.
    """
    path = edge.stretch(marks["leg_inner_hem_left"], marks["leg_inner_hem_right"])
    deepest = deepest_point(path, marks["waist_centre"])
    if deepest is None or deepest[1] < 0.02 * length:
        return None
    notch, depth = deepest
    at = int(np.argmin(np.linalg.norm(path - notch, axis=1)))
    below = (path - notch) @ down
    chosen = (below > 0.08 * depth) & (below < 0.45 * depth)
    sides = [path[:at][chosen[:at]], path[at:][chosen[at:]]]
    if min(len(side) for side in sides) < 8:
        return notch, None
    lines = [line_through(side) for side in sides]
    spread = float(np.arccos(np.clip(abs(lines[0][1] @ lines[1][1]), 0, 1)))
    return notch, crossing_of(*lines) if spread > _LEAST_SPREAD else None


def _to_edges(marks: Marks, edge: Edge, down: np.ndarray, length: float) -> None:
    """Drop the middles of hems, waists and openings onto the edge."""
    for name, way in (("hem_centre", down), ("waist_centre", -down), ("bag_base", down), ("bag_top", -down),
                      ("opening", down), ("top", -down)):  # fmt: skip
        if name in marks:
            found = _drop_to_edge(edge, marks[name], way, length)
            is_handle = name == "bag_top" and np.linalg.norm(found - marks[name]) > _LEAST_HANDLE * length
            marks[name] = marks[name] if is_handle else found
    if "handle_top" in marks:
        marks["handle_top"] = _inner_edge(edge, marks["handle_top"], down, length)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(1e-9, float(np.linalg.norm(vector)))


def _bend_at_shoulder(marks: Marks, edge: Edge, side: str) -> None:
    """Put the shoulder point where the contour between neck and sleeve bends, if it bends clearly."""
    path = shoulder_and_sleeve(marks, edge, side)
    if path is None:
        return
    span = _length_of_shoulder_and_sleeve(marks, side)
    first, costs = bends(path)
    costs = costs * 40 / max(0.3, span * 0.006) ** 2
    pull = np.sum((path[first : first + len(costs)] - marks[f"shoulder_{side}"]) ** 2, axis=1)
    marks[f"shoulder_{side}"] = path[first + int(np.argmin(costs + pull / (span * 0.12) ** 2))]


def shoulder_and_sleeve(marks: Marks, edge: Edge, side: str) -> np.ndarray | None:
    """Return the contour from the neck to the elbow or a short sleeve's end (k, 2), without its ends.

    None where the contour does not run straight enough from one to the other.
    """
    path = edge.stretch(marks[f"hps_{side}"], _end_of_upper_fold(marks, side))
    span = _length_of_shoulder_and_sleeve(marks, side)
    if not span * 0.8 < len(path) < span * 1.4:
        return None
    ends = max(3, round(0.04 * len(path)))
    path = path[ends : -ends : max(1, len(path) // 100)]
    return path if len(path) >= 16 else None


def bends(path: np.ndarray) -> tuple[int, np.ndarray]:
    """Return how badly two straight lines that meet at a point of a path describe it, for each point that may be
    its bend: the first one's place, and mean squared distances in square pixels."""
    first = max(6, round(0.12 * len(path)))
    costs = (_line_misfits(path) + _line_misfits(path[::-1])[::-1]) / len(path)
    return first, costs[first:-6]


def bend_may_lie_elsewhere(marks: Marks, edge: Edge, side: str, right: np.ndarray) -> float:
    """Return how wide the stretch is (pixels across the body) within which the bend at a shoulder may lie as well.

    Infinite where the contour does not show it.
    """
    path = shoulder_and_sleeve(marks, edge, side)
    if path is None:
        return float("inf")
    first, costs = bends(path)
    across = path[first : first + len(costs)]
    at = int(np.argmin(np.linalg.norm(across - marks[f"shoulder_{side}"], axis=1)))
    grain = (_EVEN_EDGE * _length_of_shoulder_and_sleeve(marks, side)) ** 2
    worse = np.flatnonzero(costs > _AS_GOOD * costs[at] + grain)
    left, after = worse[worse < at], worse[worse > at]
    low, high = (int(left[-1]) + 1 if len(left) else 0), (int(after[0]) - 1 if len(after) else len(costs) - 1)
    return abs(float((across[high] - across[low]) @ right))


def _end_of_upper_fold(marks: Marks, side: str) -> np.ndarray:
    return marks.get(f"elbow_top_{side}", marks[f"sleeve_end_top_{side}"])


def _length_of_shoulder_and_sleeve(marks: Marks, side: str) -> float:
    return float(np.linalg.norm(_end_of_upper_fold(marks, side) - marks[f"hps_{side}"]))


def _line_misfits(path: np.ndarray) -> np.ndarray:
    """Return, for each point, the sum of squared distances of the path up to it from the line nearest to them."""
    x, y = (path - path.mean(axis=0)).T
    count = np.arange(1, len(path) + 1)
    sum_x, sum_y = np.cumsum(x), np.cumsum(y)
    xx = np.cumsum(x * x) - sum_x**2 / count
    yy = np.cumsum(y * y) - sum_y**2 / count
    xy = np.cumsum(x * y) - sum_x * sum_y / count
    return np.maximum(0.0, (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy))


def _inner_edge(edge: Edge, guess: np.ndarray, down: np.ndarray, length: float) -> np.ndarray:
    """Return the lower edge of a handle, from a guess near its upper edge."""
    start = guess + down * length * 0.02
    found = edge.crossing(start, down, length * 0.04, length * 0.06)
    return guess if found is None else start + down * found


def _drop_to_edge(edge: Edge, guess: np.ndarray, down: np.ndarray, length: float) -> np.ndarray:
    start = guess - down * length * 0.1
    found = edge.crossing(start, down, length * 0.1, length * 0.08)
    return guess if found is None else start + down * found
