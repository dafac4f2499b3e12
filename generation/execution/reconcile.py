"""Our attempts held against the provider's own list, once a day.

What the engine promises is that every paid call is an attempt of ours. Here is who looks whether it is
so: calls that nobody of us knows are written down (`UnknownCall`), and calls that ended without our
noticing are looked at. Nothing is made again, and nothing is paid.
"""

import datetime as dt
import itertools
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from generation import jobs, providers
from generation.execution import unknown_calls
from generation.models import Attempt, Prediction, UnknownCall
from generation.providers.base import Listed, Provider, TransientError

log = logging.getLogger(__name__)

DAYS = 2  # each call is looked at twice, in case one day's comparison fails
BATCH = 100
SETTLED_AFTER = dt.timedelta(minutes=15)  # a younger call may still be on its way into our rows


class Finding(NamedTuple):
    """One thing that is not as it should be. `unknown`: in no row of ours; `priced`: an unknown call
    whose cost is known by now; `ended`: over at the provider, running with us."""

    kind: Literal["unknown", "priced", "ended"]
    call: Listed

    def __str__(self) -> str:
        cost = "cost unknown" if self.call.cost is None else f"$ {self.call.cost:.3f}"
        made = f"{self.call.created_at:%Y-%m-%d %H:%M}"
        return f"{self.kind:8} {self.call.external_id}  {self.call.model}  {made}  {self.call.state}  {cost}"


@dataclass
class Tally:
    """How it went. `failed` counts findings that could not be settled, and lists that broke off."""

    listed: int = 0
    found: int = 0
    settled: int = 0
    failed: int = 0


def reconcile(
    *,
    days: float = DAYS,
    apply: bool,
    limit: int | None = None,
    batch_size: int = BATCH,
    tell: Callable[[str], None] = log.warning,
    watched: Callable[[Iterable[Listed]], Iterable[Listed]] = iter,
) -> Tally:
    """Compare the last `days` of every provider in use, and `apply` what follows from it; otherwise it is
    only told. `limit` is the most findings. Running it again finds what is left."""
    tally = Tally()
    since = timezone.now() - dt.timedelta(days=days)
    found = _found(since, batch_size, tally, tell, watched)
    for provider, finding in itertools.islice(found, limit):
        tally.found += 1
        tell(str(finding))
        if apply:
            _settle(provider, finding, tally)
    if apply:
        note_adopted()
    return tally


def explain(unknown: QuerySet[UnknownCall], *, note: str) -> int:
    """Somebody knows what these are. Returns how many were open."""
    return unknown.filter(resolved_at=None).update(resolved_at=Now(), note=note[:200])


def note_adopted() -> int:
    """Calls that an attempt of ours has after all: adopted later than we looked."""
    ours = Attempt.objects.filter(external_id=OuterRef("external_id"))
    return explain(UnknownCall.objects.filter(Exists(ours)), note="An attempt of ours has it.")


def _found(
    since: dt.datetime,
    batch_size: int,
    tally: Tally,
    tell: Callable[[str], None],
    watched: Callable[[Iterable[Listed]], Iterable[Listed]],
) -> Iterator[tuple[Provider, Finding]]:
    for provider in _in_use(since):
        try:
            for batch in itertools.batched(watched(provider.recent(since)), batch_size, strict=False):
                tally.listed += len(batch)
                yield from ((provider, finding) for finding in _compared(batch))
                jobs.release_connection()
        except TransientError as error:
            tally.failed += 1
            tell(f"The list of {provider.label} broke off: {error.message}")


def _in_use(since: dt.datetime) -> list[Provider]:
    """The one that is asked now, and those that were asked in that time; one that is gone is left out."""
    asked = Attempt.objects.filter(created_at__gte=since).values_list("provider", flat=True).distinct()
    found = []
    for name in sorted({settings.GENERATION_PROVIDER, *asked}):
        try:
            found.append(providers.get(name))
        except ImportError:
            log.warning("there is no engine %r any more: its calls are not compared", name)
    return found


def _compared(batch: tuple[Listed, ...]) -> list[Finding]:
    """Three queries for a batch."""
    settled = [call for call in batch if call.created_at < timezone.now() - SETTLED_AFTER]
    ids = [call.external_id for call in settled]
    strangers = Attempt.objects.unowned_ids(ids)
    known = dict(UnknownCall.objects.filter(external_id__in=ids).values_list("external_id", "cost_usd"))
    running = set(_thought_running().filter(external_id__in=ids).values_list("external_id", flat=True))
    findings = []
    for call in settled:
        if call.external_id in strangers and call.external_id not in known:
            findings.append(Finding("unknown", call))
        elif call.cost is not None and known.get(call.external_id, 0) is None:
            findings.append(Finding("priced", call))
        elif call.external_id in running and call.state != "running":
            findings.append(Finding("ended", call))
    return findings


def _thought_running() -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        Q(outcome=Attempt.Outcome.ACCEPTED), prediction__status=Prediction.Status.RUNNING
    )


def _settle(provider: Provider, finding: Finding, tally: Tally) -> None:
    """One that cannot be settled does not stop the rest."""
    try:
        with transaction.atomic():
            SETTLE[finding.kind](provider, finding.call)
        tally.settled += 1
    except Exception:
        log.exception("call %s: could not be settled", finding.call.external_id)
        tally.failed += 1


def _price(provider: Provider, call: Listed) -> None:
    UnknownCall.objects.filter(external_id=call.external_id, cost_usd=None).update(
        cost_usd=unknown_calls.money(call)
    )


def _look(provider: Provider, call: Listed) -> None:
    for attempt in _thought_running().filter(external_id=call.external_id):
        jobs.defer("generation.check", prediction_id=str(attempt.prediction_id))


SETTLE: dict[str, Callable[[Provider, Listed], None]] = {
    "unknown": unknown_calls.write_down,
    "priced": _price,
    "ended": _look,
}
