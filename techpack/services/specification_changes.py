"""Finish every change of measures, features, sheets or photo readings."""

from django.db.models import F

from techpack.editing import specification
from techpack.models import PhotoReading, Product
from techpack.services import flat_states


def note(product: Product, readings: list[PhotoReading] | None = None) -> None:
    """Count the product's specification up, keep how many reasons for a review it has, and keep what its
    flats are drawn from.

    Called under the product's lock, after the rows are written; `readings` where they are at hand.
    """
    fresh = Product.objects.get(pk=product.pk)
    readings = specification.readings_of(fresh) if readings is None else readings
    rows = list(fresh.measurements.in_order())
    spec = specification.flat_specification(fresh, readings, rows)
    reasons = specification.review_reasons(fresh, readings, rows, spec=spec)
    Product.objects.filter(pk=product.pk).update(
        specification_version=F("specification_version") + 1, review_count=len(reasons)
    )
    flat_states.record(fresh, spec, rows)
