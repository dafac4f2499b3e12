"""When a handler, or our own code around it, raises: note it, keep what is known, come back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from generation import transitions
from generation.models import Attempt

log = logging.getLogger(__name__)


@contextmanager
def on_stumble(attempt: Attempt) -> Iterator[None]:
    """Around every transition of an attempt. Another worker being first is no error; anything
    else leaves the row where it was, with a bounded backoff, and then on the staff's list."""
    try:
        yield
    except transitions.NotOurs:
        log.info("attempt %s: another worker was first", attempt.pk)
    except Exception as error:
        log.exception("attempt %s: stumbled", attempt.pk)
        transitions.stumble(attempt=attempt, message=f"{type(error).__name__}: {error}")
