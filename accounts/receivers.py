"""What happens when somebody signs up."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.conf import settings
from django.dispatch import receiver

from accounts.models import User
from credits import services


@receiver(user_signed_up, dispatch_uid="accounts.signup_credits")
def give_signup_credits(user: User, **kwargs: Any) -> None:
    """Once for each account: the reference is unique in the ledger."""
    if settings.SIGNUP_CREDITS:
        services.grant(
            user=user,
            amount=settings.SIGNUP_CREDITS,
            reference=f"signup:{user.pk}",
            description="Credits for signing up",
        )
