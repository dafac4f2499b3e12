"""The designer's corrections, as a rule every later step follows."""

from typing import Any

from techpack.prompts.quoting import bounded

WORDS = {
    "APPAREL": "a garment",
    "FOOTWEAR": "footwear",
    "BAG": "a bag",
    "HEADWEAR": "headwear",
    "ACCESSORY": "an accessory",
    "JEWELLERY": "jewellery",
    "FURNITURE": "a piece of furniture",
    "TOY": "a toy",
}


def thing(facts: dict[str, Any]) -> str:
    """ "a bag", by the category; "a product" while it is not known."""
    return WORDS.get(str(facts.get("category") or ""), "a product")


def corrections(facts: dict[str, Any]) -> str:
    """The paragraph, or "" when nothing was corrected. Which facts were is said, not what they say:
    their values stand in the quoted data."""
    names = sorted(bounded(dict(facts.get("corrections") or {})))
    if not names:
        return ""
    return (
        f'BINDING: the designer corrected {", ".join(names)}, under "corrections" in the data below. These'
        " values are right even where a photo seems to say otherwise. Everything you answer must agree"
        " with them.\n\n"
    )
