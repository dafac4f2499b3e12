"""Handlers for tech pack predictions that change, succeed or fail.

Everything here runs inside the transition's transaction, under the run's lock: rows and jobs only.
Each ends by carrying the run on.
"""

from django.utils import timezone

from credits import services as ledger
from generation import registry
from generation.models import Prediction
from techpack import schemas, versions
from techpack.models import (
    Activity,
    BaseView,
    CloseUp,
    Piece,
    Product,
    Proposal,
    Revision,
    Sketch,
    Step,
    StepName,
    Take,
    TechPack,
)
from techpack.pipeline import advance, steps
from techpack.pipeline.requests import MADE_FROM, Kind
from techpack.pipeline.steps import close_ups
from techpack.pipeline.steps.base import ask
from techpack.schemas import Source
from techpack.services import photo_readings, proposals, specification, takes


def run_id(subject: str) -> int:
    return int(subject.removeprefix("techpack:"))


def _slot_id(prediction: Prediction) -> int:
    return int(prediction.slot.rpartition(":")[2])


class RunHandler:
    """The part all kinds share: the run is the subject."""

    def lock(self, subject: str) -> None:
        versions.locked(run_id(subject))

    def changed(self, prediction: Prediction) -> None:
        """Pages show that a piece is being made, and not how far the engine is with it."""

    def succeeded(self, prediction: Prediction) -> None:
        run = self._run(prediction)
        if run is not None:
            self.take(run, prediction)
            advance.advance(run.pk)

    def failed(self, prediction: Prediction) -> None:
        run = self._run(prediction)
        if run is not None:
            self.miss(run, prediction)
            advance.advance(run.pk)

    def take(self, run: TechPack, prediction: Prediction) -> None:
        raise TypeError(f"{type(self).__name__} takes nothing")

    def miss(self, run: TechPack, prediction: Prediction) -> None:
        raise TypeError(f"{type(self).__name__} misses nothing")

    def _run(self, prediction: Prediction) -> TechPack | None:
        return TechPack.objects.select_related("product__owner").filter(pk=run_id(prediction.subject)).first()


def _fail_step(run: TechPack, name: StepName, prediction: Prediction) -> None:
    """Something other than a piece failed: the step has nothing to deliver."""
    Step.objects.filter(tech_pack=run, name=name).update(
        failure=prediction.failure, message=prediction.message
    )
    versions.bump(run)


class CategoryHandler(RunHandler):
    def take(self, run: TechPack, prediction: Prediction) -> None:
        found = schemas.Category.model_validate(prediction.result)
        uncorrected = Product.objects.filter(pk=run.product_id).exclude(category_source=Source.ENTERED)
        uncorrected.update(
            category=found.category,
            subcategory=found.subcategory,
            detected_type=found.product_type,
            category_confidence=found.confidence,
            category_source=Source.SUGGESTED,
            category_evidence=found.evidence[:300],
            category_at=timezone.now(),
            updated_at=timezone.now(),
        )
        run.product.refresh_from_db()
        photo_readings.ask_for_fits(run.product)
        versions.say(run, run.product.category_words, tone=Activity.Tone.GOOD, toast=True)

    def miss(self, run: TechPack, prediction: Prediction) -> None:
        _fail_step(run, StepName.CATEGORY, prediction)


class PieceHandler(RunHandler):
    """A prediction that fills one piece, found by the number in its slot."""

    model: type[Piece]

    def miss(self, run: TechPack, prediction: Prediction) -> None:
        piece = self._piece(prediction)
        if piece is None:
            return
        canceled = prediction.status == Prediction.Status.CANCELED
        piece.status = Piece.Status.CANCELED if canceled else Piece.Status.FAILED
        piece.failure = prediction.failure
        piece.message = prediction.message
        versions.touch(run, piece)
        self._refund_try(run, piece)

    def _piece(self, prediction: Prediction) -> Piece | None:
        return self.model._default_manager.filter(pk=_slot_id(prediction)).first()

    def _refund_try(self, run: TechPack, piece: Piece) -> None:
        """A try that was paid for by itself is given back by itself."""
        if piece.charge is None:
            return
        words = f"Refunded {advance.counted(-piece.charge.amount)}: {piece.message}"
        if ledger.refund(charge=piece.charge, amount=-piece.charge.amount, description=words[:200]):
            versions.say(run, words, tone=Activity.Tone.BAD, toast=True)

    def _loaded(self, run: TechPack, piece: Piece, words: str) -> None:
        piece.status = Piece.Status.LOADED
        piece.failure = piece.message = ""
        versions.touch(run, piece)
        tried_again = piece.charge is not None
        versions.say(run, words, tone=Activity.Tone.GOOD, toast=tried_again)
        if tried_again:
            heal(run)


class BaseViewHandler(PieceHandler):
    model = BaseView

    def take(self, run: TechPack, prediction: Prediction) -> None:
        piece = BaseView.objects.get(pk=_slot_id(prediction))
        piece.set_ground(prediction.asked.parameters.get(MADE_FROM))
        facts = schemas.BaseViewAnalysis.model_validate(prediction.result)
        piece.set_facts(facts)
        if piece.revision_id is not None:
            specification.name_features(revision_id=piece.revision_id, features=facts.features)
        self._loaded(run, piece, f"{piece.get_view_display()} view analysed")


class CloseUpPlanHandler(RunHandler):
    def take(self, run: TechPack, prediction: Prediction) -> None:
        plan = schemas.CloseUpPlan.model_validate(prediction.result)
        assets = [image.asset_id for image in prediction.asked.images]
        by_asset = {photo.asset_id: photo for photo in Revision.objects.filter(product=run.product_id)}
        photos = [by_asset[asset] for asset in assets if asset in by_asset]
        if not close_ups.follow_plan(run, plan, photos):
            prediction.failure, prediction.message = (
                "output_invalid",
                "The plan names no photo of this product.",
            )
            _fail_step(run, StepName.CLOSE_UPS, prediction)

    def miss(self, run: TechPack, prediction: Prediction) -> None:
        _fail_step(run, StepName.CLOSE_UPS, prediction)


class CloseUpHandler(PieceHandler):
    model = CloseUp

    def take(self, run: TechPack, prediction: Prediction) -> None:
        piece = CloseUp.objects.get(pk=_slot_id(prediction))
        piece.asset = prediction.asset
        piece.set_ground(prediction.asked.parameters.get(MADE_FROM))
        done = run.close_ups.filter(status=Piece.Status.LOADED).count() + 1
        self._loaded(run, piece, f"Close-up {done} of {run.close_ups.count()}")


class SketchHandler(PieceHandler):
    """The drawing is there; what is written over it comes next."""

    model = Sketch

    def take(self, run: TechPack, prediction: Prediction) -> None:
        piece = Sketch.objects.get(pk=_slot_id(prediction))
        piece.asset = prediction.asset
        piece.set_ground(prediction.asked.parameters.get(MADE_FROM))
        if run.cancel_requested_at:  # kept, but nothing more is asked for
            piece.status = Piece.Status.CANCELED
            piece.failure, piece.message = "canceled", "Canceled."
            versions.touch(run, piece)
            return
        versions.touch(run, piece)
        ask(steps.ALL[StepName.SKETCHES], run, [piece])


class CalloutsHandler(PieceHandler):
    model = Sketch

    def take(self, run: TechPack, prediction: Prediction) -> None:
        piece = Sketch.objects.get(pk=_slot_id(prediction))
        piece.set_answer(schemas.Annotations.model_validate(prediction.result))
        self._loaded(run, piece, f"{piece.get_view_display()} sketch ready")


class TakeHandler(RunHandler):
    """A piece is made again (`techpack.services.takes`): the take is found by the number in the slot."""

    def take(self, run: TechPack, prediction: Prediction) -> None:
        if take := self._making(prediction):
            takes.arrived(run, take, prediction)

    def miss(self, run: TechPack, prediction: Prediction) -> None:
        if take := self._making(prediction):
            takes.missed(run, take, prediction)

    def _making(self, prediction: Prediction) -> Take | None:
        return Take.objects.making().filter(pk=_slot_id(prediction)).first()


class EditHandler(RunHandler):
    """A value somebody asked an engine for (`techpack.services.proposals`). No piece of the page changes
    by it until it is accepted."""

    def take(self, run: TechPack, prediction: Prediction) -> None:
        if proposal := Proposal.objects.filter(pk=_slot_id(prediction)).first():
            proposals.arrived(run, proposal, prediction)

    def miss(self, run: TechPack, prediction: Prediction) -> None:
        if proposal := Proposal.objects.filter(pk=_slot_id(prediction)).first():
            proposals.give_up(run, proposal, prediction.failure, prediction.message)

    def _gone(self, prediction: Prediction) -> None:
        proposals.refund(None, _slot_id(prediction), "The product was deleted.")

    def succeeded(self, prediction: Prediction) -> None:
        super().succeeded(prediction)
        if self._run(prediction) is None:
            self._gone(prediction)

    def failed(self, prediction: Prediction) -> None:
        super().failed(prediction)
        if self._run(prediction) is None:
            self._gone(prediction)


def heal(run: TechPack) -> None:
    """A failed piece came after all: its step, and then the run, may be whole now."""
    for step in run.steps.filter(status=Step.Status.PARTIAL):
        pieces = steps.ALL[StepName(step.name)].pieces(run)
        if all(piece.is_loaded for piece in pieces):
            step.status, step.failure, step.message = Step.Status.DONE, "", ""
            step.save()
    if not run.is_going:
        run.status = advance.verdict(run, list(run.steps.all()))
        run.save(update_fields=["status"])
        versions.bump(run)


def register() -> None:
    registry.register(Kind.CATEGORY, CategoryHandler(), answer=schemas.Category)
    registry.register(Kind.BASE_VIEW, BaseViewHandler(), answer=schemas.BaseViewAnalysis)
    registry.register(Kind.CLOSE_UP_PLAN, CloseUpPlanHandler(), answer=schemas.CloseUpPlan)
    registry.register(Kind.CLOSE_UP, CloseUpHandler())
    registry.register(Kind.SKETCH, SketchHandler())
    registry.register(Kind.CALLOUTS, CalloutsHandler(), answer=schemas.Annotations)
    registry.register(Kind.EDIT, EditHandler(), answer=schemas.EditAnswer)
    registry.register(Kind.BASE_VIEW_AGAIN, TakeHandler(), answer=schemas.BaseViewAnalysis)
    registry.register(Kind.PICTURE_AGAIN, TakeHandler())
    registry.register(Kind.CALLOUTS_AGAIN, TakeHandler(), answer=schemas.Annotations)
