"""Change a subscriber's style by hand, for staff."""

from typing import Any

from django.db import transaction

from blueprint import versions
from blueprint.models import Subscriber
from blueprint.services import grids

EDITABLE = ("email", "name", "feed_style", "resolution_4k")


@transaction.atomic
def describe(*, subscriber_id: int, vibe: str | None = None, **facts: Any) -> Subscriber:
    """Write these columns; `vibe` goes into what was filled in, beside the rest of it. Raises
    guards.NotAllowed when erased."""
    subscriber = grids.locked(subscriber_id)
    for name, value in facts.items():
        if name not in EDITABLE:
            raise ValueError(f"{name} is not edited by hand")
        setattr(subscriber, name, value)
    if vibe is not None:
        subscriber.form_data = {**subscriber.form, "vibe": vibe}
    subscriber.save(update_fields=[*facts, "form_data", "updated_at"])
    versions.bump(subscriber.pk)
    return subscriber
