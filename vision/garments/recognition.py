"""Say what product a photo shows, and which features of it can be seen.

One head tells ten kinds of garment apart, and another that sees neck and front those among them that hang from
the shoulders; heads of their own tell types within a kind (jeans from trousers) and features (neck, sleeve,
closure). What is no garment is read off the network's ImageNet output. Every answer has a confidence; a
feature below its threshold is left out.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vision.garments import imagenet_groups
from vision.garments.classifier_heads import heads
from vision.garments.description import Description, describe_photo, describe_upper_body
from vision.segmentation import Rgb

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
    "closure": {"t-shirt", "longsleeve", "shirt", "outwear", "dress"},
    "waistband": {"pants", "shorts", "skirt"},
    "length": {"dress", "skirt"},
    "leg": {"pants"},
    "pattern": {*TYPES_OF} - {"shoes"},
}
# Feature -> kind of garment -> values that it does not have: a shirt has buttons, a T-shirt no lapel.
IMPOSSIBLE = {
    "sleeve": {"t-shirt": {"long"}, "longsleeve": {"none"}, "outwear": {"short"}},
    "closure": {"shirt": {"none"}, "outwear": {"none", "placket"}, "t-shirt": {"buttons", "full zip"}},
    "neck": {
        "shirt": {"crew", "scoop", "boat", "roll", "mock", "hood", "straps"},
        "outwear": {"scoop", "boat", "roll", "mock", "straps"},
        "t-shirt": {"lapel", "straps"},
        "longsleeve": {"straps"},
    },
}
UPPER = {"t-shirt", "longsleeve", "shirt", "outwear", "dress"}  # what hangs from the shoulders
FROM_NEAR = {
    "kind of top",
    "neck",
    "closure",
    *(f"type of {kind}" for kind in UPPER - {"outwear"}),  # a coat is told by its shape
}  # heads that see neck and front
# Necklines that a flat may have where none is said with confidence, from this probability on: it has to have one, and
# where one of these is likeliest it is right on half of the photos, the usual one on a fifth (docs/model-card.md).
LIKELY_NECKS, LEAST_LIKELY = {"v", "scoop"}, 0.4
LEAST_SHARE = 0.05  # of a kind whose types are told apart
# ImageNet share of garments from which a product cut out is one, whatever the whole photo is like.
GARMENT_ALONE = 0.6
OTHER_SHARE = 0.45  # ImageNet share from which a photo shows a bag, a chair, ... and no garment


@dataclass(frozen=True)
class Recognition:
    """What a photo shows.

    `category` is APPAREL, FOOTWEAR, BAG, HEADWEAR, ...; `kind` one of the ten kinds of garment or None;
    `product_type` one of our types or None where none fits. `alternatives` are the next likeliest types
    with their probabilities. `is_sure` says that answers of this confidence are right 95 times in 100.
    `likely_neck` is the neckline to draw where none is among the features, "" for the usual one.
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
    likely_neck: str = ""
    no_product: float = 0.0
    garment_share: float = 1.0


def recognise(image: Rgb, salience: Floats, *, from_near: bool = True) -> Recognition:
    """Recognise the product of a photo.

    `image` is height x width x 3 (RGB), `salience` (height x width, 0..1) comes from `networks.salience`.
    Without `from_near` its neck and front are not looked at: that takes a quarter of the time.
    """
    seen = _Seen.of(image, salience, from_near=from_near)
    shares = imagenet_groups.shares(seen.photo.of_photo)
    alone = imagenet_groups.shares(seen.photo.of_product)["garment"]
    garment = max(shares["garment"], alone)
    kind = max(seen.kinds, key=lambda name: seen.kinds[name])
    types = seen.types()
    other = max(imagenet_groups.GROUPS, key=lambda name: shares[name])
    if shares[other] > OTHER_SHARE and shares[other] > 2 * shares["garment"] and alone < GARMENT_ALONE:
        named = imagenet_groups.type_of(other, seen.photo.of_photo)
        return Recognition(
            other, None, named, round(shares[other], 2), is_sure=False, alternatives=_alternatives(types, named),
            no_product=shares["no product"], garment_share=garment,
        )  # fmt: skip
    features = seen.features(kind)
    product_type = None if seen.is_none_of_ours(kind) else _by_features(kind, features, _likeliest(types))
    return Recognition(
        category=CATEGORY_OF.get(kind, "APPAREL"),
        kind=kind,
        product_type=product_type,
        confidence=round(seen.kinds[kind], 2),
        is_sure=seen.is_sure_of(kind) and product_type is not None,
        alternatives=_alternatives(types, product_type),
        features=features,
        likely_neck="" if "neck" in features else seen.likely_neck(kind),
        no_product=shares["no product"],
        garment_share=garment,
    )


@dataclass(frozen=True)
class _Seen:
    """What the heads are given: the description of the photo, that from near where there is a neck, and the
    probability of each kind."""

    photo: Description
    near: Floats | None
    kinds: dict[str, float]

    @classmethod
    def of(cls, image: Rgb, salience: Floats, *, from_near: bool) -> "_Seen":
        photo = describe_photo(image, salience)
        kinds = heads()["garment"].probabilities(photo.numbers)
        has_neck = from_near and sum(kinds[kind] for kind in UPPER) > LEAST_SHARE
        if not has_neck:
            return cls(photo, None, kinds)
        near = describe_upper_body(image, photo)
        share = sum(kinds[kind] for kind in UPPER)
        among = heads()["kind of top"].probabilities(near)
        return cls(photo, near, kinds | {kind: share * part for kind, part in among.items()})

    def odds(self, name: str) -> dict[str, float]:
        """What a head says; nothing where there is no such head, or it looks at a neck that is not there."""
        seen = self.near if name in FROM_NEAR else self.photo.numbers
        return heads()[name].probabilities(seen) if name in heads() and seen is not None else {}

    def types(self) -> dict[str, float]:
        """The probability of each product type: that of its kind, times that within the kind."""
        types: dict[str, float] = {}
        for kind, share in self.kinds.items():
            within = self.odds(f"type of {kind}") if share > LEAST_SHARE else {}
            for named, part in (within or {TYPES_OF[kind]: 1.0}).items():
                product_type = TYPES_OF[kind] if named == "other" else named
                types[product_type] = types.get(product_type, 0.0) + share * part
        return types

    def is_none_of_ours(self, kind: str) -> bool:
        """Whether a shoe or hat is neither of those whose outline we know: a sandal, a pump, a straw hat."""
        within = self.odds(f"type of {kind}")
        return bool(within) and _likeliest(within) == "other"

    def is_sure_of(self, kind: str) -> bool:
        """Whether it is this kind, and a hat or shoe of one of the types we know."""
        within = self.odds(f"type of {kind}") if kind in CATEGORY_OF else {}
        best = _likeliest(within) if within else ""
        knows_type = not best or heads()[f"type of {kind}"].is_sure_of(best, within[best])
        return knows_type and heads()["garment"].is_sure_of(kind, self.kinds[kind])

    def features(self, kind: str) -> dict[str, tuple[str, float]]:
        """The features of a kind that can be seen with enough confidence."""
        found = {}
        for feature, kinds in FEATURES_OF.items():
            told = self.odds(feature) if kind in kinds else {}
            odds = possible(feature, kind, told)
            best = _likeliest(odds) if odds else ""
            if best and heads()[feature].is_sure_of(best, odds[best]):
                # what only this kind of garment leaves over is no surer than the kind
                found[feature] = (best, round(max(told[best], min(odds[best], self.kinds[kind])), 2))
        return found

    def likely_neck(self, kind: str) -> str:
        """The neckline that is drawn where none can be seen with enough confidence; "" for the usual one."""
        odds = possible("neck", kind, self.odds("neck")) if kind in FEATURES_OF["neck"] else {}
        best = _likeliest(odds) if odds else ""
        return best if best in LIKELY_NECKS and odds[best] >= LEAST_LIKELY else ""


def possible(feature: str, kind: str, odds: dict[str, float]) -> dict[str, float]:
    """The probabilities of a feature's values among those that such a garment has."""
    never = IMPOSSIBLE.get(feature, {}).get(kind, set())
    kept = {value: share for value, share in odds.items() if value not in never}
    total = sum(kept.values())
    return {value: share / total for value, share in kept.items()} if total else {}


def _likeliest(odds: dict[str, float]) -> str:
    return max(odds, key=lambda name: odds[name])


def _by_features(kind: str, features: dict[str, tuple[str, float]], product_type: str) -> str:
    """A hood makes a hoodie of a long-sleeve top, a zip from top to hem a jacket, buttons a cardigan, and with a
    collar a shirt; a collar makes a polo of a T-shirt."""
    neck, closure = features.get("neck", ("", 0.0))[0], features.get("closure", ("", 0.0))[0]
    if kind == "longsleeve" and neck == "hood":
        return "hoodie"
    if kind == "longsleeve" and product_type in ("long-sleeve top", "sweatshirt"):
        if closure == "buttons":
            return "shirt" if neck == "shirt collar" else "sweater"
        return "jacket" if closure == "full zip" else product_type
    if kind == "t-shirt" and neck == "shirt collar":
        return "polo"
    return product_type


def _alternatives(types: dict[str, float], chosen: str | None) -> list[tuple[str, float]]:
    ordered = sorted(types.items(), key=lambda one: -one[1])
    return [(name, round(share, 2)) for name, share in ordered if name != chosen][:2]
