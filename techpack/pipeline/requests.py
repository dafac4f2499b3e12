"""What each step asks the engine for: purpose, images, parameters, and the shape of the answer.

`parameters` are the facts an engine needs; a correction by the designer is among them and binding.
"""

from typing import Any

from generation import providers
from generation import services as engine
from generation.models import Prediction
from generation.providers.base import ImageRef, Request
from techpack import prompts, schemas
from techpack.editing import flat_drawing, specification, staleness
from techpack.models import BaseView, CloseUp, PhotoReading, Product, Revision, Sketch, TechPack

MADE_FROM = "made_from"  # among the parameters: what the piece keeps when the result arrives
WISH = "wish"  # likewise: the designer's words to a picture made again
DESIGNERS = (schemas.Source.ENTERED, schemas.Source.CONFIRMED)


class Kind:
    """The kinds of prediction a tech pack asks for."""

    CATEGORY = "techpack.category"
    BASE_VIEW = "techpack.base_view"
    CLOSE_UP_PLAN = "techpack.close_up_plan"
    CLOSE_UP = "techpack.close_up"
    SKETCH = "techpack.sketch"
    CALLOUTS = "techpack.callouts"
    EDIT = "techpack.edit"
    BASE_VIEW_AGAIN = "techpack.base_view_again"
    PICTURE_AGAIN = "techpack.picture_again"
    CALLOUTS_AGAIN = "techpack.callouts_again"


def category(run: TechPack, photo: Revision) -> Prediction:
    product = run.product
    facts = {"name": product.name, "notes": product.notes}
    image = ImageRef(asset_id=photo.asset_id, role=photo.view)
    request = _analyse("category", schemas.Category, [image], facts)
    return ask(run, Kind.CATEGORY, "category", request)


def base_view(run: TechPack, view: BaseView) -> engine.Wish:
    return wish_of(run, Kind.BASE_VIEW, view.slot, base_view_request(run, view))


def base_view_request(run: TechPack, view: BaseView, *, wish: str = "") -> Request:
    """`wish` is what the designer would like to be different, here and below: their words, bounded."""
    facts = base_view_facts(run.product, view.view, run.dimension)
    facts[MADE_FROM] = staleness.basis(run, view)
    return _analyse("base_view", schemas.BaseViewAnalysis, [_photo_of(view)], _with(facts, wish))


def base_view_facts(product: Product, view: str, dimension: dict[str, Any] | None) -> dict[str, Any]:
    """Everything but the photo and the engine that a base view depends on."""
    return {
        "view": view,
        **_kind_of_thing(product),
        "dimension": dimension,
        "corrections": _corrected_kind(product),
    }


def close_up_plan(run: TechPack, views: list[BaseView]) -> Prediction:
    """To choose among the photos of these views."""
    facts = {
        **_kind_of_thing(run.product),
        "views": [{"view": view.view, **_fitted(run.product, view.revision_id)} for view in views],
        "corrections": corrections(run),
        "product_type": product_type(run.product),
    }
    request = _analyse("close_up_plan", schemas.CloseUpPlan, [_photo_of(view) for view in views], facts)
    return ask(run, Kind.CLOSE_UP_PLAN, "close-up-plan", request)


def product_type(product: Product) -> str:
    """The type of the library, "" while nobody knows."""
    return specification.product_type_of(product, specification.readings_of(product))


def measured_type(product: Product) -> str:
    """The type whose table of measures there is; "" where nothing was measured."""
    return product_type(product) if product.measurements.exists() else ""


def _fitted(product: Product, revision_id: int) -> dict[str, Any]:
    """Where the landmarks of a photo lie, and its features; nothing while it has not been measured."""
    reading = PhotoReading.objects.filter(revision=revision_id, status=PhotoReading.Status.DONE).first()
    if reading is None or not reading.landmarks:
        return {}
    features = specification.features_for_reading(product, [reading])
    return {"landmarks": reading.landmarks, "features": features}


def close_up(run: TechPack, piece: CloseUp) -> engine.Wish:
    return wish_of(run, Kind.CLOSE_UP, piece.slot, close_up_request(run, piece))


def close_up_request(run: TechPack, piece: CloseUp, *, wish: str = "") -> Request:
    shot = piece.plan
    facts = {
        "area": shot.area,
        "title": shot.title,
        "kind": shot.kind,
        **_kind_of_thing(run.product),
        "corrections": corrections(run),
        MADE_FROM: staleness.basis(run, piece),
    }
    return _render("close_up", [_photo_of(piece)], _with(facts, wish))


def sketch(run: TechPack, piece: Sketch) -> engine.Wish:
    return wish_of(run, Kind.SKETCH, piece.slot, sketch_request(run, piece))


def sketch_request(run: TechPack, piece: Sketch, *, wish: str = "") -> Request:
    facts = {
        "view": piece.view,
        "basis": piece.basis,
        **_kind_of_thing(run.product),
        "corrections": corrections(run),
        MADE_FROM: staleness.basis(run, piece),
    }
    drawn = _flat_of(run, piece, {})
    if drawn is not None:
        facts["flat"] = drawn.svg
    return _render("sketch", _photos_under(run, piece), _with(facts, wish), vector=True)


def callouts(run: TechPack, piece: Sketch, analysis: dict[str, Any] | None) -> engine.Wish:
    return wish_of(run, Kind.CALLOUTS, f"callouts:{piece.pk}", callouts_request(run, piece, analysis))


def callouts_request(
    run: TechPack, piece: Sketch, analysis: dict[str, Any] | None, *, wish: str = ""
) -> Request:
    """For the drawing that the piece has."""
    assert piece.asset_id is not None
    facts = {
        "view": piece.view,
        "basis": piece.basis,
        **_kind_of_thing(run.product),
        "dimension": run.dimension,
        "corrections": corrections(run),
        "analysis": analysis,
        "product_type": measured_type(run.product),
        MADE_FROM: piece.made_from,
    }
    drawn = _flat_of(run, piece, analysis)
    if drawn is not None:
        facts["callouts"], facts["note"] = drawn.callouts, drawn.note
    drawing = ImageRef(asset_id=piece.asset_id, role="drawing")
    return Request(
        operation="analyse",
        purpose="callouts",
        prompt=prompts.text("callouts", _with(facts, wish)),
        images=(drawing, *_photos_under(run, piece)),
        parameters=_with(facts, wish),
        output_schema=schemas.Annotations.model_json_schema(),
    )


def _flat_of(
    run: TechPack, piece: Sketch, analysis: dict[str, Any] | None
) -> flat_drawing.FlatDrawing | None:
    """The live flat, for an engine that keeps it as its drawing; None for one that draws by itself."""
    if not providers.get(run.engine).draws_from_specification:
        return None
    return flat_drawing.draw_flat(run.product, piece.view, look=_main_look(analysis))


def _main_look(analysis: dict[str, Any] | None) -> str:
    """ "solid pine (#38574D)" of a base view, or "" where no colour is known."""
    colours = ((analysis or {}).get("colours") or {}).get("items") or []
    kind = ((analysis or {}).get("pattern") or {}).get("kind", "unknown")
    if not colours:
        return ""
    seen = "" if kind == "unknown" else f"{kind} "
    return f"{seen}{colours[0]['name']} ({colours[0]['hex']})"


def _with(facts: dict[str, Any], wish: str) -> dict[str, Any]:
    return facts | {WISH: wish} if wish else facts


def _kind_of_thing(product: Product) -> dict[str, Any]:
    return {"category": product.category, "subcategory": product.subcategory}


def corrections(run: TechPack) -> dict[str, Any]:
    """What the designer put right, for every step after: the kind of thing, and the materials and
    colours they entered or confirmed in the run's base views."""
    views = [facts for view in staleness.in_order(run) if (facts := view.facts)]
    materials = [
        {"name": item.name, "placement": item.placement}
        for view in views
        for item in view.materials.items
        if item.source in DESIGNERS
    ]
    colours = [
        {"name": item.name, "hex": item.hex}
        for view in views
        for item in view.colours.items
        if item.source in DESIGNERS
    ]
    found = {"materials": materials, "colours": colours}
    return _corrected_kind(run.product) | {name: items for name, items in found.items() if items}


def _corrected_kind(product: Product) -> dict[str, Any]:
    if not product.category_is_corrected:
        return {}
    kind = {"category": product.category, "subcategory": product.subcategory}
    return {name: value for name, value in kind.items() if value}


def _photo_of(piece: BaseView | CloseUp) -> ImageRef:
    return ImageRef(asset_id=piece.revision.asset_id, role=piece.view)


def _photos_under(run: TechPack, piece: Sketch) -> list[ImageRef]:
    """What the sketch is drawn from, as the run knows it: it may be said to show something else by now."""
    photo = piece.revision
    if photo is None:
        return []
    views = [view.view for view in run.base_views.all() if view.revision_id == photo.pk]
    return [ImageRef(asset_id=photo.asset_id, role=views[0] if views else photo.view)]


def _analyse(
    purpose: str, shape: type[schemas.Shape], images: list[ImageRef], facts: dict[str, Any]
) -> Request:
    return Request(
        operation="analyse",
        purpose=purpose,
        prompt=prompts.text(purpose, facts),
        images=tuple(images),
        parameters=facts,
        output_schema=shape.model_json_schema(),
    )


def _render(purpose: str, images: list[ImageRef], facts: dict[str, Any], *, vector: bool = False) -> Request:
    return Request(
        operation="render", purpose=purpose, prompt=prompts.text(purpose, facts),
        images=tuple(images), parameters=facts, vector=vector,
    )  # fmt: skip


def ask(run: TechPack, kind: str, slot: str, request: Request) -> Prediction:
    return engine.ask_many([wish_of(run, kind, slot, request)])[0]


def wish_of(run: TechPack, kind: str, slot: str, request: Request) -> engine.Wish:
    return engine.Wish(
        kind=kind, subject=run.subject, slot=slot, account=run.product.account,
        request=request, provider=run.engine,
    )  # fmt: skip
