"""Download, issue and share a product's document, and write its sheets."""

import secrets
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from core.attachments import as_download
from techpack import hand_over
from techpack.exports.choices import SECTIONS
from techpack.hand_over import export_jobs
from techpack.library.translations import LANGUAGES
from techpack.models import Product, Release, Share
from techpack.presenters.revisions import states_of
from techpack.services import errors
from techpack.views.asked_files import asked_file
from techpack.views.decorators import product_post
from techpack.views.products import own

MOST_DAYS = 3650  # a link is open for
FORM_LASTS = 24 * 3600  # seconds in which the same form makes no second link
SENT_BEFORE = "This link was made already, and was shown only once. Make another if you did not copy it."

# --- files ---------------------------------------------------------------------------------------


@require_safe
@login_required
@never_cache
def download(request: SignedInRequest, product_id: int, kind: str) -> HttpResponse:
    """The document as it stands, or with `?release=` as it was issued."""
    product = own(request, product_id)
    asked = asked_file(request, product, kind)
    if export_jobs.is_long(product, kind):
        context = {"product": product, "kind": kind, "query": request.GET.urlencode()}
        return render(request, "techpack/make_file.html", context)
    try:
        made = asked.made()
    except errors.NotPossible as reason:
        raise Http404(str(reason)) from reason
    return as_download(made.content, made.content_type, made.name)


# --- revisions and links -------------------------------------------------------------------------


@require_safe
@login_required
@never_cache
def revisions(request: SignedInRequest, product_id: int) -> HttpResponse:
    """The sheets of a product, its issued revisions and who has them."""
    product = own(request, product_id)
    return render(request, "techpack/hand_over.html", _context(product, request))


def _context(product: Product, request: SignedInRequest, **more: Any) -> dict[str, Any]:
    return {
        "product": product,
        "releases": product.releases.defer("data").prefetch_related("shares__events__answered_by"),
        "states": states_of(product),
        "snapshots": product.snapshots.defer("data", "flats"),
        "sections": SECTIONS,
        "languages": LANGUAGES,
        "form": secrets.token_urlsafe(9),
        **more,
    }


@product_post
def issue(request: SignedInRequest, product_id: int) -> HttpResponse:
    product = own(request, product_id)
    try:
        release = hand_over.issue(
            product=product, by=request.user, note=request.POST.get("note", ""), force="force" in request.POST
        )
    except hand_over.NotReadyError as missing:
        context = _context(product, request, blocked=missing.blocked, note=request.POST.get("note", ""))
        return render(request, "techpack/hand_over.html", context, status=HTTPStatus.CONFLICT)
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, f"Revision {release.number} is issued. It does not change any more.")
    return _back(product)


@product_post
def share(request: SignedInRequest, product_id: int, number: int) -> HttpResponse:
    """Make a link; it is shown once."""
    product = own(request, product_id)
    release = get_object_or_404(Release, product=product, number=number)
    days = request.POST.get("days", "").strip()
    if days and not (days.isdecimal() and len(days) <= 4 and 0 < int(days) <= MOST_DAYS):
        messages.error(request, f"No link was made: type 1 to {MOST_DAYS} days, or nothing.")
        return _back(product)
    if _was_sent_before(request):
        messages.warning(request, SENT_BEFORE)
        return _back(product)
    made = hand_over.share(
        release=release, expires_in_days=int(days) if days else None, with_costs="costs" in request.POST,
        password=request.POST.get("password", "")[:128],
    )  # fmt: skip
    address = request.build_absolute_uri(reverse("shared", args=[made.token]))
    context = _context(product, request, new_link=address, new_link_of=release.number)
    return render(request, "techpack/hand_over.html", context)


def _was_sent_before(request: SignedInRequest) -> bool:
    """The same form again: the page that shows a link answers the form itself, and is loaded anew."""
    form = request.POST.get("form", "")[:60]
    return bool(form) and not cache.add(f"share-form:{request.user.pk}:{form}", True, FORM_LASTS)


@product_post
def revoke(request: SignedInRequest, product_id: int, share_id: int) -> HttpResponse:
    product = own(request, product_id)
    hand_over.revoke(share=get_object_or_404(Share, pk=share_id, release__product=product))
    messages.success(request, "The link no longer works.")
    return _back(product)


@product_post
def show_newest(request: SignedInRequest, product_id: int, share_id: int) -> HttpResponse:
    """Let an earlier link show the newest revision too."""
    product = own(request, product_id)
    link = get_object_or_404(Share, pk=share_id, release__product=product)
    try:
        newest = hand_over.show_newest(share=link)
        messages.success(
            request, f"The link to revision {link.release.number} offers revision {newest.number} too."
        )
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
    return _back(product)


@product_post
def answer(request: SignedInRequest, product_id: int, share_id: int) -> HttpResponse:
    """The designer's answer, shown on the shared page."""
    product = own(request, product_id)
    link = get_object_or_404(Share, pk=share_id, release__product=product)
    post, name = request.POST, request.user.get_full_name() or "Designer"
    question = post.get("to", "")
    to = link.events.filter(pk=int(question)).first() if question.isdecimal() and len(question) < 18 else None
    said = hand_over.Said(post.get("text", ""), name=name, about=post.get("about", ""))
    try:
        hand_over.answer(share=link, said=said, to=to, is_internal="internal" in post)
    except errors.NotPossible as reason:
        messages.error(request, str(reason))
    return _back(product)


def _back(product: Product) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse("techpack:hand-over", args=[product.pk])})
