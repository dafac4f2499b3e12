"""Everything one photo can show, as the answer to purpose "base_view"."""

from typing import Any

import numpy as np

from . import silhouette
from .colours import palette
from .construction import construction
from .curves import simplified
from .flat import Flat, flat
from .pattern import pattern
from .photo import Photo
from .plate import Plate
from .proportions import Points, Ruler, points, ruler

SURE = 0.5  # confidence of a drawing below which the summary names no part of it
# True of any photo, and said of every one.
UNSEEN = (
    ("Fibre content", "A photo does not show what a fibre is made of."),
    ("Fabric weight", "Weight in g/m2 has to be measured on the fabric."),
    ("Inside construction", "Lining, interlining and seam finishes are not read from photos."),
    ("Seam and stitch types", "Stitch classes are not read from photos: they are told on the sewn piece."),
    ("Trims and labels", "A photo does not name articles and suppliers, and is no artwork to print from."),
    ("Tolerances and grading", "Only the designer decides these."),
)


def base_view(photo: Photo, parameters: dict[str, Any]) -> dict[str, Any]:
    """A `BaseViewAnalysis`. The designer's corrections replace what was seen."""
    fixes = parameters.get("corrections") or {}
    category, subcategory = kind_of(parameters)
    view = parameters.get("view") or "front"
    drawing = flat(photo, view, category, subcategory)
    base = drawing.base
    found = points(drawing, view, category, subcategory)
    scale = ruler(found.marks, parameters.get("dimension"), view)
    seen_pattern = dict(pattern(photo))
    if fixes.get("pattern") in ("solid", "striped", "checked", "printed", "textured"):
        seen_pattern.update(
            kind=fixes["pattern"], source="entered", confidence=1.0, evidence="Said by the designer."
        )
    groups = {
        "silhouette": _silhouette(photo, base),
        "colours": palette(photo),
        "pattern": seen_pattern,
        "proportions": _proportions(drawing, base, found, scale),
        "construction": construction(drawing),
        "materials": _materials(fixes),
    }
    sure = [groups[name]["confidence"] for name in ("silhouette", "colours", "pattern", "proportions")]
    return {
        "engine": "local engine",
        "summary": _summary(groups, drawing),
        "confidence": round(float(np.mean(sure)), 2),
        **groups,
        "to_be_specified": _unspecified(
            groups, found, _unscaled(scale, found, parameters.get("dimension"), view)
        ),
    }


def kind_of(parameters: dict[str, Any]) -> tuple[str, str]:
    """Category and subcategory: the designer's word before what was found."""
    fixes = parameters.get("corrections") or {}
    category = fixes.get("category") or parameters.get("category") or "OTHER"
    return category, fixes.get("subcategory", parameters.get("subcategory") or "")


def _silhouette(photo: Photo, base: Plate) -> dict[str, Any]:
    found = silhouette.outline(photo)
    height, width = found.mask.shape
    size = np.array([width, height])
    pieces = [np.clip(simplified(contour) / size, 0, 1).round(4).tolist() for contour in found.contours]
    left, top, right, bottom = found.box
    box = [left / width, top / height, right / width, bottom / height]
    return {
        "found": found.found,
        "method": found.method,
        "pieces": found.pieces,
        "outline": pieces,
        "box": [round(min(1.0, value), 4) for value in box],
        "confidence": round(min(found.confidence, base.confidence), 2),
        "note": found.note,
    }


def _proportions(drawing: Flat, base: Plate, found: Points, scale: Ruler) -> dict[str, Any]:
    items = []
    for mark in found.marks:
        line = base.to_photo(np.array([mark.start, mark.end])).round(4).tolist()
        items.append({
            "code": mark.code, "name": mark.name, "value": scale.value(mark.length), "unit": scale.unit,
            "line": line, "source": "measured", "confidence": round(mark.confidence, 2),
        })  # fmt: skip
    named = scale.dimension
    return {
        "items": items,
        "symmetry": round(base.symmetry, 3) if drawing.confidence > 0.25 else None,
        "scale": named and {"dimension": named["name"], "value": named["value"], "unit": named["unit"]},
        "confidence": round(
            float(np.mean([mark.confidence for mark in found.marks])) if found.marks else 0.0, 2
        ),
    }


def _materials(fixes: dict[str, Any]) -> dict[str, Any]:
    name = fixes.get("material")
    if not isinstance(name, str) or not name:
        return {"items": [], "confidence": 0.0}
    item = {"name": name, "placement": "main fabric", "source": "entered", "confidence": 1.0}
    return {"items": [item], "confidence": 1.0}


def _summary(groups: dict[str, Any], drawing: Flat) -> str:
    """One line such as "Solid dark green, long sleeves"."""
    if not groups["silhouette"]["found"]:
        return "No clear outline found: colours and proportions are rough"
    kind = groups["pattern"]["kind"]
    names = list(dict.fromkeys(item["name"] for item in groups["colours"]["items"]))
    words = " and ".join(names[:2]) if kind != "solid" else (names[0] if names else "")
    parts = [" ".join(part for part in (kind if kind != "unknown" else "", words) if part).capitalize()]
    parts += _features(drawing) if drawing.confidence >= SURE else []
    if drawing.rough:
        parts.append("outline uncertain")
    return ", ".join(part for part in parts if part)


def _features(drawing: Flat) -> list[str]:
    features = []
    if drawing.sides:
        sleeved = [side for side in drawing.sides if side.armpit and side.cuff]
        if sleeved:
            side = sleeved[0]
            assert side.cuff is not None
            reach = np.hypot(*(np.array(side.cuff[0]) - np.array(side.shoulder)))
            features.append("long sleeves" if reach > 0.5 * (side.hem[1] - side.neck[1]) else "short sleeves")
        elif drawing.family == "dress":
            features.append("no free sleeves seen")
    if drawing.bottom and drawing.bottom.crotch:
        features.append("two legs")
    for role, words in (
        ("placket", "front opening"),
        ("half placket", "half placket"),
        ("waistband", "waistband"),
    ):
        if drawing.seam(role):
            features.append(words)
    return features


def _unscaled(scale: Ruler, found: Points, dimension: dict[str, Any] | None, view: str) -> str:
    """Why nothing here is in the designer's unit; "" when it is, or when nothing was measured."""
    if scale.dimension or not found.marks:
        return ""
    if not dimension:
        return "No real dimension was given."
    if view == "detail":
        return "A detail photo shows a part; the dimension that was given is of the whole product."
    return "The dimension that was given cannot be read in this view, so it gives no scale."


def _unspecified(groups: dict[str, Any], found: Points, unscaled: str) -> list[dict[str, str]]:
    missing = [{"field": field, "reason": reason} for field, reason in UNSEEN]
    if not groups["materials"]["items"]:
        missing.insert(
            0, {"field": "Materials", "reason": "A photo does not tell one material from a similar one."}
        )
    if unscaled:
        missing.append({"field": "Measurements in cm", "reason": unscaled})
    for why in dict.fromkeys(gap.why for gap in found.missing):
        names = [gap.name for gap in found.missing if gap.why == why]
        reason = f"Not measured: {why}."
        missing.append(
            {"field": ", ".join([names[0], *(name.lower() for name in names[1:])]), "reason": reason}
        )
    return missing
