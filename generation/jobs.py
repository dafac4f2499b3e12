"""Deferring background work, in web processes and in workers alike.

Inside a worker Procrastinate swaps in a connector of its own, so that a plain `task.defer()`
there survives a rolled-back transaction and may run before the row it concerns is visible.
`defer` always goes through Django's connection: the job commits with the row, or not at all.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from procrastinate import tasks
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager


def defer(name: str, *, delay: float = 0, **arguments: Any) -> None:
    """Put the job `name` into the queue as part of the current transaction, to run `delay`
    seconds from now. `arguments` must be JSON."""
    schedule: dict[str, Any] = {"schedule_in": {"seconds": delay}} if delay > 0 else {}
    _job(name, **schedule).defer(**arguments)


def defer_many(name: str, arguments: Sequence[dict[str, Any]]) -> None:
    """`defer` once for each of these, in one query."""
    if arguments:
        _job(name).batch_defer(*arguments)


def _job(name: str, **schedule: Any) -> JobDeferrer:
    return tasks.configure_task(name=name, job_manager=JobManager(DjangoConnector()), **schedule)


def release_connection() -> None:
    """Give this thread's database connection back to the pool before a long call.

    Thirty jobs wait for a provider at once, and only a few connections are needed for that.
    """
    if not connection.in_atomic_block:
        connection.close()
