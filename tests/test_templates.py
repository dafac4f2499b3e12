"""Templates, styles and scripts are readable: icons by name, lines that fit a screen, one rule a line."""

import re
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((HOME / "templates").rglob("*.*"))
STYLES = sorted((HOME / "static" / "css").glob("*.css"))
SCRIPTS = sorted((HOME / "static" / "js").glob("*.js"))
LONGEST = 160  # characters of a line


def test_icons_are_asked_for_by_name() -> None:
    assert not [path for path in TEMPLATES if 'viewBox="0 0 16 16"' in path.read_text()]


def test_no_line_is_wider_than_a_screen() -> None:
    files = [*TEMPLATES, *STYLES, *SCRIPTS]
    lines = [(path.name, n, len(line)) for path in files for n, line in enumerate(path.open(), start=1)]
    assert not [place for place in lines if place[2] > LONGEST + 1]


def test_a_style_has_one_declaration_a_line() -> None:
    """As Prettier writes it: what changed is the line that differs."""
    crowded = re.compile(r"\{.*[;}]|;.*;")  # a rule on one line, two declarations on one line
    lines = [(path.name, n, line) for path in STYLES for n, line in enumerate(path.open(), start=1)]
    assert not [
        place for place in lines if crowded.search(re.sub(r'url\(.*?\)|".*?"|/\*.*?\*/', "", place[2]))
    ]
