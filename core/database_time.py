"""The database's clock, kept beside this machine's monotonic one: what is due when is decided there, and
a wall clock that is stepped, or wrong, must not put a job off for an hour."""

import datetime as dt
import time

from django.db import connection

KEPT = 60.0  # seconds: what two clocks drift apart meanwhile does not matter
PROMPT = 2.0  # seconds within which an answer says what time it is, and not what time it was

_ahead: float | None = None  # of the monotonic clock
_set_at = 0.0


def told(epoch: float, *, asked_at: float) -> None:
    """The database, asked at `asked_at` by the monotonic clock, said that it is `epoch` (seconds since 1970).

    A process that is stopped while the answer is on its way would take the time at which it was stopped for
    the present, so only a prompt answer counts, unless nothing is known at all."""
    global _ahead, _set_at
    if time.monotonic() - asked_at > PROMPT and _ahead is not None:
        return
    _ahead, _set_at = epoch - asked_at, asked_at


def now() -> dt.datetime:
    """Asks the database at most once a minute, on this thread's connection."""
    if _ahead is None or time.monotonic() - _set_at > KEPT:
        with connection.cursor() as cursor:
            asked_at = time.monotonic()
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            told(float(cursor.fetchone()[0]), asked_at=asked_at)
    return last_known()


def last_known() -> dt.datetime:
    """Without asking: this machine's own wall clock until the database has said anything."""
    if _ahead is None:
        return dt.datetime.now(dt.UTC)
    return dt.datetime.fromtimestamp(_ahead + time.monotonic(), dt.UTC)
