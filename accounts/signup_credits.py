"""The credits that a new account begins with: once for each mailbox, however it is written, and for each
person; for so many accounts a day of one network, which may be an office."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import rate_limits
from accounts.mailboxes import mailbox_key
from accounts.models import User
from credits import services
from credits.models import Entry

BY_NETWORK = rate_limits.Rule("sign-up credits", seconds=24 * 3600, account=0, network=5)
REFERENCE = "signup:"


def wait_for_confirmation(user: User) -> bool:
    """Whether they come when the address is confirmed: who was invited by mail has confirmed it so."""
    if not (settings.SIGNUP_CREDITS and settings.CONFIRM_BEFORE_CREDITS):
        return False
    addresses = EmailAddress.objects.filter(user=user, verified=True)
    return not addresses.exists() and not _entries(user).exists()


def give(*, user: User, email: str, request: HttpRequest | None = None) -> None:
    """A repeat does nothing; a network that has had its share is told how to get some."""
    if not settings.SIGNUP_CREDITS:
        return
    if request is not None and settings.RATE_LIMITS:
        network = rate_limits.network_of(request)
        if rate_limits.wait(BY_NETWORK, account="", network=network):
            words = "New accounts of your network have had their free credits today. Ask us for some."
            messages.info(request, f"{words} {settings.CREDITS_CONTACT}".strip())
            return
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # who confirms two addresses at once gets them once
        if _entries(user).exists():
            return
        services.grant(
            holder=user,
            amount=settings.SIGNUP_CREDITS,
            reference=f"{REFERENCE}{mailbox_key(email)}",
            description="Credits for signing up",
        )


def _entries(user: User) -> QuerySet[Entry]:
    return Entry.objects.filter(account__user=user, reference__startswith=REFERENCE)
