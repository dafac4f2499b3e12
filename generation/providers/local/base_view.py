"""Everything one photo can show, as the answer to purpose "base_view".

Lengths are none of it: photos are measured for the product's table of points of measure.
"""

from typing import Any

import numpy as np

from . import silhouette
from .category import sight
from .colours import palette
from .curves import simplified
from .pattern import PRINT_IN_ONE_PLACE, pattern
from .photo import Photo
from .upright_cutout import Plate, plate

# True of any photo, and said of every one.
UNSEEN = (
    ("Fibre content", "A photo does not show what a fibre is made of."),
    ("Fabric weight", "Weight in g/m2 has to be measured on the fabric."),
    ("Inside construction", "Lining, interlining and seam finishes are not read from photos."),
    ("Seam and stitch types", "Stitch classes are not read from photos: they are told on the sewn piece."),
    ("Trims and labels", "A photo does not name articles and suppliers, and is no artwork to print from."),
    ("Tolerances and grading", "Only the designer decides these."),
)
# What a feature that was seen says about construction: where, and what.
FEATURES = {
    "neck": ("neckline", "{} neck"),
    "sleeve": ("sleeve", "{} sleeves"),
    "closure": ("front closing", "closed by {}"),
    "waistband": ("waistband", "{} waistband"),
}
SAID = {"v": "V", "placket": "a placket", "full zip": "a full zip"}
IN_OTHER_WORDS = {
    ("closure", "none"): "no opening", ("sleeve", "none"): "no sleeves",
    ("neck", "shirt collar"): "shirt collar", ("neck", "polo"): "polo collar",
    ("neck", "band"): "band collar", ("neck", "hood"): "hood", ("neck", "lapel"): "lapels",
    ("neck", "straps"): "shoulder straps", ("neck", "strapless"): "strapless",
}  # fmt: skip


def base_view(photo: Photo, parameters: dict[str, Any]) -> dict[str, Any]:
    """A `BaseViewAnalysis`. The designer's corrections replace what was seen."""
    fixes = parameters.get("corrections") or {}
    base = plate(photo, parameters.get("view") or "front")
    seen_pattern = pattern(photo)
    if fixes.get("pattern") in ("solid", "striped", "checked", "printed", "textured"):
        seen_pattern.update(
            kind=fixes["pattern"], source="entered", confidence=1.0, evidence="Said by the designer."
        )
    groups = {
        "silhouette": _silhouette(photo, base),
        "colours": palette(photo),
        "pattern": seen_pattern,
        "proportions": {"items": [], "symmetry": round(base.symmetry, 3), "scale": None, "confidence": 0.0},
        "construction": _construction(photo, parameters.get("view") or "front"),
        "materials": _materials(fixes),
    }
    sure = [groups[name]["confidence"] for name in ("silhouette", "colours", "pattern")]
    return {
        "engine": "local engine",
        "summary": _summary(groups),
        "confidence": round(float(np.mean(sure)), 2),
        **groups,
        "to_be_specified": _unspecified(groups),
    }


def _construction(photo: Photo, view: str) -> dict[str, Any]:
    """The features that can be seen, each with how sure it is."""
    items = []
    for name, (value, sure) in sight(photo).recognition.features.items():
        if name not in FEATURES or view == "detail":
            continue
        area, words = FEATURES[name]
        observation = _observation(name, value, words)
        items.append({
            "area": area, "observation": observation[:1].upper() + observation[1:], "line": None,
            "confidence": round(float(sure), 2), "source": "measured",
        })  # fmt: skip
    confidence = float(np.mean([item["confidence"] for item in items])) if items else 0.0
    return {"items": items, "confidence": round(confidence, 2)}


def _observation(name: str, value: str, words: str) -> str:
    """ "crew neck", "shirt collar", "no opening"."""
    return IN_OTHER_WORDS.get((name, value)) or words.format(SAID.get(value, value))


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


def _materials(fixes: dict[str, Any]) -> dict[str, Any]:
    name = fixes.get("material")
    if not isinstance(name, str) or not name:
        return {"items": [], "confidence": 0.0}
    item = {"name": name, "placement": "main fabric", "source": "entered", "confidence": 1.0}
    return {"items": [item], "confidence": 1.0}


def _summary(groups: dict[str, Any]) -> str:
    """One line such as "Solid dark green, long sleeves"."""
    if not groups["silhouette"]["found"]:
        return "No clear outline found: colours are rough"
    names = list(dict.fromkeys(item["name"] for item in groups["colours"]["items"]))
    parts = [_look(groups["pattern"], names)]
    parts += [item["observation"].lower() for item in groups["construction"]["items"]]
    return ", ".join(part for part in parts if part)


def _look(pattern: dict[str, Any], colours: list[str]) -> str:
    """ "Striped white and navy", "Black, with a print"."""
    kind = pattern["kind"]
    if pattern["evidence"] == PRINT_IN_ONE_PLACE:
        return ", with a ".join([*colours[:1], "print"]).capitalize()
    words = " and ".join(colours[:1] if kind == "solid" else colours[:2])
    return " ".join(part for part in ("" if kind == "unknown" else kind, words) if part).capitalize()


def _unspecified(groups: dict[str, Any]) -> list[dict[str, str]]:
    missing = [{"field": field, "reason": reason} for field, reason in UNSEEN]
    if not groups["materials"]["items"]:
        reason = "A photo does not tell one material from a similar one."
        missing.insert(0, {"field": "Materials", "reason": reason})
    return missing
