"""Find predictions nobody looks after: by their age, not by the state of jobs."""

import datetime as dt
import logging
import uuid

from django.db import transaction
from django.db.models.functions import Now

from generation import jobs, limits, providers, transitions
from generation.execution import collect, poll, submit, unclear_attempts
from generation.models import Prediction

log = logging.getLogger(__name__)

BATCH = 200
JUST_ASKED = dt.timedelta(seconds=1)
PATIENCE = dt.timedelta(seconds=transitions.LATE)  # until the same row is looked at again


def sweep() -> int:
    """Send a job to every prediction that is under way and whose time to be looked at has passed, and
    to each provider for which some wait. Returns how many of the first."""
    unclear_attempts.end_undecided()
    for provider in set(_providers_waited_for()) - jobs.waiting("generation.dispatch", "provider"):
        jobs.defer("generation.dispatch", provider=provider)
    with transaction.atomic():
        overdue = Prediction.objects.overdue().exclude(status=Prediction.Status.QUEUED).order_by("due_at")
        ids = list(overdue.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        Prediction.objects.filter(pk__in=ids).update(due_at=Now() + PATIENCE)
        for prediction_id in {str(one) for one in ids} - jobs.waiting("generation.tend", "prediction_id"):
            jobs.defer("generation.tend", prediction_id=prediction_id)
    if ids:
        log.warning("the sweep picked up %d predictions", len(ids))
    return len(ids)


def _providers_waited_for() -> list[str]:
    """However many wait, only so many jobs as there are places come of it."""
    queued = Prediction.objects.overdue().filter(status=Prediction.Status.QUEUED)
    return list(queued.order_by("provider").values_list("provider", flat=True).distinct())


def tend(prediction_id: uuid.UUID) -> None:
    """Do what is due for a prediction, in whatever state it is."""
    prediction = Prediction.objects.get(pk=prediction_id)
    if prediction.status == Prediction.Status.QUEUED:
        submit.submit(prediction_id)
    elif prediction.status == Prediction.Status.SUBMITTING:
        submit.recover(prediction_id)
    elif prediction.status == Prediction.Status.RUNNING:
        poll.check(prediction_id)
    elif prediction.status == Prediction.Status.COLLECTING:
        collect.collect(prediction_id)


def dispatch(provider: str) -> None:
    """A place at the provider is free: send those that are next. Not those that are being sent, else a queue
    that is behind would only grow; so those that were asked for this moment, whose own job is looking for a
    place, are left for a second look."""
    try:
        found = providers.get(provider)
    except ImportError:
        _send_all(provider)  # each is then refused
        return
    following = {
        str(one.pk): one.age < JUST_ASKED  # type: ignore[attr-defined]
        for one in limits.next_in_line(found)
    }
    if not following:
        return
    sent = jobs.waiting("generation.submit", "prediction_id")
    for prediction_id, just_asked in following.items():
        if not just_asked and prediction_id not in sent:
            jobs.defer("generation.submit", prediction_id=prediction_id)
    if any(following.values()) and provider not in jobs.planned("generation.dispatch", "provider"):
        jobs.defer("generation.dispatch", delay=JUST_ASKED.total_seconds(), provider=provider)


def _send_all(provider: str) -> None:
    queued = Prediction.objects.filter(provider=provider, status=Prediction.Status.QUEUED)
    for prediction_id in queued.values_list("pk", flat=True)[:BATCH]:
        jobs.defer("generation.submit", prediction_id=str(prediction_id))
