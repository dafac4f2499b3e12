"""The database's clock, kept beside this machine's monotonic one: what is due when is decided there, and
a wall clock that is stepped, or wrong, must not put a job off for an hour."""

import datetime as dt
import time

from django.db import connection

KEPT = 60.0  # seconds: what two clocks drift apart meanwhile does not matter

_ahead: float | None = None  # of the monotonic clock
_set_at = 0.0


def told(epoch: float) -> None:
    """The database said that it is `epoch` (seconds since 1970) now."""
    global _ahead, _set_at  # noqa: PLW0603 - one clock a process
    _set_at = time.monotonic()
    _ahead = epoch - _set_at


def now() -> dt.datetime:
    """Asks the database at most once a minute, on this thread's connection."""
    if _ahead is None or time.monotonic() - _set_at > KEPT:
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
            told(float(cursor.fetchone()[0]))
    return last_known()


def last_known() -> dt.datetime:
    """Without asking: this machine's own wall clock until the database has said anything."""
    if _ahead is None:
        return dt.datetime.now(dt.UTC)
    return dt.datetime.fromtimestamp(_ahead + time.monotonic(), dt.UTC)
