"""That somebody bought a blueprint: at the checkout, or by word of staff. And what a refund takes back."""

from django.db import transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from billing.goods import Customer, Goods, NotGrantable
from billing.models import Order
from blueprint import versions
from blueprint.emails import delivery
from blueprint.models import Subscriber
from blueprint.models.subscribers import new_token
from blueprint.services import free_blueprint, grids
from blueprint.services.guards import NotAllowed


@transaction.atomic
def mark_purchased(*, subscriber_id: int) -> bool:
    """They bought it: the flag, its time, and once the welcome mail with the link. False when they had
    bought it already; then nothing is written. Raises guards.NotAllowed when erased.

    Who asked for a free blueprint and has not confirmed the address needs not do so any more: whoever
    paid is known, and the welcome mail goes to that address alone. A link that was revoked stays so."""
    subscriber = grids.locked(subscriber_id)
    if subscriber.paid_blueprint_purchased:
        return False
    if free_blueprint.pending().filter(pk=subscriber.pk).exists():
        subscriber.access_token, subscriber.email_confirmed_at = new_token(), timezone.now()
    subscriber.paid_blueprint_purchased = True
    subscriber.paid_blueprint_purchased_at = timezone.now()
    subscriber.save()
    versions.bump(subscriber.pk)
    delivery.queue(subscriber, delivery.Kind.WELCOME, once="welcome")
    return True


# --- the checkout -------------------------------------------------------------------------------------


def grant(order: Order, customer: Customer) -> None:
    """Hand over a blueprint that was paid for. A guest gets a link of their own, or, when the address is
    known and has bought nothing yet, the blueprint goes to that subscriber."""
    subscriber_id = _number(order.buyer) if order.buyer else _subscriber_for(order, customer)
    try:
        is_new = mark_purchased(subscriber_id=subscriber_id)
    except NotAllowed as error:
        raise NotGrantable("The subscriber has been deleted. Refund the order.") from error
    order.buyer = f"subscriber:{subscriber_id}"
    if not is_new:
        raise NotGrantable(f"Subscriber {subscriber_id} had bought a blueprint already. Refund the order.")


def _subscriber_for(order: Order, customer: Customer) -> int:
    """Whoever typed an address is not known to own it: the private link goes there by mail alone."""
    if not customer.email:
        raise NotGrantable("Stripe names no email address for whoever paid. Ask them, or refund the order.")
    known = Subscriber.objects.annotate(address=Lower("email")).filter(
        address=customer.email.lower(), paid_blueprint_purchased=False
    )
    found = known.order_by("-pk").values_list("pk", flat=True).first()
    order.was_known = found is not None
    if found is not None:
        return found
    return Subscriber.objects.create(email=customer.email, name=customer.name[:200]).pk


def adjust(order: Order) -> str:
    """A whole refund closes the blueprint; grids that are there stay. A dispute that was won opens it."""
    subscriber_id = _number(order.buyer)
    subscriber = Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()
    if subscriber is None:
        return ""
    subscriber.paid_blueprint_purchased = not order.is_returned
    subscriber.save(update_fields=["paid_blueprint_purchased", "updated_at"])
    versions.bump(subscriber_id)
    made = subscriber.filled
    return f"Refunded after {made} of 30 grids had been made." if order.is_returned and made else ""


def next_step(order: Order) -> tuple[str, str]:
    return "Open your blueprint", reverse("blueprint:bought", args=[order.public_id])


def _number(buyer: str) -> int:
    return int(buyer.removeprefix("subscriber:"))


GOODS = Goods(grant=grant, adjust=adjust, next_step=next_step)
