"""That somebody bought a blueprint: said by staff, until a checkout exists."""

from django.db import transaction
from django.utils import timezone

from blueprint import versions
from blueprint.emails import delivery
from blueprint.models.subscribers import new_token
from blueprint.services import free_blueprint, grids


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
