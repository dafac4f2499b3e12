"""Leases that are renewed while the work goes on: short, so that a dead worker's is soon free, and yet
kept by a living one however long it takes."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

log = logging.getLogger(__name__)


@contextmanager
def renewed(renew: Callable[[], object], *, every: float) -> Iterator[None]:
    """Call `renew` every so many seconds, in a thread and on a connection of its own, until the block is
    left. One that fails is logged and repeated; `renew` must do nothing to a lease that was given back."""
    ended = threading.Event()
    thread = threading.Thread(target=_repeat, args=(renew, every, ended), name="renewal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(1.0)  # it may be waiting for a database that is away


def _repeat(renew: Callable[[], object], every: float, ended: threading.Event) -> None:
    while not ended.wait(every):
        try:
            renew()
        except Exception as error:
            log.warning("a lease could not be renewed: %s: %s", type(error).__name__, error)
        finally:
            connection.close()
