"""`manage.py serve`: the whole site from one command."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import sys
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import demo
from accounts.models import User
from blueprint import demo as blueprint_demo
from config import checks
from config.env import number, text
from config.server import startup, supervisor
from generation import jobs

ENGINES = {
    "local": "local engine (on this machine: no key, no network)",
    "replicate": "Replicate (cloud, billed)",
}
LEAST_ROOM = 300 * 10**6  # bytes: the database takes 60 MB, and 100 more for its log
READY_WITHIN = 60.0  # seconds
STOP_WITHIN = 15.0
# A web process holds open at once. Granian counts those that are kept alive, too: with fewer, pages that poll
# shut out whoever comes next.
CONNECTIONS = 4096
ACCESS_LINE = (
    '[%(time)s] %(addr)s - "%(method)s %(path)s %(protocol)s" %(status)d %(dt_ms).3f'  # no query string
)


class Command(BaseCommand):
    help = "Run the site: migrations, static files, a worker and the web server, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=number("PORT", 8000))
        parser.add_argument("--host", default=text("HOST", "127.0.0.1"), help="0.0.0.0 for other machines")
        parser.add_argument("--workers", type=int, default=2, help="web processes")
        parser.add_argument("--no-worker", action="store_true", help="no background worker here")
        parser.add_argument(
            "--demo",
            action="store_true",
            help="make a demo designer and a demo subscriber on the first start of the embedded database",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = _stop_on_signals()
        _require_free(options["host"], options["port"])
        _require_room(settings.DATA_DIR)
        self._prepare(demo_wanted=options["demo"])
        running = _start(options)
        try:
            if _wait_until_ready(options, running[0], stopping):
                self.stdout.write(_screen(options))
                for warning in checks.unreachable_public_url():
                    self.stdout.write(f"{warning.msg}\n{warning.hint}\n")
                self.stdout.flush()
            while not stopping.wait(0.5):
                for process in running:
                    process.tend()
        finally:
            supervisor.stop(running, within=STOP_WITHIN)

    def _prepare(self, *, demo_wanted: bool) -> None:
        if startup.migrate():
            self.stdout.write("Database is up to date.")
        if startup.collect_static():
            self.stdout.write("Static files are gathered.")
        if demo_wanted and settings.EMBEDDED:
            if demo.make_designer():
                jobs.defer("techpack.make_sample", user_id=demo.designer_id())
            blueprint_demo.make_subscriber()


def _stop_on_signals() -> threading.Event:
    """An event that Ctrl-C and a plain kill set, so that both end in the same orderly way."""
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, stop)
    return stopping


def _require_free(host: str, port: int) -> None:
    """What was killed a moment ago may still be letting go of the port."""
    deadline = time.monotonic() + 6
    while not _is_free(host, port):
        if time.monotonic() > deadline:
            raise CommandError(
                f"Port {port} is taken by another program. Stop that one, or choose another port:"
                f" make run PORT={port + 1}"
            )
        time.sleep(0.1)


def _require_room(folder: Path) -> None:
    """A database that meets a full disk while it writes is harder to mend than one not begun."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < LEAST_ROOM:
        raise CommandError(
            f"Only {free // 10**6} MB are free where {folder} lies, and {LEAST_ROOM // 10**6} MB are needed"
            " to begin. Free some, or choose another folder: make run DATA_DIR=/somewhere/else"
        )


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _start(options: dict[str, Any]) -> list[supervisor.Process]:
    os.environ["PORT"] = str(options["port"])  # as given by --port: the mails of both name it
    running = [supervisor.Process("web server", sys.executable, "-m", "granian", *_granian(options))]
    if not options["no_worker"]:
        manage = str(settings.BASE_DIR / "manage.py")
        running.append(supervisor.Process("worker", sys.executable, manage, "procrastinate", "worker"))
    return running


def _granian(options: dict[str, Any]) -> list[str]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    access = ["--access-log", "--access-log-fmt", ACCESS_LINE] if settings.ACCESS_LOG else []
    return [
        "--interface", "wsgi", "--host", options["host"], "--port", str(options["port"]),
        "--workers", str(options["workers"]), "--blocking-threads", str(settings.WEB_THREADS),
        "--backlog", str(CONNECTIONS), "--backpressure", str(CONNECTIONS),
        "--respawn-failed-workers", "--workers-kill-timeout", "4", "--no-ws",
        "--working-dir", str(settings.BASE_DIR), "--log-level", "error", *access,
        "config.wsgi:application",
    ]  # fmt: skip


def _wait_until_ready(options: dict[str, Any], web: supervisor.Process, stopping: threading.Event) -> bool:
    """False when asked to stop meanwhile. Raises CommandError when it does not come up."""
    deadline = time.monotonic() + READY_WITHIN
    failing: list[str] | None = None
    while not stopping.wait(0.05):
        if not web.is_up:
            raise CommandError("The web server did not start; what it said is above.")
        failing = _failing(options["host"], options["port"])
        if failing == []:
            return True
        if time.monotonic() > deadline:
            raise CommandError(f"Not ready after {READY_WITHIN:.0f} s: {failing or 'no answer'}.")
    return False


def _failing(host: str, port: int) -> list[str] | None:
    """What `/readyz` says is failing; None while nobody answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not a bind
    with contextlib.closing(http.client.HTTPConnection(host, port, timeout=5)) as connection:
        try:
            connection.request("GET", "/readyz")
            return json.loads(connection.getresponse().read())["failing"]
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return None


def _screen(options: dict[str, Any]) -> str:
    facts = {"Address": f"http://{options['host']}:{options['port']}"}
    if settings.EMBEDDED and demo.is_there():
        facts["Sign in"] = f"{demo.EMAIL} / {demo.PASSWORD}"
    if settings.EMBEDDED and blueprint_demo.is_there():
        facts["Blueprint"] = f"{facts['Address']}/blueprint/paid/?access={blueprint_demo.TOKEN}"
    if not User.objects.filter(is_staff=True).exists():
        facts["Staff"] = (
            f"none yet: {_own_python()} manage.py createsuperuser, then {facts['Address']}/admin/"
        )
    facts["Engine"] = ENGINES.get(settings.GENERATION_PROVIDER, settings.GENERATION_PROVIDER)
    if settings.EMBEDDED:
        facts["Data"] = f"{settings.DATA_DIR} (embedded PostgreSQL, pictures)"
        facts["Mail"] = "shown here" if not text("EMAIL_URL") else "as EMAIL_URL says"
    else:
        facts["Data"] = f"DATABASE_URL; pictures in {settings.AWS_STORAGE_BUCKET_NAME or settings.MEDIA_ROOT}"
    if options["no_worker"]:
        facts["Worker"] = "none here: python manage.py procrastinate worker"
    facts["Stop"] = "Ctrl-C"
    lines = "\n".join(f"  {name:<10}{value}" for name, value in facts.items())
    return f"\nSelvedge is running\n\n{lines}\n"


def _own_python() -> str:
    """As one types it in the folder of the site."""
    python, here = Path(sys.executable), settings.BASE_DIR
    return str(python.relative_to(here)) if python.is_relative_to(here) else "python"
