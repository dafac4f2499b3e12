"""Calls that come with an Idempotency-Key: made once, answered alike for a day.

The row is the claim. Whoever writes it works, and says so again every few seconds (`held`); a second call
with the key meanwhile is told so; one after it gets the answer on record. A process that died leaves a row
without an answer: 15 s later the next call takes it over. What was made by then stands in `made`,
written in the transaction that made it, and everything else behind a call is asked for by name (a step, a
photo's content), which is charged once however often it is asked. So no crash between the work and its
record pays twice.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models import IdempotentCall, User
from core.lease_renewal import renewed

KEPT = dt.timedelta(hours=24)
LEASE = dt.timedelta(seconds=15)  # after which the call of a process that died may be taken over
RENEWAL = 4.0  # seconds after which a living one says that it still works on it
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class Mismatch(Exception):
    """The key was used for another call."""


class UnderWay(Exception):
    """Somebody works on this very call."""


def claim(*, user: User, key: str, target: str, body_hash: str) -> IdempotentCall:
    """The call's row: with its answer, or ours to work on. Raises Mismatch and UnderWay."""
    own = {"target": target, "body_hash": body_hash, "claimed_at": Now()}
    IdempotentCall.objects.filter(user=user, key=key, created_at__lt=Now() - KEPT).delete()
    call, is_new = IdempotentCall.objects.get_or_create(user=user, key=key, defaults=own)
    if (call.target, call.body_hash) != (target, body_hash):
        raise Mismatch
    if not is_new and call.status is None and not _taken_over(call):
        raise UnderWay
    call.refresh_from_db(fields=["claimed_at"])
    return call


def _taken_over(call: IdempotentCall) -> bool:
    """From a process that died, by one of those who try at once."""
    return bool(_own(call).filter(claimed_at__lt=Now() - LEASE).update(claimed_at=Now()))


def _own(call: IdempotentCall) -> QuerySet[IdempotentCall]:
    """The row, as long as nobody else has taken it over."""
    return IdempotentCall.objects.filter(pk=call.pk, status__isnull=True, claimed_at=call.claimed_at)


@contextmanager
def held(call: IdempotentCall) -> Iterator[None]:
    """Keep the call while it is worked on, however long that takes."""
    with renewed(partial(_renew, call), every=RENEWAL):
        yield


def _renew(call: IdempotentCall) -> None:
    if _own(call).update(claimed_at=Now()):
        call.refresh_from_db(fields=["claimed_at"])


def once(call: IdempotentCall | None, make: Callable[[], int]) -> int:
    """The id of what the call makes: made now, or by whoever had the call before."""
    with transaction.atomic():
        if call is None:
            return make()
        row = IdempotentCall.objects.select_for_update().get(pk=call.pk)
        if row.made is None:
            row.made = make()
            row.save(update_fields=["made"])
        return row.made


def finish(call: IdempotentCall, *, status: int, answer: Any) -> None:
    IdempotentCall.objects.filter(pk=call.pk, status__isnull=True).update(status=status, answer=answer)


def give_up(call: IdempotentCall) -> None:
    """It was refused and nothing was begun, or it broke: the next call with this key may try again."""
    rows = _own(call)
    if not rows.filter(made__isnull=True).delete()[0]:
        rows.update(claimed_at=LONG_AGO)


def forget() -> int:
    """Those whose day is over. Returns how many."""
    return IdempotentCall.objects.filter(created_at__lt=Now() - KEPT).delete()[0]
