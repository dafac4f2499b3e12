"""Personal API tokens: issued once, looked up by their hash, revoked by their owner."""

import datetime as dt
import hashlib
import secrets

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import ApiToken, User
from core import audit

PREFIX = "slv_"  # so that one that leaked is told from other secrets
USED_EVERY = dt.timedelta(hours=1)


def issue(*, user: User, name: str, scope: str = ApiToken.Scope.WRITE) -> tuple[ApiToken, str]:
    """The row, and the token itself, which nobody can show again."""
    token = f"{PREFIX}{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        user=user, name=name[:80], scope=ApiToken.Scope(scope), digest=_digest(token), ending=token[-4:]
    )
    audit.record(ApiToken, [row.pk], f"Issued, {row.get_scope_display().lower()}.", by=user)
    return row, token


def revoke(*, token: ApiToken) -> None:
    """From now on, and for calls that wait: they end in 401. Harmless twice."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        audit.record(ApiToken, [token.pk], "Revoked.", by=token.user)


def holder(token: str) -> ApiToken | None:
    """The live row of this token, with its user. It is looked up by its hash, never compared."""
    return ApiToken.objects.live().select_related("user").filter(digest=_digest(token)).first()


def is_live(token: ApiToken) -> bool:
    """Now, whatever it was when it was looked up."""
    return ApiToken.objects.live().filter(pk=token.pk).exists()


def used(token: ApiToken) -> None:
    """It was used: written at most once an hour, by one of those who use it at once."""
    if token.last_used_at is None or timezone.now() - token.last_used_at > USED_EVERY:
        long_ago = Q(last_used_at__isnull=True) | Q(last_used_at__lt=Now() - USED_EVERY)
        ApiToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=Now())


def _digest(token: str) -> str:
    """A token of 256 random bits needs no slow hash: nobody guesses it."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()
