"""Hold our attempts against the provider's own list, by hand. A worker does it every day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from generation.execution import reconcile


class Command(BaseCommand):
    help = (
        "Lists the provider's calls that no attempt of ours has, and those that ended without our noticing. "
        "Dry unless --apply: then the first are written down for the admin, and the others are looked at."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="write it down, and not only say it")
        parser.add_argument("--days", type=float, default=reconcile.DAYS, help="how far back to look")
        parser.add_argument("--limit", type=int, help="the most findings")
        parser.add_argument("--batch-size", type=int, default=reconcile.BATCH, help="calls compared at once")

    def handle(self, *args: Any, **options: Any) -> None:
        # tqdm writes a line in pieces, each of which Django's wrappers would end: hence the streams below
        tally = reconcile.reconcile(
            days=options["days"], apply=options["apply"], limit=options["limit"],
            batch_size=max(1, options["batch_size"]),
            tell=lambda line: tqdm.write(line, file=self.stdout._out),
            watched=lambda calls: tqdm(calls, unit=" calls", disable=None, file=self.stderr._out),
        )  # fmt: skip
        done = f"{tally.settled} settled" if options["apply"] else "nothing changed: --apply does it"
        self.stdout.write(f"{tally.listed} calls listed, {tally.found} findings, {done}.")
        if tally.failed:
            raise CommandError(f"{tally.failed} could not be settled or listed.")
