"""Changing values on the page: by hand, in words, back again, and making again what is out of date.

Each address shows a page of its own without scripts; with them, the same markup in the dialog, and what
changed of the page as a poll's answer would bring it.
"""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from accounts.http import SignedInRequest
from core.polling import PollError
from credits import services as ledger
from credits.services import InsufficientCredits
from techpack import prices
from techpack.editing import history, paths, values
from techpack.editing.errors import ChangedMeanwhile, EditError, UnknownPath
from techpack.editing.labels import holder_of, name_of
from techpack.length_formatting import UNITS
from techpack.models import BaseView, Change, CloseUp, EditedPiece, Product, Proposal
from techpack.presenters.polling import Poll
from techpack.services import proposals, redo
from techpack.services.errors import NotPossible
from techpack.views.decorators import product_post
from techpack.views.products import own
from techpack.views.runs import latest_run, refused, since
from techpack.views.takes import piece_of

HISTORY_SHOWN = 30
UPDATED = "Field updated"
WORDS: dict[str, str] = {Change.Action.ADD: "Added", Change.Action.REMOVE: "Removed"}
# What the entries of a list are called where one is removed; nothing else is removed by hand.
ENTRIES = {
    "materials": "material", "colours": "colour", "proportions": "measure", "construction": "observation",
    "to_be_specified": "open point", "measurements": "point of measure",
}  # fmt: skip


def _piece(request: SignedInRequest, product_id: int, kind: str, piece_id: int) -> EditedPiece:
    piece = piece_of(request, product_id, kind, piece_id)
    if isinstance(piece, CloseUp):
        raise Http404("A close-up has no values.")
    return piece


# --- one value -------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def value(request: SignedInRequest, product_id: int, kind: str, piece_id: int) -> HttpResponse:
    """What the value at `path` is and was; posted, one of `set`, `confirm`, `undo`, `add`, `remove`."""
    piece = _piece(request, product_id, kind, piece_id)
    path = (request.POST if request.method == "POST" else request.GET).get("path", "")
    if request.method != "POST":
        return _dialog(request, piece, path)
    act = ACTS.get(request.POST.get("act", "set"))
    if act is None:
        return HttpResponseBadRequest("There is no such action.")
    return _after(request, piece, path, lambda: act(request, piece, path))


def _set(request: SignedInRequest, piece: EditedPiece, path: str) -> Any:
    """The number with its unit: another unit alone takes the number with it."""
    place = values.read(piece=piece, path=path).place
    sent, unit = request.POST.get("value", ""), request.POST.get("unit", "")
    edits = [values.Edit(path, sent, _expected(request))]
    if unit and unit != getattr(place.holder, "unit", unit):
        other = values.Edit(place.beside("unit"), unit)
        edits = [other] if _is_same_number(sent, place.value) else [*edits, other]
    return values.set_values(piece=piece, edits=edits, by=request.user)


def _is_same_number(sent: str, now: Any) -> bool:
    try:
        return now is not None and float(sent.replace(",", ".")) == now
    except ValueError:
        return False


def _expected(request: SignedInRequest) -> Any:
    try:
        return json.loads(request.POST["expected"])
    except (KeyError, ValueError):
        return values.UNCHECKED


def _confirm(request: SignedInRequest, piece: EditedPiece, path: str) -> Any:
    return values.confirm(piece=piece, path=path, by=request.user, expected=_expected(request))


def _undo(request: SignedInRequest, piece: EditedPiece, path: str) -> Any:
    return history.undo(piece=piece, path=path, by=request.user, expected=_expected(request))


def _add(request: SignedInRequest, piece: EditedPiece, path: str) -> Any:
    own_names = ("act", "path", "version", "csrfmiddlewaretoken")
    item = {name: text for name, text in request.POST.items() if name not in own_names}
    return values.add_item(piece=piece, path=path, item=item, by=request.user)


def _remove(request: SignedInRequest, piece: EditedPiece, path: str) -> Any:
    """The entry at `path`, or, where that is one of its values, at `entry`."""
    entry = request.POST.get("entry") or path
    return values.remove_item(piece=piece, path=entry, by=request.user, expected=_expected(request))


ACTS: dict[str, Callable[[SignedInRequest, EditedPiece, str], Any]] = {
    "set": _set,
    "confirm": _confirm,
    "undo": _undo,
    "add": _add,
    "remove": _remove,
}


def _after(request: SignedInRequest, piece: EditedPiece, path: str, act: Callable[[], Any]) -> HttpResponse:
    """What changed; or why nothing did."""
    try:
        poll = Poll.of(request)
    except PollError:
        return HttpResponseBadRequest("version and run are numbers.")
    product = piece.tech_pack.product
    try:
        changed = act()
    except ChangedMeanwhile as meanwhile:
        return _told(request, piece, path, f"{meanwhile}{_yours(request)}", poll, status=409)
    except EditError as misfit:
        status = 404 if isinstance(misfit, UnknownPath) else 422
        return _told(request, piece, path, str(misfit), None, status=status)
    if not request.htmx:
        messages.success(request, _words_of(changed) if changed else "Nothing was changed.")
        return HttpResponse(status=303, headers={"Location": _address(piece)})
    response = since(request, product.pk, poll)
    if changed:
        trigger_client_event(response, "toast", {"text": _words_of(changed), "tone": "good"})
        trigger_client_event(response, "edited", {"at": _new_entry(piece, changed)}, after="swap")
    return response


def _words_of(changed: Any) -> str:
    return WORDS.get(getattr(changed, "action", ""), UPDATED)


def _new_entry(piece: EditedPiece, changed: Any) -> str:
    """What the ids of the values of an entry that was added begin with; "" of any other change."""
    is_new = getattr(changed, "action", "") == Change.Action.ADD
    return f"{piece.html_id}-{changed.path.replace('.', '-')}-" if is_new else ""


def _yours(request: SignedInRequest) -> str:
    """In the value's own dialog or page: what was typed, beside what somebody else saved first."""
    if not _is_in_dialog(request) or request.POST.get("act", "set") != "set" or "value" not in request.POST:
        return ""
    yours = request.POST["value"][: values.MOST_TEXT]
    return f" Yours: “{yours}”. Save again to replace it, or close this to keep theirs."


def _is_in_dialog(request: SignedInRequest) -> bool:
    return not request.htmx or "dialog" in request.POST


def _told(
    request: SignedInRequest, piece: EditedPiece, path: str, words: str, poll: Poll | None, *, status: int
) -> HttpResponse:
    """Where the value stands a toast, with the value as it is now; else in its dialog or page, which
    keeps what was typed."""
    if _is_in_dialog(request):
        return _dialog(request, piece, path, notice=words, status=status)
    response = since(request, piece.tech_pack.product_id, poll) if poll else HttpResponse()
    response.status_code = status
    return trigger_client_event(response, "toast", {"text": words, "tone": "bad"})


def _address(piece: EditedPiece) -> str:
    return f"{piece.tech_pack.product.get_absolute_url()}#{piece.html_id}"


def _dialog(
    request: SignedInRequest, piece: EditedPiece, path: str, *, notice: str = "", status: int = 200,
    proposal: Proposal | None = None,
) -> HttpResponse:  # fmt: skip
    try:
        one = values.read(piece=piece, path=path)
    except EditError as unknown:
        raise Http404(str(unknown)) from unknown
    if proposal is None:
        proposal = Proposal.objects.of(piece).filter(path=one.path, status__in=("asked", "ready")).last()
    context = _value_context(request, piece, one, proposal) | {"notice": notice}
    about_value = bool(notice) and "prompt" not in request.POST
    context["hand_first"] = request.htmx and (about_value or not context["can_ask"])
    piece_of_page = "#dialog" if request.htmx else ""
    response = render(request, f"techpack/edit_value.html{piece_of_page}", context, status=status)
    response["X-Dialog"] = "1"
    return response


def _value_context(
    request: SignedInRequest, piece: EditedPiece, one: values.Value, proposal: Proposal | None
) -> dict[str, Any]:
    product, balance = piece.tech_pack.product, ledger.balance(piece.tech_pack.product.payer)
    beside = getattr(one.place.holder, "unit", "") if one.place.name == "value" else ""
    return {
        "product": product,
        "piece": piece,
        "piece_name": holder_of(piece, one.place),
        "picture": piece.revision.asset if isinstance(piece, BaseView) else piece.asset,
        "one": one,
        "name": name_of(one.place),
        "typed": request.POST.get("value", "" if one.value is None else one.shown),
        "expected": json.dumps(one.value),
        "unit": request.POST.get("unit", beside),
        "units": UNITS if beside else {},
        **_entry_context(piece, one),
        "changes": history.of(piece=piece, path=one.path)[:HISTORY_SHOWN],
        "proposal": proposal,
        "fits": proposal is not None and proposals.still_fits(proposal),
        "can_ask": proposals.can_ask(piece, one.place),
        "price": prices.EDIT,
        "balance": balance,
        "left": balance - prices.EDIT,
        "longest": proposals.MOST_PROMPT,
        "prompt": request.POST.get("prompt", "")[: proposals.MOST_PROMPT],
        "more_credits": prices.more_credits(),
        "ask_address": reverse("techpack:ask-edit", args=[product.pk, piece.prefix, piece.pk]),
    }


def _entry_context(piece: EditedPiece, one: values.Value) -> dict[str, str]:
    """For the button that removes what the value belongs to."""
    path, document = one.place.item, piece.document
    word = ENTRIES.get(path.partition(".")[0], "")
    if not word or document is None:
        return {}
    entry = paths.find_item(document, path)[1].model_dump(mode="json")
    return {"entry": path, "entry_word": word, "entry_expected": json.dumps(entry)}


# --- in words --------------------------------------------------------------------------------


@product_post
def ask(request: SignedInRequest, product_id: int, kind: str, piece_id: int) -> HttpResponse:
    """`prompt` for the value at `path`; the answer is the dialog, waiting or with the reason why not."""
    piece, path = _piece(request, product_id, kind, piece_id), request.POST.get("path", "")
    prompt = request.POST.get("prompt", "")
    try:
        asked = proposals.ask(piece=piece, path=path, prompt=prompt, by=request.user)
    except InsufficientCredits as short:
        return _dialog(request, piece, path, notice=prices.shortage(short), status=402)
    except UnknownPath as unknown:
        raise Http404(str(unknown)) from unknown
    except EditError as reason:
        return _dialog(request, piece, path, notice=str(reason), status=422)
    if request.htmx:
        return _dialog(request, piece, path, proposal=asked)
    address = reverse("techpack:proposal", args=[product_id, asked.pk])
    return HttpResponse(status=303, headers={"Location": address})


@require_safe
@login_required
@never_cache
def proposal(request: SignedInRequest, product_id: int, proposal_id: int) -> HttpResponse:
    found = _proposal(request, product_id, proposal_id)
    return _dialog(request, found.piece, found.path, proposal=found)


@product_post
def settle(request: SignedInRequest, product_id: int, proposal_id: int, act: str) -> HttpResponse:
    """`act` is accept or discard."""
    found = _proposal(request, product_id, proposal_id)
    if act == "accept":
        return _after(
            request, found.piece, found.path, lambda: proposals.accept(proposal=found, by=request.user)
        )
    if act != "discard":
        raise Http404("There is no such action.")
    return _after(request, found.piece, found.path, lambda: not proposals.discard(proposal=found))


def _proposal(request: SignedInRequest, product_id: int, proposal_id: int) -> Proposal:
    rows = Proposal.objects.filter(tech_pack__product=own(request, product_id))
    related = ("tech_pack__product", "base_view__revision__asset", "sketch__revision__asset", "sketch__asset")
    return get_object_or_404(rows.select_related(*related), pk=proposal_id)


# --- all of a run ----------------------------------------------------------------------------


@product_post
def undo_last(request: SignedInRequest, product_id: int) -> HttpResponse:
    """The last change that this designer made in the latest run."""
    run = latest_run(request, product_id)
    return _changed(request, run.product, lambda: _undone(history.undo_last(run=run, by=request.user)))


def _undone(changes: list[Change]) -> str:
    return "Undone." if changes else ""


@product_post
def redo_run(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Everything of the latest run that is out of date is made again."""
    run = latest_run(request, product_id)
    return _changed(request, run.product, lambda: redo.redo(run=run, by=request.user).words)


def _changed(request: SignedInRequest, product: Product, act: Callable[[], str]) -> HttpResponse:
    try:
        poll = Poll.of(request)
    except PollError:
        return HttpResponseBadRequest("version and run are numbers.")
    try:
        words = act()
    except InsufficientCredits as short:
        return refused(request, product, prices.shortage(short), status=402)
    except (EditError, NotPossible) as reason:
        return refused(request, product, str(reason), status=409)
    if not request.htmx:
        messages.success(request, words)
        return HttpResponse(status=303, headers={"Location": product.get_absolute_url()})
    response = since(request, product.pk, poll)
    return trigger_client_event(response, "toast", {"text": words, "tone": "good"})
