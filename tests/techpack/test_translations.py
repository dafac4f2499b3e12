"""Every fixed word of the PDF is looked up, and stands in each language that factories read."""

import re
from pathlib import Path

import pytest

from techpack.exports.pdf import words
from techpack.exports.pdf.words import LABELS
from techpack.library.translations import LANGUAGES, translated

TEMPLATES = Path(words.__file__).parent / "templates"
_LOOKED_UP = re.compile(r'(?<![\w-])(?:t|t2|head|sheet|pictures)\(\s*"([^"]+)"')
_ROWS_OF_WORDS = re.compile(r"(?:header: |fill-in\()(\(.*)")
NO_WORDS = {"", ".", ",", "Lengths in"}  # the last is looked up with its unit
ALIKE = {"SPI", "No", "Total", "Item", "base", "Material", "Status", "Designer"}  # in some languages


def _fixed_words() -> set[str]:
    found = set()
    for template in TEMPLATES.glob("*.typ"):
        text = template.read_text()
        found.update(_LOOKED_UP.findall(text))
        for row in _ROWS_OF_WORDS.findall(text):
            found.update(re.findall(r'"([^"]*)"', re.sub(r"\w+\([^)]*\)", "", row)))
    return {one.strip() for one in found} - NO_WORDS


def test_every_word_of_the_templates_is_looked_up() -> None:
    assert _fixed_words() - set(LABELS) == set()


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_word_has_a_translation(language: str) -> None:
    assert {one for one in LABELS if translated(one, language) == one} <= ALIKE
