"""Which point of measure a known dimension is, and what a product is called in words."""

import re

from techpack.library.points_of_measure import plausible_ranges, product_types

_UPPER = {"total_length": "BL1", "chest_width": "CH1", "waist_width": "WA1", "hem_width": "HE1"}
_LEGS = {"total_length": "OS1", "waist_width": "WB1", "hem_width": "LO1"}
_SKIRT = {"total_length": "SK1", "waist_width": "WB1", "hem_width": "HE1"}
_BAG = {"total_length": "BH1", "total_width": "BW1"}
_SHOE = {"total_length": "FO1"}
_CODES = {
    **dict.fromkeys(("trousers", "jeans", "shorts"), _LEGS),
    "skirt": _SKIRT,
    "tote": _BAG,
    "backpack": _BAG,
    "trainer": _SHOE,
    "boot": _SHOE,
    "beanie": {"total_length": "HC7", "total_width": "HC6"},
    "cap": {},
}

# What people call the types of the library.
_WORDS = {
    "t-shirt": "t-shirt, tee, tee shirt, tshirt, tank top",
    "long-sleeve top": "long-sleeve top, long sleeve top, longsleeve, long sleeve",
    "polo": "polo shirt, polo",
    "shirt": "shirt, blouse",
    "sweatshirt": "sweatshirt",
    "hoodie": "hoodie, hooded sweatshirt",
    "sweater": "sweater, pullover, jumper, cardigan",
    "jacket": "jacket, blazer, bomber",
    "coat": "coat, parka, trench, overcoat",
    "dress": "dress, gown",
    "skirt": "skirt",
    "trousers": "trousers, pants, chinos, joggers, leggings",
    "jeans": "jeans",
    "shorts": "shorts",
    "tote": "tote bag, tote",
    "backpack": "backpack, rucksack",
    "cap": "baseball cap, cap",
    "beanie": "beanie",
    "trainer": "sneakers, sneaker, trainers, trainer, running shoe",
    "boot": "boots, boot",
}
_NAMES = {word: name for name, words in _WORDS.items() for word in words.split(", ")}


def code_of(dimension: str, product_type: str) -> str:
    """The code of the point of measure a known dimension stands for; "" where it is none of this type."""
    if product_type not in product_types():
        return ""
    if dimension in product_types()[product_type].codes:
        return dimension
    return _CODES.get(product_type, _UPPER).get(dimension, "")


def usual_span(dimension: str, product_type: str) -> tuple[float, float] | None:
    """Lowest and highest plausible cm of a known dimension; over all types while the type is not known. None
    where nothing is known of it."""
    types = [product_type] if product_type in product_types() else list(product_types())
    spans = [plausible_ranges(name).get(code_of(dimension, name)) for name in types]
    known = [span for span in spans if span]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else None


def type_named(words: str) -> str:
    """The type of the library that words such as "Crew neck T-shirt" name; "" for none."""
    plain = " ".join(re.findall(r"[a-z0-9-]+", words.lower()))
    for name in sorted(_NAMES, key=len, reverse=True):
        if re.search(rf"(?<![a-z0-9-]){re.escape(name)}(?![a-z0-9-])", plain):
            return _NAMES[name]
    return ""
