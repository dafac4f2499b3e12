"""Step 3: what a factory wants to see from near. First a plan, then every picture at once."""

from generation import services as engine
from generation.models import Failure, Prediction
from techpack import prices, versions
from techpack.models import BaseView, CloseUp, PhotoReading, Piece, Revision, StepName, TechPack
from techpack.pipeline import requests
from techpack.pipeline.steps.base import Need, ask, ask_for_missing, missing
from techpack.schemas import CloseUpPlan


class CloseUps:
    name = StepName.CLOSE_UPS
    after: StepName | None = StepName.BASE_VIEWS

    def need(self, run: TechPack) -> Need:
        pieces = self.pieces(run)
        wanted = len(missing(pieces))
        return Need(price=prices.share(self.name, wanted=wanted, of=len(pieces)), planned=wanted)

    def is_ready(self, run: TechPack) -> bool:
        """Parts are named by the landmarks of the photos."""
        return not PhotoReading.objects.pending_of(run.product).exists()

    def begin(self, run: TechPack) -> None:
        if not self.pieces(run):
            requests.close_up_plan(run, analysed_views(run))
        ask_for_missing(self, run)

    def wish(self, run: TechPack, piece: Piece) -> engine.Wish:
        assert isinstance(piece, CloseUp)
        return requests.close_up(run, piece)

    def pieces(self, run: TechPack) -> list[Piece]:
        return list(run.close_ups.select_related("revision").order_by("order"))

    def is_busy(self, run: TechPack) -> bool:
        return run.close_ups.loading().exists() or self._is_planning(run)

    def _is_planning(self, run: TechPack) -> bool:
        return Prediction.objects.live().of(run.subject, "close-up-plan").exists()


def analysed_views(run: TechPack) -> list[BaseView]:
    """The base views that are there, in order: a plan may choose from their photos."""
    loaded = run.base_views.filter(status=Piece.Status.LOADED)
    return list(loaded.select_related("revision").order_by("order"))


def follow_plan(run: TechPack, plan: CloseUpPlan, photos: list[Revision]) -> int:
    """Make a piece of every shot whose photo exists, and ask for its picture. Returns how many.

    Of a run that is being canceled the plan is kept, and nothing asked for: resumed, it goes on from here.
    """
    views = dict(run.base_views.values_list("revision", "view"))
    shots = [shot for shot in plan.shots if shot.image < len(photos)]
    pieces = []
    for order, shot in enumerate(shots):
        photo = photos[shot.image]
        piece = CloseUp(tech_pack=run, revision=photo, view=views.get(photo.pk, photo.view), order=order)
        piece.set_plan(shot)
        if run.cancel_requested_at:
            piece.status = Piece.Status.CANCELED
            piece.failure, piece.message = Failure.CANCELED, "Canceled."
        pieces.append(piece)
    versions.add(run, *pieces)
    ask(CloseUps(), run, [piece for piece in pieces if piece.is_loading])
    run.steps.filter(name=StepName.CLOSE_UPS).update(planned=len(shots))
    return len(shots)
