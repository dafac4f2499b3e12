"""The templates are readable: icons by name, lines that fit a screen."""

from pathlib import Path

TEMPLATES = sorted((Path(__file__).resolve().parent.parent / "templates").rglob("*.*"))


LONGEST = 160  # characters of a line


def test_icons_are_asked_for_by_name() -> None:
    assert not [path for path in TEMPLATES if 'viewBox="0 0 16 16"' in path.read_text()]


def test_no_line_is_wider_than_a_screen() -> None:
    lines = [(path.name, n, len(line)) for path in TEMPLATES for n, line in enumerate(path.open(), start=1)]
    assert not [place for place in lines if place[2] > LONGEST + 1]
