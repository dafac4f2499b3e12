"""Mail about blueprints: every one is a row before it is sent.

`queue` belongs into the transaction of what the mail tells of; the job that sends it commits with
both. A mail that a killed worker was sending is sent again after its lease.
"""

import datetime as dt
import logging

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F, Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse

from blueprint.models import Mail, Shoot, Subscriber
from generation import jobs
from generation.models import Prediction

log = logging.getLogger(__name__)

Kind = Mail.Kind
LEASE = dt.timedelta(minutes=2)
TRIES = 5
WAITS = (30, 120, 600, 3600)  # seconds before the next try


def queue(subscriber: Subscriber, kind: Mail.Kind, *, once: str = "") -> Mail | None:
    """A mail to the subscriber, as part of the current transaction. None when there was one already
    that may come only once."""
    mail = Mail(subscriber=subscriber, kind=kind, once=once, to=subscriber.email)
    if once and Mail.objects.filter(subscriber=subscriber, once=once).exists():
        return None  # the caller holds the subscriber's lock; the constraint is the safety net
    mail.save()
    jobs.defer("blueprint.send_mail", mail_id=mail.pk)
    return mail


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


def send(mail_id: int) -> None:
    """Claim, send, record. Raises nothing of the mail server: the row says what it said."""
    mail = _claim(mail_id)
    if mail is None:
        return
    subject, text, html = compose(mail)
    try:
        send_mail(subject, text, None, [mail.to], html_message=html)
    except Exception as error:
        _record_failure(mail, error)
        return
    Mail.objects.filter(pk=mail.pk, status=Mail.Status.SENDING).update(
        status=Mail.Status.SENT, sent_at=Now(), error=""
    )


def compose(mail: Mail) -> tuple[str, str, str]:
    """Subject, text and HTML."""
    context = {"mail": mail, "subscriber": mail.subscriber, "link": link(mail.subscriber), **_facts(mail)}
    name = f"emails/blueprint/{mail.kind}"
    subject = render_to_string(f"{name}_subject.txt", context).strip().replace("\n", " ")
    return subject, render_to_string(f"{name}.txt", context), render_to_string(f"{name}.html", context)


def link(subscriber: Subscriber) -> str:
    """The private link. It goes into mails to its owner and nowhere else."""
    return f"{settings.SITE_URL}{reverse('blueprint:paid')}?access={subscriber.access_token or ''}"


def _facts(mail: Mail) -> dict[str, object]:
    failed = Prediction.Status.FAILED
    grids = Shoot.objects.filter(subscriber=mail.subscriber, kind=Shoot.Kind.PAID)
    numbers = grids.filter(grids__asset=None, grids__prediction__status=failed)
    return {"failed": sorted(numbers.values_list("grids__number", flat=True)), "site": settings.SITE_URL}


def _claim(mail_id: int) -> Mail | None:
    free = Q(status=Mail.Status.QUEUED) | Q(status=Mail.Status.SENDING, lease_until__lt=Now())
    mine = Mail.objects.filter(free, pk=mail_id).update(
        status=Mail.Status.SENDING, lease_until=Now() + LEASE, tries=F("tries") + 1
    )
    return Mail.objects.select_related("subscriber").get(pk=mail_id) if mine else None


def _record_failure(mail: Mail, error: Exception) -> None:
    log.warning("mail %s could not be sent: %s", mail.pk, error)
    again = mail.tries < TRIES
    status = Mail.Status.QUEUED if again else Mail.Status.FAILED
    Mail.objects.filter(pk=mail.pk).update(status=status, error=f"{type(error).__name__}: {error}"[:300])
    if again:
        jobs.defer("blueprint.send_mail", delay=WAITS[mail.tries - 1], mail_id=mail.pk)


def send_forgotten() -> int:
    """Mails whose job died with its worker. Returns how many."""
    late = Mail.objects.filter(
        Q(status=Mail.Status.SENDING, lease_until__lt=Now())
        | Q(status=Mail.Status.QUEUED, created_at__lt=Now() - dt.timedelta(hours=2))
    )
    ids = list(late.values_list("pk", flat=True)[:500])
    for mail_id in ids:
        jobs.defer("blueprint.send_mail", mail_id=mail_id)
    return len(ids)
