"""Data folders for tests. Tables and static files are made once a run and copied from then on: making
them takes a core ten seconds, and a run of all tests needs them twenty times.

The one that is copied is made where the tests are handed out to several processes; a single process makes
its folders empty.
"""

import atexit
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

PREFIX = "selvedge-tests-"
PREPARED = "selvedge-prepared-"  # and the process whose run it belongs to
VARIABLE = "SELVEDGE_TESTS_PREPARED"  # the folder, for the processes of a run
TEMPLATE = "prepared"  # a database in it, which nobody uses, with all tables

MAKE = f"""
import django, psycopg
django.setup()
from django.conf import settings
from config.server import embedded_postgres, startup
startup.migrate()
startup.collect_static()
embedded_postgres._close_pools()
address = embedded_postgres.address(settings.DATA_DIR)
with psycopg.connect(address, dbname="template1", autocommit=True) as connection:
    connection.execute("CREATE DATABASE {TEMPLATE} TEMPLATE postgres")
"""


def prepare() -> None:
    """Make the folder that `make_data_dir` copies, in this process and those it starts."""
    folder = Path(tempfile.mkdtemp(prefix=f"{PREPARED}{os.getpid()}-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment = os.environ | {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "-c", MAKE], check=True, env=environment)
    (folder / "postgres.users").unlink()  # a copy has none before its server starts: see forget_killed_runs
    os.environ[VARIABLE] = str(folder)


def is_prepared() -> bool:
    return VARIABLE in os.environ


def make_data_dir() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    if is_prepared():
        subprocess.run(["cp", "-a", f"{os.environ[VARIABLE]}/.", folder], check=True)  # owners, too
    folder.chmod(0o755)  # the user PostgreSQL runs as must get in when the tests run as root
    return folder


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
