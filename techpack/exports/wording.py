"""Text on its way into a file: made safe to write, short enough to fit, and possible to break."""

import dataclasses
import re
import unicodedata
from itertools import accumulate
from typing import Any, cast

# What neither XML nor a PDF can carry: control characters, halves of emoji, and what Unicode reserves.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# A word without a place to break at. Han, kana and hangul break between any two characters.
_UNBREAKABLE = re.compile(r"[^\s\u200b\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]{25,}")
_LONGEST_PIECE = 12
_WIDE = ("W", "F")

UNSPECIFIED = "to be specified"

_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def cleaned[T](value: T) -> T:
    """Replace what no file can carry with U+FFFD, in a text or in everything a document holds."""
    return cast(T, _cleaned(value))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _FORBIDDEN.sub("\ufffd", value)
    if isinstance(value, list | tuple):
        return type(value)(_cleaned(item) for item in value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _cleaned(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value


def short(text: str, most: int) -> str:
    """Cut `text` to one line of at most `most` characters, with an ellipsis where it was cut.

    Han, kana and hangul are as wide as two Latin characters and count as two.
    """
    line = " ".join(text.split())
    return line if _width(line) <= most else line[: _fitting(line, most - 1)].rstrip() + "…"


def is_cut(text: str, most: int) -> bool:
    """Whether `short` leaves something of the text out."""
    return _width(" ".join(text.split())) > most


def _width(text: str) -> int:
    return len(text) + sum(unicodedata.east_asian_width(character) in _WIDE for character in text)


def _fitting(text: str, width: int) -> int:
    """How many characters of `text` are together no wider than `width`."""
    ends = accumulate(map(_width, text[:width]))
    return sum(end <= width for end in ends)


def beginning(text: str, *, most: int, lines: int) -> str:
    """Cut `text` after `most` characters or `lines` lines, with an ellipsis where it was cut."""
    text = text.strip()
    start = "\n".join(text.splitlines()[:lines])
    if len(start) > most:
        return start[: most - 1].rstrip() + "…"
    return start if len(start) == len(text) else start.rstrip() + " …"


def breakable(text: str) -> str:
    """Put invisible breaks into words that are wider than a cell of a table."""
    return _UNBREAKABLE.sub(_with_breaks, text)


def _with_breaks(found: re.Match[str]) -> str:
    word = found[0]
    pieces = (word[at : at + _LONGEST_PIECE] for at in range(0, len(word), _LONGEST_PIECE))
    return "\u200b".join(pieces)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might calculate `text` when it opens a CSV file."""
    return bool(_FORMULA.match(text))
