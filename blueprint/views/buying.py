"""Buying a blueprint: by whoever has a private link, or as a guest; and the way in after it."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from billing.models import Item, Order
from billing.views import belongs_to_browser, to_checkout
from blueprint import access
from blueprint.models import Subscriber


@require_POST
@never_cache
def buy(request: HttpRequest) -> HttpResponse:
    """Lead to the checkout. Whoever has bought one already, in this browser, buys no second by mistake."""
    subscriber = access.subscriber_of(request)
    if subscriber is None:
        return to_checkout(request, Item.BLUEPRINT, back="blueprint:free-form")
    if subscriber.paid_blueprint_purchased:
        return redirect("blueprint:paid")
    buyer = f"subscriber:{subscriber.pk}"
    return to_checkout(request, Item.BLUEPRINT, back="blueprint:paid", buyer=buyer, email=subscriber.email)


@require_safe
@never_cache
def bought(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """From a paid order into the gallery. A browser that only typed somebody's address is not let in: that
    person's link went to the address."""
    order = get_object_or_404(Order, public_id=order_id, item=Item.BLUEPRINT, state=Order.State.GRANTED)
    if not belongs_to_browser(request, order):
        raise Http404
    owner = Subscriber.objects.filter(pk=int(order.buyer.removeprefix("subscriber:"))).first()
    if owner is None or access.subscriber_of(request) == owner or not order.is_guest or order.was_known:
        return redirect("blueprint:paid")
    return access.remember(redirect(reverse("blueprint:paid")), owner.access_token or "")
