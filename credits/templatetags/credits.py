"""Template tag for a user's credit balance."""

from typing import Any

from django import template

from credits import services

register = template.Library()


@register.simple_tag(takes_context=True)
def credit_balance(context: dict[str, Any]) -> int:
    """Credits of the signed-in user, 0 for a visitor; one query, so ask once a page."""
    user = context["request"].user
    return services.balance(user) if user.is_authenticated else 0
