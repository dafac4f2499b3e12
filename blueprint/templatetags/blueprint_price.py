"""{% blueprint_price as price %}: what the thirty cost, in words; "" where no page is to name a price."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def blueprint_price() -> str:
    return settings.BLUEPRINT_PRICE
