"""Read points of measure of trousers, shorts and skirts."""

import numpy as np

from vision.landmarks import parting_of_legs
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

_UNSURE_CROTCH = 0.025  # of the length: between the crotch and where the inner edges of the legs point
# Of the length: the inner edges of the legs of shorts whose thigh does not depend on the crotch.
_SHORT = (0.18, 0.5)
_LEAST_RISE = 0.03  # of the length: what rises so far above the corners of a waist is a hanger
_TOUCH = "the legs touch below the crotch"


def _outer(side: str) -> tuple[str, ...]:
    return tuple(f"{stem}_{side}" for stem in ("waist", "hip", "thigh_outer", "knee_outer", "leg_outer_hem"))


def _below_waist(tape: Tape, cm: float) -> Stretch:
    level = mean_level(tape, "waist") + tape.px(cm)
    if "crotch" in tape.marks:
        return tape.across(level, left=_outer("left"), right=_outer("right"))
    names = ("waist", "hip", "hem")
    left, right = (tuple(f"{name}_{side}" for name in names) for side in SIDES)
    return tape.across(level, left=left, right=right)


def _leg_edges(tape: Tape, side: str) -> tuple[np.ndarray, np.ndarray]:
    marks = tape.marks
    inner = marks[f"leg_inner_hem_{side}"] - marks["crotch"]
    outer = np.array([marks[f"thigh_outer_{side}"], marks[f"thigh_outer_{side}"] + inner])
    return outer, np.array([marks["crotch"], marks[f"leg_inner_hem_{side}"]])


def _thigh(tape: Tape) -> Stretch:
    """Measure below the crotch. A short leg is nearly as wide a little higher or lower: it is enough that a slit shows."""
    thigh = _across_leg(tape, 2.5)
    inner = max(tape.between("crotch", f"leg_inner_hem_{side}").length for side in SIDES)
    slit = parting_of_legs(tape.marks, tape.edge, tape.down, tape.length)
    is_short = _SHORT[0] * tape.length < inner < _SHORT[1] * tape.length
    return thigh if is_short and slit is not None else _from_crotch(tape, thigh)


def _across_leg(tape: Tape, cm: float) -> Stretch:
    return both_sides(*(tape.square_to(*_leg_edges(tape, side), cm, trust_under=cm < 5) for side in SIDES))


def _leg_opening(tape: Tape) -> Stretch:
    stretch = sides_of(tape, "leg_outer_hem", "leg_inner_hem")
    if parting_of_legs(tape.marks, tape.edge, tape.down, tape.length) is None:
        return Stretch(stretch.path, "the legs touch")
    lines = [tape.between(f"leg_outer_hem_{side}", f"leg_inner_hem_{side}").path for side in SIDES]
    if any(tape.crosses_a_gap(line - tape.down * 0.015 * tape.length) for line in lines):
        return Stretch(stretch.path, "a corner of a leg does not show")
    return stretch


def _legs_touch(tape: Tape) -> bool:
    """Say whether the inner edges of the legs do not point to the crotch, so that it may lie elsewhere."""
    parting = parting_of_legs(tape.marks, tape.edge, tape.down, tape.length)
    if parting is None or parting[1] is None:
        return True
    return abs(float((parting[1] - tape.marks["crotch"]) @ tape.down)) > _UNSURE_CROTCH * tape.length


def _from_crotch(tape: Tape, stretch: Stretch) -> Stretch:
    return Stretch(stretch.path, _TOUCH) if _legs_touch(tape) else stretch


def _inseam(tape: Tape) -> Stretch:
    hems = [f"leg_inner_hem_{side}" for side in SIDES]
    sides = both_sides(
        *(Stretch(tape.between("crotch", hem).path, tape.doubt_at(tape.marks[hem])) for hem in hems)
    )
    sides = Stretch(sides.path, HIDDEN) if tape.is_hidden(*hems) else sides
    return _from_crotch(tape, sides)


def _waist_edge(tape: Tape) -> Stretch:
    edge = tape.between("waist_left", "waist_right")
    clear = all(tape.waist_is_clear(side) for side in SIDES)
    return edge if clear else Stretch(edge.path, edge.doubt or "the waist does not show clearly")


def _outseam(tape: Tape) -> Stretch:
    """Measure along both outer edges; where a leg is folded, one of its corners does not show."""
    edges = both_sides(*(tape.along_edge(_outer(side), side) for side in SIDES))
    hidden = tape.is_hidden(*(f"leg_outer_hem_{side}" for side in SIDES))
    return Stretch(edges.path, edges.doubt or HIDDEN) if hidden else edges


def _skirt_length(tape: Tape) -> Stretch:
    """Measure down the middle, from the waist and not from the hanger above it."""
    length = tape.between("waist_centre", "hem_centre")
    above = mean_level(tape, "waist") - tape.level(tape.marks["waist_centre"])
    hangs = above > _LEAST_RISE * tape.length
    return Stretch(length.path, length.doubt or "a hanger covers the waist") if hangs else length


LEGS: Readers = {
    "OS1": _outseam,
    "WB1": _waist_edge,
    "HP1": lambda tape: _below_waist(tape, 10.0),
    "HP2": lambda tape: _below_waist(tape, 20.0),
    "TH1": _thigh,
    "KN1": lambda tape: _from_crotch(tape, _across_leg(tape, 33.0)),
    "LO1": _leg_opening,
    "IN1": _inseam,
    "FR1": lambda tape: _from_crotch(tape, Stretch(tape.between("waist_centre", "crotch").path)),
}


SKIRT: Readers = {
    "SK1": _skirt_length,
    "WB1": _waist_edge,
    "HP1": lambda tape: _below_waist(tape, 10.0),
    "HP2": lambda tape: _below_waist(tape, 20.0),
    "HE1": lambda tape: unless_in_folds(tape.between("hem_left", "hem_right"), tape),
    "SK2": lambda tape: sides_of(tape, "waist", "hip", "hem"),
}
