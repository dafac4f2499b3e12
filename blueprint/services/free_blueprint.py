"""A free blueprint: asked for with an address, begun when the address has been confirmed.

A request is a subscriber who cannot do anything yet: no private link, no confirmed address, and a mail
that asks for it. Every request is a row of its own, so that nobody can put other photos under an address
somebody else is about to confirm. The first that is confirmed has the address; the others go.

Whoever asks is told the same, in about the same time, whether the address has a blueprint or not: only
the mail that goes there knows.

Lock order: the address, then the subscriber's row.
"""

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower, Now
from django.utils import timezone

from blueprint import versions
from blueprint.emails import delivery
from blueprint.models import Mail, Subscriber
from blueprint.models.subscribers import new_token
from blueprint.services import free_grids, privacy, selfies
from generation.models import Asset
from generation.storage import assets
from generation.storage.images import CleanPhoto

ADDRESSES = 5_461_002  # the first half of the advisory lock of one address
MAILS_A_DAY = 3  # to one address, because somebody typed it into the form
ABANDONED_AFTER = delivery.CONFIRM_WITHIN


@dataclass(frozen=True)
class Request:
    """`form` is the number of the form that was sent: the same one sent twice is one request."""

    email: str
    vibe: str
    feed_style: str
    photos: Sequence[CleanPhoto]
    form: str = ""


# --- asking -----------------------------------------------------------------------------------------


def ask(request: Request) -> None:
    """Keep the request and send the mail that asks for confirmation; or, when the address has a
    blueprint, the mail that brings its link. Raises what the storage raises."""
    subscriber = _drafted(request)
    stored = [_stored(subscriber, photo) for photo in request.photos]
    if not _record(subscriber, stored):
        with transaction.atomic():
            assets.release(stored)


def normalised(email: str) -> str:
    """What makes two addresses the same one."""
    return unicodedata.normalize("NFKC", email).strip().lower()


def _drafted(request: Request) -> Subscriber:
    """Not a row yet, but with the id it will have, since the photos are stored before it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('blueprint_subscribers', 'id'))")
        (pk,) = cursor.fetchone()
    return Subscriber(
        pk=pk,
        email=unicodedata.normalize("NFKC", request.email).strip(),
        access_token=None,
        form_data={"vibe": request.vibe, "feed_style": request.feed_style, "form": request.form},
        feed_style=request.feed_style,
        consented_at=timezone.now(),
    )


def _stored(subscriber: Subscriber, photo: CleanPhoto) -> Asset:
    return assets.store(
        account=subscriber.account,
        data=photo.data,
        content_type=photo.content_type,
        stem=selfies.stem(subscriber),
        keep=False,
    )


@transaction.atomic
def _record(draft: Subscriber, stored: Sequence[Asset]) -> bool:
    """False when there is no new request: the photos are of no use then."""
    _lock_the_address(draft.email)
    if _sent_before(draft) or _mails_today(draft.email) >= MAILS_A_DAY:
        return False
    known = _known(draft.email)
    if known is not None:
        _remind(known)
        return False
    draft.selfie_image_urls = [assets.key(asset, "original") for asset in stored]
    draft.save(force_insert=True)
    for asset in stored:
        assets.mark_kept(asset)
    delivery.queue(draft, delivery.Kind.CONFIRM)
    return True


def _lock_the_address(email: str) -> None:
    """Until the transaction ends, nobody else decides about this address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [ADDRESSES, normalised(email)])


def _sent_before(draft: Subscriber) -> bool:
    form = draft.form["form"]
    return bool(form) and of_address(draft.email).filter(form_data__form=form).exists()


def of_address(email: str) -> QuerySet[Subscriber]:
    return Subscriber.objects.alias(address=Lower("email")).filter(address=normalised(email))


def _known(email: str) -> Subscriber | None:
    """Who has the address, and is not a mere request. Rows that came over may share one: whoever has a
    link, of these who bought, of these the latest."""
    others = of_address(email).exclude(pk__in=pending().values("pk"))
    return max(others, key=_standing, default=None)


def _standing(one: Subscriber) -> tuple[bool, bool, dt.datetime]:
    return bool(one.access_token), one.paid_blueprint_purchased, one.created_at


def pending() -> QuerySet[Subscriber]:
    """Requests that nobody has confirmed. One whose link staff revoked was never sent a mail that
    asks for confirmation, or has confirmed it."""
    was_asked = Exists(Mail.objects.filter(subscriber=OuterRef("pk"), kind=Mail.Kind.CONFIRM))
    return Subscriber.objects.filter(
        was_asked, email_confirmed_at=None, access_token=None, paid_blueprint_purchased=False
    )


def _mails_today(email: str) -> int:
    by_the_form = Q(kind=Mail.Kind.CONFIRM) | Q(once__startswith=delivery.ASKED)
    lately = Mail.objects.filter(by_the_form, created_at__gt=Now() - dt.timedelta(days=1))
    return lately.filter(subscriber__in=of_address(email)).count()


@transaction.atomic
def send_link(email: str) -> None:
    """Mail the link of the blueprint that belongs to an address, if there is one, to that address."""
    _lock_the_address(email)
    known = _known(email)
    if known is not None and _mails_today(email) < MAILS_A_DAY:
        _remind(known, asked=delivery.ASKED_FOR_LINK)


def _remind(known: Subscriber, *, asked: str = delivery.ASKED) -> None:
    """The existing link, to the address it belongs to. Nobody has one whose link was revoked."""
    if known.access_token:
        delivery.queue(known, delivery.Kind.NEW_LINK, once=f"{asked}{timezone.now():%Y-%m-%dT%H:%M:%S.%f}")


# --- confirming ---------------------------------------------------------------------------------------


def requested_by(signed: str) -> Subscriber | None:
    """Whose confirmation link this is; None when it is forged, cut short, too old, or its request gone."""
    try:
        pk = signing.loads(signed, salt=delivery.CONFIRM_SALT, max_age=delivery.CONFIRM_WITHIN)
    except signing.BadSignature:
        return None
    return Subscriber.objects.filter(pk=pk).first()


def is_open(subscriber: Subscriber) -> bool:
    """It can still be confirmed."""
    return subscriber.email_confirmed_at is None and not subscriber.access_token


@transaction.atomic
def confirm(*, subscriber_id: int) -> Subscriber | None:
    """The address is theirs: the private link and its mail, and the free grid is asked for, or its place
    kept. None when there was nothing to confirm any more; if the address got a blueprint in another way
    meanwhile, its link goes there by mail, and this request ends."""
    email = Subscriber.objects.filter(pk=subscriber_id).values_list("email", flat=True).first()
    if email is None:
        return None
    _lock_the_address(email)
    subscriber = versions.locked(subscriber_id)
    if subscriber is None or not is_open(subscriber):
        return None
    known = _known(email)
    if known is not None and known != subscriber:
        _remind(known)
        privacy.erase(subscriber_id=subscriber_id)
        return None
    _open(subscriber)
    return subscriber


def _open(subscriber: Subscriber) -> None:
    subscriber.email_confirmed_at = timezone.now()
    subscriber.access_token = new_token()
    subscriber.save(update_fields=["email_confirmed_at", "access_token", "updated_at"])
    versions.bump(subscriber.pk)
    delivery.queue(subscriber, delivery.Kind.WELCOME, once="free_welcome")
    free_grids.start_or_wait(subscriber_id=subscriber.pk)


# --- tidying ------------------------------------------------------------------------------------------


def forget_abandoned(limit: int = 500) -> int:
    """Requests that were not confirmed in time, with their photos. Returns how many."""
    late = pending().filter(created_at__lt=Now() - ABANDONED_AFTER)
    return sum(map(_forget, list(late.values_list("pk", flat=True)[:limit])))


@transaction.atomic
def _forget(subscriber_id: int) -> bool:
    if versions.locked(subscriber_id) is None or not pending().filter(pk=subscriber_id).exists():
        return False  # confirmed at the last moment
    return privacy.erase(subscriber_id=subscriber_id)
