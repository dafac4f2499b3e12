"""running: ask the provider, hear its answer (asked or told), and pass on the wish to cancel."""

import datetime as dt
import logging
import uuid

from django.db.models.functions import Now

from generation import jobs, limits, providers, retry_policy, transitions
from generation.execution import provider_reads, unclear_attempts
from generation.execution.collect import take_inline
from generation.execution.error_handling import on_stumble
from generation.jobs import release_connection
from generation.models import Attempt, Failure, Prediction
from generation.providers.base import Provider, Report, TransientError

log = logging.getLogger(__name__)

LAST_GRACE = 60.0  # seconds a call has to end after it was told to
LONGEST_SILENCE = 3600.0  # seconds past its time in which a provider that cannot be asked is asked again


def check(prediction_id: uuid.UUID) -> None:
    """Ask how an accepted call is doing, unless somebody else is about to."""
    attempt = _accepted(prediction_id)
    if attempt is not None and not _is_planned_later(prediction_id):
        _ask(attempt)


def _ask(attempt: Attempt) -> None:
    release_connection()
    with on_stumble(attempt):
        provider = providers.get(attempt.provider)
        report, held = provider_reads.at(attempt, provider)
        hear(attempt, report, provider, held=held)


def _is_planned_later(prediction_id: uuid.UUID) -> bool:
    """A second chain of looks ends here."""
    later = Now() + dt.timedelta(seconds=transitions.LATE + 0.5)
    return Prediction.objects.filter(pk=prediction_id, due_at__gt=later).exists()


def hear(attempt: Attempt, report: Report, provider: Provider, *, held: float = 0) -> None:
    """What the provider says of a call, by whatever way it came; repeats and late news do no harm.
    It is not asked again before `held` seconds have passed."""
    if report.state == "answered" and report.output is not None:
        _hear_answer(attempt, report)
    elif report.state == "canceled" and _was_asked_to_end(attempt):
        transitions.end_canceled(attempt=attempt, report=report)
    elif report.state in ("failed", "canceled"):
        transitions.fail(
            attempt=attempt,
            failure=report.failure or Failure.PROVIDER_ERROR,
            message=report.message,
            transient=_may_be_made_again(attempt, report),
            report=report,
        )
    elif (elapsed := _elapsed(attempt)) > provider.answer_timeout:
        _give_up_waiting(attempt, elapsed, provider)
    else:
        _wait(attempt, elapsed, provider, held)


def _may_be_made_again(attempt: Attempt, report: Report) -> bool:
    """One that was canceled, too, for nobody of us wanted it to end; but not one that was found only after
    the provider had forgotten it: that is hours ago, and it was paid."""
    return (report.transient or report.state == "canceled") and not attempt.suspect_id


def _was_asked_to_end(attempt: Attempt) -> bool:
    return Prediction.objects.filter(pk=attempt.prediction_id, cancel_requested_at__isnull=False).exists()


def _hear_answer(attempt: Attempt, report: Report) -> None:
    output = report.output
    assert output is not None
    if output.image_url is not None:
        transitions.answer(attempt=attempt, output={"image_url": output.image_url}, report=report)
    else:
        take_inline(attempt, output, report)


def _elapsed(attempt: Attempt) -> float:
    """Seconds since the provider accepted it, by the database's clock."""
    now, since = (
        Attempt.objects.filter(pk=attempt.pk).annotate(now=Now()).values_list("now", "accepted_at").get()
    )
    return (now - since).total_seconds() if since else 0.0


def _wait(attempt: Attempt, elapsed: float, provider: Provider, held: float) -> None:
    """Still running. A wish to end it that did not get through is repeated with every look."""
    if _was_asked_to_end(attempt):
        _try_to_cancel(attempt, provider)
    usual = retry_policy.check(elapsed, provider.soonest_check)
    transitions.still_running(attempt=attempt, check_after=max(usual, held))


def _give_up_waiting(attempt: Attempt, elapsed: float, provider: Provider) -> None:
    """Over time: end it, and hear once more what came of it. An answer that came at the last moment
    is taken; only what does not end even now is given up as it is. A provider that cannot be asked is asked
    again, for up to an hour: its answer may be there, and paid."""
    _try_to_cancel(attempt, provider)
    report, held = provider_reads.at(attempt, provider)
    grace = LONGEST_SILENCE if report is provider_reads.UNHEARD else LAST_GRACE
    if report.state == "running" and elapsed < provider.answer_timeout + grace:
        transitions.still_running(attempt=attempt, check_after=max(retry_policy.SLOWEST_CHECK, held))
    elif report.state in ("running", "canceled"):
        transitions.fail(
            attempt=attempt,
            failure=Failure.TIMED_OUT,
            message="The engine took too long.",
            transient=report is not provider_reads.UNHEARD,
            report=report,
        )
    else:
        hear(attempt, report, provider)


def _try_to_cancel(attempt: Attempt, provider: Provider) -> None:
    """Under the same limit as looking; what is held back is repeated with the next look."""
    if limits.reads_held(provider):
        return
    release_connection()
    try:
        provider.cancel(_id_of(attempt))
    except TransientError as error:
        log.warning("attempt %s: could not be canceled: %s", attempt.pk, error.message)
        provider_reads.refused(provider, error)


def cancel(prediction_id: uuid.UUID) -> None:
    """Pass on the wish, and look at once what came of it. One held for staff ends here."""
    attempt = _accepted(prediction_id)
    if attempt is None:
        unclear_attempts.end(Attempt.objects.held().filter(prediction_id=prediction_id))
        return
    with on_stumble(attempt):
        _try_to_cancel(attempt, providers.get(attempt.provider))
    _ask(attempt)


def abandon(attempt_id: uuid.UUID) -> None:
    """End a call whose place another attempt has taken, and learn what it cost: asked again until it
    has ended, for at most as long as a call may take."""
    attempt = Attempt.objects.without_payload().get(pk=attempt_id)
    if attempt.outcome != Attempt.Outcome.SUPERSEDED or attempt.external_id is None:
        return
    provider = providers.get(attempt.provider)
    elapsed = _elapsed(attempt)
    _try_to_cancel(attempt, provider)
    report, held = provider_reads.at(attempt, provider)
    if report.state == "running" and elapsed < provider.answer_timeout + LAST_GRACE:
        delay = max(retry_policy.SLOWEST_CHECK * 2, held)
        jobs.defer("generation.abandon", delay=delay, attempt_id=str(attempt_id))
        return
    Attempt.objects.filter(pk=attempt.pk).update(
        predict_seconds=report.predict_seconds, cost_usd=report.cost_usd, ended_at=Now()
    )


def _accepted(prediction_id: uuid.UUID) -> Attempt | None:
    accepted = Attempt.objects.filter(
        prediction_id=prediction_id,
        prediction__status=Prediction.Status.RUNNING,
        outcome=Attempt.Outcome.ACCEPTED,
    )
    return accepted.without_payload().first()


def _id_of(attempt: Attempt) -> str:
    assert attempt.external_id is not None
    return attempt.external_id
