"""Find out what Stripe has not told us: events that were lost, and money that went back."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from billing import stripe_api
from billing.models import Order, Refund, StripeEvent
from generation import jobs

log = logging.getLogger(__name__)

AT_ONCE = 200
CLAIMED_FOR = dt.timedelta(minutes=2)  # a job that was lost is made again after that
RETURNS_SINCE = dt.timedelta(days=3)
EVENTS_KEPT = dt.timedelta(days=60)  # Stripe repeats one for three days
REFUND_OVERDUE = dt.timedelta(minutes=5)


def hear(*, order: str = "", session_id: str = "", payment_intent: str = "") -> Order | None:
    """The order that an event is about, None for somebody else's. Raises StripeUnavailable."""
    found = _order(order, payment_intent)
    if found is None and payment_intent:
        found = _order(stripe_api.order_of_payment(payment_intent), "")
    if found is None:
        log.warning("an event of Stripe is about no order of ours: %s", order or payment_intent)
        return None
    if found.session_id is None and session_id and str(found.public_id) == order:
        Order.objects.filter(pk=found.pk, session_id=None).update(session_id=session_id)
    return found


def _order(public_id: str, payment_intent: str) -> Order | None:
    which = Q(public_id=public_id) if public_id else Q(payment_intent=payment_intent)
    return Order.objects.filter(which).first() if public_id or payment_intent else None


@transaction.atomic
def check_due() -> int:
    """Defer a refresh of every order whose time has come."""
    now = timezone.now()
    due = Order.objects.select_for_update(skip_locked=True).filter(next_check_at__lte=now)
    numbers = list(due.order_by("next_check_at").values_list("pk", flat=True)[:AT_ONCE])
    Order.objects.filter(pk__in=numbers, session_id__isnull=False).update(next_check_at=now + CLAIMED_FOR)
    jobs.defer_many("billing.refresh", [{"order_id": number} for number in numbers])
    overdue = Refund.objects.filter(state=Refund.State.REQUESTED, created_at__lt=now - REFUND_OVERDUE)
    waiting = jobs.in_queue("billing.send_refund", "refund_id")
    lost = [number for number in overdue.values_list("pk", flat=True)[:AT_ONCE] if number not in waiting]
    jobs.defer_many("billing.send_refund", [{"refund_id": number} for number in lost])
    return len(numbers) + len(lost)


def look_for_returns() -> int:
    """Defer a refresh of every order whose payment was refunded or disputed in the last days."""
    payments = set(stripe_api.payments_returned_since(timezone.now() - RETURNS_SINCE))
    orders = Order.objects.filter(payment_intent__in=payments)
    numbers = [{"order_id": number} for number in orders.values_list("pk", flat=True)]
    jobs.defer_many("billing.refresh", numbers)
    return len(numbers)


def forget_events() -> None:
    StripeEvent.objects.filter(received_at__lt=timezone.now() - EVENTS_KEPT).delete()


def needing_a_look() -> Q:
    """Orders that staff should look at."""
    late = timezone.now() - dt.timedelta(minutes=5)
    not_granted = Q(state=Order.State.PAID, paid_at__lt=late, amount_refunded__lt=F("amount_paid"))
    return ~Q(review="") | not_granted
