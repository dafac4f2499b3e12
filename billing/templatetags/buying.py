"""What can be bought here and what it costs, for templates."""

from django import template

from billing import prices
from billing.models import Item, Price
from billing.services.checkout import price_token

register = template.Library()


@register.simple_tag
def credit_packs() -> list[Price]:
    """{% credit_packs as packs %}: those for sale, the smallest first; none without a key for Stripe."""
    return prices.credit_packs()


@register.simple_tag
def price_of(item: str) -> Price | None:
    """{% price_of "blueprint" as price %}: None while it cannot be bought here."""
    return prices.for_sale(Item(item))


@register.filter
def in_words(price: Price) -> str:
    """ "$47"."""
    return prices.in_words(price.amount, price.currency)


@register.filter
def token(price: Price) -> str:
    """What the form sends back as the price that was shown."""
    return price_token(price)
