"""The processes that `serve` starts and looks after."""

import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("child.py")
LONGEST_PAUSE = 30.0
SETTLED_AFTER = 60.0  # seconds up, after which the next fall counts as the first again


class Process:
    """One command in a process group of its own, started again when it ends by itself.

    A group of its own keeps Ctrl-C from reaching it twice, and lets nothing it started stay.
    """

    def __init__(self, name: str, *command: str):
        self.name = name
        self.command = command
        self.falls = 0
        self.start_again_at = 0.0
        self.start()

    def start(self) -> None:
        wrapper = [sys.executable, "-S", str(CHILD), str(os.getpid())]
        self.started_at = time.monotonic()
        self.running = subprocess.Popen([*wrapper, *self.command], start_new_session=True)

    @property
    def is_up(self) -> bool:
        return self.running.poll() is None

    def tend(self) -> None:
        """Start it again if it fell, after a pause that doubles with each fall in a row."""
        if self.is_up:
            return
        now = time.monotonic()
        if not self.start_again_at:
            self.falls = 1 if now - self.started_at > SETTLED_AFTER else self.falls + 1
            pause = min(LONGEST_PAUSE, 0.5 * 2 ** (self.falls - 1))
            self.start_again_at = now + pause
            self.sweep()
            log.warning("%s ended (%s); again in %.1f s", self.name, self.running.returncode, pause)
        elif now >= self.start_again_at:
            self.start_again_at = 0.0
            self.start()

    def ask_to_stop(self) -> None:
        with suppress(ProcessLookupError):
            self.running.terminate()

    def wait(self, deadline: float) -> None:
        """Until it has ended; at `deadline` (monotonic) it is made to."""
        with suppress(subprocess.TimeoutExpired):
            self.running.wait(max(0.0, deadline - time.monotonic()))
        self.sweep()
        self.running.wait()

    def sweep(self) -> None:
        """End whatever is left of its group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.running.pid, signal.SIGKILL)


def stop(processes: list[Process], *, within: float) -> None:
    """Ask all at once, then give them `within` seconds together."""
    for process in processes:
        process.ask_to_stop()
    deadline = time.monotonic() + within
    for process in processes:
        process.wait(deadline)
