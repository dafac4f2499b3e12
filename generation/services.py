"""What the products ask of the engine."""

import uuid

from django.conf import settings
from django.db import connection

from generation import assets, jobs, transitions
from generation.models import Prediction
from generation.providers.base import Request


def ask(
    *,
    kind: str,
    subject: str,
    slot: str,
    account: str,
    request: Request,
    provider: str | None = None,
    stem: str = "",
) -> Prediction:
    """Ask for something that is to fill `slot` of `subject`; a live one for that slot is the answer.
    `stem` says where a picture's files are to lie (`assets.key`).

    The caller is inside a transaction, holds the subject's lock, and has looked under that lock
    whether the slot is filled already: only then can nothing be paid for twice.
    Raises ValueError for what is no stem.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("ask() belongs into the transaction that holds the subject's lock")
    live = Prediction.objects.live().of(subject, slot).first()
    if live is not None:
        return live
    prediction = Prediction.objects.create(
        kind=kind,
        subject=subject,
        slot=slot,
        account=account,
        provider=provider or settings.GENERATION_PROVIDER,
        request=request.model_dump(mode="json"),
        stem=assets.checked_stem(stem),
    )
    jobs.defer("generation.submit", prediction_id=str(prediction.pk))
    return prediction


def cancel(*, prediction_id: uuid.UUID) -> None:
    """Immediate while it is queued, a request later on; harmless when it is over."""
    transitions.request_cancel(prediction_id=prediction_id)


def cancel_all(*, subject: str) -> int:
    """Cancel whatever is live for the subject. Returns how many."""
    ids = list(Prediction.objects.live().of(subject).order_by("queued_at").values_list("pk", flat=True))
    for prediction_id in ids:
        cancel(prediction_id=prediction_id)
    return len(ids)
