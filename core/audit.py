"""What was done to money, tokens and personal data: who, when, why. Rows of django-auditlog.

Rows are named by number, so that the log of somebody who is erased keeps no address.
"""

from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

LOOKED, CHANGED, DELETED = LogEntry.Action.ACCESS, LogEntry.Action.UPDATE, LogEntry.Action.DELETE


def record(
    model: type[Model], pks: list[int], what: str, *, by: Any, reason: str = "", action: int = CHANGED
) -> None:
    """`what` is a short sentence; `by` the user who did it, None for a subscriber or the machine."""
    actor = by if getattr(by, "pk", None) else None
    kind, name = ContentType.objects.get_for_model(model), model._meta.verbose_name
    LogEntry.objects.bulk_create(
        LogEntry(
            content_type=kind, object_pk=str(pk), object_id=pk, object_repr=f"{name} {pk}",
            action=action, actor=actor, additional_data={"what": what, "why": reason},
        )
        for pk in pks
    )  # fmt: skip


def of(model: type[Model], pk: int) -> list[LogEntry]:
    """The last entries about one row, newest first."""
    kind = ContentType.objects.get_for_model(model)
    rows = LogEntry.objects.filter(content_type=kind, object_pk=str(pk)).select_related("actor")
    return list(rows.order_by("-timestamp")[:50])
