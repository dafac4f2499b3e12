"""The short version of `make chaos`: every kind of process is killed, and everything has to add up."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHORT = [
    "--seed",
    "14",
    "--seconds",
    "40",
    "--packs",
    "3",
    "--blueprints",
    "2",
    "--grids",
    "5",
    "--every",
    "4",
    "--stop",
    "20",
    "--away",
    "8",
]


def test_a_site_broken_on_purpose_loses_nothing_and_pays_nothing_twice() -> None:
    command = [sys.executable, "-m", "tests.chaos", *SHORT]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-2000:]}"
