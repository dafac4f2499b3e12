"""Receivers for signing up, signing in and changing the password."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set, user_signed_up
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import rate_limits, second_step, sessions
from accounts.mailboxes import mailbox_key
from accounts.models import User
from credits import services

SIGN_UPS = rate_limits.Rule("sign-up credits", seconds=24 * 3600, account=0, network=5)


@receiver(user_signed_up, dispatch_uid="accounts.signup_credits")
def give_signup_credits(user: User, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Once for each mailbox, however it is written, for the reference is unique in the ledger; and for so
    many accounts a day of one network, which may be an office: the others are told how to get some."""
    if not settings.SIGNUP_CREDITS:
        return
    if request is not None and settings.RATE_LIMITS:
        network = rate_limits.network_of(request)
        if rate_limits.wait(SIGN_UPS, account="", network=network):
            words = "New accounts of your network have had their free credits today. Ask us for some."
            messages.info(request, f"{words} {settings.CREDITS_CONTACT}".strip())
            return
    services.grant(
        holder=user,
        amount=settings.SIGNUP_CREDITS,
        reference=f"signup:{mailbox_key(user.email)}",
        description="Credits for signing up",
    )


@receiver(user_logged_in, dispatch_uid="accounts.note_session")
def note_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note the session as it begins, so that the list shows it before the first page is opened."""
    sessions.note(request, user.pk)


@receiver([password_changed, password_set, password_reset], dispatch_uid="accounts.end_other_sessions")
def end_other_sessions(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever knew the old password is signed out. (A session of the old password opens nothing in
    any case; this takes it off the list too.)"""
    sessions.end_others(user, request.session.session_key)


@receiver(authenticator_added, dispatch_uid="accounts.end_sessions_without_second_step")
def end_sessions_without_second_step(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Sessions that began with the password alone end when a second step is set up."""
    if authenticator.type in second_step.STEPS:
        sessions.end_others(user, request.session.session_key)
