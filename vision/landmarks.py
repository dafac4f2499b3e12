"""Move fitted landmarks onto the true contour: corners, notches, shoulder points."""

import numpy as np

from vision.contour import Edge
from vision.outlines import Fit

type Marks = dict[str, np.ndarray]

CORNER_REACH = 0.045
NOTCH_REACH = 0.06
_UNDERARM_REACH = 0.14


def refined_landmarks(fit: Fit, edge: Edge) -> Marks:
    """Return the fit's landmarks, moved onto the contour of its mask where one is near.

    A landmark with no contour near it stays where the fit has it: it is hidden, for example an
    underarm behind a hanging sleeve.
    """
    marks = {name: np.array(point) for name, point in fit.landmarks.items()}
    down = np.array(fit.axis)
    right = np.array([down[1], -down[0]])
    wanted = {name: way for name in marks if (way := _direction(name, marks, down, right)) is not None}
    for name, (way, reach) in wanted.items():
        found = edge.extreme(marks[name], way, reach * fit.length_px)
        if found is not None:
            marks[name] = found
    if fit.family in {"long sleeves", "short sleeves"}:
        for side in ("left", "right"):
            _deepest_underarm(marks, edge, side, np.array(fit.landmarks[f"underarm_{side}"]), fit.length_px)
            _bend_at_shoulder(marks, edge, side, down)
    for name, way in (("hem_centre", down), ("waist_centre", -down), ("bag_base", down), ("bag_top", -down),
                      ("opening", down), ("top", -down)):  # fmt: skip
        if name in marks:
            marks[name] = _drop_to_edge(edge, marks[name], way, fit.length_px)
    if "handle_top" in marks:
        marks["handle_top"] = _inner_edge(edge, marks["handle_top"], down, fit.length_px)
    return marks


def _direction(
    name: str, marks: Marks, down: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, float] | None:
    """Return the way a landmark sticks out and how far (in main lengths) it may move; None to stay."""
    stem, _, side = name.rpartition("_")
    outward = right if side == "right" else -right
    fixed = {
        "hem": (outward + down, CORNER_REACH),
        "waist": (outward - down, CORNER_REACH) if "crotch" in marks or "waist_centre" in marks else None,
        "leg_outer_hem": (outward + down, 0.03),
        "leg_inner_hem": (down - 0.8 * outward, 0.03),
        "bag_top": (outward - down, CORNER_REACH),
        "bag_base": (outward + down, CORNER_REACH),
        "opening": (outward + down, CORNER_REACH) if side in {"left", "right"} else None,
    }
    if stem in fixed:
        return fixed[stem]
    if stem in {"sleeve_end_top", "sleeve_end_under", "underarm"}:
        return _arm_direction(stem, side, marks, down)
    single = {"crotch": (-down, 0.05), "heel_back": (-right, 0.04), "toe_tip": (right, 0.04)}
    return single.get(name)


def _arm_direction(stem: str, side: str, marks: Marks, down: np.ndarray) -> tuple[np.ndarray, float] | None:
    end_top, end_under = marks.get(f"sleeve_end_top_{side}"), marks.get(f"sleeve_end_under_{side}")
    if end_top is None or end_under is None:
        return None
    across = _unit(end_under - end_top)
    inner = marks.get(f"elbow_under_{side}", marks[f"underarm_{side}"])
    along = _unit(end_under - inner)
    if stem == "underarm":
        first = marks.get(f"elbow_under_{side}", end_under)
        return -(_unit(first - marks[f"underarm_{side}"]) + down), NOTCH_REACH
    return (along + (across if stem.endswith("under") else -across), CORNER_REACH)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(1e-9, float(np.linalg.norm(vector)))


def _deepest_underarm(marks: Marks, edge: Edge, side: str, guess: np.ndarray, length: float) -> None:
    """Put the underarm at the deepest point of the contour between sleeve end and hem, if near the fit's."""
    start, end = marks[f"sleeve_end_under_{side}"], marks[f"hem_{side}"]
    path = edge.path(start, end)
    chord = _unit(end - start)
    if len(path) < 10:
        return
    offset = path - start
    depth = offset[:, 0] * chord[1] - offset[:, 1] * chord[0]
    middle = (marks["hps_left"] + marks["hem_centre"]) / 2 - start
    depth *= np.sign(middle[0] * chord[1] - middle[1] * chord[0])
    deepest = int(np.argmax(depth))
    if depth[deepest] > 0.03 * length and np.linalg.norm(path[deepest] - guess) < _UNDERARM_REACH * length:
        marks[f"underarm_{side}"] = path[deepest]


def _bend_at_shoulder(marks: Marks, edge: Edge, side: str, down: np.ndarray) -> None:
    """Put the shoulder point where the contour between neck and sleeve bends, if it bends clearly."""
    start, guess = marks[f"hps_{side}"], marks[f"shoulder_{side}"]
    end = marks.get(f"elbow_top_{side}", marks[f"sleeve_end_top_{side}"])
    path = _edge_between(edge, start, end, down)
    if len(path) < 16:
        return
    costs = [_line_misfit(path[: i + 1]) + _line_misfit(path[i:]) for i in range(4, len(path) - 4)]
    pull = [float(np.sum((path[i] - guess) ** 2)) for i in range(4, len(path) - 4)]
    noise = max(0.3, float(np.linalg.norm(end - start)) * 0.006)
    reach = float(np.linalg.norm(end - start)) * 0.12
    best = int(np.argmin(np.array(costs) / noise**2 + np.array(pull) / reach**2))
    marks[f"shoulder_{side}"] = path[best + 4]


def _edge_between(edge: Edge, start: np.ndarray, end: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Return points on the upper edge above the chord from `start` to `end`, evenly spaced (k, 2)."""
    chord = end - start
    length = float(np.linalg.norm(chord))
    normal = np.array([chord[1], -chord[0]]) / max(length, 1e-9)
    if normal @ down > 0:
        normal = -normal
    points = []
    for share in np.linspace(0.04, 0.96, 40):
        base = start + chord * share - normal * length * 0.08
        found = edge.crossing(base, normal, length * 0.2, length * 0.2)
        if found is not None:
            points.append(base + normal * found)
    return np.array(points)


def _line_misfit(path: np.ndarray) -> float:
    centred = path - path.mean(axis=0)
    return float(np.linalg.eigvalsh(centred.T @ centred)[0])


def _inner_edge(edge: Edge, guess: np.ndarray, down: np.ndarray, length: float) -> np.ndarray:
    """Return the lower edge of a handle, from a guess near its upper edge."""
    start = guess + down * length * 0.02
    found = edge.crossing(start, down, length * 0.04, length * 0.06)
    return guess if found is None else start + down * found


def _drop_to_edge(edge: Edge, guess: np.ndarray, down: np.ndarray, length: float) -> np.ndarray:
    start = guess - down * length * 0.1
    found = edge.crossing(start, down, length * 0.1, length * 0.08)
    return guess if found is None else start + down * found
