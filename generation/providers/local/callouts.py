"""What is written over a drawing: callouts and points of measure, as data in the drawing's frame."""

from typing import Any, NamedTuple

import numpy as np

from .construction import WORDS
from .flat import Flat, flat
from .landmarks import Pair, extent
from .photo import Photo
from .proportions import points, ruler

MOST = 8
GUESSED = 0.45  # at most: of a view that nobody photographed nothing is measured

# Points of measure of a family that no photo of this kind shows.
UNSEEN = {
    "top": (("J1", "Neck drop", "Vertical, from the line of the neck width to the lowest front point"),
            ("K1", "Bicep width", "Half, 2.5 cm below the armhole, at a right angle to the sleeve")),
    "dress": (("J1", "Neck drop", "Vertical, from the line of the neck width to the lowest front point"),),
    "trousers": (("J1", "Back rise", "Along the seam from the back waist to the crotch"),
                 ("K1", "Waistband height", "From the top edge to the waistband seam")),
    "skirt": (("K1", "Waistband height", "From the top edge to the waistband seam"),),
    "bag": (("C1", "Depth", "Straight, from front to back at the base"),
            ("D1", "Strap drop", "From the strap's highest point to the bag's top edge")),
    "shoe": (("C1", "Internal length", "Along the insole, heel to toe"),
             ("D1", "Heel height", "From the ground to the heel seat, at the back")),
    "cap": (("C1", "Head circumference", "Inside, along the sweatband"),
            ("D1", "Peak length", "From the crown seam to the front edge, at the middle")),
}  # fmt: skip


class Entry(NamedTuple):
    """A callout before it has its number. `seen`: the photo shows what it says, or the part of it that is
    not "to be specified"; the rest is an edge or a place at which somebody has to decide."""

    sure: float
    place: Pair
    text: str
    category: str
    seen: bool


def annotations(photo: Photo, parameters: dict[str, Any]) -> dict[str, Any]:
    """An `Annotations` answer for the drawing that `flat` makes of this photo."""
    category, subcategory = parameters.get("category") or "OTHER", parameters.get("subcategory") or ""
    basis, view = parameters.get("basis") or "photo", parameters.get("view") or "front"
    mirrored = basis == "mirror"
    drawing = flat(photo, view, category, subcategory, mirrored=mirrored)
    view = "front" if mirrored else view
    found = {
        "callouts": _callouts(drawing, parameters.get("analysis"), mirrored=mirrored),
        "measurements": _measurements(
            drawing, view, (category, subcategory), parameters.get("dimension"), mirrored=mirrored
        ),
        "note": drawing.note,
    }
    return found if basis == "photo" else _suggested(found)


def _suggested(found: dict[str, Any]) -> dict[str, Any]:
    for item in (*found["callouts"], *found["measurements"]):
        item["source"] = item["source"] and "suggested"
        item["confidence"] = min(item["confidence"], GUESSED)
    return found


def _place(drawing: Flat, point: np.ndarray | Pair) -> list[float]:
    x, y = float(point[0]) / drawing.width, float(point[1]) / drawing.height
    return [round(min(1.0, max(0.0, x)), 4), round(min(1.0, max(0.0, y)), 4)]


def _callouts(drawing: Flat, analysis: dict[str, Any] | None, *, mirrored: bool) -> list[dict[str, Any]]:
    entries, roles = _lines(drawing)
    if mirrored:
        text = "Back: outline only, no photo; all inner lines to be specified"
        entries.append(Entry(0.0, _inside(drawing, 0.45), text, "construction", seen=False))
    entries += _edges(drawing, roles)
    entries.append(_fabric(drawing, analysis))
    surest = sorted(entries, key=lambda entry: (not entry.seen, -entry.sure))[:MOST]
    from_top = sorted(surest, key=lambda entry: entry.place[1])
    return [
        {"number": number, "text": entry.text, "category": entry.category,
         "position": _place(drawing, entry.place), "source": "measured" if entry.seen else "suggested",
         "confidence": round(entry.sure, 2)}
        for number, entry in enumerate(from_top, 1)
    ]  # fmt: skip


def _lines(drawing: Flat) -> tuple[list[Entry], set[str]]:
    """What the drawn lines say, one for each role, and those roles."""
    entries: list[Entry] = []
    roles: set[str] = set()
    for seam in drawing.seams:
        area, _, text, category = WORDS[seam.role]
        if not text or seam.role in roles:
            continue
        roles.add(seam.role)
        if seam.assumed:
            text = f"{area.capitalize()}: drawn where it usually is, not seen in the photo; to be specified"
        where = 0.5 if seam.role not in ("hem", "hem band") else 0.3
        x, y = seam.points[int(where * (len(seam.points) - 1))]
        sure = 0.0 if seam.assumed else min(0.9, seam.score) * drawing.confidence
        entries.append(Entry(sure, (float(x), float(y)), text, category, seen=not seam.assumed))
    return entries, roles


def _edges(drawing: Flat, seen: set[str]) -> list[Entry]:
    """Edges of the outline whose finish nobody saw. An edge is there, as sure as the outline is; a seam or a
    closure was not even looked for."""
    trust = 0.6 * drawing.confidence
    wanted: list[tuple[float, str, set[str], Pair]] = []
    if drawing.rough:
        pass  # what the parts of a wrong outline are called is anybody's guess
    elif drawing.sides:
        left, right = drawing.sides
        neck = (left.neck[0] + right.neck[0]) / 2, (left.neck[1] + right.neck[1]) / 2
        wanted.append((trust, "Neckline edge: finish to be specified", {"neckline", "neckband"}, neck))
        wanted.append((trust, "Hem: finish and depth to be specified", {"hem", "hem band"}, left.hem))
        if right.cuff and right.armpit:
            cuff = _middle(*right.cuff)
            wanted.append((trust, "Sleeve end: finish to be specified", {"cuff hem", "cuff band"}, cuff))
        elif not right.armpit:
            text = "Armhole edge or sleeve join: to be specified"
            wanted.append((trust, text, {"armhole"}, right.shoulder))
    elif drawing.bottom:
        ends = {"hem", "hem band", "leg hem", "leg band"}
        waist, hem = _middle(*drawing.bottom.waist), _middle(*drawing.bottom.hems[0])
        wanted.append((trust, "Top edge: waistband to be specified", {"waistband"}, waist))
        wanted.append((trust, "Hem: finish and depth to be specified", ends, hem))
    if drawing.rough or not (drawing.sides or drawing.bottom):
        wanted.append((trust, "Top edge: finish to be specified", set(), _inside(drawing, 0.03)))
        wanted.append((trust, "Base or lower edge: finish to be specified", set(), _inside(drawing, 0.97)))
        wanted.append((0.0, "Closure and hardware: to be specified", set(), _inside(drawing, 0.3)))
    side = _edge(drawing, 0.62)
    wanted.append((0.0, "Side: seam type and allowance to be specified", {"side"}, side))
    return [
        Entry(sure, point, text, "finishing", seen=False)
        for sure, text, roles, point in wanted if not roles & seen
    ]  # fmt: skip


def _middle(one: Pair, other: Pair) -> Pair:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _fabric(drawing: Flat, analysis: dict[str, Any] | None) -> Entry:
    point, look = _inside(drawing, 0.55), main_look(analysis)
    if not look:
        return Entry(0.0, point, "Main material: to be specified", "material", seen=False)
    text = f"Main material: {look}; composition and weight to be specified"
    # The colours inside a wrong outline are the background's too.
    return Entry(0.8 * drawing.confidence, point, text, "material", seen=not drawing.rough)


def main_look(analysis: dict[str, Any] | None) -> str:
    """All that callouts take from the base view: "solid pine (#38574D)", or "" where no colour is known."""
    colours = ((analysis or {}).get("colours") or {}).get("items") or []
    kind = ((analysis or {}).get("pattern") or {}).get("kind", "unknown")
    if not colours:
        return ""
    seen = "" if kind == "unknown" else f"{kind} "
    return f"{seen}{colours[0]['name']} ({colours[0]['hex']})"


def _inside(drawing: Flat, share: float) -> Pair:
    """A point of the product at this share of its height."""
    _, top, _, bottom = extent(drawing.mask)
    y = min(bottom - 1, top + share * (bottom - top))
    columns = np.nonzero(drawing.mask[int(y)])[0]
    axis = drawing.axis
    return float(columns[np.argmin(np.abs(columns - axis))]) if len(columns) else axis, y


def _edge(drawing: Flat, share: float) -> Pair:
    _, top, _, bottom = extent(drawing.mask)
    y = top + share * (bottom - top)
    columns = np.nonzero(drawing.mask[int(y)])[0]
    return float(columns[-1]) if len(columns) else drawing.axis, y


def _measurements(
    drawing: Flat, view: str, kind: tuple[str, str], dimension: dict[str, Any] | None, *, mirrored: bool
) -> list[dict[str, Any]]:
    """A mirrored outline is the front's: its lengths are the front's too, and only suggested of the back."""
    found = points(drawing, view, *kind)
    scale = ruler(found.marks, dimension, view)
    items: list[dict[str, Any]] = [
        {"code": mark.code, "name": mark.name, "how": mark.how, "value": scale.value(mark.length),
         "unit": scale.unit, "line": [_place(drawing, mark.start), _place(drawing, mark.end)],
         "source": "measured", "confidence": round(mark.confidence, 2)}
        for mark in found.marks
    ]  # fmt: skip
    items += [_unmeasured(gap.code, gap.name, f"{gap.how}; {gap.why}", scale.unit) for gap in found.missing]
    items.sort(key=lambda item: item["code"])
    unseen = UNSEEN.get(drawing.family, ()) if not mirrored else ()
    return [*items, *(_unmeasured(*entry, scale.unit) for entry in unseen)]


def _unmeasured(code: str, name: str, how: str, unit: str) -> dict[str, Any]:
    return {
        "code": code, "name": name, "how": how, "value": None, "unit": unit if unit != "ratio" else "cm",
        "line": None, "source": None, "confidence": 0.0,
    }  # fmt: skip
