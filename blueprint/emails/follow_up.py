"""One reminder for somebody who bought a blueprint and never began it."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from blueprint import versions
from blueprint.emails import delivery
from blueprint.models import Grid, Mail, Shoot, Subscriber

AFTER = dt.timedelta(days=3)
NOT_AFTER = dt.timedelta(days=30)  # rows that come over from an earlier system are no news to anybody
ONCE = "follow_up"


def due() -> QuerySet[Subscriber]:
    """Who bought three days ago and asked for nothing, was not reminded, and may be."""
    asked_for = Grid.objects.filter(shoot__subscriber=OuterRef("pk"), shoot__kind=Shoot.Kind.PAID)
    reminded = Mail.objects.filter(subscriber=OuterRef("pk"), once=ONCE)
    return Subscriber.objects.filter(
        ~Exists(asked_for),
        ~Exists(reminded),
        ~Q(access_token=None),
        paid_blueprint_purchased=True,
        paid_blueprint_generated=False,
        paid_blueprint_purchased_at__lte=Now() - AFTER,
        paid_blueprint_purchased_at__gt=Now() - NOT_AFTER,
        unsubscribed_at=None,
    )


def remind_all(limit: int = 500) -> int:
    """Once a day. Returns how many."""
    return sum(map(_remind, list(due().values_list("pk", flat=True)[:limit])))


@transaction.atomic
def _remind(subscriber_id: int) -> bool:
    """Looked at again under the lock, for a first grid may have been asked for just now."""
    subscriber = versions.locked(subscriber_id)
    if subscriber is None or subscriber.filled or not due().filter(pk=subscriber_id).exists():
        return False
    return delivery.queue(subscriber, delivery.Kind.FOLLOW_UP, once=ONCE) is not None


def unsubscribe(*, subscriber_id: int) -> None:
    """No reminders any more. What somebody waits for, such as the delivery, still comes."""
    Subscriber.objects.filter(pk=subscriber_id, unsubscribed_at=None).update(unsubscribed_at=Now())
