"""A worker that outlives a database that is away for a while, and ends with an error when it is away for
long: so that a supervisor that starts again what failed starts it, too.

Procrastinate's own ends at the first query that fails, and mostly as if it had been asked to.

What happens by the clock goes by the database's clock. Procrastinate's own asks each machine's, and writes
down what was begun for when: a machine whose clock is an hour ahead has begun the sweeps of that hour, and
when it is gone nobody sweeps until then.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, LiteralString

from procrastinate import App, sql
from procrastinate.connector import Notify
from procrastinate.contrib.django import utils
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.periodic import PeriodicDeferrer, PeriodicTask
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker
from psycopg.errors import ForeignKeyViolation, RaiseException

from core import database_time
from core.outages import WAIT_FOR_DATABASE, database_is_away
from generation import jobs

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two tries
JUST_AFTER = 0.002  # seconds past the moment at which a job falls due
FETCH = sql.queries["fetch_job"]
PUT_BACK = """
    UPDATE procrastinate_jobs SET status = 'todo'
    WHERE status = 'doing' AND worker_id = %(worker_id)s AND NOT id = ANY(%(running)s)
"""
WAITING = "SELECT DISTINCT task_name FROM procrastinate_jobs WHERE status = 'todo' AND args ? 'timestamp'"
POOL = {"timeout": 10.0, "reconnect_timeout": 5.0}  # else the last pauses between tries are minutes


class SteadyConnector(PsycopgConnector):
    """Repeats each query while the database is away.

    Only fetching a job is not repeated, for nobody knows whether the last one was fetched: there is none
    for the moment, and once the database is back, what we hold and do not run is put back.
    """

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.running: Callable[[], list[int]] = list
        self.register: Callable[[], Awaitable[None]] | None = None
        self.bounded: list[str] = []
        self.full: Callable[[], set[str]] = set
        self._away_since = 0.0
        self._may_have_fetched = False

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        await self._insist(super().execute_query_async, query, arguments)

    async def execute_query_one_async(self, query: LiteralString, **arguments: Any) -> dict[str, Any]:
        if query == FETCH:
            return await self._fetch(arguments)
        return await self._insist(super().execute_query_one_async, query, arguments)

    async def execute_query_all_async(self, query: LiteralString, **arguments: Any) -> list[dict[str, Any]]:
        return await self._insist(super().execute_query_all_async, query, arguments)

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        names = list(channels)
        while True:
            try:
                await super().listen_notify(on_notification, names)
            except ConnectorException as error:
                if not database_is_away(error):
                    raise
                await asyncio.sleep(PAUSE)  # jobs are looked for all the same

    async def _fetch(self, arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            if self._may_have_fetched:
                mine = {"worker_id": arguments["worker_id"], "running": self.running()}
                await super().execute_query_async(PUT_BACK, **mine)
                self._may_have_fetched = False
            row = await super().execute_query_one_async(FETCH, **self._with_room(arguments))
        except ConnectorException as error:
            if self.register is not None and isinstance(error.__cause__, ForeignKeyViolation):
                await self.register()  # stopped for so long that others have struck it off the list
                return {"id": None}
            self._may_have_fetched = True
            await self._wait(error)
            return {"id": None}
        self._away_since = 0.0
        return row

    def _with_room(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Without the queues of which as many jobs run here as may."""
        full = self.full()
        if not full:
            return arguments
        names = arguments["queues"] or ["default", "builtin", *self.bounded]
        return {**arguments, "queues": [name for name in names if name not in full]}

    async def _insist[T](
        self, ask: Callable[..., Awaitable[T]], query: LiteralString, arguments: dict[str, Any]
    ) -> T:
        while True:
            try:
                answer = await ask(query, **arguments)
            except ConnectorException as error:
                if isinstance(error.__cause__, RaiseException):
                    # Ended at the first try, or, while this worker was stopped, by another one.
                    log.info("%s", error.__cause__)
                    return None  # type: ignore[return-value]
                await self._wait(error)
            else:
                self._away_since = 0.0
                return answer

    async def _wait(self, error: ConnectorException) -> None:
        """Until the next try. Raises the error when it is no outage, or one that lasts too long."""
        self._away_since = self._away_since or time.monotonic()
        if not database_is_away(error) or time.monotonic() - self._away_since > WAIT_FOR_DATABASE:
            raise error
        log.warning("waiting for the database: %s", error.__cause__)
        await asyncio.sleep(PAUSE)


class DjangoWorkerConnector(DjangoConnector):
    def get_worker_connector(self) -> SteadyConnector:
        return SteadyConnector(kwargs=utils.connector_params(self.alias), **POOL)


class DatabaseClock(PeriodicDeferrer):
    """Begins what runs periodically, by the time of the database."""

    def __init__(self, app: App, registry: Any, **options: Any):
        super().__init__(registry, **options)
        self._app = app

    async def worker(self) -> None:
        while True:
            now = await self._now()
            waiting = await self._waiting()
            due = [(task, at) for task, at in self._due(now) if task.task.name not in waiting]
            await self.defer_jobs(jobs_to_defer=due)
            await self.wait(next_tick=self.get_next_tick(at=now))

    async def _now(self) -> float:
        asked_at = time.monotonic()
        row = await self._app.connector.execute_query_one_async("SELECT extract(epoch FROM now()) AS now")
        database_time.told(float(row["now"]), asked_at=asked_at)
        return float(row["now"])

    async def _waiting(self) -> set[str]:
        """Of which there is one that nobody has begun: in a queue that is behind they would pile up."""
        rows = await self._app.connector.execute_query_all_async(WAITING)
        return {row["task_name"] for row in rows}

    def _due(self, now: float) -> list[tuple[PeriodicTask, int]]:
        """Each once for the last time it was due, however many passed meanwhile: after a long stop, too."""
        due = {task.task.name: (task, at) for task, at in self.get_previous_tasks(at=now)}
        return list(due.values())


class SteadyWorker(Worker):
    """Runs at most `bounds` jobs of a queue at once, and of the others as many as it has places. Raises
    RuntimeError when it ends although nobody asked it to."""

    has_failed = False

    def __init__(self, *, bounds: Mapping[str, int], **options: Any):
        super().__init__(**options)
        self.bounds = bounds
        self.at_work: Counter[str] = Counter()

    async def run(self) -> None:
        if isinstance(self.app.connector, SteadyConnector):
            self.app.connector.running = self._running_ids
            self.app.connector.register = self._register
            self.app.connector.bounded = list(self.bounds)
            self.app.connector.full = self._full
        jobs.look_in_with(partial(self._look_in, asyncio.get_running_loop()))
        await super().run()
        if self.has_failed:
            raise RuntimeError("The worker ended because part of it failed; the log says which.")

    def _look_in(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        """Look for jobs then, from any thread: a check that falls due does not wait for the next look."""
        with suppress(RuntimeError):  # the loop is closed: the worker has ended
            loop.call_soon_threadsafe(loop.call_later, seconds + JUST_AFTER, self._new_job_event.set)

    def _full(self) -> set[str]:
        if not self.wait:
            return set()  # it ends when it is given no job
        return {queue for queue, most in self.bounds.items() if self.at_work[queue] >= most}

    async def _process_job(self, context: JobContext) -> None:
        queue = context.job.queue
        self.at_work[queue] += 1
        try:
            await super()._process_job(context)
        finally:
            self.at_work[queue] -= 1
            if queue in self.bounds:
                self._new_job_event.set()  # there may be more of it

    async def _register(self) -> None:
        self.worker_id = await self.app.job_manager.register_worker()

    async def _periodic_deferrer(self) -> None:
        await DatabaseClock(self.app, self.app.periodic_registry, **self.app.periodic_defaults).worker()

    def _running_ids(self) -> list[int]:
        return [context.job.id for context in self._running_jobs.values() if context.job.id]

    async def _monitor_side_tasks(self, side_tasks: list[asyncio.Task[Any]]) -> None:
        await super()._monitor_side_tasks(side_tasks)
        self.has_failed = True  # it only returns when one of them ended
