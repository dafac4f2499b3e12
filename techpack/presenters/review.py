"""The reasons for a review: the same for page, list, mail and API."""

from dataclasses import dataclass

from techpack.editing import specification
from techpack.editing.specification import Reason
from techpack.models import Measurement, Product, Revision, TechPack


@dataclass(frozen=True)
class Facts:
    """The rows of a product and everything somebody should look at."""

    rows: list[Measurement]
    reasons: list[Reason]


def facts_of(product: Product, photos: list[Revision], rows: list[Measurement] | None = None) -> Facts:
    """One query, none when `rows`, the measures in order, are known. `photos` are those in use, with their
    readings."""
    readings = specification.readings_in(photos)
    rows = list(product.measurements.in_order()) if rows is None else rows
    spec = specification.flat_specification(product, readings, rows, marks=())
    return Facts(rows, specification.review_reasons(product, readings, rows, spec=spec))


def status_of(product: Product, run: TechPack | None, reasons: list[Reason]) -> str:
    """`draft`, `generating`, `needs_review`, `complete`, or `released`: issued, and unchanged since."""
    if run is not None and run.is_working:
        return "generating"
    if product.is_issued:
        return "released"
    if run is None:
        return "draft"
    if run.status != TechPack.Status.COMPLETE and not run.is_partial:
        return "draft"
    return "needs_review" if reasons or run.is_partial else "complete"
