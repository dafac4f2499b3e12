"""Why one of the thirty is missing, and what mends it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from blueprint.backfills import subscriber_named
from blueprint.models import SLOTS
from blueprint.presenters.grid_diagnosis import Story
from generation import transitions


class Command(BaseCommand):
    help = "Tell everything about one grid of a paid blueprint: every try, what is in the way, what mends it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subscriber", metavar="EMAIL_OR_ID")
        parser.add_argument("number", type=int, metavar="N", help=f"1 to {SLOTS}")
        parser.add_argument("--mend", action="store_true", help="send one that is stuck on its way again")

    def handle(self, *, subscriber: str, number: int, mend: bool, **options: Any) -> None:
        if not 1 <= number <= SLOTS:
            raise CommandError(f"Grids are numbered from 1 to {SLOTS}.")
        story = Story(subscriber_named(subscriber), number)
        if mend:
            self._mend(story)
            return
        for line in story.lines():
            self.stdout.write(line)

    def _mend(self, story: Story) -> None:
        if story.live is None or story.live.stuck_at is None:
            raise CommandError("It is not stuck. Without --mend you are told what to do.")
        transitions.release_stuck(prediction_id=story.live.pk)
        self.stdout.write("It is on its way again.")
