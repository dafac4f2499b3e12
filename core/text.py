"""Clean typed text of characters that only steer how other text is shown."""

import re
from typing import Any

from django import forms

# C0 and C1 but for tab, line ends and NUL (which a form refuses), and what turns the direction of
# the text after it (UAX #9): a name must not rearrange the sentence it stands in.
STEERING = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def storable(text: str, what: str) -> str:
    """The text, as long as a database can hold it. Raises ValueError with a sentence that names `what`: for
    half of a surrogate pair, as JavaScript cuts emoji, and for the null character."""
    if "\x00" in text:
        raise ValueError(f"{what} has a null character in it. Remove it.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(
            f"{what} has half a character in it, or is in another encoding than UTF-8."
        ) from None
    return text


def plain(text: str) -> str:
    return STEERING.sub("", text)


def without_nul(text: str) -> str:
    """What a request sent and no form has checked, without the one character the database refuses."""
    return text.replace("\x00", "")


def plain_line(text: str) -> str:
    """On one line, too."""
    return re.sub(r"[\t\r\n\u2028\u2029]+", " ", plain(text)).strip()


def _checked(value: Any, field: forms.Field) -> str:
    """Django's own validator tells of the null character."""
    text = str(value or "")
    try:
        storable(text.replace("\x00", ""), str(field.label or "This text"))
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error
    return text


class PlainField(forms.CharField):
    """Text of several lines."""

    def to_python(self, value: Any) -> str:
        return plain(_checked(super().to_python(value), self))


class LineField(forms.CharField):
    """Text on one line."""

    def to_python(self, value: Any) -> str:
        return plain_line(_checked(super().to_python(value), self))
