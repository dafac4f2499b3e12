"""Bring an order up to date with what Stripe says, and grant what was paid for exactly once.

Webhooks, the page after the payment and the reconciling job all call `refresh`. It reads the checkout page
from Stripe and applies it under the order's lock: the payment, the goods and the ledger are one transaction,
so a process that is killed has done all of it or nothing. Reads are numbered: an answer that was read before
one that has been applied is dropped.
"""

import datetime as dt
import logging

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from billing import goods, stripe_api
from billing.goods import Customer
from billing.models import Order
from generation.jobs import release_connection

log = logging.getLogger(__name__)

State = Order.State
UNPAID = (State.CREATED, State.OPEN, State.PROCESSING, State.EXPIRED, State.FAILED)
SHORTEST, LONGEST = dt.timedelta(minutes=2), dt.timedelta(hours=1)  # between two checks
MONEY_TAKES = dt.timedelta(days=14)  # a bank transfer, at most; then nobody asks any more


def refresh(order_id: int) -> Order:
    """The order as it is now. Raises StripeUnavailable and StripeRejected, with nothing changed."""
    Order.objects.filter(pk=order_id).update(reads_begun=F("reads_begun") + 1)
    order = Order.objects.get(pk=order_id)
    if order.session_id is None:
        return _give_up_without_page(order)
    release_connection()
    return _apply(order_id, order.reads_begun, stripe_api.session(order.session_id))


@transaction.atomic
def _give_up_without_page(order: Order) -> Order:
    """Nobody saw a checkout page for it, so nobody can have paid."""
    order = Order.objects.select_for_update().get(pk=order.pk)
    if order.state == State.CREATED and order.next_check_at and order.next_check_at <= timezone.now():
        order.state, order.next_check_at = State.EXPIRED, None
        order.save()
    return order


@transaction.atomic
def _apply(order_id: int, read: int, page: stripe_api.Session) -> Order:
    order = Order.objects.select_for_update().get(pk=order_id)
    if read <= order.reads_applied:
        return order
    order.reads_applied = read
    _note_payment(order, page)
    if order.state == State.PAID and not order.is_returned:
        _grant(order, Customer(page.email, page.name))
    if order.state == State.GRANTED and order.amount_returned != order.return_handled:
        order.review = goods.of(order).adjust(order) or order.review
        order.return_handled = order.amount_returned
        order.adjustments += 1
    order.next_check_at = _next_check(order)
    order.save()
    return order


def _note_payment(order: Order, page: stripe_api.Session) -> None:
    """Money that came counts in every state, whatever was thought before."""
    if page.payment_intent:
        order.payment_intent = page.payment_intent
    if page.dispute and page.dispute != order.dispute:
        order.review = f"The payment is disputed ({page.dispute})."
    order.dispute = page.dispute
    order.amount_refunded = max(order.amount_refunded, page.amount_refunded)
    if page.payment == "paid" and order.state in UNPAID:
        order.state, order.paid_at, order.amount_paid = State.PAID, timezone.now(), page.amount_paid
    elif page.payment == "processing" and order.state in (State.CREATED, State.OPEN):
        order.state = State.PROCESSING
    elif page.payment == "failed" and order.state in (State.CREATED, State.OPEN, State.PROCESSING):
        order.state = State.FAILED
    elif page.status == "expired" and order.state in (State.CREATED, State.OPEN):
        order.state = State.EXPIRED


def _grant(order: Order, customer: Customer) -> None:
    """What fails here is tried again, and stands on the list of what staff should look at."""
    try:
        with transaction.atomic():
            goods.of(order).grant(order, customer)
    except goods.NotGrantable as error:
        order.review = str(error)[:300]
    except DatabaseError:
        raise
    except Exception:
        log.exception("order %s was paid and could not be granted", order.pk)
        order.review = "It was paid and could not be granted because of an error. It is tried again."
    else:
        order.state, order.granted_at, order.review = State.GRANTED, timezone.now(), ""


def _next_check(order: Order) -> dt.datetime | None:
    """Ever less often, as the order gets older."""
    now = timezone.now()
    age = now - order.created_at
    waits = order.state in (State.OPEN, State.PROCESSING) or (
        order.state == State.PAID and not order.is_returned
    )
    if not waits or age > MONEY_TAKES:
        return None
    return now + min(max(age / 2, SHORTEST), LONGEST)
