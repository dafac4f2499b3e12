"""Pictures that lie elsewhere come into our storage; and the way back."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from blueprint.backfills import Backfill, in_batches
from blueprint.importer import pictures
from blueprint.importer.pictures import NamedPicture
from blueprint.models import Subscriber


class Command(Backfill):
    help = "Download grids and selfies that are named by an absolute URL, and name them by our key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reverse", action="store_true",
                            help="for a roll-back: absolute URLs in the place of our keys")  # fmt: skip
        parser.add_argument("--days", type=int, default=365, metavar="N",
                            help="with --reverse: how long addresses of ours hold (%(default)s)")  # fmt: skip

    def handle(self, **options: Any) -> None:
        if options["reverse"] and not settings.PUBLIC_URL:
            raise CommandError("Addresses would lead to this machine: set PUBLIC_URL first.")
        super().handle(**options)

    def rows(self, **options: Any) -> Iterator[NamedPicture]:
        """One URL, or key, is one row."""
        reverse = options["reverse"]
        subscribers = Subscriber.objects.all() if reverse else pictures.with_urls()
        for subscriber in in_batches(subscribers, max(1, options["batch_size"])):
            found = pictures.named_by(subscriber)
            yield from (place for place in found if (place.is_ours if reverse else place.is_foreign))

    def look(self, row: NamedPicture) -> str:
        return "an absolute URL again" if self.options["reverse"] else "downloaded into our storage"

    def mend(self, row: NamedPicture) -> None:
        if self.options["reverse"]:
            pictures.put_back(row, seconds=self.options["days"] * 24 * 3600)
        else:
            pictures.take_over(row)

    def name(self, row: NamedPicture) -> str:
        return str(row)
