"""Authenticate the caller: a program with a personal token, or a signed-in page."""

from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from accounts import tokens
from accounts.models import ApiToken, User
from techpack.api.errors import Refused, unauthorized

READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Caller:
    """By `token`, or else by `session`."""

    user: User
    token: ApiToken | None = None
    session: SessionBase | None = None

    def require_still(self) -> None:
        """Raises Refused (401) when the token was revoked or the session ended since they called."""
        if self.token is not None:
            there = tokens.is_live(self.token)
        else:
            there = User.objects.filter(pk=self.user.pk, is_active=True).exists() and self._has_session()
        if not there:
            raise unauthorized()

    def _has_session(self) -> bool:
        key = self.session.session_key if self.session is not None else None
        return key is None or bool(self.session and self.session.exists(key))


class CallingRequest(HttpRequest):
    """A request behind the door: for type checkers only."""

    auth: Caller


class Bearer(HttpBearer):
    """`Authorization: Bearer slv_...`, without a CSRF token."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, token.strip()) if scheme.lower() == "bearer" else None

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        row = tokens.holder(token)
        if row is None:
            raise unauthorized()
        if request.method not in READING and not row.may_write:
            raise Refused(403, "read_only_token", "This token may only read. Make one that may write.")
        tokens.used(row)
        request.user = row.user
        return Caller(row.user, token=row)


class Session(APIKeyCookie):
    """The site's own session; what changes something carries Django's X-CSRFToken."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Caller | None:
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        if not isinstance(request.user, User):
            return None
        if request.method not in READING and check_csrf(request) is not None:
            sentence = "The X-CSRFToken header is missing or does not fit the session."
            raise Refused(403, "csrf_failed", sentence)
        return Caller(request.user, session=request.session)


AUTH = [Bearer(), Session()]
