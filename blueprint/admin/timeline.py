"""What happened to a subscriber, newest first: everything that was asked for, mailed, and done by staff."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.urls import reverse

from blueprint.models import Mail, Redo, Subscriber
from core import audit
from generation.models import Prediction

MOST = 200


@dataclass(frozen=True)
class Event:
    at: dt.datetime
    words: str
    more: str = ""
    url: str = ""


def of(subscriber: Subscriber) -> list[Event]:
    events = [
        *_dates(subscriber),
        *_predictions(subscriber),
        *_mails(subscriber),
        *_redos(subscriber),
        *_staff(subscriber),
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)[:MOST]


def _dates(subscriber: Subscriber) -> Iterator[Event]:
    dates = {
        "On record": subscriber.created_at,
        "Address confirmed": subscriber.email_confirmed_at,
        "Agreed that the selfies are used": subscriber.consented_at,
        "Bought": subscriber.paid_blueprint_purchased_at,
        "All thirty there": subscriber.paid_blueprint_generated_at,
        "Selfies deleted": subscriber.selfies_deleted_at,
        "Wants no reminders": subscriber.unsubscribed_at,
    }
    yield from (Event(at, words) for words, at in dates.items() if at is not None)


def _predictions(subscriber: Subscriber) -> Iterator[Event]:
    rows = Prediction.objects.of(subscriber.subject).annotate(
        calls=Count("attempts"), spent=Sum("attempts__cost_usd")
    )
    for row in rows.order_by("-queued_at")[:MOST]:
        cost = f", $ {row.spent:.3f}" if row.spent is not None else ""
        calls = f"{row.calls} attempt{'s' if row.calls != 1 else ''}{cost}"
        said = f": {row.message}" if row.message else ""
        yield Event(
            row.queued_at, f"{row.slot} {row.status}{said}", calls,
            reverse("admin:generation_prediction_change", args=[row.pk]),
        )  # fmt: skip


def _mails(subscriber: Subscriber) -> Iterator[Event]:
    for mail in Mail.objects.filter(subscriber=subscriber)[:MOST]:
        url = reverse("admin:blueprint_mail_change", args=[mail.pk])
        yield Event(mail.created_at, f'Mail "{mail.get_kind_display()}" {mail.status}', mail.error, url)


def _redos(subscriber: Subscriber) -> Iterator[Event]:
    rows = Redo.objects.filter(grid__shoot__subscriber=subscriber).select_related("grid")[:MOST]
    for redo in rows:
        frame = f", frame {redo.frame}" if redo.frame else ""
        yield Event(redo.created_at, f"Sent back grid {redo.grid.number}{frame}", redo.get_reason_display())


def _staff(subscriber: Subscriber) -> Iterator[Event]:
    for entry in audit.of(Subscriber, subscriber.pk):
        said = entry.additional_data or {}
        yield Event(
            entry.timestamp, f"{entry.actor or 'The machine'}: {said.get('what', '')}", said.get("why", "")
        )
