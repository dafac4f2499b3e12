"""Products and their photos."""

import json
import time
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Router
from pydantic import ValidationError

from core.version_cache import Kept
from techpack.api import (
    change_stamp,
    inputs,
    lookups,
    openapi,
    outputs,
    serializers,
    validation_messages,
)
from techpack.api.authentication import AUTH, CallingRequest
from techpack.api.errors import invalid
from techpack.api.idempotent_post import once, posted, read
from techpack.api.images import draft_from, named_by
from techpack.api.lookups import own_product, own_team
from techpack.library import points_of_measure
from techpack.library.lengths import CM_PER_INCH, read_length
from techpack.models import Dimension, Product, Revision
from techpack.services import photos, product_moves, products, specification

router = Router(tags=["Tech packs"], by_alias=True, auth=AUTH)


@router.post("products", **openapi.posted(outputs.Created, "Make a product"))
@posted
def create_product(request: CallingRequest, body: inputs.NewProduct) -> outputs.Created:
    """Its photos follow as revisions."""
    team = own_team(request, body.team_id)

    def make() -> int:
        user, notes = request.auth.user, body.notes or ""
        return products.create_product(owner=user, team=team, name=body.name, notes=notes, photos=[]).pk

    return outputs.Created(product_id=once(request, make))


@router.get("products/{int:product_id}", **openapi.read(outputs.State, "The whole state of a product"))
@read
def show_product(request: CallingRequest, product_id: int) -> str:
    """Everything there is of the latest run, and how far it is. Never writes, and may be asked often: what
    stands as it stood is answered as it was."""
    mine = lookups.products(request).filter(pk=product_id)
    places = change_stamp.of_products(mine).first()  # before any row that the answer is made of

    def made() -> str:
        product = own_product(request, product_id)
        return serializers.state(request, product).model_dump_json(by_alias=True)

    time_of_waits = int(time.time()) // KEPT_SECONDS  # a photo that is waited for in vain changes no row
    return _states.get((request.build_absolute_uri("/"), places, time_of_waits), made)


KEPT_SECONDS = 30
_states: Kept[str] = Kept(most=300)


@router.patch("products/{int:product_id}", **openapi.changed(outputs.Product, "Change a product"))
@read
def change_product(request: CallingRequest, product_id: int, body: inputs.ProductChange) -> outputs.Product:
    """What is left out stays. A category given here is a correction, and binding from then on. All of it
    is changed, or nothing."""
    product = own_product(request, product_id)
    with transaction.atomic():
        if "team_id" in body.model_fields_set:
            team = own_team(request, body.team_id)
            product = product_moves.move_product(product=product, by=request.auth.user, team=team)
        if body.name is not None or body.notes is not None:
            products.rename_product(product=product, name=body.name, notes=body.notes)
        if body.category is not None or body.subcategory is not None:
            _correct(product, body)
        _specify(product, body)
    return serializers.product(request, own_product(request, product_id))


def _specify(product: Product, body: inputs.ProductChange) -> None:
    """Type, features and scale: measured values and flats follow at once."""
    if body.product_type is not None:
        specification.choose_type(product=product, product_type=body.product_type)
    if body.features is not None:
        specification.choose_features(product=product, features=body.features)
    if "known_dimension" in body.model_fields_set:
        products.set_known_dimension(product=product, dimension=_known(body.known_dimension))


def _known(sent: inputs.KnownDimension | None) -> products.KnownDimension | None:
    if sent is None:
        return None
    if sent.code not in {*Dimension.values, *points_of_measure()}:
        raise invalid("knownDimension.code: Send a point of measure such as BL1, or total_length.")
    length = read_length(str(sent.value), unit=sent.unit)
    if not Decimal("0.1") <= length.cm <= Decimal(400):
        raise invalid("knownDimension.value: Send a length of 0.1 to 400 cm.")
    value = length.cm / CM_PER_INCH if length.unit == "in" else length.cm
    return {"name": sent.code, "value": value.quantize(Decimal("0.01")), "unit": length.unit}


def _correct(product: Product, body: inputs.ProductChange) -> None:
    category = body.category or product.category
    if not category:
        raise invalid("subcategory: There is no category yet that it could belong to. Send category too.")
    kept = product.subcategory if category == product.category else ""
    subcategory = kept if body.subcategory is None else body.subcategory
    products.correct_category(product=product, category=category, subcategory=subcategory)


# --- photos --------------------------------------------------------------------------------------


@router.post("products/{int:product_id}/revisions", **openapi.revision)
@posted
def add_revision(request: CallingRequest, product_id: int) -> outputs.Photo:
    """A photo: a file as `photo` in a form, or JSON with the `imageUrl` of one. A photo that is there
    already is the answer. Without `viewType` the name says what it shows, else what is still missing."""
    product = own_product(request, product_id)
    upload = request.FILES.get("photo") if _is_form(request) else None
    if upload is None:
        body = _revision_asked(request)
        return serializers.photo(request, photo_from(request, product, body.image_url, body.view_type))
    view = _checked(inputs.ViewOnly, request.POST.dict()).view_type
    draft = photos.keep_draft(user=request.auth.user, upload=upload)
    return serializers.photo(request, photos.add_photo(product=product, draft=draft, view=view))


def photo_from(request: CallingRequest, product: Product, url: str, view: str | None) -> Revision:
    """The product's photo that an address names; one that lies elsewhere becomes one."""
    asset_id = named_by(request, url)
    if asset_id is not None:
        there = product.revisions.in_use().select_related("asset").filter(asset=asset_id).first()
        if there is not None:
            return there
    draft = draft_from(request, request.auth.user, url)
    return photos.add_photo(product=product, draft=draft, view=view)


def _is_form(request: HttpRequest) -> bool:
    return request.content_type == "multipart/form-data"


def _revision_asked(request: HttpRequest) -> inputs.NewRevision:
    if _is_form(request):
        return _checked(inputs.NewRevision, request.POST.dict())
    try:
        return _checked(inputs.NewRevision, json.loads(request.body))
    except (ValueError, RecursionError) as error:
        raise invalid("Send a file as photo in a form, or JSON with an imageUrl.") from error


def _checked[T: inputs.Asked](shape: type[T], data: Any) -> T:
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise invalid(validation_messages.of(error.errors(include_url=False))) from error
