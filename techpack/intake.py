"""Photos one by one, as a program sends them: the same photo twice is one revision."""

from django.db import transaction

from techpack import services
from techpack.forms import guess_view
from techpack.models import DraftPhoto, Product, Revision


def add_photo(*, product: Product, draft: DraftPhoto, view: str | None) -> Revision:
    """The draft as a photo of the product, or the one in use that is the same, pixel by pixel; the draft
    is used up either way. Without a view its name is asked, then what is not shown yet.

    Raises TooManyPhotos and NotPossible; then the draft is gone, too.
    """
    try:
        revision = _added(product, draft, view)
    except services.NotPossible:
        services.discard_draft(draft=draft)
        raise
    if revision.asset_id != draft.asset_id:
        services.discard_draft(draft=draft)
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
    services.add_photos(product=product, photos=[(draft, view)])
    return product.revisions.select_related("asset").get(asset=draft.asset_id)
