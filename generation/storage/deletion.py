"""Forgetting what was asked for an account, and keeping what it cost.

`forget` writes one row in the caller's transaction. From then on nothing depends on the process that
asked: the sweep comes back to that row until nothing is left, and each of its steps says by itself
which rows still need it. Calls under way are let go on to their end, and scrubbed then.

What stays of a call: model, cost, seconds, times, outcome, and the account's number.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject, Now

from generation import jobs
from generation.models import Asset, Attempt, Erasure, Prediction

log = logging.getLogger(__name__)

ERASED: dict[str, Any] = {"erased": True}  # null would mean that nothing was ever sent
DATA_URL, NO_IMAGE = "data:image/", "data:erased"
KEPT_OF_A_REQUEST = ("operation", "purpose", "resolution")
# A call given up for lost may still be heard of by a webhook, and is told by its payload then; and a
# worker whose lease ran out may still store a picture. After that long neither happens any more.
ECHO = dt.timedelta(hours=2)


def forget(account: str) -> Erasure:
    """Everything of this account: what was asked, sent and answered, and all its images, which nobody is
    shown from now on."""
    images_of(account).update(released_at=Now())
    return _begun(account, Erasure.Scope.ALL)


def forget_images(account: str) -> Erasure:
    """The images that went out inside of calls; for the caller released what is stored of them."""
    return _begun(account, Erasure.Scope.IMAGES)


def is_forgotten(account: str) -> bool:
    """Whoever had this account is erased, or about to be."""
    return Erasure.objects.filter(account=account, scope=Erasure.Scope.ALL).exists()


def _begun(account: str, scope: Erasure.Scope) -> Erasure:
    if not connection.in_atomic_block:
        raise RuntimeError("forgetting belongs into the transaction of what it is part of")
    erasure = Erasure.objects.create(account=account, scope=scope)
    jobs.defer("generation.erase", erasure_id=erasure.pk)
    return erasure


def sweep() -> int:
    """Do what can be done now for all that is not done yet. Returns for how many nothing is left."""
    return sum(carry_on(erasure_id) for erasure_id in _open().values_list("pk", flat=True))


def carry_on(erasure_id: int) -> bool:
    """May run twice at once, and be killed anywhere. Returns whether nothing is left."""
    erasure = _open().filter(pk=erasure_id).first()
    if erasure is None:
        return False
    STEPS[Erasure.Scope(erasure.scope)](erasure)
    left = LEFT[Erasure.Scope(erasure.scope)](erasure)
    is_echoless = Erasure.objects.filter(pk=erasure.pk, requested_at__lt=Now() - ECHO).exists()
    if left or not is_echoless:
        return False
    return bool(_open().filter(pk=erasure.pk).update(done_at=Now()))


def _open() -> QuerySet[Erasure]:
    return Erasure.objects.filter(done_at=None).order_by("requested_at")


# --- everything ------------------------------------------------------------------------------------


def _erase(erasure: Erasure) -> None:
    account = erasure.account
    images_of(account).update(released_at=Now())
    sent_for(account).exclude(_may_be_heard_of()).update(payload=ERASED, message="")
    _answers(account).update(output=None)
    asked_for(account).update(
        request=JSONObject(**{name: F(f"request__{name}") for name in KEPT_OF_A_REQUEST}),
        result=None,
        message="",
    )


def _is_left(erasure: Erasure) -> bool:
    account = erasure.account
    busy = Prediction.objects.filter(account=account).filter(
        Q(status__in=Prediction.LIVE) | Q(finished_at__gt=Now() - ECHO)
    )
    rows: tuple[QuerySet[Any], ...] = (
        busy, images_of(account), sent_for(account), _answers(account), asked_for(account),
    )  # fmt: skip
    return any(query.exists() for query in rows)


def images_of(account: str) -> QuerySet[Asset]:
    """All that is kept of them."""
    return Asset.objects.filter(account=account, released_at=None)


def asked_for(account: str) -> QuerySet[Prediction]:
    """What has ended and still says what was asked for: a request always has a prompt, if an empty one."""
    return _ended(account).filter(request__has_key="prompt")


def sent_for(account: str) -> QuerySet[Attempt]:
    """Calls of what has ended that still say what was sent."""
    sent = Attempt.objects.filter(prediction__in=_ended(account), payload__isnull=False)
    return sent.exclude(payload=ERASED)


def _answers(account: str) -> QuerySet[Attempt]:
    return Attempt.objects.filter(prediction__in=_ended(account), output__isnull=False)


def _ended(account: str) -> QuerySet[Prediction]:
    return Prediction.objects.filter(account=account).exclude(status__in=Prediction.LIVE)


def _may_be_heard_of() -> Q:
    lost = Q(outcome=Attempt.Outcome.LOST, external_id__isnull=True)
    return lost & Q(ended_at__gt=Now() - ECHO)


# --- the images inside of calls -----------------------------------------------------------------------


def _drop_images(erasure: Erasure) -> None:
    """One call at a time: each may have megabytes of them."""
    for attempt in _with_images(erasure).exclude(_may_be_heard_of()).iterator(chunk_size=5):
        same = Attempt.objects.filter(pk=attempt.pk).exclude(payload=ERASED)
        same.update(payload=_without_images(attempt.payload))


def _with_images(erasure: Erasure) -> QuerySet[Attempt]:
    sent = sent_for(erasure.account).filter(created_at__lt=erasure.requested_at).defer("output")
    return sent.alias(text=Cast("payload", TextField())).filter(text__contains=f'"{DATA_URL}')


def _has_images(erasure: Erasure) -> bool:
    return _with_images(erasure).exists()


def _without_images(value: Any) -> Any:
    """A payload with each data URL of an image replaced."""
    if isinstance(value, dict):
        return {name: _without_images(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_without_images(part) for part in value]
    return NO_IMAGE if isinstance(value, str) and value.startswith(DATA_URL) else value


STEPS: dict[Erasure.Scope, Callable[[Erasure], None]] = {
    Erasure.Scope.ALL: _erase,
    Erasure.Scope.IMAGES: _drop_images,
}
LEFT: dict[Erasure.Scope, Callable[[Erasure], bool]] = {
    Erasure.Scope.ALL: _is_left,
    Erasure.Scope.IMAGES: _has_images,
}
