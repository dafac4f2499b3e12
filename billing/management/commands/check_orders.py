"""`manage.py check_orders`: ask Stripe about orders, and list those that need a look."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing import stripe_api
from billing.models import Order
from billing.services import reconcile, settlement


class Command(BaseCommand):
    help = "Ask Stripe about open orders (or ORDER...), grant what was paid, and list what needs a look."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("orders", nargs="*", type=int, metavar="ORDER", help="numbers of orders")

    def handle(self, *args: Any, **options: Any) -> None:
        if not stripe_api.is_configured():
            raise CommandError("STRIPE_SECRET_KEY is not set: there are no orders.")
        asked = Order.objects.filter(session_id__isnull=False)
        asked = (
            asked.filter(pk__in=options["orders"])
            if options["orders"]
            else asked.filter(next_check_at__isnull=False)
        )
        for order in asked.order_by("pk").iterator():
            try:
                fresh = settlement.refresh(order.pk)
            except (stripe_api.StripeUnavailable, stripe_api.StripeRejected) as error:
                self.stderr.write(f"{order}: Stripe could not be asked. {error}")
            else:
                self.stdout.write(f"{fresh}: {fresh.get_state_display()}")
        for order in Order.objects.filter(reconcile.needing_a_look()).order_by("pk"):
            self.stdout.write(f"NEEDS A LOOK {order}: {order.review or 'paid and not granted'}")
