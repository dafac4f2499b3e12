"""What all workbooks share: formats, print set-up, tables whose header stays in view."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from techpack.exports import lengths, wording
from techpack.exports.document import Unit
from techpack.exports.pdf.words import Words

type Cell = str | Decimal | None

_WIDEST = 60


def opened(target: io.BytesIO, day: date) -> Workbook:
    """A workbook that carries the day of its document, so that the same document is the same file."""
    workbook = Workbook(target, {"in_memory": True})
    workbook.set_properties({"created": datetime.combine(day, time())})
    return workbook


class Book:
    """The workbook with the formats all its sheets share."""

    def __init__(self, workbook: Workbook, unit: Unit, band: Mapping[str, str], words: Words) -> None:
        self.workbook = workbook
        self.unit = unit
        self.band = band
        self.words = words
        self.text = self._format(text_wrap=True)
        self.number = self._format(num_format="0.0##" if unit == "in" else "0.0#")
        self.base = self._format(num_format=self.number.num_format, bold=True, bg_color="#F0F0F0")
        self.override = self._format(num_format=self.number.num_format, italic=True, top=4, bottom=4)
        self.needed = self._format(border=3)
        self.header = self._format(bold=True, bottom=2, text_wrap=True)
        self.day = self._format(num_format="d mmm yyyy", align="left")
        self.mark = workbook.add_format({"bold": True, "border": 1})
        self.title = self._format(bold=True, font_size=20)

    def _format(self, **properties: Any) -> Format:
        return self.workbook.add_format({"font_name": "Arial", "font_size": 9, "valign": "top"} | properties)

    def sheet(self, name: str) -> Worksheet:
        """Add a sheet that prints landscape, as wide as the paper, with what identifies the document."""
        sheet = self.workbook.add_worksheet(name)
        band = self.band
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.5)
        named = " ".join((band["brand"], band["style"], band["name"], "revision", band["revision"]))
        sheet.set_header("&L&8" + wording.short(named, 120).replace("&", "&&") + "&R&8" + band["date"])
        sheet.set_footer("&L&8&A&R&8&P of &N")
        return sheet

    def table(self, name: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Worksheet:
        """Add a sheet with a table whose header stays in view and is printed on every page. What the library
        says is said in the document's languages; what somebody entered stays."""
        sheet = self.sheet(name)
        for column, words in enumerate(header):
            write_text(sheet, 0, column, self.words.heading(words), self.header)
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
            write_text(sheet, row, column, self.words.phrase_lines(value), self.text)

    def length(self, value_cm: Decimal | None) -> Decimal | None:
        return None if value_cm is None else lengths.number(value_cm, self.unit)


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Write text as text, also where it looks like a formula, a number or an address.

    XlsxWriter cuts it after 32,767 characters, the most that a cell holds.
    """
    sheet.write_string(row, column, text, style)


def _width(header: str, values: Sequence[Cell]) -> float:
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(_WIDEST, max(8, longest + 2, min(len(header), 16) + 2))
