"""The embedded server after a hard stop of the machine it ran on."""

from pathlib import Path

from config.server import embedded_postgres


def test_a_server_that_died_with_its_machine_counts_as_stopped(tmp_path: Path):
    (tmp_path / "postgres").mkdir()
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{_nobodys_pid()}\n{tmp_path}/postgres\n")

    assert embedded_postgres.stop_if_unused(tmp_path)
    assert not pid_file.exists()


def _nobodys_pid() -> int:
    return int(Path("/proc/sys/kernel/pid_max").read_text()) - 1 if Path("/proc").exists() else 99998
