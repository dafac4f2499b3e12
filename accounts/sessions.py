"""List a user's sessions and end them, by the user or by staff.

The rows are allauth's (`allauth.usersessions`), one for each session of Django's store. What happens in a
session is noted once an hour at most, so that a page costs no query more.
"""

import ipaddress
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User

NOTED_AT = "noted_at"  # in the session: when its row was last written
EVERY = 3600
UNKNOWN = "0.0.0.0"  # noqa: S104 - what is kept when nothing tells where a request came from
MOST_WORDS = 200

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip

GetResponse = Callable[[HttpRequest], HttpResponse]


# --- noting ----------------------------------------------------------------------------------------


def seen(get_response: GetResponse) -> GetResponse:
    """Middleware: notes that a session is in use, after its request. A request that did not look at its
    session is not looked at either."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.session.accessed and SESSION_KEY in request.session and _is_due(request):
            note(request, request.session[SESSION_KEY])
        return response

    return middleware


def _is_due(request: HttpRequest) -> bool:
    return bool(request.session.get(NOTED_AT, 0) < time.time() - EVERY)


def note(request: HttpRequest, user_id: Any) -> None:
    """Write where this session is in use."""
    if not request.session.session_key:
        request.session.save()
    request.session[NOTED_AT] = int(time.time())
    with suppress(IntegrityError):  # their account was deleted meanwhile
        UserSession.objects.update_or_create(
            session_key=request.session.session_key,
            defaults={
                "user_id": user_id,
                "ip": _place(request),
                "user_agent": request.META.get("HTTP_USER_AGENT", "")[:MOST_WORDS],
                "last_seen_at": timezone.now(),
            },
        )


def _place(request: HttpRequest) -> str:
    try:
        return str(ipaddress.ip_address(get_adapter().get_client_ip(request)))
    except (PermissionDenied, ImproperlyConfigured, ValueError):
        return UNKNOWN


# --- looking ---------------------------------------------------------------------------------------


def alive(user: User) -> QuerySet[UserSession]:
    """Where they are signed in now, the last used first."""
    stored = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    own = UserSession.objects.filter(user=user, session_key__in=stored)
    return own.order_by("-last_seen_at", "-pk")


def device(user_agent: str) -> str:
    """ "Firefox on Windows", as far as a browser tells."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " on ".join(filter(None, [browser, system])) or "Unknown device"


# --- ending ----------------------------------------------------------------------------------------


def end(sessions: Iterable[UserSession]) -> int:
    """They are signed out from their next request on. Returns how many."""
    ended = list(sessions)
    for session in ended:
        session.end()
    return len(ended)


def end_others(user: User, current: str | None) -> int:
    """All but the one with this key; all, with none."""
    return end(UserSession.objects.filter(user=user).exclude(session_key=current or ""))


def forget_ended() -> int:
    """Where somebody was signed in is not kept for longer than they were. Returns how many rows went."""
    stored = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    Session.objects.filter(expire_date__lte=timezone.now()).delete()
    return UserSession.objects.exclude(session_key__in=stored).delete()[0]
