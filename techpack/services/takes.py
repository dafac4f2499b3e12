"""Making one base view, close-up or sketch again, and going back to an earlier one.

What comes is a new take (`models.Take`); the old one is shown until the new one is stored, and stays.
Edits made by hand belong to the take they were made on: a new take comes with the writing of its own,
and restoring an old one brings back what had been changed on it. Into a new take of a base view goes what
the designer entered or confirmed (`editing.carrying`), for that is binding. Callouts of a new sketch are
written for that drawing and paid with it.

A take may wait for base views that are on their way (`put_off`): its row is the wish, and the transaction
in which the last of them ends begins it.

Lock order: the run, then what the engine and the ledger lock.
"""

import copy
from dataclasses import dataclass
from typing import cast

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.text import plain_line
from credits import services as ledger
from credits.services import InsufficientCredits
from generation import providers
from generation.models import Prediction
from generation.storage import assets
from techpack import prices, schemas, versions
from techpack.editing import carry_over, staleness
from techpack.models import Activity, AnyPiece, BaseView, CloseUp, Sketch, Take, TechPack
from techpack.models.takes import of_piece
from techpack.pipeline import advance, repeat_answers, requests
from techpack.pipeline.requests import MADE_FROM, Kind
from techpack.pipeline.steps import sketches
from techpack.services.errors import NotPossible

LONGEST_WISH = 300  # characters
SAME_AGAIN = "The engine made the same again."


@dataclass(frozen=True)
class Regeneration:
    """What became of asking. `take` is on its way, or None where only the same could come out;
    `charged` in credits, 0 for a repeat, too; `words` say it to the designer."""

    take: Take | None
    charged: int
    words: str


# --- asking ----------------------------------------------------------------------------------


@transaction.atomic
def regenerate(*, piece: AnyPiece, by: User, instruction: str = "") -> Regeneration:
    """Begin a new take, at a regeneration's price; one that is on its way already is the answer,
    uncharged. An engine that could only repeat itself is not asked, and nothing is charged.

    Raises NotPossible, and credits.services.InsufficientCredits with nothing written.
    """
    run = _locked(piece)
    wish = plain_line(instruction)[:LONGEST_WISH].strip()
    under_way = Take.objects.of(piece).making().first()
    if under_way is not None:
        return Regeneration(under_way, 0, "This is being made again already. Nothing more was charged.")
    if not piece.is_loaded:
        raise NotPossible("Only a finished picture can be made again.")
    if run.is_canceling:
        raise NotPossible("The run is being canceled. Make this again when it has ended.")
    if repeat_answers.would_repeat(run, piece):
        return Regeneration(None, 0, repeat_answers.words_of_repeat(run, wish))
    ledger.require(holder=run.product.payer, amount=prices.REGENERATION)
    take = _new_take(run, piece, by, wish)
    _begin(run, take)
    words = _words_of_beginning(piece)
    versions.say(run, words)
    return Regeneration(take, prices.REGENERATION, words)


def _locked(piece: AnyPiece) -> TechPack:
    run = versions.locked(piece.tech_pack_id)
    if run is None or not type(piece)._default_manager.filter(pk=piece.pk).exists():
        raise NotPossible("This no longer exists.")
    piece.refresh_from_db()
    return run


@transaction.atomic
def put_off(*, piece: AnyPiece, by: User) -> Take:
    """A new take, to begin when no base view is on its way any more, at its price then.

    Raises NotPossible.
    """
    run = _locked(piece)
    if run.is_canceling:
        raise NotPossible("The run is being canceled. Make this again when it has ended.")
    return Take.objects.of(piece).making().first() or _new_take(run, piece, by, "")


def has_views_on_their_way(run: TechPack) -> bool:
    return Take.objects.making().filter(tech_pack=run, base_view__isnull=False).exists()


def _new_take(run: TechPack, piece: AnyPiece, by: User, wish: str) -> Take:
    if not Take.objects.of(piece).exists():
        _keep_first(run, piece)
    piece.takes += 1
    piece.remaking = True
    versions.touch(run, piece)
    return Take.objects.create(
        tech_pack=run, number=piece.takes, instruction=wish, by=by, **of_piece(piece)
    )  # fmt: skip


def _begin(run: TechPack, take: Take) -> None:
    """Raises InsufficientCredits."""
    piece = take.piece
    take.charge = ledger.charge(
        holder=run.product.payer,
        amount=prices.REGENERATION,
        reference=f"regenerate:{piece.slot}:{take.number}",
        description=f"{piece.name} of {run.product.code}: made again"[:200],
    )
    if isinstance(piece, BaseView):  # of what is asked now, whatever changes until it comes
        take.kept = {"cache_key": repeat_answers.key_of(run, piece)}
    take.save()
    kind = Kind.BASE_VIEW_AGAIN if isinstance(piece, BaseView) else Kind.PICTURE_AGAIN
    requests.ask(run, kind, take.slot, repeat_answers.request(run, piece, take.instruction))


def _words_of_beginning(piece: AnyPiece) -> str:
    return f"{piece.name} is being made again. {advance.counted(prices.REGENERATION)} used."


def _keep_first(run: TechPack, piece: AnyPiece) -> None:
    """What the run made becomes take 1."""
    first = Take(tech_pack=run, number=1, status=Take.Status.READY, is_current=True, **of_piece(piece))
    first.keep(piece)
    first.made_at = run.finished_at or run.started_at
    first.save()


# --- what came (inside the transition's transaction, under the run's lock) --------------------


def arrived(run: TechPack, take: Take, prediction: Prediction) -> None:
    """The answer is there; of a sketch it may be the drawing, whose callouts come next."""
    fresh = copy.copy(take.piece)
    match fresh:
        case BaseView():
            fresh.cache_key, fresh.cached = _kept(take).cache_key, False
            fresh.set_ground(prediction.asked.parameters.get(MADE_FROM))
            _read(run, take, fresh, prediction)
            begin_waiting(run)
            return
        case Sketch() if prediction.kind == Kind.PICTURE_AGAIN:
            fresh.asset = prediction.asset
            fresh.set_ground(prediction.asked.parameters.get(MADE_FROM))
            _ask_for_callouts(run, take, fresh)
            return
        case Sketch():
            fresh.asset, fresh.made_from = take.asset, _kept(take).made_from
            answer = schemas.Annotations.model_validate(prediction.result)
            fresh.set_answer(answer)
            fresh.set_sources(schemas.Sources({}))
            shown = cast(Sketch, take.piece)
            same = _is_same_picture(shown, fresh) and _is_as_written(run, shown, answer)
            _install(run, take, fresh, alike=same)
        case CloseUp():
            fresh.asset = prediction.asset
            fresh.set_ground(prediction.asked.parameters.get(MADE_FROM))
            _install(run, take, fresh, alike=_is_same_picture(take.piece, fresh))


def _read(run: TechPack, take: Take, fresh: BaseView, prediction: Prediction) -> None:
    view = cast(BaseView, take.piece)
    answer = schemas.BaseViewAnalysis.model_validate(prediction.result)
    fresh.set_facts(answer)
    fresh.set_sources(schemas.Sources({}))
    alike = _is_as_written(run, view, answer)
    fresh.take = take.number
    carried = carry_over.carry_over(run, view, fresh)
    if _install(run, take, fresh, alike=alike or fresh.analysis == view.analysis):
        carry_over.write(run, carried)


def _kept(take: Take) -> schemas.Kept:
    return schemas.Kept.model_validate(take.kept or {})


def _ask_for_callouts(run: TechPack, take: Take, fresh: Sketch) -> None:
    take.keep(fresh)
    take.save(update_fields=["asset", "kept"])
    if run.is_canceling:
        _give_up(run, take, "canceled", "Canceled.")
        return
    request = requests.callouts_request(run, fresh, sketches.analysis_of(run, fresh), wish=take.instruction)
    requests.ask(run, Kind.CALLOUTS_AGAIN, f"callouts-of-{take.slot}", request)


def _install(run: TechPack, take: Take, fresh: AnyPiece, *, alike: bool) -> bool:
    """Whether it is shown now: not when an engine that repeats itself has done so."""
    piece = take.piece
    if providers.get(run.engine).repeats and alike:
        piece.made_from = fresh.made_from  # what is there is what came: it is not out of date
        if isinstance(piece, BaseView):
            piece.cache_key = cast(BaseView, fresh).cache_key
        take.keep(fresh)  # so that its picture is known, and goes
        _stays(run, take)
        return False
    take.keep(fresh)
    take.status = Take.Status.READY
    take.made_at = timezone.now()
    piece.remaking = False
    _show(run, piece, take)
    versions.say(run, f"{piece.name} made again.", tone=Activity.Tone.GOOD, toast=True)
    return True


def _is_same_picture(piece: AnyPiece, fresh: CloseUp | Sketch) -> bool:
    old, new = cast(CloseUp | Sketch, piece).asset, fresh.asset
    return old is not None and new is not None and old.sha256 == new.sha256


def _is_as_written(run: TechPack, piece: BaseView | Sketch, answer: schemas.Shape) -> bool:
    """Whether the engine answered this for the take that is shown. What we made of it since, or somebody
    by hand, does not make it another writing."""
    written = repeat_answers.written(run, piece)
    if written is None:
        return piece.document == answer
    return type(answer).model_validate(written) == answer


def missed(run: TechPack, take: Take, prediction: Prediction) -> None:
    """It failed or was canceled for good: refunded, and the old one stays."""
    _give_up(run, take, prediction.failure, prediction.message)
    if isinstance(take.piece, BaseView):
        begin_waiting(run)


def _give_up(run: TechPack, take: Take, failure: str, message: str) -> None:
    take.failure, take.message = failure, message
    _end(run, take)
    _refund(run, take, Activity.Tone.BAD)


def _stays(run: TechPack, take: Take) -> None:
    """What is there is what came, or would come: the engine has been asked in vain, or not at all."""
    take.message = SAME_AGAIN
    _end(run, take, same_as=take.piece.take)
    _refund(run, take, Activity.Tone.PLAIN)


def _end(run: TechPack, take: Take, *, same_as: int | None = None) -> None:
    """No take came of it."""
    drawn = take.asset
    take.status = Take.Status.FAILED
    kept = schemas.Kept(same_as=same_as) if same_as else None
    take.asset, take.kept = None, kept.model_dump(mode="json", exclude_unset=True) if kept else None
    take.save()
    if drawn is not None:
        assets.release([drawn])
    take.piece.remaking = False
    versions.touch(run, take.piece)


def _refund(run: TechPack, take: Take, tone: Activity.Tone) -> None:
    if take.charge is None:
        return
    amount = -take.charge.amount
    words = f"Refunded {advance.counted(amount)}, {take.piece.name} stays as it is: {take.message}"
    ledger.refund(charge=take.charge, amount=amount, description=words[:200])
    versions.say(run, words, tone=tone, toast=True)


# --- what waited for base views ---------------------------------------------------------------


def begin_waiting(run: TechPack) -> None:
    """What waits begins once no base view is on its way; what could only repeat itself is up to date
    instead. None begins while a base view is out of date still: it would be made from what is to change."""
    waiting = list(Take.objects.waiting().filter(tech_pack=run).order_by("pk"))
    if not waiting or has_views_on_their_way(run):
        return
    if run.is_canceling:
        _call_off(run, waiting, "Canceled.")
        return
    if any(isinstance(mark.piece, BaseView) for mark in staleness.marks(run).values()):
        _call_off(run, waiting, "A base view is still out of date.")
        return
    answers = repeat_answers.Answers(run)
    for take in waiting:
        if answers.would_repeat(take.piece):
            take.piece.set_ground(staleness.basis(run, take.piece))
            _stays(run, take)
            continue
        try:
            _begin(run, take)
        except InsufficientCredits as short:
            lack = f"{advance.counted(short.needed)} needed, {short.available} left."
            _call_off(run, [take], lack)
            continue
        versions.say(run, _words_of_beginning(take.piece))


def _call_off(run: TechPack, takes: list[Take], why: str) -> None:
    for take in takes:
        take.message = why
        _end(run, take)
    names = ", ".join(take.piece.name for take in takes)
    versions.say(run, f"Not made again, not charged: {names}. {why}", tone=Activity.Tone.BAD, toast=True)


# --- earlier ones ----------------------------------------------------------------------------


def takes_of(piece: AnyPiece) -> list[Take]:
    """All that are there, the oldest first; what is shown holds what the piece holds now. Empty while
    there is only what the run made."""
    takes = list(Take.objects.of(piece).ready().select_related("asset", "charge__refund", "by"))
    for take in takes:
        if take.is_current:
            take.keep(piece)
    return takes


@transaction.atomic
def restore(*, piece: AnyPiece, number: int) -> Take:
    """Show an earlier take again, free, with all that had been changed on it. The one that was shown
    stays among the takes. Harmless for the current one. Raises NotPossible."""
    run = _locked(piece)
    take = Take.objects.of(piece).ready().filter(number=number).select_related("asset").first()
    if take is None:
        raise NotPossible("There is no such take.")
    if not take.is_current:
        _show(run, piece, take)
        versions.say(run, f"{piece.name}: version {number} restored.", toast=True)
    return take


def _show(run: TechPack, piece: AnyPiece, take: Take) -> None:
    """`take` is current from here on; the one before keeps what stands in the piece."""
    for before in Take.objects.of(piece).filter(is_current=True):
        before.keep(piece)
        before.is_current = False
        before.save()
    take.put_into(piece)
    piece.take = take.number
    take.is_current = True
    take.save()
    versions.touch(run, piece)
