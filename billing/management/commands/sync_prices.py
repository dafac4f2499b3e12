"""`manage.py sync_prices`: copy the prices from Stripe, and say what cannot be sold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import prices, stripe_api
from billing.models import Price


class Command(BaseCommand):
    help = "Copy the prices of everything that is for sale from Stripe, and list them."

    def handle(self, *args: Any, **options: Any) -> None:
        if not stripe_api.is_configured():
            raise CommandError("STRIPE_SECRET_KEY is not set: nothing is for sale.")
        try:
            problems = prices.sync()
        except stripe_api.StripeUnavailable as error:
            raise CommandError(f"Stripe did not answer: {error}. The prices are as they were.") from error
        for price in Price.objects.order_by("item"):
            amount = prices.in_words(price.amount, price.currency)
            self.stdout.write(f"{price.get_item_display()}: {amount} ({price.price_id})")
        if problems:
            raise CommandError("\n".join(problems))
