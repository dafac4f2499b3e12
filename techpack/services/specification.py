"""Choose product type and features, and settle reasons for a review: free, and without a run."""

from django.db import transaction

from core.text import without_nul
from techpack.editing import specification
from techpack.library import all_features, product_types
from techpack.models import PhotoReading, Product
from techpack.schemas import NamedFeature
from techpack.services import measurements, photo_readings, products, specification_changes
from techpack.services.errors import NotPossible
from techpack.services.runs import lock_product


@transaction.atomic
def choose_type(*, product: Product, product_type: str) -> None:
    """The designer says what it is: measured anew, as that. Raises NotPossible for an unknown type."""
    if product_type not in product_types():
        raise NotPossible("Choose one of the product types.")
    products.correct_category(
        product=product, category=specification.category_of(product_type),
        subcategory=specification.label_of(product_type),
    )  # fmt: skip
    Product.objects.filter(pk=product.pk).update(product_type=product_type)


@transaction.atomic
def choose_features(*, product: Product, features: dict[str, str]) -> None:
    """Set features by name; an empty value goes back to what the photos show. Raises NotPossible."""
    for name, value in features.items():
        if name not in all_features() or (value and value not in all_features()[name]):
            raise NotPossible(f"“{value[:30]}” is no {name.replace('_', ' ')[:30]} we can draw.")
    locked = lock_product(product)
    kept = {**locked.features, **features}
    locked.features = {name: value for name, value in kept.items() if value}
    locked.save(update_fields=["features", "updated_at"])
    if photo_readings.fit_again(locked, set(features)):
        specification_changes.note(locked)
    else:
        measurements.refresh(product=locked)


@transaction.atomic
def name_features(*, revision_id: int, features: list[NamedFeature]) -> None:
    """Keep what an engine names on a photo, for flats and measuring. What the designer chose wins over it."""
    reading = PhotoReading.objects.filter(revision=revision_id).select_related("revision__product").first()
    named = {one.name: [one.value, one.confidence] for one in features if one.is_known}
    if reading is None or not named or named == reading.named:
        return
    product = lock_product(reading.revision.product)
    PhotoReading.objects.filter(pk=reading.pk).update(named=named)
    if photo_readings.REFITTED & named.keys() and not reading.moved:
        PhotoReading.objects.filter(pk=reading.pk).update(fitted_type="")
        photo_readings.ask_for_fits(product)
        specification_changes.note(product)
    else:
        measurements.refresh(product=product)


@transaction.atomic
def settle(*, product: Product, key: str) -> None:
    """The designer has looked at a reason for a review and goes on."""
    locked, key = lock_product(product), without_nul(key)[:100]
    if key and key not in locked.settled_reasons:
        locked.settled_reasons = [*locked.settled_reasons, key][-200:]
        locked.save(update_fields=["settled_reasons"])
        specification_changes.note(locked)
