"""Features of products: what each may be, and which a type of product has."""

# What each feature may be, in the trade's words; the first is what is offered first.
FEATURES: dict[str, tuple[str, ...]] = {
    "neck": ("crew", "v", "scoop", "boat", "polo", "shirt collar", "band", "mock", "roll",
             "hood", "lapel", "straps"),
    "sleeve": ("none", "short", "3/4", "long"),
    "shoulder": ("set-in", "raglan"),
    "cuff": ("stitched", "rib", "cuff"),
    "closure": ("none", "buttons", "placket", "half zip", "full zip"),
    "buttons": ("2", "3", "4", "5", "6", "7", "8", "9", "10"),
    "hem": ("straight", "curved", "rib"),
    "pockets": ("none", "patch", "welt", "kangaroo"),
    "waistband": ("flat", "elastic", "drawstring"),
    "leg_hem": ("stitched", "rib"),
    "pleats": ("no", "yes"),
    "lacing": ("laces", "none"),
    "cut": ("women's", "men's"),
}  # fmt: skip
LEAST_CONFIDENCE = 0.6  # below it a feature that an engine names is to be specified

_TOPS = ("neck", "sleeve", "shoulder", "cuff", "closure", "buttons", "hem", "pockets", "cut")
_LEGS = ("waistband", "leg_hem", "cut")
FEATURES_OF: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("trousers", "jeans", "shorts"), _LEGS), "skirt": ("waistband", "pleats"),
    "tote": ("pockets",), "backpack": (), "cap": (), "beanie": (),
    "trainer": ("lacing",), "boot": ("lacing",),
}  # fmt: skip


def features_named(product_type: str) -> tuple[str, ...]:
    """The features a product of this type has."""
    return FEATURES_OF.get(product_type, _TOPS) if product_type else ()
