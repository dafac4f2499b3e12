"""The fixed words of the document in the languages factories read.

`data/translations.csv` holds labels, names of points of measure, how they are measured and the library's own
terms, `data/feature_translations.csv` how products are made (a neck is "boat", a hem is "rib"), one column a
language. They were written for this library and have not been checked by native speakers of the trade.
What a designer wrote is never translated.
"""

import re
from functools import cache

from techpack.library.points_of_measure import table

LANGUAGES = {
    "en": "English", "zh": "中文", "tr": "Türkçe", "pt": "Português", "it": "Italiano", "vi": "Tiếng Việt",
}  # fmt: skip


def translated(words: str, language: str) -> str:
    """`words` in `language`; the English words where there is no translation."""
    if language == "en":
        return words
    row = _rows("translations.csv").get(words)
    return row[language] if row else words


def translated_feature(words: str, language: str) -> str:
    """The name of a feature, or one of its values."""
    if language == "en":
        return words
    row = _rows("feature_translations.csv").get(words)
    return row[language] if row else translated(words, language)


def translated_phrase(words: str, language: str) -> str:
    """A remark such as "Side seam: tape to be specified", part by part; as it is unless each part is a term
    of the library."""
    if language == "en":
        return words
    parts = [_part(part, language) for part in _BETWEEN.split(words)]
    return words if None in parts else "".join(part or "" for part in parts)


_BETWEEN = re.compile(r"(: |; )")


def _part(words: str, language: str) -> str | None:
    """In the middle of a sentence or at its head: "Main label" is the term "main label"."""
    if _BETWEEN.fullmatch(words):
        return words
    for known in (words, words[:1].lower() + words[1:]):
        for file in ("translations.csv", "feature_translations.csv"):
            if row := _rows(file).get(known):
                return row[language]
    return None


@cache
def _rows(file: str) -> dict[str, dict[str, str]]:
    return {row["en"]: row for row in table(file)}
