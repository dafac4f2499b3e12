"""Views for measures, features and landmarks, and the region that shows them."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from accounts.http import SignedInRequest
from core import polling
from core.attachments import as_download
from core.typesetting import drawing_as_pdf, drawing_as_png
from techpack import flats
from techpack.library import all_features, features_of
from techpack.library.lengths import LengthError
from techpack.models import PhotoReading, Product
from techpack.presenters.kept_parts import specification_html
from techpack.presenters.specification import Specification
from techpack.services import errors, measurements, photo_readings
from techpack.services import specification as specifications
from techpack.views import decorators
from techpack.views.decorators import product_post
from techpack.views.products import own
from vision.scale_card_layout import LAYOUTS, card_svg

MOST_VALUES = 200  # of one paste
KEEP = "If it is right, keep it with the button beside it."
TYPE_IT = "Nothing was pasted. Type this value by itself to keep it."
# How the picker shows a feature: seen from behind, or only with another one.
VIEW_OF = {"yoke": "back", "back_pockets": "back", "pleats": "back", "vents": "back"}
BESIDE = {
    "buttons": {"closure": "buttons"}, "strap": {"neck": "straps"}, "pleats": {"yoke": "back"},
    "cut": {"closure": "buttons"}, "cuff": {"sleeve": "long"}, "shoulder": {"sleeve": "long"},
}  # fmt: skip
PNG_WIDTHS = range(100, 4001)


@require_safe
@login_required
@never_cache
def show(request: SignedInRequest, product_id: int) -> HttpResponse:
    """The region, or 204 when it is as the page has it."""
    product = own(request, product_id)
    if request.GET.get("version") == str(product.specification_version):
        return polling.unchanged()
    return show_region(request, product)


def _address(product: Product) -> str:
    return f"{product.get_absolute_url()}#specification"


def show_region(request: SignedInRequest, product: Product, *, status: int = 200) -> HttpResponse:
    if not request.htmx:
        return HttpResponse(status=303, headers={"Location": _address(product)})
    fresh = Product.objects.get(pk=product.pk)
    region = specification_html(request, Specification(fresh, request.user))
    response = HttpResponse(region, status=status)
    response["Cache-Control"] = "no-store"
    return response


def done(request: SignedInRequest, product: Product, act: Callable[[], Any]) -> HttpResponse:
    """Do it and show the region again; a refusal is a toast with the sentence."""
    try:
        act()
    except measurements.ImplausibleValueError as doubt:
        return refused(
            request, product, f"{doubt} {KEEP if 'value' in request.POST else TYPE_IT}", doubted=doubt.code
        )
    except (LengthError, errors.NotPossible) as reason:
        return refused(request, product, str(reason))
    return show_region(request, product)


def refused(request: SignedInRequest, product: Product, sentence: str, *, doubted: str = "") -> HttpResponse:
    """As everywhere; a value that is only doubted can be kept by the button beside it."""
    tone = "plain" if doubted else "bad"
    response = decorators.refused(request, sentence, back_to=_address(product), tone=tone)
    return trigger_client_event(response, "implausible", {"code": doubted}) if doubted else response


@product_post
def set_value(request: SignedInRequest, product_id: int, code: str) -> HttpResponse:
    """One value as typed; `force` keeps one that is unusual."""
    product, text = own(request, product_id), request.POST.get("value", "")[:60]
    unit, force = request.user.units, "force" in request.POST
    return done(
        request,
        product,
        lambda: measurements.set_value(product=product, code=code, text=text, unit=unit, force=force),
    )


@product_post
def set_values(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Several values, as they are pasted: `values` is a JSON object of texts by code."""
    product = own(request, product_id)
    try:
        sent = json.loads(request.POST.get("values", ""))
        typed = {str(code): str(text)[:60] for code, text in sent.items()}
    except (ValueError, AttributeError):
        return refused(request, product, "Paste a column of lengths.")
    if len(typed) > MOST_VALUES:
        return refused(request, product, f"Paste at most {MOST_VALUES} values at once.")
    unit = request.user.units
    return done(request, product, lambda: measurements.set_values(product=product, typed=typed, unit=unit))


@product_post
def confirm(request: SignedInRequest, product_id: int, code: str) -> HttpResponse:
    product = own(request, product_id)
    return done(request, product, lambda: measurements.confirm(product=product, code=code))


@product_post
def choose_type(request: SignedInRequest, product_id: int) -> HttpResponse:
    product, chosen = own(request, product_id), request.POST.get("type", "")
    return done(request, product, lambda: specifications.choose_type(product=product, product_type=chosen))


@product_post
def choose_features(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Each field of the form is a feature."""
    product = own(request, product_id)
    sent = {name: request.POST.get(name, "") for name in all_features() if name in request.POST}
    return done(request, product, lambda: specifications.choose_features(product=product, features=sent))


@product_post
def settle(request: SignedInRequest, product_id: int) -> HttpResponse:
    product, key = own(request, product_id), request.POST.get("key", "")
    return done(request, product, lambda: specifications.settle(product=product, key=key))


@product_post
def move_landmark(request: SignedInRequest, product_id: int, revision_id: int) -> HttpResponse:
    """`name`, and `x` and `y` as fractions of the photo."""
    product = own(request, product_id)
    reading = get_object_or_404(PhotoReading, revision_id=revision_id, revision__product=product)
    try:
        point = [float(request.POST["x"]), float(request.POST["y"])]
        if not all(0 <= part <= 1 for part in point):
            raise ValueError
    except (KeyError, ValueError):
        return refused(request, product, "A landmark lies inside the photo.")

    def move() -> None:
        try:
            photo_readings.move_landmark(reading=reading, name=request.POST.get("name", ""), point=point)
        except KeyError as missing:
            raise errors.NotPossible("This photo has no such landmark.") from missing
        measurements.refresh(product=product)

    return done(request, product, move)


@product_post
def set_tolerance(request: SignedInRequest, product_id: int, code: str) -> HttpResponse:
    product = own(request, product_id)

    def change() -> None:
        tolerance = measurements.read_tolerance(request.POST.get("tolerance", ""), unit=request.user.units)
        measurements.set_tolerance(product=product, code=code, plus=tolerance[0], minus=tolerance[1])

    return done(request, product, change)


# --- pictures ------------------------------------------------------------------------------------


@require_safe
@login_required
@never_cache
def flat(request: SignedInRequest, product_id: int, view: str) -> HttpResponse:
    """The live flat as SVG, to download; with `width`, as PNG."""
    product = own(request, product_id)
    shown = Specification(product, request.user)
    if shown.spec is None or view not in flats.views_of(shown.spec.product_type):
        raise Http404("There is no such flat.")
    drawing = flats.draw(shown.spec, view)
    svg = drawing.svg(dimensions="dimensions" in request.GET, title=f"{product.name}, {view}")
    return svg_or_png(svg, request, name=f"{product.code}-{view}")


def svg_or_png(svg: str, request: HttpRequest, *, name: str) -> HttpResponse:
    """As the address asks: `?width=` is a PNG that wide."""
    width = request.GET.get("width", "")
    if not width:
        return as_download(svg.encode(), "image/svg+xml", f"{name}.svg")
    if not (width.isdecimal() and len(width) <= 4) or int(width) not in PNG_WIDTHS:
        return HttpResponse("The width is 100 to 4000 pixels.", status=400, content_type="text/plain")
    return as_download(drawing_as_png(svg, width=int(width)), "image/png", f"{name}.png")


@require_safe
def type_picture(request: HttpRequest, product_type: str) -> HttpResponse:
    """A small flat of a product type, for the pickers; `?neck=v` with a feature. The same for everybody."""
    name = product_type.replace("_", " ")
    if not flats.has_flat(name):
        raise Http404("There is no such type.")
    chosen = {
        key: request.GET[key] for key, values in features_of(name).items() if request.GET.get(key) in values
    }
    spec = flats.Specification(
        name, {}, BESIDE.get(next(iter(chosen), ""), {}) | chosen, chosen.get("cut") == "men's"
    )
    view = next(iter(VIEW_OF.get(key, "") for key in chosen), "")
    view = view if view in flats.views_of(name) else flats.views_of(name)[0]
    response = HttpResponse(flats.draw(spec, view).svg(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def scale_card(request: HttpRequest) -> HttpResponse:
    """The printable scale card as PDF, on A4 or Letter."""
    paper = "letter" if request.GET.get("paper") == "letter" else "a4"
    width, height = (side * 10 for side in LAYOUTS[paper].size_cm)
    made = drawing_as_pdf(card_svg(paper), width_mm=width, height_mm=height)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="scale-card-{paper}.pdf"'
    response["Cache-Control"] = "public, max-age=86400"
    return response
