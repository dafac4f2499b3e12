"""What many tests begin with, made once a process and put back for each: a whole tech pack takes some nine
hundred statements to make, and two dozen to put back.

Only for tests that begin with nothing in the database but what migrations left there, or with something
else that is remembered: whatever else there was in a table that is put back is gone.
"""

import shutil
import tempfile
import time
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
    rows: dict[str, bytes]  # by table, as COPY writes them: of the tables that changed
    replaced: set[str]  # those of them that had rows before
    media: Path
    fake: Path
    still_going_at: float | None  # seconds of the clock, if a provider is at work


_memories: dict[str, Memory] = {}
_folders = tempfile.TemporaryDirectory(prefix="selvedge-remembered-")


def remembered[T](name: str, make: Callable[[], T]) -> T:
    """What `make` returned (a key: objects grow old). Rows and files are as it left them, those of the fake
    engine too."""
    if name in _memories:
        _put_back(_memories[name])
    else:
        before = _rows()
        made = make()
        _memories[name] = _remember(made, before)
    made: T = _memories[name].made
    return made


def _remember(made: Any, before: dict[str, bytes]) -> Memory:
    folder = Path(tempfile.mkdtemp(dir=_folders.name))
    shutil.copytree(settings.MEDIA_ROOT, folder / "media")
    Path(settings.FAKE_PROVIDER_DIR).mkdir(parents=True, exist_ok=True)
    shutil.copytree(settings.FAKE_PROVIDER_DIR, folder / "fake")
    after = _rows()
    assert set(before) <= set(after), "a table was emptied, which is not put back"
    changed = {table: rows for table, rows in after.items() if before.get(table) != rows}
    from generation.models import Prediction

    going = time.monotonic() if Prediction.objects.live().exists() else None
    return Memory(made, changed, set(before) & set(changed), folder / "media", folder / "fake", going)


def _put_back(memory: Memory) -> None:
    shutil.copytree(memory.media, settings.MEDIA_ROOT, dirs_exist_ok=True)
    shutil.copytree(memory.fake, settings.FAKE_PROVIDER_DIR, dirs_exist_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # they come in no order, and trigger nothing
        for table, rows in memory.rows.items():
            if table in memory.replaced:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
            with cursor.copy(f"COPY {table} FROM STDIN") as lines:
                lines.write(rows)
        cursor.execute("SET session_replication_role = DEFAULT")
    if memory.still_going_at is not None:
        from tests.support.job_queue import pass_time

        pass_time(memory.still_going_at - time.monotonic())  # nothing has gone on since then


def _rows() -> dict[str, bytes]:
    """Of every table that has any."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            with cursor.copy(f"COPY {table} TO STDOUT") as lines:
                if rows := b"".join(bytes(line) for line in lines):
                    found[table] = rows
    return found
