"""The supplier's side: one issued revision behind a link, without an account."""

import contextlib
import re
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.attachments import as_download
from techpack import hand_over
from techpack.exports.choices import ChoiceError, choose
from techpack.hand_over import export_jobs
from techpack.models import Release, ReleaseFile, Share
from techpack.presenters.shared import SharedPage
from techpack.services.errors import NotPossible

OPENED = "techpack_shares"  # in the session: links whose password was given
MOST_TRIES = 10  # wrong passwords of one link an hour, from whichever browser
TRIES_LAST = 3600  # seconds
SHARED_FORMATS = ("pdf", "xlsx", "zip", "json")


class LinkIsOver(Exception):
    """Revoked, expired, or never given out: whoever has it is told the same."""


def behind_a_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except LinkIsOver:
            return render(request, "techpack/shared_over.html", status=404)

    return inner


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@behind_a_link
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The revision; a POST acknowledges it, asks something, or gives the password."""
    link = _link(token)
    if not _is_open(request, link):
        return _ask_for_password(request, link)
    if request.method == "POST":
        return _written(request, link)
    if request.method == "GET":
        _note_opening(request, link)
    page = SharedPage(link, _shown(request, link))
    response = render(request, "techpack/shared.html", {"page": page, "link": link, "token": token})
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _link(token: str) -> Share:
    link = hand_over.opened_by(token)
    if link is None:
        raise LinkIsOver
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
            hand_over.record_opening(share=link)


def _written(request: HttpRequest, link: Share) -> HttpResponse:
    """A receipt, a question, or a remark about a row or a place on a flat."""
    post = request.POST
    try:
        if "acknowledge" in post:
            hand_over.acknowledge(share=link, name=post.get("name", ""))
        elif post.get("text", "").strip():
            hand_over.comment(share=link, said=_said(post))
    except NotPossible as reason:
        return HttpResponse(str(reason), status=429, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=303, headers={"Location": f"{request.get_full_path()}#said"})


def _said(post: QueryDict) -> hand_over.Said:
    return hand_over.Said(
        post.get("text", ""), name=post.get("name", ""), about=post.get("about", ""),
        flat=post.get("flat", ""), x=_fraction(post.get("x", "")), y=_fraction(post.get("y", "")),
    )  # fmt: skip


def _fraction(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[01]?\.?\d{1,6}", text) else None


def _shown(request: HttpRequest, link: Share) -> Release:
    """The revision of the link; with `?revision=` the newer one it may show as well."""
    number = request.GET.get("revision", "")
    if link.also is not None and number == str(link.also.number):
        return link.also
    return link.release


@require_safe
@never_cache
@behind_a_link
def shared_file(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """A file of the revision behind a link."""
    link = _link(token)
    if not _is_open(request, link):
        raise Http404("Open the link first.")
    if kind not in SHARED_FORMATS:
        raise Http404("There is no such file.")
    try:
        choices = choose(
            paper=request.GET.get("paper", "a4"), languages=request.GET.get("languages", ""),
            with_costs=link.with_costs,
        )  # fmt: skip
        made = export_jobs.file_of_release(_shown(request, link), kind, choices)
    except (ChoiceError, NotPossible) as reason:
        raise Http404(str(reason)) from reason
    return as_download(made.content, made.content_type, made.name)


@require_safe
@behind_a_link
def shared_flat(request: HttpRequest, token: str, place: int, *, kind: str) -> HttpResponse:
    """A flat of the revision as it was issued; of kind "labels" one with the places of its labels."""
    link = _link(token)
    if not _is_open(request, link):
        raise Http404("Open the link first.")
    release = _shown(request, link)
    found = get_object_or_404(ReleaseFile, release=release, name=f"{kind}-{place}.svg")
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
