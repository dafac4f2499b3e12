"""Seams, topstitches, pockets and labels that are drawn on flats by hand: free, and without a run."""

from ninja import Router

from techpack.api import inputs, openapi, outputs
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import not_found
from techpack.api.idempotent_post import once, posted, read
from techpack.api.lookups import own_product
from techpack.models import FlatMark
from techpack.services import flat_editing

router = Router(tags=["Measures and flats"], by_alias=True, auth=AUTH)


@router.get(
    "products/{int:product_id}/flats/marks", **openapi.read(list[outputs.FlatMark], "What is drawn by hand")
)
@read
def list_marks(request: CallingRequest, product_id: int) -> outputs.FlatMarks:
    """In the order in which they were drawn."""
    product = own_product(request, product_id)
    return outputs.FlatMarks([_mark(mark) for mark in product.flat_marks.all()])


@router.post(
    "products/{int:product_id}/flats/marks", **openapi.posted(outputs.FlatMark, "Draw on a flat by hand")
)
@posted
def draw(request: CallingRequest, product_id: int, body: inputs.FlatMarkAsked) -> outputs.FlatMark:
    """It hangs on the landmarks that are nearest now, and moves with them."""
    product = own_product(request, product_id)

    def make() -> int:
        points = [complex(x, y) for x, y in body.points]
        return flat_editing.add_mark(
            product=product, view=body.view, kind=body.kind, points=points, is_mirrored=body.mirrored
        ).pk

    return _mark(FlatMark.objects.get(pk=once(request, make)))


@router.delete(
    "products/{int:product_id}/flats/marks/{int:mark_id}",
    **openapi.changed(outputs.Deleted, "Delete what is drawn by hand"),
)
@read
def delete(request: CallingRequest, product_id: int, mark_id: int) -> outputs.Deleted:
    """The flats are drawn without it from then on."""
    product = own_product(request, product_id)
    if not product.flat_marks.filter(pk=mark_id).exists():
        raise not_found("There is no such mark on this product.")
    flat_editing.delete_mark(product=product, mark_id=mark_id)
    return outputs.Deleted(mark_id=mark_id)


def _mark(mark: FlatMark) -> outputs.FlatMark:
    return outputs.FlatMark(
        mark_id=mark.pk, view=mark.view, kind=mark.kind, mirrored=mark.is_mirrored,  # type: ignore[arg-type]
        points=[outputs.MarkPoint(**point) for point in mark.points],
    )  # fmt: skip
