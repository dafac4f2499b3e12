"""What each step asks the engine for: purpose, images, parameters, and the shape of the answer.

`parameters` are the facts an engine needs; a correction by the designer is among them and binding.
"""

from typing import Any

from generation import services as engine
from generation.models import Prediction
from generation.providers.base import ImageRef, Request
from techpack import prompts, schemas
from techpack.editing import stale
from techpack.models import BaseView, CloseUp, Product, Revision, Sketch, TechPack

MADE_FROM = "made_from"  # among the parameters: what the piece keeps when the result arrives
DESIGNERS = (schemas.Source.ENTERED, schemas.Source.CONFIRMED)


class Kind:
    """The kinds of prediction a tech pack asks for."""

    CATEGORY = "techpack.category"
    BASE_VIEW = "techpack.base_view"
    CLOSE_UP_PLAN = "techpack.close_up_plan"
    CLOSE_UP = "techpack.close_up"
    SKETCH = "techpack.sketch"
    CALLOUTS = "techpack.callouts"


def category(run: TechPack, photo: Revision) -> Prediction:
    product = run.product
    return _analyse(
        run, Kind.CATEGORY, "category", "category", schemas.Category, [photo],
        {"name": product.name, "notes": product.notes},
    )  # fmt: skip


def base_view(run: TechPack, view: BaseView) -> Prediction:
    return _analyse(
        run, Kind.BASE_VIEW, view.slot, "base_view", schemas.BaseViewAnalysis, [view.revision],
        base_view_facts(run.product, view.revision, run.dimension)
        | {MADE_FROM: stale.basis_of_view(run.product)},
    )  # fmt: skip


def base_view_facts(product: Product, revision: Revision, dimension: dict[str, Any] | None) -> dict[str, Any]:
    """Everything but the photo and the engine that a base view depends on."""
    return {
        "view": revision.view,
        **_kind_of_thing(product),
        "dimension": dimension,
        "corrections": _corrected_kind(product),
    }


def close_up_plan(run: TechPack, photos: list[Revision]) -> Prediction:
    facts = {
        **_kind_of_thing(run.product),
        "views": [{"view": photo.view} for photo in photos],
        "corrections": corrections(run),
    }
    return _analyse(
        run, Kind.CLOSE_UP_PLAN, "close-up-plan", "close_up_plan", schemas.CloseUpPlan, photos, facts
    )


def close_up(run: TechPack, piece: CloseUp) -> Prediction:
    shot = piece.plan
    facts = {
        "area": shot.area,
        "title": shot.title,
        "kind": shot.kind,
        **_kind_of_thing(run.product),
        "corrections": corrections(run),
        MADE_FROM: stale.basis(run),
    }
    return _render(run, Kind.CLOSE_UP, piece.slot, "close_up", [_photo(piece.revision)], facts)


def sketch(run: TechPack, piece: Sketch) -> Prediction:
    facts = {
        "view": piece.view,
        "basis": piece.basis,
        **_kind_of_thing(run.product),
        "corrections": corrections(run),
        MADE_FROM: stale.basis(run),
    }
    images = [_photo(piece.revision)] if piece.revision else []
    return _render(run, Kind.SKETCH, piece.slot, "sketch", images, facts, vector=True)


def callouts(run: TechPack, piece: Sketch, analysis: dict[str, Any] | None) -> Prediction:
    assert piece.asset_id is not None
    facts = {
        "view": piece.view,
        "basis": piece.basis,
        **_kind_of_thing(run.product),
        "dimension": run.dimension,
        "corrections": corrections(run),
        "analysis": analysis,
        MADE_FROM: piece.made_from,
    }
    request = Request(
        operation="analyse",
        purpose="callouts",
        prompt=prompts.text("callouts", facts),
        images=(
            ImageRef(asset_id=piece.asset_id, role="drawing"),
            *([_photo(piece.revision)] if piece.revision else []),
        ),
        parameters=facts,
        output_schema=schemas.Annotations.model_json_schema(),
    )
    return _ask(run, Kind.CALLOUTS, f"callouts:{piece.pk}", request)


def _kind_of_thing(product: Product) -> dict[str, Any]:
    return {"category": product.category, "subcategory": product.subcategory}


def corrections(run: TechPack) -> dict[str, Any]:
    """What the designer put right, for every step after: the kind of thing, and the materials and
    colours they entered or confirmed in the run's base views."""
    views = [view for view in run.base_views.order_by("order") if view.facts]
    materials = [
        {"name": item.name, "placement": item.placement}
        for view in views
        for item in view.facts.materials.items
        if item.source in DESIGNERS
    ]
    colours = [
        {"name": item.name, "hex": item.hex}
        for view in views
        for item in view.facts.colours.items
        if item.source in DESIGNERS
    ]
    found = {"materials": materials, "colours": colours}
    return _corrected_kind(run.product) | {name: items for name, items in found.items() if items}


def _corrected_kind(product: Product) -> dict[str, Any]:
    if not product.category_is_corrected:
        return {}
    kind = {"category": product.category, "subcategory": product.subcategory}
    return {name: value for name, value in kind.items() if value}


def _photo(revision: Revision) -> ImageRef:
    return ImageRef(asset_id=revision.asset_id, role=revision.view)


def _analyse(
    run: TechPack, kind: str, slot: str, purpose: str, shape: type[schemas.Shape],
    photos: list[Revision], facts: dict[str, Any],
) -> Prediction:  # fmt: skip
    request = Request(
        operation="analyse",
        purpose=purpose,
        prompt=prompts.text(purpose, facts),
        images=tuple(_photo(photo) for photo in photos),
        parameters=facts,
        output_schema=shape.model_json_schema(),
    )
    return _ask(run, kind, slot, request)


def _render(
    run: TechPack, kind: str, slot: str, purpose: str, images: list[ImageRef],
    facts: dict[str, Any], *, vector: bool = False,
) -> Prediction:  # fmt: skip
    request = Request(
        operation="render", purpose=purpose, prompt=prompts.text(purpose, facts),
        images=tuple(images), parameters=facts, vector=vector,
    )  # fmt: skip
    return _ask(run, kind, slot, request)


def _ask(run: TechPack, kind: str, slot: str, request: Request) -> Prediction:
    return engine.ask(
        kind=kind, subject=run.subject, slot=slot, account=run.product.account,
        request=request, provider=run.engine,
    )  # fmt: skip
