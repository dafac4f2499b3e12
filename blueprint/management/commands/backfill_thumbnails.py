"""Pictures whose thumbnails are lost: make them again from the original."""

from typing import Any

from django.db.models import QuerySet

from blueprint.backfills import Backfill
from generation.models import Asset
from generation.storage import assets


class Command(Backfill):
    """Only the storage knows what is lost, so every picture is looked for, each time."""

    help = "Make the thumbnails again that are lost, of every stored picture."

    def rows(self, **options: Any) -> QuerySet[Asset]:
        return Asset.objects.stored()

    def look(self, row: Asset) -> str:
        missing = assets.missing_variants(row)
        lost_thumbnails = [variant for variant in missing if variant in assets.THUMBNAILS]
        if "original" in missing or (missing and not lost_thumbnails):  # there is nothing to make it of
            raise ValueError(f"{assets.Condition.LOST}")
        return f"{' and '.join(lost_thumbnails)} made again" if missing else ""

    def mend(self, row: Asset) -> None:
        condition = assets.repair(row)
        if condition not in (assets.Condition.REMADE, assets.Condition.WHOLE):
            raise ValueError(f"{condition}")

    def name(self, row: Asset) -> str:
        return f"picture {row.pk} of {row.account}"
