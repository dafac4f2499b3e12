"""Seconds of processor time by who took them, also of processes that have been killed since."""

import contextlib
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable

import psutil

EVERY = 2.0  # seconds between two looks: what a process does after the last look before its end is not seen


class Watch:
    """Looks at the processes of each role, and at all below them, until it is closed."""

    def __init__(self, roles: dict[str, Callable[[], Iterable[int]]]):
        self._roles = roles
        self._seen: dict[str, dict[tuple[int, float], float]] = defaultdict(dict)
        self._over = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def close(self) -> None:
        self._over.set()

    def seconds(self) -> dict[str, int]:
        self._look_once()
        return {role: round(sum(seen.values())) for role, seen in self._seen.items()}

    def _look(self) -> None:
        while not self._over.wait(EVERY):
            self._look_once()

    def _look_once(self) -> None:
        for role, pids in self._roles.items():
            for pid in pids():
                with contextlib.suppress(psutil.Error):
                    root = psutil.Process(pid)
                    for process in (root, *root.children(recursive=True)):
                        with contextlib.suppress(psutil.Error):
                            self._note(role, process, ended=process is root and role == "database")

    def _note(self, role: str, process: psutil.Process, *, ended: bool) -> None:
        """With `ended` what its children took that have ended: the sessions of a database come and go."""
        times = process.cpu_times()
        took = times.user + times.system + (times.children_user + times.children_system if ended else 0)
        self._seen[role][process.pid, process.create_time()] = took
