"""Say what product a photo shows, and which features of it can be seen.

One head tells ten kinds of garment apart; heads of their own tell types within a kind (jeans from
trousers) and features (neck, sleeve, closure). What is no garment is read off the network's ImageNet
output. Every answer has a confidence; a feature below its threshold is left out.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vision import networks
from vision.garments import imagenet_groups
from vision.garments.classifier_heads import Head, heads
from vision.garments.description import describe_photo, on_white_square, product_on_white
from vision.segmentation import Rgb, main_pieces

Floats = NDArray[np.float32]

CATEGORY_OF = {"shoes": "FOOTWEAR", "hat": "HEADWEAR"}
TYPES_OF = {  # kind of garment -> product type that it stands for when no finer head decides
    "t-shirt": "t-shirt", "longsleeve": "long-sleeve top", "shirt": "shirt", "outwear": "jacket",
    "dress": "dress", "skirt": "skirt", "pants": "trousers", "shorts": "shorts", "shoes": "trainer",
    "hat": "cap",
}  # fmt: skip
FEATURES_OF = {  # feature -> kinds of garment that have it
    "neck": {"t-shirt", "longsleeve", "shirt", "outwear", "dress"},
    "sleeve": {"t-shirt", "longsleeve", "shirt", "outwear", "dress"},
    "closure": {"t-shirt", "longsleeve", "shirt", "outwear"},
    "waistband": {"pants", "shorts", "skirt"},
    "length": {"dress", "skirt"},
    "leg": {"pants"},
}
OTHER_SHARE = 0.45  # ImageNet share from which a photo shows a bag, a chair, ... and no garment


@dataclass(frozen=True)
class Recognition:
    """What a photo shows.

    `category` is APPAREL, FOOTWEAR, BAG, HEADWEAR, ...; `kind` one of the ten kinds of garment or None;
    `product_type` one of our types or None where none fits. `alternatives` are the next likeliest types
    with their probabilities. `is_sure` says that answers of this confidence are right 95 times in 100.
    `no_product` and `garment_share` (0..1) are how much the photo looks like an animal, food or a place, and
    like any garment, by the ImageNet output.
    """

    category: str
    kind: str | None
    product_type: str | None
    confidence: float
    is_sure: bool
    alternatives: list[tuple[str, float]]
    features: dict[str, tuple[str, float]] = field(default_factory=dict)
    no_product: float = 0.0
    garment_share: float = 1.0


def recognise(image: Rgb, salience: Floats) -> Recognition:
    """Recognise the product of a photo.

    `image` is height x width x 3 (RGB), `salience` (height x width, 0..1) comes from `networks.salience`.
    """
    described = describe_photo(image, salience)
    logits = networks.describe(on_white_square(image))["imagenet"]
    shares = imagenet_groups.shares(logits)
    mask = main_pieces(salience > 0.5)
    product = networks.describe(product_on_white(image, salience, mask))["imagenet"]
    garment = max(shares["garment"], imagenet_groups.shares(product)["garment"])
    known = heads()
    kinds = known["garment"].probabilities(described)
    kind = max(kinds, key=lambda name: kinds[name])
    other = max(imagenet_groups.GROUPS, key=lambda name: shares[name])
    if shares[other] > OTHER_SHARE and shares[other] > 2 * shares["garment"]:
        named = imagenet_groups.type_of(other, logits)
        return Recognition(
            other, None, named, round(shares[other], 2), is_sure=False,
            alternatives=_alternatives(_types(kinds, described, known), named), no_product=shares["no product"],
            garment_share=garment,
        )  # fmt: skip
    types = _types(kinds, described, known)
    product_type: str | None = max(types, key=lambda name: types[name])
    features = _features(kind, described, known)
    product_type = _by_neck(kind, features.get("neck", ("", 0.0))[0], str(product_type))
    is_another_shoe = kind == "shoes" and _is_another_shoe(described, known)
    product_type = None if is_another_shoe else product_type
    return Recognition(
        category=CATEGORY_OF.get(kind, "APPAREL"),
        kind=kind,
        product_type=product_type,
        confidence=round(kinds[kind], 2),
        is_sure=kinds[kind] >= known["garment"].threshold and product_type is not None,
        alternatives=_alternatives(types, product_type),
        features=features,
        no_product=shares["no product"],
        garment_share=garment,
    )


def _is_another_shoe(described: Floats, known: dict[str, Head]) -> bool:
    """Whether a shoe is neither trainer nor boot (a sandal, a pump), so that neither outline fits."""
    within = known["type of shoes"].probabilities(described)
    return max(within, key=lambda name: within[name]) == "other"


def _by_neck(kind: str, neck: str, product_type: str) -> str:
    """A hood makes a hoodie of a long-sleeve top, a collar a polo of a T-shirt."""
    if kind == "longsleeve" and neck == "hood":
        return "hoodie"
    if kind == "t-shirt" and neck == "shirt collar":
        return "polo"
    return product_type


def _types(kinds: dict[str, float], described: Floats, known: dict[str, Head]) -> dict[str, float]:
    """The probability of each product type: that of its kind, times that within the kind."""
    types: dict[str, float] = {}
    for kind, share in kinds.items():
        head = known.get(f"type of {kind}")
        within = head.probabilities(described) if head is not None else {TYPES_OF[kind]: 1.0}
        for named, part in within.items():
            product_type = TYPES_OF[kind] if named == "other" else named
            types[product_type] = types.get(product_type, 0.0) + share * part
    return types


def _features(kind: str, described: Floats, known: dict[str, Head]) -> dict[str, tuple[str, float]]:
    found = {}
    for feature, kinds in FEATURES_OF.items():
        if kind not in kinds or feature not in known:
            continue
        odds = known[feature].probabilities(described)
        best = max(odds, key=lambda name: odds[name])
        if odds[best] >= known[feature].threshold:
            found[feature] = (best, round(odds[best], 2))
    return found


def _alternatives(types: dict[str, float], chosen: str | None) -> list[tuple[str, float]]:
    ordered = sorted(types.items(), key=lambda one: -one[1])
    return [(name, round(share, 2)) for name, share in ordered if name != chosen][:2]
