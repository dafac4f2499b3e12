"""What the documents name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/security.md")
A_PATH = re.compile(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|html|md))`")
A_TEST = re.compile(r"`(test_[a-z0-9_]+)`")
A_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def text_of(document: str) -> str:
    return (ROOT / document).read_text()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    links = [link for link in A_LINK.findall(text_of(document)) if "://" not in link]
    assert not [link for link in links if not (ROOT / document).parent.joinpath(link).exists()]


@pytest.mark.parametrize("document", ["docs/architecture.md", "docs/security.md"])
def test_every_test_that_is_named_exists(document: str) -> None:
    there = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(A_TEST.findall(text_of(document)))
    assert len(named) > 20
    assert not [name for name in named if f"def {name}(" not in there]


def test_every_threat_names_a_test_or_says_that_there_is_none() -> None:
    threats = text_of("docs/security.md").partition("## Threats")[2]
    rows = [line for line in threats.splitlines() if line.startswith("| ") and "| test |" not in line]
    assert len(rows) > 30
    assert not [row for row in rows if "not covered yet" not in row and not A_TEST.search(row)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_is_named_exists(document: str) -> None:
    apps = [
        ROOT,
        *(
            ROOT / name
            for name in ("generation", "techpack", "blueprint", "blueprint/scenes", "generation/providers")
        ),
    ]
    named = A_PATH.findall(text_of(document))
    assert not [path for path in named if not any((app / path).exists() for app in apps)]
