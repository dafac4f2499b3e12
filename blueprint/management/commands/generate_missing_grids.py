"""Paid blueprints that are not complete: ask for what is missing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Q, QuerySet

from blueprint.backfills import Backfill, Skip, subscriber_named
from blueprint.models import SLOTS, Grid, Shoot, Subscriber
from blueprint.services import grids, guards
from generation.models import Prediction


class Command(Backfill):
    help = "Ask for all grids that are bought and neither there nor under way."
    batch_size = 50
    limit_help = f"of at most N subscribers: up to {SLOTS} grids each, so N x {SLOTS} paid calls"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--subscriber", metavar="EMAIL_OR_ID", help="of this one only")
        parser.add_argument("--grid", type=int, metavar="N", help="this grid only (with --subscriber)")

    def handle(self, **options: Any) -> None:
        self.grid = options["grid"]
        if self.grid is not None and not (options["subscriber"] and 1 <= self.grid <= SLOTS):
            raise CommandError(f"--grid needs --subscriber, and a number from 1 to {SLOTS}.")
        super().handle(**options)

    def rows(self, **options: Any) -> QuerySet[Subscriber]:
        if options["subscriber"]:  # somebody who is named is told what stands in the way
            return Subscriber.objects.filter(pk=subscriber_named(options["subscriber"]).pk)
        return Subscriber.objects.with_filled().filter(Q(in_slots__lt=SLOTS), paid_blueprint_purchased=True)

    def look(self, row: Subscriber) -> str:
        missing = [number for number in row.missing_numbers if self.grid in (None, number)]
        live = self._live(row)
        idle = [number for number in missing if number not in live]
        if not missing:
            return ""
        if not idle:
            raise Skip("all that is missing is under way")
        refusal = guards.refusal(row)
        if refusal is not None:
            raise Skip(f"{refusal.code}: {refusal.sentence}")
        return f"{_grids(idle)} asked for"

    def mend(self, row: Subscriber) -> str:
        try:
            if self.grid is None:
                started = grids.start_missing_grids(subscriber_id=row.pk)
            else:
                started = [grids.start_paid_grid(subscriber_id=row.pk, number=self.grid)]
        except guards.NotAllowed as refused:
            raise Skip(f"{refused.code}: {refused.sentence}") from refused
        return f"{_grids([start.number for start in started if start.is_new])} asked for"

    def name(self, row: Subscriber) -> str:
        return f"{row.email} (id {row.pk})"

    def _live(self, row: Subscriber) -> set[int]:
        rows = Grid.objects.filter(shoot__subscriber=row, shoot__kind=Shoot.Kind.PAID)
        return set(rows.filter(prediction__status__in=Prediction.LIVE).values_list("number", flat=True))


def _grids(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"grid {numbers[0]}"
    return f"{len(numbers)} grids ({', '.join(map(str, numbers))})"
