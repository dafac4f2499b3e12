"""Making a piece again, comparing its takes, and going back to an earlier one."""

from typing import cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from core.polling import PollError
from core.text import PlainField
from credits import services as ledger
from credits.services import InsufficientCredits
from generation.models import Asset
from techpack import prices
from techpack.models import AnyPiece, BaseView, Sketch
from techpack.pipeline import repeat_answers
from techpack.presenters.comparison import Comparison
from techpack.presenters.polling import Poll
from techpack.services import takes
from techpack.services.errors import NotPossible
from techpack.views.decorators import product_post
from techpack.views.products import own
from techpack.views.runs import PIECES, changes_after, since


class InstructionForm(forms.Form):
    instruction = PlainField(required=False, max_length=takes.LONGEST_WISH, strip=True)


def piece_of(request: SignedInRequest, product_id: int, kind: str, piece_id: int) -> AnyPiece:
    """Somebody else's is as absent as one that never was."""
    if kind not in PIECES:
        raise Http404("There is no such kind of piece.")
    rows = PIECES[kind].objects.filter(tech_pack__product=own(request, product_id))
    return cast(
        AnyPiece, get_object_or_404(rows.select_related("tech_pack__product", "revision__asset"), pk=piece_id)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def regenerate(request: SignedInRequest, product_id: int, kind: str, piece_id: int) -> HttpResponse:
    """The dialog (a page of its own without scripts); posted, what it asks for."""
    piece = piece_of(request, product_id, kind, piece_id)
    if request.method != "POST":
        return _dialog(request, piece)
    try:
        poll = Poll.of(request)
    except PollError:
        return HttpResponseBadRequest("version and run are numbers.")
    return _post(request, piece, poll)


def _post(request: SignedInRequest, piece: AnyPiece, poll: Poll) -> HttpResponse:
    form = InstructionForm(request.POST)
    if not form.is_valid():
        return _dialog(request, piece, notice=f"At most {takes.LONGEST_WISH} characters.", status=422)
    try:
        answer = takes.regenerate(piece=piece, by=request.user, **form.cleaned_data)
    except InsufficientCredits as short:
        return _dialog(request, piece, notice=prices.shortage(short), status=402)
    except NotPossible as reason:
        return _dialog(request, piece, notice=str(reason), status=409)
    return _begun(request, piece, poll) if answer.take else _dialog(request, piece, notice=answer.words)


def _begun(request: SignedInRequest, piece: AnyPiece, poll: Poll) -> HttpResponse:
    product = own(request, piece.tech_pack.product_id)
    if request.htmx:
        return since(request, product.pk, poll)
    return HttpResponse(status=303, headers={"Location": f"{product.get_absolute_url()}#{piece.html_id}"})


def _dialog(
    request: SignedInRequest, piece: AnyPiece, *, notice: str = "", status: int = 200
) -> HttpResponse:
    run, balance = piece.tech_pack, ledger.balance(piece.tech_pack.product.payer)
    repeats = not notice and piece.is_loaded and repeat_answers.would_repeat(run, piece)
    context = {
        "product": run.product,
        "piece": piece,
        "name": piece.name,
        "picture": _picture(piece),
        "is_drawing": isinstance(piece, Sketch),
        "price": prices.REGENERATION,
        "balance": balance,
        "left": balance - prices.REGENERATION,
        "longest": takes.LONGEST_WISH,
        "instruction": request.POST.get("instruction", "")[: takes.LONGEST_WISH],
        "notice": repeat_answers.words_of_repeat(run, "") if repeats else notice,
        "more_credits": prices.more_credits(),
        "is_open": not repeats and piece.is_loaded and not piece.remaking,
    }
    response = render(
        request, f"techpack/regenerate.html{'#dialog' if request.htmx else ''}", context, status=status
    )
    response["X-Dialog"] = "1"  # to be shown whatever the status
    return response


def _picture(piece: AnyPiece) -> Asset | None:
    return piece.revision.asset if isinstance(piece, BaseView) else piece.asset


@require_safe
@login_required
@never_cache
def list_takes(request: SignedInRequest, product_id: int, kind: str, piece_id: int) -> HttpResponse:
    """Two takes beside each other; `with` names the earlier one."""
    piece = piece_of(request, product_id, kind, piece_id)
    number = request.GET.get("with", "")
    comparison = Comparison(piece, int(number) if number.isdecimal() and len(number) < 6 else None)
    context = {"comparison": comparison, "piece": piece, "product": piece.tech_pack.product}
    return render(request, f"techpack/compare.html{'#dialog' if request.htmx else ''}", context)


@product_post
def restore(request: SignedInRequest, product_id: int, kind: str, piece_id: int, number: int) -> HttpResponse:
    piece = piece_of(request, product_id, kind, piece_id)
    return changes_after(request, piece.tech_pack.product, lambda: takes.restore(piece=piece, number=number))
