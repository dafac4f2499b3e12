"""Create, change, archive and delete products."""

import uuid
from decimal import Decimal
from typing import TypedDict

from django.db import transaction
from django.utils import timezone

from accounts.models import Team, User
from generation.models import Asset
from generation.storage import assets
from techpack import versions
from techpack.editing import staleness
from techpack.library import type_named
from techpack.models import (
    Category,
    CloseUp,
    DraftPhoto,
    Product,
    SamplePhoto,
    Sketch,
    Take,
    TechPack,
)
from techpack.schemas import Source
from techpack.services import measurements, photo_readings
from techpack.services.errors import NotPossible, RunInProgress
from techpack.services.photos import add_photos
from techpack.services.runs import lock_product


class KnownDimension(TypedDict):
    """A `models.Dimension`, its length, and a `models.LengthUnit`."""

    name: str
    value: Decimal
    unit: str


@transaction.atomic
def create_product(
    *, owner: User, team: Team | None = None, name: str, notes: str = "",
    dimension: KnownDimension | None = None, photos: list[tuple[DraftPhoto, str]],
) -> Product:  # fmt: skip
    """A product with its photos, each with its view; the drafts are used up. Raises NotPossible when the
    team was deleted meanwhile, and what `add_photos` raises."""
    if team is not None and not Team.objects.select_for_update(no_key=True).filter(pk=team.pk):
        raise NotPossible("This team was deleted meanwhile. Nothing was lost: make the product on your own.")
    product = Product(owner=owner, team=team, name=name, notes=notes)
    _set_dimension(product, dimension)
    product.save()
    add_photos(product=product, photos=photos)
    return product


@transaction.atomic
def update_product(*, product: Product, name: str, notes: str, dimension: KnownDimension | None) -> None:
    run = product.runs.select_for_update().order_by("-number").first()
    product = Product.objects.select_for_update().get(pk=product.pk)
    product.name = name
    product.notes = notes
    _set_dimension(product, dimension)
    product.save()
    measurements.refresh(product=product)
    if run is not None:
        versions.bump(run)  # open pages show the name and the dimension


@transaction.atomic
def rename_product(*, product: Product, name: str | None = None, notes: str | None = None) -> None:
    """What is None stays as it is."""
    run = product.runs.select_for_update().order_by("-number").first()
    product = Product.objects.select_for_update().get(pk=product.pk)
    product.name = product.name if name is None else name
    product.notes = product.notes if notes is None else notes
    product.save(update_fields=["name", "notes", "updated_at"])
    if run is not None:
        versions.bump(run)


@transaction.atomic
def set_known_dimension(*, product: Product, dimension: KnownDimension | None) -> None:
    """What gives the scale: every measured value follows at once, free."""
    locked = lock_product(product)
    _set_dimension(locked, dimension)
    locked.save()
    measurements.refresh(product=locked)


def _set_dimension(product: Product, dimension: KnownDimension | None) -> None:
    product.dimension = dimension["name"] if dimension else ""
    product.dimension_value = dimension["value"] if dimension else None
    product.dimension_unit = dimension["unit"] if dimension else ""


def archive_product(*, product: Product) -> None:
    Product.objects.filter(pk=product.pk, archived_at__isnull=True).update(archived_at=timezone.now())


def restore_product(*, product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(archived_at=None)


@transaction.atomic
def delete_product(*, product: Product) -> None:
    """The product with its photos, runs, pictures and files. The ledger stays. Raises RunInProgress."""
    runs = list(product.runs.select_for_update().order_by("pk"))
    product = lock_product(product)
    begun_meanwhile = product.runs.exclude(pk__in=[run.pk for run in runs]).exists()
    if begun_meanwhile or any(run.is_working for run in runs):
        raise RunInProgress
    named = Asset.objects.in_bulk(assets_of(product)).values()
    TechPack.objects.filter(product=product).delete()
    product.revisions.all().delete()
    product.delete()
    assets.release(named)


def assets_of(product: Product) -> set[uuid.UUID]:
    """The ids of all its pictures. No other product names them: a duplicate begins without photos, and an
    upload or a result is always stored anew."""
    ids = set(product.revisions.values_list("asset", flat=True))
    for model in (CloseUp, Sketch, Take):
        rows = model._default_manager.filter(tech_pack__product=product, asset__isnull=False)
        ids |= set(rows.values_list("asset", flat=True))
    return ids | set(SamplePhoto.objects.filter(round__product=product).values_list("asset", flat=True))


@transaction.atomic
def correct_category(*, product: Product, category: str, subcategory: str = "") -> None:
    """The designer knows better: binding for every later step and run."""
    run = product.runs.select_for_update().order_by("-number").first()
    before = staleness.marks(run) if run else {}
    Product.objects.filter(pk=product.pk).update(
        category=Category(category),
        subcategory=subcategory,
        category_confidence=None,
        category_source=Source.ENTERED,
        category_evidence="Entered by the designer.",
        category_at=timezone.now(),
        product_type=type_named(subcategory),
        detected_type="",
        updated_at=timezone.now(),
    )
    photo_readings.ask_for_fits(product)
    if run is not None:
        product.refresh_from_db()
        run.product = product
        staleness.touch_changed(run, before, staleness.marks(run))
        versions.say(run, f"Category set to {product.category_words}")
