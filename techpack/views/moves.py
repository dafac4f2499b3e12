"""Moving a product into a team, to another one, or to oneself."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from accounts.http import SignedInRequest
from techpack.models import Product, Share
from techpack.services import product_moves
from techpack.services.errors import NotPossible
from techpack.services.product_moves import Place
from techpack.views.products import get_and_post, own


@login_required
@get_and_post
def move_product(request: SignedInRequest, product_id: int) -> HttpResponse:
    """The form says what changes; `place` is the number of a team, 0 for oneself."""
    product = own(request, product_id)
    places, error, status = product_moves.places_for(product, request.user), "", HTTPStatus.OK
    if request.method == "POST":
        chosen = next((one for one in places if str(one.number) == request.POST.get("place")), None)
        if chosen is None:
            error, status = "Choose where it goes.", HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            try:
                return _moved(request, product, chosen)
            except NotPossible as refused:
                error, status = str(refused), HTTPStatus.CONFLICT
    context = {
        "product": product,
        "places": places,
        "error": error,
        "chosen": request.POST.get("place", ""),
        "run_count": product.runs.count(),
        "issued_count": product.releases.count(),
        "link_count": Share.objects.live().filter(release__product=product).count(),
    }
    return render(request, "techpack/move_product.html", context, status=status)


def _moved(request: SignedInRequest, product: Product, place: Place) -> HttpResponse:
    """Raises NotPossible."""
    product = product_moves.move_product(product=product, by=request.user, team=place.team)
    words = f"belongs to {place.team.name} now." if place.team else "is yours alone now."
    messages.success(request, format_html("<bdi>{}</bdi> {}", product.name, words))
    return redirect(product)
