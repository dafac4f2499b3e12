"""Repaint the outline of a photo by strokes; everything after it is worked out again, free."""

from typing import Any

import numpy as np
from django.db import transaction

from techpack.models import PhotoReading
from techpack.services import photo_readings, specification_changes
from techpack.services.errors import NotPossible
from techpack.services.runs import lock_product
from vision.photo import UnreadablePhotoError
from vision.photo_check import outline_of
from vision.repainting import repainted
from vision.unsure_edges import doubts_of

type Json = dict[str, Any]

MOST_STROKES = 200
MOST_POINTS = 400  # of one stroke
# What the photo check said of the outline it found; put back when the last stroke is undone.
KEPT = (
    "category", "product_type", "confidence", "is_sure", "alternatives", "features", "likely_neck",
    "problems", "colour", "outline", "unsure",
)  # fmt: skip


def add_stroke(*, reading: PhotoReading, stroke: Json) -> None:
    """Paint once over the photo: `{adds, width, points}`, as vision.repainting.Stroke has them.

    Raises NotPossible for what is no stroke, while the photo is being checked, and when it was painted on
    elsewhere meanwhile.
    """
    if len(reading.strokes) >= MOST_STROKES:
        raise NotPossible("That is as many strokes as one outline takes. Undo some, or start over.")
    _repaint(reading, [*reading.strokes, _checked(stroke)])


def undo_stroke(*, reading: PhotoReading) -> None:
    """Take the last stroke back. Raises NotPossible without one."""
    if not reading.strokes:
        raise NotPossible("There is no stroke to undo.")
    _repaint(reading, reading.strokes[:-1])


def start_over(*, reading: PhotoReading) -> None:
    """Go back to the outline that the photo check found."""
    if reading.strokes:
        _repaint(reading, [])


def _checked(stroke: Json) -> Json:
    try:
        points = [[round(float(x), 4), round(float(y), 4)] for x, y in stroke["points"]]
        width, adds = round(float(stroke["width"]), 4), bool(stroke["adds"])
        inside = all(0 <= part <= 1 for point in points for part in point)
        if not (inside and 0.002 <= width <= 0.2 and 0 < len(points) <= MOST_POINTS):
            raise ValueError
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise NotPossible("A stroke lies inside the photo. Paint it again.") from error
    return {"adds": adds, "width": width, "points": points}


def _repaint(reading: PhotoReading, strokes: list[Json]) -> None:
    if reading.is_pending:
        raise NotPossible("The photo is still being checked. Try again in a moment.")
    before = list(reading.strokes)
    kept = reading.seen or {name: getattr(reading, name) for name in KEPT}
    seen_mask = bytes(reading.seen_mask or reading.mask or b"")
    facts = dict(kept) | {"seen": None, "seen_mask": None, "mask": seen_mask or None}
    if strokes:
        reading.strokes = strokes
        facts = _painted(reading, seen_mask) | {"seen": kept, "seen_mask": seen_mask or None}
    facts |= {"strokes": strokes, "status": PhotoReading.Status.DONE, "fitted_type": ""}
    _save(reading, before, facts)


def _painted(reading: PhotoReading, seen_mask: bytes) -> Json:
    """Mask and outline as the strokes make them. Half a second, outside any transaction."""
    try:
        image = photo_readings.working_copy(reading.revision)
    except UnreadablePhotoError as error:
        raise NotPossible(str(error)) from error
    mask = photo_readings.decoded(seen_mask)
    if mask is None or mask.shape != image.shape[:2]:
        mask = np.zeros(image.shape[:2], bool)
    mask = repainted(image, mask, photo_readings.strokes_of(reading))
    if not mask.any():
        raise NotPossible("Nothing of the product would be left. Paint less as background.")
    problems = [problem for problem in reading.problems if not problem["blocks"]]
    outline = photo_readings.outline_fractions(outline_of(mask), mask.shape)
    unsure = photo_readings.outline_fractions(doubts_of(image, mask).points, mask.shape)
    return {
        "mask": photo_readings.encode_mask(mask), "outline": outline, "problems": problems, "unsure": unsure,
    }  # fmt: skip


@transaction.atomic
def _save(reading: PhotoReading, before: list[Json], facts: Json) -> None:
    product = lock_product(reading.revision.product)
    if not PhotoReading.objects.filter(pk=reading.pk, strokes=before).update(**facts):
        raise NotPossible(
            "The outline was changed in another window meanwhile. Look at it, then paint again."
        )
    specification_changes.note(product)
    if facts["strokes"]:
        photo_readings.defer_check(reading.revision_id)
    else:
        photo_readings.ask_for_fits(product)
