"""Parts of the product page that are rendered once for the same rows."""

from django.http import HttpRequest
from django.utils.safestring import SafeString

from core.rendered_once import rendered_once
from techpack.presenters.cards import BaseViewCard
from techpack.presenters.page import Page
from techpack.presenters.specification import Specification


def specification_html(request: HttpRequest, specification: Specification) -> SafeString:
    """Flat and measures of a product, as its page and every change of it show them."""
    context = {"product": specification.product, "specification": specification}
    return rendered_once(request, "techpack/specification.html", context, made_from=specification.made_from)


def base_view_html(request: HttpRequest, page: Page, card: BaseViewCard, *, oob: str) -> SafeString:
    """One base view. `oob` is "changed" where it takes the place of the one on an open page."""
    assert page.run is not None
    piece = card.piece
    made_from = (
        page.product.pk, page.is_latest, page.run.dimension, sorted(page.delivered_steps), oob, card.is_first,
        card.stale.words if card.stale else "",
        piece, getattr(piece, "ready_takes", 0), piece.revision, piece.revision.asset,
    )  # fmt: skip
    context = {"page": page, "product": page.product, "card": card, "oob": oob}
    return rendered_once(request, "techpack/base_view.html", context, made_from=made_from)
