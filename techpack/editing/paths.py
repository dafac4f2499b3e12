"""The address of a value in a piece's document: `materials.items.0.name`.

Between a group and a number, `items` may be left out: `materials.0.name` is the same value. Which values
there are, and of which kind, follows from the shapes in `techpack.schemas`.
"""

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from generation.providers.base import Json
from techpack import schemas
from techpack.editing.errors import NotEditable, UnknownPath

Kind = Literal["text", "number", "colour", "choice", "point", "line", "other"]

LONG = frozenset({"summary", "text", "how", "observation", "evidence", "reason"})
# What an engine says of itself or what follows from the photo: the rest is the designer's to change.
FIXED = frozenset({"engine", "confidence", "source", "silhouette", "symmetry", "scale", "features"})
ITEMS = "items"


@dataclass(frozen=True)
class Place:
    """Where a value stands. `item` is the path of the list entry it belongs to, or ""."""

    path: str
    value: Any
    kind: Kind
    schema: Json  # of the value alone
    choices: tuple[str, ...]
    optional: bool
    item: str
    holder: schemas.Shape  # what the value is a field of
    group: schemas.Shape  # with the confidence, when the holder has none
    fixed: bool

    @property
    def bearer(self) -> str:
        """The path of what says where this value comes from: its item or its group; or ""."""
        return self.path.rpartition(".")[0] if "source" in type(self.holder).model_fields else ""

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def is_share(self) -> bool:
        """A part of a whole, which people read and write in percent."""
        return self.name == "share"

    @property
    def is_long(self) -> bool:
        return self.name in LONG

    def beside(self, name: str) -> str:
        """The path of the value called `name` next to this one."""
        return f"{self.path.rpartition('.')[0]}.{name}".removeprefix(".")


def find(document: schemas.Shape, path: str) -> Place:
    """The value at `path`. Raises UnknownPath, also for what holds several values."""
    place = _walk(document, path)
    if isinstance(place, Place):
        return place
    raise UnknownPath(path, _known(place))


def editable(document: schemas.Shape, path: str) -> Place:
    """As `find`, and raises NotEditable for what is not the designer's."""
    place = find(document, path)
    if place.fixed:
        raise NotEditable("This cannot be changed: it says what the engine found.")
    return place


def find_item(document: schemas.Shape, path: str) -> tuple[str, schemas.Shape]:
    """The canonical path of a list entry, and the entry. Raises UnknownPath."""
    found, canonical = _step_through(document, path)
    if isinstance(found, schemas.Shape) and canonical.rpartition(".")[2].isdigit():
        return canonical, found
    raise UnknownPath(path, _known(found) if not isinstance(found, Place) else ())


def find_list(document: schemas.Shape, path: str) -> tuple[str, list[Any], type[schemas.Shape]]:
    """The canonical path of a list of entries, the list, and the shape of an entry. Raises UnknownPath."""
    found, canonical = _step_through(document, path)
    if isinstance(found, schemas.Shape) and ITEMS in type(found).model_fields:
        found, canonical = found.items, f"{canonical}.{ITEMS}"  # type: ignore[attr-defined]
    shape = _shape_of_entries(document, canonical) if isinstance(found, list) else None
    if shape is None:
        raise UnknownPath(path, _lists(document))
    return canonical, found, shape


def every(document: schemas.Shape) -> Iterator[Place]:
    """Every value the designer may change, in the order of the shapes."""
    for path in _leaves(document, ""):
        place = find(document, path)
        if not place.fixed:
            yield place


# --- walking ---------------------------------------------------------------------------------


def _walk(document: schemas.Shape, path: str) -> "Place | schemas.Shape | list[Any]":
    return _step_through(document, path)[0]


def _step_through(document: schemas.Shape, path: str) -> tuple[Any, str]:
    """What stands at the path, a Place for a value, and the canonical path."""
    parts = path.split(".") if path else []
    node: Any = document
    group, item, done = document, "", list[str]()
    while parts:
        if isinstance(node, schemas.Shape) and parts[0].isdigit() and ITEMS in type(node).model_fields:
            parts.insert(0, ITEMS)
        part = parts.pop(0)
        known = _names(node)
        if part not in known:
            empty = ".".join(done) if isinstance(node, list) and not node else ""
            raise UnknownPath(path, _known(node), empty=empty)
        done.append(part)
        here = ".".join(done)
        if isinstance(node, list):
            node, item = node[int(part)], here
            continue
        field = type(node).model_fields[part]
        value = getattr(node, part)
        if not _is_branch(field, value):
            if parts:
                raise UnknownPath(path, ())
            return _place(here, value, field, holder=node, group=group, item=item), here
        if isinstance(value, schemas.Shape):
            group = value
        node = value
    return node, ".".join(done)


def _is_branch(field: FieldInfo, value: Any) -> bool:
    """Whether it holds values rather than being one; a point and a line are one."""
    return isinstance(value, schemas.Shape) or _entry_shape(field.annotation) is not None


def _place(
    path: str, value: Any, field: FieldInfo, *, holder: schemas.Shape, group: schemas.Shape, item: str
) -> Place:
    kind, choices = _kind(field)
    return Place(
        path=path, value=value, kind=kind, schema=_schema(field), choices=choices,
        optional=_is_optional(field.annotation), item=item, holder=holder, group=group,
        fixed=not FIXED.isdisjoint(path.split(".")) or kind == "other",
    )  # fmt: skip


def _kind(field: FieldInfo) -> tuple[Kind, tuple[str, ...]]:
    schema = _schema(field)
    schema = next((part for part in schema.get("anyOf", ()) if part.get("type") != "null"), schema)
    if "enum" in schema:
        return "choice", tuple(schema["enum"])
    if str(schema.get("pattern", "")).startswith("^#"):
        return "colour", ()
    simple: dict[str, Kind] = {"string": "text", "number": "number", "integer": "number"}
    if schema.get("type") in simple:
        return simple[schema["type"]], ()
    if schema.get("type") == "array":
        return ("line" if schema.get("items", {}).get("type") == "array" else "point"), ()
    return "other", ()


def _schema(field: FieldInfo) -> Json:
    """Made once for each field: this takes a while."""
    known = _SCHEMAS.get(id(field))
    if known is None or known[0] is not field:
        known = _SCHEMAS[id(field)] = (field, _made_schema(field))
    return known[1]


_SCHEMAS: dict[int, tuple[FieldInfo, Json]] = {}  # of the fields of our shapes, which live as long as we do


def _made_schema(field: FieldInfo) -> Json:
    annotation: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    made: Json = TypeAdapter(annotation).json_schema()
    return made


def _is_optional(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation)


def _entry_shape(annotation: Any) -> type[schemas.Shape] | None:
    """The shape of an entry, if this is a list of shapes."""
    if get_origin(annotation) is not list:
        return None
    inside = get_args(annotation)[0]
    return inside if isinstance(inside, type) and issubclass(inside, schemas.Shape) else None


def _names(node: Any) -> list[str]:
    if isinstance(node, schemas.Shape):
        return list(type(node).model_fields)
    return [str(number) for number in range(len(node))] if isinstance(node, list) else []


def _known(node: Any) -> list[str]:
    """What a designer may change there."""
    return [name for name in _names(node) if name not in FIXED]


def _shape_of_entries(document: schemas.Shape, path: str) -> type[schemas.Shape] | None:
    holder_path, _, name = path.rpartition(".")
    holder = _walk(document, holder_path)
    field = type(holder).model_fields.get(name) if isinstance(holder, schemas.Shape) else None
    return _entry_shape(field.annotation) if field else None


def _lists(document: schemas.Shape, before: str = "") -> list[str]:
    """The paths of all lists of entries."""
    found = []
    for name, field in type(document).model_fields.items():
        path, value = f"{before}{name}", getattr(document, name)
        if _entry_shape(field.annotation):
            found.append(path)
        elif isinstance(value, schemas.Shape):
            found += _lists(value, f"{path}.")
    return found


def _leaves(node: Any, before: str) -> Iterator[str]:
    for name in _names(node):
        path = f"{before}{name}"
        if isinstance(node, list):
            yield from _leaves(node[int(name)], f"{path}.")
        elif _is_branch(type(node).model_fields[name], getattr(node, name)):
            yield from _leaves(getattr(node, name), f"{path}.")
        else:
            yield path
