"""The gallery, its poll, and one grid of it at large."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe
from django_htmx.http import HttpResponseClientRefresh

from blueprint import access
from blueprint.models import Shoot, Subscriber
from blueprint.presenters.gallery import Gallery
from blueprint.presenters.grid_detail import Sheet
from blueprint.presenters.polling import Poll
from blueprint.presenters.selfies import (
    Selfies,
)
from blueprint.style_form import WishesForm
from blueprint.views.access import (
    Request,
    gallery_of,
    no_link,
    private,
)
from core import polling


@require_safe
@private
def page(request: Request, subscriber: Subscriber, kind: str, shoot_id: int | None = None) -> HttpResponse:
    gallery = gallery_of(subscriber, kind, shoot_id)
    access.seen(subscriber)
    return render_page(request, gallery)


def render_page(request: Request, gallery: Gallery, *, status: int = 200, **more: Any) -> HttpResponse:
    others = Shoot.objects.filter(subscriber=gallery.subscriber).order_by("pk")
    context = {
        "page": gallery,
        "subscriber": gallery.subscriber,
        "others": [shoot for shoot in others if not shoot.is_paid],
        "wishes": WishesForm(),
        "selfies": Selfies(gallery.subscriber),
        **more,
    }
    response = render(request, "blueprint/gallery.html", context, status=status)
    return _with_pictures_kept_elsewhere(response, gallery)


@require_GET
def changes(request: Request, kind: str, shoot_id: int | None = None) -> HttpResponse:
    """Where a capability shows that nothing changed, `polling.unchanged_polls` has answered already."""
    try:
        poll = Poll.of(request)
    except polling.PollError:
        return HttpResponseBadRequest("version is a number.")
    subscriber = access.subscriber_of(request)
    if subscriber is None:
        return no_link(request)
    if poll.is_of_another(subscriber) or poll.version > subscriber.version:
        return HttpResponseClientRefresh()
    if poll.version == subscriber.version:
        return polling.unchanged()
    return render_changes(request, gallery_of(subscriber, kind, shoot_id), poll.version)


def render_changes(request: Request, gallery: Gallery, since: int, **more: Any) -> HttpResponse:
    """The cells that changed, with what stands above them: each swapped into its own place."""
    context = {
        "page": gallery,
        "cells": gallery.changed_since(since),
        "selfies": Selfies(gallery.subscriber, is_busy=bool(gallery.live)),
        "oob": True,
        **more,
    }
    response = render(request, "blueprint/changes.html", context)
    response["Cache-Control"] = "no-store"
    response["X-Version"] = str(gallery.subscriber.version)
    return response


@require_safe
@private
def grid(
    request: Request, subscriber: Subscriber, number: int, kind: str, shoot_id: int | None = None
) -> HttpResponse:
    """As a page of its own; for an open gallery only the sheet, which goes into its dialog."""
    gallery = gallery_of(subscriber, kind, shoot_id)
    sheet = Sheet.of(gallery, number, request.GET.get("frame", ""))
    if sheet is None:
        raise Http404("There is no such grid.")
    context = {"page": gallery, "subscriber": subscriber, "sheet": sheet, "cell": sheet.cell}
    template = "blueprint/sheet.html" if request.htmx else "blueprint/grid.html"
    return _with_pictures_kept_elsewhere(render(request, template, context), gallery)


def _with_pictures_kept_elsewhere(response: HttpResponse, gallery: Gallery) -> HttpResponse:
    """Pictures that were taken over by their addresses and not fetched yet may be shown from the
    hosts they lie on, and from no other."""
    origins = {origin for cell in gallery.cells if cell.url and (origin := _origin(cell.url))}
    if origins:
        sources = [*settings.SECURE_CSP["img-src"], *sorted(origins)]
        response._csp_config = {**settings.SECURE_CSP, "img-src": sources}  # type: ignore[attr-defined]
    return response


def _origin(url: str) -> str | None:
    """ "https://pictures.example", or None for what a policy cannot name."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme != "https" or not all(char.isalnum() or char in ".-" for char in host):
        return None
    return f"https://{host}:{port}" if port else f"https://{host}"
