"""All transitions of predictions and their attempts, and nothing else writes a status.

Each is one transaction: the subject's lock (by the handler), one conditional UPDATE from the
legal source states, the attempt, the handler, the next job. Zero rows updated means that another
worker was there first: `NotOurs`, and nothing is written. None of them calls a provider or storage.

Lock order, everywhere: subject, attempt, prediction, credit account, gate. The attempt is first of the two,
for its lease and outcome say whether there is anything to write to the prediction.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from generation import jobs, limits, retry_policy
from generation.models import Asset, Attempt, AttemptQuerySet, Failure, Prediction
from generation.providers.base import Json, Payload, Provider, Report
from generation.registry import Handler
from generation.storage import assets
from generation.transition_helpers import (
    LATE,
    NotOurs,
    end,
    finish,
    free_a_place,
    from_now,
    joined_waits,
    may_retry,
    move,
    printable,
    requeue,
    require_current,
    under_lock,
    unplanned,
    waited_too_long,
)

Status = Prediction.Status
Outcome = Attempt.Outcome

PARKED = 20.0  # seconds until the sweep looks at those that wait for a free place


@dataclass(frozen=True)
class Claim:
    prediction: Prediction
    attempt: Attempt


# --- forward ---------------------------------------------------------------------------------


def claim(*, prediction_id: uuid.UUID, provider: Provider) -> Claim:
    """queued -> submitting, with a new attempt under a lease. Raises NotOurs, gate.Closed."""
    with under_lock(prediction_id) as (prediction, handler):
        if prediction.status != Status.QUEUED:
            raise NotOurs
        limits.require_turn(provider, prediction)
        lease = from_now(retry_policy.LEASE)
        move(prediction, Status.SUBMITTING, sources=[Status.QUEUED], due_at=lease, tries=F("tries") + 1)
        last = prediction.attempts.aggregate(last=Max("number"))["last"] or 0
        attempt = Attempt.objects.create(
            prediction=prediction, number=last + 1, provider=provider.name, lease_until=lease
        )
        handler.changed(prediction)
        limits.enter(provider, prediction)
        return Claim(prediction, attempt)


def record_payload(*, attempt: Attempt, payload: Payload, provider: Provider) -> float:
    """Store the call to the letter before it is sent, with a fresh lease. Returns when it may be sent
    (`limits.take_turn`). Raises NotOurs when the lease has run out, for then somebody else may be at it, and
    limits.Closed."""
    with transaction.atomic():
        lease = from_now(retry_policy.LEASE)
        held = Attempt.objects.filter(pk=attempt.pk, outcome=Outcome.CLAIMED, lease_until__gt=Now()).update(
            model=payload.model, payload=payload.body, payload_hash=payload.hash, lease_until=lease
        )
        if not held:
            raise NotOurs
        Prediction.objects.filter(pk=attempt.prediction_id, status=Status.SUBMITTING).update(due_at=lease)
        return limits.take_turn(provider)


def renew_claim(*, attempt: Attempt) -> bool:
    """Its worker is alive and still at it. False when the lease has run out: nobody gets it back then."""
    lease = from_now(retry_policy.LEASE)
    with transaction.atomic():
        claimed = Attempt.objects.filter(pk=attempt.pk, outcome=Outcome.CLAIMED, lease_until__gt=Now())
        if not claimed.update(lease_until=lease):
            return False
        Prediction.objects.filter(pk=attempt.prediction_id, status=Status.SUBMITTING).update(due_at=lease)
        return True


def search_soon(*, attempt: Attempt) -> None:
    """submitting stays submitting: nobody heard the provider's answer. The call is searched for at once,
    without waiting for the lease to run out; not found, it is searched for like that of a dead worker, whose
    lease has as long to go: the provider may list it late."""
    left = retry_policy.LEASE - retry_policy.RENEWAL
    with transaction.atomic():
        claimed = Attempt.objects.filter(pk=attempt.pk, outcome=Outcome.CLAIMED, lease_until__gt=Now())
        if claimed.update(lease_until=from_now(left)):
            waiting = Prediction.objects.filter(pk=attempt.prediction_id, status=Status.SUBMITTING)
            waiting.update(due_at=from_now(left + LATE))
            jobs.defer("generation.search", delay=retry_policy.FIRST_SEARCH, attempt_id=str(attempt.pk))
            jobs.defer("generation.tend", delay=left + 0.1, prediction_id=str(attempt.prediction_id))


def accept(*, attempt: Attempt, external_id: str, check_after: float, forgotten: bool = False) -> None:
    """submitting -> running: the provider has it, under this id. It is asked for again after
    `check_after` seconds. queued -> running, too, where it counted as lost and was not made again yet.

    The id is recorded whatever became of the prediction meanwhile; a call whose place another
    attempt has taken is superseded, and its end is asked for. `forgotten`: the provider did not know any
    more what it was asked; should its result be gone, too, it is not made again.
    """
    with under_lock(attempt.prediction_id) as (prediction, handler):
        current = Attempt.objects.without_payload().select_for_update().get(pk=attempt.pk)
        if current.external_id:
            return  # adopted by another worker while ours was on its way
        if prediction.status == Status.QUEUED and _is_lost_and_last(current):
            _claim_again(current, prediction, handler)
        ours = prediction.status == Status.SUBMITTING and current.outcome == Outcome.CLAIMED
        Attempt.objects.filter(pk=attempt.pk).update(
            external_id=external_id,
            suspect_id=external_id if forgotten else "",
            accepted_at=Now(),
            lease_until=None,
            outcome=Outcome.ACCEPTED if ours else Outcome.SUPERSEDED,
        )
        if not ours:
            jobs.defer("generation.abandon", attempt_id=str(attempt.pk))
            return
        due_at = from_now(check_after + LATE)
        move(prediction, Status.RUNNING, sources=[Status.SUBMITTING], due_at=due_at, stuck_at=None)
        jobs.defer("generation.check", delay=check_after, prediction_id=str(prediction.pk))
        if prediction.cancel_requested_at:
            jobs.defer("generation.cancel", prediction_id=str(prediction.pk))
        handler.changed(prediction)


def _claim_again(attempt: Attempt, prediction: Prediction, handler: Handler) -> None:
    """queued -> submitting, with the attempt that counted as lost."""
    again = {"outcome": Outcome.CLAIMED, "ended_at": None, "failure": "", "message": ""}
    Attempt.objects.filter(pk=attempt.pk).update(**again)
    attempt.outcome = Outcome.CLAIMED
    move(prediction, Status.SUBMITTING, sources=[Status.QUEUED])
    handler.changed(prediction)


def _is_lost_and_last(attempt: Attempt) -> bool:
    later = Attempt.objects.filter(prediction=attempt.prediction_id, number__gt=attempt.number)
    return attempt.outcome == Outcome.LOST and not later.exists()


def still_running(*, attempt: Attempt, check_after: float) -> None:
    """running stays running: look again after that many seconds, unless a look is planned already."""
    with transaction.atomic():
        if unplanned(attempt.prediction_id, Status.RUNNING).update(due_at=from_now(check_after + LATE)):
            jobs.defer("generation.check", delay=check_after, prediction_id=str(attempt.prediction_id))


def answer(*, attempt: Attempt, output: Json, report: Report | None = None) -> None:
    """submitting or running -> collecting, by a job. `output` is {"image_url": ...}. Raises NotOurs."""
    with under_lock(attempt.prediction_id) as (prediction, handler):
        require_current(attempt, prediction)
        end(attempt, Outcome.ANSWERED, report=report, output=output)
        _let_collect(prediction, handler, due_at=from_now(LATE))
        jobs.defer("generation.collect", prediction_id=str(prediction.pk))


def answer_in_hand(
    *, attempt: Attempt, output: Json, report: Report | None = None
) -> tuple[Prediction, Attempt]:
    """submitting or running -> collecting, by the caller at once: with the lease on it, as `begin_collecting`
    gives it. `output` is {"data"}, or {"inline": true} for bytes that the caller holds. Raises NotOurs."""
    with under_lock(attempt.prediction_id) as (prediction, handler):
        current = require_current(attempt, prediction)
        lease = from_now(retry_policy.LEASE)
        end(
            attempt,
            Outcome.ANSWERED,
            report=report,
            output=output,
            lease_until=lease,
            stumbles=F("stumbles") + 1,
        )
        _let_collect(prediction, handler, due_at=lease)
        current.refresh_from_db(fields=["outcome", "output", "stumbles", "lease_until"])
        return prediction, current


def _let_collect(prediction: Prediction, handler: Handler, *, due_at: Any) -> None:
    move(prediction, Status.COLLECTING, sources=[Status.SUBMITTING, Status.RUNNING], due_at=due_at)
    free_a_place(prediction)
    handler.changed(prediction)


def begin_collecting(*, prediction_id: uuid.UUID) -> tuple[Prediction, Attempt]:
    """Take the lease on collecting, so that two workers do not download the same. Raises NotOurs."""
    prediction = Prediction.objects.get(pk=prediction_id)
    answered = Attempt.objects.filter(prediction=prediction, outcome=Outcome.ANSWERED)
    attempt = answered.without_payload().order_by("-number").first()
    if prediction.status != Status.COLLECTING or attempt is None:
        raise NotOurs
    free = Attempt.objects.filter(pk=attempt.pk, outcome=Outcome.ANSWERED).exclude(lease_until__gt=Now())
    if attempt.stumbles >= retry_policy.COLLECT_TRIES:  # its collectors died over it, without a word
        Prediction.objects.filter(pk=prediction_id, stuck_at__isnull=True).update(stuck_at=Now())
        raise NotOurs
    lease = from_now(retry_policy.LEASE)
    if not free.update(lease_until=lease, stumbles=F("stumbles") + 1):
        raise NotOurs
    Prediction.objects.filter(pk=prediction_id, status=Status.COLLECTING).update(due_at=lease)
    attempt.refresh_from_db()
    return prediction, attempt


def renew_collecting(*, attempt: Attempt) -> None:
    """Its worker is alive and still at it. Nothing happens when it has given the lease back, or lost it."""
    lease = from_now(retry_policy.LEASE)
    with transaction.atomic():
        held = _held(attempt).filter(lease_until__isnull=False)
        if held.update(lease_until=lease):
            Prediction.objects.filter(pk=attempt.prediction_id, status=Status.COLLECTING).update(due_at=lease)


def _held(attempt: Attempt) -> AttemptQuerySet:
    """The attempt's row, while nobody else has begun to collect it: whoever does counts `stumbles` up."""
    rows: AttemptQuerySet = Attempt.objects.filter(
        pk=attempt.pk, outcome=Outcome.ANSWERED, stumbles=attempt.stumbles
    )
    return rows


def note_truncated(*, attempt: Attempt) -> int:
    """Its result ended in the middle once more: for how many times. Other stumbles say nothing of the result.
    Raises NotOurs."""
    times = int((attempt.output or {}).get("truncated", 0)) + 1
    if not _held(attempt).update(output={**(attempt.output or {}), "truncated": times}):
        raise NotOurs
    return times


def record_stored(*, attempt: Attempt, asset: Asset) -> None:
    """The picture is in storage and named by the attempt: should the handler stumble, or this
    worker die, it need not be fetched again. Raises NotOurs when our lease has gone to somebody
    else, who has a picture of his own; ours is then abandoned."""
    with transaction.atomic():
        if not _held(attempt).update(output={"asset": str(asset.pk)}):
            raise NotOurs
        assets.mark_kept(asset)


def succeed(*, attempt: Attempt, result: Json | None = None, asset: Asset | None = None) -> None:
    """collecting -> succeeded, and the handler is told, exactly once. Raises NotOurs, and
    whatever the handler raises (then nothing is written)."""
    with under_lock(attempt.prediction_id) as (prediction, handler):
        require_current(attempt, prediction)
        end(attempt, Outcome.SUCCEEDED)
        move(
            prediction,
            Status.SUCCEEDED,
            sources=[Status.COLLECTING],
            result=result,
            asset=asset,
            stuck_at=None,
        )
        handler.changed(prediction)
        handler.succeeded(prediction)


# --- sideways and back -----------------------------------------------------------------------


def fail(
    *,
    attempt: Attempt,
    failure: str,
    message: str,
    transient: bool = False,
    retry_after: float | None = None,
    report: Report | None = None,
    outcome: Outcome = Outcome.FAILED,
) -> None:
    """An attempt came to nothing. submitting, running, collecting -> queued for another one while
    that may help, -> canceled when an end was asked for, else -> failed, told to the handler."""
    with under_lock(attempt.prediction_id) as (prediction, handler):
        require_current(attempt, prediction)
        message = printable(message)
        end(attempt, outcome, report=report, failure=failure, message=message[:500])
        if prediction.status != Status.COLLECTING:
            free_a_place(prediction)
        if prediction.cancel_requested_at:
            finish(prediction, handler, Status.CANCELED, Failure.CANCELED, "Canceled.")
        elif transient and may_retry(attempt, prediction, failure):
            requeue(prediction, handler, failure, message, retry_after)
        else:
            finish(prediction, handler, Status.FAILED, failure, message)


def lose(*, attempt: Attempt) -> None:
    """submitting -> as `fail` has it: the call never reached the provider. `attempt` is as it was when that
    was found out. Raises NotOurs when its call was written down since then, for it may have been sent, and
    while the worker that wrote it down has its lease; who has not written it down cannot do so any more."""
    with under_lock(attempt.prediction_id) as (prediction, _):
        require_current(attempt, prediction)
        same = Attempt.objects.filter(pk=attempt.pk, payload_hash=attempt.payload_hash)
        if not (same if attempt.payload is None else same.abandoned()).exists():
            raise NotOurs
        fail(
            attempt=attempt,
            outcome=Outcome.LOST,
            failure=Failure.PROVIDER_ERROR,
            message="The call never reached the engine.",
            transient=True,
        )


def wait_for_storage(*, attempt: Attempt, message: str) -> None:
    """submitting or collecting -> queued, -> canceled when an end was asked for: our storage is away,
    and so far the attempt has cost nothing.

    All waits of one outage are kept as its first attempt, with their number in `stumbles`; none counts
    as a try. An outage of more than an hour fails the prediction.
    """
    with under_lock(attempt.prediction_id) as (prediction, handler):
        require_current(attempt, prediction)
        end(attempt, Outcome.FAILED, failure=Failure.STORAGE_ERROR, message=message, stumbles=1)
        Prediction.objects.filter(pk=prediction.pk).update(tries=F("tries") - 1)
        wait = joined_waits(attempt)
        if prediction.status != Status.COLLECTING:
            free_a_place(prediction)
        if prediction.cancel_requested_at:
            finish(prediction, handler, Status.CANCELED, Failure.CANCELED, "Canceled.")
        elif waited_too_long(wait):
            finish(prediction, handler, Status.FAILED, Failure.STORAGE_ERROR, message)
        else:
            pause = retry_policy.storage_pause(wait.stumbles)
            requeue(prediction, handler, Failure.STORAGE_ERROR, message, pause)


def end_canceled(*, attempt: Attempt, report: Report | None = None) -> None:
    """submitting or running -> canceled: the provider has ended it."""
    with under_lock(attempt.prediction_id) as (prediction, handler):
        require_current(attempt, prediction)
        end(attempt, Outcome.CANCELED, report=report, failure=Failure.CANCELED)
        free_a_place(prediction)
        finish(prediction, handler, Status.CANCELED, Failure.CANCELED, "Canceled.")


def stumble(*, attempt: Attempt, message: str, counts: bool = True) -> bool:
    """A handler raised, or our storage did not work: the row stays where it is, somebody comes
    back later, and after the last try it is left to staff. Returns whether that was the last. An outage
    of the database does not count."""
    with transaction.atomic():
        current = Attempt.objects.select_for_update().get(pk=attempt.pk)
        collecting = current.outcome == Outcome.ANSWERED  # counted when its lease was taken
        tries = current.stumbles + counts - collecting
        if not collecting or current.stumbles == attempt.stumbles:
            lease = {"lease_until": None} if collecting else {}
            noted = Attempt.objects.filter(pk=attempt.pk)
            noted.update(stumbles=tries, message=printable(message)[:500], **lease)
        last = counts and tries >= retry_policy.COLLECT_TRIES
        stuck = {"stuck_at": Now()} if last else {}
        delay = retry_policy.collect(tries)
        live = Prediction.objects.live().filter(pk=attempt.prediction_id)
        if live.update(due_at=from_now(delay + LATE), **stuck) and not last:
            jobs.defer("generation.tend", delay=delay, prediction_id=str(attempt.prediction_id))
        return last


def refuse(*, prediction_id: uuid.UUID, failure: str, message: str) -> None:
    """queued -> failed: it cannot even be tried. Raises NotOurs."""
    with under_lock(prediction_id) as (prediction, handler):
        if prediction.status != Status.QUEUED:
            raise NotOurs
        finish(prediction, handler, Status.FAILED, failure, message)


def note_empty_search(*, attempt: Attempt, grace: float) -> None:
    """The provider's listing knows nothing of the attempt yet: look once more after `grace` seconds."""
    with transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk, outcome=Outcome.CLAIMED).update(searched_at=Now())
        wait_for_adoption(attempt=attempt, seconds=grace)


def wait_for_adoption(*, attempt: Attempt, seconds: float) -> None:
    """submitting stays submitting: try to find the call again later."""
    with transaction.atomic():
        if unplanned(attempt.prediction_id, Status.SUBMITTING).update(due_at=from_now(seconds + LATE)):
            jobs.defer("generation.tend", delay=seconds, prediction_id=str(attempt.prediction_id))


def hold(*, attempt: Attempt, suspect_id: str) -> None:
    """submitting stays submitting until staff say whether that call is this one: unclear, may have been
    paid. Meanwhile it takes nobody's place."""
    with transaction.atomic():
        claimed = Attempt.objects.filter(pk=attempt.pk, outcome=Outcome.CLAIMED)
        moving = Prediction.objects.filter(
            pk=attempt.prediction_id, status=Status.SUBMITTING, stuck_at__isnull=True
        )
        if claimed.update(suspect_id=suspect_id) and moving.update(stuck_at=Now()):
            jobs.defer("generation.dispatch", provider=attempt.provider)


def search_again(*, suspect_id: str) -> None:
    """It is known whose call that is: whoever was held for it goes back to being searched for."""
    with transaction.atomic():
        held = (
            Attempt.objects.held().filter(suspect_id=suspect_id).order_by("pk").select_for_update(of=["self"])
        )
        attempts = list(held)
        Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).update(suspect_id="")
        for attempt in attempts:
            stuck = Prediction.objects.filter(pk=attempt.prediction_id, status=Status.SUBMITTING)
            stuck.update(stuck_at=None, due_at=from_now(LATE))
            jobs.defer("generation.tend", prediction_id=str(attempt.prediction_id))


def park(*, prediction_id: uuid.UUID, delay: float | None) -> None:
    """queued stays queued, since the gate is closed: for `delay` seconds, or until a place is free."""
    with transaction.atomic():
        planned = PARKED if delay is None else delay + LATE
        if unplanned(prediction_id, Status.QUEUED).update(due_at=from_now(planned)) and delay is not None:
            jobs.defer("generation.submit", delay=delay, prediction_id=str(prediction_id))


def request_cancel(*, prediction_id: uuid.UUID) -> None:
    """queued -> canceled at once. Later it is a request: the slot stays live until the provider
    has ended, and what arrives all the same is kept. Collecting is never canceled."""
    with under_lock(prediction_id) as (prediction, handler):
        if prediction.status == Status.QUEUED:
            finish(prediction, handler, Status.CANCELED, Failure.CANCELED, "Canceled.")
        elif prediction.status in Prediction.IN_FLIGHT and not prediction.cancel_requested_at:
            Prediction.objects.filter(pk=prediction.pk).update(cancel_requested_at=Now())
            jobs.defer("generation.cancel", prediction_id=str(prediction.pk))
            handler.changed(prediction)


def release_stuck(*, prediction_id: uuid.UUID) -> None:
    """Staff want it tried again: a fresh set of tries. Raises NotOurs."""
    with transaction.atomic():
        Attempt.objects.filter(prediction_id=prediction_id).update(stumbles=0)
        stuck = Prediction.objects.live().filter(pk=prediction_id, stuck_at__isnull=False)
        if not stuck.update(stuck_at=None, due_at=from_now(LATE)):
            raise NotOurs
        jobs.defer("generation.tend", prediction_id=str(prediction_id))
