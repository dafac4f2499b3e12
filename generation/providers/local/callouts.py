"""What is written over a drawing: callouts and points of measure, as data in the drawing's frame."""

from typing import Any

import numpy as np

from .construction import WORDS
from .flat import Flat, flat
from .landmarks import Pair, extent
from .photo import Photo
from .plate import Plate, plate
from .proportions import marks, ruler

MOST = 8
LEAST = 4

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


def annotations(photo: Photo, parameters: dict[str, Any]) -> dict[str, Any]:
    """An `Annotations` answer for the drawing that `flat` makes of this photo."""
    drawing = flat(
        photo, parameters.get("view") or "front", parameters.get("category") or "OTHER",
        parameters.get("subcategory") or "", mirrored=parameters.get("basis") == "mirror",
    )  # fmt: skip
    mirrored = parameters.get("basis") == "mirror"
    view = "front" if mirrored else parameters.get("view") or "front"
    return {
        "callouts": _callouts(drawing, plate(photo), parameters.get("analysis"), mirrored=mirrored),
        "measurements": _measurements(drawing, parameters.get("dimension"), view, mirrored=mirrored),
    }


def _place(drawing: Flat, point: np.ndarray | Pair) -> list[float]:
    x, y = float(point[0]) / drawing.width, float(point[1]) / drawing.height
    return [round(min(1.0, max(0.0, x)), 4), round(min(1.0, max(0.0, y)), 4)]


def _callouts(
    drawing: Flat, base: Plate, analysis: dict[str, Any] | None, *, mirrored: bool
) -> list[dict[str, Any]]:
    entries: list[tuple[float, float, str, str, list[float]]] = []
    seen: set[str] = set()
    for seam in drawing.seams:
        area, _, text, category = WORDS[seam.role]
        if text and seam.role not in seen:
            seen.add(seam.role)
            if seam.assumed:
                text = (
                    f"{area.capitalize()}: drawn where it usually is, not seen in the photo; to be specified"
                )
            where = 0.5 if seam.role not in ("hem", "hem band") else 0.3
            point = seam.points[int(where * (len(seam.points) - 1))]
            sure = 0.0 if seam.assumed else round(min(0.9, seam.score) * drawing.confidence, 2)
            entries.append((sure, float(point[1]), text, category, _place(drawing, point)))
    if mirrored:
        text = "Back: outline only, no photo; all inner lines to be specified"
        entries.append((0.0, 0.0, text, "construction", _place(drawing, _inside(drawing, 0.45))))  # fmt: skip
    entries += _edges(drawing, seen)
    entries.append(_fabric(drawing, analysis))
    surest = sorted(entries, key=lambda entry: -entry[0])[:MOST]
    from_top = sorted(surest, key=lambda entry: entry[1])
    return [
        {"number": number, "text": text, "category": category, "position": place,
         "source": "measured" if sure > 0 else "suggested", "confidence": sure}
        for number, (sure, _, text, category, place) in enumerate(from_top, 1)
    ]  # fmt: skip


def _edges(drawing: Flat, seen: set[str]) -> list[tuple[float, float, str, str, list[float]]]:
    """Edges of the outline whose finish nobody saw."""
    trust = round(0.6 * drawing.confidence, 2)
    wanted: list[tuple[str, set[str], np.ndarray | Pair]] = []
    if drawing.sides:
        left, right = drawing.sides
        neck = (np.array(left.neck) + np.array(right.neck)) / 2
        wanted.append(("Neckline edge: finish to be specified", {"neckline", "neckband"}, neck))
        wanted.append(("Hem: finish and depth to be specified", {"hem", "hem band"}, np.array(left.hem)))
        if right.cuff and right.armpit:
            wanted.append(
                ("Sleeve end: finish to be specified", {"cuff hem", "cuff band"}, np.mean(right.cuff, 0))
            )
        elif not right.armpit:
            wanted.append(
                ("Armhole edge or sleeve join: to be specified", {"armhole"}, np.array(right.shoulder))
            )
    elif drawing.bottom:
        wanted.append(
            ("Top edge: waistband to be specified", {"waistband"}, np.mean(drawing.bottom.waist, 0))
        )
        wanted.append(("Hem: finish and depth to be specified", {"hem", "hem band"},
                       np.mean(drawing.bottom.hems[0], 0)))  # fmt: skip
    else:
        wanted.append(("Top edge: finish to be specified", set(), _inside(drawing, 0.03)))
        wanted.append(("Base or lower edge: finish to be specified", set(), _inside(drawing, 0.97)))
        wanted.append(("Closure and hardware: to be specified", set(), _inside(drawing, 0.3)))
    wanted.append(("Side: seam type and allowance to be specified", {"side"}, _edge(drawing, 0.62)))
    return [
        (trust, float(point[1]), text, "finishing", _place(drawing, point))
        for text, roles, point in wanted if not roles & seen
    ]  # fmt: skip


def _fabric(drawing: Flat, analysis: dict[str, Any] | None) -> tuple[float, float, str, str, list[float]]:
    point = _inside(drawing, 0.55)
    where = _place(drawing, point)
    look = main_look(analysis)
    if not look:
        return 0.3, float(point[1]), "Main material: to be specified", "material", where
    text = f"Main material: {look}; composition and weight to be specified"
    return round(0.8 * drawing.confidence, 2), float(point[1]), text, "material", where


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
    drawing: Flat, dimension: dict[str, Any] | None, view: str, *, mirrored: bool
) -> list[dict[str, Any]]:
    found = marks(drawing)
    scale = ruler(found, dimension, view)
    # A mirrored outline is the front's: its lengths are the front's too, and less sure of the back.
    items = [
        {"code": mark.code, "name": mark.name, "how": mark.how, "value": scale.value(mark.length),
         "unit": scale.unit, "line": [_place(drawing, mark.start), _place(drawing, mark.end)],
         "source": "measured", "confidence": round(mark.confidence, 2)}
        for mark in found
    ]  # fmt: skip
    unit = scale.unit if scale.unit != "ratio" else "cm"
    items += [
        {"code": code, "name": name, "how": how, "value": None, "unit": unit, "line": None, "source": None,
         "confidence": 0.0}
        for code, name, how in UNSEEN.get(drawing.family, ()) if not mirrored
    ]  # fmt: skip
    return items
