"""Mail about blueprints: every one is a row before it is sent.

`queue` belongs into the transaction of what the mail tells of; the job that sends it commits with
both. The words are put together only when it goes out: so a mail always brings the link that is
valid then, and no row, log or job ever holds a link. A mail that a killed worker was sending is
sent again after its lease: a second copy is better than a delivery nobody hears of.
"""

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.template.loader import render_to_string

from blueprint.models import Mail, Shoot, Subscriber
from core.addresses import site_address
from core.lease_renewal import renewed
from core.mail import Words, message, write
from core.outages import once_it_is_back
from generation import jobs
from generation.models import Prediction

log = logging.getLogger(__name__)

Kind = Mail.Kind
LEASE = dt.timedelta(seconds=20)  # after which a worker that died over a mail is replaced
RENEWAL = 6.0  # seconds after which a living one says that it still sends it
WAITS = (30, 120, 600, 3600, 4 * 3600)  # seconds before the next try
TRIES = len(WAITS) + 1
FORGOTTEN_AFTER = dt.timedelta(minutes=1)  # past its time, and no job has come
CONFIRM_WITHIN = dt.timedelta(days=2)
ASKED = "asked:"  # `once` of a link sent because somebody typed the address into a form
ASKED_FOR_LINK = f"{ASKED}link:"  # and the form asked for the link itself
CONFIRM_SALT, UNSUBSCRIBE_SALT = "blueprint.confirm", "blueprint.unsubscribe"


class NotWanted(Exception):
    """There is no sense in sending it any more. The message says why, for staff."""


def queue(subscriber: Subscriber, kind: Mail.Kind, *, once: str = "", after: str = "") -> Mail | None:
    """A mail to the subscriber, as part of the current transaction. None when there was one already
    that may come only once. It goes out after all jobs that run one at a time by words that begin with
    `after`."""
    facts: dict[str, Any] = {"kind": kind, "to": subscriber.email}
    if not once:
        mail, is_new = Mail.objects.create(subscriber=subscriber, **facts), True
    else:  # whoever comes second, with or without the subscriber's lock, finds the first one's
        mail, is_new = Mail.objects.get_or_create(subscriber=subscriber, once=once, defaults=facts)
    if not is_new:
        return None
    jobs.defer("blueprint.send_mail", mail_id=mail.pk, after=after)
    return mail


@transaction.atomic
def resend(*, mail_id: int) -> Mail | None:
    """The same kind of mail once more, to the address of today. None when the subscriber is erased."""
    mail = Mail.objects.select_related("subscriber").filter(pk=mail_id).first()
    return queue(mail.subscriber, Kind(mail.kind)) if mail is not None else None


def tell_of_failures(shoot: Shoot) -> None:
    """When nothing of the thirty is under way any more and some failed: say so, at most once a day."""
    if not shoot.is_paid:
        return
    grids = shoot.grids.filter(asset__isnull=True)
    if grids.filter(prediction__status__in=Prediction.LIVE).exists():
        return
    if grids.filter(prediction__status=Prediction.Status.FAILED).exists():
        today = dt.datetime.now(dt.UTC).date().isoformat()
        queue(shoot.subscriber, Kind.NEEDS_YOU, once=f"needs_you:{today}")


# --- sending -------------------------------------------------------------------------------------


AFTER_PAUSE = 1.0  # seconds between two looks whether what a mail goes out after is over


def send(mail_id: int, *, after: str = "") -> None:
    """Claim, send, record. Raises nothing of the mail server: the row says what it said."""
    if after and jobs.are_left(after):
        jobs.defer("blueprint.send_mail", delay=AFTER_PAUSE, mail_id=mail_id, after=after)
        return
    mail = _claim(mail_id)
    if mail is None:
        return
    outcome: Callable[[], object]
    try:
        message = _message(mail)
        jobs.release_connection()
        with renewed(partial(_renew, mail), every=RENEWAL):
            message.send()
    except NotWanted as reason:
        outcome = partial(_record, mail, status=Mail.Status.FAILED, error=str(reason))
    except Exception as error:
        words = _without_links(f"{type(error).__name__}: {error}", mail.subscriber)
        outcome = partial(_record_failure, mail, words)
    else:
        outcome = partial(_record, mail, status=Mail.Status.SENT, error="", sent_at=Now())
    once_it_is_back(outcome)


def _claim(mail_id: int) -> Mail | None:
    free = Q(status=Mail.Status.QUEUED) | Q(status=Mail.Status.SENDING, lease_until__lt=Now())
    mine = Mail.objects.filter(free, pk=mail_id).update(
        status=Mail.Status.SENDING, lease_until=Now() + LEASE, tries=F("tries") + 1
    )
    return Mail.objects.select_related("subscriber").get(pk=mail_id) if mine else None


def _renew(mail: Mail) -> None:
    own = Mail.objects.filter(pk=mail.pk, status=Mail.Status.SENDING, tries=mail.tries)
    own.update(lease_until=Now() + LEASE)


def _record(mail: Mail, **outcome: Any) -> bool:
    """Only of the try that is on record: after its lease somebody else may have taken it."""
    own = Mail.objects.filter(pk=mail.pk, status=Mail.Status.SENDING, tries=mail.tries)
    return bool(own.update(lease_until=None, **outcome))


@transaction.atomic
def _record_failure(mail: Mail, error: str) -> None:
    log.warning("mail %s could not be sent at try %s: %s", mail.pk, mail.tries, error)
    if mail.tries >= TRIES:
        _record(mail, status=Mail.Status.FAILED, error=error[:300])
        return
    wait = WAITS[mail.tries - 1]
    if _record(mail, status=Mail.Status.QUEUED, error=error[:300]):
        Mail.objects.filter(pk=mail.pk).update(lease_until=Now() + dt.timedelta(seconds=wait))
        jobs.defer("blueprint.send_mail", delay=wait, mail_id=mail.pk)


def _without_links(error: str, subscriber: Subscriber) -> str:
    """Mail servers quote what they refuse."""
    return error.replace(subscriber.access_token, "...") if subscriber.access_token else error


def send_forgotten() -> int:
    """Mails whose job died with its worker: sending past the lease, or queued past their time
    (`lease_until` is when the next try is due) and without a job. Returns how many."""
    late = forgotten().exclude(pk__in=jobs.in_queue("blueprint.send_mail", "mail_id"))
    ids = list(late.values_list("pk", flat=True)[:500])
    jobs.defer_many("blueprint.send_mail", [{"mail_id": mail_id} for mail_id in ids])
    return len(ids)


def forgotten() -> QuerySet[Mail]:
    never = Q(lease_until=None, created_at__lt=Now() - FORGOTTEN_AFTER)
    late = Q(lease_until__lt=Now() - FORGOTTEN_AFTER)
    return Mail.objects.filter(
        Q(status=Mail.Status.SENDING, lease_until__lt=Now()) | (Q(status=Mail.Status.QUEUED) & (never | late))
    )


# --- what it says ----------------------------------------------------------------------------------


def _message(mail: Mail) -> EmailMultiAlternatives:
    """Raises NotWanted."""
    _refuse_unwanted(mail)
    words = compose(mail)
    return message(words, to=mail.to, headers=_headers(mail))


def _refuse_unwanted(mail: Mail) -> None:
    subscriber = mail.subscriber
    if mail.kind == Kind.CONFIRM:
        if subscriber.email_confirmed_at is not None:
            raise NotWanted("The address has been confirmed already.")
    elif not subscriber.access_token:
        raise NotWanted("There is no private link: issue a new one, which is then sent.")
    elif mail.kind == Kind.FOLLOW_UP and subscriber.unsubscribed_at is not None:
        raise NotWanted("They have asked not to be reminded.")


def compose(mail: Mail) -> Words:
    context = {"mail": mail, "subscriber": mail.subscriber, **_facts(mail)}
    name = f"blueprint/{mail.kind}"
    return write(name, render_to_string(f"emails/{name}_subject.txt", context), **context)


def link(subscriber: Subscriber, page: str = "paid") -> str:
    """The private link. It goes into mails to its owner and nowhere else."""
    return f"{site_address(f'blueprint:{page}')}?access={subscriber.access_token or ''}"


def confirm_link(subscriber: Subscriber) -> str:
    """Good for CONFIRM_WITHIN, for confirming the address and nothing else."""
    signed = signing.dumps(subscriber.pk, salt=CONFIRM_SALT)
    return site_address("blueprint:confirm", signed)


def unsubscribe_link(subscriber: Subscriber) -> str:
    signed = signing.dumps(subscriber.pk, salt=UNSUBSCRIBE_SALT)
    return site_address("blueprint:unsubscribe", signed)


def _headers(mail: Mail) -> dict[str, str]:
    """RFC 8058: a mail programme may unsubscribe with one POST, without anybody opening a page."""
    if mail.kind != Kind.FOLLOW_UP:
        return {}
    return {
        "List-Unsubscribe": f"<{unsubscribe_link(mail.subscriber)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _facts(mail: Mail) -> dict[str, Any]:
    subscriber = mail.subscriber
    match mail.kind:
        case Kind.CONFIRM:
            return {"link": confirm_link(subscriber)}
        case Kind.WELCOME | Kind.NEW_LINK:
            return _about_the_link(mail)
        case Kind.NEEDS_YOU:
            return {"link": link(subscriber), "failed": _failed(subscriber)}
        case Kind.FOLLOW_UP:
            return {"link": link(subscriber), "unsubscribe": unsubscribe_link(subscriber)}
        case Kind.SELFIES:
            grids = Shoot.objects.filter(subscriber=subscriber, grids__asset__isnull=False).count()
            return {"link": link(subscriber), "deleted_at": mail.created_at, "grids": grids}
        case _:
            return {"link": link(subscriber)}


def _about_the_link(mail: Mail) -> dict[str, Any]:
    """`is_waiting`: the free grid has its place, and the day's ceiling was reached before it."""
    subscriber = mail.subscriber
    free = Shoot.objects.filter(subscriber=subscriber, kind=Shoot.Kind.FREE)
    is_free = not subscriber.paid_blueprint_purchased and free.exists()
    return {
        "link": link(subscriber, "free" if is_free else "paid"),
        "is_free": is_free,
        "is_waiting": is_free and free.filter(grids=None).exists(),
        "has_begun": mail.once == "free_begun",
        "was_asked_for": mail.once.startswith(ASKED),
        "was_lost": mail.once.startswith(ASKED_FOR_LINK),
    }


def _failed(subscriber: Subscriber) -> list[int]:
    grids = Shoot.objects.filter(subscriber=subscriber, kind=Shoot.Kind.PAID)
    failed = grids.filter(grids__asset=None, grids__prediction__status=Prediction.Status.FAILED)
    return sorted(failed.values_list("grids__number", flat=True))
