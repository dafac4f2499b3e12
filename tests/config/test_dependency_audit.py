"""`make lint` fails for a dependency with a known flaw, and says so where nobody can be asked."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "bin" / "audit-dependencies"
FLAW = {"id": "PYSEC-2026-1", "fix_versions": ["6.1.9"], "aliases": [], "description": ""}
CLEAN: dict[str, Any] = {"name": "django", "version": "6.1.1", "vulns": []}


@pytest.mark.parametrize(
    ("listed", "code", "words"),
    [
        ([CLEAN], 0, "No vulnerability is known in 1 of 1 dependencies."),
        ([CLEAN | {"vulns": [FLAW]}], 1, "django 6.1.1: PYSEC-2026-1, mended in 6.1.9"),
        ([{"name": "django", "skip_reason": "not found"}], 0, "cannot be reached from here"),
        (None, 0, "cannot be reached from here"),
    ],
)
def test_a_known_flaw_fails_and_an_unreachable_list_is_said(
    tmp_path: Path, listed: Any, code: int, words: str
) -> None:
    for folder in ("bin", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(SCRIPT, tmp_path / "bin")
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    answer = json.dumps({"dependencies": listed}) if listed else ""
    asked = tmp_path / ".venv/bin/pip-audit"
    asked.write_text(f"#!/bin/bash\nprintf '%s' '{answer}' > \"${{@: -1}}\"\nexit 1\n")
    asked.chmod(0o755)
    ran = subprocess.run([tmp_path / "bin" / SCRIPT.name], capture_output=True, text=True, check=False)
    assert (ran.returncode, words in ran.stdout) == (code, True), ran.stdout + ran.stderr
