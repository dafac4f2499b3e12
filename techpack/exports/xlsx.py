"""The document as a workbook: numbers as numbers, grading as formulas, text always as text."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from techpack.exports import cover, document_units, grading, pictures, wording
from techpack.exports.document import Document, Measure

type Cell = str | Decimal | None

_WIDEST = 60
_FLAT_PIXELS = 900

SOURCES = {"unspecified": "to be specified"}


def xlsx(document: Document) -> bytes:
    """Return the document as XLSX. Lengths are decimals in the document's unit, which the headers say."""
    document = wording.cleaned(document)
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as workbook:
        book = _Book(workbook, document)
        _cover(book)
        _points_of_measure(book)
        if grading.is_graded(document):
            _graded(book)
        _bom(book)
        _construction(book)
        _to_be_specified(book)
    return made.getvalue()


class _Book:
    """The workbook with the formats all its sheets share."""

    def __init__(self, workbook: Workbook, document: Document) -> None:
        self.workbook = workbook
        self.document = document
        self.text = self._format(text_wrap=True)
        self.number = self._format(num_format="0.0##" if document.unit == "in" else "0.0#")
        self.base = self._format(num_format=self.number.num_format, bold=True, bg_color="#F0F0F0")
        self.override = self._format(num_format=self.number.num_format, italic=True, top=4, bottom=4)
        self.needed = self._format(border=3)
        self.header = self._format(bold=True, bottom=2, text_wrap=True)
        self.day = self._format(num_format="d mmm yyyy", align="left")
        self.title = self._format(bold=True, font_size=20)

    def _format(self, **properties: Any) -> Format:
        return self.workbook.add_format({"font_name": "Arial", "font_size": 9, "valign": "top"} | properties)

    def sheet(self, name: str) -> Worksheet:
        """Add a sheet that prints landscape, as wide as the paper, with what identifies the document."""
        sheet = self.workbook.add_worksheet(name)
        band = cover.band(self.document)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.5)
        named = " ".join((band["brand"], band["style"], band["name"], "revision", band["revision"]))
        sheet.set_header("&L&8" + wording.short(named, 120).replace("&", "&&") + "&R&8" + band["date"])
        sheet.set_footer("&L&8&A&R&8&P of &N")
        return sheet

    def table(self, name: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Worksheet:
        """Add a sheet with a table whose header stays in view and is printed on every page."""
        sheet = self.sheet(name)
        for column, words in enumerate(header):
            write_text(sheet, 0, column, words, self.header)
            sheet.set_column(column, column, _width(words, [row[column] for row in rows]))
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                self.write(sheet, number, column, value)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, max(1, len(rows)), len(header) - 1)
        return sheet

    def write(self, sheet: Worksheet, row: int, column: int, value: Cell) -> None:
        if isinstance(value, Decimal):
            sheet.write_number(row, column, float(value), self.number)
        elif value:
            write_text(sheet, row, column, value, self.text)

    def length(self, value_cm: Decimal | None) -> Decimal | None:
        return None if value_cm is None else document_units.number(value_cm, self.document.unit)


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Write text as text, also where it looks like a formula, a number or an address.

    XlsxWriter cuts it after 32,767 characters, the most that a cell holds.
    """
    sheet.write_string(row, column, text, style)


def _width(header: str, values: Sequence[Cell]) -> float:
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(_WIDEST, max(8, longest + 2, min(len(header), 16) + 2))


def _source(source: str) -> str:
    return SOURCES.get(source, source)


def _cover(book: _Book) -> None:
    sheet = book.sheet("Cover")
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 70)
    write_text(sheet, 0, 0, book.document.name or "Untitled", book.title)
    facts = _facts(book.document)
    for row, (label, value) in enumerate(facts, start=2):
        write_text(sheet, row, 0, label, book.header)
        if isinstance(value, date):
            sheet.write_datetime(row, 1, value, book.day)
        else:
            write_text(sheet, row, 1, value, book.text)
    _front_flat(book, sheet, row=len(facts) + 3)


def _facts(document: Document) -> list[tuple[str, str | date]]:
    colours = [f"{c.name} {c.hex} {c.system} {c.code}" for c in document.colours]
    return [
        ("Style number", document.style_number), ("Brand", document.brand),
        ("Product type", document.product_type), ("Season", document.season),
        ("Base size", document.base_size), ("Sizes", ", ".join(document.sizes)),
        ("Unit", cover.UNITS[document.unit]), ("Revision", document.revision), ("Date", document.date),
        ("Status", document.status), ("Scale", document.scale), ("Contact", document.contact),
        *document.features, *(("Colour", colour.strip()) for colour in colours), ("Notes", document.notes),
    ]  # fmt: skip


def _front_flat(book: _Book, sheet: Worksheet, *, row: int) -> None:
    flat = cover.front(book.document)
    if flat is None:
        return
    try:
        drawn = pictures.png(flat.picture, width=_FLAT_PIXELS)
    except pictures.PictureError:
        write_text(sheet, row, 1, "The front flat could not be drawn.", book.text)
        return
    sheet.insert_image(
        row, 1, "flat.png",
        {
            "image_data": io.BytesIO(drawn),
            "x_scale": 0.5,
            "y_scale": 0.5,
            "description": wording.short(f"Flat, {flat.view}", 200),
        },
    )  # fmt: skip


def _points_of_measure(book: _Book) -> None:
    unit = book.document.unit
    header = [
        "Code", "Point of measure", "How to measure", f"Value ({unit})", f"Error ({unit})",
        f"Tolerance + ({unit})", f"Tolerance - ({unit})", "Source", "Critical", "Check",
    ]  # fmt: skip
    rows = [_measure(measure, book) for measure in book.document.measures]
    sheet = book.table("POM", header, rows)
    for number, measure in enumerate(book.document.measures, start=1):
        if measure.value_cm is None:
            sheet.write_blank(number, _VALUE, None, book.needed)


_VALUE = 3  # column of the base value on the sheet of points of measure


def _measure(measure: Measure, book: _Book) -> list[Cell]:
    return [
        measure.code, measure.name, measure.how_to_measure, book.length(measure.value_cm),
        book.length(measure.error_cm), book.length(measure.tolerance_plus_cm),
        book.length(measure.tolerance_minus_cm),
        _source("unspecified" if measure.value_cm is None else measure.source),
        "yes" if measure.is_critical else None, measure.conflict,
    ]  # fmt: skip


@dataclass(frozen=True)
class _GradedRow:
    """Where a row of the graded sheet stands, and what its formulas refer to."""

    sheet: Worksheet
    row: int
    measure: Measure


_STEP = 4
_FIRST_SIZE = 5


def _graded(book: _Book) -> None:
    """Base values refer to the sheet of points of measure; other sizes are base plus steps."""
    document, unit = book.document, book.document.unit
    header = [
        "Code", "Point of measure", f"Tolerance + ({unit})", f"Tolerance - ({unit})", f"Step ({unit})",
        *(f"{size} ({unit})" for size in document.sizes),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [m.code, m.name, book.length(m.tolerance_plus_cm), book.length(m.tolerance_minus_cm),
         book.length(m.grade_cm), *([None] * len(document.sizes))]
        for m in document.measures
    ]  # fmt: skip
    sheet = book.table("Graded", header, rows)
    sheet.freeze_panes(1, 2)
    sheet.set_column(_FIRST_SIZE, _FIRST_SIZE + len(document.sizes) - 1, 10)
    for row, measure in enumerate(document.measures, start=1):
        for index in range(len(document.sizes)):
            _size(book, _GradedRow(sheet, row, measure), index)


def _size(book: _Book, at: _GradedRow, index: int) -> None:
    document, column = book.document, _FIRST_SIZE + index
    size = document.sizes[index]
    value = grading.value(at.measure, size, document)
    if value is None:
        at.sheet.write_blank(at.row, column, None, book.needed)
    elif size == document.base_size:
        _base_size(book, at, column, document_units.number(value, document.unit))
    elif grading.is_regular(at.measure, size, document):
        formula, result = _base_plus_steps(book, at, index)
        at.sheet.write_formula(at.row, column, formula, book.number, float(result))
    else:
        at.sheet.write_number(
            at.row, column, float(document_units.number(value, document.unit)), book.override
        )


def _base_size(book: _Book, at: _GradedRow, column: int, number: Decimal) -> None:
    if number == book.length(at.measure.value_cm):
        at.sheet.write_formula(
            at.row, column, f"=POM!{xl_rowcol_to_cell(at.row, _VALUE)}", book.base, float(number)
        )
    else:
        at.sheet.write_number(at.row, column, float(number), book.base)


def _base_plus_steps(book: _Book, at: _GradedRow, index: int) -> tuple[str, Decimal]:
    """Return the formula and its result, which programs that do not calculate show."""
    document = book.document
    base_index = document.sizes.index(document.base_size)
    base = xl_rowcol_to_cell(at.row, _FIRST_SIZE + base_index, col_abs=True)
    step = xl_rowcol_to_cell(at.row, _STEP, col_abs=True)
    steps = index - base_index
    base_value = grading.value(at.measure, document.base_size, document) or Decimal(0)
    numbers = [
        document_units.number(value, document.unit)
        for value in (base_value, at.measure.grade_cm or Decimal(0))
    ]
    return f"={base}{steps:+d}*{step}", numbers[0] + steps * numbers[1]


def _bom(book: _Book) -> None:
    header = [
        "Section", "Part", "Placement", "Material", "Composition", "Weight", "Colour", "Supplier", "Quantity",
        "Comment", "Source",
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [m.section, m.part, m.placement, m.material, m.composition, m.weight, m.colour, m.supplier,
         m.quantity, m.comment, _source(m.source)]
        for m in book.document.materials
    ]  # fmt: skip
    book.table("BOM", header, rows)


def _construction(book: _Book) -> None:
    unit = book.document.unit
    header = [
        "Area", "Operation", "Seam (ISO 4916)", "Stitch (ISO 4915)", "Stitches per inch",
        f"Allowance ({unit})", "Thread", "Note", "Source",
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [c.area, c.operation, c.seam_class, c.stitch_class, c.stitches_per_inch,
         document_units.parsed(c.allowance_cm, unit), c.thread, c.note, _source(c.source)]
        for c in book.document.construction
    ]  # fmt: skip
    book.table("Construction", header, rows)


def _to_be_specified(book: _Book) -> None:
    rows: list[list[Cell]] = [
        [item.field, item.reason, "yes" if item.blocks_issue else None] for item in book.document.missing
    ]
    book.table("To be specified", ["What", "Why the factory needs it", "Before issuing"], rows)
