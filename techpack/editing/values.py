"""Reading and changing the values of a base view or a sketch, by hand, free of charge.

Every change is checked against the whole document, goes to the value's history, and moves the run's
version, so that open pages follow.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from core.text import plain_line
from generation.providers.base import Json
from techpack import schemas
from techpack.editing import paths
from techpack.editing.document import (
    UNCHECKED,
    Desk,
    opened,
    source_of,
)
from techpack.editing.errors import NotEditable, ValueMisfit
from techpack.editing.paths import Place
from techpack.models import Change, EditedPiece
from techpack.schemas import Source

MOST_TEXT = 500  # characters of one value
MOST_ITEMS = 60  # of one list
PER_INCH = 2.54
FACTORS = {("cm", "in"): 1 / PER_INCH, ("in", "cm"): PER_INCH}


@dataclass(frozen=True)
class Value:
    """One value as it stands. `confidence` is None once the designer entered or confirmed it."""

    place: Place
    source: Source | None
    confidence: float | None

    @property
    def path(self) -> str:
        return self.place.path

    @property
    def value(self) -> Any:
        return self.place.value

    @property
    def shown(self) -> Any:
        """As the editor shows it: a share in percent."""
        if self.place.is_share:
            return f"{round(100 * self.value, 2):g} %"
        return self.value

    @property
    def is_designers(self) -> bool:
        return self.source in (Source.ENTERED, Source.CONFIRMED)


@dataclass(frozen=True)
class Edit:
    """`value` for what stands at `path`; `expected` is what the editor saw there."""

    path: str
    value: Any
    expected: Any = UNCHECKED


def read(*, piece: EditedPiece, path: str) -> Value:
    """Raises UnknownPath, and NotEditable for a piece without values yet."""
    return _value(piece.known_sources, paths.find(_document(piece), path))


def all_values(*, piece: EditedPiece) -> list[Value]:
    """Every value the designer may change; none of a piece that has none yet."""
    document = piece.document
    sources = piece.known_sources
    return [_value(sources, place) for place in paths.every(document)] if document else []


def set_value(
    *, piece: EditedPiece, path: str, value: Any, by: User | None, expected: Any = UNCHECKED
) -> list[Change]:
    """`set_values` for one."""
    return set_values(piece=piece, edits=[Edit(path, value, expected)], by=by)


def set_values(*, piece: EditedPiece, edits: Sequence[Edit], by: User | None) -> list[Change]:
    """All of them or none. Answers what changed: nothing for values that are there already, more than
    was asked when a length changes its unit by itself, for its number changes with it.

    Raises UnknownPath, NotEditable, ValueMisfit, ChangedMeanwhile.
    """
    with opened(piece, by) as desk:
        for edit in edits:
            desk.expect(edit.path, desk.place(edit.path).value, edit.expected)
        for edit in edits:
            _set(desk, edit.path, edit.value, Source.ENTERED, alone=len(edits) == 1)
        return desk.written


def confirm(*, piece: EditedPiece, path: str, by: User | None, expected: Any = UNCHECKED) -> Change | None:
    """The designer has looked at it and keeps it. None when that was so already.

    Raises as `set_values`, and ValueMisfit where there is no value.
    """
    with opened(piece, by) as desk:
        place = desk.place(path)
        desk.expect(place.path, place.value, expected)
        if place.value is None or place.value == "":
            raise ValueMisfit("There is no value to confirm. Enter one.")
        before = desk.source_of(place)
        if before in (Source.ENTERED, Source.CONFIRMED):
            return None
        desk.set_source(place, Source.CONFIRMED)
        return desk.note(
            path=place.path, action=Change.Action.CONFIRM, before=place.value, after=place.value,
            source_before=before or "", source_after=Source.CONFIRMED,
        )  # fmt: skip


def add_item(*, piece: EditedPiece, path: str, item: Json, by: User | None, at: int | None = None) -> Change:
    """A new entry of the list at `path` ("materials", "callouts"), at its end or before entry `at`.
    What `item` does not say of its source is the designer's. Raises UnknownPath, ValueMisfit."""
    with opened(piece, by) as desk:
        base, entries, shape = paths.find_list(desk.document, path)
        _refuse_fixed(base)
        if len(entries) >= MOST_ITEMS:
            raise ValueMisfit(f"There are {MOST_ITEMS} of these already.")
        place = len(entries) if at is None else min(max(at, 0), len(entries))
        whole = {**_given(shape), **{name: _tidy_text(value) for name, value in item.items()}}
        desk.insert(f"{base}.{place}", whole)
        return desk.note(
            path=f"{base}.{place}", action=Change.Action.ADD, after=_item(desk, base, place),
            source_after=whole.get("source") or "",
        )  # fmt: skip


def remove_item(*, piece: EditedPiece, path: str, by: User | None, expected: Any = UNCHECKED) -> Change:
    """The entry at `path` ("materials.0"). `expected` is the whole entry as it was seen.

    Raises UnknownPath, ChangedMeanwhile.
    """
    with opened(piece, by) as desk:
        canonical, item = paths.find_item(desk.document, path)
        _refuse_fixed(canonical)
        before = item.model_dump(mode="json")
        desk.expect(canonical, before, expected)
        desk.take_out(canonical)
        return desk.note(
            path=canonical, action=Change.Action.REMOVE, before=before,
            source_before=before.get("source") or "",
        )  # fmt: skip


def take_over(desk: Desk, path: str, value: Any, *, prompt: str, paid: int) -> list[Change]:
    """An engine's proposal that the designer accepted: theirs from now on, as if confirmed."""
    _set(desk, path, value, Source.CONFIRMED, alone=True)
    for change in desk.written:
        change.prompt, change.credits = prompt, paid
    return desk.written


# --- the inside ------------------------------------------------------------------------------


def _document(piece: EditedPiece) -> schemas.BaseViewAnalysis | schemas.Annotations:
    document = piece.document
    if document is None:
        raise NotEditable("There are no values here yet.")
    return document


def _value(sources: schemas.Sources, place: Place) -> Value:
    source = source_of(place, sources)
    sure = getattr(place.holder, "confidence", getattr(place.group, "confidence", None))
    return Value(place, source, None if source in (Source.ENTERED, Source.CONFIRMED) else sure)


def _set(desk: Desk, path: str, value: Any, source: Source, *, alone: bool) -> None:
    place = desk.place(path)
    new = tidy(place, value)
    if alone and place.name == "unit" and new != place.value:
        _convert(desk, place, new, source)
    before, was = place.value, desk.source_of(place)
    desk.put(place.path, new)
    after = desk.place(place.path)
    if after.value == before:
        return
    desk.set_source(after, source)
    desk.note(
        path=place.path, action=Change.Action.SET, before=before, after=after.value,
        source_before=was or "", source_after=source,
    )  # fmt: skip


def _convert(desk: Desk, unit: Place, to: Any, source: Source) -> None:
    """The same length in another unit."""
    length = getattr(unit.holder, "value", None)
    if length is None:
        return
    factor = FACTORS.get((str(unit.value), str(to)))
    if factor is None:
        raise ValueMisfit(
            "A share of the total length is not a length. Enter the number and the unit together."
        )
    _set(desk, unit.beside("value"), round(length * factor, 2), source, alone=False)


def tidy(place: Place, value: Any) -> Any:
    """What somebody typed or an engine answered, as a value of that kind is written."""
    if isinstance(value, str):
        value = _tidy_text(value)
    if place.kind == "colour" and isinstance(value, str):
        return value.upper() if value.startswith("#") else f"#{value.upper()}"
    if place.kind == "number" and isinstance(value, str):
        value = value.replace(",", ".")
        if not value and place.optional:
            return None
        if place.is_share:
            value = _share(value)
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueMisfit(
            "Enter a number." if place.kind == "number" else "This is not a value of this kind."
        )
    if place.kind == "text" and value == "" and place.name in ("name", "code", "field"):
        raise ValueMisfit("Enter a name; it cannot be empty.")
    return value


def _share(text: str) -> str:
    """A share as a fraction: "65", "65 %" and "0.65" are the same."""
    number = text.removesuffix("%").strip()
    try:
        size = float(number)
    except ValueError:
        return text
    is_percent = number != text or size >= 1
    return str(round(size / 100, 4)) if is_percent else number


def _tidy_text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    line = plain_line(value).replace("\x00", "")
    if len(line) > MOST_TEXT:
        raise ValueMisfit(f"At most {MOST_TEXT} characters.")
    return line


def _given(shape: type[schemas.Shape]) -> Json:
    """What an entry made by hand need not say."""
    usual = {"source": Source.ENTERED.value, "confidence": 1.0, "share": 0.0}
    return {name: value for name, value in usual.items() if name in shape.model_fields}


def _item(desk: Desk, base: str, place: int) -> Json:
    return paths.find_item(desk.document, f"{base}.{place}")[1].model_dump(mode="json")


def _refuse_fixed(path: str) -> None:
    if not paths.FIXED.isdisjoint(path.split(".")):
        raise NotEditable("This cannot be changed: it says what the engine found.")
