"""The library of a team or a designer, brand by brand: points of measure, size ranges, grade rules, labels,
packaging.

An entry is taken from a product and put into another. What it fills is marked as suggested.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from pydantic import TypeAdapter

from accounts.models import User
from core.text import plain_line, without_nul
from techpack.library.size_equivalents import SYSTEMS
from techpack.models import LabelRow, LibraryEntry, Origin, PackagingRow, Product, SheetChange, SheetRow
from techpack.services import sheets
from techpack.services.errors import NotPossible
from techpack.services.spreadsheet import writes
from techpack.services.spreadsheet.point_rows import SIZE_AT, STEP_AT, GradeRow, MeasureRow
from techpack.services.spreadsheet.size_rows import SHOWN, SystemRow
from techpack.services.spreadsheet.writes import CellWrite, Writer

Kind = LibraryEntry.Kind
MOST_ENTRIES = 500
ROWS: TypeAdapter[list[dict[str, str]]] = TypeAdapter(list[dict[str, str]])


@transaction.atomic
def keep(*, by: User, product: Product, kind: str, name: str, brand: str | None = None) -> LibraryEntry:
    """Keep one list of this product under a name, for its brand; the same name is written anew. It goes to
    the library of the product's team, else to that of `by`.

    Raises NotPossible for an unknown kind, without a name, or when there is nothing to keep.
    """
    clean = plain_line(without_nul(name))[:120]
    if kind not in Kind.values:
        raise NotPossible("There is no such list.")
    if not clean:
        raise NotPossible("Give the list a name.")
    whose: dict[str, Any] = {"team": product.team} if product.team_id else {"team": None, "owner": by}
    if LibraryEntry.objects.filter(**whose).count() >= MOST_ENTRIES:
        raise NotPossible(f"A library has up to {MOST_ENTRIES} lists.")
    rows = _TAKE[Kind(kind)](product)
    if not rows:
        raise NotPossible("There is nothing to keep in this list yet.")
    of_brand = sheets.header_of(product).brand if brand is None else plain_line(without_nul(brand))[:120]
    kept: dict[str, Any] = {"rows": ROWS.validate_python(rows)}
    entry, _ = LibraryEntry.objects.update_or_create(
        **whose, brand=of_brand, kind=kind, name=clean,
        defaults=kept, create_defaults=kept | {"owner": by},
    )  # fmt: skip
    return entry


@transaction.atomic
def use(*, entry: LibraryEntry, product: Product, by: User) -> None:
    """Put a list into a product; an undo takes it back. Raises what `writes.write_cells` raises."""
    writer = Writer(by, way=SheetChange.Way.LIBRARY)
    rows = ROWS.validate_python(entry.rows)
    if entry.kind in (Kind.LABELS, Kind.PACKAGING):
        known = {_words(row) for row in sheets.SHEETS[entry.kind].objects.filter(product=product)}
        new = [row for row in rows if tuple(sorted(row.items())) not in known]
        writes.add_rows(product=product, sheet=entry.kind, writer=writer, rows=new, origin=Origin.SUGGESTED)
        return
    cells = [cell for row in rows for cell in _CELLS[Kind(entry.kind)](product, row)]
    batch = uuid.uuid4()
    # Sizes first, then what they are called elsewhere: in the order of their cells.
    for sheet in dict.fromkeys(cell.sheet for cell in cells):
        of_sheet = [cell for cell in cells if cell.sheet == sheet]
        writes.write_cells(product=product, cells=of_sheet, writer=writer, force=True, batch=batch)


@transaction.atomic
def rename(*, entry: LibraryEntry, name: str | None = None, brand: str | None = None) -> LibraryEntry:
    """Another name, or another brand; "" is every brand. What is None stays.

    Raises NotPossible without a name, and where the library has a list of this kind with that name.
    """
    locked = LibraryEntry.objects.select_for_update().get(pk=entry.pk)
    before = locked.name, locked.brand
    locked.name = locked.name if name is None else plain_line(without_nul(name))[:120]
    locked.brand = locked.brand if brand is None else plain_line(without_nul(brand))[:120]
    if not locked.name:
        raise NotPossible("Give the list a name.")
    if (locked.name, locked.brand) == before:
        return locked
    try:
        with transaction.atomic():
            locked.save(update_fields=["name", "brand", "updated_at"])
    except IntegrityError as error:
        raise NotPossible(f"The library has a list of this kind called “{locked.name}” already.") from error
    return locked


def delete(*, entry: LibraryEntry) -> None:
    LibraryEntry.objects.filter(pk=entry.pk).delete()


def _words(row: SheetRow) -> tuple[tuple[str, str], ...]:
    told = {column: str(getattr(row, column)) for column in type(row).columns}
    return tuple(sorted((name, text) for name, text in told.items() if text))


# --- what is taken from a product ------------------------------------------------------------------


def _points(product: Product) -> list[dict[str, str]]:
    found = []
    for row in product.measurements.in_order():
        told = MeasureRow(product, row)
        found.append({"code": row.code} | {name: told.text(name) for name in ("name", "how", "tolerance")})
    return found


def _sizes(product: Product) -> list[dict[str, str]]:
    header = sheets.header_of(product)
    if not header.sizes:
        return []
    own = {"sizes": ", ".join(header.sizes), "base_size": header.base_size, "size_system": header.size_system}
    rows = [SystemRow(header, system) for system in SYSTEMS]
    names = {
        f"{row.system}/{column}": text
        for row in rows
        for column in (SHOWN, *(f"{SIZE_AT}{size}" for size in header.sizes))
        if (text := row.text(column))
    }
    return [own | names]


def _grades(product: Product) -> list[dict[str, str]]:
    header, found = sheets.header_of(product), []
    for row in product.measurements.in_order():
        told = GradeRow(row, header)
        steps = {f"{STEP_AT}{size}": told.text(f"{STEP_AT}{size}") for size in header.sizes}
        kept = {"mode": told.text("mode"), "step": told.text("step")} | steps
        if kept["step"] or any(steps.values()):
            found.append({"code": row.code} | {name: text for name, text in kept.items() if text})
    return found


def _rows(model: type[SheetRow]) -> Callable[[Product], list[dict[str, str]]]:
    return lambda product: [dict(_words(row)) for row in model.objects.filter(product=product)]


_TAKE: dict[Kind, Callable[[Product], list[dict[str, str]]]] = {
    Kind.POINTS: _points, Kind.SIZES: _sizes, Kind.GRADES: _grades,
    Kind.LABELS: _rows(LabelRow), Kind.PACKAGING: _rows(PackagingRow),
}  # fmt: skip


# --- what is put into one --------------------------------------------------------------------------


def _point_cells(product: Product, row: dict[str, str]) -> list[CellWrite]:
    columns = [name for name in ("name", "how", "tolerance") if row.get(name)]
    return [CellWrite("measures", row["code"], name, row[name]) for name in columns]


def _size_cells(product: Product, row: dict[str, str]) -> list[CellWrite]:
    cells = []
    for name, text in row.items():
        system, slash, column = name.partition("/")
        at = ("equivalents", system, column) if slash else ("header", "1", name)
        cells.append(CellWrite(*at, text))
    return cells


def _grade_cells(product: Product, row: dict[str, str]) -> list[CellWrite]:
    """Only of points and sizes that the product has."""
    header, code = sheets.header_of(product), row["code"]
    if not product.measurements.filter(code=code).exists():
        return []
    return [
        CellWrite("grading", code, column, text)
        for column, text in row.items()
        if column in ("mode", "step")
        or (column.startswith(STEP_AT) and column.removeprefix(STEP_AT) in header.sizes)
    ]


_CELLS: dict[Kind, Callable[[Product, dict[str, str]], list[CellWrite]]] = {
    Kind.POINTS: _point_cells, Kind.SIZES: _size_cells, Kind.GRADES: _grade_cells,
}  # fmt: skip
