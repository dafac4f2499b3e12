"""Detect the kind of product: the designer's words first, then what `vision` recognises."""

from typing import Any

from vision.photo_check import Sight, see

from .photo import Photo
from .vocabulary import words_in

ANY_HAT = ("hat", "headwear")
LEAST = 0.4  # confidence below which the designer is asked instead

Guess = tuple[str, str, float, str]  # category, subcategory, confidence, what was seen

# What the vocabulary calls the types of product that `vision` knows, and how a sentence names them.
SUBCATEGORIES = {
    "t-shirt": "T-shirt", "long-sleeve top": "Long-sleeve top", "shirt": "Shirt", "polo": "Polo shirt",
    "sweatshirt": "Sweatshirt", "hoodie": "Hoodie", "sweater": "Sweater", "jacket": "Jacket", "coat": "Coat",
    "dress": "Dress", "skirt": "Skirt", "trousers": "Trousers", "jeans": "Jeans", "shorts": "Shorts",
    "tote": "Tote bag", "backpack": "Backpack", "cap": "Baseball cap", "beanie": "Beanie",
    "trainer": "Sneakers", "boot": "Boots",
}  # fmt: skip


class NoProductError(ValueError):
    """The photo shows no product. The text is a sentence for the designer."""


def sight(photo: Photo) -> Sight:
    """What `vision` sees on a photo, looked at once."""
    return photo.study("sight", lambda: see(photo.rgb))


def seen_kind(photo: Photo) -> Guess:
    """The kind of product that the photo shows; no category, and why, when it shows none."""
    seen = sight(photo)
    if not seen.names_product:
        return "", "", 0.0, seen.problems[0].text
    found = seen.recognition
    subcategory = SUBCATEGORIES.get(found.product_type or "", "")
    name = found.product_type or found.category.lower()
    return found.category, subcategory, found.confidence, f"a {name}"


def categorise(photo: Photo, name: str, notes: str) -> dict[str, Any]:
    """The answer to purpose "category". Raises NoProductError when neither words nor photo show a product."""
    seen = seen_kind(photo)
    for text, weight, where in ((name, 0.93, "name"), (notes, 0.8, "notes")):
        hits = words_in(text)
        if not hits:
            continue
        word, kind = hits[0]
        if word in ANY_HAT and seen[0] == "HEADWEAR" and seen[1]:
            return _hat(where, word, weight, seen)
        rivals = {other.category for _, other in hits[1:]} - {kind.category}
        confidence = weight - (0.15 if rivals else 0)
        agrees = seen[0] == kind.category and seen[2] > 0.4
        return {
            "category": kind.category,
            "subcategory": kind.subcategory,
            "confidence": round(min(0.97, confidence + (0.04 if agrees else 0)), 2),
            "basis": "words and photo" if agrees else "words",
            "evidence": f"The {where} says “{word}”" + (f"; the photo shows {seen[3]}." if agrees else "."),
        }
    category, subcategory, confidence, evidence = seen
    if not category:
        raise NoProductError(evidence)
    told = confidence >= LEAST
    return {
        "category": category if told else "OTHER",
        "subcategory": subcategory if told else "",
        "confidence": round(confidence, 2),
        "basis": "photo" if told else "none",
        "evidence": f"The photo shows {evidence}."
        if told
        else "Neither the words nor the photo tell what this is: please choose.",
    }


def _hat(where: str, word: str, weight: float, seen: Guess) -> dict[str, Any]:
    """The word says no more than "hat": the photo says which."""
    return {
        "category": "HEADWEAR",
        "subcategory": seen[1],
        "confidence": round(weight - 0.2, 2),
        "basis": "words and photo",
        "evidence": f"The {where} says “{word}”; the photo shows {seen[3]}.",
    }
