"""Buying credits, and the page of an order. Blueprints are bought on their own pages."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import workspace
from accounts.http import SignedInRequest
from billing import goods, prices, stripe_api
from billing.models import CREDIT_PACKS, Item, Order
from billing.services import checkout, settlement

SESSION_KEY = "orders"  # the orders that this browser opened: their public ids, by item
ASKED_AGAIN = (Order.State.CREATED, Order.State.OPEN, Order.State.PROCESSING, Order.State.PAID)


@require_POST
@login_required
def buy_credits(request: SignedInRequest, item: str) -> HttpResponse:
    if item not in CREDIT_PACKS:
        raise Http404
    return to_checkout(request, Item(item), back="account-credits", **_buyer(request))


def _buyer(request: SignedInRequest) -> dict[str, Any]:
    """The credits go to the team that somebody works in; who may only look buys none for it."""
    member = workspace.current(request)
    if member is not None and not member.may_edit:
        raise PermissionDenied("Only editors and owners buy credits for a team.")
    return {"user": request.user, "team": member.team if member else None, "email": request.user.email}


def to_checkout(request: HttpRequest, item: Item, *, back: str, **whose: Any) -> HttpResponse:
    """Open an order and lead to Stripe's page for it, or say why not. `back` names the page to return to;
    `whose` is `user`, or `buyer`, with `email`, or nothing for a guest."""
    if not ratelimit.consume(request, action="checkout"):
        return _not_opened(request, back, HTTPStatus.TOO_MANY_REQUESTS, "too_often")
    opened = request.session.get(SESSION_KEY, {})
    earlier = uuid.UUID(opened[item]) if item in opened else None
    try:
        order = checkout.open_order(item=item, shown=request.POST.get("price", ""), earlier=earlier, **whose)
    except checkout.NotForSale:
        return _not_opened(request, back, HTTPStatus.CONFLICT, "not_for_sale")
    except checkout.PriceChanged:
        return _not_opened(request, back, HTTPStatus.CONFLICT, "price_changed", price=prices.for_sale(item))
    except stripe_api.StripeUnavailable:
        return _not_opened(request, back, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable")
    request.session[SESSION_KEY] = {**opened, item: str(order.public_id)}
    return redirect(order.checkout_url)


def _not_opened(request: HttpRequest, back: str, status: int, why: str, **more: Any) -> HttpResponse:
    response = render(request, "billing/not_opened.html", {"why": why, "back": back, **more}, status=status)
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        response["Retry-After"] = "60"
    return response


def belongs_to_browser(request: HttpRequest, order: Order) -> bool:
    """Whether this browser opened the order, or is signed in as who did."""
    mine = str(order.public_id) in request.session.get(SESSION_KEY, {}).values()
    return mine or (request.user.is_authenticated and order.user_id == request.user.pk)


def _private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A user's order is shown to that user; any other to who has its unguessable address, without a name,
    an address or a private link on it."""

    @require_safe
    @never_cache
    def inner(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
        order = get_object_or_404(Order, public_id=order_id)
        if order.user_id is not None and not belongs_to_browser(request, order):
            raise Http404
        return view(request, order)

    return inner


@_private
def order_page(request: HttpRequest, order: Order) -> HttpResponse:
    """Where Stripe leads back to: it may be here before the webhook."""
    if order.state in ASKED_AGAIN and "left" not in request.GET:
        with suppress(stripe_api.StripeUnavailable, stripe_api.StripeRejected):  # then as it is known here
            order = settlement.refresh(order.pk)
    context = {**_about(request, order), "has_left": "left" in request.GET}
    return render(request, "billing/order.html", context)


@_private
def order_state(request: HttpRequest, order: Order) -> HttpResponse:
    """The piece that an open page asks for every few seconds: one query."""
    return render(request, "billing/order.html#state", _about(request, order))


def _about(request: HttpRequest, order: Order) -> dict[str, Any]:
    words, address = goods.of(order).next_step(order) if order.state == Order.State.GRANTED else ("", "")
    return {
        "order": order,
        "price": prices.in_words(order.amount, order.currency),
        "refunded": prices.in_words(order.amount_refunded, order.currency),
        "is_live": order.state in ASKED_AGAIN,
        "is_mine": belongs_to_browser(request, order),
        "next_words": words,
        "next_address": address,
    }
