"""`/media/<asset>/<variant>`: the address of a private image that never changes.

Who asks is looked at each time: by the accounts the session stands for, or by a signature made
for a provider. To everybody else an image that is not theirs is one that is not there.
"""

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

from generation import assets
from generation.models import Asset

Viewer = Callable[[HttpRequest], set[str]]

FOR_A_YEAR = "private, max-age=31536000, immutable"  # what lies under an id never changes
PRESIGNED_SECONDS, REDIRECT_SECONDS = 300, 240
TYPES = {"small": "image/webp", "large": "image/webp", "vector": "image/svg+xml"}
ENDINGS = {**assets.ENDINGS, "image/svg+xml": "svg"}

_viewers: list[Viewer] = []


def register_viewer(viewer: Viewer) -> None:
    """`viewer` says which accounts ("user:5") a request may see the images of."""
    if viewer not in _viewers:
        _viewers.append(viewer)


@require_safe
def serve(request: HttpRequest, asset_id: uuid.UUID, variant: str) -> HttpResponseBase:
    asset = _visible(request, asset_id, variant)
    etag = f'"{asset.pk}-{variant}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        unchanged["Cache-Control"] = FOR_A_YEAR
        return unchanged
    content_type = TYPES.get(variant, asset.content_type)
    if settings.AWS_STORAGE_BUCKET_NAME:
        return _redirect(request, asset, variant, content_type)
    try:
        file = default_storage.open(assets.key(asset, variant))
    except FileNotFoundError:
        return _nothing_there(asset, variant)
    return _streamed(request, file, content_type, etag)


def signed_address(asset: Asset, variant: str, *, seconds: int) -> str:
    """An address of one file that needs no session for that long; absolute with PUBLIC_URL."""
    expires = int(time.time()) + seconds
    return (
        f"{settings.PUBLIC_URL}{asset.address(variant)}?s={expires}:{_signature(asset.pk, variant, expires)}"
    )


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
    return request.user.is_active and getattr(request.user, "is_staff", False)


def _is_signed(request: HttpRequest, asset_id: uuid.UUID, variant: str) -> bool:
    expires, _, signature = request.GET.get("s", "").partition(":")
    if not (expires.isascii() and expires.isdigit() and len(expires) < 12) or int(expires) < time.time():
        return False
    return constant_time_compare(signature, _signature(asset_id, variant, int(expires)))


def _signature(asset_id: uuid.UUID, variant: str, expires: int) -> str:
    return signing.Signer(salt="generation.media").signature(f"{asset_id}/{variant}/{expires}")


def _streamed(request: HttpRequest, file: IO[bytes], content_type: str, etag: str) -> FileResponse:
    response = FileResponse(file, content_type=content_type)
    response["Content-Disposition"] = _disposition(request, content_type)
    response["Cache-Control"] = FOR_A_YEAR
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _redirect(request: HttpRequest, asset: Asset, variant: str, content_type: str) -> HttpResponse:
    """To the bucket, for a few minutes; kept by the browser for a little less."""
    wishes = {
        "ResponseContentType": content_type,
        "ResponseCacheControl": FOR_A_YEAR,
        "ResponseContentDisposition": _disposition(request, content_type),
    }
    url = default_storage.url(assets.key(asset, variant), parameters=wishes, expire=PRESIGNED_SECONDS)  # type: ignore[call-arg]
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


def _nothing_there(asset: Asset, variant: str) -> HttpResponse:
    """Its file is lost. In a page a quiet field of the picture's colour, and no broken image."""
    if variant not in ("small", "large"):
        raise Http404
    width, height = asset.width or 4, asset.height or 3
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}"><rect width="100%" height="100%" fill="{escape(asset.placeholder)}"/></svg>'
    )
    return HttpResponse(svg, status=404, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})
