"""The libraries of a designer and of their teams: lists that one style keeps and the next begins with."""

from ninja import Router

from techpack.api import inputs, openapi, outputs
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import not_found
from techpack.api.idempotent_post import once, posted, read
from techpack.api.lookups import own_list, own_product
from techpack.models import LibraryEntry
from techpack.services.spreadsheet import brand_library

router = Router(tags=["Library"], by_alias=True, auth=AUTH)


@router.get("library", **openapi.read(outputs.Library, "Your library, and your teams'"))
@read
def list_library(
    request: CallingRequest, brand: str | None = None, kind: str | None = None
) -> outputs.Library:
    """Of all brands, or those that fit one: its own lists, and those for every brand. `kind`: `points`,
    `sizes`, `grades`, `labels` or `packaging`."""
    rows = LibraryEntry.objects.of(request.auth.user)
    if brand is not None:
        rows = rows.filter(brand__in=("", brand.replace("\x00", "")))
    if kind is not None:
        rows = rows.filter(kind=kind.replace("\x00", ""))
    return outputs.Library(lists=[_list(row) for row in rows])


@router.post(
    "products/{int:product_id}/library", **openapi.posted(outputs.LibraryList, "Keep a list of a product")
)
@posted
def keep(request: CallingRequest, product_id: int, body: inputs.LibraryKept) -> outputs.LibraryList:
    """In the library of the product's team, else in your own, for its brand."""
    product = own_product(request, product_id)

    def make() -> int:
        by, asked = request.auth.user, body
        return brand_library.keep(
            by=by, product=product, kind=asked.kind, name=asked.name, brand=asked.brand
        ).pk

    found = LibraryEntry.objects.filter(pk=once(request, make)).first()
    if found is None:
        raise not_found("This list was deleted meanwhile.")
    return _list(found)


@router.post(
    "products/{int:product_id}/library/{int:entry_id}/apply",
    **openapi.posted(outputs.LibraryUsed, "Put a list into a product"),
)
@posted
def apply(request: CallingRequest, product_id: int, entry_id: int) -> outputs.LibraryUsed:
    """What it fills is marked as suggested; `sheets/undo` takes it back. Rows that are there already are not
    added again."""
    product, user = own_product(request, product_id), request.auth.user
    entry = LibraryEntry.objects.for_product(product, user).filter(pk=entry_id).first()
    if entry is None:
        raise not_found("There is no such list for this product.")

    def make() -> int:
        brand_library.use(entry=entry, product=product, by=user)
        return entry.pk

    return outputs.LibraryUsed(entry_id=once(request, make), product_id=product.pk)


@router.get("library/{int:entry_id}", **openapi.read(outputs.LibraryList, "One list"))
@read
def show(request: CallingRequest, entry_id: int) -> outputs.LibraryList:
    return _list(own_list(request, entry_id))


@router.patch("library/{int:entry_id}", **openapi.changed(outputs.LibraryList, "Rename a list"))
@read
def rename(request: CallingRequest, entry_id: int, body: inputs.LibraryChange) -> outputs.LibraryList:
    """Or give it to another brand."""
    entry = own_list(request, entry_id)
    return _list(brand_library.rename(entry=entry, name=body.name, brand=body.brand))


@router.delete("library/{int:entry_id}", **openapi.changed(outputs.LibraryDeleted, "Delete a list"))
@read
def delete(request: CallingRequest, entry_id: int) -> outputs.LibraryDeleted:
    """Products that were filled from it keep what they have."""
    brand_library.delete(entry=own_list(request, entry_id))
    return outputs.LibraryDeleted(entry_id=entry_id)


def _list(row: LibraryEntry) -> outputs.LibraryList:
    return outputs.LibraryList(
        entry_id=row.pk, kind=row.kind,  # type: ignore[arg-type]
        name=row.name, brand=row.brand, team_id=row.team_id, rows=row.rows, updated_at=row.updated_at,
    )  # fmt: skip
