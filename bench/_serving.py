"""A throwaway site that the benchmarks ask things of: its data, and its web processes."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def throwaway_data(settings: str = "config.settings") -> Iterator[None]:
    """An embedded database of its own, empty, for this process and those it starts; the fake engine."""
    with TemporaryDirectory(prefix="selvedge-bench-") as folder:
        Path(folder).chmod(0o755)  # the user PostgreSQL runs as must get in
        os.environ |= {
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": settings,
            "GENERATION_PROVIDER": "generation.providers.fake.FakeProvider",
            "DEBUG": "0",
        }
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        from config.server import startup

        startup.migrate()
        startup.collect_static()
        yield


@contextmanager
def web_processes() -> Iterator[tuple[int, int]]:
    """Two, and no worker: the port they answer on, and the process they belong to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--no-worker", "--workers", "2", "--port", str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port, server)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")
