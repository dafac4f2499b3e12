"""The engine's services for products: ask for predictions and cancel them."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from generation import jobs, transitions
from generation.models import Asset, Prediction
from generation.providers.base import Request
from generation.storage import assets


@dataclass(frozen=True)
class Wish:
    """Something that is to fill `slot` of `subject`. `stem` says where a picture's files are to lie
    (`assets.key`); `provider` is the name of an engine, the one of the settings by default."""

    kind: str
    subject: str
    slot: str
    account: str
    request: Request
    provider: str | None = None
    stem: str = ""


def ask(*, kind: str, subject: str, slot: str, account: str, request: Request, **more: Any) -> Prediction:
    """`ask_many` for one wish."""
    return ask_many([Wish(kind=kind, subject=subject, slot=slot, account=account, request=request, **more)])[
        0
    ]


def ask_many(wishes: Sequence[Wish]) -> list[Prediction]:
    """Ask for these, in the order given; where one is live for a slot already, it is the answer.

    The caller is inside a transaction, holds the lock of every subject, and has looked under that
    lock whether the slots are filled already: only then can nothing be paid for twice.
    Three queries, however many there are. Raises ValueError for what is no stem.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("asking belongs into the transaction that holds the subject's lock")
    subjects = {wish.subject for wish in wishes}
    slots = {wish.slot for wish in wishes}
    live = Prediction.objects.live().filter(subject__in=subjects, slot__in=slots)
    known = {(prediction.subject, prediction.slot): prediction for prediction in live}
    new = {
        (wish.subject, wish.slot): _prediction(wish)
        for wish in wishes
        if (wish.subject, wish.slot) not in known
    }
    Prediction.objects.bulk_create(new.values())
    jobs.defer_many("generation.submit", [{"prediction_id": str(one.pk)} for one in new.values()])
    return [{**known, **new}[wish.subject, wish.slot] for wish in wishes]


def _prediction(wish: Wish) -> Prediction:
    return Prediction(
        kind=wish.kind,
        subject=wish.subject,
        slot=wish.slot,
        account=wish.account,
        provider=wish.provider or settings.GENERATION_PROVIDER,
        request=wish.request.model_dump(mode="json"),
        stem=assets.checked_stem(wish.stem),
    )


def cancel(*, prediction_id: uuid.UUID) -> None:
    """Immediate while it is queued, a request later on; harmless when it is over."""
    transitions.request_cancel(prediction_id=prediction_id)


def cancel_all(*, subject: str) -> int:
    """Cancel whatever is live for the subject. Returns how many."""
    return _cancel_each(Prediction.objects.live().of(subject))


def cancel_account(account: str) -> int:
    """Cancel whatever is live for the account. The caller holds the lock of every subject of theirs."""
    return _cancel_each(Prediction.objects.live().filter(account=account))


def change_account(*, subjects: Iterable[str], images: Iterable[uuid.UUID], account: str) -> None:
    """What was asked for these subjects, what was made of it, and these images belong to `account` from now
    on: whoever holds it sees them, and erasing it erases them. The caller holds the lock of every subject,
    with nothing live.
    """
    asked = Prediction.objects.filter(subject__in=subjects)
    made = asked.filter(asset__isnull=False).values("asset")
    Asset.objects.filter(Q(pk__in=images) | Q(pk__in=made)).update(account=account)
    asked.update(account=account)


def hand_over_account(*, old: str, new: str) -> None:
    """All that belongs to one account belongs to another from now on. Nothing of the old one is live."""
    Prediction.objects.filter(account=old).update(account=new)
    # an address may have been taken over for both, which counts once an account
    Asset.objects.filter(account=old).update(account=new, source_url="")


def _cancel_each(live: QuerySet[Prediction]) -> int:
    ids = list(live.order_by("queued_at").values_list("pk", flat=True))
    for prediction_id in ids:
        cancel(prediction_id=prediction_id)
    return len(ids)
