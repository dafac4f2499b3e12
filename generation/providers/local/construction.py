"""Lines of construction that the photo bears out, in the words of the trade."""

from typing import Any

from .flat import Flat

# role: area, what is seen, what a callout says, its category
WORDS = {
    "neckline": ("neckline", "Front neckline seen as a line below the shoulders",
                 "Neckline as drawn; edge finish to be specified", "construction"),
    "neckband": ("neckline", "A second line follows the neckline: a band or a facing",
                 "Neckband or facing: width as drawn, material to be specified", "construction"),
    "armhole": ("armhole", "Sleeve joined to the body", "Armhole seam; seam type to be specified",
                "construction"),
    "side": ("side", "A long upright line beside the edge: the body's side under a sleeve, or a panel",
             "Side line as drawn; seam to be specified", "construction"),
    "cuff hem": ("cuff", "A stitch line runs along the sleeve's end",
                 "Sleeve hem, stitched as drawn; stitch type to be specified", "finishing"),
    "cuff band": ("cuff", "A band at the sleeve's end",
                  "Cuff band; construction to be specified", "construction"),
    "hem": ("hem", "A stitch line runs along the lower edge",
            "Hem, stitched as drawn; depth and stitch type to be specified", "finishing"),
    "hem band": ("hem", "A band or a deep hem at the lower edge",
                 "Hem band as drawn; construction to be specified", "construction"),
    "leg hem": ("leg end", "A stitch line runs along the leg's end",
                "Leg hem, stitched as drawn; depth and stitch type to be specified", "finishing"),
    "leg band": ("leg end", "A band or a turn-up at the leg's end",
                 "Leg band or turn-up as drawn; construction to be specified", "construction"),
    "placket": ("front closing", "An upright line from neck to hem: an opening",
                "Front opening; closure type and count to be specified", "hardware"),
    "half placket": ("front closing", "A short upright line below the neck: a placket candidate",
                     "Placket; closure type and count to be specified", "hardware"),
    "placket edge": ("front closing", "A second line beside the opening", "", "construction"),
    "waist seam": ("waist", "A line across the body", "Cross seam or panel border as drawn", "construction"),
    "waistband": ("waistband", "A line parallel to the top edge",
                  "Waistband as drawn; fastening and inside to be specified", "construction"),
    "centre seam": ("centre front", "A line from the waist to the crotch",
                    "Centre seam; fly construction to be specified", "construction"),
    "brim": ("peak", "A line between crown and peak", "Peak joined to the crown as drawn", "construction"),
    "panel seam": ("crown", "A line from the button to the peak",
                   "Crown panels as drawn; seam type and taping to be specified", "construction"),
    "cuff edge": ("cuff", "", "", "finishing"),
    "leg edge": ("leg end", "", "", "finishing"),
    "hem edge": ("hem", "", "", "finishing"),
    "waist edge": ("waistband", "", "", "finishing"),
    "inner line": ("panel", "A long inner line: a seam, a panel's border or a print", "", "construction"),
}  # fmt: skip


def construction(drawing: Flat) -> dict[str, Any]:
    """The `Construction` group of a base view; lines in fractions of the photo."""
    base = drawing.base
    items: list[dict[str, Any]] = []
    for seam in drawing.seams:
        if seam.assumed:
            continue
        area, observation, _, _ = WORDS[seam.role]
        ends = base.to_photo(seam.points[[0, -1]])
        items.append({
            "area": area,
            "observation": observation,
            "line": [[round(float(value), 4) for value in point] for point in ends],
            "confidence": round(min(0.9, seam.score) * drawing.confidence, 2),
            "source": "measured",
        })  # fmt: skip
    confidence = sum(item["confidence"] for item in items) / len(items) if items else 0.0
    return {"items": items, "confidence": round(confidence, 2)}
