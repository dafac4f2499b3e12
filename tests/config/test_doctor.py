"""The ten lines for a bug report: they come whatever is wrong, and hold no secret."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.management.commands import doctor
from tests.support import workers

ROOT = Path(__file__).resolve().parents[2]
NAMES = [
    "Selvedge",
    "System",
    "Python",
    "Packages",
    "Settings",
    "Disk",
    "Memory",
    "Port",
    "Database",
    "Browser",
]


def report(**environment: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=ROOT, env=os.environ | environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return {line[:10].strip(): line[10:] for line in done.stdout.splitlines()}


def test_it_starts_nothing_where_there_is_no_database_yet(tmp_path: Path) -> None:
    said = report(DATA_DIR=str(tmp_path), _SELVEDGE_EMBEDDED="")
    assert list(said) == NAMES
    assert said["Database"] == "embedded PostgreSQL, not made yet"
    assert "checks pass" in said["Settings"]
    assert "GB free" in said["Disk"]
    assert not (tmp_path / "postgres").exists()


def test_a_database_that_does_not_answer_is_one_line_without_its_password(tmp_path: Path) -> None:
    address = "postgres://selvedge:hunter2@127.0.0.1:1/selvedge"
    said = report(DATA_DIR=str(tmp_path), DATABASE_URL=address, ALLOWED_HOSTS="a.example", SECRET_KEY="short")
    assert list(said) == NAMES
    assert said["Database"].startswith("not known: OperationalError")
    assert "hunter2" not in str(said)
    assert "selvedge.E010" in said["Settings"]
    assert "short" not in said["Settings"]


@pytest.mark.django_db
def test_a_database_that_answers_is_named_with_its_version(tmp_path: Path) -> None:
    said = report(DATA_DIR=str(tmp_path), DATABASE_URL=workers.database_url())
    assert said["Database"].startswith("DATABASE_URL, PostgreSQL ")
    assert said["Database"].endswith("with our tables")


@pytest.mark.django_db
def test_the_embedded_database_is_asked_where_it_runs() -> None:
    assert doctor._database().startswith("embedded, PostgreSQL ")


def test_a_port_that_is_taken_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        assert "free" in doctor._port()
        other.listen()
        assert "taken" in doctor._port()
