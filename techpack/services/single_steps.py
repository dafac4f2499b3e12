"""One step at a time: a program asks for a step, and the product's latest run is asked for it too.

A step that is there already is the answer, uncharged; so is one that is on its way. What has no run yet,
or photos that its run has not seen, begins a new one. Lock order as everywhere: the run, then its product.
"""

from django.db import transaction
from django.utils import timezone

from credits import services as ledger
from generation import jobs
from techpack import versions
from techpack.models import Product, Revision, Step, StepName, TechPack
from techpack.pipeline import steps
from techpack.schemas import Source
from techpack.services import runs, specification, usable_photos
from techpack.services.errors import NotPossible, RunInProgress

TRIES = 5  # for a run that begins between two looks

# What a new run is asked for, so that the step has what it stands on.
WITH_GROUND = {
    StepName.CATEGORY: (StepName.CATEGORY,),
    StepName.BASE_VIEWS: (StepName.CATEGORY, StepName.BASE_VIEWS),
    StepName.CLOSE_UPS: (StepName.CATEGORY, StepName.BASE_VIEWS, StepName.CLOSE_UPS),
    StepName.SKETCHES: (StepName.CATEGORY, StepName.BASE_VIEWS, StepName.SKETCHES),
}


class BaseViewsMissing(NotPossible):
    def __init__(self) -> None:
        super().__init__("This needs the base views. Analyse those first.")


class _Overtaken(Exception):
    """Another run began between our look at the latest one and its lock."""


def ask_for(*, product: Product, name: StepName, again: bool = False, force: bool = False) -> Step:
    """The step of the product's latest run: there, on its way, or begun by this call.

    With `again` one that is over is made anew: the category in place, anything else in a new run, beside
    which the old one stays readable. Raises NoPhotos, PhotoProblem (unless `force`), BaseViewsMissing,
    RunInProgress, NotPossible, and credits.services.InsufficientCredits with nothing written.
    """
    photos = product.photos_in_use()
    if force:  # they have been told, and go on
        for _, key in usable_photos.in_the_way(product, photos):
            specification.settle(product=product, key=key)
    else:
        usable_photos.require_usable(product, photos)
    for _ in range(TRIES):
        try:
            return _ask_for(product, name, again, photos)
        except _Overtaken:
            continue
    raise RunInProgress


@transaction.atomic
def _ask_for(product: Product, name: StepName, again: bool, photos: list[Revision]) -> Step:
    run = product.runs.select_for_update().order_by("-number").first()
    product = (
        Product.objects.select_for_update(of=("self",)).select_related("owner", "team").get(pk=product.pk)
    )
    if product.runs.filter(number__gt=run.number if run else 0).exists():
        raise _Overtaken
    if run is None:
        return _in_new_run(product, name, None, photos)
    step = run.steps.filter(name=name).first()
    if run.is_going:
        return _of_going(run, step, product, name, again)
    if step is None or not step.delivered:
        return _continued(run, product, name)
    if name == StepName.BASE_VIEWS and _has_new_photos(run, product):
        return _in_new_run(product, name, run, photos)
    return _anew(run, product, name, photos) if again else step


def _of_going(run: TechPack, step: Step | None, product: Product, name: StepName, again: bool) -> Step:
    if run.cancel_requested_at:
        raise NotPossible("The run is being canceled. Ask again when it has ended.")
    if step is None or (step.is_over and not step.delivered):
        return _continued(run, product, name)
    if step.delivered and (again or (name == StepName.BASE_VIEWS and _has_new_photos(run, product))):
        raise RunInProgress
    return _taken_up(run, step, product) if step.is_waiting_for_credits else step


def _taken_up(run: TechPack, step: Step, product: Product) -> Step:
    """It waits for credits: they have come, or InsufficientCredits says what is still lacking."""
    run.product = product
    ledger.require(holder=product.payer, amount=steps.ALL[StepName(step.name)].need(run).price)
    step.status = Step.Status.PENDING
    step.save(update_fields=["status"])
    jobs.defer("techpack.advance", tech_pack_id=run.pk)
    return step


def _in_new_run(product: Product, name: StepName, last: TechPack | None, photos: list[Revision]) -> Step:
    """`photos` are those in use as they were when they were looked at, a moment ago."""
    if name in (StepName.CLOSE_UPS, StepName.SKETCHES) and last is None:
        raise BaseViewsMissing
    _, steps_of_run = runs.begin_run(product=product, last=last, photos=photos, wanted=WITH_GROUND[name])
    return next(step for step in steps_of_run if step.name == name)


def _anew(run: TechPack, product: Product, name: StepName, photos: list[Revision]) -> Step:
    if name != StepName.CATEGORY:
        return _in_new_run(product, name, run, photos)
    if product.category_source != Source.ENTERED:  # a correction is binding
        Product.objects.filter(pk=product.pk).update(category="", subcategory="", category_confidence=None)
    return _continued(run, product, name)


def _has_new_photos(run: TechPack, product: Product) -> bool:
    """Whether photos came since this run analysed its own."""
    return product.revisions.in_use().exclude(pk__in=run.base_views.values("revision")).exists()


# --- continuing a run ------------------------------------------------------------------------


def _continued(run: TechPack, product: Product, name: StepName) -> Step:
    """The run goes on with this step, new to it or once more, and with what that lacks of its ground."""
    there = {step.name: step for step in run.steps.all()}
    wanted = [*_ground_missing(name, there), name]
    run.product = product
    unbegun = [step.name for step in there.values() if step.is_pending or step.is_waiting_for_credits]
    price = sum(steps.ALL[StepName(one)].need(run).price for one in {*wanted, *unbegun})
    ledger.require(holder=product.payer, amount=price)
    for one in wanted:
        if one in there:
            runs.renew(there[one])
        else:
            Step.objects.create(tech_pack=run, name=one)
    _set_going(run, wanted)
    jobs.defer("techpack.advance", tech_pack_id=run.pk)
    return run.steps.get(name=name)


def _ground_missing(name: StepName, there: dict[str, Step]) -> list[StepName]:
    """What must be made before it: the category comes along, being free. Raises BaseViewsMissing."""
    after = steps.ALL[name].after
    if after is None:
        return []
    ground = there.get(after)
    if ground is not None and (ground.delivered or not ground.is_over):
        return []
    if after == StepName.BASE_VIEWS:
        raise BaseViewsMissing
    return [after]


def _set_going(run: TechPack, wanted: list[StepName]) -> None:
    run.asked = [name for name in steps.ALL if name in {*run.asked, *wanted}]
    if not run.is_going:
        run.status = TechPack.Status.RUNNING
        run.cancel_requested_at = run.finished_at = run.mailed_at = None
        run.started_at = timezone.now()
    run.save()
    versions.bump(run)
