"""The fixed words of the document in the languages factories read.

`data/translations.csv` holds labels, names of points of measure, how they are measured and the library's own
terms, `data/feature_translations.csv` how products are made (a neck is "boat", a hem is "rib"), one column a
language. They were written for this library and have not been checked by native speakers of the trade.
What a designer wrote is never translated.
"""

import re
from collections.abc import Iterable
from functools import cache

from techpack.library.points_of_measure import table

LANGUAGES = {
    "en": "English", "zh": "中文", "tr": "Türkçe", "pt": "Português", "it": "Italiano", "vi": "Tiếng Việt",
}  # fmt: skip


TERMS, FEATURES = "translations.csv", "feature_translations.csv"


def translated(words: str, language: str) -> str:
    """`words` in `language`; the English words where there is no translation."""
    return _found(words, language, TERMS) or words


def translated_feature(words: str, language: str) -> str:
    """The name of a feature, or one of its values."""
    return _found(words, language, FEATURES, TERMS) or words


def translated_phrase(words: str, language: str) -> str:
    """A remark such as "Side seam: tape to be specified", part by part; as it is unless each part is a term
    of the library."""
    if language == "en":
        return words
    parts = [_part(part, language) for part in _BETWEEN.split(words)]
    return words if None in parts else "".join(part or "" for part in parts)


def in_english(text: str, known: Iterable[str]) -> str:
    """Which of the `known` English words a text says in another language, or in two on two lines; the text
    itself when it says none of them."""
    lines = {" ".join(line.split()) for line in text.split("\n")}
    for words in known:
        if lines <= {words, *(translated_phrase(words, language) for language in LANGUAGES)}:
            return words
    return text


_BETWEEN = re.compile(r"(: |; )")


def _part(words: str, language: str) -> str | None:
    """In the middle of a sentence or at its head: "Main label" is the term "main label"."""
    if _BETWEEN.fullmatch(words):
        return words
    inside = words[:1].lower() + words[1:]
    return _found(words, language, TERMS, FEATURES) or _found(inside, language, TERMS, FEATURES)


def _found(words: str, language: str, *files: str) -> str | None:
    """In the first of these tables that has the words."""
    rows = (_rows(file).get(words) for file in files)
    return next((row[language] for row in rows if row), None)


@cache
def _rows(file: str) -> dict[str, dict[str, str]]:
    return {row["en"]: row for row in table(file)}
