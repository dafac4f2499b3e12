"""The page on which a photo's outline is repainted."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from accounts.http import SignedInRequest
from techpack.models import PhotoReading
from techpack.presenters.outline import OutlinePage
from techpack.services import errors, outlines
from techpack.views.products import own


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def repaint(request: SignedInRequest, product_id: int, revision_id: int) -> HttpResponse:
    """POST one of `stroke` (JSON of {adds, width, points}), `undo` and `start_over`; htmx gets the stage."""
    product = own(request, product_id)
    readings = PhotoReading.objects.select_related("revision__product", "revision__asset")
    reading = get_object_or_404(readings, revision_id=revision_id, revision__product=product)
    if request.method == "POST":
        try:
            _change(request, reading)
        except errors.NotPossible as reason:
            return _refused(request, str(reason))
        if not request.htmx:
            return HttpResponseRedirect(request.path, status=303)
        reading.refresh_from_db()
    context = {"product": product, "outline": OutlinePage(reading)}
    return render(
        request, "techpack/outline.html#stage" if request.htmx else "techpack/outline.html", context
    )


def _change(request: SignedInRequest, reading: PhotoReading) -> None:
    if "undo" in request.POST:
        outlines.undo_stroke(reading=reading)
    elif "start_over" in request.POST:
        outlines.start_over(reading=reading)
    else:
        outlines.add_stroke(reading=reading, stroke=_stroke(request.POST.get("stroke", "")))


def _stroke(text: str) -> outlines.Json:
    try:
        sent = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def _refused(request: SignedInRequest, sentence: str) -> HttpResponse:
    if not request.htmx:
        messages.error(request, sentence)
        return HttpResponseRedirect(request.path, status=303)
    return trigger_client_event(HttpResponse(status=422), "toast", {"text": sentence, "tone": "bad"})
