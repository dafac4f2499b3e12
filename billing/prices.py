"""What is for sale and what it costs. Pages show these amounts, and orders are made from the same rows."""

import logging

from django.conf import settings

from billing import stripe_api
from billing.models import CREDIT_PACKS, Item, Price

log = logging.getLogger(__name__)

SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "cad": "CA$", "aud": "A$"}
WITHOUT_DECIMALS = frozenset((  # as Stripe lists them
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
    "xaf", "xof", "xpf",
))  # fmt: skip


def configured() -> dict[Item, str]:
    """The price ids from the environment, by item."""
    return {Item(name): price_id for name, price_id in settings.STRIPE_PRICES.items() if price_id}


def for_sale(item: Item) -> Price | None:
    """None while it cannot be bought here."""
    price_id = configured().get(item)
    if not stripe_api.is_configured() or not price_id:
        return None
    return Price.objects.filter(item=item, price_id=price_id).first()


def credit_packs() -> list[Price]:
    """Those for sale, the smallest first."""
    wanted = configured()
    if not stripe_api.is_configured() or not any(item in wanted for item in CREDIT_PACKS):
        return []
    rows = {row.item: row for row in Price.objects.filter(item__in=CREDIT_PACKS)}
    return [rows[item] for item in CREDIT_PACKS if item in rows and rows[item].price_id == wanted.get(item)]


def in_words(amount: int, currency: str) -> str:
    """4700, "usd" -> "$47"; 4750, "eur" -> "€47.50"; 500, "sek" -> "5 SEK"."""
    if currency in WITHOUT_DECIMALS:
        figure = f"{amount:,}"
    else:
        figure = f"{amount // 100:,}" if amount % 100 == 0 else f"{amount / 100:,.2f}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{figure}" if symbol else f"{figure} {currency.upper()}"


def is_incomplete() -> bool:
    """Whether an item that has a price id is not in the table under that id."""
    known = dict(Price.objects.values_list("item", "price_id"))
    return any(known.get(item) != price_id for item, price_id in configured().items())


def sync() -> list[str]:
    """Copy all prices from Stripe; the sentences say what cannot be sold. Raises StripeUnavailable."""
    problems = []
    for item, price_id in configured().items():
        try:
            found = stripe_api.price(price_id)
        except stripe_api.StripeRejected as error:
            found = None
            problems.append(f"{item.label}: Stripe does not know the price {price_id}. {error}")
        if found is not None and not found.is_active:
            problems.append(f"{item.label}: the price {price_id} is archived at Stripe.")
        if found is None or not found.is_active:
            Price.objects.filter(item=item).delete()
            continue
        Price.objects.update_or_create(
            item=item, defaults={"price_id": found.id, "amount": found.amount, "currency": found.currency}
        )
    for problem in problems:
        log.error("prices: %s", problem)
    return problems
