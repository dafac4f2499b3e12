"""Points of measure, live flats and what the photo check saw: free, and without a run."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from core.typesetting import drawing_as_png
from techpack import flats
from techpack.api import inputs, openapi, outputs, serializers
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import Refused, not_found
from techpack.api.idempotent_post import read
from techpack.api.lookups import own_photo, own_product
from techpack.editing import specification
from techpack.library import points_of_measure
from techpack.services import measurements, sheets

router = Router(tags=["Measures and flats"], by_alias=True, auth=AUTH)

PNG_WIDTHS = range(100, 4001)
PngWidth = Annotated[int, Field(json_schema_extra={"minimum": 100, "maximum": 4000})]


@router.get("revisions/{int:revision_id}", **openapi.read(outputs.Photo, "A photo and its check"))
@read
def show_revision(request: CallingRequest, revision_id: int) -> outputs.Photo:
    """`check.status` is `pending` until somebody has looked at the photo."""
    return serializers.photo(request, own_photo(request, revision_id))


@router.get(
    "products/{int:product_id}/measurements",
    **openapi.read(list[outputs.MeasurementRow], "The table of points of measure"),
)
@read
def list_measurements(request: CallingRequest, product_id: int) -> outputs.MeasurementRows:
    """One row a point, in the order of a specification sheet."""
    product = own_product(request, product_id)
    unit = request.auth.user.units
    return outputs.MeasurementRows(
        [serializers.measurement(row, unit) for row in product.measurements.in_order()]
    )


@router.patch(
    "products/{int:product_id}/measurements/{slug:code}",
    **openapi.changed(outputs.MeasurementRow, "Enter or confirm a measure"),
)
@read
def change_measurement(
    request: CallingRequest, product_id: int, code: str, body: inputs.MeasurementChange
) -> outputs.MeasurementRow:
    """A number is in centimetres; text is read as people write it: "26 1/2 in", "48,5 cm". An empty text
    makes it "to be specified" again. A value that such products do not have needs `force`."""
    product = own_product(request, product_id)
    if code not in points_of_measure():
        raise not_found("There is no such point of measure.")
    if body.value is not None:
        row = measurements.set_value(product=product, code=code, text=str(body.value), force=body.force)
    if body.confirmed:
        row = measurements.confirm(product=product, code=code)
    if body.value is None and not body.confirmed:
        raise Refused(400, "invalid_request", "Send a value, or confirmed: true.")
    return serializers.measurement(row, request.auth.user.units)


@router.get(
    "products/{int:product_id}/flats/{slug:view}.svg",
    **openapi.file("The live flat as SVG", "image/svg+xml", refused=frozenset({409})),
)
def show_flat(request: CallingRequest, product_id: int, view: str, size: str = "") -> HttpResponse:
    """Sized in millimetres at the scale that `data-scale` says; in another `size` of the header if asked."""
    return HttpResponse(_flat(request, product_id, view, size), content_type="image/svg+xml")


@router.get(
    "products/{int:product_id}/flats/{slug:view}.png",
    **openapi.file("The live flat as PNG", "image/png", refused=frozenset({409})),
)
def show_flat_picture(
    request: CallingRequest, product_id: int, view: str, width: PngWidth = 1600, size: str = ""
) -> HttpResponse:
    """`width` pixels wide, 100 to 4000."""
    if width not in PNG_WIDTHS:
        raise Refused(400, "invalid_request", "width: 100 to 4000 pixels.")
    svg = _flat(request, product_id, view, size)
    return HttpResponse(drawing_as_png(svg, width=width), content_type="image/png")


def _flat(request: CallingRequest, product_id: int, view: str, size: str) -> str:
    product = own_product(request, product_id)
    rows = list(product.measurements.all())
    spec = specification.flat_specification(product, specification.readings_of(product), rows)
    if spec is None or view not in flats.views_of(spec.product_type):
        raise not_found("There is no such flat. Its product type is not known, or has no such view.")
    if size:
        spec = sheets.specification_of_size(spec, rows, sheets.header_of(product), size)
    return flats.draw(spec, view).svg(title=f"{product.name}, {view}", dimensions="dimensions" in request.GET)
