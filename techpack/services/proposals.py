"""A value as an engine would have it: asked for with words, paid with a credit, taken or not.

The credit pays for the proposal. One that fails, that does not fit the value, that is a refusal in
words, or that only repeats what is there, is refunded at once.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.text import plain_line
from credits import services as ledger
from credits.models import Entry
from generation import providers
from generation.models import Failure, Prediction
from generation.providers.base import ImageRef, Json, Request
from techpack import prices, prompts, schemas, versions
from techpack.editing import paths
from techpack.editing.document import Desk, opened
from techpack.editing.errors import EditError, NoChange, NotEditable, NotReady, ValueMisfit
from techpack.editing.labels import full_name
from techpack.editing.paths import Place
from techpack.editing.values import take_over, tidy
from techpack.models import Activity, BaseView, EditedPiece, Proposal, TechPack, of_piece
from techpack.pipeline import advance, requests

MOST_PROMPT = 500  # characters
MOST_AROUND = 20  # entries of the same list that are told
ASKABLE = ("text", "number", "colour", "choice")
NO_CHANGE = "no_change"  # why an edit failed whose answer was the value that is there

Status = Proposal.Status


# --- asking ----------------------------------------------------------------------------------


def ask(
    *, piece: EditedPiece, path: str, prompt: str, by: User, reference: ImageRef | None = None,
    at_once: bool = False,
) -> Proposal:  # fmt: skip
    """Ask for one value in words, for a credit of the product's owner. The same words asked again while
    an answer is on its way are that one, uncharged. With `at_once` the answer is applied as it comes,
    unless the value has changed meanwhile: then it waits as a proposal.

    Raises UnknownPath, NotEditable, ValueMisfit (the words), NotReady (an answer for this value is on its
    way, to other words or for another use), and credits.services.InsufficientCredits with nothing written.
    """
    words = _words(prompt)
    with opened(piece, by) as desk:
        place = desk.place(path)
        if place.kind not in ASKABLE:
            raise NotEditable("This is moved on the drawing, not in words.")
        if not can_ask(desk.piece, place):
            raise NotEditable("This engine computes and does not write. Type the text yourself; it is free.")
        waiting = Proposal.objects.of(desk.piece).filter(path=place.path, status=Status.ASKED).first()
        if waiting is not None:
            return _joined(waiting, words, at_once=at_once)
        return _asked(desk, place, words, reference, at_once=at_once)


def can_ask(piece: EditedPiece, place: Place) -> bool:
    """Whether the run's engine can change this value in words. One that only computes can name a colour."""
    if place.kind not in ASKABLE or place.fixed:
        return False
    names_colour = isinstance(place.holder, schemas.Colour) and place.name == "name"
    return place.kind != "text" or names_colour or providers.get(piece.tech_pack.engine).writes


def _joined(waiting: Proposal, words: str, *, at_once: bool) -> Proposal:
    """Whoever asks the same and wants the same done with the answer. Raises NotReady for others."""
    if waiting.prompt != words:
        raise NotReady("An answer for this value is on its way. Wait for it, then ask again.")
    if waiting.at_once != at_once:
        use = "be applied as it comes" if waiting.at_once else "wait as a proposal"
        raise NotReady(f"The answer to these words is on its way already, and will {use}.")
    return waiting


def _words(prompt: str) -> str:
    words = plain_line(prompt).replace("\x00", "")
    if not words:
        raise ValueMisfit("Say in a few words what should change.")
    if len(words) > MOST_PROMPT:
        raise ValueMisfit(f"Say it in at most {MOST_PROMPT} characters.")
    return words


def _asked(desk: Desk, place: Place, words: str, reference: ImageRef | None, *, at_once: bool) -> Proposal:
    run = desk.run
    proposal = Proposal.objects.create(
        tech_pack=run, path=place.path, by=desk.by, prompt=words, seen=place.value, at_once=at_once,
        **of_piece(desk.piece),
    )  # fmt: skip
    proposal.charge = ledger.charge(
        holder=run.product.payer,
        amount=prices.EDIT,
        reference=reference_of(proposal.pk),
        description=f"AI edit of {run.product.code}: {full_name(desk.piece, place)}"[:200],
    )
    request = _request(desk, place, words, reference)
    proposal.prediction = requests.ask(run, requests.Kind.EDIT, proposal.slot, request).pk
    proposal.save(update_fields=["charge", "prediction"])
    versions.bump(run)  # open pages show what is left
    return proposal


def reference_of(proposal_id: int) -> str:
    """Of its charge in the ledger."""
    return f"edit:{proposal_id}"


def _request(desk: Desk, place: Place, words: str, reference: ImageRef | None) -> Request:
    facts = _facts(desk, place, words) | ({"has_reference": True} if reference else {})
    return Request(
        operation="analyse",
        purpose="edit",
        prompt=prompts.text("edit", facts),
        images=(*_pictures(desk.piece), *([reference] if reference else [])),
        parameters=facts,
        output_schema=answer_schema(place),
    )


def _facts(desk: Desk, place: Place, words: str) -> Json:
    piece, product = desk.piece, desk.run.product
    shown = piece.revision.asset if isinstance(piece, BaseView) else piece.asset
    beside = place.holder.model_dump(mode="json", exclude={"confidence", "source", place.name})
    return {
        "instruction": words,
        "field": place.path,
        "kind": place.kind,
        "value": place.value,
        "choices": list(place.choices),
        "unit": beside.get("unit", ""),
        "neighbours": {name: value for name, value in beside.items() if _is_plain(value)},
        "around": _around(desk.document, place),
        "view": piece.view,
        "category": product.category,
        "subcategory": product.subcategory,
        "dimension": desk.run.dimension,
        "corrections": requests.corrections(desk.run),
        "width": shown.width if shown else 1,
        "height": shown.height if shown else 1,
    }


def _is_plain(value: Any) -> bool:
    """No groups and no lists of entries; a line is one value."""
    return not isinstance(value, dict) and not (
        isinstance(value, list) and any(isinstance(entry, dict) for entry in value)
    )


def _around(document: schemas.Shape, place: Place) -> list[Json]:
    """The other entries of its list, without what says how sure they are."""
    if not place.item:
        return []
    base, _, own = place.item.rpartition(".")
    entries = paths.find_list(document, base)[1]
    told = [entry for number, entry in enumerate(entries) if number != int(own)][:MOST_AROUND]
    return [entry.model_dump(mode="json", exclude={"confidence", "source"}) for entry in told]


def _pictures(piece: EditedPiece) -> list[ImageRef]:
    """The photo, and the drawing of a sketch after it."""
    photo = piece.revision
    shows = piece.view if isinstance(piece, BaseView) or photo is None else photo.view
    photos = [ImageRef(asset_id=photo.asset_id, role=shows)] if photo else []
    if isinstance(piece, BaseView) or piece.asset_id is None:
        return photos
    return [*photos, ImageRef(asset_id=piece.asset_id, role="drawing" if photos else "reference")]


def answer_schema(place: Place) -> Json:
    """Of the engine's answer: a value of this kind or null, and words."""
    kinds = [part for part in place.schema.get("anyOf", [place.schema]) if part.get("type") != "null"]
    return {
        "type": "object",
        "properties": {
            "value": {"anyOf": [*kinds, {"type": "null"}]},
            "reason": {"type": "string"},
            "refusal": {"type": "string"},
        },
        "required": ["value", "reason", "refusal"],
        "additionalProperties": False,
    }


# --- what came (inside the transition's transaction, under the run's lock) --------------------


def arrived(run: TechPack, proposal: Proposal, prediction: Prediction) -> None:
    """The engine answered: there is a proposal, or the credit goes back."""
    answer = schemas.EditAnswer.model_validate(prediction.result)
    try:
        value = _fitting(proposal, answer)
    except EditError as misfit:
        give_up(run, proposal, _failure_of(answer, misfit), str(misfit))
        return
    ready = _move(proposal, Status.ASKED, Status.READY, value=value, reason=answer.reason[:500],
                  answered_at=timezone.now())  # fmt: skip
    if ready and proposal.at_once:
        _apply_at_once(proposal)
    versions.bump(run)


def _failure_of(answer: schemas.EditAnswer, misfit: EditError) -> str:
    if isinstance(misfit, NoChange):
        return NO_CHANGE
    return Failure.CONTENT_REFUSED if answer.refusal else Failure.OUTPUT_INVALID


def _fitting(proposal: Proposal, answer: schemas.EditAnswer) -> Any:
    """The value as it would be written. Raises EditError with why it does not count."""
    if answer.refusal.strip():
        raise ValueMisfit(plain_line(answer.refusal)[:400])
    if answer.value is None:
        raise ValueMisfit("The engine answered without a value.")
    document = proposal.piece.document
    if document is None:
        raise NotEditable("These values no longer exist.")
    place = paths.editable(document, proposal.path)
    trial = Desk(proposal.tech_pack, proposal.piece, None, document, schemas.Sources({}))
    try:
        trial.put(place.path, tidy(place, answer.value))
    except ValueMisfit as misfit:
        raise ValueMisfit(f"The engine's answer does not fit this value. {misfit}") from misfit
    value = trial.place(place.path).value
    if value == proposal.seen:
        raise NoChange("The engine would leave the value as it is.")
    return value


def _apply_at_once(proposal: Proposal) -> None:
    """Refused, it stays a proposal, and says why."""
    try:
        accept(proposal=proposal, by=proposal.by)
    except EditError as refused:
        Proposal.objects.filter(pk=proposal.pk).update(message=str(refused)[:500])


def give_up(run: TechPack, proposal: Proposal, failure: str, message: str) -> None:
    """There is no proposal: the credit goes back, at once, with the reason."""
    if _move(proposal, Status.ASKED, Status.FAILED, failure=failure, message=message[:500],
             answered_at=timezone.now(), ended_at=timezone.now()):  # fmt: skip
        refund(run, proposal.pk, message)


def refund(run: TechPack | None, proposal_id: int, reason: str) -> None:
    """Also of a proposal that was deleted with its product."""
    charge = Entry.objects.filter(reference=reference_of(proposal_id)).first()
    if charge is None:
        return
    words = f"Refunded {advance.counted(-charge.amount)}: {reason}"
    if ledger.refund(charge=charge, amount=-charge.amount, description=words[:200]) and run is not None:
        versions.say(run, words, tone=Activity.Tone.BAD, toast=True)


# --- taking it or not ------------------------------------------------------------------------


@transaction.atomic
def accept(*, proposal: Proposal, by: User | None) -> Proposal:
    """The value becomes the designer's. Accepted twice is accepted once.

    Raises ChangedMeanwhile when the value is not the one that was seen when it was asked for (the
    proposal stays, and so does the value), UnknownPath when it is gone, NotReady otherwise.
    """
    with opened(proposal.piece, by) as desk:
        proposal.refresh_from_db()
        if proposal.is_accepted:
            return proposal
        if not proposal.is_ready:
            raise NotReady(_why_not(proposal))
        place = desk.place(proposal.path)
        desk.expect(place.path, place.value, proposal.seen)
        made = take_over(desk, place.path, proposal.value, prompt=proposal.prompt, paid=_paid(proposal))
    own = next((change for change in made if change.path == proposal.path), None)
    _move(proposal, Status.READY, Status.ACCEPTED, change=own, ended_at=timezone.now())
    return proposal


@transaction.atomic
def discard(*, proposal: Proposal) -> Proposal:
    """Not taken; what was paid was the proposal. Discarded twice is harmless. Raises NotReady for one
    that was accepted, or is still on its way."""
    versions.locked(proposal.tech_pack_id)
    proposal.refresh_from_db()
    if proposal.status in (Status.ACCEPTED, Status.ASKED):
        raise NotReady(_why_not(proposal))
    _move(proposal, Status.READY, Status.DISCARDED, ended_at=timezone.now())
    return proposal


def still_fits(proposal: Proposal) -> bool:
    """Whether accepting would find the value that was seen."""
    document = proposal.piece.document
    try:
        return document is not None and paths.find(document, proposal.path).value == proposal.seen
    except EditError:
        return False


def _why_not(proposal: Proposal) -> str:
    return {
        Status.ASKED: "The answer is still on its way.",
        Status.ACCEPTED: "This was accepted already. Undo it instead.",
        Status.DISCARDED: "This was discarded. Ask again.",
        Status.FAILED: "This has failed and was refunded. Ask again.",
    }.get(Status(proposal.status), "This is over.")


def _paid(proposal: Proposal) -> int:
    return -proposal.charge.amount if proposal.charge else 0


def _move(proposal: Proposal, before: Status, after: Status, **more: Any) -> bool:
    """One conditional update; False when somebody was there first."""
    rows = Proposal.objects.filter(pk=proposal.pk, status=before)
    moved = rows.update(status=after, **more) == 1
    proposal.refresh_from_db()
    return moved
