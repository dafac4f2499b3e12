"""Record that somebody bought a blueprint."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from blueprint.backfills import subscriber_named
from blueprint.services import purchases


class Command(BaseCommand):
    help = "Mark a blueprint as bought and mail the link, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subscriber", metavar="EMAIL", help="the address, or the id")

    def handle(self, *, subscriber: str, **options: Any) -> None:
        found = subscriber_named(subscriber)
        if purchases.mark_purchased(subscriber_id=found.pk):
            self.stdout.write(f"{found.email} (id {found.pk}) has bought a blueprint. The link is mailed.")
        else:
            self.stdout.write(f"{found.email} (id {found.pk}) had bought it already. Nothing was changed.")
