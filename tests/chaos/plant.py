"""All processes of a site and what it leans on, each of which can be killed, stopped and started again."""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Self

import psutil
import psycopg
import requests

from config.server import embedded_postgres
from tests.browser.site import free_port
from tests.chaos.processor import Watch
from tests.chaos.relays import HOST, MailServer, PostOffice, Relay
from tests.support.replicate_server.running import StandIn
from tests.support.s3 import Bucket
from tests.support.test_database import PREFIX

ROOT = Path(__file__).resolve().parents[2]
RESET_SHARE = 0.05  # of accepted creations whose answer never arrives
SMALL_DISK_MB = 900
START_AGAIN_AFTER = 0.5  # seconds after which the supervisor starts again what fell


class Process:
    """One process of the site in a group of its own. The supervisor starts it again when it falls."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path):
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.falls: list[int] = []
        self.start()

    def start(self) -> None:
        with open(self.log, "a") as log:
            self.running = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def send(self, signum: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.running.pid, signum)

    def tend(self) -> None:
        code = self.running.poll()
        if code is not None:
            self.send(signal.SIGKILL)  # whatever is left of its group
            self.falls.append(code)
            time.sleep(START_AGAIN_AFTER)
            self.start()


class Plant:
    """Started on entering; on leaving everything ends and the data go."""

    def __init__(
        self, *, seed: int, web: int = 2, workers: int = 3, latency: float = 1.0, keep: bool = False
    ):
        self.rng = random.Random(seed)
        self.sizes = (web, workers)
        self.latency = latency
        self.keep = keep
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.folder.chmod(0o755)
        self.web: list[Process] = []
        self.workers: list[Process] = []
        self._closing = contextlib.ExitStack()
        self._over = threading.Event()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._closing = stack
            stack.callback(self._tidy)
            self._start_surroundings(stack)
            self.prepared = self._prepare(*self.numbers)
            stack.callback(self._stop)
            self._start_site()
            self.processor = self._watch_processor()
            stack.callback(self.processor.close)
            self._closing = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    numbers: tuple[int, int] = (4, 4)  # of designers, of subscribers

    # --- what it is made of

    def _start_surroundings(self, stack: contextlib.ExitStack) -> None:
        self.has_small_disk = self._mount_small_disk(stack)
        self.data = self.folder / "disk"
        self.data.mkdir(exist_ok=True)
        self.database_url = embedded_postgres.address(self.data)
        os.environ.pop(embedded_postgres.PRIVATE_VARIABLE, None)
        stack.callback(embedded_postgres.leave, self.data)
        self.stand_in = stack.enter_context(StandIn(latency=self.latency, pictures="once"))
        self.s3 = self._start_s3(stack)
        self.stood_in = [
            child.pid for child in psutil.Process().children() if "tests.support" in " ".join(child.cmdline())
        ]
        self.storage = Relay((HOST, int(self.s3.endpoint.rpartition(":")[2])))
        stand_in_port = int(self.stand_in.base_url.rpartition(":")[2])
        self.provider = Relay((HOST, stand_in_port), is_doomed=self._is_doomed)
        self.post = PostOffice(lambda: self.addresses, random.Random(self.rng.random()))
        self.mail = MailServer()
        for one in (self.storage, self.provider, self.post, self.mail):
            stack.callback(one.close)

    def _mount_small_disk(self, stack: contextlib.ExitStack) -> bool:
        """A file system of its own for database and temporary files, which can be filled: as root only."""
        disk = self.folder / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_MB}m,mode=755", "tmpfs", str(disk)]
        if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
            return False
        stack.callback(subprocess.run, ["umount", "-l", str(disk)], check=False)
        return True

    def _start_s3(self, stack: contextlib.ExitStack) -> Bucket:
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "tests.support.s3"], cwd=ROOT, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        stack.callback(process.stdin.close)
        bucket = Bucket(f"http://{HOST}:{process.stdout.readline().strip()}", "chaos")
        bucket.create()
        return bucket

    def _watch_processor(self) -> Watch:
        postmaster = self.data / "postgres" / "postmaster.pid"

        def database() -> list[int]:
            with contextlib.suppress(OSError, ValueError, IndexError):
                return [int(postmaster.read_text().split()[0])]
            return []

        return Watch({
            "workers": lambda: [process.running.pid for process in self.workers],
            "web": lambda: [process.running.pid for process in self.web],
            "database": database,
            "provider and storage": lambda: self.stood_in,
        })  # fmt: skip

    def _is_doomed(self, request: bytes) -> bool:
        creates = request.startswith(b"POST /v1/models") and b"/predictions" in request[:200]
        return creates and self.rng.random() < RESET_SHARE

    def environment(self) -> dict[str, str]:
        temporary = self.data / "tmp"
        temporary.mkdir(exist_ok=True)
        provider = self.stand_in.environment() | {"REPLICATE_BASE_URL": f"http://{HOST}:{self.provider.port}"}
        bucket = Bucket(f"http://{HOST}:{self.storage.port}", self.s3.name).environment()
        return {
            **os.environ, **provider, **bucket,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self.database_url,
            "DATA_DIR": str(self.folder / "site"),
            "TMPDIR": str(temporary),
            "SECRET_KEY": "chaos-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ-0123456789",
            "ALLOWED_HOSTS": HOST, "HTTPS": "0", "DEBUG": "0", "STAFF_MFA": "optional",
            "PUBLIC_URL": f"http://{HOST}:{self.post.port}",
            "EMAIL_URL": f"smtp://{HOST}:{self.mail.port}",
            "GENERATION_PROVIDER": "replicate",
            "LOG_LEVEL": "WARNING", "ACCESS_LOG": "0",
            "CHAOS_CLOCK": str(self.folder / "clock"),
        }  # fmt: skip

    def _prepare(self, designers: int, subscribers: int) -> dict[str, Any]:
        (self.folder / "site").mkdir()
        command = [sys.executable, "-m", "tests.chaos.prepare", str(designers), str(subscribers)]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(), check=True, stdout=subprocess.PIPE, text=True
        )
        return json.loads(done.stdout.splitlines()[-1])

    def _start_site(self) -> None:
        web, workers = self.sizes
        environment = self.environment()
        for number in range(web):
            port = free_port()
            command = [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
                "--workers", "1", "--blocking-threads", "64", "--respawn-failed-workers", "--no-ws",
                "--working-dir", str(ROOT), "--log-level", "error", "config.wsgi:application",
            ]  # fmt: skip
            process = Process(f"web-{number}", command, environment, self.folder / f"web-{number}.log")
            process.address = f"http://{HOST}:{port}"  # type: ignore[attr-defined]
            self.web.append(process)
        for number in range(workers):
            plain = [str(ROOT / "manage.py"), "procrastinate", "worker"]
            stepped = ["-m", "tests.chaos.stepped_worker"]
            command = [sys.executable, *(stepped if number == workers - 1 else plain)]
            log = self.folder / f"worker-{number}.log"
            self.workers.append(Process(f"worker-{number}", command, environment, log))
        for process in (*self.web, *self.workers):
            threading.Thread(target=self._supervise, args=(process,), daemon=True).start()
        threading.Thread(target=self._supervise_database, daemon=True).start()
        self._wait_until_ready()

    def _supervise(self, process: Process) -> None:
        while not self._over.wait(0.1):
            process.tend()

    def _supervise_database(self) -> None:
        """A database that fell (its disk was full) is started again, as any supervisor would."""
        while not self._over.wait(1.0):
            if not embedded_postgres.is_running(self.data / "postgres"):
                with contextlib.suppress(subprocess.CalledProcessError):
                    embedded_postgres.restart(self.data)

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + 60
        for address in self.addresses:
            while True:
                with contextlib.suppress(requests.RequestException):
                    if requests.get(f"{address}/readyz", timeout=5).ok:
                        break
                assert time.monotonic() < end, f"{address} is not ready"
                time.sleep(0.2)

    # --- what others do with it

    @property
    def addresses(self) -> list[str]:
        return [process.address for process in self.web]  # type: ignore[attr-defined]

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Straight to the database, past the product."""
        with psycopg.connect(self.database_url, connect_timeout=5) as connection:
            return connection.execute(sql, values or None).fetchall()  # type: ignore[arg-type]

    def step_clock(self, seconds: float) -> None:
        """Of the last worker, against the true time."""
        (self.folder / "clock").write_text(str(seconds))

    def fill_disk(self) -> None:
        """To the last byte."""
        with contextlib.suppress(OSError), open(self.data / "filler", "wb", buffering=0) as filler:
            while True:
                filler.write(bytes(1024 * 1024))
        with contextlib.suppress(OSError), open(self.data / "filler", "ab", buffering=0) as filler:
            while True:
                filler.write(bytes(4096))

    def empty_disk(self) -> None:
        (self.data / "filler").unlink(missing_ok=True)

    def _stop(self) -> None:
        self._over.set()
        for process in (*self.web, *self.workers):
            process.send(signal.SIGCONT)
            process.send(signal.SIGKILL)
        for process in (*self.web, *self.workers):
            process.running.wait(10)

    def _tidy(self) -> None:
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)
