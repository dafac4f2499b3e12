"""Cells as text: what a person typed into a value of a model's field, and back."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models

from core.text import plain_line, without_nul
from techpack.services.errors import NotPossible

LARGEST = Decimal(10) ** 9

type AnyField = models.Field[Any, Any]
type DecimalField = models.DecimalField[Any, Any]


class CellError(NotPossible):
    """A cell cannot hold what was typed. The message is a sentence for people; `where` names the cell."""

    def __init__(self, sentence: str, where: tuple[str, str, str] = ("", "", "")):
        super().__init__(sentence)
        self.where = where


def written(value: Any) -> str:
    """A value as its cell shows it; numbers without zeros at their end."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return ", ".join(value)
    return str(value)


def read(field: AnyField, text: str) -> Any:
    """What a cell of this field holds when somebody types `text`. Raises CellError."""
    clean = plain_line(without_nul(text))
    if isinstance(field, models.DecimalField):
        return read_number(clean, field) if clean else None
    if isinstance(field, models.DateField):
        return _date(clean) if clean else None
    if field.choices:
        return _choice(field, clean)
    longest = field.max_length or 0
    if len(clean) > longest:
        raise CellError(f"At most {longest} characters fit here.")
    return clean


def read_number(text: str, field: DecimalField) -> Decimal:
    """ "1,250.50", "1.250,50", "1 250,5", "12 %", "€ 4.20". Raises CellError."""
    bare = text.strip().strip("%€$£¥ ").replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    bare = bare.replace("'", "").replace("’", "")
    if "," in bare and "." in bare:
        grouping = "," if bare.rfind(".") > bare.rfind(",") else "."
        bare = bare.replace(grouping, "")
    try:
        number = Decimal(bare.replace(",", "."))
    except InvalidOperation:
        raise CellError(f"“{text[:30]}” is no number.") from None
    whole = (field.max_digits or 12) - (field.decimal_places or 0)
    if not number.is_finite() or not 0 <= number < min(LARGEST, Decimal(10) ** whole):
        raise CellError(f"“{text[:30]}” is not possible here: type a number from 0 up.")
    if "percent" in field.name and number > 100:
        raise CellError("At most 100 %.")
    return number.quantize(Decimal(1).scaleb(-(field.decimal_places or 0)))


def _date(text: str) -> dt.date:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"):
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    raise CellError(f"“{text[:30]}” is no date. Type it like 2027-03-31 or 31.03.2027.")


def _choice(field: AnyField, text: str) -> str:
    known = {str(value).lower(): str(value) for value, _ in field.flatchoices}
    known |= {str(label).lower(): str(value) for value, label in field.flatchoices}
    if not text:
        return ""
    if text.lower() not in known:
        names = ", ".join(str(label) for value, label in field.flatchoices if value)
        raise CellError(f"“{text[:30]}” is none of: {names}.")
    return known[text.lower()]
