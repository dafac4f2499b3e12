"""The time as the stand-in counts deadlines and expiry by: it can be advanced and sped up."""

import datetime as dt
import threading
import time


class Clock:
    """Seconds since the epoch, plus what was skipped. Timestamps told to clients stay real."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._base = self._real = time.time()
        self._speed = 1.0

    def now(self) -> float:
        with self._lock:
            return self._now()

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._base += seconds

    def run_at(self, speed: float) -> None:
        """From now on a real second counts for `speed` seconds."""
        with self._lock:
            self._base, self._real, self._speed = self._now(), time.time(), speed

    def _now(self) -> float:
        return self._base + (time.time() - self._real) * self._speed


def told(moment: float | None) -> str | None:
    """A moment as the API writes it: ISO 8601 with microseconds, in UTC."""
    if moment is None:
        return None
    return dt.datetime.fromtimestamp(moment, dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read(text: str) -> float:
    """A moment from ISO 8601. Raises ValueError."""
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()
