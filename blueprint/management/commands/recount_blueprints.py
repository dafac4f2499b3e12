"""The flag that says that all thirty are there, where it does not agree with the slots."""

from argparse import ArgumentParser
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from blueprint import versions
from blueprint.backfills import Backfill
from blueprint.models import SLOTS, Subscriber
from blueprint.services import grids, slot_filling

FIELDS = ("paid_blueprint_generated", "paid_blueprint_generated_at")


class Command(Backfill):
    help = "Set or clear the flag of a complete blueprint, and its time, by what is in the thirty slots."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--mail", action="store_true",
                            help="send the delivery mail to those that turn out complete")  # fmt: skip

    def rows(self, **options: Any) -> QuerySet[Subscriber]:
        said = Q(paid_blueprint_generated=True)
        complete, timed = Q(in_slots=SLOTS), Q(paid_blueprint_generated_at__isnull=False)
        wrong = (complete & ~said) | (said & ~complete) | (said & ~timed) | (timed & ~said)
        return Subscriber.objects.with_filled().filter(wrong)

    def look(self, row: Subscriber) -> str:
        if row.is_complete and not row.paid_blueprint_generated:
            return f"complete, with {'a' if self.options['mail'] else 'no'} mail"
        if row.is_complete:
            return "" if row.paid_blueprint_generated_at else "its time is set"
        wrong = row.paid_blueprint_generated or row.paid_blueprint_generated_at
        return f"not complete: {row.filled} of {SLOTS}" if wrong else ""

    @transaction.atomic
    def mend(self, row: Subscriber) -> None:
        subscriber = grids.locked(row.pk)
        if subscriber.is_complete:
            slot_filling.finish_if_complete(subscriber, mail=self.options["mail"])
            subscriber.paid_blueprint_generated_at = subscriber.paid_blueprint_generated_at or timezone.now()
        else:
            subscriber.paid_blueprint_generated, subscriber.paid_blueprint_generated_at = False, None
        subscriber.save(update_fields=[*FIELDS, "updated_at"])
        versions.bump(subscriber.pk)

    def name(self, row: Subscriber) -> str:
        return f"{row.email} (id {row.pk})"
