"""Labels on a flat, at the places that their words name: hung on landmarks, so that they move along."""

from collections.abc import Callable
from dataclasses import dataclass

from techpack.flats.drawing import Drawing
from techpack.flats.paths import Path
from techpack.library.label_places import Place

USUAL_CM = complex(4, 1.5)  # drawn where the size of a label is not said
UNSAID_SHARE = 0.3  # of a side seam, from the hem: where a label is drawn whose height is not said
_BELOW_NECK, _ABOVE_HEM, _IN_BAND, _NEXT = 1.6, 2.0, 1.8, 0.6  # cm


@dataclass(frozen=True)
class Spot:
    """The middle of a label in cm, and whether it hangs across from a seam to the inside."""

    at: complex
    inward: int = 0  # -1: to the left, 1: to the right of the point


def find_spot(drawing: Drawing, place: Place) -> Spot | None:
    """Where the place is on this view; None where it is on another one, or the garment has none such."""
    if place.face and place.face != drawing.view and "side seam" not in place.spots:
        return None
    for spot in place.spots:
        found = _SPOTS[spot](drawing, place)
        if found is not None:
            return found
    return None


def draw_label(drawing: Drawing, spot: Spot, size: complex, *, is_inside: bool, name: str) -> complex:
    """Draw its box at true size, dashed where it is on the inside. Returns the middle of the box."""
    middle = spot.at + spot.inward * size.real / 2
    low, high = middle - size / 2, middle + size / 2
    box = Path.line(low, complex(high.real, low.imag), high, complex(low.real, high.imag), low)
    drawing.add("stitches" if is_inside else "details", box, fill="#fff", closed=True, name=name)
    return middle


def next_to(middle: complex, size: complex, own: complex) -> Spot:
    """To the viewer's right of another label."""
    return Spot(middle + (size.real + own.real) / 2 + _NEXT)


# Landmarks of a side seam from top to bottom; a garment has some of them.
_SIDE = ("underarm", "waist", "waist_side", "hip", "knee_outer", "hem_side", "leg_outer_hem")

# --- spots -----------------------------------------------------------------------------------------


def _point(drawing: Drawing, name: str) -> complex | None:
    return drawing.landmarks.get(name)


def _worn(drawing: Drawing, side: str) -> str:
    """The ending of landmarks on that side as worn: a front is seen mirrored."""
    other = {"left": "right", "right": "left"}
    return side if drawing.view == "back" else other[side]


def _neck(drawing: Drawing, place: Place) -> Spot | None:
    """At the back unless the words say front."""
    point = _point(drawing, "cf_neck" if place.face == "front" else "cb_neck")
    return None if point is None else Spot(point + _BELOW_NECK * 1j)


def _waistband(drawing: Drawing, place: Place) -> Spot | None:
    """Of trousers and skirts; at the centre back unless the words say otherwise."""
    centre = _point(drawing, "waist_centre")
    if centre is None or (place.face or "back") != drawing.view:
        return None
    if not place.side:
        return Spot(centre + _IN_BAND * 1j)
    side = drawing.landmarks[f"waist_side_{_worn(drawing, place.side)}"]
    return Spot(side + 0.5 * (centre - side) + _IN_BAND * 1j)


def _hem(drawing: Drawing, place: Place) -> Spot | None:
    if not place.face and drawing.view != "front":
        return None
    centre = _point(drawing, "hem_centre")
    if centre is None or not place.side:
        return None if centre is None else Spot(centre - _ABOVE_HEM * 1j)
    side = drawing.landmarks[f"hem_side_{_worn(drawing, place.side)}"]
    return Spot(side + 0.2 * (centre - side) - _ABOVE_HEM * 1j)


def _side_seam(drawing: Drawing, place: Place) -> Spot | None:
    """On the front, left as worn unless the words say right; the label lies towards the centre."""
    if drawing.view != (place.face or "front"):
        return None
    ending = _worn(drawing, place.side or "left")
    seam = [point for name in _SIDE if (point := _point(drawing, f"{name}_{ending}")) is not None]
    if len(seam) < 2:
        return None
    top, hem = seam[0].imag, seam[-1].imag
    level = hem - UNSAID_SHARE * (hem - top)
    if place.above_hem_cm is not None:
        level = hem - float(place.above_hem_cm)
    elif place.below_top_cm is not None:
        level = top + float(place.below_top_cm)
    level = min(max(level, top), hem)
    at = _on(seam, level)
    return Spot(at, inward=-1 if at.real > 0 else 1)


def _on(line: list[complex], level: float) -> complex:
    """The point of a line from top to bottom at that height."""
    for above, below in zip(line, line[1:], strict=False):
        if above.imag <= level <= below.imag and below.imag > above.imag:
            return above + (level - above.imag) / (below.imag - above.imag) * (below - above)
    return complex(line[-1].real, level)


def _sleeve_end(drawing: Drawing, place: Place) -> Spot | None:
    if drawing.view != (place.face or "front"):
        return None
    ending = _worn(drawing, place.side or "left")
    top, under = (_point(drawing, f"sleeve_end_{name}_{ending}") for name in ("top", "under"))
    shoulder = _point(drawing, f"shoulder_{ending}")
    if top is None or under is None or shoulder is None:
        return None
    middle = (top + under) / 2
    back = shoulder - middle
    return Spot(middle + _ABOVE_HEM * back / abs(back))


def _chest(drawing: Drawing, place: Place) -> Spot | None:
    underarm = _point(drawing, f"underarm_{_worn(drawing, place.side or 'left')}")
    if underarm is None or drawing.view != "front":
        return None
    return Spot(complex(0.45 * underarm.real, 0.9 * underarm.imag))


def _landmark(view: str, name: str, offset: complex) -> Callable[[Drawing, Place], Spot | None]:
    def spot(drawing: Drawing, place: Place) -> Spot | None:
        point = _point(drawing, name)
        return None if point is None or drawing.view != (place.face or view) else Spot(point + offset)

    return spot


def _turn_up(drawing: Drawing, place: Place) -> Spot | None:
    fold, opening = _point(drawing, "fold_edge_right"), _point(drawing, "opening_right")
    if fold is None or opening is None:
        return None
    return Spot(complex(0, (fold.imag + opening.imag) / 2))


_SPOTS = {
    "neck": _neck, "waistband": _waistband, "hem": _hem, "side seam": _side_seam, "sleeve end": _sleeve_end,
    "chest": _chest, "turn-up": _turn_up,
    "bag top": _landmark("front", "bag_top", 3j), "bag base": _landmark("front", "bag_base", -3j),
    "sweatband": _landmark("back", "band_front", -1j), "tongue": _landmark("side", "throat_right", -1j),
}  # fmt: skip
