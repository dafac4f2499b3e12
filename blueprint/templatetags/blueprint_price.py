"""{% blueprint_price as price %}: what the thirty cost, in words; "" where no page is to name a price."""

from django import template
from django.conf import settings

from billing import prices
from billing.models import Item

register = template.Library()


@register.simple_tag
def blueprint_price() -> str:
    price = prices.for_sale(Item.BLUEPRINT)
    return prices.in_words(price.amount, price.currency) if price else settings.BLUEPRINT_PRICE


@register.simple_tag
def free_redos() -> int:
    """{% free_redos as redos %}: how many grids with a wrong frame are made again free."""
    return settings.FREE_REDOS
