"""queued -> submitting -> running or collecting, and the search for calls nobody heard the end of."""

import datetime as dt
import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from core.lease_renewal import renewed
from core.outages import once_it_is_back
from generation import limits, providers, retry_policy, transitions
from generation.execution import json_repair, provider_reads, unclear_attempts
from generation.execution.collect import take_inline
from generation.execution.error_handling import on_stumble
from generation.jobs import release_connection
from generation.models import Attempt, Failure, Prediction
from generation.providers.base import (
    AmbiguousError,
    Found,
    Handle,
    Output,
    Payload,
    Provider,
    ProviderError,
    StorageAwayError,
    TransientError,
)
from generation.requests import images_of

log = logging.getLogger(__name__)

LATE = 0.2  # seconds after its turn at which a call may still be sent
MOST_TURNS = 10


# Held by whoever waits for the locks of a claim, or of a turn to send: with a connection each, of which a
# process has a dozen, and the gate lets one pass at a time. Thirty that wait would leave none to those whose
# results have come, nor to renew a lease. Together half of them.
CLAIMING = threading.BoundedSemaphore(max(1, settings.DB_POOL_SIZE // 3))
TAKING_TURNS = threading.BoundedSemaphore(max(1, settings.DB_POOL_SIZE // 6))


def submit(prediction_id: uuid.UUID) -> None:
    """Claim, commit, call, record."""
    prediction = Prediction.objects.get(pk=prediction_id)
    if prediction.status != Prediction.Status.QUEUED:
        return
    if prediction.tries:
        _search_once_more(prediction)
    release_connection()
    with CLAIMING:
        claimed = _claimed(prediction)
        release_connection()
    if claimed is None:
        return
    claim, provider, lease = claimed
    with on_stumble(claim.attempt), renewed(lease.renew, every=retry_policy.RENEWAL):
        _send(claim.prediction, claim.attempt, provider, lease)


def _claimed(prediction: Prediction) -> tuple[transitions.Claim, Provider, "Lease"] | None:
    try:
        provider = providers.get(prediction.provider)
    except ImportError:
        log.exception("prediction %s: there is no engine %r", prediction.pk, prediction.provider)
        _refuse(prediction.pk)
        return None
    began = time.monotonic()
    try:
        limits.look(provider, prediction)
        claim = transitions.claim(prediction_id=prediction.pk, provider=provider)
    except transitions.NotOurs:
        return None
    except limits.Closed as closed:
        transitions.park(prediction_id=prediction.pk, delay=closed.delay)
        return None
    return claim, provider, Lease(claim.attempt, began)


def _search_once_more(prediction: Prediction) -> None:
    """Right before a call that was looked for in vain would be made again: the queue may have taken minutes,
    and some lists are late. Found, it is running, and there is nothing left to claim."""
    lost = prediction.attempts.without_payload().order_by("number").last()
    if lost is None or lost.outcome != Attempt.Outcome.LOST or lost.payload is None:
        return
    with suppress(ImportError):  # an engine that is gone: whoever claims refuses it
        provider = providers.get(lost.provider)
        if provider.remembers:
            _search(lost, provider, early=True)


class Lease:
    """How long this process knows that the attempt is its own, by its monotonic clock.

    A worker that is stopped (SIGSTOP, a machine that hangs) between writing the call down and sending it
    would send it after others have given it up for lost: so the provider asks `holds` before the first byte.
    """

    MARGIN = 2.0  # seconds a request takes from there to the provider

    def __init__(self, attempt: Attempt, began: float):
        self.attempt = attempt
        self.ends = began + retry_policy.LEASE

    def renew(self) -> None:
        began = time.monotonic()
        if transitions.renew_claim(attempt=self.attempt):
            self.ends = began + retry_policy.LEASE

    def holds(self) -> bool:
        return time.monotonic() < self.ends - self.MARGIN


def _refuse(prediction_id: uuid.UUID) -> None:
    message = "The engine of this run is no longer available."
    with suppress(transitions.NotOurs):
        transitions.refuse(prediction_id=prediction_id, failure=Failure.INTERNAL_ERROR, message=message)


def _send(prediction: Prediction, attempt: Attempt, provider: Provider, lease: Lease) -> None:
    try:
        request = json_repair.with_problem(prediction.asked, attempt)
        images = images_of(request, account=prediction.account)
        release_connection()
        payload = provider.prepare(request, images, attempt.pk)
        _wait_for_its_turn(attempt, payload, provider)
        outcome = provider.submit(request, images, payload, may_send=lease.holds)
    except (ProviderError, limits.Closed) as error:
        _hear_error(attempt, provider, error)
    except transitions.NotOurs:
        log.warning("attempt %s: its lease ran out before it was sent", attempt.pk)
    except Exception:
        log.exception("attempt %s: the provider's code failed", attempt.pk)
        if provider.remembers:  # it may have been accepted all the same: as unclear as a cut connection
            transitions.search_soon(attempt=attempt)
        else:
            _fail_internally(attempt)
    else:
        _record(attempt, outcome, provider)


def _wait_for_its_turn(attempt: Attempt, payload: Payload, provider: Provider) -> None:
    """Write the call down and wait until it may be sent. Whoever is stopped meanwhile, and so comes late,
    takes another turn. Raises NotOurs, limits.Closed."""
    for _ in range(MOST_TURNS):
        with TAKING_TURNS:
            send_at = transitions.record_payload(attempt=attempt, payload=payload, provider=provider)
            release_connection()
        time.sleep(max(0.0, send_at - time.monotonic()))
        if time.monotonic() - send_at < LATE or not provider.limits.per_second:
            return
    raise limits.Closed(LATE)


def _record(attempt: Attempt, outcome: Handle | Output, provider: Provider) -> None:
    if isinstance(outcome, Handle):
        accept = partial(
            transitions.accept,
            attempt=attempt, external_id=outcome.external_id, check_after=provider.soonest_check,
        )  # fmt: skip
        once_it_is_back(accept)
    else:
        take_inline(attempt, outcome)


def _hear_error(attempt: Attempt, provider: Provider, error: ProviderError | limits.Closed) -> None:
    if isinstance(error, limits.Closed):
        _come_back(attempt, error.delay)
    elif isinstance(error, StorageAwayError):
        log.warning("attempt %s: our storage is away: %s", attempt.pk, error.__cause__)
        transitions.wait_for_storage(attempt=attempt, message=error.message)
    elif isinstance(error, TransientError):
        _retry_later(attempt, provider, error)
    elif isinstance(error, AmbiguousError):
        log.warning("attempt %s: unclear whether it was accepted: %s", attempt.pk, error.message)
        transitions.search_soon(attempt=attempt)
    else:
        transitions.fail(attempt=attempt, failure=error.failure, message=error.message)


def _come_back(attempt: Attempt, delay: float | None) -> None:
    """Its turn is too long from now: nothing was sent."""
    message = "The engine is busy right now."
    transitions.fail(
        attempt=attempt, failure=Failure.RATE_LIMITED, message=message, transient=True, retry_after=delay
    )


def _retry_later(attempt: Attempt, provider: Provider, error: TransientError) -> None:
    if error.failure == Failure.RATE_LIMITED and error.retry_after:
        limits.block(provider, seconds=error.retry_after)
    transitions.fail(
        attempt=attempt,
        failure=error.failure,
        message=error.message,
        transient=True,
        retry_after=error.retry_after,
    )


def _fail_internally(attempt: Attempt) -> None:
    transitions.fail(
        attempt=attempt,
        failure=Failure.INTERNAL_ERROR,
        message="The engine failed on this one.",
        transient=True,
    )


def search_early(attempt_id: uuid.UUID) -> None:
    """The worker that sent it, and alone may, heard no answer: its call is adopted when it is listed already.
    What was never written down was never sent, and is made again."""
    attempt = Attempt.objects.filter(
        pk=attempt_id, outcome=Attempt.Outcome.CLAIMED, prediction__status=Prediction.Status.SUBMITTING
    ).first()
    if attempt is None:
        return
    with on_stumble(attempt):
        if attempt.payload is None:
            transitions.lose(attempt=attempt)
        else:
            _search(attempt, providers.get(attempt.provider), early=True)


def recover(prediction_id: uuid.UUID) -> None:
    """submitting, and the lease has run out: the worker died, or nobody heard the provider's answer.

    What was never sent, or to an engine that remembers nothing, is made again. Otherwise the
    provider's listing is searched; a call of ours found there is adopted; one that may be ours, for the
    provider has forgotten what it was asked, holds the attempt for staff; searched for twice in vain,
    a grace period apart, it counts as never made.
    """
    attempt = (
        Attempt.objects.filter(
            prediction_id=prediction_id,
            prediction__status=Prediction.Status.SUBMITTING,
            prediction__stuck_at__isnull=True,
        )
        .order_by("-number")
        .first()
    )
    if attempt is None or not Attempt.objects.filter(pk=attempt.pk).abandoned().exists():
        return
    with on_stumble(attempt):
        provider = providers.get(attempt.provider)
        if attempt.payload is None or not provider.remembers:
            transitions.lose(attempt=attempt)
        else:
            _search(attempt, provider)


def _search(attempt: Attempt, provider: Provider, *, early: bool = False) -> None:
    """Adopt the call, hold the attempt, give it up, or look again later; `early`, only the first of these."""
    with _sole_search_for(attempt.payload_hash) as alone:
        if not alone or _twin_in_lease(attempt):
            transitions.wait_for_adoption(attempt=attempt, seconds=retry_policy.FIND_GRACE / 4)
            return
        if pause := limits.reads_held(provider):
            transitions.wait_for_adoption(attempt=attempt, seconds=pause)
            return
        try:
            call, is_ours = _found(attempt, provider)
        except TransientError as error:
            log.warning("attempt %s: the listing did not answer: %s", attempt.pk, error.message)
            pause = provider_reads.refused(provider, error)
            transitions.wait_for_adoption(attempt=attempt, seconds=max(retry_policy.FIND_GRACE / 3, pause))
            return
        if call is not None and is_ours:
            transitions.accept(
                attempt=attempt, external_id=call.external_id, check_after=0, forgotten=call.forgotten
            )
        elif not early:
            _hear_not_found(attempt, call, provider)


def _hear_not_found(attempt: Attempt, suspect: Found | None, provider: Provider) -> None:
    if suspect is not None:
        unclear_attempts.hold(attempt, suspect, provider)
    elif attempt.searched_at is None:
        transitions.note_empty_search(attempt=attempt, grace=retry_policy.FIND_GRACE)
    elif _searched_long_ago(attempt):
        transitions.lose(attempt=attempt)


def _found(attempt: Attempt, provider: Provider) -> tuple[Found | None, bool]:
    """The call that names the attempt, else one that was asked the same, else one of which nobody can tell;
    and whether it is certainly ours. Raises TransientError."""
    found = provider.find(_payload_of(attempt), unclear_attempts.earliest(attempt), attempt.pk)
    free = Attempt.objects.unowned_ids([call.external_id for call in found])
    found = [call for call in found if call.external_id in free]
    known = [call for call in found if call.named] or [call for call in found if not call.forgotten]
    if known:
        return known[0], True
    return unclear_attempts.suspect(attempt, found, provider)


def _payload_of(attempt: Attempt) -> Payload:
    assert attempt.payload is not None
    return Payload(model=attempt.model, body=attempt.payload)


def _searched_long_ago(attempt: Attempt) -> bool:
    before = Now() - dt.timedelta(seconds=retry_policy.FIND_GRACE)
    return Attempt.objects.filter(pk=attempt.pk, searched_at__lte=before).exists()


def _twin_in_lease(attempt: Attempt) -> bool:
    """Another attempt with this very payload is being sent: the call we would find may be its."""
    twins = Attempt.objects.filter(payload_hash=attempt.payload_hash, outcome=Attempt.Outcome.CLAIMED)
    return twins.filter(lease_until__gt=Now()).exclude(pk=attempt.pk).exists()


@contextmanager
def _sole_search_for(payload_hash: str) -> Iterator[bool]:
    """An advisory lock on the payload for this session, so that one found call goes to one attempt.
    It ends with the connection, should this process die."""
    key = int.from_bytes(bytes.fromhex(payload_hash)[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        alone = cursor.fetchone()[0]
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
