"""The database's clock was ahead, and was set right: what was put off until a time that is a day ahead now
would wait for a day. It is made due as if the clock had been right all along.

That it was ahead is seen from what carries its time: the last sign of life of a worker, and when the jobs
that wait for a later time were put into the queue. Neither can lie in the future of a clock that goes on.
"""

import datetime as dt
import logging

from django.db import connection, models, transaction

log = logging.getLogger(__name__)

LEAST = dt.timedelta(seconds=60)  # that is set right; less passes by itself
LOCK = 7_315_804  # any number that nothing else here takes
QUEUE = (
    ("procrastinate_jobs", "scheduled_at"), ("procrastinate_events", "at"),
    ("procrastinate_workers", "last_heartbeat"),
)  # fmt: skip
# An event "scheduled" carries the time that its job waits for; the others, when they happened.
AHEAD = """
SELECT greatest(
    (SELECT max(last_heartbeat) FROM procrastinate_workers),
    (SELECT max(e.at) FROM procrastinate_events e JOIN procrastinate_jobs j ON j.id = e.job_id
        WHERE j.status = 'todo' AND j.scheduled_at > now() AND e.type <> 'scheduled')
) - now()
"""

_due: list[tuple[str, str]] = []


def register(model: type[models.Model], *columns: str) -> None:
    """Columns of times until which something waits, or is somebody's, that the product itself set."""
    _due.extend((model._meta.db_table, column) for column in columns)


def set_back() -> dt.timedelta:
    """By how much the clock was set back since somebody wrote down its time; nothing where it goes on."""
    with connection.cursor() as cursor:
        cursor.execute(AHEAD)
        ahead: dt.timedelta | None = cursor.fetchone()[0]
    return ahead if ahead is not None and ahead > LEAST else dt.timedelta()


def make_due() -> dt.timedelta:
    """Take from every such time in the future what the clock was set back by; returns that. Of several
    workers one does it, and the next finds nothing."""
    if not set_back():
        return dt.timedelta()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        by = set_back()
        for table, column in (*_due, *QUEUE) if by else ():
            cursor.execute(
                f'UPDATE "{table}" SET "{column}" = "{column}" - make_interval(secs => %s)'  # noqa: S608
                f' WHERE "{column}" > now()',
                [by.total_seconds()],
            )
    if by:
        log.warning("the database's clock was set back by %s: what waits is due by the new one", by)
    return by
