"""Step 2: every photo analysed by itself, or taken from the cache."""

import hashlib
import json
from typing import Any

from generation import services as engine
from techpack import prices, versions
from techpack.models import Activity, BaseView, Piece, Product, Revision, StepName, TechPack
from techpack.pipeline import requests, view_cache
from techpack.pipeline.steps.base import Need, ask_for_missing, missing
from techpack.prompts import base_view

PROMPT_VERSION = base_view.VERSION  # a changed prompt or local analysis must not be answered from the cache


class BaseViews:
    name = StepName.BASE_VIEWS
    after: StepName | None = StepName.CATEGORY

    def need(self, run: TechPack) -> Need:
        views = self.pieces(run)
        if views:
            new, total = len(missing(views)), len(views)
        else:
            wanted = run.product.photos_in_use()
            new, total = _count_new(run.product, run.engine, wanted), len(wanted)
        return Need(price=prices.share(self.name, wanted=new, of=total), planned=new)

    def is_ready(self, run: TechPack) -> bool:
        return True

    def begin(self, run: TechPack) -> None:
        if not self.pieces(run):
            _make(run)
        ask_for_missing(self, run)

    def wish(self, run: TechPack, piece: Piece) -> engine.Wish:
        """By what its answer will be known again is written down with it."""
        assert isinstance(piece, BaseView)
        key = cache_key(run.product, run.engine, piece.revision, run.dimension, piece.view)
        if piece.cache_key != key:
            piece.cache_key = key
            piece.save(update_fields=["cache_key"])
        return requests.base_view(run, piece)

    def pieces(self, run: TechPack) -> list[Piece]:
        return list(run.base_views.select_related("revision__asset").order_by("order"))

    def is_busy(self, run: TechPack) -> bool:
        return run.base_views.loading().exists()


def price_of(product: Product, engine: str, wanted: list[Revision]) -> int:
    """What analysing these photos in a new run would cost now."""
    return prices.share(StepName.BASE_VIEWS, wanted=_count_new(product, engine, wanted), of=len(wanted))


def _count_new(product: Product, engine: str, revisions: list[Revision]) -> int:
    """How many of these photos are not in the cache."""
    return len(revisions) - len(_known(product, engine, revisions, product.known_dimension))


def cache_key(
    product: Product, engine: str, revision: Revision, dimension: dict[str, Any] | None, view: str = ""
) -> str:
    """Hex SHA-256 over all that the analysis of this photo depends on: as it is said to show now, or as the
    `view` that a run took it for."""
    facts = requests.base_view_facts(product, view or revision.view, dimension)
    parts = [PROMPT_VERSION, engine, revision.asset.sha256, facts]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _known(
    product: Product, engine: str, revisions: list[Revision], dimension: dict[str, Any] | None
) -> dict[int, view_cache.Known]:
    keys = {revision.pk: cache_key(product, engine, revision, dimension) for revision in revisions}
    return view_cache.find(product, keys)


def _make(run: TechPack) -> None:
    revisions = run.product.photos_in_use()
    known = _known(run.product, run.engine, revisions, run.dimension)
    views = []
    for order, revision in enumerate(revisions):
        key = cache_key(run.product, run.engine, revision, run.dimension)
        view = BaseView(tech_pack=run, revision=revision, view=revision.view, order=order, cache_key=key)
        if revision.pk in known:
            view_cache.put_into(view, known[revision.pk])
        views.append(view)
    versions.add(run, *views)
    _tell_of_cache(run, len(known))


def _tell_of_cache(run: TechPack, hits: int) -> None:
    if hits:
        views = "1 view" if hits == 1 else f"{hits} views"
        note = f"{views} loaded from cache (instant, 0 credits)"
        run.steps.filter(name=StepName.BASE_VIEWS).update(note=note)
        versions.say(run, note, tone=Activity.Tone.GOOD, toast=True)
