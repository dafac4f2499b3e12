"""`manage.py create_api_token EMAIL --name NAME`: a token for a program, printed once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import tokens
from accounts.models import ApiToken, User


class Command(BaseCommand):
    help = "Make a personal API token and print it. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="what its owner tells it by")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.WRITE)

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        name = options["name"].strip()
        if user is None:
            raise CommandError(f"Nobody signs in as {options['email']}.")
        if not name:
            raise CommandError("Give the token a name: --name NAME")
        _, token = tokens.issue(user=user, name=name, scope=options["scope"])
        self.stdout.write(token)
