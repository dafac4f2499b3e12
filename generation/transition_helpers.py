"""The parts of every transition: the lock, the conditional UPDATE, the end of an attempt.

Only `generation.transitions` uses these. Lock order: subject, attempt, prediction, credit account, gate.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from generation import jobs, limits, providers, registry, retry_policy
from generation.models import Attempt, Failure, Prediction, PredictionQuerySet
from generation.providers.base import Report
from generation.registry import Handler

Status = Prediction.Status
Outcome = Attempt.Outcome

LATE = 10.0  # seconds past the expected next look at which the sweep steps in

_STAMPS = {
    Status.QUEUED: "queued_at",
    Status.SUBMITTING: "submitting_at",
    Status.RUNNING: "running_at",
    Status.COLLECTING: "collecting_at",
    Status.SUCCEEDED: "finished_at",
    Status.FAILED: "finished_at",
    Status.CANCELED: "finished_at",
}


class NotOurs(Exception):
    """The row is not in a state from which this transition starts: another worker has moved it."""


@contextmanager
def under_lock(prediction_id: uuid.UUID) -> Iterator[tuple[Prediction, Handler]]:
    """A transaction that holds the subject's lock, with the prediction as it is under that lock."""
    with transaction.atomic():
        kind, subject = _kind_and_subject(prediction_id)
        handler = registry.handler(kind)
        handler.lock(subject)
        yield Prediction.objects.get(pk=prediction_id), handler


@lru_cache(maxsize=4096)
def _kind_and_subject(prediction_id: uuid.UUID) -> tuple[str, str]:
    """They never change, so they may be read before anything is locked, and kept."""
    return Prediction.objects.values_list("kind", "subject").get(pk=prediction_id)


def move(prediction: Prediction, target: Status, *, sources: Sequence[Status], **values: Any) -> None:
    moved = Prediction.objects.filter(pk=prediction.pk, status__in=sources).update(
        status=target, **{_STAMPS[target]: Now()}, **values
    )
    if not moved:
        raise NotOurs
    prediction.status = target
    for name, value in values.items():
        if not hasattr(value, "resolve_expression"):  # what the database computes nobody reads here
            setattr(prediction, name, value)


def finish(prediction: Prediction, handler: Handler, target: Status, failure: str, message: str) -> None:
    move(
        prediction,
        target,
        sources=[Status.QUEUED] if prediction.status == Status.QUEUED else [*Prediction.LIVE[1:]],
        failure=failure,
        message=message[:500],
        stuck_at=None,
    )
    handler.changed(prediction)
    handler.failed(prediction)


def requeue(
    prediction: Prediction, handler: Handler, failure: str, message: str, retry_after: float | None
) -> None:
    delay = retry_after if retry_after is not None else retry_policy.retry(prediction.tries)
    move(
        prediction,
        Status.QUEUED,
        sources=[*Prediction.LIVE[1:]],
        not_before=from_now(delay),
        due_at=from_now(delay + LATE),
        failure=failure,
        message=message[:500],
        stuck_at=None,
    )
    jobs.defer("generation.submit", delay=delay, prediction_id=str(prediction.pk))
    handler.changed(prediction)


def unplanned(prediction_id: uuid.UUID, status: Status) -> PredictionQuerySet:
    """The row, unless somebody else's next look at it is planned already: so that a second job for
    it, by the sweep or a rescue, does not go on as a second chain of looks."""
    rows: PredictionQuerySet = Prediction.objects.filter(pk=prediction_id, status=status)
    return rows.filter(due_at__lte=from_now(LATE + 0.5))


def may_retry(attempt: Attempt, prediction: Prediction, failure: str) -> bool:
    """Whether another attempt may follow. What cost nothing has a limit of its own, and takes no tries from
    failures that do."""
    was_accepted = Attempt.objects.filter(pk=attempt.pk, external_id__isnull=False).exists()
    unaccepted = Q(external_id=None, failure=Failure.PROVIDER_ERROR)
    if failure in retry_policy.UNPAID:
        counting = prediction.attempts.filter(failure=failure)
    elif failure == Failure.PROVIDER_ERROR and not was_accepted:
        counting = prediction.attempts.filter(unaccepted)
    else:
        counting = prediction.attempts.exclude(Q(failure__in=retry_policy.UNPAID) | unaccepted)
    return retry_policy.may_retry(failure, counting.count(), was_accepted=was_accepted)


def joined_waits(attempt: Attempt) -> Attempt:
    """One row for all waits of an outage of our storage: the first of them. `attempt` is the last wait;
    nothing was paid for it, so that its own row goes when there is an earlier one."""
    earlier = Attempt.objects.filter(prediction=attempt.prediction_id, number__lt=attempt.number)
    before = earlier.order_by("number").last()
    if before is None or not _is_wait(before):
        return Attempt.objects.get(pk=attempt.pk)
    Attempt.objects.filter(pk=attempt.pk).delete()
    Attempt.objects.filter(pk=before.pk).update(stumbles=F("stumbles") + 1, ended_at=Now())
    return Attempt.objects.get(pk=before.pk)


def _is_wait(attempt: Attempt) -> bool:
    """Whether it waited for our storage, lately."""
    waits = Attempt.objects.filter(pk=attempt.pk, outcome=Outcome.FAILED, failure=Failure.STORAGE_ERROR)
    return waits.filter(stumbles__gt=0, ended_at__gt=Now() - retry_policy.SAME_OUTAGE).exists()


def waited_too_long(wait: Attempt) -> bool:
    since = Now() - retry_policy.STORAGE_WAIT
    return Attempt.objects.filter(pk=wait.pk, created_at__lt=since).exists()


def printable(text: str) -> str:
    """Without U+0000, which PostgreSQL keeps in no text."""
    return text.replace("\0", "")


def require_current(attempt: Attempt, prediction: Prediction) -> Attempt:
    """The attempt as it is now, locked. Only the last attempt speaks for its prediction, and only until it
    has ended. Raises NotOurs."""
    open_outcomes = (Outcome.CLAIMED, Outcome.ACCEPTED, Outcome.ANSWERED)
    attempts = Attempt.objects.filter(prediction=prediction).without_payload()
    last = attempts.select_for_update().order_by("-number").first()
    if last is None or last.pk != attempt.pk or last.outcome not in open_outcomes:
        raise NotOurs
    return last


def end(attempt: Attempt, outcome: Outcome, *, report: Report | None = None, **values: Any) -> None:
    if report is not None:
        values |= {"predict_seconds": report.predict_seconds, "cost_usd": report.cost_usd}
    if outcome != Outcome.ANSWERED:
        values["ended_at"] = Now()
    Attempt.objects.filter(pk=attempt.pk).update(outcome=outcome, **{"lease_until": None, **values})


def free_a_place(prediction: Prediction) -> None:
    """It no longer occupies the provider: after the commit, the next in line may go, if there is one."""
    try:
        wanted = limits.may_be_waited_for(providers.get(prediction.provider), prediction)
    except ImportError:
        wanted = True  # an engine that is gone: whoever waits for it is refused
    if wanted:
        jobs.defer("generation.dispatch", provider=prediction.provider)


def from_now(seconds: float) -> Any:
    """Database time, since leases are compared by many machines."""
    return Now() + dt.timedelta(seconds=seconds)
