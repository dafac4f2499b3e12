"""A new subscriber, by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from blueprint import scenes
from blueprint.emails import delivery
from blueprint.models import Subscriber


class Command(BaseCommand):
    help = "Make a subscriber and print the private link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--vibe", choices=scenes.CATEGORIES, default=scenes.DEFAULT_CATEGORY)
        parser.add_argument("--feed-style", choices=scenes.MOODS, default=scenes.DEFAULT_MOOD)

    def handle(self, *, email: str, name: str, vibe: str, feed_style: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is no email address.") from error
        known = Subscriber.objects.filter(email__iexact=email).order_by("pk").first()
        if known is not None:
            raise CommandError(f"{email} is subscriber {known.pk} already. Staff can issue a new link.")
        made = Subscriber.objects.create(
            email=email, name=name, form_data={"vibe": vibe}, feed_style=feed_style
        )
        self.stdout.write(f"{made.email} is subscriber {made.pk}. The private link, for nobody else:")
        self.stdout.write(delivery.link(made))
