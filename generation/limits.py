"""Limits towards providers, kept in PostgreSQL because there are many workers.

A claim passes the gate at the end of its own transaction. The gate's row orders the claims of one provider,
so that two workers cannot both take the last place. All of them wait for it: so it is locked last, and for
three queries. When a call is sent, it takes its turn at the gate: what happens between claim and call (photos
are read and uploaded) may take any time.
"""

import datetime as dt
import time

from django.db import connection
from django.db.models import Case, Count, F, Q, When, Window
from django.db.models.functions import Greatest, Now, RowNumber

from generation.models import Prediction, PredictionQuerySet, ProviderGate
from generation.providers.base import Provider

LONGEST_PAUSE = 2.0  # seconds to the next creation at which a claim still makes sense
LONGEST_TURN = 10.0  # seconds a worker waits for its turn itself; for longer the job comes back


class Closed(Exception):
    """Not now. `delay` is the seconds after which it is worth asking again, or None when a call
    that ends will send for the next one."""

    def __init__(self, delay: float | None = None):
        super().__init__(f"closed for {delay}")
        self.delay = delay


def look(provider: Provider, prediction: Prediction) -> None:
    """Whether there is a place at all, before any lock is taken: those of a long queue would wait for the
    gate with their subjects locked, and results of the same subjects behind them. Raises Closed."""
    if not _has_room(provider, prediction):
        raise Closed


def require_turn(provider: Provider, prediction: Prediction) -> None:
    """Raises Closed to the one who comes while others have waited longer for the places there are."""
    if not _is_next(provider, prediction):
        raise Closed


def enter(provider: Provider, prediction: Prediction) -> None:
    """Take a place for one more call, at the end of the claim's transaction. Raises Closed."""
    gate = _locked_gate(provider)
    if not _has_room(provider, prediction):
        raise Closed
    wait = _wait(gate, _now())
    if wait > LONGEST_PAUSE:
        raise Closed(wait)


def take_turn(provider: Provider) -> float:
    """When a call may be sent, by this process's monotonic clock, so that creations keep their rate. At the
    end of the transaction in which the call is written down. Raises Closed when that is too long from now."""
    gate = _locked_gate(provider)
    now = _now()
    wait = _wait(gate, now)
    if wait > LONGEST_TURN:
        raise Closed(wait)
    send_at = time.monotonic() + wait
    if provider.limits.per_second:
        gate.next_creation_at = now + dt.timedelta(seconds=wait + 1 / provider.limits.per_second)
        gate.save(update_fields=["next_creation_at"])
    return send_at


def _locked_gate(provider: Provider) -> ProviderGate:
    rows = ProviderGate.objects.select_for_update().filter(provider=provider.name)
    gate = rows.first()
    if gate is None:
        ProviderGate.objects.get_or_create(provider=provider.name)
        gate = rows.get()
    return gate


def _now() -> dt.datetime:
    """The database's clock, read after the gate's lock was waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def _wait(gate: ProviderGate, now: dt.datetime) -> float:
    """Seconds until the next creation."""
    return max(0.0, (max(gate.blocked_until, gate.next_creation_at) - now).total_seconds())


def may_be_waited_for(provider: Provider, prediction: Prediction) -> bool:
    """Whether somebody waits for the place that this one leaves, or is about to: who finds no place while its
    transaction has not ended yet."""
    return _waiting(provider).exists() or not _has_room(provider, prediction, places=2)


def _has_room(provider: Provider, prediction: Prediction, *, places: int = 1) -> bool:
    """Beside all others, for so many."""
    flying = Prediction.objects.in_flight().filter(provider=provider.name).exclude(pk=prediction.pk)
    counts = flying.aggregate(all=Count("pk"), own=Count("pk", filter=Q(account=prediction.account)))
    free = provider.limits.in_flight - counts["all"]
    free_for_account = provider.limits.in_flight_per_account - counts["own"]
    return min(free, free_for_account) >= places


def _is_next(provider: Provider, prediction: Prediction) -> bool:
    others = _waiting(provider).exclude(pk=prediction.pk)
    if not others.exists():
        return True
    return prediction.pk in {waiting.pk for waiting in next_in_line(provider)}


def _waiting(provider: Provider) -> PredictionQuerySet:
    rows: PredictionQuerySet = Prediction.objects.filter(
        provider=provider.name, status=Prediction.Status.QUEUED, not_before__lte=Now()
    )
    return rows


def block(provider: Provider, *, seconds: float) -> None:
    """It said when it takes new calls again (429)."""
    ProviderGate.objects.filter(provider=provider.name).update(
        blocked_until=Greatest(F("blocked_until"), Now() + dt.timedelta(seconds=seconds))
    )


def hold_reads(provider: Provider, *, seconds: float) -> None:
    """It said when it wants to be asked again how calls stand. New calls have a limit of their own."""
    ProviderGate.objects.filter(provider=provider.name).update(
        reads_held_until=Greatest(F("reads_held_until"), Now() + dt.timedelta(seconds=seconds))
    )


def reads_held(provider: Provider) -> float:
    """Seconds during which nobody asks it how calls stand; 0 when anybody may."""
    held = ProviderGate.objects.filter(provider=provider.name, reads_held_until__gt=Now())
    left = held.annotate(left=F("reads_held_until") - Now()).values_list("left", flat=True).first()
    return left.total_seconds() if left else 0.0


def next_in_line(provider: Provider) -> list[Prediction]:
    """The queued predictions that fit into what is free, fairly: the account with the fewest calls
    in flight comes first, and within an account the one asked for first. Each has its `age`, since when it
    is queued."""
    flying = Prediction.objects.in_flight().filter(provider=provider.name)
    own = dict(flying.values_list("account").annotate(n=Count("pk")))
    free = provider.limits.in_flight - sum(own.values())
    if free <= 0:
        return []
    waiting = (
        _waiting(provider)
        .annotate(rank=Window(RowNumber(), partition_by=F("account"), order_by=F("queued_at").asc()))
        .annotate(turn=F("rank") + _flying_of_account(own))
        .filter(turn__lte=provider.limits.in_flight_per_account)
        .order_by("turn", "queued_at")
        .annotate(age=Now() - F("queued_at"))
        .only("pk")  # a request is long, and whoever sends it reads it then
    )
    return list(waiting[:free])


def _flying_of_account(own: dict[str, int]) -> Case:
    return Case(*(When(account=account, then=count) for account, count in own.items()), default=0)
