"""The subscriber's lock, and telling open pages what changed.

The subscriber's row is the lock for everything that is made for them. Its `version` goes up with
each change, and the grids that changed are stamped with it, in the same transaction.
"""

from django.db import connection

from blueprint.models import Grid, Subscriber


def locked(subscriber_id: int) -> Subscriber | None:
    """The subscriber with the row locked until the transaction ends; None when erased."""
    return Subscriber.objects.select_for_update().filter(pk=subscriber_id).first()


def bump(subscriber_id: int) -> int | None:
    """Something changed. Returns the new version; None when the subscriber was erased."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE blueprint_subscribers SET version = version + 1 WHERE id = %s RETURNING version",
            [subscriber_id],
        )
        row = cursor.fetchone()
        return row[0] if row else None


def touch(subscriber_id: int, *grids: Grid) -> None:
    """These grids changed: only their stamps are written."""
    version = bump(subscriber_id)
    if version is not None and grids:
        Grid.objects.filter(pk__in=[grid.pk for grid in grids]).update(version=version)
