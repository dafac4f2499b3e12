"""The images of a request, as a provider gets to see them."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage

from core import database_time
from core.storage import STORAGE_ERRORS
from generation.models import Asset
from generation.providers.base import Image, PermanentError, Request, StorageAwayError
from generation.storage import assets, media, remote_images


def images_of(request: Request, *, account: str) -> list[Image]:
    """In the order of the request; what lies elsewhere is taken over for `account` first. Raises
    PermanentError when one of them is gone; so does reading or naming one whose file is lost,
    StorageAwayError when our storage does not answer, and TransientError when the host of a picture
    elsewhere does not.

    Taking over may outlast the claim's lease. That breaks nothing: the attempt's payload is null until
    the call is prepared, so whoever finds the lease run out knows that nothing was sent and may claim
    anew, and this worker's `record_payload` then finds that the attempt is not its own any more.
    """
    ids = [
        ref.asset_id or remote_images.take_over(account=account, url=ref.url, role=ref.role).pk
        for ref in request.images
    ]
    found = Asset.objects.stored().in_bulk(ids)
    images = []
    for ref, asset_id in zip(request.images, ids, strict=True):
        asset = found.get(asset_id)
        if asset is None:
            raise PermanentError("invalid_input", "A photo of this request is not there any more.")
        images.append(
            Image(
                asset_id=asset.pk, role=ref.role, sha256=asset.sha256, content_type=asset.content_type,
                size=asset.size, width=asset.width, height=asset.height,
                read=partial(_read, asset), address=partial(_address, asset),
            )
        )  # fmt: skip
    return images


def _read(asset: Asset) -> bytes:
    with _in_our_words():
        return assets.read(asset)


def _address(asset: Asset) -> str | None:
    """Only of a file that is there: an engine that cannot fetch it fails, and a failed call may be paid."""
    address = address_of(asset)
    if address is not None:
        with _in_our_words():
            assets.require_original(asset)
    return address


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        message = "The file of a photo is lost: upload the photo again."
        raise PermanentError("invalid_input", message) from error
    except STORAGE_ERRORS as error:
        raise StorageAwayError from error


ADDRESS_SECONDS = 2 * 3600  # longer than any call waits in a provider's queue and runs


def address_of(asset: Asset) -> str | None:
    """A signed address of the original that an engine outside can fetch it from: the bucket's, else one
    of ours under PUBLIC_URL. None where neither can be reached (a bucket on this very machine)."""
    if settings.AWS_STORAGE_BUCKET_NAME:
        if _is_private(settings.AWS_S3_ENDPOINT_URL):
            return None
        return default_storage.url(assets.key(asset, "original"), expire=ADDRESS_SECONDS)  # type: ignore[call-arg]
    if settings.PUBLIC_URL:
        now = database_time.now()  # a worker's own clock may be hours behind
        return media.signed_address(asset, "original", seconds=ADDRESS_SECONDS, now=now)
    return None


def _is_private(endpoint: str | None) -> bool:
    """Whether that is an address nobody outside can reach. Names are taken for public."""
    host = urlsplit(endpoint or "").hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost"
