"""The four steps, one route each: a program posts them one after another."""

from ninja import Router

from credits import services as ledger
from credits.services import InsufficientCredits
from techpack.api import (
    inputs,
    openapi,
    outputs,
    serializers,
)
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import not_found, of_step
from techpack.api.idempotent_post import (
    StillWorking,
    is_waiting,
    once,
    posted,
    wait,
)
from techpack.api.lookups import own_product
from techpack.api.routes.products import photo_from
from techpack.models import BaseView, Product, Step, StepName, TechPack
from techpack.pipeline import steps
from techpack.presenters import whole
from techpack.services import single_steps

router = Router(tags=["Tech packs"], by_alias=True, auth=AUTH)

AT_WORK = (Step.Status.PENDING, Step.Status.RUNNING)


@router.post("category/detect", **openapi.step(outputs.FoundCategory, "Detect the category"))
@posted
def detect_category(request: CallingRequest, body: inputs.DetectAsked) -> outputs.FoundCategory:
    """Free. An `imageUrl` that lies elsewhere becomes a photo of the product; the primary photo (the first
    front view, else the first) is looked at. A category that was corrected stays."""
    product = own_product(request, body.product_id)
    if body.image_url is not None:
        photo_from(request, product, body.image_url, None)
    if not product.category or body.again:
        _made(request, product, StepName.CATEGORY, body)
    found = serializers.category(own_product(request, body.product_id))
    assert found is not None
    return found


@router.post("base-views/analyze", **openapi.step(outputs.Analyses, "Analyse the photos"))
@posted
def analyze_base_views(request: CallingRequest, body: inputs.AnalyzeAsked) -> outputs.Analyses:
    """3 credits for all photos of the product, their share when some were analysed before, nothing when
    all were. `revisionIds` says whose analyses to answer; without it, all."""
    product = own_product(request, body.product_id)
    wanted = _revisions(product, body.revision_ids)
    # What was there is not analysed anew; whoever does not wait is only ever given what was there.
    there = BaseView.objects.loaded_of(product).values_list("pk", flat=True)
    before = set(there) if is_waiting(request) else None
    run = _made(request, product, StepName.BASE_VIEWS, body)
    views = serializers.base_views(request, run)
    for view, piece in zip(views, run.base_views.all(), strict=True):
        view.cached = view.cached or (piece.is_loaded if before is None else piece.pk in before)
    return outputs.Analyses(analyses=[view for view in views if not wanted or view.revision_id in wanted])


@router.post("close-ups/generate", **openapi.step(outputs.GeneratedImages, "Make the close-ups"))
@posted
def generate_close_ups(request: CallingRequest, body: inputs.CloseUpsAsked) -> outputs.GeneratedImages:
    """3 credits. Stands on the base views. What is sent back of them is taken, and our own counts."""
    run = _made(request, own_product(request, body.product_id), StepName.CLOSE_UPS, body)
    return outputs.GeneratedImages(generated_images=serializers.close_ups(request, run))


@router.post("sketches/generate", **openapi.step(outputs.Sketches, "Draw the sketches"))
@posted
def generate_sketches(request: CallingRequest, body: inputs.SketchesAsked) -> outputs.Sketches:
    """3 credits. Stands on the base views. What is sent back of them is taken, and our own counts."""
    run = _made(request, own_product(request, body.product_id), StepName.SKETCHES, body)
    return outputs.Sketches(sketches=serializers.sketches(request, run))


def _revisions(product: Product, ids: list[int] | None) -> set[int]:
    wanted = set(ids or ())
    unknown = wanted - set(product.revisions.filter(pk__in=wanted).values_list("pk", flat=True))
    if unknown:
        raise not_found(f"This product has no photo {min(unknown)}.")
    return wanted


# --- asking and waiting --------------------------------------------------------------------------


def _made(request: CallingRequest, product: Product, name: StepName, body: inputs.StepAsked) -> TechPack:
    """The run with this step delivered. Raises Refused, StillWorking, and what the services raise."""

    asked: list[Step] = []

    def ask() -> int:
        asked.append(single_steps.ask_for(product=product, name=name, again=body.again, force=body.force))
        return asked[-1].pk

    step_id = once(request, ask)
    if asked and asked[-1].status in AT_WORK and not is_waiting(request):
        raise StillWorking(asked[-1].tech_pack)
    _wait(request, step_id)
    step = (
        Step.objects.select_related("tech_pack__product__owner", "tech_pack__product__team")
        .filter(pk=step_id)
        .first()
    )
    if step is None:
        raise not_found("The product was deleted meanwhile.")
    if step.is_waiting_for_credits:
        raise _short(step)
    if not step.is_over:
        raise StillWorking(step.tech_pack)
    if not step.delivered:
        raise of_step(step)
    run = whole.of(product, step.tech_pack.number).run
    if run is None:
        raise not_found("The product was deleted meanwhile.")
    return run


def _wait(request: CallingRequest, step_id: int) -> None:
    def is_over() -> bool:
        return not Step.objects.filter(pk=step_id, status__in=AT_WORK).exists()

    wait(request, is_over)


def _short(step: Step) -> InsufficientCredits:
    run = step.tech_pack
    needed = steps.ALL[StepName(step.name)].need(run).price
    return InsufficientCredits(needed=needed, available=ledger.balance(run.product.payer))
