"""Step 1: what is it?"""

from typing import Any

from techpack.library import product_types
from techpack.prompts import quoting

VERSION = 2


def prompt(facts: dict[str, Any]) -> str:
    return f"""\
You are a product developer who sorts new products for a factory. Look at the photo and say what kind of
product it is.

- category: one of APPAREL, FOOTWEAR, BAG, HEADWEAR, ACCESSORY, JEWELLERY, FURNITURE, TOY, OTHER.
- subcategory: the trade's usual name in the singular, sentence case, at most 60 characters ("T-shirt",
  "Tote bag", "Chelsea boot"). An empty text when you cannot tell.
- product_type: the closest of these, or an empty text when none fits: {", ".join(product_types())}.
- confidence: 0 to 1. Above 0.9 only when nobody in the trade would say otherwise; below 0.5 when the
  photo shows too little.
- basis: "model".
- evidence: one plain sentence for the designer that names what you saw: "Collarless, with short
  sleeves and a ribbed neckline."

The name and the notes help where the photo leaves it open. Where they contradict the photo, the photo
counts, and the confidence is lower. If several products are in the picture, the largest and sharpest is
meant.

{quoting.data({key: facts.get(key) for key in ("name", "notes")})}
"""
