"""Real workers in processes of their own, on the test's database, to be killed at will."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from config.server import embedded_postgres
from generation.execution import sweep
from tests.support import factories
from tests.support.job_queue import drain, let_leases_run_out, let_searches_be_long_ago, work

NAME = "test-worker"
ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The address of the test's own database, for another process."""
    parts = connection.get_connection_params()
    user, host = parts["user"], parts["host"]
    return f"postgresql://{user}:@/{parts['dbname']}?host={host}"


def environment(**more: str) -> dict[str, str]:
    return os.environ | {
        "DATA_DIR": str(settings.DATA_DIR),
        embedded_postgres.PRIVATE_VARIABLE: f"{settings.DATA_DIR}|{database_url()}",
        "GENERATION_PROVIDER": factories.FAKE,
        "PGAPPNAME": NAME,
        **more,
    }


def start_worker(**more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "procrastinate", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environment(**more), stderr=subprocess.DEVNULL)


def kill(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait(60)
    end_connections()


def end_connections() -> None:
    """The server notices a dead client only when it next writes; then it may be carrying out still
    what that client said last, so it is waited for."""
    dead = "FROM pg_stat_activity WHERE application_name = %s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) {dead}", [NAME])
        until(lambda: not cursor.execute(f"SELECT {dead}", [NAME]).fetchone(), say="their end")


def take_over() -> None:
    """Do in this process, at once, what another worker finds of a killed one once its leases ran out."""
    end_connections()
    put_back_jobs()
    let_leases_run_out(600)
    sweep.sweep()
    drain()  # the first search for what the dead one had sent
    let_searches_be_long_ago()
    sweep.sweep()
    work()


@contextmanager
def nothing_stored() -> Iterator[Callable[[], None]]:
    """No picture is stored meanwhile, until what this yields is called: whoever tries waits for a lock."""
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE generation_asset IN SHARE ROW EXCLUSIVE MODE")
        yield other.commit


def put_back_jobs() -> None:
    """What `rescue_jobs` does once a dead worker's heartbeat is old. Upkeep of the queue itself is left out:
    only a worker can run it."""
    upkeep = [name for name, task in app.tasks.items() if task.pass_context]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = ANY(%s)", [upkeep])
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL WHERE status = 'doing'"
        )


@contextmanager
def worker(**more: str) -> Iterator[subprocess.Popen[bytes]]:
    process = start_worker(**more)
    try:
        yield process
    finally:
        kill(process)


def until(what: Callable[[], object], *, seconds: float = 120, say: str = "") -> None:
    """Wait for it, and fail in words."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f"{say or what} did not come within {seconds} s"
        time.sleep(0.05)
