"""What the environment may say is written down where people look for it."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).resolve().parent.parent.parent
READ_IN = ("config/settings.py", "config/management/commands/serve.py")
READS = re.compile(r"\b(?:text|words|flag|number)\(\s*\"([A-Z0-9_]+)\"")


def variables() -> set[str]:
    found = {name for path in READ_IN for name in READS.findall((ROOT / path).read_text())}
    assert "DATABASE_URL" in found
    return found


@pytest.mark.parametrize("document", ["README.md", ".env.example"])
def test_every_variable_is_written_down(document: str) -> None:
    told = set(re.findall(r"[A-Z][A-Z0-9_]+", (ROOT / document).read_text()))
    assert not variables() - told


def test_a_variable_set_to_nothing_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "  ")
    assert env.text("SOMETHING", "default") == "default"
    assert env.number("SOMETHING", 7) == 7
    assert env.flag("SOMETHING", True) is True
    assert env.words("SOMETHING", "a, b,") == ["a", "b"]


@pytest.mark.parametrize(("value", "said"), [("1", True), ("Yes", True), ("off", False), ("0", False)])
def test_a_switch_is_read(monkeypatch: pytest.MonkeyPatch, value: str, said: bool) -> None:
    monkeypatch.setenv("SOMETHING", value)
    assert env.flag("SOMETHING", not said) is said


def test_what_is_no_switch_or_no_number_is_told_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOMETHING", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="SOMETHING=1 or SOMETHING=0"):
        env.flag("SOMETHING", False)
    with pytest.raises(ImproperlyConfigured, match="SOMETHING=12"):
        env.number("SOMETHING", 12)
