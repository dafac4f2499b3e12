"""The templates are readable: icons by name, lines that fit a screen."""

from pathlib import Path

TEMPLATES = sorted((Path(__file__).resolve().parent.parent / "templates").rglob("*.*"))


def test_icons_are_asked_for_by_name() -> None:
    assert not [path for path in TEMPLATES if 'viewBox="0 0 16 16"' in path.read_text()]
