"""Read tables from files that spreadsheets save: XLSX, and CSV in the ways programs write it."""

import csv
import io
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 8_000_000
MOST_UNPACKED = 120_000_000
MOST_LINES, MOST_COLUMNS = 3000, 120
_FORMULA_SIGNS = "=+-@"


class TableFileError(ValueError):
    """The file holds no table that can be read. The message is a sentence for people."""


@dataclass(frozen=True)
class FileTable:
    """One sheet: its name ("" of a CSV file), its header, and its lines as text. Numbers have a point."""

    name: str
    header: list[str]
    lines: list[list[str]]


def read_tables(data: bytes) -> list[FileTable]:
    """Every sheet with a header and at least one line. Raises TableFileError."""
    if not data:
        raise TableFileError("This file is empty.")
    if len(data) > MOST_BYTES:
        raise TableFileError(f"A file to import has at most {MOST_BYTES // 1_000_000} MB.")
    found = _workbook(data) if data[:2] == b"PK" else [_csv(data)]
    tables = [table for table in found if table.header and table.lines]
    if not tables:
        raise TableFileError("There is no table in this file: a first line with names, and lines below it.")
    return tables


def _workbook(data: bytes) -> list[FileTable]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise TableFileError("This workbook is too large to import.")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return [
            _table(sheet.title, [list(row) for row in sheet.iter_rows(
                max_row=MOST_LINES + 1, max_col=MOST_COLUMNS, values_only=True)])
            for sheet in book.worksheets
        ]  # fmt: skip
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError) as error:
        if isinstance(error, TableFileError):
            raise
        raise TableFileError("This is no workbook that can be read. Save it as XLSX or CSV.") from error


def _table(name: str, rows: list[list[Any]]) -> FileTable:
    texts = [[_text(value) for value in row] for row in rows]
    texts = [row for row in texts if any(row)]
    if not texts:
        return FileTable(name, [], [])
    return FileTable(name, texts[0], texts[1:])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    text = str(value).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA_SIGNS else text


def _csv(data: bytes) -> FileTable:
    text = _decoded(data)
    if "\x00" in text:
        raise TableFileError("This file is neither XLSX nor CSV.")
    first = text.lstrip("\r\n").split("\n", 1)[0]
    if first.lower().startswith("sep="):  # Excel's own hint
        text = text.split("\n", 1)[1]
        first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    csv.field_size_limit(1_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise TableFileError("This file is no CSV that can be read.") from error
    if len(rows) > MOST_LINES + 1:
        raise TableFileError(f"At most {MOST_LINES} lines can be imported at once.")
    return _table("", [row[:MOST_COLUMNS] for row in rows])


def _decoded(data: bytes) -> str:
    """By the byte order mark, else UTF-8, else what Windows writes."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
