"""Real workers in processes of their own, on the test's database, to be killed at will."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from config import postgres
from tests import making

NAME = "test-worker"
ROOT = Path(__file__).resolve().parent.parent


def database_url() -> str:
    """The address of the test's own database, for another process."""
    parts = connection.get_connection_params()
    user, host = parts["user"], parts["host"]
    return f"postgresql://{user}:@/{parts['dbname']}?host={host}"


def environment(**more: str) -> dict[str, str]:
    return os.environ | {
        "DATA_DIR": str(settings.DATA_DIR),
        postgres.PRIVATE_VARIABLE: f"{settings.DATA_DIR}|{database_url()}",
        "GENERATION_PROVIDER": making.FAKE,
        "PGAPPNAME": NAME,
        **more,
    }


def start_worker(**more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "procrastinate", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environment(**more), stderr=subprocess.DEVNULL)


def kill(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    with connection.cursor() as cursor:  # the server notices a dead client only when it next writes
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [NAME]
        )


@contextmanager
def worker(**more: str) -> Iterator[subprocess.Popen[bytes]]:
    process = start_worker(**more)
    try:
        yield process
    finally:
        kill(process)


def until(what: Callable[[], object], *, seconds: float = 30, say: str = "") -> None:
    """Wait for it, and fail in words."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f"{say or what} did not come within {seconds} s"
        time.sleep(0.05)
