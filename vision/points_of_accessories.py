"""Read points of measure of bags, headwear and footwear."""

import numpy as np

from vision.tape import HIDDEN, SIDES, Reader, Readers, Stretch, Tape, mean_level

_JUST_INSIDE = 0.8  # cm below the upper edge
_NARROWEST_TOP = 0.45  # of the base: a narrower top of a bag is its handle


def _at_level(level_of: str, cm: float, *stems: str) -> Reader:
    def read(tape: Tape) -> Stretch:
        left, right = (tuple(f"{stem}_{side}" for stem in stems) for side in SIDES)
        return tape.across(mean_level(tape, level_of) + tape.px(cm), left=left, right=right)

    return read


def _along_axis(tape: Tape, first: str, last: str) -> Stretch:
    """Measure the distance of two landmarks along the axis."""
    start, end = tape.marks[first], tape.marks[last]
    return Stretch(np.array([start, start + tape.down * ((end - start) @ tape.down)]))


def _foot_length(tape: Tape) -> Stretch:
    """Measure heel to toe along the ground."""
    start, end = tape.marks["heel_back"], tape.marks["toe_tip"]
    return Stretch(np.array([start, start + tape.right * ((end - start) @ tape.right)]))


def _bag_height(tape: Tape) -> Stretch:
    """Measure from the upper edge, which a handle may cover, to the base."""
    height = tape.between("bag_top", "bag_base")
    top, base = (tape.between(f"{stem}_left", f"{stem}_right").length for stem in ("bag_top", "bag_base"))
    if top < _NARROWEST_TOP * base:
        return Stretch(height.path, "the upper edge does not show")
    return Stretch(height.path, HIDDEN if tape.is_hidden("bag_base") else tape.doubt_at(*height.path))


_TOTE: Readers = {
    "BH1": _bag_height,
    "BW1": _at_level("bag_base", -2.0, "bag_top", "bag_side", "bag_base"),
    "BW2": _at_level("bag_top", _JUST_INSIDE, "bag_top", "bag_side", "bag_base"),
    "BN1": lambda tape: tape.between("bag_top", "handle_top"),
}
_BEANIE: Readers = {
    "HC7": lambda tape: tape.between("top", "opening"),
    "HC6": _at_level("opening", -1.0, "opening", "opening"),
}
_CAP: Readers = {
    "HC2": lambda tape: _along_axis(tape, "crown_top", "band_front"),
    "HC3": lambda tape: tape.between("band_front", "visor_edge"),
}
_SHOE: Readers = {
    "FO1": _foot_length,
    "FO4": lambda tape: _along_axis(tape, "top_line_back", "ground_heel"),
    "FO5": lambda tape: tape.between("top_line_back", "top_line_front"),
}
ACCESSORIES: dict[str, Readers] = {
    "tote": _TOTE,
    "backpack": {code: reader for code, reader in _TOTE.items() if code in {"BH1", "BW1"}},
    "beanie": _BEANIE,
    "cap": _CAP,
    "trainer": _SHOE,
    "boot": _SHOE,
}
