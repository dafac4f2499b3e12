"""The private link: a token of 256 bits that opens one subscriber's pages and pictures.

It is looked up, never compared; it stands in an address only in the mail that brings it. The first
request moves it into a cookie that scripts cannot read. Staff revoke it, and issue a new one.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from blueprint import versions
from blueprint.emails import delivery
from blueprint.models import Subscriber
from blueprint.models.subscribers import new_token

COOKIE = "blueprint_access"
COOKIE_AGE = 180 * 24 * 3600
SEEN_EVERY = dt.timedelta(hours=1)


def subscriber_of(request: HttpRequest) -> Subscriber | None:
    """Whose pages this browser may see; looked up once a request."""
    if not hasattr(request, "_blueprint_subscriber"):
        found = Subscriber.objects.with_access(request.COOKIES.get(COOKIE, ""))
        request._blueprint_subscriber = found  # type: ignore[attr-defined]
    return request._blueprint_subscriber  # type: ignore[attr-defined]


def viewer(request: HttpRequest) -> set[str]:
    """The account whose pictures this browser may see."""
    subscriber = subscriber_of(request)
    return {subscriber.account} if subscriber is not None else set()


def remember(response: HttpResponse, token: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def seen(subscriber: Subscriber) -> None:
    """They were here: written at most once an hour."""
    now = timezone.now()
    if subscriber.last_seen_at is None or now - subscriber.last_seen_at > SEEN_EVERY:
        Subscriber.objects.filter(pk=subscriber.pk).update(last_seen_at=now)


@transaction.atomic
def revoke(*, subscriber_id: int) -> None:
    """The link opens nothing any more, on open pages too, from their next poll on."""
    Subscriber.objects.filter(pk=subscriber_id).update(access_token=None)
    versions.bump(subscriber_id)


@transaction.atomic
def reissue(*, subscriber_id: int) -> str | None:
    """A new link instead of the old one, and a mail that brings it. None when they are erased."""
    subscriber = versions.locked(subscriber_id)
    if subscriber is None:
        return None
    subscriber.access_token = new_token()
    subscriber.save(update_fields=["access_token", "updated_at"])
    versions.bump(subscriber_id)
    delivery.queue(subscriber, delivery.Kind.NEW_LINK)
    return subscriber.access_token
