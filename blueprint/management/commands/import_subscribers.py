"""The rows of the system this one replaces: from its database, a CSV file, or an SQL dump."""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import CommandError

from blueprint.backfills import Backfill, subscriber_named
from blueprint.importer import feature_switch, shoots, subscribers
from blueprint.importer.dump import Unreadable
from blueprint.importer.sources import (
    CsvFile,
    Database,
    Dump,
    Row,
    Source,
)

TABLES = (subscribers.TABLE, shoots.TABLE, feature_switch.TABLE)  # whose shoots they are is known by then
KNOWN = {
    subscribers.TABLE: set(subscribers.READERS),
    shoots.TABLE: set(shoots.COLUMNS),
    feature_switch.TABLE: {
        "id",
        "created_at",
        "updated_at",
        "description",
        *feature_switch.NAMES,
        *feature_switch.SAYS,
    },
}


class Record(NamedTuple):
    table: str
    place: int
    row: Row | Unreadable


class Command(Backfill):
    rehearses = True
    help = "Take over subscribers with ids and tokens, staff shoots, and the switch of an older system."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("dump", nargs="?", type=Path, metavar="DUMP.sql", help="as pg_dump writes it")
        parser.add_argument("--from-database", metavar="URL", help="postgres://... of the old database")
        parser.add_argument("--csv", type=Path, metavar="FILE", help="one table, with a header")
        parser.add_argument("--table", choices=TABLES, default=subscribers.TABLE,
                            help="which one the CSV is (%(default)s)")  # fmt: skip
        parser.add_argument("--shoots-for", metavar="EMAIL_OR_ID",
                            help="whose the photo shoots are that name no subscriber")  # fmt: skip

    def handle(self, **options: Any) -> None:
        self.source = _source(options)
        if isinstance(self.source, CsvFile):
            self.source.require_header(KNOWN[self.source.table])
            self.say(f"Read as {self.source.words}.")
        self.left: dict[str, set[str]] = defaultdict(set)
        owner = options["shoots_for"]
        self.shoots = shoots.Reader(self.source, subscriber_named(owner) if owner else None)
        try:
            super().handle(**options)
        finally:
            for table, columns in self.left.items():
                self.say(f"Columns of {table} that were left: {', '.join(sorted(columns))}.")

    def rows(self, **options: Any) -> Iterator[Record]:
        for table in TABLES:
            for place, row in enumerate(self.source.rows(table), start=1):
                if isinstance(row, dict) and not row.keys() <= KNOWN[table]:
                    self.left[table] |= row.keys() - KNOWN[table]
                yield Record(table, place, row)

    def look(self, row: Record) -> str:
        if isinstance(row.row, Unreadable):
            raise ValueError(row.row.sentence)
        if row.table == subscribers.TABLE:
            return subscribers.look(subscribers.read(row.row))
        if row.table == shoots.TABLE:
            return shoots.look(self.shoots.read(row.row))
        on = feature_switch.read(row.row)
        return "" if on is None else feature_switch.look(on)

    def mend(self, row: Record) -> None:
        assert isinstance(row.row, dict)
        if row.table == subscribers.TABLE:
            subscribers.take(subscribers.read(row.row))
        elif row.table == shoots.TABLE:
            shoots.take(self.shoots.read(row.row))
        else:
            feature_switch.take(bool(feature_switch.read(row.row)))

    def name(self, row: Record) -> str:
        known = row.row.get("id") if isinstance(row.row, dict) else None
        return f"{row.table} {known}" if known else f"{row.table}, row {row.place}"


def _source(options: dict[str, Any]) -> Source:
    given = [name for name in ("dump", "from_database", "csv") if options[name]]
    if len(given) != 1:
        raise CommandError("Say one of: a dump, --from-database URL, --csv FILE.")
    if options["from_database"]:
        return Database(options["from_database"])
    path = options[given[0]]
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    return CsvFile(path, options["table"]) if options["csv"] else Dump(path)
