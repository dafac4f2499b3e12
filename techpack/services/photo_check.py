"""Check and measure a photo, and let a run that waits for it go on."""

import datetime as dt
import logging

from django.db.models.functions import Now

from core.outages import is_outage
from generation import jobs
from techpack.editing import specification
from techpack.models import PhotoReading, Product, TechPack
from techpack.services import measurements, photo_readings

log = logging.getLogger(__name__)

LOST_AFTER = dt.timedelta(minutes=3)  # a check that takes longer died with its worker


def check_photo(revision_id: int) -> None:
    """Look at one photo, measure it, and work out the product's values.

    An outage is tried again; a photo over which the engine stumbles is left unmeasured, and nothing waits
    for it.
    """
    try:
        product = photo_readings.look_at(revision_id)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("Photo %s could not be looked at", revision_id)
        product = photo_readings.give_up(revision_id)
    if product is not None:
        measure_photos(product.pk)


def measure_photos(product_id: int) -> None:
    """Fit the product's outline to its photos where it is not yet, and work out the values."""
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        return
    readings = specification.readings_of(product)
    product_type = specification.product_type_of(product, readings)
    if product_type:
        photo_readings.fit_photos(
            product, product_type, specification.features_for_reading(product, readings)
        )
    measurements.refresh(product=product)
    for run in TechPack.objects.going().filter(product=product):
        jobs.defer("techpack.advance", tech_pack_id=run.pk)


def look_again(limit: int = 200) -> int:
    """Photos whose check was lost with its job are looked at again. Returns how many."""
    lost = PhotoReading.objects.filter(
        status=PhotoReading.Status.PENDING,
        revision__removed_at__isnull=True,
        revision__created_at__lt=Now() - LOST_AFTER,
    ).exclude(revision__in=jobs.in_queue("techpack.check_photo", "revision_id"))
    ids = list(lost.values_list("revision_id", flat=True)[:limit])
    for revision_id in ids:
        photo_readings.defer_check(revision_id)
    return len(ids)
