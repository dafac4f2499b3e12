"""Step 2: everything one photo can show, each with how sure it is, and the rest to be specified."""

from typing import Any

from techpack.library import type_named
from techpack.library.features import all_features, features_of
from techpack.prompts import quoting
from techpack.prompts.corrections import corrections, thing

VERSION = 3

BY_CATEGORY = {
    "APPAREL": "Look for: neckline and collar, shoulders, sleeves and cuffs, closure (placket, zip, buttons:"
    " how many), pockets, darts and panels, waistband, hem, slits, visible topstitching and its rows.",
    "BAG": "Look for: body shape, gusset, flap, closure, handles and straps with their fixing points,"
    " pockets, feet, edge treatment (painted, turned, raw), hardware and its finish, logo place and method.",
    "FOOTWEAR": "Look for: toe shape, upper panels and their materials, throat and lacing, eyelets, tongue,"
    " collar, heel counter, midsole, outsole and its profile, shaft, pull tab.",
    "HEADWEAR": "Look for: crown and its panels, brim or peak, eyelets, sweatband edge, closure at the back.",
    "JEWELLERY": "Look for: metal colour, setting, stones (count, cut), links, closure, surface finish.",
    "FURNITURE": "Look for: parts and how they meet, legs, joints that show, upholstery and its seams,"
    " hardware, edges, finish and sheen.",
}


def prompt(facts: dict[str, Any]) -> str:
    shown = {key: facts.get(key) for key in ("view", "category", "subcategory", "dimension", "corrections")}
    return f"""\
You are a technical designer. From this one photo ({_view(facts)}) of {thing(facts)} you write down what
a factory can rely on. A factory builds what you write, so a gap is better than a guess.

{corrections(facts)}How to write
- Only what this photo shows. Never infer inside construction, fibre content, weight in g/m2, lining,
  interlining, trim articles, tolerances, grading, labels, care or packaging.
- Each group has a confidence from 0 to 1: above 0.8 clearly visible; about 0.5 partly hidden, small or in
  shadow; below 0.3 hardly visible. A group of which nothing is visible has no items and confidence 0.
- source: "measured" for what is read off the photo (colours, lengths, lines), "suggested" for what is
  concluded from its look (materials). Never "entered" or "confirmed": those words are the designer's.
- A point is [x, y] as fractions of the photo, 0 to 1 from its top left corner; a box is [left, top,
  right, bottom].

The groups
- engine: your name. summary: one line, "Solid dark green, long sleeves, full zip".
- silhouette: the outline of the product without shadow, hanger or mannequin, clockwise, 20 to 60 points
  a piece; a pair is two pieces. method: "seen by a model". note: what hides part of it, or "".
- colours: by area, largest first; name in plain words, hex in capitals as it would look in daylight, share
  of the product's visible surface. A hex from a photo is a suggestion until a lab dip is approved.
- pattern: solid, striped, checked, printed, textured or unknown, and the evidence for it.
- proportions: the points of measure of this kind of product that this view shows, each with its line. Codes
  A1, A2 ... in the order top to bottom. Without a known dimension the unit is "ratio": a fraction of the
  total
  length. With a dimension in the data, lengths are in its unit, worked out from it, and scale repeats
  it. symmetry: how much of the outline its mirror image covers, or null when it is seen at an angle.
- construction: seams, panels, edges, closures, pockets and stitching that are visible: the area in the
  trade's
  words, the observation in one sentence, the line along it. A visible seam has a line; what is behind it
  has not.
- materials: one line for each visibly different material: what it looks like ("rib knit", "smooth
  leather-like surface"), and its placement. Never a composition.
- features: how it is cut and closed, as far as this view shows it clearly, each with a confidence:
{_features(facts)}
  What is hidden, or could be either of two, is left out: it will be drawn as you name it.
- to_be_specified: every thing a factory needs and this photo cannot tell, with the reason in a few words.
  At least: fibre composition, fabric weight, inside construction, trim and hardware articles, tolerances,
  grading, labels and care{_dimension_gap(facts)}.

{_where_to_look(facts)}

{quoting.data(shown)}
"""


def _features(facts: dict[str, Any]) -> str:
    known = features_of(type_named(str(facts.get("subcategory") or "")))
    values = known or {name: tuple(sorted(values)) for name, values in all_features().items()}
    return "\n".join(f"  {name}: {', '.join(values[name])}" for name in values)


def _view(facts: dict[str, Any]) -> str:
    view = facts.get("view")
    return f"{view} view" if view in ("front", "back", "side", "detail") else "one view"


def _dimension_gap(facts: dict[str, Any]) -> str:
    return "" if facts.get("dimension") else ", and all measurements in cm, since no real dimension is known"


def _where_to_look(facts: dict[str, Any]) -> str:
    return BY_CATEGORY.get(
        str(facts.get("category") or ""),
        "Look for: parts and how they meet, edges, closures, hardware and its finish, surface.",
    )
