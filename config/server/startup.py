"""Prepare the site before it is served: tables, static files, the demo."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

MIGRATION_LOCK = 7_315_803  # any number that nothing else here takes


def migrate() -> bool:
    """Bring the tables up to date. Several machines may start at once: one does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            executor = MigrationExecutor(connection)
            due = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if due:
                call_command("migrate", interactive=False, verbosity=0)
            return bool(due)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def collect_static() -> bool:
    """Gather, fingerprint and compress the static files, if any changed since the last time."""
    stamp = Path(settings.STATIC_ROOT).with_name("static.stamp")
    now = _static_fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return False
    unused = ["*.map", "redoc*"]  # of the page of the API
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=unused)
    stamp.write_text(now)
    return True


def _static_fingerprint() -> str:
    seen = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            seen.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return seen.hexdigest()
