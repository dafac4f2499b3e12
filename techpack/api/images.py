"""Pictures that come as addresses, and the addresses of ours that go out."""

import re
import uuid
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import image_access
from accounts.models import User
from core.storage import STORAGE_ERRORS
from generation.jobs import release_connection
from generation.models import Asset
from generation.storage import assets, downloads, media
from techpack.api.errors import Refused, not_found
from techpack.models import DraftPhoto
from techpack.services import photos

OURS = re.compile(r"/media/([0-9a-fA-F-]{36})/[a-z]+")


def address(request: HttpRequest, asset: Asset | None, variant: str = "original") -> str | None:
    return media.lasting_address(request, asset, variant) if asset is not None else None


def named_by(request: HttpRequest, url: str) -> uuid.UUID | None:
    """Which picture of ours an address names, however old its signature is; None for one elsewhere."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    hosts = {"", request.get_host().lower(), urlsplit(settings.PUBLIC_URL).netloc.lower()}
    found = OURS.fullmatch(parts.path)
    if found is None or parts.netloc.lower() not in hosts:
        return None
    try:
        return uuid.UUID(found[1])
    except ValueError:
        return None


def draft_from(request: HttpRequest, user: User, url: str) -> DraftPhoto:
    """A photo of the user's own from an address, ours or elsewhere, copied and cleaned like an upload.

    Raises Refused, InvalidImage, downloads.Gone, downloads.Refused and downloads.Interrupted. Holds no
    connection while it fetches.
    """
    asset_id = named_by(request, url)
    data = _own(user, asset_id) if asset_id is not None else _fetched(url)
    name = unquote(urlsplit(url).path.rpartition("/")[2]) if asset_id is None else "photo"
    return photos.keep_draft(user=user, upload=SimpleUploadedFile(name or "photo", data))


def own_pictures(user: User) -> QuerySet[Asset]:
    """Theirs alone, and those of their teams."""
    return Asset.objects.stored().filter(account__in=image_access.accounts_of(user))


def _own(user: User, asset_id: uuid.UUID) -> bytes:
    """Another's picture is as absent as one that never was."""
    asset = own_pictures(user).filter(pk=asset_id).first()
    if asset is None:
        raise not_found("There is no such picture of yours.")
    release_connection()
    try:
        return assets.read(asset)
    except STORAGE_ERRORS as error:
        sentence = "This picture of yours cannot be had now. Send the file itself."
        raise Refused(502, "image_not_reached", sentence) from error


def _fetched(url: str) -> bytes:
    """Under the rules for photos that anybody may name: public hosts only, never an address inside."""
    problem = downloads.public_url_problem(url)
    if problem:
        raise Refused(422, "invalid_image_url", problem)
    release_connection()
    try:
        return downloads.fetch_public(url)
    except downloads.Gone as error:
        raise Refused(422, "image_not_there", "There is no photo at this address.") from error
    except downloads.Refused as error:
        raise Refused(422, "invalid_image_url", "A photo could not be taken from this address.") from error
    except OSError as error:
        sentence = "The address of the photo did not answer. Try again, or send the file itself."
        raise Refused(502, "image_not_reached", sentence) from error
