"""What nobody looks after any more: by the age of predictions, not by the state of jobs."""

import datetime as dt
import logging
import uuid

from django.db import transaction
from django.db.models.functions import Now

from generation import gate, jobs, providers
from generation.models import Prediction
from generation.work import collecting, running, submitting

log = logging.getLogger(__name__)

BATCH = 200
PATIENCE = dt.timedelta(seconds=60)  # until the same row is looked at again


def sweep() -> int:
    """Send a job to every live prediction whose time to be looked at has passed. Returns how many."""
    with transaction.atomic():
        overdue = Prediction.objects.overdue().order_by("due_at").select_for_update(skip_locked=True)
        ids = list(overdue.values_list("pk", flat=True)[:BATCH])
        Prediction.objects.filter(pk__in=ids).update(due_at=Now() + PATIENCE)
        for prediction_id in ids:
            jobs.defer("generation.tend", prediction_id=str(prediction_id))
    if ids:
        log.warning("the sweep picked up %d predictions", len(ids))
    return len(ids)


def tend(prediction_id: uuid.UUID) -> None:
    """Do what is due for a prediction, in whatever state it is."""
    prediction = Prediction.objects.get(pk=prediction_id)
    if prediction.status == Prediction.Status.QUEUED:
        submitting.submit(prediction_id)
    elif prediction.status == Prediction.Status.SUBMITTING:
        submitting.recover(prediction_id)
    elif prediction.status == Prediction.Status.RUNNING:
        running.check(prediction_id)
    elif prediction.status == Prediction.Status.COLLECTING:
        collecting.collect(prediction_id)


def dispatch(provider: str) -> None:
    """A place at the provider is free: send those that are next."""
    for prediction in gate.next_in_line(providers.get(provider)):
        jobs.defer("generation.submit", prediction_id=str(prediction.pk))
