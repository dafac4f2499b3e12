"""Receivers for signing up, signing in and changing the password."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import (
    email_confirmed,
    password_changed,
    password_reset,
    password_set,
    user_signed_up,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import second_step, sessions, signup_credits
from accounts.models import User


@receiver(user_signed_up, dispatch_uid="accounts.signup_credits")
def give_signup_credits(user: User, request: HttpRequest | None = None, **kwargs: Any) -> None:
    if signup_credits.wait_for_confirmation(user):
        if request is not None:
            words = "Your credits come as soon as you open the link in the mail that is on its way to you."
            messages.info(request, words)
        return
    signup_credits.give(user=user, email=user.email, request=request)


@receiver(email_confirmed, dispatch_uid="accounts.credits_of_a_confirmed_address")
def give_credits_of_a_confirmed_address(
    request: HttpRequest, email_address: EmailAddress, **kwargs: Any
) -> None:
    if settings.CONFIRM_BEFORE_CREDITS:
        signup_credits.give(user=email_address.user, email=email_address.email, request=request)


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
