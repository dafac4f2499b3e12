"""Deferring background work, in web processes and in workers alike.

Inside a worker Procrastinate swaps in a connector of its own, so that a plain `task.defer()`
there survives a rolled-back transaction and may run before the row it concerns is visible.
`defer` always goes through Django's connection: the job commits with the row, or not at all.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from procrastinate import tasks
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager

from core import database_time, logs

# In a worker: has it look for jobs in so many seconds. What falls due is announced by nobody.
_look_in: Callable[[float], None] | None = None


def look_in_with(look: Callable[[float], None]) -> None:
    """Called by a worker: from now on `look(seconds)` is told when what this process defers falls due."""
    global _look_in  # noqa: PLW0603 - one worker a process
    _look_in = look


def defer(
    name: str, *, delay: float = 0, priority: int = 0, one_at_a_time: str = "", **arguments: Any
) -> None:
    """Put the job `name` into the queue as part of the current transaction, to run `delay`
    seconds from now, by the database's clock. `arguments` must be JSON.

    Of jobs that may run, those of higher `priority` are begun first. Of jobs with the same word in
    `one_at_a_time` one runs at once, and after what is more urgent: for work that nobody waits for, and
    that would take the cores from what somebody waits for.
    """
    how: dict[str, Any] = {"priority": priority}
    if delay > 0:
        how |= {"schedule_at": database_time.now() + dt.timedelta(seconds=delay)}
    if one_at_a_time:
        how |= {"lock": one_at_a_time, "priority": -10}
    _job(name, **how).defer(**arguments, **logs.carried())
    if delay > 0 and _look_in is not None:
        transaction.on_commit(partial(_look_in, delay))


def defer_many(name: str, arguments: Sequence[dict[str, Any]]) -> None:
    """`defer` once for each of these, in one query."""
    if arguments:
        _job(name).batch_defer(*({**each, **logs.carried()} for each in arguments))


def are_left(words: str) -> bool:
    """Whether jobs wait or run whose word in `one_at_a_time` begins with this."""
    return ProcrastinateJob.objects.filter(lock__startswith=words, status__in=("todo", "doing")).exists()


def in_queue(name: str, argument: str) -> set[Any]:
    """What the jobs `name` that wait or run have as `argument`."""
    jobs = ProcrastinateJob.objects.filter(task_name=name, status__in=("todo", "doing"))
    return set(jobs.values_list(f"args__{argument}", flat=True))


def waiting(name: str, argument: str) -> set[Any]:
    """What the jobs `name` that are about to run have as `argument`. Another one for the same would find
    nothing left to do: they see whatever is committed before they begin."""
    due = Q(scheduled_at=None) | Q(scheduled_at__lte=Now())
    jobs = ProcrastinateJob.objects.filter(due, task_name=name, status="todo")
    return set(jobs.values_list(f"args__{argument}", flat=True))


def planned(name: str, argument: str) -> set[Any]:
    """What the jobs `name` that are to run later have as `argument`."""
    later = ProcrastinateJob.objects.filter(task_name=name, status="todo", scheduled_at__gt=Now())
    return set(later.values_list(f"args__{argument}", flat=True))


def _job(name: str, **how: Any) -> JobDeferrer:
    task = app.tasks.get(name)
    queue = task.queue if task else None  # by which a worker bounds how many run at once
    return tasks.configure_task(name=name, queue=queue, job_manager=JobManager(DjangoConnector()), **how)


def release_connection() -> None:
    """Give this thread's database connection back to the pool before a long call.

    Thirty jobs wait for a provider at once, and only a few connections are needed for that.
    """
    if not connection.in_atomic_block:
        connection.close()
