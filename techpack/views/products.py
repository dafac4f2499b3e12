"""The products of a designer: the list, making one, its photos, its end."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from accounts import workspace
from accounts.http import SignedInRequest
from accounts.models import Role
from generation.storage.images import InvalidImage
from techpack import prices
from techpack.forms import PhotosForm, ProductForm
from techpack.models import DraftPhoto, Product, ProductQuerySet, Revision, View
from techpack.presenters import product_list as list_presenter
from techpack.presenters.product_list import ProductList
from techpack.services import errors
from techpack.services import photos as photo_services
from techpack.services import products as product_services
from techpack.views.decorators import product_post
from techpack.views.issued import issued_list


def _as_it_is(products: ProductQuerySet) -> ProductQuerySet:
    return products


get_and_post = require_http_methods(["GET", "HEAD", "POST"])


def own(
    request: SignedInRequest, product_id: int, read: Callable[[ProductQuerySet], ProductQuerySet] = _as_it_is
) -> Product:
    """Somebody else's product is as absent as one that never was. Whoever opens a product works in its team
    from then on. `read` may add to the query. Raises PermissionDenied where a member who may only look
    posts."""
    products = Product.objects.of(request.user).select_related("owner", "team")
    product: Product = get_object_or_404(read(products), pk=product_id)
    here = workspace.current(request)
    if product.team_id != (here.team_id if here else None):
        here = workspace.choose(request, product.team_id)
    if here is not None and request.method not in ("GET", "HEAD") and not here.may_edit:
        raise PermissionDenied(f"You may look at the products of {here.team.name}, and not change them.")
    return product


# --- the list --------------------------------------------------------------------------------


@login_required
@require_safe
def product_list(request: SignedInRequest) -> HttpResponse:
    here = workspace.current(request)
    if here is not None and here.role == Role.GUEST:
        return issued_list(request, here)
    products = Product.objects.in_workspace(request.user, here.team if here else None)
    context = {"list": ProductList(products, request.GET), "run_price": prices.RUN}
    piece = "#results" if request.htmx and not request.htmx.history_restore_request else ""
    response = render(request, f"techpack/product_list.html{piece}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
@never_cache
def list_changes(request: HttpRequest) -> HttpResponse:
    """What of the products that an open list watches has changed: one request for all of them."""
    if not request.user.is_authenticated:
        # the session has ended: the page, asked for anew, leads to signing in
        return HttpResponse(status=HTTPStatus.FORBIDDEN, headers={"HX-Refresh": "true"})
    found = list_presenter.changed(request.user, request.GET.get("seen", ""))
    if found is None:
        return HttpResponseClientRefresh()
    watched, products = found
    if not products:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {"products": products, "poll_address": list_presenter.poll_address(watched), "oob": True}
    return render(request, "techpack/product_list.html#changes", context)


# --- making and changing one -----------------------------------------------------------------


@login_required
@get_and_post
def new_product(request: SignedInRequest) -> HttpResponse:
    form = ProductForm(initial={"dimension_unit": request.user.units})
    photos = PhotosForm(request.user)
    status = HTTPStatus.OK
    if request.method == "POST":
        form = ProductForm(request.POST)
        _take(request, photos)
        if form.is_valid() and photos.is_valid() and (product := _created(request, form, photos)):
            return _see(product.get_absolute_url())
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"form": form, "photos": photos, "run_price": prices.RUN}
    return render(request, "techpack/new_product.html", context, status=status)


def _take(request: SignedInRequest, photos: PhotosForm) -> PhotosForm:
    photos.take(request.POST, request.FILES)
    for sentence in photos.notes:
        messages.info(request, sentence)
    return photos


def _created(request: SignedInRequest, form: ProductForm, photos: PhotosForm) -> Product | None:
    """None when somebody was faster: the same form sent twice."""
    here = workspace.current(request)
    if here is not None and not here.may_edit:
        raise PermissionDenied(f"You may look at the products of {here.team.name}, and not make any.")
    try:
        return product_services.create_product(
            owner=request.user,
            team=here.team if here else None,
            name=form.cleaned_data["name"],
            notes=form.cleaned_data["notes"],
            dimension=form.known_dimension,
            photos=photos.pairs,
        )
    except errors.NotPossible as error:
        photos.errors.append(str(error))
        return None


@login_required
@get_and_post
def edit_product(request: SignedInRequest, product_id: int) -> HttpResponse:
    product = own(request, product_id)
    form, status = ProductForm.of(product), HTTPStatus.OK
    if request.method == "POST":
        form = ProductForm(request.POST, initial=form.initial, product_type=form.product_type)
        if form.is_valid():
            product_services.update_product(
                product=product,
                name=form.cleaned_data["name"],
                notes=form.cleaned_data["notes"],
                dimension=form.known_dimension,
            )
            messages.success(request, "Saved.")
            return _see(product.get_absolute_url())
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(
        request, "techpack/edit_product.html", {"form": form, **_photos_of(request, product)}, status=status
    )


@product_post
def archive_product(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Away from the list; with `restore` posted, back again."""
    product = own(request, product_id)
    if "restore" in request.POST:
        product_services.restore_product(product=product)
        messages.success(request, _of(product, "is back among the current ones."))
        return redirect("techpack:products")
    product_services.archive_product(product=product)
    messages.success(request, _of(product, "is archived. Nothing was deleted."))
    return redirect("techpack:products")


def _of(product: Product, words: str) -> str:
    """A sentence about a product; its name keeps its own direction."""
    return format_html("<bdi>{}</bdi> {}", product.name, words)


@login_required
@get_and_post
def delete_product(request: SignedInRequest, product_id: int) -> HttpResponse:
    product, error = own(request, product_id), ""
    if request.method == "POST":
        try:
            product_services.delete_product(product=product)
        except errors.RunInProgress as going:
            error = str(going)
        else:
            messages.success(request, _of(product, "is deleted, with its pictures and files."))
            return redirect("techpack:products")
    context = {
        "product": product,
        "error": error,
        "photo_count": product.revisions.in_use().count(),
        "run_count": product.runs.count(),
    }
    return render(
        request,
        "techpack/delete_product.html",
        context,
        status=HTTPStatus.CONFLICT if error else HTTPStatus.OK,
    )


# --- photos of a product ---------------------------------------------------------------------


@login_required
@get_and_post
def add_photos(request: SignedInRequest, product_id: int) -> HttpResponse:
    product = own(request, product_id)
    in_use = list(product.revisions.in_use())
    photos = PhotosForm.for_product(request.user, in_use)
    status = HTTPStatus.OK
    if request.method == "POST":
        if _take(request, photos).is_valid() and _added(product, photos):
            messages.success(request, _added_words(len(photos.chosen)))
            return _see(product.get_absolute_url())
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"product": product, "photos": photos, "in_use": len(in_use)}
    return render(request, "techpack/add_photos.html", context, status=status)


def _added(product: Product, photos: PhotosForm) -> bool:
    try:
        photo_services.add_photos(product=product, photos=photos.pairs)
    except errors.NotPossible as error:  # others were added in another tab meanwhile
        photos.errors.append(str(error))
        return False
    return True


def _added_words(count: int) -> str:
    return "1 photo added." if count == 1 else f"{count} photos added."


@product_post
def change_photo(request: SignedInRequest, product_id: int, revision_id: int) -> HttpResponse:
    """One of: `remove`, `move` ("earlier", "later"), `view`."""
    product = own(request, product_id)
    photos = list(product.revisions.in_use())
    revision = next((photo for photo in photos if photo.pk == revision_id), None)
    refused = _change(request, revision, photos) if revision else ""
    if request.htmx:
        response = render(request, "techpack/edit_product.html#photos", _photos_of(request, product))
        return (
            trigger_client_event(response, "toast", {"text": refused, "tone": "bad"}) if refused else response
        )
    if refused:
        messages.error(request, refused)
    return _see(f"{reverse('techpack:edit', args=[product.pk])}#photos")


def _change(request: SignedInRequest, revision: Revision, photos: list[Revision]) -> str:
    """Why it was refused, or ""."""
    place, move = photos.index(revision), request.POST.get("move")
    if "remove" in request.POST:
        try:
            photo_services.remove_photo(revision=revision)
        except errors.NotPossible as error:
            return str(error)
    elif move in ("earlier", "later"):
        order = place + (1 if move == "later" else -1)
        photo_services.move_photo(revision=revision, order=min(max(order, 0), len(photos) - 1))
    elif request.POST.get("view") in View.values:
        photo_services.change_view(revision=revision, view=request.POST["view"])
    return ""


def _photos_of(request: SignedInRequest, product: Product) -> dict[str, object]:
    revisions = list(product.revisions.in_use().select_related("asset"))
    return {
        "product": product,
        "revisions": revisions,
        "views": View.choices,
        "photos": PhotosForm.for_product(request.user, revisions),
    }


# --- photos that have no product yet ---------------------------------------------------------


@login_required
@require_POST
def upload_draft(request: SignedInRequest) -> JsonResponse:
    """One file under "photo": {id, name, sha256, picture, width, height, colour}, or 422 {error}."""
    upload = request.FILES.get("photo")
    if upload is None:
        return _refused("No file came with this request.")
    try:
        draft = photo_services.keep_draft(user=request.user, upload=upload)
    except InvalidImage as error:
        return _refused(str(error))
    asset = draft.asset
    return JsonResponse(
        {
            "id": draft.pk,
            "name": draft.name,
            "sha256": asset.sha256,
            "picture": asset.small,
            "width": asset.width,
            "height": asset.height,
            "colour": asset.placeholder,
        },
        status=HTTPStatus.CREATED,
    )


def _refused(sentence: str) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@login_required
@require_POST
def delete_draft(request: SignedInRequest, draft_id: int) -> HttpResponse:
    photo_services.discard_draft(draft=get_object_or_404(DraftPhoto, pk=draft_id, owner=request.user))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _see(address: str) -> HttpResponse:
    """Go and look there (303): the answer to a POST that did what it was asked."""
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
