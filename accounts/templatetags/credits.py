"""What somebody has left, where a page shows it."""

from typing import Any

from django import template

from accounts import workspace
from credits import services

register = template.Library()


@register.simple_tag(takes_context=True)
def credit_balance(context: dict[str, Any]) -> int:
    """Credits of the signed-in user, or of the team they work in; 0 for a visitor. A page that has read them
    for itself hands them over as `credits_left`."""
    request = context["request"]
    if "credits_left" in context:
        return int(context["credits_left"])
    return services.balance(workspace.holder(request)) if request.user.is_authenticated else 0
