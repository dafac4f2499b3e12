"""How long to wait, and how often to try. Each limit belongs to one kind of waiting."""

import random

from generation.models import Failure

COLLECT_LEASE = 120.0  # seconds one worker may take to download, check and store a result
# Together three minutes, for what was paid is not given up over a storage that is away for a moment; then
# storage trouble is a failure, and a handler that raises is left to staff.
COLLECT_TRIES = 8
FIND_GRACE = 20.0  # seconds between the two searches after which a call counts as never made
SLOWEST_CHECK = 5.0

# Attempts for one prediction, by what went wrong with the last; what is not named is final.
ATTEMPTS = {
    Failure.PROVIDER_ERROR: 3,
    Failure.TIMED_OUT: 2,
    Failure.OUTPUT_EXPIRED: 2,
    Failure.OUTPUT_INVALID: 2,
    Failure.INTERNAL_ERROR: 2,
    Failure.STORAGE_ERROR: 6,  # of an engine that forgets, or before a call: costs nothing
    Failure.RATE_LIMITED: 20,  # nothing was accepted, so nothing was paid
}


def may_retry(failure: str, tries: int) -> bool:
    return tries < ATTEMPTS.get(Failure(failure), 1)


def retry(tries: int) -> float:
    """Seconds before attempt `tries` + 1: 1, 2, 4 ... 60, spread by a quarter."""
    return min(60.0, 2.0 ** (tries - 1)) * random.uniform(1, 1.25)  # noqa: S311 - no secret


def check(elapsed: float, soonest: float) -> float:
    """Seconds until an accepted call is asked for again: a twentieth of the time it has taken so far,
    so that polling adds little to a short call and costs little on a long one."""
    return min(SLOWEST_CHECK, max(soonest, elapsed / 20))


def collect(tries: int) -> float:
    """Seconds before collecting is tried again: 2, 4, 8 ... 60."""
    return min(60.0, 2.0**tries)
