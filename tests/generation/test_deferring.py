"""Jobs and transactions, under a real worker."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction
from procrastinate.contrib.django import app

from generation import jobs
from generation.models import ProviderGate
from tests.support.job_queue import job_names

pytestmark = pytest.mark.django_db(transaction=True)

seen: list[str] = []


def rows() -> int:
    return ProviderGate.objects.count()


@pytest.fixture
def task() -> Iterator[Any]:
    """Registers a function as a job for the time of one test."""
    names: list[str] = []
    seen.clear()

    def register(name: str, function: Any, **options: Any) -> None:
        app.task(name=name, **options)(function)
        names.append(name)

    yield register
    for name in names:
        del app.tasks[name]


def run_worker(**options: Any) -> None:
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, **options)


def defer_and_fail() -> None:
    with transaction.atomic():
        ProviderGate.objects.create(provider="written in the job")
        jobs.defer("test.child")
        raise ValueError("and now everything is taken back")


def test_in_a_worker_a_rolled_back_job_leaves_no_child(task: Any) -> None:
    task("test.parent", defer_and_fail)
    task("test.child", lambda: seen.append("child"))
    jobs.defer("test.parent")
    run_worker()
    assert (seen, rows()) == ([], 0)
    assert "test.child" not in job_names()


def test_in_a_worker_a_child_sees_the_row_it_was_committed_with(task: Any) -> None:
    def parent() -> None:
        with transaction.atomic():
            jobs.defer("test.child")
            ProviderGate.objects.create(provider="written in the job")

    task("test.parent", parent)
    task("test.child", lambda: seen.append(f"{rows()} row"))
    jobs.defer("test.parent")
    run_worker()
    run_worker()
    assert seen == ["1 row"]


def test_in_a_web_process_a_rolled_back_request_leaves_no_job() -> None:
    with pytest.raises(ValueError, match="taken back"):
        defer_and_fail()
    assert job_names() == []


def test_thirty_jobs_wait_at_once_and_hold_few_connections(task: Any, settings: Any) -> None:
    together = threading.Barrier(30, timeout=60)
    held: list[int] = []

    def wait() -> None:
        rows()  # takes a connection
        jobs.release_connection()
        if together.wait() == 0:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
                held.append(cursor.fetchone()[0])

    task("test.wait", wait)
    for _ in range(30):
        jobs.defer("test.wait")
    connections.close_all()
    run_worker(concurrency=30)
    assert len(held) == 1, "thirty jobs did not run at once"
    assert held[0] <= settings.DB_POOL_SIZE + 15  # ours, and Procrastinate's own
