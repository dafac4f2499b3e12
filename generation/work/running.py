"""running: ask the provider, hear its answer (asked or told), and pass on the wish to cancel."""

import logging
import uuid

from django.db.models.functions import Now

from generation import backoff, providers, transitions
from generation.jobs import release_connection
from generation.models import Attempt, Failure, Prediction
from generation.providers.base import Provider, Report, TransientError
from generation.work.collecting import take_inline
from generation.work.stumbling import on_stumble

log = logging.getLogger(__name__)


def check(prediction_id: uuid.UUID) -> None:
    """Ask how an accepted call is doing."""
    attempt = _accepted(prediction_id)
    if attempt is None:
        return
    provider = providers.get(attempt.provider)
    release_connection()
    try:
        report = provider.fetch(_id_of(attempt))
    except TransientError as error:
        log.warning("attempt %s: could not be asked for: %s", attempt.pk, error.message)
        report = Report("running")
    with on_stumble(attempt):
        hear(attempt, report, provider)


def hear(attempt: Attempt, report: Report, provider: Provider) -> None:
    """What the provider says of a call, by whatever way it came; repeats and late news do no harm."""
    if report.state == "answered" and report.output is not None:
        _hear_answer(attempt, report)
    elif report.state == "canceled" and _was_asked_to_end(attempt):
        transitions.end_canceled(attempt=attempt, report=report)
    elif report.state in ("failed", "canceled"):
        transitions.fail(
            attempt=attempt,
            failure=report.failure or Failure.PROVIDER_ERROR,
            message=report.message,
            transient=report.transient or report.state == "canceled",  # nobody of us wanted it to end
            report=report,
        )
    elif (elapsed := _elapsed(attempt)) > provider.answer_timeout:
        _give_up_waiting(attempt, provider)
    else:
        _wait(attempt, elapsed, provider)


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


def _wait(attempt: Attempt, elapsed: float, provider: Provider) -> None:
    transitions.still_running(attempt=attempt, check_after=backoff.check(elapsed, provider.soonest_check))


def _give_up_waiting(attempt: Attempt, provider: Provider) -> None:
    try:
        provider.cancel(_id_of(attempt))
    except TransientError as error:
        log.warning("attempt %s: could not be canceled: %s", attempt.pk, error.message)
        _wait(attempt, provider.answer_timeout, provider)
        return
    transitions.fail(
        attempt=attempt,
        failure=Failure.TIMED_OUT,
        message="The engine took too long.",
        transient=True,
    )


def cancel(prediction_id: uuid.UUID) -> None:
    """Pass on the wish; what came of it is heard by the next check, which follows at once."""
    attempt = _accepted(prediction_id)
    if attempt is None:
        return
    try:
        providers.get(attempt.provider).cancel(_id_of(attempt))
    except TransientError as error:
        log.warning("attempt %s: could not be canceled: %s", attempt.pk, error.message)
    check(prediction_id)


def abandon(attempt_id: uuid.UUID) -> None:
    """End a call whose place another attempt has taken; its cost is on its row once it is known."""
    attempt = Attempt.objects.get(pk=attempt_id)
    if attempt.outcome != Attempt.Outcome.SUPERSEDED or attempt.external_id is None:
        return
    provider = providers.get(attempt.provider)
    provider.cancel(attempt.external_id)
    report = provider.fetch(attempt.external_id)
    Attempt.objects.filter(pk=attempt.pk).update(
        predict_seconds=report.predict_seconds, cost_usd=report.cost_usd, ended_at=Now()
    )


def _accepted(prediction_id: uuid.UUID) -> Attempt | None:
    return Attempt.objects.filter(
        prediction_id=prediction_id,
        prediction__status=Prediction.Status.RUNNING,
        outcome=Attempt.Outcome.ACCEPTED,
    ).first()


def _id_of(attempt: Attempt) -> str:
    assert attempt.external_id is not None
    return attempt.external_id
