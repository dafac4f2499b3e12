"""The real site for a test: `manage.py serve` in a process, with data of its own."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.test_database import make_site_dir

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 240.0


class Site:
    """Started on entering, stopped on leaving. `address` has no slash at the end.

    `environment` overrides variables, `arguments` are those of serve, with one web process unless they say
    otherwise. With `data_dir` given the data stays (to start again on it); else it goes with the site.
    """

    def __init__(
        self, *arguments: str, data_dir: Path | None = None, environment: dict[str, str] | None = None
    ):
        self.port = free_port()
        self.arguments = ("--workers", "1", *(arguments or ("--demo",)))
        self.own_data = data_dir is None
        self.data_dir = data_dir or make_site_dir()
        self.environment = environment or {}
        self.process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.data_dir / "serve.log").read_text()

    def start(self) -> Self:
        environment = {**os.environ, "DATA_DIR": str(self.data_dir), **self.environment}
        with open(self.data_dir / "serve.log", "w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port), *self.arguments],
                cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self, signum: signal.Signals = signal.SIGTERM) -> int:
        """The exit code."""
        assert self.process is not None
        self.process.send_signal(signum)
        try:
            return self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def manage(self, *command: str) -> str:
        """What `manage.py COMMAND` prints, on this site's data."""
        environment = {**os.environ, "DATA_DIR": str(self.data_dir), **self.environment}
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self.process is not None and self.process.poll() is None:
                self.stop()
        finally:
            if self.own_data:
                shutil.rmtree(self.data_dir, ignore_errors=True)

    def _wait_until_ready(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + READY_WITHIN
        while "Selvedge is running" not in self.log:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the site did not start:\n{self.log}")
            time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(site: Site, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def get_json(site: Site, path: str) -> tuple[int, dict]:
    status, body = get(site, path)
    return status, json.loads(body)
