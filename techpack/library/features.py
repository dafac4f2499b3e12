"""How products are made: each feature with the values it may have, by type of product.

Values are the trade's words; the first one named is offered first.
"""

from functools import cache

from techpack.library.points_of_measure import product_types

NECKS = (
    "crew", "v", "scoop", "boat", "square", "polo", "shirt collar", "band", "mock", "roll", "hood",
    "lapel", "straps", "strapless",
)  # fmt: skip
_TOP: dict[str, tuple[str, ...]] = {
    "neck": NECKS,
    "sleeve": ("none", "cap", "short", "3/4", "long"),
    "shoulder": ("set-in", "raglan", "dropped"),
    "cuff": ("stitched", "rib", "cuff"),
    "closure": ("none", "buttons", "placket", "half zip", "full zip"),
    "buttons": tuple(str(count) for count in range(1, 13)),
    "hem": ("straight", "curved", "rib"),
    "pockets": ("none", "patch", "welt", "kangaroo"),
    "yoke": ("none", "back", "front and back"),
    "pleats": ("none", "box", "side"),
    "vents": ("none", "side", "back"),
    "length": ("cropped", "regular", "long"),
    "strap": ("thin", "medium", "wide"),
    "cut": ("women's", "men's"),
}
_LEG: dict[str, tuple[str, ...]] = {
    "waistband": ("flat", "elastic", "drawstring"),
    "leg": ("straight", "slim", "tapered", "wide", "flared"),
    "length": ("short", "knee", "cropped", "ankle", "full"),
    "pockets": ("none", "slant", "scoop", "welt", "patch"),
    "back_pockets": ("none", "patch", "welt"),
    "yoke": ("none", "back"),
    "pleats": ("none", "one", "two"),
    "crease": ("no", "yes"),
    "leg_hem": ("stitched", "rib", "turn-up"),
    "cut": ("women's", "men's"),
}
_SHOE: dict[str, tuple[str, ...]] = {
    "lacing": ("laces", "straps", "zip", "none"),
    "heel": ("flat", "block", "high"),
}
_OF_TYPE: dict[str, dict[str, tuple[str, ...]]] = {
    "dress": _TOP
    | {"length": ("mini", "knee", "midi", "maxi"), "waistband": ("none", "flat", "elastic", "drawstring")},
    "trousers": _LEG,
    "jeans": _LEG,
    "shorts": _LEG,
    "skirt": {
        "waistband": ("flat", "elastic", "drawstring"), "length": ("mini", "knee", "midi", "maxi"),
        "closure": ("none", "back zip", "side zip", "buttons"), "buttons": _TOP["buttons"],
        "pockets": ("none", "slant", "patch"), "pleats": ("none", "knife", "box"),
        "vents": ("none", "side", "back"),
        "yoke": ("none", "back", "front and back"),
    },
    "tote": {"pockets": ("none", "patch"), "closure": ("none", "full zip"), "strap": _TOP["strap"]},
    "backpack": {"pockets": ("none", "patch"), "closure": ("full zip", "flap"), "strap": _TOP["strap"]},
    "cap": {"closure": ("none", "snap", "strap"), "brim": ("curved", "flat")},
    "beanie": {"hem": ("turned up", "straight"), "pompom": ("no", "yes")},
    "trainer": _SHOE,
    "boot": _SHOE,
}  # fmt: skip


# What only matters where another feature has one of these values.
_ONLY_WITH = {
    "strap": ("neck", ("straps",)),
    "buttons": ("closure", ("buttons", "placket")),
    "cuff": ("sleeve", ("3/4", "long")),
}

# Feature -> its values -> points of measure that only such products have.
_SLEEVED, _COLLARS = ("cap", "short", "3/4", "long"), ("shirt collar", "polo", "lapel")
_POINTS_OF: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    "sleeve": (
        (_SLEEVED, ("SL1", "SL2", "SL3", "BI1", "SO1", "SO2")), (("3/4", "long"), ("EL1", "FA1")),
    ),
    "cuff": ((("rib", "cuff"), ("CU1",)),),
    "neck": (
        (("hood",), ("HO1", "HO2")), (("lapel",), ("LA1",)), (("straps",), ("ST1", "ST2")),
        ((*_COLLARS, "band", "mock", "roll"), ("CO1",)), (_COLLARS, ("CO2",)),
        (("shirt collar", "polo", "band"), ("CO3", "CO4")),
        (("crew", "v", "scoop", "boat", "square", "band", "mock", "roll"), ("NB1", "NK4")),
        (tuple(name for name in NECKS if name not in ("hood", "strapless")), ("NK1", "NK2", "NK3")),
    ),
    "closure": (
        (("half zip", "full zip", "back zip", "side zip"), ("ZI1",)),
        (("buttons", "placket"), ("BU1", "PL2")), (("placket",), ("PL1",)),
    ),
    "pockets": (
        (("patch", "welt", "kangaroo", "slant", "scoop"), ("PK1", "PK2", "PK3", "PK4")),
    ),
    "vents": ((("side", "back"), ("VE1",)),),
    "yoke": ((("back", "front and back"), ("YO1",)),),
    "waistband": ((("elastic", "drawstring"), ("WB2",)),),
}  # fmt: skip
# Points of parts that a sheet needs as soon as the product has the part, listed for its type or not.
_OF_PARTS = ("HO1", "HO2", "LA1", "CO1", "ZI1", "PL1", "BU1", "PK1", "PK2", "ST1", "VE1")

LEAST_CONFIDENCE = 0.6  # below it a feature that an engine names is to be specified


def features_of(product_type: str) -> dict[str, tuple[str, ...]]:
    """The features of a type with their values; none of a type that is not known."""
    return _OF_TYPE.get(product_type, _TOP) if product_type else {}


def matters(name: str, known: dict[str, str]) -> bool:
    """Whether a feature matters to a product of which `known` features are known: straps not to a shirt."""
    other, values = _ONLY_WITH.get(name, ("", ()))
    return not known.get(other) or known[other] in values


@cache
def _owners() -> dict[str, tuple[str, tuple[str, ...]]]:
    """The feature, and those of its values, that a point of measure belongs to."""
    return {
        code: (name, values)
        for name, groups in _POINTS_OF.items()
        for values, codes in groups
        for code in codes
    }


def points_for(product_type: str, known: dict[str, str]) -> tuple[str, ...]:
    """The points of measure of a product, in the order of its sheet, by its `known` features.

    Those of the type's sheet without what such a product cannot have (a sleeve length without sleeves), then
    those of parts that it has beyond the sheet (the hood of a jacket). KeyError for an unknown type.
    """
    features = features_of(product_type)

    def state(code: str) -> bool | None:
        name, values = _owners().get(code, ("", ()))
        if name not in features:
            return None
        if not matters(name, known):
            return False
        return known[name] in values if known.get(name) else None

    listed = product_types()[product_type].codes
    return (
        *(code for code in listed if state(code) is not False),
        *(code for code in _OF_PARTS if code not in listed and state(code)),
    )


@cache
def all_features() -> dict[str, frozenset[str]]:
    """Every feature with all values that any type may have."""
    found: dict[str, set[str]] = {}
    for features in (_TOP, *_OF_TYPE.values()):
        for name, values in features.items():
            found.setdefault(name, set()).update(values)
    return {name: frozenset(values) for name, values in found.items()}
