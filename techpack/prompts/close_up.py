"""Step 3, second half: one part of a photo from near, and nothing that is not there."""

from typing import Any

from techpack.prompts import quoting
from techpack.prompts.corrections import corrections

VERSION = 1


def prompt(facts: dict[str, Any]) -> str:
    shown = {
        key: facts.get(key) for key in ("title", "kind", "area", "category", "subcategory", "corrections")
    }
    return f"""\
A macro close-up photograph of one part of the very product in the reference image, for the factory that
will make it. The part lies in "area" of the data below: [left, top, right, bottom] as fractions of the
reference image; "title" says what it is. Fill the frame with that part, seen from the same side.

{corrections(facts)}True to the reference:
- the same material with the same texture and sheen, the same colours as in the reference's light, the same
  print or weave at the same scale;
- the same construction: seams, edges and rows of stitching where they are, in the same number;
- the same hardware: form, finish and count.
Invent nothing: no seam, stitch, label, logo, button or thread that the reference does not show. What is not
clear there stays plain rather than being made up.

Even, soft daylight from the upper left, all of the part in focus, a plain light background where the product
ends. No people, no hands, no props, no text, no captions, no arrows, no frame, no watermark.

{quoting.data(shown)}
"""
