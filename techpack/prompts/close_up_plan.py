"""Step 3, first half: what a factory wants to see from near."""

from typing import Any

from techpack.prompts import quoting
from techpack.prompts.corrections import corrections, thing

VERSION = 1


def prompt(facts: dict[str, Any]) -> str:
    shown = {key: facts.get(key) for key in ("category", "subcategory", "views", "corrections")}
    return f"""\
You plan the detail photographs of {thing(facts)} for the factory that will make it. The photos are numbered
from 0 in the order in which you see them; "views" in the data says what each shows.

{corrections(facts)}Choose 4 to 6 areas that together answer most of a factory's questions:
1. how parts are joined and edges finished (collar, neckline, hem, cuff, strap fixing, welt, joint);
2. closures and hardware (zip, button, buckle, eyelet, lock) and their finish;
3. the surface: texture of the material, and a print or logo, if there is one;
4. what is unusual about this product, and easily made wrong.

- Only areas that are visible and sharp in a photo; the best photo for each. No area twice, and areas of one
  photo do not overlap by more than a fifth.
- area: [left, top, right, bottom], fractions of that photo from its top left corner, tight around
  the detail with a little air; between a tenth and a half of the photo wide and high.
- title: what a factory would call it, at most 40 characters: "Collar and neck seam".
- kind: one of edge, seam, closure, hardware, surface, print, detail.
- reason: one sentence: what the factory can see there.

{quoting.data(shown)}
"""
