"""Waiting for a result, as RFC 7240 has it: bounded, in a thread and with nothing else.

A waiting call looks at one row by its primary key a few times a second, and gives its connection back to
the pool after every look. So a hundred of them hold a hundred threads, and no connection, no lock and no
transaction. More than `MOST` a process would leave it without threads for everybody else: who comes then
is told at once where to look (202).
"""

import random
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from generation.jobs import release_connection

MOST = 100  # of the 128 threads of a web process (`manage.py serve`)
GLANCE = (0.3, 0.5)  # seconds between two looks

_places = threading.BoundedSemaphore(MOST)


def seconds_to_wait(request: HttpRequest) -> float:
    """As `Prefer` says, and never longer than API_MAX_WAIT."""
    preferences = _preferences(request.headers.get("Prefer", ""))
    wished = preferences.get("wait", "")
    if wished.isascii() and wished.isdigit() and len(wished) < 8:
        return float(min(int(wished), settings.API_MAX_WAIT))
    return 0.0 if "respond-async" in preferences else float(settings.API_MAX_WAIT)


def prefers_async(request: HttpRequest) -> bool:
    """Whether the caller asks to be told at once where to look."""
    return "respond-async" in _preferences(request.headers.get("Prefer", ""))


def _preferences(header: str) -> dict[str, str]:
    """By name, in lower case; of two with one name the first counts, parameters are left out."""
    found: dict[str, str] = {}
    for preference in header.split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def until(is_over: Callable[[], bool], *, seconds: float) -> bool:
    """Whether it is over, within that time; asked once at least. Outside of any transaction."""
    if is_over():
        return True
    if seconds <= 0 or not _places.acquire(blocking=False):
        return False
    try:
        return _look_again(is_over, end=time.monotonic() + seconds)
    finally:
        _places.release()


def _look_again(is_over: Callable[[], bool], *, end: float) -> bool:
    while (left := end - time.monotonic()) > 0:
        release_connection()
        time.sleep(min(random.uniform(*GLANCE), left))  # noqa: S311 - no secret
        if is_over():
            return True
    return False
