"""Handle a provider's webhook event, once its signature is verified.

The event is only the word that something has ended: how it ended is asked of the provider, so that an
event that is old, repeated or out of order says nothing that is not so.
"""

import logging
import uuid

from django.db import IntegrityError
from django.db.models.functions import Now

from generation import limits, providers, transitions
from generation.execution import poll, provider_reads, unknown_calls
from generation.execution.error_handling import on_stumble
from generation.jobs import release_connection
from generation.models import Attempt, Prediction
from generation.providers.base import Payload, TransientError
from generation.providers.replicate import ReplicateProvider

log = logging.getLogger(__name__)


def hear(external_id: str, attempt_id: uuid.UUID | None) -> None:
    """Pass on the end of the call `external_id`, which the event says belongs to `attempt_id`."""
    provider = providers.get(ReplicateProvider.name)
    assert isinstance(provider, ReplicateProvider)
    Attempt.objects.filter(external_id=external_id, webhook_at=None).update(webhook_at=Now())
    if limits.reads_held(provider):
        return  # the next check comes when it may be asked again
    try:
        if not Attempt.objects.filter(external_id=external_id).exists():
            _adopt(external_id, attempt_id, provider)
        attempt = _waiting(external_id, provider)
        if attempt is None:
            return
        release_connection()
        report = provider.fetch(external_id)
    except TransientError as error:
        log.warning("call %s: could not be asked for: %s", external_id, error.message)
        provider_reads.refused(provider, error)
        return  # polling goes on
    if report.state != "running":  # else the next check, which is on its way already, will see
        with on_stumble(attempt):
            poll.hear(attempt, report, provider)


def _waiting(external_id: str, provider: ReplicateProvider) -> Attempt | None:
    waiting = Attempt.objects.filter(
        external_id=external_id, provider=provider.name,
        outcome=Attempt.Outcome.ACCEPTED, prediction__status=Prediction.Status.RUNNING,
    )  # fmt: skip
    return waiting.without_payload().first()


def _adopt(external_id: str, attempt_id: uuid.UUID | None, provider: ReplicateProvider) -> None:
    """A call nobody knows is the attempt's only when model and payload say so, too: the signature does
    not cover the query string. One given up for lost is written down all the same, as superseded:
    it was paid for. So is one whose input the provider has forgotten, as an unknown call."""
    if attempt_id is None:
        return
    attempt = Attempt.objects.filter(
        pk=attempt_id, provider=provider.name, external_id__isnull=True, payload__isnull=False,
        outcome__in=(Attempt.Outcome.CLAIMED, Attempt.Outcome.LOST),
    ).first()  # fmt: skip
    if attempt is None:
        return
    release_connection()
    call = provider.payload_of(external_id)
    if not call.body:
        log.warning("call %s: what it was asked is gone, so nobody can tell whose it is", external_id)
        unknown_calls.write_down(provider, provider.listed(external_id))
        return
    if call != Payload(model=attempt.model, body=attempt.payload or {}):
        log.warning("call %s is not attempt %s, whatever the event says", external_id, attempt_id)
        return
    try:
        transitions.accept(attempt=attempt, external_id=external_id, check_after=provider.soonest_check)
    except IntegrityError:
        log.info("call %s: another attempt adopted it first", external_id)
