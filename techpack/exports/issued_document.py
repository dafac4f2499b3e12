"""A document from what an issued revision kept: its data and its pictures."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from techpack.exports.document import Document, Picture
from techpack.exports.tables import camel_case


def document_from(data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> Document:
    """Undo `tables.as_json`. `pictures` are bytes by their SHA-256; one that is not there is left empty.

    Fields that data of an older release does not have keep their defaults.
    """
    made: Document = _built(Document, data, pictures)
    return made


def _built(kind: Any, value: Any, pictures: Mapping[str, bytes]) -> Any:
    if isinstance(kind, types.UnionType):
        kinds = [one for one in typing.get_args(kind) if one is not types.NoneType]
        return None if value is None else _built(kinds[0], value, pictures)
    if kind is Picture:
        return _picture(value, pictures)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        there = {name: camel_case(name) for name in hints if camel_case(name) in value}
        return kind(**{name: _built(hints[name], value[key], pictures) for name, key in there.items()})
    return _plain(kind, value, pictures)


def _plain(kind: Any, value: Any, pictures: Mapping[str, bytes]) -> Any:
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is list:
        return [_built(parts[0], one, pictures) for one in value]
    if origin is tuple:
        return tuple(value)
    if origin is dict:
        return {key: _built(parts[1], one, pictures) for key, one in value.items()}
    if kind is Decimal:
        return Decimal(value)
    return date.fromisoformat(value) if kind is date else value


def _picture(value: Mapping[str, Any], pictures: Mapping[str, bytes]) -> Picture:
    key = value.get("sha256", "")
    return Picture(
        pictures.get(key, b""), value["kind"], value.get("caption", ""), value.get("note", ""), sha256=key
    )


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
