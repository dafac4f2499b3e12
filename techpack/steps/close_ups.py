"""Step 3: what a factory wants to see from near. First a plan, then every picture at once."""

from generation.models import Failure, Prediction
from techpack import asking, changes, prices
from techpack.models import CloseUp, Piece, Revision, StepName, TechPack
from techpack.schemas import CloseUpPlan
from techpack.steps.base import Need, ask_for_missing, missing


class CloseUps:
    name = StepName.CLOSE_UPS
    after: StepName | None = StepName.BASE_VIEWS

    def need(self, run: TechPack) -> Need:
        pieces = self.pieces(run)
        wanted = len(missing(pieces))
        return Need(price=prices.share(self.name, wanted=wanted, of=len(pieces)), planned=wanted)

    def begin(self, run: TechPack) -> None:
        if not self.pieces(run):
            asking.close_up_plan(run, analysed_photos(run))
        ask_for_missing(self, run)

    def ask(self, run: TechPack, piece: Piece) -> None:
        assert isinstance(piece, CloseUp)
        asking.close_up(run, piece)

    def pieces(self, run: TechPack) -> list[Piece]:
        return list(run.close_ups.select_related("revision").order_by("order"))

    def is_busy(self, run: TechPack) -> bool:
        return run.close_ups.loading().exists() or self._is_planning(run)

    def _is_planning(self, run: TechPack) -> bool:
        return Prediction.objects.live().of(run.subject, "close-up-plan").exists()


def analysed_photos(run: TechPack) -> list[Revision]:
    """The photos whose base view is there, in order: what a plan may choose from."""
    views = run.base_views.filter(status=Piece.Status.LOADED).select_related("revision").order_by("order")
    return [view.revision for view in views]


def follow_plan(run: TechPack, plan: CloseUpPlan, photos: list[Revision]) -> int:
    """Make a piece of every shot whose photo exists, and ask for its picture. Returns how many.

    Of a run that is being canceled the plan is kept, and nothing asked for: resumed, it goes on from here.
    """
    shots = [shot for shot in plan.shots if shot.image < len(photos)]
    for order, shot in enumerate(shots):
        piece = CloseUp(tech_pack=run, revision=photos[shot.image], order=order)
        piece.set_plan(shot)
        if run.cancel_requested_at:
            piece.status = Piece.Status.CANCELED
            piece.failure, piece.message = Failure.CANCELED, "Canceled."
        changes.add(run, piece)
        if piece.is_loading:
            asking.close_up(run, piece)
    run.steps.filter(name=StepName.CLOSE_UPS).update(planned=len(shots))
    return len(shots)
