"""The photos of a product, and how they come in."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from generation.storage import assets, images
from techpack.models import DraftPhoto, Product, Revision, View
from techpack.plain import plain_line

MAX_PHOTOS = 10


def in_use(product: Product) -> list[Revision]:
    """In the designer's order."""
    return list(product.revisions.in_use().select_related("asset"))


def primary(product: Product) -> Revision | None:
    """The first front view, else the first photo."""
    return first_front(in_use(product))


def first_front(photos: list[Revision]) -> Revision | None:
    return next((photo for photo in photos if photo.view == View.FRONT), photos[0] if photos else None)


def keep_draft(*, user: User, upload: UploadedFile) -> DraftPhoto:
    """Check, clean and store one uploaded photo before it belongs to a product.

    Raises generation.images.InvalidImage with a sentence that names the file and the limit.
    """
    name = plain_line((upload.name or "").replace("\x00", "")) or "photo"
    clean = images.read_photo(upload, name=name)
    asset = assets.store(
        account=f"user:{user.pk}", data=clean.data, content_type=clean.content_type, keep=False
    )
    with transaction.atomic():
        assets.mark_kept(asset)
        return DraftPhoto.objects.create(owner=user, asset=asset, name=name[:200])


def discard_draft(*, draft: DraftPhoto) -> None:
    with transaction.atomic():
        deleted, _ = DraftPhoto.objects.filter(pk=draft.pk).delete()
        if deleted:  # else it has just become a product's photo
            assets.release([draft.asset])
