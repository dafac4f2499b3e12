"""Making one base view, close-up or sketch again, and going back to an earlier one.

What comes is a new take (`models.Take`); the old one is shown until the new one is stored, and stays.
Edits made by hand belong to the take they were made on: a new take comes with the writing of its own,
and restoring an old one brings back what had been changed on it. Callouts of a new sketch are written
for that drawing and paid with it.

Lock order: the run, then what the engine and the ledger lock.
"""

import copy
from dataclasses import dataclass
from typing import cast

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from credits import services as ledger
from generation import assets, providers
from generation.models import Attempt, Prediction
from generation.providers.base import Request
from techpack import asking, changes, pipeline, prices, schemas
from techpack.asking import MADE_FROM, Kind
from techpack.models import Activity, AnyPiece, BaseView, CloseUp, Sketch, Take, TechPack
from techpack.models.takes import of_piece
from techpack.plain import plain_line
from techpack.services import NotPossible
from techpack.steps import base_views, sketches

LONGEST_WISH = 300  # characters
WORDS = ("wish", MADE_FROM)  # parameters that an engine which repeats itself does not work from


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
        raise NotPossible("Only what is there can be made again.")
    if run.is_canceling:
        raise NotPossible("The run is being canceled. Make this again when it has ended.")
    if would_repeat(run, piece):
        return Regeneration(None, 0, words_of_repeat(run, wish))
    take = _begin(run, piece, by, wish)
    words = f"{name_of(piece)} is being made again. {pipeline.counted(prices.REGENERATION)} used."
    changes.say(run, words)
    return Regeneration(take, prices.REGENERATION, words)


def _locked(piece: AnyPiece) -> TechPack:
    run = changes.locked(piece.tech_pack_id)
    if run is None or not type(piece)._default_manager.filter(pk=piece.pk).exists():
        raise NotPossible("This is not there any more.")
    piece.refresh_from_db()
    return run


def _begin(run: TechPack, piece: AnyPiece, by: User, wish: str) -> Take:
    if not Take.objects.of(piece).exists():
        _keep_first(run, piece)
    piece.takes += 1
    charge = ledger.charge(
        user=run.product.owner,
        amount=prices.REGENERATION,
        reference=f"regenerate:{piece.slot}:{piece.takes}",
        description=f"{name_of(piece)} of {run.product.code}: made again"[:200],
    )
    take = Take(tech_pack=run, number=piece.takes, instruction=wish, charge=charge, by=by, **of_piece(piece))
    if isinstance(piece, BaseView):  # of what is asked now, whatever changes until it comes
        take.kept = {"cache_key": _key(run, piece)}
    take.save()
    piece.remaking = True
    changes.touch(run, piece)
    kind = Kind.BASE_VIEW_AGAIN if isinstance(piece, BaseView) else Kind.PICTURE_AGAIN
    asking.ask(run, kind, take.slot, _request(run, piece, wish))
    return take


def _keep_first(run: TechPack, piece: AnyPiece) -> None:
    """What the run made becomes take 1."""
    first = Take(tech_pack=run, number=1, status=Take.Status.READY, is_current=True, **of_piece(piece))
    first.keep(piece)
    first.made_at = run.finished_at or run.started_at
    first.save()


def _request(run: TechPack, piece: AnyPiece, wish: str = "") -> Request:
    match piece:
        case BaseView():
            return asking.base_view_request(run, piece, wish=wish)
        case CloseUp():
            return asking.close_up_request(run, piece, wish=wish)
        case Sketch():
            return asking.sketch_request(run, piece, wish=wish)
    raise TypeError(piece)


def name_of(piece: AnyPiece) -> str:
    """ "Front base view", "Collar", "Back sketch": what sentences call it."""
    match piece:
        case BaseView():
            return f"{piece.revision.get_view_display()} base view"
        case CloseUp():
            return piece.plan.title
        case Sketch():
            return f"{piece.get_view_display()} sketch"
    raise TypeError(piece)


# --- what could only come out the same -------------------------------------------------------


def would_repeat(run: TechPack, piece: AnyPiece) -> bool:
    """Whether the run's engine would answer what it has answered before, whatever was wished: it
    repeats itself, and nothing that it works from has changed since the current take."""
    version = providers.get(run.engine).repeats
    if not version:
        return False
    if isinstance(piece, BaseView):
        return piece.cache_key == _key(run, piece)
    asked = [(_made_by(run, piece, "take", piece.slot), _request(run, piece))]
    if isinstance(piece, Sketch):
        analysis = sketches.analysis_of(run, piece)
        now = asking.callouts_request(run, piece, analysis)
        asked.append((_made_by(run, piece, "callouts-of-take", f"callouts:{piece.pk}"), now))
    return all(made is not None and _is_same(made, now, version) for made, now in asked)


def _key(run: TechPack, view: BaseView) -> str:
    return base_views.cache_key(run.product, run.engine, view.revision, run.dimension)


def _made_by(run: TechPack, piece: AnyPiece, prefix: str, first: str) -> Prediction | None:
    """What the current take came from; `first` is the slot of what the run made."""
    current = Take.objects.of(piece).filter(is_current=True).first()
    slot = first if current is None or current.is_first else f"{prefix}:{current.pk}"
    made = Prediction.objects.of(run.subject, slot).filter(status=Prediction.Status.SUCCEEDED)
    return made.order_by("-queued_at").first()


def _is_same(made: Prediction, now: Request, version: str) -> bool:
    facts = {name: value for name, value in made.asked.parameters.items() if name not in WORDS}
    now_facts = {name: value for name, value in now.parameters.items() if name not in WORDS}
    answered = made.attempts.filter(outcome=Attempt.Outcome.SUCCEEDED, model=version)
    return facts == now_facts and made.asked.images == now.images and answered.exists()


def words_of_repeat(run: TechPack, wish: str) -> str:
    label = providers.get(run.engine).label
    ignored = " It measures the photo and cannot follow words." if wish else ""
    return (
        f"The {label} would only make the same again from this photo.{ignored} Nothing was charged."
        " Change the photo, its view or the category first."
    )


# --- what came (inside the transition's transaction, under the run's lock) --------------------


def arrived(run: TechPack, take: Take, prediction: Prediction) -> None:
    """The answer is there; of a sketch it may be the drawing, whose callouts come next."""
    fresh = copy.copy(take.piece)
    match fresh:
        case BaseView():
            fresh.set_facts(schemas.BaseViewAnalysis.model_validate(prediction.result))
            fresh.cache_key, fresh.cached = _kept(take).cache_key, False
            fresh.set_sources(schemas.Sources({}))
            fresh.set_ground(prediction.asked.parameters.get(MADE_FROM))
        case Sketch() if prediction.kind == Kind.PICTURE_AGAIN:
            fresh.asset = prediction.asset
            fresh.set_ground(prediction.asked.parameters.get(MADE_FROM))
            _ask_for_callouts(run, take, fresh)
            return
        case Sketch():
            fresh.asset, fresh.made_from = take.asset, _kept(take).made_from
            fresh.set_writing(schemas.Annotations.model_validate(prediction.result))
            fresh.set_sources(schemas.Sources({}))
        case CloseUp():
            fresh.asset = prediction.asset
            fresh.set_ground(prediction.asked.parameters.get(MADE_FROM))
    _install(run, take, fresh)


def _kept(take: Take) -> schemas.Kept:
    return schemas.Kept.model_validate(take.kept or {})


def _ask_for_callouts(run: TechPack, take: Take, fresh: Sketch) -> None:
    take.keep(fresh)
    take.save(update_fields=["asset", "kept"])
    if run.is_canceling:
        _give_up(run, take, "canceled", "Canceled.")
        return
    request = asking.callouts_request(run, fresh, sketches.analysis_of(run, fresh), wish=take.instruction)
    asking.ask(run, Kind.CALLOUTS_AGAIN, f"callouts-of-{take.slot}", request)


def _install(run: TechPack, take: Take, fresh: AnyPiece) -> None:
    piece = take.piece
    take.keep(fresh)
    if providers.get(run.engine).repeats and _looks_alike(piece, fresh):
        piece.made_from = fresh.made_from  # what is there is what came: it is not out of date
        _give_up(run, take, "", "The engine made the same again.")
        return
    take.status = Take.Status.READY
    take.made_at = timezone.now()
    piece.remaking = False
    _show(run, piece, take)
    changes.say(run, f"{name_of(piece)} made again.", tone=Activity.Tone.GOOD, toast=True)


def _looks_alike(piece: AnyPiece, fresh: AnyPiece) -> bool:
    if isinstance(piece, BaseView):
        return piece.analysis == cast(BaseView, fresh).analysis
    old, new = piece.asset, cast(CloseUp | Sketch, fresh).asset
    alike = old is not None and new is not None and old.sha256 == new.sha256
    return alike and getattr(piece, "annotations", None) == getattr(fresh, "annotations", None)


def missed(run: TechPack, take: Take, prediction: Prediction) -> None:
    """It failed or was canceled for good: refunded, and the old one stays."""
    _give_up(run, take, prediction.failure, prediction.message)


def _give_up(run: TechPack, take: Take, failure: str, message: str) -> None:
    drawn = take.asset
    take.status = Take.Status.FAILED
    take.asset, take.kept = None, None
    take.failure, take.message = failure, message
    take.save()
    if drawn is not None:
        assets.release([drawn])
    piece = take.piece
    piece.remaking = False
    changes.touch(run, piece)
    if take.charge is not None:
        amount = -take.charge.amount
        words = f"Refunded {pipeline.counted(amount)}, {name_of(piece)} stays as it is: {message}"
        ledger.refund(charge=take.charge, amount=amount, description=words[:200])
        changes.say(run, words, tone=Activity.Tone.BAD, toast=True)


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
        changes.say(run, f"{name_of(piece)}: take {number} restored.", toast=True)
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
    changes.touch(run, piece)
