"""The fixed words of the document in the languages factories read.

`data/translations.csv` holds labels, names of points of measure and the library's own terms, one column a
language. They were written for this library and have not been checked by native speakers of the trade.
What a designer wrote is never translated.
"""

from functools import cache

from techpack.library.points_of_measure import table

LANGUAGES = {
    "en": "English", "zh": "中文", "tr": "Türkçe", "pt": "Português", "it": "Italiano", "vi": "Tiếng Việt",
}  # fmt: skip


def translated(words: str, language: str) -> str:
    """`words` in `language`; the English words where there is no translation."""
    if language == "en":
        return words
    row = _rows().get(words)
    return row[language] if row else words


@cache
def _rows() -> dict[str, dict[str, str]]:
    return {row["en"]: row for row in table("translations.csv")}
