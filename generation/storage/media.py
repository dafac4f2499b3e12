"""`/media/<asset>/<variant>`: the address of a private image that never changes.

Who asks is looked at each time: by the accounts the session stands for, or by a signature made
for a provider. To everybody else an image that is not theirs is one that is not there.
"""

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable
from html import escape
from typing import IO

from django.conf import settings
from django.core import signing
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.utils.cache import get_conditional_response
from django.utils.crypto import constant_time_compare
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_safe

from core.storage import STORAGE_ERRORS
from generation.models import Asset
from generation.storage import assets

log = logging.getLogger(__name__)

Viewer = Callable[[HttpRequest], set[str]]

DAY = 24 * 3600
FOR_A_YEAR = "private, max-age=31536000, immutable"  # what lies under an id never changes
PRESIGNED_SECONDS, REDIRECT_SECONDS = 300, 240
TYPES = {"small": "image/webp", "large": "image/webp", "vector": "image/svg+xml"}
ENDINGS = {**assets.ENDINGS, "image/svg+xml": "svg"}

LOST = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
    ' height="{height}" role="img"><title>{words}</title><rect width="100%" height="100%" fill="{ground}"/>'
    '<g transform="translate({x:.1f} {y:.1f}) scale({scale:.4f})" fill="none" stroke="{ink}"'
    ' stroke-opacity=".55" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
    '<rect x="-14" y="-11" width="28" height="22" rx="2"/><path d="M-14 7l8-8 6 6 4-4 10 9"/>'
    '<path d="M-17 15L17-15"/></g></svg>'
)

_viewers: list[Viewer] = []
_staff: list[Callable[[HttpRequest], bool]] = []


def register_viewer(viewer: Viewer) -> None:
    """`viewer` says which accounts ("user:5") a request may see the images of."""
    if viewer not in _viewers:
        _viewers.append(viewer)


def let_staff_see_all(is_staff: Callable[[HttpRequest], bool]) -> None:
    """`is_staff` says whether a request comes from somebody who may see every image."""
    if is_staff not in _staff:
        _staff.append(is_staff)


@require_safe
def serve(request: HttpRequest, asset_id: uuid.UUID, variant: str) -> HttpResponseBase:
    """Other sites may embed what is signed, for signed addresses are made for them, and nothing else."""
    asset = _visible(request, asset_id, variant)
    response = _answer(request, asset, variant)
    is_signed = _is_signed(request, asset_id, variant)
    response["Cross-Origin-Resource-Policy"] = "cross-origin" if is_signed else "same-origin"
    return response


def _answer(request: HttpRequest, asset: Asset, variant: str) -> HttpResponseBase:
    etag = f'"{asset.pk}-{variant}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        unchanged["Cache-Control"] = FOR_A_YEAR
        return unchanged
    try:
        return _handed_out(request, asset, variant, etag)
    except FileNotFoundError:
        return _nothing_there(request, asset, status=404)
    except STORAGE_ERRORS as error:
        log.warning("asset %s: its %s cannot be had: %s", asset.pk, variant, error)
        return _nothing_there(request, asset, status=503)


def signed_address(asset: Asset, variant: str, *, seconds: int, now: dt.datetime | None = None) -> str:
    """An address of one file that needs no session for that long; absolute with PUBLIC_URL. `now` is for
    whoever knows it better than this machine's clock."""
    expires = int(now.timestamp() if now else time.time()) + seconds
    return (
        f"{settings.PUBLIC_URL}{asset.address(variant)}?s={expires}:{_signature(asset.pk, variant, expires)}"
    )


def lasting_address(request: HttpRequest, asset: Asset, variant: str = "original") -> str:
    """Absolute, and good without a session until the end of tomorrow, so that it stays the same from one
    call to the next."""
    seconds = DAY - int(time.time()) % DAY + DAY
    return request.build_absolute_uri(signed_address(asset, variant, seconds=seconds))


def _visible(request: HttpRequest, asset_id: uuid.UUID, variant: str) -> Asset:
    asset = Asset.objects.stored().filter(pk=asset_id).first() if variant in assets.VARIANTS else None
    if asset is None or (variant == "vector" and not asset.has_vector):
        raise Http404
    if not (_is_signed(request, asset_id, variant) or _may_see(request, asset)):
        raise Http404
    return asset


def _may_see(request: HttpRequest, asset: Asset) -> bool:
    if any(asset.account in viewer(request) for viewer in _viewers):
        return True
    return any(is_staff(request) for is_staff in _staff)


def _is_signed(request: HttpRequest, asset_id: uuid.UUID, variant: str) -> bool:
    expires, _, signature = request.GET.get("s", "").partition(":")
    if not (expires.isascii() and expires.isdigit() and len(expires) < 12) or int(expires) < time.time():
        return False
    return constant_time_compare(signature, _signature(asset_id, variant, int(expires)))


def _signature(asset_id: uuid.UUID, variant: str, expires: int) -> str:
    return signing.Signer(salt="generation.storage.media").signature(f"{asset_id}/{variant}/{expires}")


def _handed_out(request: HttpRequest, asset: Asset, variant: str, etag: str) -> HttpResponseBase:
    """Raises FileNotFoundError, or what the storage raises."""
    if variant == "large" and assets.is_its_own_large(asset):
        variant = "original"
    content_type = TYPES.get(variant, asset.content_type)
    name = assets.key(asset, variant)
    if not settings.AWS_STORAGE_BUCKET_NAME:
        return _streamed(request, default_storage.open(name), content_type, etag)
    if not default_storage.exists(name):  # the bucket would answer a page of XML
        raise FileNotFoundError(name)
    return _redirect(request, name, content_type)


def _streamed(request: HttpRequest, file: IO[bytes], content_type: str, etag: str) -> FileResponse:
    response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = _disposition(request, content_type)
    response["Cache-Control"] = FOR_A_YEAR
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _redirect(request: HttpRequest, name: str, content_type: str) -> HttpResponse:
    """To the bucket, for a few minutes; kept by the browser for a little less. What is signed holds
    for one method only."""
    wishes = {
        "ResponseContentType": content_type,
        "ResponseCacheControl": FOR_A_YEAR,
        "ResponseContentDisposition": _disposition(request, content_type),
    }
    url = default_storage.url(  # type: ignore[call-arg]
        name, parameters=wishes, expire=PRESIGNED_SECONDS, http_method=request.method
    )
    response = HttpResponseRedirect(url)
    response["Cache-Control"] = f"private, max-age={REDIRECT_SECONDS}"
    return response


def _disposition(request: HttpRequest, content_type: str) -> str:
    wanted = request.GET.get("download", "")[:120]
    if not wanted:
        return "inline"
    stem = get_valid_filename(f"x{wanted}")[1:].rstrip(".")
    ending = ENDINGS[content_type]
    name = stem if stem.lower().endswith(f".{ending}") else f"{stem}.{ending}"
    return content_disposition_header(True, name) or "attachment"


def _nothing_there(request: HttpRequest, asset: Asset, *, status: int) -> HttpResponse:
    """Its file is lost (404), or cannot be had now (503). In a page a field of the picture's colour
    with a struck-out frame, and no broken image; for who wanted a file, the page that says so."""
    if request.GET.get("download") and status == 404:
        raise Http404
    width, height = asset.width or 4, asset.height or 3
    words = "This picture is lost" if status == 404 else "This picture cannot be shown now"
    svg = LOST.format(
        width=width, height=height, x=width / 2, y=height / 2, scale=min(width, height) / 120, words=words,
        ground=escape(asset.placeholder), ink="#1C1B19" if _is_light(asset.placeholder) else "#FFFFFF",
    )  # fmt: skip
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(svg, status=status, content_type="image/svg+xml", headers=headers)


def _is_light(colour: str) -> bool:
    """Of "#RRGGBB"."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return 0.299 * red + 0.587 * green + 0.114 * blue > 128
