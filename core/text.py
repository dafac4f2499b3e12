"""Clean typed text of characters that only steer how other text is shown."""

import json
import re
import unicodedata
from typing import Any

from django import forms

# C0 and C1 but for tab, line ends and NUL (which a form refuses), and what turns the direction of
# the text after it (UAX #9): a name must not rearrange the sentence it stands in.
STEERING = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    return STEERING.sub("", text)


def without_nul(text: str) -> str:
    """What a request sent and no form has checked, without the one character the database refuses."""
    return text.replace("\x00", "")


def plain_line(text: str) -> str:
    """On one line, too."""
    return re.sub(r"[\t\r\n\u2028\u2029]+", " ", plain(text)).strip()


def visible(text: str) -> str:
    """On one line, without control, direction and other invisible characters: for prompts."""
    shown = "".join(c for c in " ".join(text.split()) if unicodedata.category(c)[0] != "C")
    return " ".join(shown.split())


def quoted_json(value: Any) -> str:
    """JSON that can stand inside of tags. With its brackets as escapes it is the same to a reader of JSON,
    and no delimiter to anybody."""
    text = json.dumps(value, ensure_ascii=False)
    for bracket in "<>`":
        text = text.replace(bracket, f"\\u{ord(bracket):04x}")
    return text


class PlainField(forms.CharField):
    """Text of several lines."""

    def to_python(self, value: Any) -> str:
        return plain(str(super().to_python(value) or ""))


class LineField(forms.CharField):
    """Text on one line."""

    def to_python(self, value: Any) -> str:
        return plain_line(str(super().to_python(value) or ""))
