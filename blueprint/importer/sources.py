"""Sources of old rows: a running database, a CSV file, an SQL dump."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import dj_database_url
import psycopg
from django.core.management.base import CommandError
from psycopg import sql
from psycopg.rows import dict_row

from blueprint.importer import dump
from blueprint.importer.dump import Unreadable

Row = dict[str, Any]
BATCH = 500
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
ENCODINGS = {
    "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16 without a mark",
    "utf-16-be": "UTF-16 without a mark",
    "cp1252": "Latin-1 (Windows-1252)",
}  # fmt: skip
SAMPLE = 256 * 1024  # bytes that are looked at


class Source(Protocol):
    def rows(self, table: str) -> Iterator[Row | Unreadable]:
        """Every row of the table, in any order; none when there is no such table. Values are text as the
        database writes it, or of Python; None for null. Raises CommandError."""
        ...


class Database:
    """Read by a cursor on the server, so that its size does not matter. Nothing is written there."""

    def __init__(self, url: str):
        facts = dj_database_url.parse(url)
        self.parameters = {
            "host": facts["HOST"], "port": facts["PORT"] or None, "dbname": facts["NAME"],
            "user": facts["USER"], "password": facts["PASSWORD"], **facts.get("OPTIONS", {}),
        }  # fmt: skip

    def rows(self, table: str) -> Iterator[Row]:
        try:
            with psycopg.connect(**{key: value for key, value in self.parameters.items() if value}) as old:
                old.read_only = True
                if old.execute("SELECT to_regclass(%s)", [table]).fetchone() == (None,):
                    return
                with old.cursor(name="selvedge_import", row_factory=dict_row) as cursor:
                    cursor.itersize = BATCH
                    cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
                    yield from cursor
        except psycopg.Error as error:  # the address, with its password, is in no message of psycopg's
            raise CommandError(f"The old database could not be read: {error}") from error


class CsvFile:
    """One table with a header, as spreadsheets write it: commas, semicolons or tabs, UTF-8 or UTF-16.

    An empty field is null, for a CSV has no other word for it.
    """

    def __init__(self, path: Path, table: str):
        self.path, self.table = path, table
        self.encoding = _encoding_of(path)
        self.delimiter = _delimiter_of(path, self.encoding)

    def rows(self, table: str) -> Iterator[Row]:
        if table != self.table:
            return
        csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # thirty long addresses in one field
        # a byte that is no UTF-8 fails its row, not all
        with self.path.open(newline="", encoding=self.encoding, errors="surrogateescape") as file:
            for row in csv.DictReader(file, delimiter=self.delimiter):
                yield {name: value or None for name, value in row.items() if name}

    @property
    def words(self) -> str:
        """What was recognised: "UTF-8, separated by semicolons, with the columns id, email"."""
        columns = ", ".join(name for name in self._header() if name)
        marks = DELIMITERS[self.delimiter]
        return f"{ENCODINGS[self.encoding]}, separated by {marks}, with the columns {columns}"

    def require_header(self, known: set[str]) -> None:
        """Raises CommandError when the first line names no column that we know."""
        header = self._header()
        if not known & {name.strip() for name in header}:
            first = ", ".join(header)[:80] or "empty"
            raise CommandError(
                f"The first line of {self.path} names no column that is known here: {first}. It has to be the"
                f" header. Known are {', '.join(sorted(known))}."
            )

    def _header(self) -> list[str]:
        with self.path.open(newline="", encoding=self.encoding, errors="surrogateescape") as file:
            return next(csv.reader(file, delimiter=self.delimiter), [])


def _encoding_of(path: Path) -> str:
    """By the byte order mark. Without one: UTF-16 where every other byte is zero; Latin-1 where bytes above
    127 are nowhere UTF-8; else UTF-8, in which a wrong byte fails its row."""
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) > 4 and start[first::2].count(0) > len(start) // 4:
            return encoding
    if start.startswith(b"\xef\xbb\xbf") or start.isascii():
        return "utf-8-sig"
    read = start.decode("utf-8", errors="surrogateescape")
    beyond = [char for char in read if ord(char) > 127]
    return "cp1252" if all("\udc80" <= char <= "\udcff" for char in beyond) else "utf-8-sig"


def _delimiter_of(path: Path, encoding: str) -> str:
    """The mark that parts the header into most columns."""
    with path.open(newline="", encoding=encoding, errors="surrogateescape") as file:
        header = file.readline()
    return max(DELIMITERS, key=header.count)


class Dump:
    """Raises CommandError for one that is no text."""

    def __init__(self, path: Path):
        self.path = path
        with path.open("rb") as file:
            if file.read(5) == b"PGDMP":
                raise CommandError(f"{path} is no SQL: write it out with pg_restore -f old.sql {path}")

    def rows(self, table: str) -> Iterator[Row | Unreadable]:
        # newlines as they are, for a text may hold any; a byte that is no UTF-8 fails its row, not all
        with self.path.open(newline="\n", encoding="utf-8", errors="surrogateescape") as file:
            yield from dump.read(file, table)
