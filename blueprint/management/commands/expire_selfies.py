"""Selfies that are not needed any more; a periodic job does the same once a day."""

from typing import Any

from django.db.models import QuerySet

from blueprint.backfills import Backfill, Skip
from blueprint.models import Subscriber
from blueprint.services import expiry, privacy


class Command(Backfill):
    help = "Delete the selfies of blueprints that were finished more than SELFIE_DAYS ago."

    def rows(self, **options: Any) -> QuerySet[Subscriber]:
        return expiry.due()

    def look(self, row: Any) -> str:
        count = len(row.selfie_entries)
        when = f"finished {row.finished_at:%Y-%m-%d}"
        return f"{count} {'selfie' if count == 1 else 'selfies'} deleted ({when})"

    def mend(self, row: Subscriber) -> None:
        if not privacy.expire(subscriber_id=row.pk):
            raise Skip("they are needed again")

    def name(self, row: Subscriber) -> str:
        return f"{row.email} (id {row.pk})"
