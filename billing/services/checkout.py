"""Open an order: a row first, then Stripe's checkout page for it.

The order's id makes the idempotency key, so a call whose answer was lost can be repeated and finds the same
page. A process that is killed in between leaves an order that nobody can pay, since no one saw its page.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Team
from billing import prices, stripe_api
from billing.models import Item, Order, Price
from core.addresses import site_address
from generation.jobs import release_connection

PAGE_LIVES = dt.timedelta(hours=3)  # Stripe allows 30 minutes to 24 hours
REUSED_FOR = dt.timedelta(hours=2)  # a second press opens the same page
CREATED_LIVES = dt.timedelta(minutes=15)  # without a page
FIRST_CHECK = dt.timedelta(minutes=2)


class NotForSale(Exception):
    """The item cannot be bought here at present."""


class PriceChanged(Exception):
    """The price is not the one that was shown. Nothing was charged."""


def open_order(
    *,
    item: Item,
    shown: str,
    user: AbstractBaseUser | None = None,
    team: Team | None = None,
    buyer: str = "",
    email: str = "",
    earlier: uuid.UUID | None = None,
) -> Order:
    """The order, with the address of its checkout page.

    `shown` is the price the page showed ("4700 usd"); `earlier` is the order that a guest's browser opened
    before. Raises NotForSale, PriceChanged, StripeUnavailable; then nothing can be charged.
    """
    price = prices.for_sale(item)
    if price is None:
        raise NotForSale
    if shown != price_token(price):
        raise PriceChanged
    order = _order(price, Buyer(user, team, buyer), earlier)
    return order if order.checkout_url else _with_page(order, email)


def price_token(price: Price) -> str:
    """What a page sends back as the price that it showed."""
    return f"{price.amount} {price.currency}"


@dataclass(frozen=True)
class Buyer:
    """Who pays: a user, perhaps for a team; or whom `name` means to a product; or a guest."""

    user: AbstractBaseUser | None
    team: Team | None
    name: str

    @property
    def is_guest(self) -> bool:
        return self.user is None and not self.name

    @property
    def as_row(self) -> dict[str, Any]:
        return {
            "user_id": self.user.pk if self.user else None,
            "team_id": self.team.pk if self.team else None,
            "buyer": self.name,
        }


@transaction.atomic
def _order(price: Price, buyer: Buyer, earlier: uuid.UUID | None) -> Order:
    """One order for two presses of the button, also when they come at the same moment."""
    whose = f"{buyer.as_row}/{(earlier or uuid.uuid4()) if buyer.is_guest else ''}/{price.item}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"order/{whose}"])
    before = _reusable(price, buyer, earlier)
    if before is not None:
        return before
    return Order.objects.create(
        item=price.item, is_guest=buyer.is_guest, price_id=price.price_id, amount=price.amount,
        currency=price.currency, next_check_at=timezone.now() + CREATED_LIVES, **buyer.as_row,
    )  # fmt: skip


def _reusable(price: Price, buyer: Buyer, earlier: uuid.UUID | None) -> Order | None:
    now = timezone.now()
    orders: QuerySet[Order] = Order.objects.filter(
        item=price.item, price_id=price.price_id, amount=price.amount, currency=price.currency, **buyer.as_row
    )
    if buyer.is_guest:
        orders = orders.filter(public_id=earlier) if earlier else orders.none()
    waiting = orders.filter(state=Order.State.OPEN, created_at__gt=now - REUSED_FOR)
    begun = orders.filter(state=Order.State.CREATED, created_at__gt=now - CREATED_LIVES / 2)
    return (waiting | begun).order_by("-id").first()


def _with_page(order: Order, email: str) -> Order:
    release_connection()
    address = site_address("billing:order", order.public_id)
    try:
        page = stripe_api.create_session(
            order=str(order.public_id), price_id=order.price_id, email=email, success_url=address,
            cancel_url=f"{address}?left=1", expires_at=order.created_at + PAGE_LIVES,
        )  # fmt: skip
    except stripe_api.StripeRejected as error:
        Order.objects.filter(pk=order.pk, state=Order.State.CREATED).update(
            state=Order.State.FAILED,
            review=f"Stripe rejected the checkout: {error}"[:300],
            next_check_at=None,
        )
        raise NotForSale from error
    if (page.amount, page.currency) != (order.amount, order.currency):
        _withdraw_page(order, page)
        raise PriceChanged
    if urlsplit(page.url).netloc not in settings.STRIPE_CHECKOUT_HOSTS:
        raise stripe_api.StripeUnavailable(f"a checkout page at {urlsplit(page.url).netloc!r}")
    return _opened(order, page)


@transaction.atomic
def _opened(order: Order, page: stripe_api.Session) -> Order:
    kept = Order.objects.select_for_update().get(pk=order.pk)
    if kept.state == Order.State.CREATED:
        kept.state = Order.State.OPEN
        kept.next_check_at = timezone.now() + FIRST_CHECK
    kept.session_id, kept.checkout_url = page.id, page.url
    kept.save()
    return kept


def _withdraw_page(order: Order, page: stripe_api.Session) -> None:
    """The price at Stripe is another by now: nobody is to pay on this page."""
    stripe_api.close_session(page.id)
    Order.objects.filter(pk=order.pk).update(
        state=Order.State.EXPIRED, session_id=page.id, next_check_at=None
    )
    prices.sync()
