"""The tech pack page, its poll, and what a designer does to a run."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh, trigger_client_event

from accounts.http import SignedInRequest
from core import polling
from core.polling import PollError
from credits.services import InsufficientCredits
from techpack import prices
from techpack.forms import (
    CategoryForm,
)
from techpack.models import AnyPiece, BaseView, CloseUp, Product, Sketch, TechPack
from techpack.presenters.page import Changes, Page
from techpack.presenters.polling import Poll
from techpack.presenters.whole import with_run
from techpack.services import errors, products, runs
from techpack.views.decorators import product_post
from techpack.views.products import own

PIECES: dict[str, type[AnyPiece]] = {model.prefix: model for model in (BaseView, CloseUp, Sketch)}


def latest_run(request: SignedInRequest, product_id: int) -> TechPack:
    """Raises Http404."""
    run = own(request, product_id).latest_run
    if run is None:
        raise Http404("There is no run yet.")
    return run


@require_safe
@login_required
@never_cache
def product(request: SignedInRequest, product_id: int) -> HttpResponse:
    page = Page(own(request, product_id, with_run), request.user)
    return render(request, "techpack/product.html", page.context(credits_left=page.balance))


@require_safe
@login_required
@never_cache
def run(request: SignedInRequest, product_id: int, number: int) -> HttpResponse:
    product = own(request, product_id, partial(with_run, number=number))
    page = Page(product, request.user, number=number, fixed=True)
    if page.run is None:
        raise Http404("There is no such run.")
    return render(request, "techpack/product.html", page.context(credits_left=page.balance))


@require_GET
def changes(request: HttpRequest, product_id: int) -> HttpResponse:
    """Where a capability shows that nothing changed, `polling.unchanged_polls` has answered already."""
    try:
        poll = Poll.of(request)
    except PollError:
        return HttpResponseBadRequest("version and run are numbers.")
    if not request.user.is_authenticated:
        return render(request, "techpack/changes.html#signed_out", {"product_id": product_id})
    return since(cast(SignedInRequest, request), product_id, poll)


def since(request: SignedInRequest, product_id: int, poll: Poll) -> HttpResponse:
    """What changed since the poll's version. A version we never gave, and a newer run than the
    page shows, need the whole page again."""
    product = own(request, product_id, partial(with_run, number=poll.run))
    page = Page(product, request.user, number=poll.run, fixed=poll.fixed)
    if page.run is None:
        return polling.unchanged() if poll.version == 0 else HttpResponseClientRefresh()
    if poll.version > page.run.version or not (poll.fixed or page.is_latest):
        return HttpResponseClientRefresh()
    if poll.version == page.run.version:
        return polling.unchanged()
    return _render_changes(request, Changes(page, poll.version))


def _render_changes(request: SignedInRequest, changed: Changes) -> HttpResponse:
    context = changed.page.context(oob=True, lists=changed.lists)
    response = render(request, "techpack/changes.html", context)
    response["Cache-Control"] = "no-store"
    assert changed.page.run is not None
    response["X-Version"] = str(changed.page.run.version)
    toasts = changed.toasts
    return trigger_client_event(response, "toast", {"all": toasts}) if toasts else response


# --- what a designer does ----------------------------------------------------------------------


@product_post
def generate(request: SignedInRequest, product_id: int) -> HttpResponse:
    product = own(request, product_id)
    return _whole_page_after(request, product, lambda: runs.start_run(product=product))


@product_post
def resume(request: SignedInRequest, product_id: int) -> HttpResponse:
    run = latest_run(request, product_id)
    return _whole_page_after(request, run.product, lambda: runs.resume_run(tech_pack=run))


@product_post
def cancel(request: SignedInRequest, product_id: int) -> HttpResponse:
    run = latest_run(request, product_id)
    return changes_after(request, run.product, lambda: runs.cancel_run(tech_pack=run))


@product_post
def try_again(request: SignedInRequest, product_id: int, kind: str, piece_id: int) -> HttpResponse:
    product = own(request, product_id)
    if kind not in PIECES:
        raise Http404("There is no such kind of piece.")
    rows = PIECES[kind].objects.filter(tech_pack__product=product)
    piece = cast(AnyPiece, get_object_or_404(rows, pk=piece_id))
    return changes_after(request, product, lambda: runs.try_again(piece=piece))


@product_post
def correct_category(request: SignedInRequest, product_id: int) -> HttpResponse:
    product = own(request, product_id)
    form = CategoryForm(request.POST)
    if not form.is_valid():
        sentence = " ".join(str(error) for sentences in form.errors.values() for error in sentences)
        return refused(request, product, sentence, status=422)
    return changes_after(
        request, product, lambda: products.correct_category(product=product, **form.cleaned_data)
    )


def _whole_page_after(request: SignedInRequest, product: Product, act: Callable[[], Any]) -> HttpResponse:
    """For what begins a run: everything on the page is another."""
    try:
        act()
    except InsufficientCredits as short:
        return refused(request, product, prices.shortage(short), status=402)
    except (errors.NoPhotos, errors.NotPossible) as reason:
        return refused(request, product, str(reason), status=409)
    if request.htmx:
        return HttpResponseClientRedirect(product.get_absolute_url())
    return _see(product)


def changes_after(request: SignedInRequest, product: Product, act: Callable[[], Any]) -> HttpResponse:
    """For what changes a piece or two: the same answer as a poll's, or the page again."""
    try:
        poll = Poll.of(request)
    except PollError:
        return HttpResponseBadRequest("version and run are numbers.")
    try:
        act()
    except InsufficientCredits as short:
        return refused(request, product, prices.shortage(short), status=402)
    except errors.NotPossible as reason:
        return refused(request, product, str(reason), status=409)
    if request.htmx:
        return since(request, product.pk, poll)
    return _see(product)


def _see(product: Product) -> HttpResponse:
    """303, so that a reload does not post again."""
    return HttpResponse(status=303, headers={"Location": product.get_absolute_url()})


def refused(request: SignedInRequest, product: Product, sentence: str, *, status: int) -> HttpResponse:
    """Nothing was done, and why: as a toast on an open page, as a notice on a new one."""
    if request.htmx:
        toast = {"text": sentence, "tone": "bad"}
        return trigger_client_event(HttpResponse(status=status), "toast", toast)
    page = Page(product, request.user)
    return render(request, "techpack/product.html", page.context(refusal=sentence), status=status)
