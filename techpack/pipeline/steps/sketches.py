"""Step 4: technical flats of front, back and side, and what is written over them."""

from dataclasses import dataclass

from generation import providers
from generation import services as engine
from techpack import prices, versions
from techpack.models import (
    BaseView,
    Category,
    PhotoReading,
    Piece,
    Revision,
    Sketch,
    StepName,
    TechPack,
    View,
)
from techpack.pipeline import requests
from techpack.pipeline.steps.base import Need, ask_for_missing, missing

# What has the same outline from behind as from the front; of other things a back is not derived.
MIRRORED = (Category.APPAREL, Category.HEADWEAR, Category.BAG)


@dataclass(frozen=True)
class Planned:
    """One view: drawn from `photo` on that `basis`, or left out for a reason."""

    view: View
    photo: Revision | None
    basis: Sketch.Basis
    reason: str = ""


class Sketches:
    name = StepName.SKETCHES
    after: StepName | None = StepName.BASE_VIEWS

    def need(self, run: TechPack) -> Need:
        pieces = self.pieces(run)
        if not pieces:
            drawn = [planned for planned in plan(run) if not planned.reason]
            return Need(price=prices.STEP[self.name], planned=len(drawn))
        wanted = len(missing(pieces))
        return Need(price=prices.share(self.name, wanted=wanted, of=len(pieces)), planned=wanted)

    def is_ready(self, run: TechPack) -> bool:
        """Photos are measured before anything is drawn from them."""
        return not PhotoReading.objects.pending_of(run.product).exists()

    def begin(self, run: TechPack) -> None:
        if not run.sketches.exists():
            _make(run)
        ask_for_missing(self, run)

    def wish(self, run: TechPack, piece: Piece) -> engine.Wish:
        """For the drawing, or when that is there for what is written over it."""
        assert isinstance(piece, Sketch)
        if piece.is_drawn:
            return requests.callouts(run, piece, analysis_of(run, piece))
        return requests.sketch(run, piece)

    def pieces(self, run: TechPack) -> list[Piece]:
        sketches = run.sketches.exclude(status=Piece.Status.LEFT_OUT)
        return list(sketches.select_related("revision", "asset").order_by("order"))

    def is_busy(self, run: TechPack) -> bool:
        return run.sketches.loading().exists()


def plan(run: TechPack) -> list[Planned]:
    """Which views are drawn, and from what. Without any whole view, the primary photo is the front."""
    there = photos_of(run)
    by_view = {view: photo for photo, view in reversed(there)}
    if there and not by_view.keys() & {View.FRONT, View.BACK, View.SIDE}:
        by_view[View.FRONT] = there[0][0]
    return [_plan_view(run, view, by_view) for view in (View.FRONT, View.BACK, View.SIDE)]


def photos_of(run: TechPack) -> list[tuple[Revision, str]]:
    """Those the run has analysed and what they showed then, whatever became of them since; without base
    views, those in use."""
    views = run.base_views.select_related("revision__asset").order_by("order")
    known = [(view.revision, view.view) for view in views]
    return known or [(photo, photo.view) for photo in run.product.photos_in_use()]


def _plan_view(run: TechPack, view: View, by_view: dict[str, Revision]) -> Planned:
    if view in by_view:
        return Planned(view, by_view[view], Sketch.Basis.PHOTO)
    front = by_view.get(View.FRONT)
    if view == View.BACK and front is not None and run.product.category in MIRRORED:
        return Planned(view, front, Sketch.Basis.MIRROR)
    if providers.get(run.engine).draws_unseen_views:
        return Planned(view, next(iter(by_view.values())), Sketch.Basis.INFERRED)
    reason = f"There is no {view.label.lower()} photo. Add one, and the next run draws this view."
    return Planned(view, None, Sketch.Basis.PHOTO, reason)


def _make(run: TechPack) -> None:
    sketches = [
        Sketch(
            tech_pack=run, view=planned.view, basis=planned.basis, revision=planned.photo, order=order,
            status=Sketch.Status.LEFT_OUT if planned.reason else Sketch.Status.LOADING,
            message=planned.reason,
        )
        for order, planned in enumerate(plan(run))
    ]  # fmt: skip
    versions.add(run, *sketches)


def analysis_of(run: TechPack, piece: Sketch) -> dict[str, object] | None:
    view = BaseView.objects.filter(tech_pack=run, revision=piece.revision_id, status=Piece.Status.LOADED)
    return view.values_list("analysis", flat=True).first()
