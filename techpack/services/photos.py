"""The photos of a product, and how they come in."""

import re
from collections.abc import Collection

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from core.text import plain_line
from generation.models import Asset
from generation.storage import assets, images
from techpack.models import (
    DraftPhoto,
    PhotoReading,
    Product,
    Revision,
    View,
)
from techpack.models.products import MAX_PHOTOS
from techpack.services import photo_readings
from techpack.services.errors import NotPossible, TooManyPhotos


def keep_draft(*, user: User, upload: UploadedFile) -> DraftPhoto:
    """Check, clean and store one uploaded photo before it belongs to a product.

    Raises generation.storage.images.InvalidImage with a sentence that names the file and the limit.
    """
    name = plain_line((upload.name or "").replace("\x00", "")) or "photo"
    clean = images.read_photo(upload, name=name)
    asset = assets.store(account=user.account, data=clean.data, content_type=clean.content_type, keep=False)
    with transaction.atomic():
        assets.mark_kept(asset)
        return DraftPhoto.objects.create(owner=user, asset=asset, name=name[:200])


def discard_draft(*, draft: DraftPhoto) -> None:
    with transaction.atomic():
        deleted, _ = DraftPhoto.objects.filter(pk=draft.pk).delete()
        if deleted:  # else it has just become a product's photo
            assets.release([draft.asset])


@transaction.atomic
def add_photos(*, product: Product, photos: list[tuple[DraftPhoto, str]]) -> None:
    """The drafts are used up. Raises TooManyPhotos, and NotPossible when another form took them."""
    product = Product.objects.select_for_update().get(pk=product.pk)
    ids = {draft.pk for draft, _ in photos}
    if len(DraftPhoto.objects.select_for_update().filter(pk__in=ids).order_by("pk")) < len(ids):
        raise NotPossible("These photos are part of a product already. Look at your list of products.")
    there = product.revisions.in_use()
    if there.count() + len(photos) > MAX_PHOTOS:
        raise TooManyPhotos
    last = there.aggregate(last=Max("order"))["last"]
    first = 0 if last is None else last + 1
    for order, (draft, view) in enumerate(photos, start=first):
        move_to_account(draft.asset, product.account)
        Revision.objects.create(product=product, asset=draft.asset, view=view, order=order)
        draft.delete()
    photo_readings.ask_for_readings(product)


def move_to_account(asset: Asset, account: str) -> None:
    """Everybody in the product's team sees its photos."""
    if asset.account != account:
        Asset.objects.filter(pk=asset.pk).update(account=account)


@transaction.atomic
def change_view(*, revision: Revision, view: str) -> None:
    """Say what a photo shows; it is measured as that from now on."""
    Revision.objects.filter(pk=revision.pk).update(view=view)
    PhotoReading.objects.filter(revision=revision).update(fitted_type="")
    photo_readings.ask_for_fits(revision.product)


@transaction.atomic
def remove_photo(*, revision: Revision) -> None:
    """Runs that used it keep it; new ones do not. Raises NotPossible for the last one."""
    Product.objects.select_for_update().get(pk=revision.product_id)
    others = Revision.objects.in_use().filter(product=revision.product_id).exclude(pk=revision.pk)
    if not others.exists():
        raise NotPossible("A product keeps at least one photo. Add another one first.")
    Revision.objects.filter(pk=revision.pk).update(removed_at=timezone.now())
    photo_readings.ask_for_fits(revision.product)


@transaction.atomic
def move_photo(*, revision: Revision, order: int) -> None:
    """To place `order` (0 is first) among the photos in use."""
    Product.objects.select_for_update().get(pk=revision.product_id)
    others = list(Revision.objects.in_use().filter(product=revision.product_id).exclude(pk=revision.pk))
    others.insert(max(0, order), revision)
    for place, photo in enumerate(others):
        Revision.objects.filter(pk=photo.pk).update(order=place)


def add_photo(*, product: Product, draft: DraftPhoto, view: str | None) -> Revision:
    """The draft as a photo of the product, or the one in use that is the same, pixel by pixel; the draft
    is used up either way. Without a view its name is asked, then what is not shown yet.

    Raises TooManyPhotos and NotPossible; then the draft is gone, too.
    """
    try:
        revision = _added(product, draft, view)
    except NotPossible:
        discard_draft(draft=draft)
        raise
    if revision.asset_id != draft.asset_id:
        discard_draft(draft=draft)
    return revision


@transaction.atomic
def _added(product: Product, draft: DraftPhoto, view: str | None) -> Revision:
    """Under the product's lock, so that of the same photo twice at once the second sees the first."""
    Product.objects.select_for_update().get(pk=product.pk)
    there = list(product.revisions.in_use().select_related("asset"))
    twin = next((photo for photo in there if photo.asset.sha256 == draft.asset.sha256), None)
    if twin is not None:
        return twin
    view = view or guess_view(draft.name, [photo.view for photo in there])
    add_photos(product=product, photos=[(draft, view)])
    return product.revisions.select_related("asset").get(asset=draft.asset_id)


def guess_view(name: str, taken: Collection[str]) -> View:
    """What a photo shows: its file's name says so, else the first of front, back and side that no
    other photo shows yet. `static/js/uploader.js` guesses the same."""
    words = re.split(r"[^a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
    named = next((view for view in View if view.value in words), None)
    return named or next((view for view in View if view.value not in taken), View.DETAIL)
