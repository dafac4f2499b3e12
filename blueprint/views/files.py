"""The subscriber's files: selfies that come in, pictures that are taken home."""

import logging
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from blueprint.exports import picture_formats, zip_archive
from blueprint.models import Frame, Grid, Shoot, Subscriber
from blueprint.presenters.gallery import Gallery
from blueprint.presenters.selfies import (
    Selfies,
)
from blueprint.services import selfies
from blueprint.services.selfies import (
    Added,
    NotPossible,
)
from blueprint.views.access import Request, private
from blueprint.views.gallery import render_page
from core.storage import STORAGE_ERRORS
from generation.models import Asset
from generation.storage import assets

log = logging.getLogger(__name__)

PICTURE_AWAY = "This picture cannot be read just now. Try again in a minute."
STORAGE_AWAY = "Your photos could not be stored just now. Try again in a minute."

# --- selfies ----------------------------------------------------------------------------------------


@private
def add_selfies(request: Request, subscriber: Subscriber) -> HttpResponse:
    """One to three files under "selfies", and "consent" the first time."""
    if request.method != "POST":
        return redirect("blueprint:paid")
    consent = "consent" in request.POST
    try:
        added = selfies.add(
            subscriber_id=subscriber.pk, uploads=request.FILES.getlist("selfies"), consent=consent
        )
    except NotPossible as reason:
        return _refused(request, Selfies(subscriber, refusal=str(reason), consent=consent))
    except STORAGE_ERRORS:
        log.exception("subscriber %s: selfies could not be stored", subscriber.pk)
        return _refused(request, Selfies(subscriber, refusal=STORAGE_AWAY, consent=consent), status=503)
    subscriber.refresh_from_db()
    if not added.kept:
        return _refused(request, Selfies(subscriber, added, consent=consent))
    _tell(request, added)
    return _back(request)


def _tell(request: Request, added: Added) -> None:
    messages.success(
        request, "Your selfie is here." if added.kept == 1 else f"{added.kept} selfies are here."
    )
    for sentence in added.refused:
        messages.error(request, sentence)
    for sentence in added.warnings:
        messages.info(request, sentence)


@private
def remove_selfie(request: Request, subscriber: Subscriber, photo: str) -> HttpResponse:
    if request.method != "POST":
        return redirect("blueprint:paid")
    try:
        if selfies.remove(subscriber_id=subscriber.pk, photo=photo):
            messages.success(request, "This selfie is deleted.")
    except NotPossible as reason:
        return _refused(request, Selfies(subscriber, refusal=str(reason)), status=409)
    return _back(request)


@private
def delete_selfies(request: Request, subscriber: Subscriber) -> HttpResponse:
    """All of them, once "confirmed" is posted: the region asks."""
    if request.method != "POST" or "confirmed" not in request.POST:
        return redirect("blueprint:paid")
    try:
        deleted = selfies.delete_all(subscriber_id=subscriber.pk)
    except NotPossible as reason:
        return _refused(request, Selfies(subscriber, refusal=str(reason)), status=409)
    if deleted:
        when = date_format(timezone.now(), "j F Y, H:i")
        mailed = " A mail confirms it." if subscriber.access_token else ""
        messages.success(request, f"Your selfies were deleted on {when} UTC.{mailed} Your grids stay.")
    return _back(request)


def _refused(request: Request, region: Selfies, *, status: int = 400) -> HttpResponse:
    """The region with what was wrong; without scripts the whole page with it."""
    if request.htmx:
        context = {"selfies": region, "subscriber": region.subscriber}
        return render(request, "blueprint/selfies.html", context, status=status)
    return render_page(request, Gallery(region.subscriber), status=status, selfies=region)


def _back(request: Request) -> HttpResponse:
    """The page anew, for its guards and buttons depend on the selfies, too."""
    if request.htmx:
        return HttpResponseClientRefresh()
    came_from = urlsplit(request.headers.get("Referer", ""))
    is_ours = url_has_allowed_host_and_scheme(came_from.geturl(), {request.get_host()})
    if is_ours and came_from.path.startswith("/blueprint/"):
        return HttpResponseRedirect(f"{came_from.path}#selfies", status=303)
    return redirect("blueprint:paid")


# --- downloads --------------------------------------------------------------------------------------


@require_safe
@private
def download_grid(request: Request, subscriber: Subscriber, grid_id: int) -> HttpResponse:
    grids = Grid.objects.filter(shoot__subscriber=subscriber, asset__isnull=False)
    grid = get_object_or_404(grids.select_related("shoot__subscriber", "asset", "prediction"), pk=grid_id)
    assert grid.asset is not None
    return _handed_out(request, grid.asset, grid, zip_archive.grid_name(grid.number, grid.title))


@require_safe
@private
def download_frame(request: Request, subscriber: Subscriber, frame_id: int) -> HttpResponse:
    frames = Frame.objects.filter(grid__shoot__subscriber=subscriber)
    frame = get_object_or_404(
        frames.select_related("grid__shoot__subscriber", "grid__prediction", "asset"), pk=frame_id
    )
    grid = frame.grid
    name = zip_archive.frame_name(grid.number, grid.title, frame.position)
    return _handed_out(request, frame.asset, grid, name)


def _handed_out(request: Request, asset: Asset, grid: Grid, name: str) -> HttpResponse:
    """As it is stored, by the address of the picture itself, which knows folders and buckets; in the other
    format, with "format", as it is made."""
    name = zip_archive.marked(name, grid.prediction.provider if grid.prediction else None)
    name = f"selvedge-{zip_archive.shoot_name(grid.shoot)}-{name}"
    wanted = request.GET.get("format", "")
    if wanted not in picture_formats.FORMATS or picture_formats.FORMATS[wanted] == asset.content_type:
        return HttpResponseRedirect(f"{asset.original}?{urlencode({'download': name})}")
    try:
        data = picture_formats.converted(assets.read(asset), wanted)
    except STORAGE_ERRORS:
        log.exception("asset %s could not be read for a download", asset.pk)
        return render_page(request, Gallery(grid.shoot.subscriber), status=503, notice=PICTURE_AWAY)
    response = HttpResponse(data, content_type=picture_formats.FORMATS[wanted])
    response["Content-Disposition"] = f'attachment; filename="{name}.{picture_formats.ENDINGS[wanted]}"'
    return response


@require_safe
@private
def download_all(request: Request, subscriber: Subscriber) -> Any:
    """Everything, or with ?shoot=3 one shoot, as it is packed; a browser that leaves ends that."""
    shoot = _shoot(request, subscriber)
    entries = zip_archive.measured(zip_archive.entries(subscriber, shoot))
    if not entries:
        messages.info(request, "There is nothing to download yet.")
        return redirect("blueprint:paid")
    response = (
        HttpResponse() if request.method == "HEAD" else StreamingHttpResponse(zip_archive.packed(entries))
    )
    response["Content-Type"] = "application/zip"
    name = f"selvedge-{zip_archive.shoot_name(shoot)}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    size = zip_archive.size(entries)
    if size is not None:
        response["Content-Length"] = str(size)
    return response


def _shoot(request: Request, subscriber: Subscriber) -> Shoot | None:
    asked = request.GET.get("shoot", "")
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404("There is no such shoot.")
    return get_object_or_404(Shoot, subscriber=subscriber, pk=int(asked))
