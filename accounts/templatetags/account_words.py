"""Template tags for settings that pages name."""

from django import template
from django.conf import settings

from accounts import second_step
from accounts.models import User

register = template.Library()


@register.simple_tag
def signup_credits() -> int:
    return int(settings.SIGNUP_CREDITS)


@register.simple_tag
def signup_credits_wait() -> bool:
    return bool(settings.CONFIRM_BEFORE_CREDITS)


@register.simple_tag
def second_step_is_missing(user: User) -> bool:
    return second_step.is_missing(user)
