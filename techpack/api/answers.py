"""What rows look like to a program. Nothing here writes, and nothing but `state` asks the database."""

from collections.abc import Iterable

from django.http import HttpRequest

from credits.models import Entry
from techpack import models, schemas
from techpack.api import shapes
from techpack.api.pictures import address
from techpack.api.shapes import CurrentStep, LoadingState
from techpack.cards import amount
from techpack.models import Piece, StepName, TechPack
from techpack.pages import charges_of, load_run
from techpack.progress import progress, spent
from techpack.schemas import Source

STEPS: dict[StepName, CurrentStep] = {
    StepName.CATEGORY: "category",
    StepName.BASE_VIEWS: "base-views",
    StepName.CLOSE_UPS: "close-ups",
    StepName.SKETCHES: "sketches",
}


def photo(request: HttpRequest, revision: models.Revision) -> shapes.Photo:
    return shapes.Photo(
        revision_id=revision.pk,
        view_type=revision.view,
        image_url=address(request, revision.asset) or "",
        thumbnail_url=address(request, revision.asset, "small") or "",
    )


def product(request: HttpRequest, row: models.Product) -> shapes.Product:
    return shapes.Product(
        product_id=row.pk,
        code=row.code,
        name=row.name,
        notes=row.notes,
        category=row.category,
        subcategory=row.subcategory,
        revisions=_photos(request, row),
    )


def category(row: models.Product) -> shapes.Category | None:
    if not row.category:
        return None
    said = row.category_source == Source.ENTERED
    return shapes.Category(
        category=row.category,
        subcategory=row.subcategory,
        confidence=1.0 if said else row.category_confidence or 0.0,
        source=row.category_source,
        evidence=row.category_evidence,
        timestamp=row.updated_at,
    )


# --- pieces --------------------------------------------------------------------------------------


def base_view(request: HttpRequest, piece: models.BaseView) -> shapes.BaseView:
    return shapes.BaseView(
        **dict(photo(request, piece.revision)),
        analysis_data=piece.facts,
        confidence_score=piece.confidence,
        cached=piece.cached,
        loading_state=loading_state(piece),
        error=error(piece),
    )


def close_up(request: HttpRequest, piece: models.CloseUp) -> shapes.CloseUp:
    return shapes.CloseUp(
        id=piece.pk,
        image_url=address(request, piece.asset),
        thumbnail_url=address(request, piece.asset, "small"),
        shot_metadata=piece.plan,
        order=piece.order,
        loading_state=loading_state(piece),
        error=error(piece),
    )


def sketch(request: HttpRequest, piece: models.Sketch) -> shapes.Sketch:
    drawing, writing = piece.asset, piece.writing
    items = writing.measurements if writing else []
    return shapes.Sketch(
        id=piece.pk,
        view_type=piece.view,
        image_url=address(request, drawing),
        thumbnail_url=address(request, drawing, "small"),
        svg_url=address(request, drawing, "vector") if drawing and drawing.has_vector else None,
        callouts=[_callout(piece, item) for item in writing.callouts] if writing else [],
        measurements={item.name: words(item) for item in items},
        measurement_values=[_value(item) for item in items],
        loading_state=loading_state(piece),
        error=error(piece),
    )


def words(item: schemas.Measurement) -> str:
    """ "48.2 cm"; a ratio is of the total length."""
    if item.value is None:
        return "to be specified"
    unit = "of total length" if item.unit == "ratio" else item.unit
    return f"{amount(item.value, item.unit)} {unit}"


def _callout(piece: models.Sketch, item: schemas.Callout) -> shapes.Callout:
    left, top = item.position
    return shapes.Callout(
        id=f"{piece.pk}-{item.number}",
        number=item.number,
        text=item.text,
        category=item.category,
        position=shapes.Position(x=left, y=top),
    )


def _value(item: schemas.Measurement) -> shapes.MeasurementValue:
    return shapes.MeasurementValue(
        code=item.code, name=item.name, value=item.value, unit=item.unit, source=item.source
    )


def loading_state(piece: Piece) -> LoadingState:
    if piece.is_loading:
        return "loading"
    return "loaded" if piece.is_loaded else "error"


def error(piece: Piece) -> str | None:
    return (piece.message or "This could not be made.") if piece.has_failed else None


# --- lists of them, and the whole ----------------------------------------------------------------


def base_views(request: HttpRequest, run: TechPack | None) -> list[shapes.BaseView]:
    return [base_view(request, piece) for piece in run.base_views.all()] if run else []


def close_ups(request: HttpRequest, run: TechPack | None) -> list[shapes.CloseUp]:
    return [close_up(request, piece) for piece in run.close_ups.all()] if run else []


def sketches(request: HttpRequest, run: TechPack | None) -> list[shapes.Sketch]:
    """Without those that nobody could draw: the page says why."""
    return [sketch(request, one) for one in run.sketches.all() if not one.is_left_out] if run else []


def state(request: HttpRequest, row: models.Product) -> shapes.State:
    run = load_run(row)
    charges = charges_of(run) if run else []
    found = category(row)
    return shapes.State(
        product_id=row.pk,
        name=row.name,
        notes=row.notes,
        tech_pack_id=run.pk if run else None,
        is_generating=run is not None and run.is_working,
        current_step=current_step(run),
        progress=progress(run, charges=charges).percent if run else 0,
        error=_stopped(run),
        has_data=found is not None or any(piece.is_loaded for piece in (run.pieces if run else ())),
        category=found,
        revisions=_photos(request, row),
        base_views=base_views(request, run),
        close_ups=close_ups(request, run),
        sketches=sketches(request, run),
        credits=credits_of(run, charges),
    )


def _photos(request: HttpRequest, row: models.Product) -> list[shapes.Photo]:
    return [photo(request, one) for one in row.revisions.in_use().select_related("asset")]


def current_step(run: TechPack | None) -> CurrentStep:
    """What is at work, or the first that is about to be; "complete" with all four there."""
    if run is None:
        return "idle"
    rows = {StepName(step.name): step for step in run.steps.all()}
    at_work = [name for name in STEPS if name in rows and rows[name].is_running]
    to_come = [name for name in STEPS if name in rows and not rows[name].is_over]
    if run.is_going and (at_work or to_come):
        return STEPS[(at_work or to_come)[0]]
    whole = len(rows) == len(STEPS) and all(step.delivered for step in rows.values())
    return "complete" if whole else "idle"


def _stopped(run: TechPack | None) -> str | None:
    """Why it does not go on."""
    steps = list(run.steps.all()) if run else []
    stopped = [step for step in steps if step.has_failed or step.is_waiting_for_credits]
    canceled = [step for step in steps if step.is_canceled]
    first = next(iter(stopped or canceled), None)
    return (first.message or "This step failed.") if first else None


def credits_of(run: TechPack | None, charges: Iterable[Entry]) -> shapes.Credits:
    """Of the whole run, refunds taken off."""
    of_step = dict.fromkeys(StepName, 0)
    by_id = {str(step.pk): StepName(step.name) for step in run.steps.all()} if run else {}
    edits = again = 0
    for charge in charges:
        kind, _, rest = charge.reference.partition(":")
        if kind == "step":
            of_step[by_id[rest.partition(":")[0]]] += spent(charge)
        elif kind == "edit":
            edits += spent(charge)
        else:
            again += spent(charge)
    return shapes.Credits(
        category_detection=of_step[StepName.CATEGORY],
        base_views=of_step[StepName.BASE_VIEWS],
        close_ups=of_step[StepName.CLOSE_UPS],
        sketches=of_step[StepName.SKETCHES],
        edits=edits,
        regenerations=again,
        total=sum(of_step.values()) + edits + again,
    )
