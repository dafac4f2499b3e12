"""The images of a request, as a provider gets to see them."""

from functools import partial

from generation import assets
from generation.models import Asset
from generation.providers.base import Image, PermanentError, Request


def images_of(request: Request) -> list[Image]:
    """In the order of the request. Raises PermanentError when one of them is gone."""
    found = Asset.objects.stored().in_bulk([ref.asset_id for ref in request.images])
    images = []
    for ref in request.images:
        asset = found.get(ref.asset_id)
        if asset is None:
            raise PermanentError("invalid_input", "A photo of this request is not there any more.")
        images.append(
            Image(
                asset_id=asset.pk, role=ref.role, sha256=asset.sha256, content_type=asset.content_type,
                size=asset.size, width=asset.width, height=asset.height,
                read=partial(assets.read, asset),
            )
        )  # fmt: skip
    return images
