"""Look at photos and measure them: the photo check, kept as one reading a photo.

What takes a second (seeing, fitting an outline) happens in a job, outside any transaction, as many at once
as there are cores, and without a database connection: thirty photos may wait for their turn. Whatever
follows from a reading (values, flats) is worked out by `techpack.services.measurements`.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import cv2
import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generation import jobs
from generation.storage import assets
from techpack.library import product_types
from techpack.models import PhotoReading, Product, Revision, SamplePhoto, View
from vision.measuring import measure
from vision.photo import WORKING_SIDE, Rgb, UnreadablePhotoError, read_photo
from vision.photo import working_copy as smaller_copy
from vision.photo_check import Sight, product_colour, see, see_within
from vision.reading import Point, Reading
from vision.repainting import Stroke, paint
from vision.scale_card import Card, find_card, without_card

REFITTED = {"sleeve", "neck", "closure"}  # features that change the outline that is fitted

READ_VIEWS = (View.FRONT, View.BACK, View.SIDE)

# Held while a photo is seen or fitted. Not `images.A_CORE`, and one core less than there are: a picture that
# was paid for must not wait behind thirty photos, a second or two each.
VISION_CORE = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) - 1))
AFTER_ENGINE_JOBS = -5  # priority: what was paid for is fetched first


def ask_for_readings(product: Product) -> None:
    """Have every photo in use looked at that has not been. Called in the transaction that adds photos."""
    if not settings.PHOTO_CHECK:
        return
    lacking = product.revisions.in_use().filter(reading__isnull=True)
    for revision in lacking:
        PhotoReading.objects.get_or_create(revision=revision)
        defer_check(revision.pk)


def defer_check(revision_id: int) -> None:
    jobs.defer("techpack.check_photo", priority=AFTER_ENGINE_JOBS, revision_id=revision_id)


def look_at(revision_id: int) -> Product | None:
    """The photo check of one photo, unless an earlier try of this job has it. None when the photo is gone."""
    revision = Revision.objects.select_related("asset", "product").filter(pk=revision_id).first()
    if revision is None:
        return None
    reading = PhotoReading.objects.filter(revision=revision).first()
    if reading is not None and not reading.is_pending and not reading.strokes:
        return revision.product
    try:
        image = working_copy(revision)
    except UnreadablePhotoError as error:
        _save_failure(revision, code="unreadable", text=str(error), blocks=True)
        return revision.product
    if reading is not None and reading.strokes:
        _look_within(reading, image)
        return revision.product
    with _a_core():
        sight, card = see(image), find_card(image)
    _save(revision, **_facts(image, sight, without_card(sight.mask, card), card))
    return revision.product


@contextmanager
def _a_core() -> Iterator[None]:
    """Wait for a core of its own, and hold no database connection meanwhile."""
    jobs.release_connection()
    with VISION_CORE:
        yield


def _look_within(reading: PhotoReading, image: Rgb) -> None:
    """Recognise what a repainted outline holds; nothing is kept when it was painted on meanwhile."""
    mask = decode_mask(reading)
    if mask is None:
        return
    with _a_core():
        sight = see_within(image, mask, worn=reading.is_worn, turns=reading.turns)
    unchanged = PhotoReading.objects.filter(pk=reading.pk, strokes=reading.strokes)
    unchanged.update(**_seen(image, sight), checked_at=timezone.now())


def give_up(revision_id: int) -> Product | None:
    """Nobody waits for this photo any more. None when it is gone."""
    revision = Revision.objects.select_related("product").filter(pk=revision_id).first()
    if revision is None:
        return None
    text = "The photo could not be measured. Everything else goes on without it."
    _save_failure(revision, code="unmeasured", text=text, blocks=False)
    return revision.product


def working_copy(photo: Revision | SamplePhoto) -> Rgb:
    """The photo of at most 1,600 pixels (height x width x 3, RGB). Raises UnreadablePhotoError."""
    asset = photo.asset
    jobs.release_connection()
    return smaller_copy(read_photo(assets.read(asset), side=WORKING_SIDE))


def _facts(image: Rgb, sight: Sight, mask: np.ndarray, card: Card | None) -> dict[str, Any]:
    return {
        "status": PhotoReading.Status.DONE,
        **_seen(image, sight),
        "is_worn": bool(sight.is_worn),
        "turns": sight.turns,
        "outline": outline_fractions(sight.outline, image.shape),
        "mask": encode_mask(mask),
        "unsure": outline_fractions(sight.unsure, image.shape),
        "card": _card_as_json(card),
        "fitted_type": "",
        "landmarks": {},
        "moved": [],
        "overlap": 0.0,
        "checked_at": timezone.now(),
    }


def _save_failure(revision: Revision, **problem: Any) -> None:
    _save(revision, status=PhotoReading.Status.FAILED, problems=[problem])


def _seen(image: Rgb, sight: Sight) -> dict[str, Any]:
    """What a reading says of the product inside its outline."""
    seen = sight.recognition
    return {
        "category": seen.category,
        "product_type": seen.product_type or "",
        "confidence": round(float(seen.confidence), 3),
        "is_sure": bool(seen.is_sure),
        "alternatives": [[name, float(share)] for name, share in seen.alternatives],
        "features": {name: [value, float(share)] for name, (value, share) in seen.features.items()},
        "likely_neck": seen.likely_neck,
        "problems": [{"code": one.code, "text": one.text, "blocks": one.blocks} for one in sight.problems],
        "colour": [round(float(part), 1) for part in product_colour(sight, image)],
    }


def _save(revision: Revision, **facts: Any) -> None:
    """An outline that was repainted meanwhile stays as it is."""
    reading, is_new = PhotoReading.objects.get_or_create(revision=revision, defaults=facts)
    if not is_new:
        PhotoReading.objects.filter(pk=reading.pk, strokes=[]).update(**facts)


def fit(reading: PhotoReading, product_type: str, features: dict[str, str]) -> None:
    """Fit the outline of a product type to one photo; about a second.

    Landmarks moved by hand start over: they belong to the outline that was fitted before.
    """
    mask = decode_mask(reading)
    found = None
    if mask is not None and product_type in product_types() and reading.names_product:
        view = reading.revision.view
        with _a_core():
            if PhotoReading.objects.filter(pk=reading.pk, fitted_type=product_type).exists():
                return  # by another job, while this one waited for its core
            jobs.release_connection()
            found = measure(
                mask, product_type, dict(features), view, card=card_of(reading), turns=reading.turns
            )
    landmarks = fractions(found.landmarks, mask.shape) if found is not None and mask is not None else {}
    PhotoReading.objects.filter(pk=reading.pk, strokes=reading.strokes).update(
        fitted_type=product_type, landmarks=landmarks, moved=[], overlap=found.overlap if found else 0.0
    )


def fit_photos(product: Product, product_type: str, features: dict[str, str]) -> None:
    """Fit every photo whose landmarks are those of another type."""
    wanted = PhotoReading.objects.filter(
        revision__product=product, revision__removed_at__isnull=True, status=PhotoReading.Status.DONE,
        revision__view__in=READ_VIEWS,
    ).exclude(fitted_type=product_type).select_related("revision")  # fmt: skip
    for reading in wanted:
        fit(reading, product_type, features)


def fit_again(product: Product, features: set[str]) -> bool:
    """Ask for new fits when one of these features changes the outline that is fitted. Landmarks that somebody
    moved stay. Returns whether: then all rows are worked out anew."""
    if not features & REFITTED:
        return False
    PhotoReading.objects.filter(revision__product=product, moved=[]).update(fitted_type="")
    ask_for_fits(product)
    return True


def ask_for_fits(product: Product) -> None:
    """After a change of the product type: fit again in a job. Called in a transaction."""
    if settings.PHOTO_CHECK:
        jobs.defer("techpack.measure_photos", priority=AFTER_ENGINE_JOBS, product_id=product.pk)


# --- what a reading keeps -------------------------------------------------------------------------


def encode_mask(mask: np.ndarray) -> bytes:
    """A mask (height x width, true on the product) as a PNG of one bit a pixel."""
    ok, data = cv2.imencode(".png", mask.astype(np.uint8) * 255, [cv2.IMWRITE_PNG_BILEVEL, 1])
    assert ok
    return data.tobytes()


def decode_mask(reading: PhotoReading) -> np.ndarray | None:
    """The mask as a boolean array; None where there is none."""
    return decoded(bytes(reading.mask or b""))


def decoded(data: bytes) -> np.ndarray | None:
    """A mask from its PNG; None of none."""
    pixels: np.ndarray | None = None
    if data:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    return None if pixels is None else pixels > 127


def strokes_of(reading: PhotoReading) -> list[Stroke]:
    """The strokes that repaint the outline, as `vision` takes them."""
    return [Stroke(one["adds"], [(x, y) for x, y in one["points"]], one["width"]) for one in reading.strokes]


def painted_area(reading: PhotoReading, shape: tuple[int, ...]) -> np.ndarray | None:
    """Where strokes lie (bool, height x width), with a rim around them; None without any."""
    if not reading.strokes:
        return None
    rim = [Stroke(one.adds, one.points, one.width * 1.25) for one in strokes_of(reading)]
    return paint(rim, shape) != 0


def fractions(landmarks: dict[str, Point], shape: tuple[int, ...]) -> dict[str, list[float]]:
    """Pixels of the working copy as fractions of the photo."""
    height, width = shape[:2]
    return {name: [round(x / width, 5), round(y / height, 5)] for name, (x, y) in landmarks.items()}


def outline_fractions(outline: list[Point], shape: tuple[int, ...]) -> list[list[float]]:
    """Points of the working copy as fractions of the photo."""
    height, width = shape[:2]
    return [[round(x / width, 4), round(y / height, 4)] for x, y in outline]


def unsure_points(reading: PhotoReading, shape: tuple[int, ...]) -> list[Point]:
    """Where the outline cannot be relied on, in pixels of the working copy."""
    height, width = shape[:2]
    return [(x * width, y * height) for x, y in reading.unsure]


def pixels(landmarks: dict[str, list[float]], shape: tuple[int, ...]) -> dict[str, Point]:
    height, width = shape[:2]
    return {name: (x * width, y * height) for name, (x, y) in landmarks.items()}


def card_of(reading: PhotoReading) -> Card | None:
    if not reading.card:
        return None
    kept = reading.card
    arrays = {name: np.array(kept[name]) for name in ("to_plane", "corners")}
    return Card(**{**kept, **arrays})


def _card_as_json(card: Card | None) -> dict[str, Any] | None:
    if card is None:
        return None
    kept = asdict(card)
    return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in kept.items()}


def line_fractions(found: Reading, code: str, shape: tuple[int, ...]) -> list[list[float]]:
    """The dimension line of a point of measure as fractions of the photo."""
    height, width = shape[:2]
    return [[round(x / width, 4), round(y / height, 4)] for x, y in found.lines[code]]


@transaction.atomic
def move_landmark(*, reading: PhotoReading, name: str, point: list[float]) -> None:
    """Put a landmark where the designer says. KeyError for one that this photo does not have."""
    locked = PhotoReading.objects.select_for_update().get(pk=reading.pk)
    if name not in locked.landmarks:
        raise KeyError(name)
    locked.landmarks[name] = [round(min(1.0, max(0.0, part)), 5) for part in point]
    locked.moved = sorted({*locked.moved, name})
    locked.save(update_fields=["landmarks", "moved"])
