"""Analyses that are there already and serve for a photo again.

Within its product an analysis serves as it stands there, with what the designer entered and confirmed. In
another product of theirs only what the engine found counts: neither words nor wishes were meant for that one.
"""

from collections.abc import Collection

from generation.models import Prediction
from techpack import schemas
from techpack.models import BaseView, Product, Take
from techpack.models.pieces import PieceQuerySet
from techpack.pipeline.requests import MADE_FROM, WISH

BULKY = ("analysis", "sources")  # not wanted where views are only counted

type Known = BaseView | Prediction
"""The view of this product that serves, or the engine's answer to another one."""


def find(product: Product, keys: dict[int, str]) -> dict[int, Known]:
    """By photo, what serves for it under its key. A photo is the number of its revision."""
    views = list(_views(product, keys.values()))
    own = _own([view for view in views if view.tech_pack.product_id == product.pk], keys)
    lacking = {key for photo, key in keys.items() if photo not in own}
    made = [view for view in views if view.cache_key in lacking and not view.cached]
    others = _of_other_products(made) if made else {}
    return {**{photo: others[key] for photo, key in keys.items() if key in others}, **own}


def put_into(view: BaseView, known: Known) -> None:
    if isinstance(known, BaseView):
        view.analysis, view.confidence = known.analysis, known.confidence
        view.sources, view.made_from = known.sources, known.made_from
    else:
        view.set_facts(schemas.BaseViewAnalysis.model_validate(known.result))
        view.set_ground(known.asked.parameters.get(MADE_FROM))
    view.status = BaseView.Status.LOADED
    view.cached = True


def _views(product: Product, keys: Collection[str]) -> PieceQuerySet:
    """Those with these keys in all products of the same owner and team, the latest run's last."""
    rows: PieceQuerySet = BaseView.objects.filter(
        cache_key__in=keys, status=BaseView.Status.LOADED,
        tech_pack__product__owner=product.owner_id, tech_pack__product__team=product.team_id,
    )  # fmt: skip
    return rows.select_related("tech_pack").defer(*BULKY).order_by("tech_pack__number", "pk")


def _own(views: list[BaseView], keys: dict[int, str]) -> dict[int, Known]:
    """Of the product's latest run that has one; the very photo's before that of an equal one."""
    by_photo = {(view.cache_key, view.revision_id): view for view in views}
    by_key = {view.cache_key: view for view in by_photo.values()}
    found = {photo: by_photo.get((key, photo), by_key.get(key)) for photo, key in keys.items()}
    return {photo: view for photo, view in found.items() if view is not None}


def _of_other_products(views: list[BaseView]) -> dict[str, Prediction]:
    """By key, the newest answer that the engine gave to another product of this designer."""
    takes = {take.base_view_id: take for take in Take.objects.filter(base_view__in=views, is_current=True)}
    asked = {(f"techpack:{view.tech_pack_id}", _slot(view, takes)): view.cache_key for view in views}
    made = Prediction.objects.filter(
        subject__in={subject for subject, _ in asked},
        slot__in={slot for _, slot in asked},
        status=Prediction.Status.SUCCEEDED,
        result__isnull=False,
    )
    answers = (one for one in made.defer("result").order_by("queued_at") if (one.subject, one.slot) in asked)
    return {asked[one.subject, one.slot]: one for one in answers if WISH not in one.asked.parameters}


def _slot(view: BaseView, takes: dict[int | None, Take]) -> str:
    """What the take that is shown was asked for as."""
    take = takes.get(view.pk)
    return view.slot if take is None or take.is_first else take.slot
