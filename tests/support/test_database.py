"""Data folders for tests. Tables and static files are made once a run and copied from then on: making
them takes a core ten seconds, and a run of all tests needs them twenty times.

What is copied is made where the tests are handed out to several processes; a single process makes its
folders empty.
"""

import atexit
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

PREFIX = "selvedge-tests-"
PREPARED = "selvedge-prepared-"  # and the process whose run it belongs to
VARIABLE = "SELVEDGE_TESTS_PREPARED"  # the folder, for the processes of a run
TEMPLATE = "prepared"  # a database in it, which nobody uses, with all tables
WITHIN = 300.0  # seconds, for static files

MAKE = f"""
import django, psycopg
django.setup()
from django.conf import settings
from config.server import embedded_postgres, startup
startup.migrate()
embedded_postgres._close_pools()
address = embedded_postgres.address(settings.DATA_DIR)
with psycopg.connect(address, dbname="template1", autocommit=True) as connection:
    connection.execute("CREATE DATABASE {TEMPLATE} TEMPLATE postgres")
"""
COLLECT = """
import django
django.setup()
from config.server import startup
startup.collect_static()
"""


MEMORY = Path("/dev/shm")  # a file system in memory, on Linux
ROOM = 6 * 1024**3  # bytes: four processes, each with a database, and their sites


def use_memory() -> None:
    """Let temporary folders, of these processes and those they start, be in memory where there is room:
    tests make and delete tens of thousands of small files and folders, for which a disk takes longer than
    for anything else. Whoever sets TMPDIR has chosen."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    if roomy and psutil.virtual_memory().available > ROOM and "TMPDIR" not in os.environ:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # asked for once and kept


def prepare() -> None:
    """Make the folders that `make_data_dir` and `make_site_dir` copy, in this process and those it starts.
    Static files are ready some seconds later: only sites need them."""
    folder = Path(tempfile.mkdtemp(prefix=f"{PREPARED}{os.getpid()}-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    of_static = _environment(folder / "static")
    of_static["_SELVEDGE_EMBEDDED"] = f"{of_static['DATA_DIR']}|postgresql://nobody@localhost/nothing"
    collecting = subprocess.Popen([sys.executable, "-c", COLLECT], env=of_static)
    atexit.register(collecting.kill)  # before its folder goes
    subprocess.run([sys.executable, "-c", MAKE], check=True, env=_environment(folder / "data"))
    (folder / "data" / "postgres.users").unlink()  # a copy has none before its server starts
    os.environ[VARIABLE] = str(folder)


def _environment(data_dir: Path) -> dict[str, str]:
    data_dir.mkdir()
    data_dir.chmod(0o755)
    return os.environ | {"DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "config.settings"}


def is_prepared() -> bool:
    return VARIABLE in os.environ


def make_data_dir(prefix: str = PREFIX) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    if is_prepared():
        subprocess.run(["cp", "-a", f"{os.environ[VARIABLE]}/data/.", folder], check=True)  # owners, too
    folder.chmod(0o755)  # the user PostgreSQL runs as must get in when the tests run as root
    return folder


def make_site_dir(prefix: str = PREFIX) -> Path:
    """The same for a site: with static files. Each makes its own demo, with a sample, in its own storage."""
    folder = make_data_dir(prefix)
    if is_prepared():
        _add_static_files(folder)
    return folder


def _add_static_files(folder: Path) -> None:
    made, deadline = Path(os.environ[VARIABLE]) / "static", time.monotonic() + WITHIN
    while not (made / "static.stamp").exists():
        assert time.monotonic() < deadline, "no static files"
        time.sleep(0.1)
    subprocess.run(["cp", "-a", made / "static", made / "static.stamp", folder], check=True)


def forget_killed_runs() -> None:
    """A run that was killed left its folders, and perhaps its servers running. What cannot be
    tidied up (somebody else's, or stopping just now) is no reason to run no tests."""
    from config.server import embedded_postgres

    temporary = Path(tempfile.gettempdir())
    for folder in temporary.glob(f"{PREPARED}*"):
        if not psutil.pid_exists(int(folder.name.removeprefix(PREPARED).partition("-")[0])):
            shutil.rmtree(folder, ignore_errors=True)
    for folder in temporary.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            if (folder / "postgres.users").exists() and embedded_postgres.stop_if_unused(folder):
                shutil.rmtree(folder, ignore_errors=True)


KEPT = (
    "django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions",
)  # fmt: skip
WITH_ROWS = """
SELECT 'SELECT array_remove(ARRAY[' || string_agg(
    format('CASE WHEN EXISTS (SELECT FROM %%1$I) THEN %%1$L END', tablename), ',') || '], NULL)'
FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)
"""


def empty_tables() -> None:
    """What Django's flush does around a test that commits, in a tenth of the time: only tables that got rows
    are emptied, the queue's too, and what belongs to the tables themselves stays."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(WITH_ROWS, [list(KEPT)])
        cursor.execute(cursor.fetchone()[0])
        tables = cursor.fetchone()[0]
        if tables:
            cursor.execute("SET session_replication_role = replica")  # in no order, past every trigger
            cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in tables))  # noqa: S608
            cursor.execute("SET session_replication_role = DEFAULT")
