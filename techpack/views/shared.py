"""The supplier's side: one issued revision behind a link, without an account."""

import contextlib
import uuid

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from techpack import hand_over
from techpack.models import Release, ReleaseFile, Share, ShareEvent
from techpack.services.errors import NotPossible
from techpack.views.hand_over import issued_file

OPENED = "techpack_shares"  # in the session: links whose password was given
MOST_TRIES = 10  # wrong passwords of one link an hour, from whichever browser
TRIES_LAST = 3600  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The revision; a POST acknowledges it, asks something, or gives the password."""
    link = _link(token)
    if not _is_open(request, link):
        return _ask_for_password(request, link)
    if request.method == "POST":
        return _written(request, link)
    if request.method == "GET":
        _note_opening(request, link)
    response = render(request, "techpack/shared.html", _context(link, token))
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _link(token: str) -> Share:
    link = hand_over.opened_by(token)
    if link is None:
        raise Http404("This link no longer works. Ask the designer for a new one.")
    return link


def _is_open(request: HttpRequest, link: Share) -> bool:
    return not link.password or link.pk in request.session.get(OPENED, [])


def _ask_for_password(request: HttpRequest, link: Share) -> HttpResponse:
    """Tries are counted for the link: a session ends with its cookie, and a guesser sends none."""
    counter, error = f"share-tries:{link.pk}", ""
    if request.method == "POST":
        tries = cache.get(counter, 0) + 1
        cache.set(counter, tries, TRIES_LAST)
        if tries > MOST_TRIES:
            error = "Too many tries. Wait an hour, or ask the designer for a new link."
        elif hand_over.password_fits(link, request.POST.get("password", "")):
            cache.delete(counter)
            request.session[OPENED] = [*request.session.get(OPENED, []), link.pk][-50:]
            return HttpResponse(status=303, headers={"Location": request.path})
        else:
            error = "This is not the password."
    return render(request, "techpack/shared_password.html", {"error": error}, status=403)


def _note_opening(request: HttpRequest, link: Share) -> None:
    """Once a session, and only while the link has room for more: reading goes on without."""
    seen = request.session.get(f"{OPENED}_seen", [])
    if link.pk not in seen:
        request.session[f"{OPENED}_seen"] = [*seen, link.pk][-50:]
        with contextlib.suppress(NotPossible):
            hand_over.record(share=link, kind=ShareEvent.Kind.OPENED)


def _written(request: HttpRequest, link: Share) -> HttpResponse:
    post = request.POST
    name, text, about = post.get("name", ""), post.get("text", ""), post.get("about", "")
    kind = ShareEvent.Kind.ACKNOWLEDGED if "acknowledge" in post else ShareEvent.Kind.COMMENT
    if kind == ShareEvent.Kind.COMMENT and not text.strip():
        return HttpResponse(status=303, headers={"Location": request.path})
    if kind == ShareEvent.Kind.ACKNOWLEDGED and link.events.filter(kind=kind).exists():
        return HttpResponse(status=303, headers={"Location": f"{request.path}#said"})  # a second click
    try:
        hand_over.record(share=link, kind=kind, name=name, about=about, text=text)
    except NotPossible as reason:
        return HttpResponse(str(reason), status=429, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=303, headers={"Location": f"{request.path}#said"})


def _context(link: Share, token: str) -> dict[str, object]:
    release = link.release
    newest = release.product.releases.first()
    said = link.events.exclude(kind=ShareEvent.Kind.OPENED)
    return {
        "link": link,
        "token": token,
        "release": release,
        "data": release.data,
        "newest": newest if newest and newest.number > release.number else None,
        "said": said,
        "acknowledged": said.filter(kind=ShareEvent.Kind.ACKNOWLEDGED).first(),
    }


@require_safe
@never_cache
def shared_file(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """A file of the revision behind a link."""
    link = _link(token)
    if not _is_open(request, link):
        raise Http404("Open the link first.")
    return issued_file(link.release, kind)


@require_safe
def shared_flat(request: HttpRequest, token: str, place: int) -> HttpResponse:
    """A flat of the revision as it was issued."""
    link = _link(token)
    if not _is_open(request, link):
        raise Http404("Open the link first.")
    found = get_object_or_404(ReleaseFile, release=link.release, name=f"flat-{place}.svg")
    response = HttpResponse(bytes(found.content), content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


@require_safe
@never_cache
def revision_status(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Whether a printed revision is the current one: its number and dates, and nothing of what it says."""
    release = get_object_or_404(Release.objects.select_related("product__header"), public_id=public_id)
    newest = release.product.releases.first()
    context = {"release": release, "newest": newest if newest and newest.number > release.number else None}
    return render(request, "techpack/revision_status.html", context)
