"""Give money back: a row with who and why first, then the call to Stripe with a key made from the row."""

import datetime as dt

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from billing import stripe_api
from billing.models import Order, Refund
from generation import jobs

KEY_LIVES = dt.timedelta(hours=20)  # Stripe forgets idempotency keys after 24 hours


class NotRefundable(Exception):
    """The message is a sentence for staff."""


def refundable(order: Order) -> int:
    """How much can go back, in the smallest unit of the currency."""
    under_way = order.refunds.filter(state=Refund.State.REQUESTED).aggregate(sum=Sum("amount"))["sum"] or 0
    if not order.payment_intent or order.dispute:
        return 0
    return max(0, order.amount_paid - order.amount_refunded - under_way)


@transaction.atomic
def request(*, order_id: int, amount: int, reason: str, by: AbstractBaseUser) -> Refund:
    """Raises NotRefundable, with nothing written."""
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.refunds.filter(state=Refund.State.REQUESTED).exists():
        raise NotRefundable("A refund of this order is under way. Wait until it is done.")
    if not 0 < amount <= refundable(order):
        raise NotRefundable("That much of this order cannot be refunded.")
    refund = Refund.objects.create(order=order, amount=amount, reason=reason[:300], by_id=by.pk)
    jobs.defer("billing.send_refund", refund_id=refund.pk)
    return refund


def send(refund_id: int) -> Refund:
    """Ask Stripe; repeated calls give back once. Raises StripeUnavailable: it is tried again."""
    refund = Refund.objects.select_related("order").get(pk=refund_id)
    if refund.state != Refund.State.REQUESTED:
        return refund
    if timezone.now() - refund.created_at > KEY_LIVES:
        return _ended(
            refund, Refund.State.REJECTED, problem="Stripe did not answer for 20 hours. Look there."
        )
    jobs.release_connection()
    try:
        stripe_id = stripe_api.refund(
            key=f"refund-{refund.order.public_id}-{refund.pk}",
            payment_intent=refund.order.payment_intent or "",
            amount=refund.amount,
        )
    except stripe_api.StripeRejected as error:
        return _ended(refund, Refund.State.REJECTED, problem=str(error))
    return _ended(refund, Refund.State.DONE, stripe_id=stripe_id)


@transaction.atomic
def _ended(refund: Refund, state: Refund.State, *, problem: str = "", stripe_id: str = "") -> Refund:
    order = Order.objects.select_for_update().get(pk=refund.order_id)
    refund.state, refund.problem, refund.stripe_id = state, problem[:300], stripe_id
    refund.save()
    if problem:
        order.review = f"A refund failed: {problem}"[:300]
        order.save(update_fields=["review"])
    jobs.defer("billing.refresh", order_id=order.pk)
    return refund
