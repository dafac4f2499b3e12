"""When a handler, a provider's code or our own raises: note it, keep what is known, come back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from core.outages import database_is_away, once_it_is_back
from generation import transitions
from generation.models import Attempt, Failure, Prediction

log = logging.getLogger(__name__)


@contextmanager
def on_stumble(attempt: Attempt) -> Iterator[None]:
    """Around everything that is done to an attempt. Another worker being first is no error;
    anything else leaves the row where it was, with a bounded backoff. While the database is away the note
    of that waits, too.

    After the last try a call that is still under way is given up, so that nobody waits for ever and
    what was charged is given back. A result that is there already, and a handler that cannot even be
    told of the failure, are left to staff.
    """
    try:
        yield
    except transitions.NotOurs:
        log.info("attempt %s: another worker was first", attempt.pk)
    except Exception as error:
        log.exception("attempt %s: stumbled", attempt.pk)
        if once_it_is_back(partial(_note, attempt, error)):
            _give_up(attempt)


def _note(attempt: Attempt, error: Exception) -> bool:
    counts = not database_is_away(error)
    return transitions.stumble(attempt=attempt, message=f"{type(error).__name__}: {error}", counts=counts)


def _give_up(attempt: Attempt) -> None:
    if not Prediction.objects.filter(pk=attempt.prediction_id, status__in=Prediction.IN_FLIGHT).exists():
        return
    message = "Something failed on our side."
    try:
        transitions.fail(attempt=attempt, failure=Failure.INTERNAL_ERROR, message=message)
    except transitions.NotOurs:
        log.info("attempt %s: another worker was first", attempt.pk)
    except Exception:
        log.exception("attempt %s: could not even be given up; it is on the staff's list", attempt.pk)
