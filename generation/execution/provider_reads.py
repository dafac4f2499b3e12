"""Ask a provider about its calls. Reading is free, but limited all the same.

When a provider says that it has been asked too often (429), nobody asks until the time it named: the gate's
row says so to every worker, and whoever would have asked looks again then.
"""

import logging

from generation import limits
from generation.models import Attempt
from generation.providers.base import Provider, Report, TransientError

log = logging.getLogger(__name__)

UNHEARD = Report("running")  # it could not be asked, and may have ended long ago


def at(attempt: Attempt, provider: Provider) -> tuple[Report, float]:
    """Where its call stands, UNHEARD when it could not be asked; and the seconds for which the provider
    wants to be left alone, 0 unless it said so."""
    assert attempt.external_id is not None
    if held := limits.reads_held(provider):
        return UNHEARD, held
    try:
        return provider.fetch(attempt.external_id), 0.0
    except TransientError as error:
        log.warning("attempt %s: could not be asked for: %s", attempt.pk, error.message)
        return UNHEARD, refused(provider, error)


def refused(provider: Provider, error: TransientError) -> float:
    """What it said of the next time goes for everybody. Returns it in seconds, 0 when it said nothing."""
    if error.retry_after:
        limits.hold_reads(provider, seconds=error.retry_after)
    return error.retry_after or 0.0
