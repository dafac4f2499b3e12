"""Step 4, first half: a technical flat, without any lettering: that is drawn over it from data."""

from typing import Any

from techpack.prompts import quoting
from techpack.prompts.corrections import corrections, thing

VERSION = 2

BASIS = {
    "photo": "Draw exactly what the reference image shows of this side.",
    "mirror": "The reference image shows the front; nobody has photographed the back. Mirror its outline"
    " and draw nothing inside it: no seam, no hem, no closure, no pocket, no print. What nobody has seen"
    " stays empty.",
    "inferred": "The reference image shows another side; nobody has photographed this one. Keep the"
    " proportions, and draw only what follows from the reference. What nobody knows stays empty.",
}


def prompt(facts: dict[str, Any]) -> str:
    view = facts.get("view") if facts.get("view") in ("front", "back", "side") else "front"
    shown = {key: facts.get(key) for key in ("view", "basis", "category", "subcategory", "corrections")}
    return f"""\
A technical flat, a clean line drawing for a factory, of the product in the reference image: {view} view of
{thing(facts)}. {BASIS.get(str(facts.get("basis")), BASIS["photo"])}

{corrections(facts)}The drawing:
- black lines on a pure white ground (#FFFFFF), nothing else: no grey, no colour, no fill, no shading, no
  texture, no shadow, no background;
- the outline 4 px strong, construction lines 2 px, stitching as fine dashes beside its seam;
- laid flat, or standing upright where the product is rigid; seen straight on, without perspective; without a
  body, hanger, mannequin or folds; symmetrical where the product is;
- true proportions: lengths and widths to one another as in the reference;
- every seam, panel, dart, pocket, closure, edge and piece of hardware that is visible there, in the same
  place
  and number, and none that is not;
- one drawing, whole and centred, with a tenth of the image free on every side.

Absolutely no letters, no digits, no words, no arrows, no dimension lines, no callouts, no labels, no logo, no
signature, no frame. A logo or print on the product is left out. Numbers and arrows are added later from data,
and any that you draw make the sheet useless.

{quoting.data(shown)}
"""
