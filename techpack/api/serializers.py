"""What rows look like to a program. Nothing here writes, and nothing but `state` asks the database."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from credits.models import Entry
from techpack import models, schemas
from techpack.api import lookups, outputs
from techpack.api.images import address
from techpack.api.outputs import CurrentStep, LoadingState
from techpack.editing import annotations, specification, staleness, values
from techpack.editing.errors import EditError
from techpack.length_formatting import amount, unit_of
from techpack.library.units import in_unit
from techpack.models import Piece, Proposal, StepName, Take, TechPack
from techpack.pipeline.progress import progress, spent
from techpack.presenters import review, whole
from techpack.schemas import Source
from techpack.services import redo

STEPS: dict[StepName, CurrentStep] = {
    StepName.CATEGORY: "category",
    StepName.BASE_VIEWS: "base-views",
    StepName.CLOSE_UPS: "close-ups",
    StepName.SKETCHES: "sketches",
}


SOURCES = {
    "measured": Source.MEASURED,
    "estimated": Source.ESTIMATED,
    "suggested": Source.SUGGESTED,
    "entered": Source.ENTERED,
    "confirmed": Source.CONFIRMED,
}


def photo(request: HttpRequest, revision: models.Revision) -> outputs.Photo:
    """With its check: `revision` comes with its reading."""
    return outputs.Photo(**_shown(request, revision), check=check(getattr(revision, "reading", None)))


def _shown(request: HttpRequest, revision: models.Revision) -> dict[str, Any]:
    return {
        "revision_id": revision.pk,
        "view_type": revision.view,
        "image_url": address(request, revision.asset) or "",
        "thumbnail_url": address(request, revision.asset, "small") or "",
    }


def check(reading: models.PhotoReading | None) -> outputs.Check | None:
    """What the photo check saw; None of a photo that nobody looks at."""
    if reading is None:
        return None
    status = "pending" if reading.is_pending else "problem" if reading.problems else "ok"
    return outputs.Check(
        status=status,  # type: ignore[arg-type]
        problems=[outputs.Problem(code=one["code"], text=one["text"]) for one in reading.problems],
        product_type=reading.product_type or None,
        confidence=reading.confidence,
        alternatives=[
            outputs.Alternative(product_type=name, confidence=share) for name, share in reading.alternatives
        ],
        outline=reading.outline,
    )


def measurement(row: models.Measurement, unit: str) -> outputs.MeasurementRow:
    """One row of the table. `unit` is how `display` is written."""
    return outputs.MeasurementRow(
        code=row.code,
        name=row.point.name,
        value_cm=_cm(row.value_cm),
        display="" if row.value_cm is None else f"{in_unit(row.value_cm, unit)} {unit}",
        error_cm=_cm(row.error_cm),
        source=row.source,  # type: ignore[arg-type]
        evidence=[
            outputs.Evidence(
                revision_id=one["revision"],
                value_cm=None if one["value_cm"] is None else str(one["value_cm"]),
            )
            for one in row.evidence
        ],
        conflict=row.conflict or None,
        tolerance_plus_cm=_cm(row.tolerance_plus_cm),
        tolerance_minus_cm=_cm(row.tolerance_minus_cm),
    )


def _cm(value: Decimal | None) -> str | None:
    """Without zeros at the end: "48.2", "12"."""
    return None if value is None else f"{value.normalize():f}"


def product(request: HttpRequest, row: models.Product) -> outputs.Product:
    photos = row.photos_in_use()
    return outputs.Product(
        product_id=row.pk,
        team_id=row.team_id,
        code=row.code,
        name=row.name,
        notes=row.notes,
        category=row.category,
        subcategory=row.subcategory,
        product_type=specification.product_type_of(row, specification.readings_in(photos)),
        features=row.features,
        known_dimension=known_dimension(row),
        revisions=[photo(request, one) for one in photos],
    )


def known_dimension(row: models.Product) -> dict[str, Any] | None:
    known = row.known_dimension
    return known and {"code": known["name"], "value": known["value"], "unit": known["unit"]}


def category(row: models.Product) -> outputs.FoundCategory | None:
    if not row.category:
        return None
    said = row.category_source == Source.ENTERED
    return outputs.FoundCategory(
        category=row.category,
        subcategory=row.subcategory,
        confidence=1.0 if said else row.category_confidence or 0.0,
        source=row.category_source,
        evidence=row.category_evidence,
        timestamp=row.category_at or row.created_at,
    )


# --- pieces --------------------------------------------------------------------------------------


type Missed = Mapping[str, str]
"""By slot, why the last new take of a piece failed."""


def missed(run: TechPack) -> Missed:
    again = {piece.slot: piece.takes for piece in run.pieces if piece.takes > 1}
    if not again:
        return {}
    failed = Take.objects.filter(tech_pack=run, status=Take.Status.FAILED).exclude(failure="")
    found = [take for take in failed if again.get(_slot_of(take)) == take.number]
    return {_slot_of(take): take.message or "This could not be made." for take in found}


def _slot_of(take: Take) -> str:
    """Of its piece, without asking for that."""
    if take.base_view_id:
        return f"{models.BaseView.prefix}:{take.base_view_id}"
    if take.close_up_id:
        return f"{models.CloseUp.prefix}:{take.close_up_id}"
    return f"{models.Sketch.prefix}:{take.sketch_id}"


def _of_piece(piece: Piece, missed: Missed) -> dict[str, Any]:
    return {
        "loading_state": loading_state(piece),
        "error": error(piece),
        "remaking": piece.remaking,
        "remake_error": missed.get(piece.slot),
    }


def base_view(request: HttpRequest, piece: models.BaseView, missed: Missed) -> outputs.BaseView:
    return outputs.BaseView(
        **{**_shown(request, piece.revision), "view_type": piece.view},
        analysis_data=piece.facts,
        confidence_score=piece.confidence,
        cached=piece.cached,
        **_of_piece(piece, missed),
    )


def close_up(request: HttpRequest, piece: models.CloseUp, missed: Missed) -> outputs.CloseUp:
    return outputs.CloseUp(
        id=piece.pk,
        image_url=address(request, piece.asset),
        thumbnail_url=address(request, piece.asset, "small"),
        shot_metadata=piece.plan,
        order=piece.order,
        **_of_piece(piece, missed),
    )


def sketch(
    request: HttpRequest, piece: models.Sketch, missed: Missed, rows: Iterable[models.Measurement] = ()
) -> outputs.Sketch:
    """A sketch with the product's measures of its view; of an older one those that stand on it."""
    flat, writing = piece.asset, piece.writing
    items = writing.measurements if writing else []
    if not items:
        items = [_as_item(row) for row in rows if row.point.view in (piece.view, "")]
    return outputs.Sketch(
        id=piece.pk,
        view_type=piece.view,
        image_url=address(request, flat),
        thumbnail_url=address(request, flat, "small"),
        svg_url=address(request, flat, "vector") if flat and flat.has_vector else None,
        callouts=[_callout(piece, item) for item in writing.callouts] if writing else [],
        measurements={item.name: words(item, unit_of(items)) for item in items},
        note=writing.note if writing else "",
        measurement_values=[_measured(item) for item in items],
        **_of_piece(piece, missed),
    )


def _as_item(row: models.Measurement) -> schemas.Measurement:
    point = row.point
    return schemas.Measurement(
        code=row.code, name=point.name, how=point.how_to_measure, unit="cm", line=None,
        value=None if row.value_cm is None else round(float(row.value_cm), 2),
        source=SOURCES.get(row.source), confidence=0.9 if row.source != "estimated" else 0.5,
    )  # fmt: skip


def words(item: schemas.Measurement, of: str) -> str:
    """ "48.2 cm"; `of` is what a ratio is of: "of total length"."""
    if item.value is None:
        return "to be specified"
    unit = of if item.unit == "ratio" else item.unit
    return f"{amount(item.value, item.unit)} {unit}"


def _callout(piece: models.Sketch, item: schemas.Callout) -> outputs.Callout:
    return outputs.Callout(
        id=f"{piece.pk}-{item.number}",
        number=item.number,
        text=item.text,
        category=item.category,
        position=_position(item.position),
        seal=annotations.seal(item),
    )


def _position(point: schemas.Point) -> outputs.Position:
    return outputs.Position(x=point[0], y=point[1])


def _measured(item: schemas.Measurement) -> outputs.MeasurementValue:
    return outputs.MeasurementValue(
        code=item.code,
        name=item.name,
        value=item.value,
        unit=item.unit,
        source=item.source,
        line=[_position(end) for end in item.line] if item.line else None,
        seal=annotations.seal(item),
    )


def loading_state(piece: Piece) -> LoadingState:
    if piece.is_loading:
        return "loading"
    return "loaded" if piece.is_loaded else "error"


def error(piece: Piece) -> str | None:
    return (piece.message or "This could not be made.") if piece.has_failed else None


# --- what is changed -----------------------------------------------------------------------------


def value(one: values.Value) -> outputs.Value:
    return outputs.Value(
        field_path=one.path,
        value=one.value,
        kind=one.place.kind,
        choices=list(one.place.choices),
        source=one.source,
        confidence=one.confidence,
    )


def change(row: models.Change) -> outputs.Change:
    return outputs.Change(
        change_id=row.pk,
        field_path=row.path,
        action=row.action,  # type: ignore[arg-type]  # of the same words
        before=row.before,
        after=row.after,
        source_before=row.source_before,
        source_after=row.source_after,
        by=str(row.by) if row.by else None,
        at=row.made_at,
        edit_prompt=row.prompt,
        credits_used=row.credits,
        undoes=row.undoes_id,
        undone=hasattr(row, "undone_by"),
    )


def proposal(row: Proposal, piece: models.EditedPiece) -> outputs.Proposal:
    named = lookups.ids(piece)
    return outputs.Proposal(
        proposal_id=row.pk,
        status=row.status,  # type: ignore[arg-type]
        is_generating=row.is_asked,
        revision_id=named["revision_id"],
        sketch_id=named["sketch_id"],
        field_path=row.path,
        edit_prompt=row.prompt,
        apply=row.at_once,
        current_value=_standing(piece, row.path),
        proposed_value=row.value,
        reason=row.reason,
        error=row.message or None,
        code=(row.failure or "failed") if row.has_failed else "changed_meanwhile" if row.message else None,
        credits_used=spent(row.charge) if row.charge else 0,
    )


def _standing(piece: models.EditedPiece, path: str) -> Any:
    try:
        return values.read(piece=piece, path=path).value
    except EditError:
        return None


def take(request: HttpRequest, row: Take, piece: models.AnyPiece) -> outputs.Take:
    """What is shown holds what the piece holds now."""
    failed = not (row.is_ready or row.is_making)
    if row.is_current:
        row.keep(piece)
    picture = piece.revision.asset if isinstance(piece, models.BaseView) else row.asset
    kept = schemas.Kept.model_validate(row.kept or {})
    return outputs.Take(
        take_id=row.pk,
        number=row.number,
        status=row.status,  # type: ignore[arg-type]
        is_generating=row.is_making,
        is_current=row.is_current,
        **lookups.ids(piece),
        image_url=address(request, picture),
        thumbnail_url=address(request, picture, "small"),
        analysis_data=schemas.BaseViewAnalysis.model_validate(kept.analysis) if kept.analysis else None,
        regenerate_prompt=row.instruction,
        error=(row.message or "This could not be made.") if failed else None,
        code=(row.failure or ("no_change" if kept.same_as else "called_off")) if failed else None,
        credits_used=spent(row.charge) if row.charge else 0,
        asked_at=row.asked_at,
        made_at=row.made_at,
    )


# --- lists of them, and the whole ----------------------------------------------------------------


def base_views(request: HttpRequest, run: TechPack | None) -> list[outputs.BaseView]:
    if run is None:
        return []
    why = missed(run)
    return [base_view(request, piece, why) for piece in run.base_views.all()]


def close_ups(request: HttpRequest, run: TechPack | None) -> list[outputs.CloseUp]:
    if run is None:
        return []
    why = missed(run)
    return [close_up(request, piece, why) for piece in run.close_ups.all()]


def sketches(
    request: HttpRequest, run: TechPack | None, rows: list[models.Measurement] | None = None
) -> list[outputs.Sketch]:
    """Without those that nobody could draw: the page says why. `rows` are the product's measures."""
    if run is None:
        return []
    why = missed(run)
    if rows is None:
        rows = list(run.product.measurements.in_order())
    return [sketch(request, one, why, rows) for one in run.sketches.all() if not one.is_left_out]


def state(request: HttpRequest, row: models.Product) -> outputs.State:
    there = whole.of(row)
    run, charges, photos = there.run, there.charges, there.photos
    found, live = category(row), live_proposals(there)
    facts = review.facts_of(row, photos, there.measurements)
    return outputs.State(
        product_id=row.pk,
        team_id=row.team_id,
        name=row.name,
        notes=row.notes,
        tech_pack_id=run.pk if run else None,
        is_generating=(run is not None and run.is_working) or any(one.is_generating for one in live),
        current_step=current_step(run),
        progress=progress(run, charges=charges).percent if run else 0,
        error=_stopped(run),
        status=review.status_of(row, run, facts.reasons),  # type: ignore[arg-type]
        review_reasons=[outputs.Problem(code=one.code, text=one.text) for one in facts.reasons],
        has_data=found is not None or any(piece.is_loaded for piece in (run.pieces if run else ())),
        category=found,
        revisions=[photo(request, one) for one in photos],
        base_views=base_views(request, run),
        close_ups=close_ups(request, run),
        sketches=sketches(request, run, facts.rows),
        proposals=live,
        out_of_date=out_of_date(run),
        credits=credits_of(run, charges),
    )


def live_proposals(of: whole.Whole) -> list[outputs.Proposal]:
    if of.run is None:
        return []
    valued: list[models.EditedPiece] = [*of.run.base_views.all(), *of.run.sketches.all()]
    there = {piece.slot: piece for piece in valued}
    found = []
    for one in of.proposals:
        slot = f"base-view:{one.base_view_id}" if one.base_view_id else f"sketch:{one.sketch_id}"
        if slot in there:
            found.append(proposal(one, there[slot]))
    return found


def out_of_date(run: TechPack | None) -> outputs.OutOfDate:
    """At the price that `redo` would ask for now."""
    marks = staleness.marks(run) if run else {}
    if run is None or not marks:
        return outputs.OutOfDate(price=0, pieces=[])
    return outputs.OutOfDate(
        price=redo.offer(run, marks).price,
        pieces=[
            outputs.Mark(**lookups.ids(mark.piece), reasons=[reason.words for reason in mark.reasons])
            for mark in marks.values()
        ],
    )


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


def credits_of(run: TechPack | None, charges: Iterable[Entry]) -> outputs.Credits:
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
    return outputs.Credits(
        category_detection=of_step[StepName.CATEGORY],
        base_views=of_step[StepName.BASE_VIEWS],
        close_ups=of_step[StepName.CLOSE_UPS],
        sketches=of_step[StepName.SKETCHES],
        edits=edits,
        regenerations=again,
        total=sum(of_step.values()) + edits + again,
    )
