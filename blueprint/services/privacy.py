"""Erasing a subscriber, and deleting selfies that are not needed any more.

What is erased is gone from our rows in one transaction; files follow by the purge, and what the engine
remembers by `generation.storage.deletion`, which also waits for what is under way.
"""

import logging
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, Sum

from blueprint import versions
from blueprint.models import Frame, Grid, Mail, Shoot, Subscriber
from blueprint.services import expiry, selfies
from generation import services as engine
from generation.models import Asset, Attempt, Prediction
from generation.storage import deletion

log = logging.getLogger(__name__)

EXPIRED_AT_ONCE = 500


@dataclass(frozen=True)
class Holdings:
    """What there is of a subscriber: `calls` and `cost_usd` are the accounting, which stays."""

    grids: int
    frames: int
    selfies: int
    mails: int
    images: int
    image_bytes: int
    live: int
    calls: int
    cost_usd: Decimal


def holdings(subscriber: Subscriber) -> Holdings:
    images = Asset.objects.filter(account=subscriber.account, released_at=None)
    calls = Attempt.objects.filter(prediction__account=subscriber.account)
    return Holdings(
        grids=Grid.objects.filter(shoot__subscriber=subscriber).count(),
        frames=Frame.objects.filter(grid__shoot__subscriber=subscriber).count(),
        selfies=len(subscriber.selfie_entries),
        mails=Mail.objects.filter(subscriber=subscriber).count(),
        images=images.count(),
        image_bytes=images.aggregate(total=Sum("size"))["total"] or 0,
        live=Prediction.objects.live().filter(account=subscriber.account).count(),
        calls=calls.count(),
        cost_usd=calls.aggregate(total=Sum("cost_usd"))["total"] or Decimal(0),
    )


@transaction.atomic
def erase(*, subscriber_id: int) -> bool:
    """Everything: what is under way ends, the rows go now, the files and what was said to engines
    soon. False when they are not there any more."""
    subscriber = versions.locked(subscriber_id)
    if subscriber is None:
        return False
    engine.cancel_all(subject=subscriber.subject)
    deletion.forget(subscriber.account)
    _unname_in_the_log(subscriber)
    subscriber.delete()
    return True


def _unname_in_the_log(subscriber: Subscriber) -> None:
    """The admin's log keeps what was done, by whom, but names its objects by their address, or by the
    title of a shoot."""
    mails = subscriber.mails.values_list("pk", flat=True)
    named = {
        Subscriber: Q(object_id=str(subscriber.pk)),
        Mail: Q(object_id__in=list(map(str, mails))),
        Shoot: Q(object_repr__endswith=f" of {subscriber.pk}"),  # those that were deleted, too
    }
    for model, which in named.items():
        kind = ContentType.objects.get_for_model(model)
        entries = LogEntry.objects.filter(which, content_type=kind)
        entries.update(object_repr=f"of erased subscriber {subscriber.pk}", change_message="")


def expire(*, subscriber_id: int) -> bool:
    """Delete the selfies of one for whom that is due. False when it is not, or not any more."""
    with transaction.atomic():
        if versions.locked(subscriber_id) is None or not expiry.due().filter(pk=subscriber_id).exists():
            return False
        selfies.delete_all(subscriber_id=subscriber_id)
        return True


def expire_due(limit: int = EXPIRED_AT_ONCE) -> int:
    """Once a day. Returns for how many. One that fails does not keep the others."""
    for subscriber_id in expiry.lately_deleted().values_list("pk", flat=True):
        selfies.release_late_copies(subscriber_id=subscriber_id)
    return sum(map(_expired, list(expiry.due().values_list("pk", flat=True)[:limit])))


def _expired(subscriber_id: int) -> bool:
    try:
        return expire(subscriber_id=subscriber_id)
    except Exception:
        log.exception("subscriber %s: the selfies could not be deleted", subscriber_id)
        return False
