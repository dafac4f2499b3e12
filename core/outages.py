"""Outages of the database, of our storage or of a mail server, and how jobs live through them.

Every job of ours may run twice, so each is simply tried again. One that runs every minute or more often
needs no second try: the next run is that.
"""

import datetime as dt
import itertools
import logging
import time
from collections.abc import Callable, Sequence

import psycopg
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from psycopg.errors import ForeignKeyViolation

from core import database_time
from core.storage import STORAGE_ERRORS

log = logging.getLogger(__name__)

LONGEST_PAUSE = 10  # seconds between two tries, and so until work goes on after an outage
MOST_TRIES = 1000  # during outages: almost three hours
WAIT_FOR_DATABASE = 600.0  # seconds a worker waits itself, to write down what it has
AFTER_AN_ERROR = (1, 5, 30)  # seconds before the next try after what is no outage


def database_is_away(error: BaseException) -> bool:
    """Whether the database did not answer, or broke the connection off: asked again, it may answer."""
    if isinstance(error, ConnectorException):  # what a job could not be deferred for
        return isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError)
    return isinstance(error, OperationalError | InterfaceError)


def is_outage(error: BaseException) -> bool:
    """Of the database or of our storage. A file that is not there is lost, not away."""
    storage = isinstance(error, STORAGE_ERRORS) and not isinstance(error, FileNotFoundError)
    return storage or database_is_away(error)


def names_what_is_gone(error: BaseException) -> bool:
    """Whether a row was to be written for something that somebody deleted at the same moment: nothing was."""
    return isinstance(error, IntegrityError) and isinstance(error.__cause__, ForeignKeyViolation)


def once_it_is_back[T](write: Callable[[], T]) -> T:
    """What `write` returns, which is called again and again while the database is away. Inside a
    transaction it is called once, for a broken transaction cannot go on."""
    if connection.in_atomic_block:
        return write()
    end = time.monotonic() + WAIT_FOR_DATABASE
    for pause in itertools.chain((0.2, 1.0), itertools.repeat(3.0)):
        try:
            return write()
        except Exception as error:
            if not database_is_away(error) or time.monotonic() > end:
                raise
            log.warning("waiting for the database: %s", error)
        connection.close()
        time.sleep(pause)
    raise AssertionError


class Retry(BaseRetryStrategy):
    """Try a job again as long as an outage lasts, and a few times after any other error, at the pauses
    `others` (seconds)."""

    def __init__(self, outage: Callable[[BaseException], bool], others: Sequence[int] = AFTER_AN_ERROR):
        self.outage = outage
        self.others = others

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if self.outage(exception):
            pause = min(LONGEST_PAUSE, 2 ** min(job.attempts, 10)) if job.attempts < MOST_TRIES else None
        else:
            pause = next(itertools.islice(self.others, job.attempts, None), None)
        if pause is None:
            return None
        return RetryDecision(retry_at=database_time.last_known() + dt.timedelta(seconds=pause))


RETRY = Retry(is_outage)
RETRY_MAIL = Retry(database_is_away, others=(60, 600, 3600))
