"""`manage.py generate_load_data`: a database as large as after years, for measuring."""

import time
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import load_data


class Command(BaseCommand):
    help = (
        "Fill the database with a large made-up site. Full size: 100,000 subscribers, 3 million grids,"
        " 1 million predictions, 200,000 tech packs with 40 measures each (17 million rows, about 6 GB). Not"
        " for a real site."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=float, default=0.01, help="of the full size (%(default)s)")
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed gives the same rows (%(default)s)"
        )

    def handle(self, *, scale: float, seed: int, **_: Any) -> None:
        if not 0 < scale <= 10:
            raise CommandError("--scale is more than 0, and at most 10.")
        if load_data.exists(seed):
            raise CommandError(f"The data of seed {seed} are there already. Take another --seed.")
        began, made = time.monotonic(), Counter[str]()
        for table, rows in load_data.make(seed=seed, scale=scale):
            if table not in made:
                self.stdout.write(f"{time.monotonic() - began:7.1f} s  {table}")
            made[table] += rows
        for table, rows in made.items():
            self.stdout.write(f"{rows:>10,} {table}")
        self.stdout.write(f"{sum(made.values()):,} rows in {time.monotonic() - began:.0f} s.")
