"""Every fixed word of the PDF is looked up, and stands in each language that factories read."""

import re
from functools import cache
from pathlib import Path

import pytest

from techpack import flats
from techpack.editing.flat_drawing import callouts_on
from techpack.exports.pdf import words
from techpack.exports.pdf.words import LABELS
from techpack.flats import Specification
from techpack.library import features_of, points_of_measure, product_types
from techpack.library.sheets import requirements_of
from techpack.library.translations import LANGUAGES, translated, translated_feature, translated_phrase
from vision import close_ups

TEMPLATES = Path(words.__file__).parent / "templates"
_LOOKED_UP = re.compile(r'(?<![\w-])(?:t|t2|head|sheet|pictures)\(\s*"([^"]+)"')
_ROWS_OF_WORDS = re.compile(r"(?:header: |fill-in\()(\(.*)")
NAMED_IN_REMARKS = {"dress": ("neck", "sleeve", "closure"), "trousers": ("waistband",)}
FOREIGN = [one for one in LANGUAGES if one != "en"]
NO_WORDS = {"", ".", ",", "Lengths in"}  # the last is looked up with its unit
LOANED = {  # the trade's own words, and Italian's "no"
    "maxi", "midi", "mini", "raglan", "polo", "3/4", "V", "v", "kangaroo", "slim", "Pompom", "no", "zip",
}  # fmt: skip
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


@pytest.mark.parametrize("language", FOREIGN)
def test_every_word_has_a_translation(language: str) -> None:
    assert {one for one in LABELS if translated(one, language) == one} <= ALIKE


@pytest.mark.parametrize("language", FOREIGN)
def test_the_checklist_and_how_to_measure_are_translated(language: str) -> None:
    wanted = {one for kind in product_types() for one in requirements_of(kind)}
    told = {words for one in wanted for words in (one.field, one.reason)} | {"measure it with a tape"}
    told |= {point.how_to_measure for point in points_of_measure().values()}
    assert {one for one in told if translated(one, language) == one} == set()


@pytest.mark.parametrize("language", FOREIGN)
def test_features_and_their_values_are_translated(language: str) -> None:
    told = {
        words
        for kind in product_types()
        for name, values in features_of(kind).items()
        for words in (name.replace("_", " ").capitalize(), *values)
        if not words.isdigit()
    }
    same = {one for one in told if translated_feature("V" if one == "v" else one, language) == one}
    assert same <= LOANED


@cache
def _remarks() -> set[str]:
    """What our own callouts say: of every type, and with every feature that they name."""
    specifications = [Specification(kind) for kind in product_types()]
    for kind, names in NAMED_IN_REMARKS.items():
        specifications += [
            Specification(kind, features={name: value}) for name in names for value in features_of(kind)[name]
        ]
    return {
        callout["text"]
        for spec in specifications
        for view in flats.views_of(spec.product_type)
        for callout in callouts_on(flats.draw(spec, view), spec, view, known=set())
    }


@pytest.mark.parametrize("language", FOREIGN)
def test_every_remark_on_a_flat_is_translated(language: str) -> None:
    assert {one for one in _remarks() if translated_phrase(one, language) == one} == set()


@pytest.mark.parametrize("language", FOREIGN)
def test_the_titles_of_close_ups_are_translated(language: str) -> None:
    titles = set(re.findall(r'"([A-Z][a-z][a-z -]*)"', Path(close_ups.__file__).read_text()))
    assert "Button placket" in titles
    assert {one for one in titles if translated_phrase(one, language) == one} <= ALIKE


def test_a_remark_of_a_designer_stays_as_it_is() -> None:
    for text in ("Hem: 2 cm, double folded", "Side seam: as on the sample", "Note; see the sample"):
        assert translated_phrase(text, "zh") == text
    assert (
        translated_phrase("Main label: beside the main label; height to be specified", "zh").count(": ") == 1
    )
