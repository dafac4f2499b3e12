"""What a product is and how it is made, read from its rows: type, features, what to draw, what to review.

What the designer chose comes before what words and photos say. Nothing here writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from techpack import flats
from techpack.library import all_features, product_types, type_named
from techpack.library.features import LEAST_CONFIDENCE
from techpack.models import FlatMark, Measurement, PhotoReading, Product, Revision, View
from vision.photo_check import DIFFERENT, are_different

# What the words of pages and older rows call each type, and the category it belongs to.
LABELS = {"t-shirt": "T-shirt", "tote": "Tote bag"}
_CATEGORIES = {
    "tote": "BAG", "backpack": "BAG", "cap": "HEADWEAR", "beanie": "HEADWEAR", "trainer": "FOOTWEAR",
    "boot": "FOOTWEAR",
}  # fmt: skip
COLLARS = ("shirt collar", "polo", "hood", "lapel", "straps", "strapless", "band", "roll", "mock")


def readings_of(product: Product, *, with_masks: bool = False) -> list[PhotoReading]:
    """Of the photos in use, the front first."""
    rows = PhotoReading.objects.filter(revision__product=product, revision__removed_at__isnull=True)
    if not with_masks:
        rows = rows.without_masks()
    return _front_first(rows.select_related("revision__asset").order_by("revision__order", "revision_id"))


def readings_in(photos: Iterable[Revision]) -> list[PhotoReading]:
    """The same, of photos in use that have been read with their readings."""
    readings = (getattr(photo, "reading", None) for photo in photos)
    return _front_first(reading for reading in readings if reading is not None)


def _front_first(readings: Iterable[PhotoReading]) -> list[PhotoReading]:
    return sorted(readings, key=lambda reading: reading.revision.view != View.FRONT)


def product_type_of(product: Product, readings: list[PhotoReading]) -> str:
    """A type of the library: chosen, named by an engine or words, or seen with certainty; else ""."""
    if product.product_type in product_types():
        return product.product_type
    named = product.detected_type or type_named(product.subcategory) or type_named(product.name)
    if named:
        return named
    seen = next((reading for reading in readings if reading.is_done and reading.names_product), None)
    return seen.product_type if seen and seen.is_sure and seen.product_type in product_types() else ""


def features_for_reading(product: Product, readings: list[PhotoReading]) -> dict[str, Any]:
    """Features by name for measuring: what the designer chose over what a photo shows."""
    return seen_features(readings) | dict(product.features)


def seen_features(readings: list[PhotoReading]) -> dict[str, str]:
    """What photos show with enough confidence, as we or the cloud engine see it, the surest first.
    What nothing is drawn from (the pattern of the cloth) is not among it."""
    best: dict[str, tuple[str, float]] = {}
    for reading in readings:
        named = {name: told for name, told in reading.named.items() if told[1] >= LEAST_CONFIDENCE}
        for name, (value, share) in [*reading.features.items(), *named.items()]:
            if share > best.get(name, ("", 0.0))[1]:
                best[name] = (value, share)
    return {name: value for name, (value, _) in best.items() if name in all_features()}


def likely_neck(readings: list[PhotoReading]) -> str:
    """The neckline to draw where nobody knows the neck, as the front shows it; "" for the usual one."""
    return next((one.likely_neck for one in readings if one.revision.view == View.FRONT), "")


NO_SCALE = (
    "Nothing gives a scale yet, so nothing is in centimetres."
    " Enter one length, or photograph the product with the scale card."
)


# Problems of a photo that another outline may do away with.
ABOUT_OUTLINE = ("nothing_there", "not_a_product", "drawing", "cut_off", "several_products", "hard_to_tell")


@dataclass(frozen=True)
class Reason:
    """Why a product needs a review. `key` names it for good, so that it can be settled."""

    code: str
    text: str
    key: str
    measure: str = ""  # the code of the point of measure it is about
    values: list[str] = field(default_factory=list)  # one click each
    photo: int = 0  # the photo whose outline may be wrong


def review_reasons(
    product: Product,
    readings: list[PhotoReading],
    rows: list[Measurement],
    *,
    spec: flats.Specification | None,
) -> list[Reason]:
    """Everything somebody should look at, without what they have settled."""
    product_type = product_type_of(product, readings)
    found = [*_of_photos(readings), *_of_type(product, readings, product_type)]
    found += _of_rows(rows)
    if any(row.ratio for row in rows) and not any(row.ratio and row.value_cm is not None for row in rows):
        found.append(Reason("no_scale", NO_SCALE, "no_scale"))
    if spec is not None:
        found += _of_flat(spec, rows)
    return [reason for reason in found if reason.key not in product.settled_reasons]


def _of_photos(readings: list[PhotoReading]) -> list[Reason]:
    found = []
    for reading in readings:
        view = View(reading.revision.view).label
        for problem in reading.problems:
            key = f"{problem['code']}:{reading.revision_id}"
            photo = reading.revision_id if problem["code"] in ABOUT_OUTLINE and reading.is_done else 0
            found.append(Reason(problem["code"], f"{view} photo: {problem['text']}", key, photo=photo))
    whole = [reading for reading in readings if reading.is_done and reading.colour and not reading.blocks]
    front = next((one for one in whole if one.revision.view == View.FRONT), None)
    back = next((one for one in whole if one.revision.view == View.BACK), None)
    if front and back:
        same = not (front.is_sure and back.is_sure) or front.product_type == back.product_type
        colours = np.array(front.colour, np.float32), np.array(back.colour, np.float32)
        if are_different(colours, same_kind=same):
            key = f"different:{front.revision_id}:{back.revision_id}"
            found.append(Reason(DIFFERENT.code, DIFFERENT.text, key))
    return found


def _of_type(product: Product, readings: list[PhotoReading], product_type: str) -> list[Reason]:
    if not readings or any(reading.is_pending for reading in readings):
        return []
    if not product_type:
        return [
            Reason("type_unsure", "What product is this? Choose its type, then it can be measured.", "type")
        ]
    return []


def _of_rows(rows: list[Measurement]) -> list[Reason]:
    found = []
    for row in rows:
        name = row.point.name
        if row.conflict and not row.is_by_designer:
            values = [f"{one['value_cm']:.1f}" for one in row.evidence if one["value_cm"] is not None]
            text = f"{name} ({row.code}): {row.conflict}. Which is right?"
            found.append(Reason("conflict", text, f"conflict:{row.code}", row.code, sorted(set(values))))
        if row.is_implausible and row.source != Measurement.Source.CONFIRMED:
            text = f"{name} ({row.code}) is {row.value_cm:.1f} cm: unusual for this product. Check it."
            found.append(Reason("implausible", text, f"implausible:{row.code}:{row.value_cm}", row.code))
    return found


def _of_flat(spec: flats.Specification, rows: list[Measurement]) -> list[Reason]:
    """Measures that contradict the others; only those somebody stands for are worth asking about."""
    by_code = {row.code: row for row in rows}
    if not any(row.is_by_designer for row in rows):
        return []
    found = []
    for code, drawn in flats.misfits(spec).items():
        row = by_code.get(code)
        if row is not None and row.is_by_designer:
            name = row.point.name
            text = (
                f"{name} ({code}) is {row.value_cm:.1f} cm,"
                f" but with the other measures it would be {drawn:.1f} cm."
            )
            found.append(Reason("contradiction", text, f"contradiction:{code}:{row.value_cm}", code))
    return found


def label_of(product_type: str) -> str:
    """ "T-shirt", "Long-sleeve top"; "" for no type."""
    return LABELS.get(product_type, product_type.capitalize())


def category_of(product_type: str) -> str:
    return _CATEGORIES.get(product_type, "APPAREL")


def flat_specification(
    product: Product,
    readings: list[PhotoReading],
    rows: list[Measurement],
    *,
    marks: Iterable[FlatMark] | None = None,
) -> flats.Specification | None:
    """What the flats are drawn from; None where the type is unknown or has no flat. `marks` are those drawn
    by hand, for who has read them or wants none; then it costs no query."""
    product_type = product_type_of(product, readings)
    if not flats.has_flat(product_type):
        return None
    measured = [(row.code, float(row.value_cm) if row.value_cm else None, row.ratio) for row in rows]
    features = features_for_reading(product, readings)
    drawn = product.flat_marks.all() if marks is None else marks
    return flats.from_measures(
        product_type, measured, features, likely_neck=likely_neck(readings), marks=tuple(map(_mark, drawn))
    )


def _mark(row: FlatMark) -> flats.Mark:
    points = (flats.Anchor(one["landmark"], complex(one["dx"], one["dy"])) for one in row.points)
    return flats.Mark(str(row.pk), row.view, row.kind, tuple(points), row.is_mirrored)
