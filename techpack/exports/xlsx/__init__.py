"""The document as a workbook: numbers as numbers, grading as formulas, text always as text."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from techpack.exports import grading, lengths, pictures, wording
from techpack.exports.choices import Choices
from techpack.exports.document import Document, Measure, SizeSystem
from techpack.exports.pdf import cover
from techpack.exports.pdf.rows import LABELS, PACKAGING
from techpack.exports.pdf.words import Words
from techpack.exports.samples import SampleRow
from techpack.exports.xlsx.book import Book as PlainBook
from techpack.exports.xlsx.book import Cell, opened, write_text
from techpack.exports.xlsx.samples import SampleLine, add_samples

_FLAT_PIXELS = 900

SOURCES = {"unspecified": wording.UNSPECIFIED}
USUAL = Choices()


class Book(PlainBook):
    """The workbook of a document."""

    def __init__(self, workbook: Workbook, document: Document, choices: Choices) -> None:
        words = Words(choices)
        super().__init__(workbook, document.unit, cover.band(document, words), words)
        self.document = document


def xlsx(document: Document, choices: Choices = USUAL) -> bytes:
    """Return the document as XLSX. Lengths are decimals in the document's unit, which the headers say."""
    document = wording.cleaned(document)
    made = io.BytesIO()
    with opened(made, document.date) as workbook:
        book = Book(workbook, document, choices)
        _cover(book)
        _points_of_measure(book)
        for section, add in _SHEETS.items():
            if choices.has(section):
                add(book)
        _to_be_specified(book)
    return made.getvalue()


def _source(source: str) -> str:
    return SOURCES.get(source, source)


def _cover(book: Book) -> None:
    sheet = book.sheet("Cover")
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 70)
    write_text(sheet, 0, 0, book.document.name or "Untitled", book.title)
    facts = [*_facts(book.document), *(_feature(*feature, book) for feature in book.document.features)]
    for row, (label, value) in enumerate(facts, start=2):
        write_text(sheet, row, 0, book.words.phrase_lines(label), book.header)
        if isinstance(value, date):
            sheet.write_datetime(row, 1, value, book.day)
        else:
            book.write(sheet, row, 1, value)
    _front_flat(book, sheet, row=len(facts) + 3)


def _facts(document: Document) -> list[tuple[str, str | date]]:
    colours = [f"{c.name} {c.hex} {c.system} {c.code}" for c in document.colours]
    return [
        ("Style number", document.style_number), ("Brand", document.brand),
        ("Product type", document.product_type), ("Season", document.season),
        ("Base size", document.base_size), ("Sizes", ", ".join(document.sizes)),
        *((f"Sizes, {one.label}", _sizes_in(document, one)) for one in document.size_systems),
        ("Unit", cover.UNITS[document.unit]), ("Revision", document.revision), ("Date", document.date),
        *document.header,
        ("Status", document.status), ("Scale", document.scale), ("Contact", document.contact),
        *(("Colour", colour.strip()) for colour in colours), ("Notes", document.notes),
    ]  # fmt: skip


def _feature(name: str, value: str, book: Book) -> tuple[str, str]:
    def lines(words: str) -> str:
        return "\n".join(told for told in book.words.feature(words).values() if told)

    return lines(name), lines(value)


def _sizes_in(document: Document, system: SizeSystem) -> str:
    """ "XS = 32-34, S = 36-38"."""
    there = [(size, system.sizes.get(size, "")) for size in document.sizes]
    return ", ".join(f"{size} = {text}" for size, text in there if text)


def _front_flat(book: Book, sheet: Worksheet, *, row: int) -> None:
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


def _points_of_measure(book: Book) -> None:
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


def _measure(measure: Measure, book: Book) -> list[Cell]:
    return [
        measure.code, measure.name, measure.how_to_measure,
        book.length(measure.value_cm),
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


def _graded(book: Book) -> None:
    """Base values refer to the sheet of points of measure; other sizes are base plus steps."""
    document, unit = book.document, book.document.unit
    if not grading.is_graded(document):
        return
    header = [
        "Code", "Point of measure", f"Tolerance + ({unit})", f"Tolerance - ({unit})", f"Step ({unit})",
        *(
            "\n".join([f"{size} ({unit})", *grading.also_called(document.size_systems, size)])
            for size in document.sizes
        ),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [m.code, m.name, book.length(m.tolerance_plus_cm),
         book.length(m.tolerance_minus_cm),
         book.length(m.grade_cm), *([None] * len(document.sizes))]
        for m in document.measures
    ]  # fmt: skip
    sheet = book.table("Graded", header, rows)
    sheet.freeze_panes(1, 2)
    sheet.set_column(_FIRST_SIZE, _FIRST_SIZE + len(document.sizes) - 1, 10)
    for row, measure in enumerate(document.measures, start=1):
        for index in range(len(document.sizes)):
            _size(book, _GradedRow(sheet, row, measure), index)


def _size(book: Book, at: _GradedRow, index: int) -> None:
    document, column = book.document, _FIRST_SIZE + index
    size = document.sizes[index]
    value = grading.value(at.measure, size, document)
    if value is None:
        at.sheet.write_blank(at.row, column, None, book.needed)
    elif size == document.base_size:
        _base_size(book, at, column, lengths.number(value, document.unit))
    elif (far := grading.distance(at.measure, size, document)) is not None:
        formula, result = _base_plus_steps(book, at, far)
        at.sheet.write_formula(at.row, column, formula, book.number, float(result))
    else:
        at.sheet.write_number(at.row, column, float(lengths.number(value, document.unit)), book.override)


def _base_size(book: Book, at: _GradedRow, column: int, number: Decimal) -> None:
    if number == book.length(at.measure.value_cm):
        at.sheet.write_formula(
            at.row, column, f"=POM!{xl_rowcol_to_cell(at.row, _VALUE)}", book.base, float(number)
        )
    else:
        at.sheet.write_number(at.row, column, float(number), book.base)


def _base_plus_steps(book: Book, at: _GradedRow, far: grading.Distance) -> tuple[str, Decimal]:
    """Return the formula and its result, which programs that do not calculate show."""
    document, unit = book.document, book.document.unit
    base_index = document.sizes.index(document.base_size)
    base = xl_rowcol_to_cell(at.row, _FIRST_SIZE + base_index, col_abs=True)
    step = xl_rowcol_to_cell(at.row, _STEP, col_abs=True)
    base_value = grading.value(at.measure, document.base_size, document) or Decimal(0)
    more = lengths.number(far.more_cm, unit)
    steps = far.steps * lengths.number(at.measure.grade_cm or Decimal(0), unit)
    formula = f"={base}" + (f"{far.steps:+d}*{step}" if far.steps else "") + (f"{more:+f}" if more else "")
    return formula, lengths.number(base_value, unit) + steps + more


def _bom(book: Book) -> None:
    header = [
        "Section", "Part", "Placement", "Material", "Size", "Details", "Composition", "Weight", "Width",
        "Colour", "Supplier", "Supplier code", "Quantity", "Unit", "Loss %", "Lead time", "Recycled %",
        "Country", "Comment", "To be specified", "Source",
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [m.section, m.part, m.placement, m.material, m.size, m.details, m.composition, m.weight, m.width,
         m.colour, m.supplier, m.supplier_code, m.quantity, m.unit, m.loss_percent, m.lead_time,
         m.recycled_percent, m.country, m.comment, ", ".join(m.open), _source(m.source)]
        for m in book.document.materials
    ]  # fmt: skip
    book.table("BOM", header, rows)


def _construction(book: Book) -> None:
    unit = book.document.unit
    header = [
        "Area", "Operation", "Seam (ISO 4916)", "Stitch (ISO 4915)", "Stitches per inch",
        f"Allowance ({unit})", "Thread", "Note", "Source",
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [c.area, c.operation, c.seam_class, c.stitch_class, c.stitches_per_inch,
         lengths.parsed(c.allowance_cm, unit), c.thread, c.note, _source(c.source)]
        for c in book.document.construction
    ]  # fmt: skip
    book.table("Construction", header, rows)


def _to_be_specified(book: Book) -> None:
    rows: list[list[Cell]] = [
        [item.field, item.reason, "yes" if item.blocks_issue else None] for item in book.document.missing
    ]
    book.table("To be specified", ["What", "Why the factory needs it", "Before issuing"], rows)


def _colourways(book: Book) -> None:
    """The colourways, and below them each coloured part in each colourway."""
    document = book.document
    rows: list[list[Cell]] = [
        [one.name, "all", one.name, one.hex, one.system, one.code, one.approval, None, _source(one.source)]
        for one in document.colours
    ]
    for row in document.line_colours:
        for colourway, one, article in zip(document.colours, row.cells, row.articles, strict=False):
            rows.append([
                colourway.name, row.part, one.name, one.hex, one.system, one.code, one.approval, article,
                _source(one.source),
            ])  # fmt: skip
    if rows:
        header = ["Colourway", "Part", "Colour", "Hex", "System", "Code", "Approval", "Article", "Source"]
        book.table("Colourways", header, rows)


def _plain_table(book: Book, name: str, items: Sequence[Any], columns: Sequence[str]) -> None:
    if items:
        header = [*(column.capitalize() for column in columns), "Source"]
        rows: list[list[Cell]] = [
            [*(getattr(one, column) for column in columns), _source(one.source)] for one in items
        ]
        book.table(name, header, rows)


def _labels(book: Book) -> None:
    _plain_table(book, "Labels", book.document.labels, LABELS)
    rows: list[list[Cell]] = [["Care", one.words] for one in book.document.care]
    rows += [[f"Composition, {one.component}", one.text] for one in book.document.compositions]
    if rows:
        book.table("Care", ["What", "In words"], rows)


def _packaging(book: Book) -> None:
    _plain_table(book, "Packaging", book.document.packaging, PACKAGING)


def _costs(book: Book) -> None:
    """Totals are formulas: quantity times unit cost, and the waste on top."""
    costs = book.document.costs
    if costs is None or not costs.lines:
        return
    header = [
        "Section", "Item", "Quantity", "Unit", f"Unit cost ({costs.currency})", "Waste %",
        f"Total ({costs.currency})", "Note",
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [one.section, one.item, one.quantity, one.unit, one.unit_cost, one.waste_percent, None, one.note]
        for one in costs.lines
    ]
    sheet = book.table("Costs", header, rows)
    for row, one in enumerate(costs.lines, start=1):
        if one.total is not None:
            formula = f"=C{row + 1}*E{row + 1}*(1+F{row + 1}/100)"
            sheet.write_formula(row, 6, formula, book.number, float(one.total))


def _passport(book: Book) -> None:
    if book.document.passport:
        book.table("Passport", ["What", "Value"], [list(pair) for pair in book.document.passport])


def _samples(book: Book) -> None:
    """A sheet to fill in for a sample of the base size; what is requested refers to the sheet POM."""
    size = book.document.base_size
    lines = [
        SampleLine(
            SampleRow(m.code, m.name, size, m.value_cm, m.tolerance_plus_cm, m.tolerance_minus_cm),
            f'=IF(POM!{xl_rowcol_to_cell(row, _VALUE)}="","",POM!{xl_rowcol_to_cell(row, _VALUE)})',
        )
        for row, m in enumerate(book.document.measures, start=1)
    ]
    if lines:
        add_samples(book, "Samples", lines)


def _changes(book: Book) -> None:
    rows: list[list[Cell]] = [
        [f"Revision {one.number}", f"{one.date:%Y-%m-%d}", one.by, one.note, change.section, change.row,
         change.what, change.before, change.after]
        for one in book.document.revisions
        for change in one.changes
    ]  # fmt: skip
    if rows:
        header = ["Revision", "Date", "By", "Why", "Section", "Row", "What", "From", "To"]
        book.table("Changes", header, rows)


# By the section of the document they belong to.
_SHEETS = {
    "graded": _graded,
    "bom": _bom,
    "colours": _colourways,
    "construction": _construction,
    "labels": _labels,
    "packaging": _packaging,
    "costs": _costs,
    "passport": _passport,
    "sample": _samples,
    "changes": _changes,
}
