"""Change a product on its flat: move landmarks, draw on it, undo, compare and restore earlier flats."""

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from techpack.presenters.flat_states import Comparison
from techpack.services import flat_editing
from techpack.services.errors import NotPossible
from techpack.views.decorators import product_post
from techpack.views.products import own
from techpack.views.specification import done

LONGEST = 4000  # characters of the points of one path


@product_post
def move_landmark(request: SignedInRequest, product_id: int, view: str) -> HttpResponse:
    """`name`, and `x` and `y` in cm from the middle of the top, right and down."""
    product, name = own(request, product_id), request.POST.get("name", "")

    def move() -> None:
        to = _points(f"[[{request.POST.get('x')}, {request.POST.get('y')}]]")[0]
        flat_editing.move_landmark(product=product, view=view, landmark=name, to=to)

    return done(request, product, move)


@product_post
def draw(request: SignedInRequest, product_id: int, view: str) -> HttpResponse:
    """`kind`, and `points` as JSON, [[x, y], ...] in cm; with `mirrored` on both sides."""
    product = own(request, product_id)

    def add() -> None:
        flat_editing.add_mark(
            product=product, view=view, kind=request.POST.get("kind", ""),
            points=_points(request.POST.get("points", "")), is_mirrored=request.POST.get("mirrored") == "1",
        )  # fmt: skip

    return done(request, product, add)


@product_post
def delete_mark(request: SignedInRequest, product_id: int, mark_id: int) -> HttpResponse:
    product = own(request, product_id)
    return done(request, product, lambda: flat_editing.delete_mark(product=product, mark_id=mark_id))


@product_post
def undo(request: SignedInRequest, product_id: int) -> HttpResponse:
    """`state` is the state that the page shows."""
    product, seen = own(request, product_id), request.POST.get("state", "")
    number = int(seen) if seen.isdecimal() and len(seen) < 18 else 0
    return done(request, product, lambda: flat_editing.undo(product=product, state_id=number))


@product_post
def restore(request: SignedInRequest, product_id: int, state_id: int) -> HttpResponse:
    product = own(request, product_id)
    return done(request, product, lambda: flat_editing.restore(product=product, state_id=state_id))


@require_safe
@login_required
@never_cache
def compare(request: SignedInRequest, product_id: int, state_id: int) -> HttpResponse:
    """An earlier flat laid over today's, with what differs."""
    product = own(request, product_id)
    state = get_object_or_404(product.flat_states, pk=state_id)
    context = {"product": product, "comparison": Comparison(product, state, request.user.units or "cm")}
    return render(request, f"techpack/flat_comparison.html{'#dialog' if request.htmx else ''}", context)


def _points(text: str) -> list[complex]:
    """Raises NotPossible for what is no list of points."""
    try:
        sent = json.loads(text[:LONGEST])
        return [complex(float(x), float(y)) for x, y in sent]
    except (ValueError, TypeError, OverflowError) as wrong:
        raise NotPossible("Click points on the flat.") from wrong
