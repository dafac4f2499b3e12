"""Step 4, second half: what is written over a finished drawing, by looking at that drawing."""

from typing import Any

from techpack.prompts import quoting
from techpack.prompts.corrections import corrections, thing

VERSION = 4


def prompt(facts: dict[str, Any]) -> str:
    return f"""\
The first image is a finished technical flat of {thing(facts)}: {facts.get("view") or "front"} view.
{_second(facts)}
"analysis" in the data is what was found on the photo before. You place the callouts and the measurements that
will be drawn over the flat for the factory.

{corrections(facts)}Callouts, 4 to 10, numbered from 1, clockwise from the top:
- position: [x, y], fractions of the FIRST image from its top left corner, exactly on the part that is meant
  and on a drawn line or surface of the product, never on the white ground; no two closer than 0.04.
- text: at most 90 characters, in the trade's words, what is there, and "to be specified" for what is not
  known:
  "Neckline: rib, width to be specified". No stitch class, composition or article that the analysis does
  not name.
- category: dimension, material, construction, hardware or finishing.
- source: "measured" for what is visible, "suggested" for what is concluded or to be specified as a whole.
  confidence: 0 to 1.

{_measurements(facts)}

note: "", or one sentence where the drawing as a whole cannot be relied on, and why.

{quoting.data(_shown(facts))}
"""


def _measurements(facts: dict[str, Any]) -> str:
    """Products of a known type are measured on their photos; only of others is the drawing asked."""
    if facts.get("product_type"):
        return "Measurements: an empty list. They are measured on the photos."
    return f"""\
Measurements: the points of measure of this kind of product that this view shows.
- code and name as in the analysis where it has them; else go on counting. how: one sentence that tells a
  factory
  from where to where, "along the centre front" or the like.
- line: [[x, y], [x, y]] on the first image, its ends exactly on the drawn edges; null when this view
  cannot show it.
- value and unit: {_values(facts)}
- source: "measured" where there is a value, else null. Nobody invents a value."""


def _second(facts: dict[str, Any]) -> str:
    if facts.get("basis") == "photo":
        return "The second image is the photo that it was drawn from."
    return "The second image, if there is one, shows another side: nobody has photographed this one."


def _values(facts: dict[str, Any]) -> str:
    if facts.get("dimension"):
        return (
            "worked out from the known dimension in the data, to one decimal, in its unit; null, with that"
            " unit, for what cannot be read off."
        )
    return """\
no real dimension is known, so nothing is in "cm" or "in": the unit is "ratio", and the value the share of the
  product's total length (itself 1), to two decimals, as "proportions" in the analysis has it or as it is read
  off the drawing; null for what cannot be read off."""


def _shown(facts: dict[str, Any]) -> dict[str, Any]:
    """Of the analysis what callouts stand on; an outline of hundreds of points is none of it."""
    analysis = facts.get("analysis") or {}
    kept = ("summary", "colours", "pattern", "proportions", "construction", "materials", "to_be_specified")
    return {
        **{key: facts.get(key) for key in ("view", "basis", "category", "subcategory", "dimension")},
        "corrections": facts.get("corrections"),
        "analysis": {key: analysis[key] for key in kept if key in analysis},
    }
