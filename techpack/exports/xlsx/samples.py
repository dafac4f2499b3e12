"""Measures of samples as a sheet to fill in: deviations are formulas, and say it in words."""

import io
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from techpack.exports import wording
from techpack.exports.choices import Choices
from techpack.exports.pdf.cover import UNITS
from techpack.exports.pdf.words import Words
from techpack.exports.samples import SampleReport, SampleRow
from techpack.exports.xlsx.book import Book, opened

USUAL = Choices()

_REQUESTED, _PLUS, _MINUS, _SUPPLIER, _OWN, _DEVIATION, _WORDS = range(3, 10)


@dataclass(frozen=True)
class SampleLine:
    """A row of the sheet; `requested` is a number, or a formula that finds it on another sheet."""

    row: SampleRow
    requested: Decimal | str | None


def round_xlsx(report: SampleReport, choices: Choices = USUAL) -> bytes:
    """Return the round as XLSX: one sheet, with what is measured so far."""
    report = wording.cleaned(report)
    made = io.BytesIO()
    band = {
        "brand": report.brand, "style": report.style_number, "name": report.name,
        "revision": report.revision, "date": f"{report.date:%-d %b %Y}", "unit": UNITS[report.unit],
    }  # fmt: skip
    with opened(made, report.date) as workbook:
        book = Book(workbook, report.unit, band, Words(choices))
        lines = [SampleLine(row, book.length(row.requested_cm)) for row in report.rows]
        add_samples(book, report.title.split(" (")[0][:31], lines)
    return made.getvalue()


def add_samples(book: Book, name: str, lines: list[SampleLine]) -> None:
    unit = book.unit
    header = [
        "Code", "Point of measure", "Size", f"Requested ({unit})", f"Tolerance + ({unit})",
        f"Tolerance - ({unit})", f"Supplier ({unit})", f"Own ({unit})", f"Deviation ({unit})", "In words",
        "Decision", "Note",
    ]  # fmt: skip
    rows = [
        [line.row.code, line.row.name, line.row.size, None,
         book.length(line.row.tolerance_plus_cm),
         book.length(line.row.tolerance_minus_cm), book.length(line.row.supplier_cm),
         book.length(line.row.own_cm), None, None, line.row.decision, line.row.note]
        for line in lines
    ]  # fmt: skip
    sheet = book.table(name, header, rows)
    sheet.freeze_panes(1, 3)
    sheet.set_column(_SUPPLIER, _WORDS, 13)
    for number, line in enumerate(lines, start=1):
        _formulas(book, sheet, number, line)
    if lines:
        _mark_outside(book, sheet, len(lines))


def _formulas(book: Book, sheet: Worksheet, row: int, line: SampleLine) -> None:
    here = row + 1  # as Excel counts
    if isinstance(line.requested, str):
        sheet.write_formula(row, _REQUESTED, line.requested, book.number, _result(book, line))
    elif line.requested is not None:
        sheet.write_number(row, _REQUESTED, float(line.requested), book.number)
    for column in (_SUPPLIER, _OWN):
        if (line.row.supplier_cm if column == _SUPPLIER else line.row.own_cm) is None:
            sheet.write_blank(row, column, None, book.needed)
    deviation = book.length(line.row.deviation_cm)
    sheet.write_formula(
        row, _DEVIATION,
        f'=IF(D{here}="","",IF(H{here}<>"",H{here}-D{here},IF(G{here}<>"",G{here}-D{here},"")))',
        book.number, "" if deviation is None else float(deviation),
    )  # fmt: skip
    sheet.write_formula(
        row, _WORDS,
        f'=IF(I{here}="","",IF(ROUND(I{here}-E{here},4)>0,"too large",'
        f'IF(ROUND(I{here}+F{here},4)<0,"too small","within")))',
        book.text, _words(line.row),
    )  # fmt: skip


def _result(book: Book, line: SampleLine) -> float | str:
    number = book.length(line.row.requested_cm)
    return "" if number is None else float(number)


def _words(row: SampleRow) -> str:
    if row.is_within is None:
        return ""
    if row.is_within:
        return "within"
    return "too large" if (row.deviation_cm or 0) > 0 else "too small"


def _mark_outside(book: Book, sheet: Worksheet, count: int) -> None:
    rule = {"type": "formula", "criteria": '=AND($J2<>"",$J2<>"within")', "format": book.mark}
    sheet.conditional_format(1, _DEVIATION, count, _WORDS, rule)
