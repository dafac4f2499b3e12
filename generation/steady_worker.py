"""A worker that outlives a database that is away for a while, and ends with an error when it is away for
long: so that a supervisor that starts again what failed starts it, too.

Procrastinate's own ends at the first query that fails, and mostly as if it had been asked to.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, LiteralString

from procrastinate import sql
from procrastinate.connector import Notify
from procrastinate.contrib.django import utils
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker
from psycopg.errors import RaiseException

from core.outages import WAIT_FOR_DATABASE, database_is_away

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two tries
FETCH = sql.queries["fetch_job"]
PUT_BACK = """
    UPDATE procrastinate_jobs SET status = 'todo'
    WHERE status = 'doing' AND worker_id = %(worker_id)s AND NOT id = ANY(%(running)s)
"""
POOL = {"timeout": 10.0, "reconnect_timeout": 5.0}  # else the last pauses between tries are minutes


class SteadyConnector(PsycopgConnector):
    """Repeats each query while the database is away.

    Only fetching a job is not repeated, for nobody knows whether the last one was fetched: there is none
    for the moment, and once the database is back, what we hold and do not run is put back.
    """

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.running: Callable[[], list[int]] = list
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
            row = await super().execute_query_one_async(FETCH, **arguments)
        except ConnectorException as error:
            self._may_have_fetched = True
            await self._wait(error)
            return {"id": None}
        self._away_since = 0.0
        return row

    async def _insist[T](
        self, ask: Callable[..., Awaitable[T]], query: LiteralString, arguments: dict[str, Any]
    ) -> T:
        is_repeated = False
        while True:
            try:
                answer = await ask(query, **arguments)
            except ConnectorException as error:
                if is_repeated and isinstance(error.__cause__, RaiseException):
                    return None  # type: ignore[return-value] # a job that was ended at the first try
                await self._wait(error)
                is_repeated = True
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


class SteadyWorker(Worker):
    """Raises RuntimeError when it ends although nobody asked it to."""

    has_failed = False

    async def run(self) -> None:
        if isinstance(self.app.connector, SteadyConnector):
            self.app.connector.running = self._running_ids
        await super().run()
        if self.has_failed:
            raise RuntimeError("The worker ended because part of it failed; the log says which.")

    def _running_ids(self) -> list[int]:
        return [context.job.id for context in self._running_jobs.values() if context.job.id]

    async def _monitor_side_tasks(self, side_tasks: list[asyncio.Task[Any]]) -> None:
        await super()._monitor_side_tasks(side_tasks)
        self.has_failed = True  # it only returns when one of them ended
