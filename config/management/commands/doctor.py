"""`manage.py doctor`: ten lines about this machine for a bug report. It starts nothing."""

import os
import platform
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
import psycopg
from django.conf import settings
from django.core.checks import run_checks
from django.core.management.base import BaseCommand
from django.utils.version import get_version

from config.env import number, text
from config.server import embedded_postgres

PACKAGES = ("django-allauth", "psycopg", "granian", "opencv-python-headless", "pillow")
GIGABYTE = 1024**3
SECONDS = 3  # to wait for a database that does not answer


class Command(BaseCommand):
    help = "Print ten lines about this machine for a bug report: versions, ports, disk, database, browser."
    requires_system_checks: list[str] = []  # noqa: RUF012 - a setting that does not fit is one of its lines

    def handle(self, *args: Any, **options: Any) -> None:
        for name, value in report():
            self.stdout.write(f"{name:<10}{value}")


def report() -> Iterator[tuple[str, str]]:
    """Names and findings. One that cannot be had says why, and keeps none of the others back."""
    lines: dict[str, Callable[[], str]] = {
        "Selvedge": _version,
        "System": _system,
        "Python": _python,
        "Packages": _packages,
        "Settings": _settings,
        "Disk": _disk,
        "Memory": _memory,
        "Port": _port,
        "Database": _database,
        "Browser": _browser,
    }
    for name, look in lines.items():
        try:
            yield name, look()
        except Exception as error:
            yield name, f"not known: {type(error).__name__}: {_one_line(error)}"


def _version() -> str:
    command = ["git", "log", "-1", "--format=%h of %cs"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "no git history here"


def _system() -> str:
    return f"{platform.system()} {platform.release()} on {platform.machine()}, {os.cpu_count()} cores"


def _python() -> str:
    return f"{platform.python_version()}, Django {get_version()}"


def _packages() -> str:
    return ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)


def _settings() -> str:
    wrong = [str(message.id) for message in run_checks(tags=["selvedge"]) if message.is_serious()]
    mode = "DEBUG" if settings.DEBUG else "HTTPS" if settings.HTTPS else "HTTP"
    checks = f"wrong: {', '.join(wrong)} (manage.py check)" if wrong else "checks pass"
    return f"{mode}, engine {settings.GENERATION_PROVIDER}, {checks}"


def _disk() -> str:
    folder = settings.DATA_DIR
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free / GIGABYTE
    access = "writable" if os.access(there, os.W_OK) else "NOT WRITABLE"
    return f"{free:.1f} GB free at {_without_home(folder)}, {access}"


def _memory() -> str:
    memory = psutil.virtual_memory()
    return f"{memory.available / GIGABYTE:.1f} of {memory.total / GIGABYTE:.1f} GB available"


def _port() -> str:
    host, port = text("HOST", "127.0.0.1"), number("PORT", 8000)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.settimeout(SECONDS)
        taken = probe.connect_ex(({"0.0.0.0": "127.0.0.1"}.get(host, host), port)) == 0  # noqa: S104
    return f"{port} on {host} is {'taken: the site runs, or another program' if taken else 'free'}"


def _database() -> str:
    if not settings.EMBEDDED:
        return f"DATABASE_URL, {_server_version(_parameters())}"
    folder = settings.DATA_DIR / "postgres"
    if not folder.exists():
        return "embedded PostgreSQL, not made yet"
    if not embedded_postgres.is_running(folder):
        return f"embedded PostgreSQL {(folder / 'PG_VERSION').read_text().strip()}, not running"
    socket_folder = (folder / "postmaster.pid").read_text().splitlines()[4]
    return f"embedded, {_server_version({'host': socket_folder, 'user': 'postgres', 'dbname': 'postgres'})}"


def _parameters() -> dict[str, Any]:
    given = settings.DATABASES["default"]
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    more = {name: value for name, value in given["OPTIONS"].items() if name != "pool"}
    return {name: given[key] for key, name in names.items() if given.get(key)} | more


def _server_version(parameters: dict[str, Any]) -> str:
    with psycopg.connect(**{**parameters, "connect_timeout": SECONDS}) as connection:
        version = connection.info.server_version // 10000
        found = connection.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
    return f"PostgreSQL {version}, {'with our tables' if found and found[0] else 'no tables of ours'}"


def _browser() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = text("CHROMIUM") or next(filter(None, map(shutil.which, names)), "")
    if not found:
        return "no Chromium or Chrome (only the browser tests need one)"
    done = subprocess.run([found, "--version"], capture_output=True, text=True, check=False, timeout=20)
    return done.stdout.strip() or f"{_without_home(Path(found))} does not start"


def _without_home(path: Path) -> str:
    """A name of somebody's is nobody's business in a public report."""
    return str(path).replace(str(Path.home()), "~") if Path.home() != Path("/") else str(path)


def _one_line(error: Exception) -> str:
    said = " ".join(str(error).split())[:160]
    password = settings.DATABASES["default"].get("PASSWORD")
    return said.replace(password, "...") if password else said
