"""Waiting times and numbers of tries. Each limit belongs to one kind of waiting."""

import datetime as dt
import random

from generation.models import Failure

LEASE = 15.0  # seconds after which a worker that died over a call or a result is replaced
RENEWAL = 4.0  # seconds after which a living one says that it still works on it
# Together three minutes, for what was paid is not given up over a storage that is away for a moment; then
# storage trouble is a failure, and a handler that raises is left to staff.
COLLECT_TRIES = 12
LONGEST_COLLECT_PAUSE = 20.0
TRUNCATED_TRIES = 3  # downloads of a result that each end in the middle: then it is the result
FIRST_SEARCH = 2.0  # seconds after a call whose answer was lost until it is first searched for
# Seconds between the two searches after which a call counts as never made. The first of them comes when the
# lease has ended, at least eleven seconds after the call, so that the provider has 26 to list it.
FIND_GRACE = 15.0
SLOWEST_CHECK = 5.0

# While our storage is away before a call, it waits: 2, 4, 8, 15 s, no attempt is counted, and after an hour
# it fails.
STORAGE_WAIT = dt.timedelta(hours=1)
LONGEST_STORAGE_PAUSE = 15.0
SAME_OUTAGE = dt.timedelta(minutes=10)  # between two waits of one outage at most

# Attempts for one prediction, by what went wrong with the last; what is not named is final.
ATTEMPTS = {
    Failure.PROVIDER_ERROR: 3,
    Failure.TIMED_OUT: 2,
    Failure.OUTPUT_EXPIRED: 2,
    Failure.OUTPUT_INVALID: 2,
    Failure.PICTURE_REJECTED: 4,  # at most one of a prediction is (`collect`), whatever failed before
    Failure.INTERNAL_ERROR: 2,
    Failure.STORAGE_ERROR: 6,  # the host of a picture elsewhere is away: costs nothing
    Failure.RATE_LIMITED: 20,  # nothing was accepted, so nothing was paid
}


# A provider that cannot be reached, a worker that died before its call was accepted: nothing was paid, and
# at the pauses of `retry` this lasts for a minute.
UNACCEPTED_TRIES = 7

# Nothing was sent for these, so they take no tries from failures that may have cost something.
UNPAID = (Failure.RATE_LIMITED, Failure.STORAGE_ERROR)


def may_retry(failure: str, tries: int, *, was_accepted: bool = True) -> bool:
    if failure == Failure.PROVIDER_ERROR and not was_accepted:
        return tries < UNACCEPTED_TRIES
    return tries < ATTEMPTS.get(Failure(failure), 1)


def retry(tries: int) -> float:
    """Seconds before attempt `tries` + 1: 1, 2, 4 ... 20, spread by a quarter."""
    return min(20.0, 2.0 ** (tries - 1)) * random.uniform(1, 1.25)  # noqa: S311 - no secret


def storage_pause(waits: int) -> float:
    """Seconds until the storage is tried for the next time, after that many waits."""
    return min(LONGEST_STORAGE_PAUSE, 2.0**waits)


def check(elapsed: float, soonest: float) -> float:
    """Seconds until an accepted call is asked for again: a twentieth of the time it has taken so far,
    so that polling adds little to a short call and costs little on a long one."""
    return min(SLOWEST_CHECK, max(soonest, elapsed / 20))


def collect(tries: int) -> float:
    """Seconds before collecting is tried again: 2, 4, 8, 16, 20."""
    return min(LONGEST_COLLECT_PAUSE, 2.0**tries)
