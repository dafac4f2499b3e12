"""Convert old columns into our types. Each function raises ValueError with a sentence."""

import datetime as dt
import json
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.text import storable

TRUE, FALSE = ("t", "true", "1", "yes", "on", "y"), ("f", "false", "0", "no", "off", "n", "")


def whole(value: Any, column: str) -> int | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    raise ValueError(f"{column} is no whole number: {str(value)[:40]!r}")


def text(value: Any, column: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return storable(value, column)
    if isinstance(value, int | float):
        return str(value)
    raise ValueError(f"{column} is no text")


def address(value: Any, column: str) -> str | None:
    """An email address, without the spaces around it."""
    found = (text(value, column) or "").strip()
    if not found:
        return None
    try:
        validate_email(found)
    except ValidationError:
        raise ValueError(f"{column} is no address: {found[:60]!r}") from None
    return found


def truth(value: Any, column: str) -> bool:
    """Null is False."""
    word = str(value if value is not None else "").strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError(f"{column} is neither true nor false: {word[:40]!r}")


def moment(value: Any, column: str) -> dt.datetime | None:
    """A time without a zone is UTC."""
    if value is None or value == "":
        return None
    try:
        found = value if isinstance(value, dt.datetime) else parse_datetime(str(value))
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"{column} is no time: {str(value)[:40]!r}")
    return found if timezone.is_aware(found) else found.replace(tzinfo=dt.UTC)


def parsed(value: Any, column: str) -> Any:
    """JSON, from its text or from a driver that read it already."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return json.loads(storable(value, column))
    except json.JSONDecodeError as error:
        raise ValueError(f"{column} is no JSON: {value[:40]!r}") from error


def entries(value: Any, column: str) -> list[str | None] | None:
    """A list of addresses and nulls; what is neither reads as a null. None for null."""
    found = _array_literal(value) if _is_array_literal(value) else parsed(value, column)
    if found is None:
        return None
    if not isinstance(found, list):
        raise ValueError(f"{column} is no list: {str(found)[:40]!r}")
    return [entry if isinstance(entry, str) and entry else None for entry in found]


_ELEMENT = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,{}"]*))\s*(,|$)')


def _is_array_literal(value: Any) -> bool:
    """Whether it is a PostgreSQL array such as {"a","b"} and no JSON object."""
    if not isinstance(value, str) or not (value.strip().startswith("{") and value.strip().endswith("}")):
        return False
    try:
        json.loads(value)
    except ValueError:
        return True
    return value.strip() == "{}"


def _array_literal(value: str) -> list[str | None]:
    """The elements of a PostgreSQL array literal; NULL is None. Raises ValueError."""
    inside = value.strip()[1:-1]
    found: list[str | None] = []
    at = 0
    while at < len(inside):
        match = _ELEMENT.match(inside, at)
        if match is None:
            raise ValueError(f"no array that can be read: {value[:40]!r}")
        quoted, bare, _ = match.groups()
        if quoted is not None:
            found.append(re.sub(r"\\(.)", r"\1", quoted))
        else:
            found.append(None if bare.strip().upper() == "NULL" else bare.strip())
        at = match.end()
    return found


def record(value: Any, column: str) -> dict[str, Any] | None:
    found = parsed(value, column)
    if found is not None and not isinstance(found, dict):
        raise ValueError(f"{column} is no object: {str(found)[:40]!r}")
    return found
