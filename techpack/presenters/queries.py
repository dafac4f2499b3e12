"""Products and runs with everything a page shows of them, in a fixed number of queries."""

from django.db.models import Prefetch

from techpack.models import BaseView, CloseUp, ProductQuerySet, Revision, Sketch, Step, TechPack
from techpack.models.runs import TechPackQuerySet


def with_pieces(runs: TechPackQuerySet) -> TechPackQuerySet:
    """Add steps, base views, close-ups and sketches: four queries, however many runs."""
    return runs.prefetch_related(
        Prefetch("steps", Step.objects.order_by("pk")),
        Prefetch("base_views", BaseView.objects.for_page()),
        Prefetch("close_ups", CloseUp.objects.for_page()),
        Prefetch("sketches", Sketch.objects.for_page()),
    )


def for_product_list(products: ProductQuerySet) -> ProductQuerySet:
    """Add what a row of the product list shows: the photos and the latest run with its pieces."""
    return products.prefetch_related(
        Prefetch("revisions", Revision.objects.in_use().select_related("asset")),
        Prefetch("runs", with_pieces(TechPack.objects.latest_of_each()), to_attr="latest_runs"),
    )
