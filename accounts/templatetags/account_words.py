"""Figures of the settings that the sign-up page says."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def signup_credits() -> int:
    return int(settings.SIGNUP_CREDITS)
