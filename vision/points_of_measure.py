"""Read points of measure on a photo, by kind of product. Codes are those of pom.csv."""

import numpy as np

from vision.contour import Look
from vision.landmarks import bend_may_lie_elsewhere
from vision.points_below_waist import LEGS, SKIRT
from vision.points_of_accessories import ACCESSORIES
from vision.tape import (
    HIDDEN,
    SIDES,
    Readers,
    Stretch,
    Tape,
    both_sides,
    mean_level,
    sides_of,
    unless_in_folds,
)

_LEFT = ("underarm_left", "waist_left", "hip_left", "hem_left")
_RIGHT = ("underarm_right", "waist_right", "hip_right", "hem_right")
_WAIST_BELOW_HPS = 41.0
_DEEPEST_ARMHOLE = 0.72  # of the chest: a notch farther below the neck is not the underarm
_CHEST_STEPS = 7  # cm lower that are tried where a sleeve touches the side
_LEAST_NECK = 0.3  # of the shoulder width: neck points nearer to each other lie on the collar
_LEAST_SEAMS = 0.3  # of the shoulder width: both shoulder seams together
# Of its width: how far its middle may lie off the axis; one half is a quarter wider then.
_MOST_UNEVEN = 0.055
_FAR_FROM_CUFF = 0.18  # of the length: a sleeve that ends so far away does not make the corner of a hem
_BELOW_CUFFS = 0.1  # of the length: a hem that far below a sleeve cannot be hidden by it
_NO_END = "the end of the sleeve does not show"
_BEHIND_SLEEVE = "a sleeve lies over the edge"
_UNEVEN = "one side of the body is far wider than the other"
_WIDEST_SHOULDER = 1.0  # of the distance between the underarms
# How far the bend at each shoulder may lie elsewhere: of the shoulder width, and of the sleeve's length.
_UNSURE_SHOULDER, _UNSURE_SLEEVE = 0.12, 0.15


def readers_for(product_type: str, marks: dict[str, np.ndarray]) -> Readers:
    """Return what can be read of a product with these landmarks, the main length first."""
    if "crotch" in marks:
        return {code: read for code, read in LEGS.items() if code != "KN1" or product_type != "shorts"}
    if "hps_left" in marks:
        readers = dict(_BODY)
        if "elbow_top_left" in marks:
            readers |= _SLEEVE | _LONG_SLEEVE
        elif "sleeve_end_top_left" in marks:
            readers |= _SLEEVE
        return readers | (_HOOD if product_type == "hoodie" else {})
    return SKIRT if product_type == "skirt" else ACCESSORIES[product_type]


def axis(marks: dict[str, np.ndarray]) -> np.ndarray:
    """Return the unit vector that points down a product with these landmarks."""
    if "crotch" in marks:
        waist = marks["waist_right"] - marks["waist_left"]
        hems = np.mean(
            [marks[f"leg_{edge}_hem_{side}"] for edge in ("inner", "outer") for side in SIDES], axis=0
        )
        return _unit(_unit(np.array([-waist[1], waist[0]])) + _unit(hems - marks["waist_centre"]))
    for top, bottom in (("hps_left", "hem_centre"), ("waist_centre", "hem_centre"), ("bag_top", "bag_base"),
                        ("top", "opening")):  # fmt: skip
        if top in marks and bottom in marks:
            start = (marks["hps_left"] + marks["hps_right"]) / 2 if top == "hps_left" else marks[top]
            return _unit(marks[bottom] - start)
    if "heel_back" in marks:
        along = marks["ground_ball"] - marks["ground_heel"]
        return _unit(np.array([-along[1], along[0]]) * np.sign(along[0]))
    along = marks["band_front"] - marks["band_back"]
    return _unit(np.array([-along[1], along[0]]) * np.sign(along[0]))


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(1e-9, float(np.linalg.norm(vector)))


def _length(tape: Tape) -> Stretch:
    hem = mean_level(tape, "hem")
    length = both_sides(*(tape.straight_down(f"hps_{side}", hem) for side in SIDES), allowed=0.04)
    neck, shoulders = (tape.between(f"{stem}_left", f"{stem}_right").length for stem in ("hps", "shoulder"))
    hidden = tape.is_hidden("hps_left", "hps_right") or neck < _LEAST_NECK * shoulders
    return Stretch(length.path, "a neck point does not show") if hidden else length


def _chest(tape: Tape) -> Stretch:
    levels = [tape.level(tape.marks[f"underarm_{side}"]) for side in SIDES]
    level = (sum(levels) / 2 if abs(levels[0] - levels[1]) < 0.05 * tape.length else min(levels)) + tape.px(
        2.5
    )
    tried = [
        _of_body(tape.across(level + tape.px(cm), left=_LEFT, right=_RIGHT), tape)
        for cm in range(_CHEST_STEPS)
    ]
    stretch = next((each for each in tried if not each.doubt), tried[0])
    depth = min(levels) - mean_level(tape, "hps")
    hidden = "sleeve_end_top_left" in tape.marks and (
        not all(_shows_underarm(tape, side) for side in SIDES) or depth > _DEEPEST_ARMHOLE * stretch.length
    )
    if "sleeve_end_top_left" not in tape.marks:
        hidden = not all(tape.ends_armhole(side) for side in SIDES)
    if _is_uneven(tried[0], tape):
        return Stretch(stretch.path, _UNEVEN)
    return Stretch(stretch.path, "an underarm is hidden") if hidden else stretch


def _shows_underarm(tape: Tape, side: str) -> bool:
    """Say whether the underarm lies in a notch; below a short sleeve it is enough that the side of the body shows."""
    is_short = "elbow_top_left" not in tape.marks
    return tape.is_notch(f"underarm_{side}") or (is_short and tape.body_side(side) is not None)


def _waist(tape: Tape) -> Stretch:
    below = min(tape.px(_WAIST_BELOW_HPS), 0.65 * tape.length)
    return _of_body(tape.across(mean_level(tape, "hps") + below, left=_LEFT, right=_RIGHT), tape)


def _of_body(stretch: Stretch, tape: Tape) -> Stretch:
    """Doubt a width of the body that may end on a sleeve, that has far more on one side, or that hangs in folds."""
    if _is_uneven(stretch, tape):
        return Stretch(stretch.path, stretch.doubt or _UNEVEN)
    if "sleeve_end_top_left" in tape.marks and not tape.shows_on_body(stretch):
        return Stretch(stretch.path, stretch.doubt or _BEHIND_SLEEVE)
    return unless_in_folds(stretch, tape)


def _is_uneven(stretch: Stretch, tape: Tape) -> bool:
    """Say whether a width of the body is far wider on one side of its axis."""
    top, bottom = ((tape.marks[f"{stem}_left"] + tape.marks[f"{stem}_right"]) / 2 for stem in ("hps", "hem"))
    along = _unit(bottom - top)
    aside = (stretch.path[[0, -1]].mean(axis=0) - top) @ np.array([-along[1], along[0]])
    return abs(float(aside)) > _MOST_UNEVEN * stretch.length


def _hem(tape: Tape) -> Stretch:
    hem = tape.between("hem_left", "hem_right")
    cuffs = [name for name in tape.marks if name.startswith("sleeve_end")]
    apart = [np.linalg.norm(tape.marks[cuff] - tape.marks[f"hem_{side}"]) for cuff in cuffs for side in SIDES]
    lies_on_body = "elbow_top_left" in tape.marks and tape.is_hidden(*cuffs)
    if not cuffs:
        return unless_in_folds(hem, tape)
    is_free = all(_stands_alone(tape, side) for side in SIDES) or (_hem_is_free(tape) and not lies_on_body)
    if min(apart) < 0.04 * tape.length or not is_free:
        return Stretch(hem.path, _BEHIND_SLEEVE)
    return unless_in_folds(hem, tape)


def _stands_alone(tape: Tape, side: str) -> bool:
    """Say whether a hem corner is a clear corner of the outline, far from both corners of the sleeve's end."""
    hem = tape.marks[f"hem_{side}"]
    ends = [tape.marks[f"sleeve_end_{corner}_{side}"] for corner in ("top", "under")
            if f"sleeve_end_{corner}_{side}" in tape.marks]  # fmt: skip
    if min((float(np.linalg.norm(hem - end)) for end in ends), default=0.0) < _FAR_FROM_CUFF * tape.length:
        return False
    corner = tape.edge.corner(hem, Look(0.03 * tape.length, 0.035 * tape.length, 1, least=0.8))
    return corner is not None and bool(np.linalg.norm(corner - hem) < 0.005 * tape.length)


def _hem_is_free(tape: Tape) -> bool:
    """Say whether both corners of the hem are those of the body: reached from the underarm, or below the cuffs."""
    for side in SIDES:
        cuffs = [tape.level(tape.marks[f"sleeve_end_{corner}_{side}"]) for corner in ("top", "under")]
        below = tape.level(tape.marks[f"hem_{side}"]) - max(cuffs)
        if tape.body_side(side) is None and below < _BELOW_CUFFS * tape.length:
            return False
    return True


def _from_shoulder(stretch: Stretch, tape: Tape, most: float = _UNSURE_SHOULDER) -> Stretch:
    """Doubt a measure from the shoulder point where the edge runs into the sleeve without a clear bend.

    `most` is how far the bend may lie elsewhere, of the measure's length.
    """
    if _bend_is_unsure(tape, most * stretch.length) or _reaches_beyond_chest(tape):
        return Stretch(stretch.path, "the shoulder point does not show")
    if tape.is_hidden("hps_left", "hps_right"):
        return Stretch(stretch.path, "a neck point does not show")
    if _is_uneven(tape.between("shoulder_left", "shoulder_right"), tape):
        return Stretch(stretch.path, _UNEVEN)
    seams = [tape.between(f"hps_{side}", f"shoulder_{side}").length for side in SIDES]
    if sum(seams) < _LEAST_SEAMS * tape.between("shoulder_left", "shoulder_right").length:
        return Stretch(stretch.path, "the shoulders do not show")
    return stretch


def _reaches_beyond_chest(tape: Tape) -> bool:
    """Say whether shoulder points lie farther out than the underarms: on a hanger's arms, on the sleeves."""
    shoulders, underarms = (
        tape.between(f"{stem}_left", f"{stem}_right").length for stem in ("shoulder", "underarm")
    )
    return shoulders > _WIDEST_SHOULDER * underarms


def _bend_is_unsure(tape: Tape, most: float) -> bool:
    """Say whether the bends between shoulders and sleeves may lie elsewhere by more than `most` pixels."""
    if "sleeve_end_top_left" not in tape.marks:
        return False
    return sum(bend_may_lie_elsewhere(tape.marks, tape.edge, side, tape.right) for side in SIDES) / 2 > most


def _shoulder_drop(tape: Tape) -> Stretch:
    start = tape.marks["hps_right"]
    drop = tape.level(tape.marks["shoulder_right"]) - tape.level(start)
    return Stretch(np.array([start, start + tape.down * drop]))


def _upper_fold(tape: Tape) -> Stretch:
    elbow = ("elbow_top",) if "elbow_top_left" in tape.marks else ()
    sides = []
    for side in SIDES:
        fold = tape.between(*(f"{stem}_{side}" for stem in ("shoulder", *elbow, "sleeve_end_top")))
        ends = tape.ends_sleeve(side)
        sides.append(fold if ends else Stretch(fold.path, fold.doubt or _NO_END))
    return both_sides(*sides)


def _under_seam(tape: Tape) -> Stretch:
    elbow = ("elbow_under",) if "elbow_under_left" in tape.marks else ()
    return sides_of(tape, "underarm", *elbow, "sleeve_end_under")


def _from_centre_back(tape: Tape) -> Stretch:
    elbow = ("elbow_top_right",) if "elbow_top_right" in tape.marks else ()
    return tape.between("cb_neck", "shoulder_right", *elbow, "sleeve_end_top_right")


def _arm_edges(tape: Tape, side: str, *, lower: bool) -> tuple[np.ndarray, np.ndarray]:
    marks = tape.marks
    stems = [("shoulder", "underarm"), ("elbow_top", "elbow_under"), ("sleeve_end_top", "sleeve_end_under")]
    cuts = [
        (marks[f"{top}_{side}"], marks[f"{under}_{side}"]) for top, under in stems if f"{top}_{side}" in marks
    ]
    first, last = cuts[-2:] if lower else cuts[:2]
    return np.array([first[0], last[0]]), np.array([first[1], last[1]])


def _bicep(tape: Tape) -> Stretch:
    sides = [tape.square_to(*_arm_edges(tape, side, lower=False), 2.5) for side in SIDES]
    hidden = [not tape.is_notch(f"underarm_{side}") for side in SIDES]
    return both_sides(*(Stretch(each.path, HIDDEN if merged else each.doubt)
                        for each, merged in zip(sides, hidden, strict=True)))  # fmt: skip


def _above_cuff(tape: Tape, cm: float) -> Stretch:
    found = []
    for side in SIDES:
        top, under = _arm_edges(tape, side, lower=True)
        found.append(tape.square_to(top, under[::-1], cm))
    return both_sides(*found)


def _sleeve_opening(tape: Tape) -> Stretch:
    sides = []
    for side in SIDES:
        end = tape.between(f"sleeve_end_top_{side}", f"sleeve_end_under_{side}")
        free = tape.ends_sleeve(side) and tape.body_side(side) is not None
        sides.append(end if free else Stretch(end.path, end.doubt or _NO_END))
    return both_sides(*sides)


def _elbow(tape: Tape) -> Stretch:
    return both_sides(*(tape.square_to(*_arm_edges(tape, side, lower=True), 0.0) for side in SIDES))


def _hood_height(tape: Tape) -> Stretch:
    start = (tape.marks["hps_left"] + tape.marks["hps_right"]) / 2
    return Stretch(np.array([start, tape.marks["neck_top"]]))


_BODY: Readers = {
    "BL1": _length,
    "BL2": lambda tape: tape.between("cb_neck", "hem_centre"),
    "CH1": _chest,
    "WA1": _waist,
    "HE1": _hem,
    "SH1": lambda tape: _from_shoulder(tape.between("shoulder_left", "shoulder_right"), tape),
    "SH2": lambda tape: sides_of(tape, "hps", "shoulder"),
    "SH3": _shoulder_drop,
    "AH1": lambda tape: _from_shoulder(sides_of(tape, "shoulder", "underarm"), tape),
    "NK1": lambda tape: tape.between("hps_left", "hps_right"),
}
_SLEEVE: Readers = {
    "SL1": lambda tape: _from_shoulder(_upper_fold(tape), tape, _UNSURE_SLEEVE),
    "SL3": _under_seam,
    "BI1": _bicep,
    "SO1": _sleeve_opening,
    "SL2": _from_centre_back,
}
_LONG_SLEEVE: Readers = {"EL1": _elbow, "FA1": lambda tape: _above_cuff(tape, 10.0)}
_HOOD: Readers = {"HO1": _hood_height}
