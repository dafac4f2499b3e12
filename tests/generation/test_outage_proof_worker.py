"""A worker and a database that goes away under it."""

import asyncio
import datetime as dt
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg import OperationalError

from core import database_time
from core.outages import RETRY
from generation import jobs, outage_proof_worker
from generation.outage_proof_worker import FETCH
from generation.worker import BOUNDS, Queue
from tests.generation.test_deferring import run_worker, seen, task  # noqa: F401
from tests.support.job_queue import job_names
from tests.support.workers import end_connections, start_worker, until, worker

pytestmark = pytest.mark.django_db(transaction=True)


def is_idle() -> bool:
    return "generation.dispatch" not in job_names()


def has_begun() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '5 s'"
        )
        return bool(cursor.fetchone()[0])


def test_its_connections_are_cut_and_it_goes_on(shared_fake: Any) -> None:
    with worker() as process:
        until(has_begun, say="a worker")
        for _ in range(3):
            end_connections()
            jobs.defer("generation.dispatch", provider=shared_fake.name)
            until(is_idle, say="the end of a job")
        assert process.poll() is None


def test_a_part_of_it_fails_and_so_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(self: Any) -> None:
        raise ValueError("a side task")

    monkeypatch.setattr(outage_proof_worker.SteadyWorker, "_periodic_deferrer", fail)
    with (
        app.replace_connector(app.connector.get_worker_connector()),  # type: ignore[attr-defined]
        pytest.raises(RuntimeError, match="ended because part of it failed"),
    ):
        app.run_worker(wait=True, install_signal_handlers=False)


def test_jobs_that_wait_for_a_core_leave_places_to_others(task: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setitem(BOUNDS, Queue.SEEING, 2)
    two = threading.BoundedSemaphore(2)

    def see() -> None:
        seen.append("photo" if two.acquire(blocking=False) else "a third photo")
        time.sleep(0.2)
        two.release()

    task("test.see", see, queue=Queue.SEEING)
    task("test.collect", lambda: seen.append("result"))
    for name in ("see", "see", "see", "see", "see", "collect"):
        jobs.defer(f"test.{name}")
    asyncio.run(work_until(lambda: len(seen) == 6, concurrency=4))
    assert seen.count("photo") == 5
    assert seen.index("result") < 4


def test_what_it_puts_off_is_begun_when_it_falls_due(task: Any) -> None:  # noqa: F811
    """Not when it looks for jobs the next time, which here is after the end of the test."""

    def begin() -> None:
        with transaction.atomic():
            jobs.defer("test.later", delay=0.3)

    task("test.begin", begin)
    task("test.later", lambda: seen.append("done"))
    jobs.defer("test.begin")
    asyncio.run(work_until(lambda: bool(seen), fetch_job_polling_interval=60.0))
    assert seen == ["done"]


async def work_until(is_done: Callable[[], bool], **options: Any) -> None:
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        async with app.open_async():
            work = asyncio.create_task(
                app.run_worker_async(install_signal_handlers=False, listen_notify=False, **options)
            )
            async with asyncio.timeout(20):
                while not is_done():
                    await asyncio.sleep(0.02)
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work


def test_a_database_that_stays_away_ends_it_with_an_error() -> None:
    process = start_worker(_SELVEDGE_EMBEDDED="", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    try:
        assert process.wait(120) not in (0, None)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def away() -> ConnectorException:
    error = ConnectorException()
    error.__cause__ = OperationalError("the connection is closed")
    return error


def test_a_job_fetched_by_an_answer_that_was_lost_is_put_back(
    task: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task("test.lost", lambda: seen.append("done"))
    jobs.defer("test.lost")
    real = PsycopgConnector.execute_query_one_async
    lost: list[Any] = []

    async def lose_the_first(self: Any, query: Any, **arguments: Any) -> Any:
        row = await real(self, query, **arguments)
        if query == FETCH and not lost:
            lost.append(row)
            raise away()
        return row

    monkeypatch.setattr(PsycopgConnector, "execute_query_one_async", lose_the_first)
    monkeypatch.setattr(outage_proof_worker, "PAUSE", 0.0)

    async def work() -> None:
        async with app.open_async():
            running = asyncio.create_task(app.run_worker_async(install_signal_handlers=False))
            while not seen:
                await asyncio.sleep(0.05)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        asyncio.run(asyncio.wait_for(work(), 20))
    assert lost[0]["task_name"] == "test.lost"
    assert seen == ["done"]


def test_an_end_that_was_written_down_and_not_answered_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage_proof_worker, "PAUSE", 0.0)
    jobs.defer("generation.dispatch", provider="none")
    real = PsycopgConnector.execute_query_async
    lost: list[str] = []

    async def lose_the_first(self: Any, query: Any, **arguments: Any) -> None:
        await real(self, query, **arguments)
        if "finish_job" in query and not lost:
            lost.append(query)
            raise away()

    monkeypatch.setattr(PsycopgConnector, "execute_query_async", lose_the_first)
    run_worker()
    assert lost


def test_one_that_was_struck_off_the_list_while_it_was_stopped_goes_on(shared_fake: Any) -> None:
    with worker() as process:
        until(has_begun, say="a worker")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_workers")
        jobs.defer("generation.dispatch", provider=shared_fake.name)
        until(is_idle, say="the end of a job")
        assert process.poll() is None


@pytest.fixture
def an_hour_ahead(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This machine's wall clock; the database's is right."""
    monkeypatch.setattr(database_time, "_ahead", None)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1), tick=True):
        yield


def in_an_hour() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(scheduled_at) > now() + interval '30 min' FROM procrastinate_jobs)"
            " OR (SELECT max(defer_timestamp) > extract(epoch FROM now()) + 1800"
            " FROM procrastinate_periodic_defers)"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.usefixtures("an_hour_ahead")
def test_a_wrong_clock_puts_nothing_off(task: Any) -> None:  # noqa: F811
    """Neither what is deferred, nor what is tried again, nor what runs by the clock, nor the jobs of a dead
    worker."""

    def fail() -> None:
        seen.append("ran")
        jobs.defer("generation.dispatch", delay=60, provider="none")
        raise OSError("the storage is away")

    task("test.fails", fail, retry=RETRY)
    task("test.left", lambda: None)
    jobs.defer("test.left")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 h')")
        cursor.execute(
            "UPDATE procrastinate_jobs SET worker_id = (SELECT max(id) FROM procrastinate_workers)"
        )
    jobs.defer("test.fails")

    def is_at_work() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'test.fails' AND status = 'doing'"
                " OR task_name = 'test.left' AND status = 'doing'"
            )
            return bool(cursor.fetchone()[0])

    async def work() -> None:
        async with app.open_async():
            running = asyncio.create_task(app.run_worker_async(install_signal_handlers=False))
            while not seen or await asyncio.to_thread(is_at_work):
                await asyncio.sleep(0.05)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        asyncio.run(asyncio.wait_for(work(), 20))
    assert not in_an_hour()


def test_a_queue_that_is_behind_does_not_grow_by_what_runs_by_the_clock() -> None:
    jobs.defer("generation.sweep", timestamp=1)

    class Once(outage_proof_worker.DatabaseClock):
        async def wait(self, next_tick: float) -> None:
            raise asyncio.CancelledError

    async def begin() -> None:
        async with app.open_async():
            await Once(app, app.periodic_registry, **app.periodic_defaults).worker()

    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector), pytest.raises(asyncio.CancelledError):
        asyncio.run(begin())
    names = job_names()
    assert (names.count("generation.sweep"), names.count("generation.rescue_jobs")) == (1, 1)
