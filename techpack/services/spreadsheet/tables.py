"""The tables of a product and how a cell of each is read and written.

A cell is addressed by sheet, row and column, all text. Rows are ids, codes of points of measure, or "1" where
a sheet has one row a product. `open_row` gives a handle; nothing is written before its `save`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Field

from techpack.library import care as care_symbols
from techpack.library.colour_codes import ColourText, read_colour
from techpack.library.standards import country_code, is_gtin, is_hs_code
from techpack.models import (
    Care,
    Colourway,
    Costing,
    Header,
    LineColour,
    MaterialLine,
    Origin,
    Passport,
    Product,
    SheetRow,
)
from techpack.services import sheets
from techpack.services.spreadsheet import cell_text
from techpack.services.spreadsheet.cell_text import CellError
from techpack.services.spreadsheet.point_rows import GradeRow, MeasureRow
from techpack.services.spreadsheet.size_rows import SystemRow

ORIGIN = "origin"  # the column in which a row is confirmed
THE_ROW = "1"
GONE = "This row no longer exists."


class Row(Protocol):
    """One row, opened for writing. `text` is what a cell holds for good; `shown` as a page shows it."""

    @property
    def origin(self) -> str: ...
    def text(self, column: str) -> str: ...
    def shown(self, column: str, unit: str) -> str: ...
    def write(self, column: str, text: str, *, unit: str, force: bool) -> None: ...
    def restore(self, column: str, text: str, origin: str) -> None: ...
    def save(self) -> None: ...


@dataclass
class RecordRow:
    """A row of a model with one field a column."""

    record: Any
    checks: dict[str, Callable[[str], str]] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return getattr(self.record, "origin", "")

    def text(self, column: str) -> str:
        return cell_text.written(getattr(self.record, self._known(column)))

    def shown(self, column: str, unit: str) -> str:
        return self.text(column)

    def _known(self, column: str) -> str:
        if column == ORIGIN and isinstance(self.record, SheetRow):
            return column
        if column not in type(self.record).columns:
            raise CellError(f"This sheet has no column “{column[:30]}”.")
        return column

    def _field(self, column: str) -> cell_text.AnyField:
        found = type(self.record)._meta.get_field(self._known(column))
        assert isinstance(found, Field)
        return found

    def write(self, column: str, text: str, *, unit: str, force: bool) -> None:
        value = cell_text.read(self._field(column), text)
        if column in self.checks and value:
            value = self.checks[column](value)
        setattr(self.record, column, value)
        if column != ORIGIN and isinstance(self.record, SheetRow):
            self.record.origin = Origin.ENTERED

    def restore(self, column: str, text: str, origin: str) -> None:
        setattr(self.record, column, cell_text.read(self._field(column), text))
        if origin and column != ORIGIN:
            self.record.origin = origin

    def save(self) -> None:
        self.record.save()


class HeaderRow(RecordRow):
    """The header; sizes are one cell, and the base size is one of them."""

    def _known(self, column: str) -> str:
        if column not in HEADER_COLUMNS:
            raise CellError(f"The header has no field “{column[:30]}”.")
        return column

    def write(self, column: str, text: str, *, unit: str, force: bool) -> None:
        if column == "sizes":
            self.record.sizes = sheets.read_sizes(text)
        else:
            super().write(column, text, unit=unit, force=force)

    def restore(self, column: str, text: str, origin: str) -> None:
        self.write(column, text, unit="cm", force=True)

    def save(self) -> None:
        header = self.record
        if header.base_size and header.sizes and header.base_size not in header.sizes:
            raise CellError(f"The base size “{header.base_size}” is none of the sizes.")
        header.save(update_fields=list(HEADER_COLUMNS))  # names of sizes have rows of their own


class CareRow(RecordRow):
    """Care symbols: a cell holds the code of a symbol, and takes its words as well."""

    def write(self, column: str, text: str, *, unit: str, force: bool) -> None:
        if column in care_symbols.GROUPS:
            code = care_symbols.read_symbol(column, text)
            if code is None:
                known = "; ".join(symbol.words for symbol in care_symbols.GROUPS[column])
                raise CellError(f"“{text[:30]}” is none of: {known}.")
            text = code
        super().write(column, text, unit=unit, force=force)

    def shown(self, column: str, unit: str) -> str:
        text = self.text(column)
        return care_symbols.words(text) or text


@dataclass
class ColourRow:
    """The cells of one BOM line in the matrix; a column is the id of a colourway."""

    line: MaterialLine
    cells: dict[str, LineColour] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    @property
    def origin(self) -> str:
        return ""

    def _cell(self, column: str) -> LineColour:
        if column not in self.cells:
            colourway = Colourway.objects.filter(product=self.line.product_id, pk=_id(column)).first()
            if colourway is None:
                raise CellError("This colourway no longer exists.")
            found = LineColour.objects.filter(line=self.line, colourway=colourway).first()
            self.cells[column] = found or LineColour(line=self.line, colourway=colourway)
        return self.cells[column]

    def text(self, column: str) -> str:
        return colour_words(self._cell(column))

    def shown(self, column: str, unit: str) -> str:
        return self.text(column)

    def write(self, column: str, text: str, *, unit: str, force: bool) -> None:
        cell, told = self._cell(column), read_colour(" ".join(text.split()))
        for name in ("colour", "hex", "system", "code", "article"):
            model_field = LineColour._meta.get_field(name)
            assert isinstance(model_field, Field)
            value = cell_text.read(model_field, getattr(told, name))
            setattr(cell, name, value)
        cell.origin = Origin.ENTERED
        self.changed.add(column)

    def restore(self, column: str, text: str, origin: str) -> None:
        self.write(column, text, unit="cm", force=True)

    def save(self) -> None:
        for column in self.changed:
            cell = self.cells[column]
            if colour_words(cell):
                cell.save()
            elif cell.pk:
                cell.delete()


def colour_words(cell: LineColour) -> str:
    """A cell of the matrix on one line, as it is typed."""
    return str(ColourText(cell.colour, cell.hex, cell.system, cell.code, cell.article))


# --- which sheets there are ------------------------------------------------------------------------

HEADER_COLUMNS = {
    "style_number": "Style number", "brand": "Brand", "season": "Season", "collection": "Collection",
    "gender": "Gender", "fit": "Fit", "designer": "Designer", "supplier": "Supplier", "contact": "Contact",
    "stage": "Stage", "sample_due": "Sample due", "delivery_due": "Delivery due", "unit": "Unit",
    "size_system": "Size system", "base_size": "Base size", "sizes": "Sizes",
}  # fmt: skip


def _gtin(text: str) -> str:
    bare = text.replace(" ", "").replace("-", "")
    if not is_gtin(bare):
        raise CellError("This is not a GTIN: 8, 12, 13 or 14 digits, the last one a check digit.")
    return bare


def _hs_code(text: str) -> str:
    if not is_hs_code(text):
        raise CellError("An HS code has 6 to 10 digits, such as 6109.10.")
    return text


def _country(text: str) -> str:
    code = country_code(text)
    if not code:
        raise CellError(f"“{text[:30]}” is no country we know. Type its name or two-letter code.")
    return code


def _currency(text: str) -> str:
    if not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise CellError("A currency is three letters, such as EUR.")
    return text.upper()


def _hex(text: str) -> str:
    found = read_colour(text if text.startswith("#") else f"#{text}").hex
    if not found:
        raise CellError("A hex colour looks like #1F2A44.")
    return found


_PASSPORT_CHECKS: dict[str, Callable[[str], str]] = {
    "gtin": _gtin, "hs_code": _hs_code,
    **dict.fromkeys((name for name in Passport.columns if name.endswith("_country")), _country),
}  # fmt: skip
_ROW_CHECKS: dict[str, dict[str, Callable[[str], str]]] = {
    "colourways": {"hex": _hex},
    "materials": {"country": _country},
}


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise CellError(GONE)
    return int(text)


def _sheet_row(name: str) -> Callable[[Product, str], Row]:
    def opened(product: Product, row: str) -> Row:
        record = sheets.SHEETS[name].objects.filter(product=product, pk=_id(row)).first()
        if record is None:
            raise CellError(GONE)
        return RecordRow(record, _ROW_CHECKS.get(name, {}))

    return opened


def _colour_row(product: Product, row: str) -> Row:
    line = MaterialLine.objects.filter(product=product, pk=_id(row)).first()
    if line is None:
        raise CellError(GONE)
    return ColourRow(line)


OPENERS: dict[str, Callable[[Product, str], Row]] = {
    **{name: _sheet_row(name) for name in sheets.SHEETS},
    "colours": _colour_row,
    "header": lambda product, row: HeaderRow(sheets.header_of(product)),
    "care": lambda product, row: CareRow(Care.objects.get_or_create(product=product)[0]),
    "passport": lambda product, row: RecordRow(
        Passport.objects.get_or_create(product=product)[0], _PASSPORT_CHECKS
    ),
    "costing": lambda product, row: RecordRow(
        Costing.objects.get_or_create(product=product)[0], {"currency": _currency}
    ),
    "measures": MeasureRow.opened,
    "grading": GradeRow.opened,
    "equivalents": SystemRow.opened,
}
SINGLE = ("header", "care", "passport", "costing")


def columns_of(sheet: str) -> dict[str, str]:
    """Names and labels of the columns of a sheet of one row."""
    models = {"care": Care, "passport": Passport, "costing": Costing}
    return dict(models[sheet].columns) if sheet in models else dict(HEADER_COLUMNS)


def open_row(product: Product, sheet: str, row: str) -> Row:
    """Raises CellError for a sheet or row that is not there."""
    if sheet not in OPENERS:
        raise CellError("There is no such sheet.")
    return OPENERS[sheet](product, row)


__all__ = ["HEADER_COLUMNS", "ORIGIN", "SINGLE", "THE_ROW", "Header", "Row", "colour_words", "open_row"]
