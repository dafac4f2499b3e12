"""Read lengths as people write them, and write them back: one place for every way in.

`48.2`, `48,5 cm`, `482 mm`, `1 m`, `26 1/2 in`, `26½`, `26-1/2"`, `2' 2"`. A unit that is typed always
wins over the unit that was chosen beside the field.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Unit = Literal["cm", "in"]

CM_PER_INCH = Decimal("2.54")
INCHES_PER_FOOT = 12
_METRIC = {"mm": Decimal("0.1"), "cm": Decimal(1), "m": Decimal(100)}
_INCH_MARKS = r"(?:in(?:ch(?:es)?)?\.?|\"|”|″|'')"
_FOOT_MARKS = r"(?:ft\.?|feet|foot|'|’|′)"
_NUMBER = r"\d+(?:[.,]\d+)?"
_FRACTION = r"\d+/\d+"
_INCHES = rf"(?:(?P<whole>{_NUMBER})(?:[\s-]+(?P<part>{_FRACTION}))?|(?P<alone>{_FRACTION}))"
_METRIC_LENGTH = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>mm|cm|m)", re.IGNORECASE)
_INCH_LENGTH = re.compile(
    rf"(?:(?P<feet>\d+)\s*{_FOOT_MARKS}\s*)?(?:{_INCHES}\s*(?P<mark>{_INCH_MARKS})?)?", re.IGNORECASE
)
HOW = "Type a length like 70, 70.5 cm, 26 1/2 in or 26½."


class LengthError(ValueError):
    """The text is no length. The message is a sentence for people that says what to type."""


@dataclass(frozen=True)
class Length:
    """A length in centimetres (exact), the unit it was meant in, and the text as it was typed."""

    cm: Decimal
    unit: Unit
    as_typed: str


def read_length(text: str, *, unit: Unit = "cm") -> Length:
    """Read a typed length. `unit` is meant when the text names none. Raises LengthError."""
    typed = " ".join(text.split())
    plain = _plain(typed)
    metric = _METRIC_LENGTH.fullmatch(plain)
    if metric:
        factor = _METRIC[metric["unit"].lower()]
        return Length(_decimal(metric["number"]) * factor, "cm", typed)
    found = _INCH_LENGTH.fullmatch(plain)
    if not plain or found is None:
        raise LengthError(HOW)
    has_mark = bool(found["mark"] or found["feet"])
    has_fraction = bool(found["part"] or found["alone"])
    if unit == "cm" and not has_mark and not has_fraction:
        return Length(_decimal(found["whole"]), "cm", typed)
    if unit == "cm" and not has_mark:
        raise LengthError(f"“{typed}” looks like inches. Add the unit: {typed} in, or type centimetres.")
    return Length(_inches(found) * CM_PER_INCH, "in", typed)


def _inches(found: re.Match[str]) -> Decimal:
    total = _decimal(found["whole"]) if found["whole"] else Decimal(0)
    total += INCHES_PER_FOOT * int(found["feet"] or 0)
    part = found["part"] or found["alone"]
    if part:
        above, below = (int(number) for number in part.split("/"))
        if below == 0 or below > 64 or (found["part"] and above >= below):
            raise LengthError(HOW)
        exact = Fraction(above, below)
        total += Decimal(exact.numerator) / Decimal(exact.denominator)
    return total


def _plain(text: str) -> str:
    """With fractions in plain digits: "26½" is "26 1/2", "5 ¹⁄₁₆" is "5 1/16"."""
    spaced = re.sub(r"(\d)(?=[¼½¾⅐-⅞⅒↉])", r"\1 ", text)
    return unicodedata.normalize("NFKC", spaced).replace("⁄", "/").strip()


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", "."))
