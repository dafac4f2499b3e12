"""What somebody has left, where a page shows it."""

from typing import Any

from django import template

from accounts import workspace
from credits import services

register = template.Library()


@register.simple_tag(takes_context=True)
def credit_balance(context: dict[str, Any]) -> int:
    """Credits of the signed-in user, or of the team they work in; 0 for a visitor. Ask once a page."""
    request = context["request"]
    return services.balance(workspace.holder(request)) if request.user.is_authenticated else 0
