"""Write cells, add and delete rows, and take changes back: all of a call, or none of it.

Every function locks the product's row first, records each change, and counts the product's
`specification_version` up once.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.forms.models import model_to_dict

from accounts.models import User
from techpack.models import (
    Colourway,
    LineColour,
    MaterialLine,
    Measurement,
    Origin,
    Product,
    RowSnapshot,
    SheetChange,
    SheetRow,
)
from techpack.services import measurements, sheets, specification_changes
from techpack.services.errors import NotPossible
from techpack.services.runs import lock_product
from techpack.services.spreadsheet.cell_text import CellError
from techpack.services.spreadsheet.errors import CellsChangedError, ChangedCell, NothingToUndoError
from techpack.services.spreadsheet.tables import ORIGIN, Row, open_row

Action, Way = SheetChange.Action, SheetChange.Way
MOST_CELLS = 20_000


@dataclass(frozen=True)
class CellWrite:
    """What one cell shall hold. `expected` is what the writer saw in it; None asks no question."""

    sheet: str
    row: str
    column: str
    text: str
    expected: str | None = None


@dataclass(frozen=True)
class Writer:
    """Who writes, by which way, and in which unit they type lengths."""

    by: User | None
    way: str = Way.PAGE
    unit: str = "cm"

    def change(self, product: Product, batch: uuid.UUID, action: str, sheet: str, row: str) -> SheetChange:
        """A change of theirs, not saved yet."""
        return SheetChange(
            product=product, batch=batch, by=self.by, way=self.way, action=action, sheet=sheet, row=row
        )


@transaction.atomic
def write_cells(
    *,
    product: Product,
    cells: Sequence[CellWrite],
    writer: Writer,
    force: bool = False,
    batch: uuid.UUID | None = None,
) -> list[SheetChange]:
    """Write cells, in their order. Cells that hold it already are left alone. Returns the changes. What has
    the same `batch` is taken back together.

    Raises CellError (with the place), CellsChangedError, and ImplausibleValueError unless `force`.
    """
    if len(cells) > MOST_CELLS:
        raise NotPossible(f"At most {MOST_CELLS} cells at once.")
    if not all(map(_can_be_kept, cells)):
        raise CellError("This text has characters that cannot be kept. Type it again.")
    locked = lock_product(product)
    rows = _opened(locked, cells)
    _expect(rows, cells, writer.unit)
    batch, changes = batch or uuid.uuid4(), []
    for cell in cells:
        row = rows[cell.sheet, cell.row]
        before, origin = row.text(cell.column), row.origin
        try:
            row.write(cell.column, cell.text, unit=writer.unit, force=force)
        except CellError as error:
            raise CellError(str(error), (cell.sheet, cell.row, cell.column)) from error
        after = row.text(cell.column)
        if after == before:
            continue
        change = writer.change(locked, batch, Action.SET, cell.sheet, cell.row)
        change.column, change.before, change.after = cell.column, before, after
        change.origin_before = origin
        changes.append(change)
    _finish(locked, rows, changes)
    return changes


def _can_be_kept(cell: CellWrite) -> bool:
    """Whether the database takes it: no NUL in an address, and no half of a character anywhere."""
    address = f"{cell.sheet}{cell.row}{cell.column}"
    try:
        f"{address}{cell.text}".encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in address


def _opened(product: Product, cells: Iterable[CellWrite]) -> dict[tuple[str, str], Row]:
    rows: dict[tuple[str, str], Row] = {}
    for cell in cells:
        at = cell.sheet, cell.row
        if at not in rows:
            try:
                rows[at] = open_row(product, *at)
            except CellError as error:
                raise CellError(str(error), (*at, cell.column)) from error
    return rows


def _expect(rows: dict[tuple[str, str], Row], cells: Iterable[CellWrite], unit: str) -> None:
    """Raise for cells that are not what their writer saw."""
    changed = []
    for cell in cells:
        if cell.expected is None:
            continue
        row = rows[cell.sheet, cell.row]
        now = row.shown(cell.column, unit)
        if now != cell.expected and row.text(cell.column) != cell.expected:
            changed.append(ChangedCell(cell.sheet, cell.row, cell.column, now))
    if changed:
        raise CellsChangedError(changed)


def _finish(product: Product, rows: dict[tuple[str, str], Row], changes: list[SheetChange]) -> None:
    """Save what changed, and work out what follows from it."""
    touched = {(change.sheet, change.row) for change in changes}
    for at, row in rows.items():
        if at in touched:
            row.save()
    SheetChange.objects.bulk_create(changes)
    if any(sheet == "measures" for sheet, _ in touched):
        measurements.refresh(product=product)
    elif touched:
        specification_changes.note(product)


# --- rows ------------------------------------------------------------------------------------------


@transaction.atomic
def add_row(
    *, product: Product, sheet: str, writer: Writer, values: dict[str, str] | None = None
) -> SheetRow:
    """A row at the end of a sheet. Raises NotPossible when there are enough, and CellError."""
    return add_rows(product=product, sheet=sheet, writer=writer, rows=[values or {}])[0]


@transaction.atomic
def add_rows(
    *,
    product: Product,
    sheet: str,
    writer: Writer,
    rows: Sequence[dict[str, str]],
    origin: str = Origin.ENTERED,
) -> list[SheetRow]:
    """Rows at the end of a sheet, added and taken back together."""
    model = sheets.sheet(sheet)
    locked = lock_product(product)
    there = model.objects.filter(product=locked)
    if there.count() + len(rows) > sheets.MOST_ROWS:
        raise NotPossible(f"A sheet has up to {sheets.MOST_ROWS} rows.")
    last = there.aggregate(last=Max("position"))["last"]
    batch, first, made, changes = uuid.uuid4(), 0 if last is None else last + 1, [], []
    for place, values in enumerate(rows):
        record = model.objects.create(product=locked, position=first + place)
        opened = open_row(locked, sheet, str(record.pk))
        for column, text in values.items():
            opened.write(column, text, unit=writer.unit, force=True)
        opened.restore(ORIGIN, origin, "")
        opened.save()
        made.append(model.objects.get(pk=record.pk))
        changes.append(writer.change(locked, batch, Action.ADD, sheet, str(record.pk)))
    _finish(locked, {}, changes)
    return made


@transaction.atomic
def delete_row(*, product: Product, sheet: str, row: str, writer: Writer) -> None:
    """Delete a row; an undo brings it back with its colours. Raises CellError when it is not there."""
    locked = lock_product(product)
    if sheet == "measures":
        _delete_point(locked, row, writer)
        return
    record = sheets.sheet(sheet).objects.filter(product=locked, pk=row if row.isdecimal() else 0).first()
    if record is None:
        raise CellError("This row no longer exists.")
    change = writer.change(locked, uuid.uuid4(), Action.DELETE, sheet, row)
    change.snapshot = _snapshot(record).model_dump()
    record.delete()
    _finish(locked, {}, [change])


def _delete_point(product: Product, code: str, writer: Writer) -> None:
    """Only a point of the designer's own goes; one of the library is emptied instead."""
    row = product.measurements.filter(code=code).first()
    if row is None or not row.is_own:
        raise CellError("This point belongs to the product type. Empty its value instead.")
    change = writer.change(product, uuid.uuid4(), Action.DELETE, "measures", code)
    change.snapshot = RowSnapshot(fields=_plain(model_to_dict(row))).model_dump()
    row.delete()
    _finish(product, {}, [change])


def _snapshot(record: SheetRow) -> RowSnapshot:
    fields = _plain(model_to_dict(record))
    colours = LineColour.objects.none()
    if isinstance(record, MaterialLine):
        colours = LineColour.objects.filter(line=record)
    elif isinstance(record, Colourway):
        colours = LineColour.objects.filter(colourway=record)
    return RowSnapshot(fields=fields, colours=[_plain(model_to_dict(one)) for one in colours])


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, int | dict | list | float) else str(value)
        for name, value in fields.items()
    }


# --- undo ------------------------------------------------------------------------------------------


@transaction.atomic
def undo_last(*, product: Product, writer: Writer) -> list[SheetChange]:
    """Take back the last change that this person made, with all that was changed together with it.

    Raises NothingToUndoError, and CellsChangedError when somebody has changed a cell since.
    """
    locked = lock_product(product)
    standing = SheetChange.objects.standing().filter(product=locked, by=writer.by)
    last = standing.order_by("-pk").first()
    if last is None:
        raise NothingToUndoError
    batch = list(standing.filter(batch=last.batch).order_by("-pk"))
    rows: dict[tuple[str, str], Row] = {}
    undone, number = [], uuid.uuid4()
    for change in batch:
        _take_back(locked, change, rows, writer.unit)
        taken = writer.change(locked, number, change.action, change.sheet, change.row)
        taken.column, taken.before, taken.after = change.column, change.after, change.before
        taken.undoes = change
        undone.append(taken)
    _finish(locked, rows, undone)
    return undone


def _take_back(product: Product, change: SheetChange, rows: dict[tuple[str, str], Row], unit: str) -> None:
    if change.action == Action.ADD:
        sheets.sheet(change.sheet).objects.filter(product=product, pk=change.row).delete()
        return
    if change.action == Action.DELETE:
        _put_back(product, change)
        return
    at = change.sheet, change.row
    if at not in rows:
        rows[at] = open_row(product, *at)
    if rows[at].text(change.column) != change.after:
        now = rows[at].shown(change.column, unit)
        raise CellsChangedError([ChangedCell(change.sheet, change.row, change.column, now)])
    rows[at].restore(change.column, change.before, change.origin_before)


def _put_back(product: Product, change: SheetChange) -> None:
    snapshot = RowSnapshot.model_validate(change.snapshot)
    fields = {name: value for name, value in snapshot.fields.items() if name not in ("id", "product")}
    if change.sheet == "measures":
        Measurement.objects.create(product=product, **fields)
        return
    sheets.sheet(change.sheet).objects.create(pk=int(change.row), product=product, **fields)
    for colour in snapshot.colours:
        there = {name: value for name, value in colour.items() if name not in ("id", "line", "colourway")}
        line, colourway = colour["line"], colour["colourway"]
        known = MaterialLine.objects.filter(product=product, pk=line).exists()
        if known and product.colourways.filter(pk=colourway).exists():
            LineColour.objects.get_or_create(line_id=line, colourway_id=colourway, defaults=there)
