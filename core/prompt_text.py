"""Put typed text into a prompt: visible, bounded by whoever calls, and no delimiter to anybody. No Django."""

import json
import unicodedata
from typing import Any


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
