"""The embedded server after a hard stop of the machine it ran on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.server import embedded_postgres


def test_a_server_that_died_with_its_machine_counts_as_stopped(tmp_path: Path):
    (tmp_path / "postgres").mkdir()
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{_nobodys_pid()}\n{tmp_path}/postgres\n")

    assert embedded_postgres.stop_if_unused(tmp_path)
    assert not pid_file.exists()


@pytest.mark.parametrize("is_ours", [True, False])
def test_the_number_of_another_postgresql_is_not_believed(tmp_path: Path, is_ours: bool) -> None:
    program, folder = tmp_path / "postgres", tmp_path / "data"
    shutil.copy(shutil.which("sleep") or "", program)
    folder.mkdir()
    with subprocess.Popen([program, "60"], cwd=folder if is_ours else tmp_path) as process:
        try:
            (folder / "postmaster.pid").write_text(f"{process.pid}\n{folder}\n")
            assert embedded_postgres.is_running(folder) is is_ours
        finally:
            process.kill()


def test_a_folder_may_have_spaces_and_umlauts_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "Grüße und Tee"
    script = """
import sys, pathlib, psycopg
from config.server import embedded_postgres
with psycopg.connect(embedded_postgres.address(pathlib.Path(sys.argv[1]))) as connection:
    print(connection.execute("SELECT 6 * 7").fetchone()[0])
"""
    environment = {name: value for name, value in os.environ.items() if name != "_SELVEDGE_EMBEDDED"}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    told = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        env=environment | {"PYTHONPATH": str(Path.cwd())},
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.strip() == "42", told.stderr
    assert not list(elsewhere.iterdir())


def _nobodys_pid() -> int:
    """One that is never given out."""
    return int(Path("/proc/sys/kernel/pid_max").read_text()) + 1 if Path("/proc").exists() else 99_999_999
