"""That somebody bought a blueprint: said by staff, until a checkout exists."""

from django.db import transaction
from django.utils import timezone

from blueprint import changes, mails, services


@transaction.atomic
def mark_purchased(*, subscriber_id: int) -> bool:
    """They bought it: the flag, its time, and once the welcome mail with the link. False when they had
    bought it already; then nothing is written. Raises guards.Refused when erased."""
    subscriber = services.locked(subscriber_id)
    if subscriber.paid_blueprint_purchased:
        return False
    subscriber.paid_blueprint_purchased = True
    subscriber.paid_blueprint_purchased_at = timezone.now()
    subscriber.save(update_fields=["paid_blueprint_purchased", "paid_blueprint_purchased_at", "updated_at"])
    changes.bump(subscriber.pk)
    mails.queue(subscriber, mails.Kind.WELCOME, once="welcome")
    return True
