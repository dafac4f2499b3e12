"""The whole site in one command: up, down, and up again after it was killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from tests.browser.site import ROOT, Site, get, get_json
from tests.support.test_database import make_site_dir

PATIENCE = 120  # seconds; how long a loaded machine takes is not what is tested here
# Folders under the name of tests that nobody uses just now, as that of a killed site, are tidied up by any
# other run of the tests that begins meanwhile.
OWN = "selvedge-serve-"


class Running(NamedTuple):
    """What a process was when it was looked at: it may be gone by the time this is read."""

    pid: int
    name: str
    command: list[str]


def processes_of(site: Site) -> list[Running]:
    """Everything that runs on this site's data: by its environment, PostgreSQL by its arguments."""
    found = []
    for process in psutil.process_iter():
        try:
            environment, running = process.environ(), Running(process.pid, process.name(), process.cmdline())
            ended = process.status() == psutil.STATUS_ZOMBIE
        except psutil.Error:  # it ended while it was looked at
            continue
        ours = environment.get("DATA_DIR") == str(site.data_dir)
        if not ended and (ours or str(site.data_dir / "postgres") in running.command):
            found.append(running)
    return found


def eventually(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=OWN))
    folder.chmod(0o755)  # the user PostgreSQL runs as must get in
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site("--demo") as site:
        yield site


def test_a_site_starts_and_answers(site: Site) -> None:
    assert get_json(site, "/healthz") == (200, {"status": "alive"})
    assert get_json(site, "/readyz") == (200, {"status": "ready", "failing": []})
    assert get(site, "/accounts/login/")[0] == 200
    assert "demo@example.com / demo" in site.log
    assert "manage.py createsuperuser" in site.log
    assert str(site.data_dir) in site.log
    assert len(processes_of(site)) >= 4  # serve, the web server, the worker, PostgreSQL


def test_a_command_beside_a_running_site_leaves_its_database_up(site: Site) -> None:
    assert "No migrations to apply" in site.manage("migrate")
    assert get_json(site, "/readyz")[0] == 200


def test_a_worker_that_dies_is_started_again(site: Site) -> None:
    def workers() -> list[int]:
        return [process.pid for process in processes_of(site) if "procrastinate" in process.command]

    (first,) = workers()
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: workers() not in ([], [first]))


def test_a_site_that_is_stopped_leaves_nothing_running(site: Site) -> None:
    assert site.stop(signal.SIGTERM) == 0
    assert eventually(lambda: processes_of(site) == []), processes_of(site)


@pytest.fixture
def site_dir() -> Iterator[Path]:
    folder = make_site_dir(OWN)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_a_site_that_was_killed_starts_again_and_then_stops_for_good(site_dir: Path) -> None:
    site = Site("--demo", data_dir=site_dir).start()
    site.stop(signal.SIGKILL)

    def only_postgres_is_left() -> bool:
        return all(process.name.startswith("postgres") for process in processes_of(site))

    assert eventually(only_postgres_is_left), processes_of(site)
    site.start()
    assert get_json(site, "/readyz")[0] == 200
    assert site.stop(signal.SIGINT) == 0
    assert eventually(lambda: processes_of(site) == []), processes_of(site)


def test_a_taken_port_is_said_in_words(site_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        site = Site(data_dir=site_dir)
        site.port = taken.getsockname()[1]
        with pytest.raises(RuntimeError, match=f"Port {site.port} is taken by another program"):
            site.start()
    assert site.process is not None
    assert site.process.returncode == 1


def test_the_secret_key_is_for_its_owner_only(data_dir: Path) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT, env={**os.environ, "DATA_DIR": str(data_dir)}, check=True, capture_output=True,
    )  # fmt: skip
    assert (data_dir / "secret_key").stat().st_mode & 0o777 == 0o600
