"""What follows from a photo: it is looked at, measured, and a run that waits for it goes on."""

from django.db.models import Q

from generation import jobs
from techpack.editing import specification
from techpack.models import PhotoReading, Product, TechPack
from techpack.services import measurements, photo_readings


def check_photo(revision_id: int) -> None:
    """Look at one photo, measure it, and work out the product's values."""
    product = photo_readings.look_at(revision_id)
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
    """Photos whose check was lost with its worker are looked at again. Returns how many."""
    lost = PhotoReading.objects.filter(
        Q(status=PhotoReading.Status.PENDING), revision__removed_at__isnull=True
    )
    ids = list(lost.values_list("revision_id", flat=True)[:limit])
    for revision_id in ids:
        jobs.defer("techpack.check_photo", revision_id=revision_id)
    return len(ids)
