"""What many tests begin with, made once a process and put back for each: a whole tech pack takes some nine
hundred statements to make, and two dozen to put back.

Only for tests that begin with nothing in the database but what migrations left there.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


@dataclass(frozen=True)
class Memory:
    made: Any
    rows: dict[str, bytes]  # by table, as COPY writes them
    media: Path
    fake: Path


_memories: dict[str, Memory] = {}
_folders = tempfile.TemporaryDirectory(prefix="selvedge-remembered-")


def remembered[T](name: str, make: Callable[[], T]) -> T:
    """What `make` returned (a key: objects grow old). Rows and files are as it left them, those of the fake
    engine too."""
    if name in _memories:
        _put_back(_memories[name])
    else:
        before = {table for table in _tables() if _has_rows(table)}
        made = make()
        _memories[name] = _remember(made, before)
    made: T = _memories[name].made
    return made


def _remember(made: Any, before: set[str]) -> Memory:
    folder = Path(tempfile.mkdtemp(dir=_folders.name))
    shutil.copytree(settings.MEDIA_ROOT, folder / "media")
    shutil.copytree(settings.FAKE_PROVIDER_DIR, folder / "fake")
    rows = {}
    with connection.cursor() as cursor:
        for table in _tables():
            if table not in before and _has_rows(table):
                with cursor.copy(f"COPY {table} TO STDOUT") as lines:
                    rows[table] = b"".join(bytes(line) for line in lines)
    return Memory(made, rows, folder / "media", folder / "fake")


def _put_back(memory: Memory) -> None:
    shutil.copytree(memory.media, settings.MEDIA_ROOT, dirs_exist_ok=True)
    shutil.copytree(memory.fake, settings.FAKE_PROVIDER_DIR, dirs_exist_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # they come in no order, and trigger nothing
        for table, rows in memory.rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as lines:
                lines.write(rows)
        cursor.execute("SET session_replication_role = DEFAULT")


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return [table for (table,) in cursor.fetchall()]


def _has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608
        return bool(cursor.fetchone()[0])
