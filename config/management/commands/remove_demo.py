"""`manage.py remove_demo`: for a database that was a demo and is to become a real site."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts import deletion
from accounts import demo as designer_demo
from accounts.models import User
from blueprint import demo as subscriber_demo
from blueprint.models import Subscriber
from blueprint.services import privacy


class Command(BaseCommand):
    help = "Delete the demo designer and the demo subscriber with everything that is theirs."

    def handle(self, *args: Any, **options: Any) -> None:
        for user in User.objects.filter(email=designer_demo.EMAIL):
            deletion.erase(user_id=user.pk)
            self.stdout.write(f"Deleted: {user.email}.")
        for subscriber in Subscriber.objects.filter(access_token=subscriber_demo.TOKEN):
            privacy.erase(subscriber_id=subscriber.pk)
            self.stdout.write(f"Deleted: the blueprint of {subscriber.email}.")
