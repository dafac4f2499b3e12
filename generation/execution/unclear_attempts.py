"""Attempts of which nobody can tell whether they were made: unclear, may have been paid.

Looked for so late that the provider has forgotten what its calls were asked, an attempt is not sent again
while there is a call that may be its own. It waits on the staff's list of stuck work for their word, and
ends as failed when none comes within a day.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Iterable

from django.db import IntegrityError
from django.db.models.functions import Now

from core import database_time
from generation import transitions
from generation.execution import reconcile, unknown_calls
from generation.models import Attempt, Failure, Prediction, UnknownCall
from generation.providers.base import Found, Listed, Provider

log = logging.getLogger(__name__)

CLOCK_SKEW = dt.timedelta(minutes=2)  # between our database and the provider
LONGEST_SET_BACK = dt.timedelta(days=2)  # of a clock that was wrong
PATIENCE = dt.timedelta(days=1)  # with staff
UNCLEAR = "The engine's answer never came, so this was given up."


def earliest(attempt: Attempt) -> dt.datetime:
    """The time, by the database's clock, from which on a call may be this attempt's. One that was begun in
    the future was begun before the clock was set back, nobody knows by how much."""
    now = database_time.now()
    begun = attempt.created_at if attempt.created_at <= now else now - LONGEST_SET_BACK
    return begun - CLOCK_SKEW


def suspect(attempt: Attempt, found: list[Found], provider: Provider) -> tuple[Found | None, bool]:
    """One of these calls that may be the attempt's, and whether it says so itself. Raises TransientError."""
    doubtful = []
    for call in _made_meanwhile(attempt, found):
        made_for = provider.made_for(call.external_id)
        if made_for == attempt.pk:
            return call, True
        if made_for is None:
            doubtful.append(call)
    return (doubtful[0] if doubtful else None), False


def _made_meanwhile(attempt: Attempt, found: list[Found]) -> list[Found]:
    """Those forgotten that were made while the attempt was being sent, may have been paid, and were not
    explained by staff; those that nobody else is held for come first."""
    sent_by = attempt.lease_until or attempt.ended_at
    assert sent_by is not None
    until = sent_by + CLOCK_SKEW
    made = [call for call in found if call.forgotten and call.created_at <= until and call.cost != 0]
    ids = [call.external_id for call in made]
    explained = set(
        UnknownCall.objects.filter(external_id__in=ids, resolved_at__isnull=False)
        .values_list("external_id", flat=True)
    )  # fmt: skip
    others = Attempt.objects.held().filter(suspect_id__in=ids).exclude(pk=attempt.pk)
    taken = set(others.values_list("suspect_id", flat=True))
    left = [call for call in made if call.external_id not in explained]
    return sorted(left, key=lambda call: call.external_id in taken)


def hold(attempt: Attempt, call: Found, provider: Provider) -> None:
    log.warning("attempt %s: call %s may be its own, and nobody can tell", attempt.pk, call.external_id)
    listed = Listed(call.external_id, attempt.model, call.created_at, "answered", call.cost)
    unknown_calls.write_down(provider, listed)
    transitions.hold(attempt=attempt, suspect_id=call.external_id)
    end(Attempt.objects.held().filter(pk=attempt.pk, prediction__cancel_requested_at__isnull=False))


def take(prediction_id: uuid.UUID, *, by: object) -> bool:
    """The call is ours: take its result, or fail when that is gone. Returns whether it was held."""
    attempt = _held(prediction_id)
    if attempt is None:
        return False
    call = attempt.suspect_id
    try:
        transitions.accept(attempt=attempt, external_id=call, check_after=0, forgotten=True)
        _explain(call, f"Ours, says {by}.")
    except IntegrityError:
        log.info("call %s: another attempt has it", call)
    transitions.search_again(suspect_id=call)
    return True


def send_again(prediction_id: uuid.UUID, *, by: object) -> bool:
    """The call is not ours: whoever was held for it is searched for without it, and so made again unless
    there is another call like that. Returns whether it was held."""
    attempt = _held(prediction_id)
    if attempt is None:
        return False
    _explain(attempt.suspect_id, f"Not ours, says {by}.")
    transitions.search_again(suspect_id=attempt.suspect_id)
    return True


def end_undecided() -> None:
    """Nobody said anything for a day."""
    end(Attempt.objects.held().filter(prediction__stuck_at__lt=Now() - PATIENCE))


def end(held: Iterable[Attempt]) -> None:
    """Failed, or canceled, and what was charged is given back. Its call stays on the list of unknown ones."""
    for attempt in held:
        try:
            transitions.fail(attempt=attempt, failure=Failure.PROVIDER_ERROR, message=UNCLEAR)
        except transitions.NotOurs:
            log.info("attempt %s: another worker was first", attempt.pk)
        except Exception:
            log.exception("attempt %s: could not be given up", attempt.pk)


def _held(prediction_id: uuid.UUID) -> Attempt | None:
    held = Attempt.objects.held().filter(prediction_id=prediction_id)
    return held.filter(prediction__status=Prediction.Status.SUBMITTING).first()


def _explain(external_id: str, note: str) -> None:
    reconcile.explain(UnknownCall.objects.filter(external_id=external_id), note=note)
