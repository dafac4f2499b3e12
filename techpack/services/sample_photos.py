"""Measure photos of samples with the engine that measures photos of products. Runs in a job."""

from decimal import Decimal

import numpy as np
from django.db import transaction

from generation.jobs import release_connection
from techpack.editing import specification
from techpack.library import plausible_ranges, product_types
from techpack.models import SamplePhoto, SampleRound
from techpack.services.photo_readings import VISION_CORE, working_copy
from vision.measuring import measure
from vision.photo import Rgb, UnreadablePhotoError
from vision.photo_check import see
from vision.reading import Reading
from vision.scale_card import find_card, without_card

NO_CARD = (
    "There is no scale card on this photo, so its lengths are not known. Lay the printed card beside it."
)
MEASURED = ("measured", "estimated")


def measure_photo(photo_id: int) -> None:
    """Propose what the photo shows as own measures of its size. What somebody wrote stays."""
    photo = SamplePhoto.objects.select_related("asset", "round__product").filter(pk=photo_id).first()
    if photo is None or photo.status != SamplePhoto.Status.PENDING:
        return
    try:
        values, words = _values(photo)
    except UnreadablePhotoError as error:
        _finish(photo, SamplePhoto.Status.FAILED, str(error))
        return
    if not values:
        _finish(photo, SamplePhoto.Status.FAILED, words)
        return
    with transaction.atomic():
        SampleRound.objects.select_for_update().get(pk=photo.round_id)
        found = 0
        for row in photo.round.measures.filter(size=photo.size, code__in=values):
            row.proposed_cm, row.proposed_error_cm = values[row.code]
            row.save(update_fields=["proposed_cm", "proposed_error_cm"])
            found += 1
        _finish(photo, SamplePhoto.Status.DONE, f"{found} measures read from this photo. {words}".strip())


def _finish(photo: SamplePhoto, status: str, words: str) -> None:
    SamplePhoto.objects.filter(pk=photo.pk).update(status=status, message=words[:300])


def _values(photo: SamplePhoto) -> tuple[dict[str, tuple[Decimal, Decimal | None]], str]:
    """By code: centimetres and their error; and what to tell."""
    image = working_copy(photo)
    reading, words = _reading(photo, image)
    if reading is None:
        return {}, words
    found = {}
    for value in reading.values:
        if value.value_cm is None or value.source not in MEASURED:
            continue
        error = value.value_cm * value.error_percent / 100 if value.error_percent is not None else None
        found[value.code] = (
            Decimal(str(round(value.value_cm, 1))),
            None if error is None else Decimal(str(max(0.1, round(error, 1)))),
        )
    return found, words if found else "Nothing could be measured on this photo."


def _reading(photo: SamplePhoto, image: Rgb) -> tuple[Reading | None, str]:
    product = photo.round.product
    readings = specification.readings_of(product)
    product_type = specification.product_type_of(product, readings)
    if product_type not in product_types():
        return None, "Choose the product's type first: it says what there is to measure."
    features = specification.features_for_reading(product, readings[:1])
    release_connection()
    with VISION_CORE:
        return _measured(photo, image, product_type, features)


def _measured(
    photo: SamplePhoto, image: Rgb, product_type: str, features: dict[str, str | int]
) -> tuple[Reading | None, str]:
    sight, card = see(image), find_card(image)
    if sight.blocks:
        return None, " ".join(problem.text for problem in sight.problems)
    if card is None:
        return None, NO_CARD
    reading = measure(
        without_card(sight.mask.astype(np.uint8), card).astype(bool), product_type,
        features, photo.view,
        card=card, plausible=plausible_ranges(product_type), worn=sight.is_worn, turns=sight.turns,
        unsure=sight.unsure,
    )  # fmt: skip
    return reading, " ".join(problem.text for problem in reading.problems)
