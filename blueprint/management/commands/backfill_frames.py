"""Grids that have a picture and no frames: cut them."""

from typing import Any

from django.db.models import QuerySet

from blueprint.backfills import Backfill, Skip
from blueprint.models import FRAMES, Grid
from blueprint.services import frames


class Command(Backfill):
    help = "Cut the nine frames of every grid that has a picture and no frames."
    batch_size = 50

    def rows(self, **options: Any) -> QuerySet[Grid]:
        return frames.uncut().select_related("asset", "shoot")

    def look(self, row: Grid) -> str:
        if row.asset is None or row.asset.stored_at is None or row.asset.released_at is not None:
            raise Skip("its picture is not stored")
        return f"{FRAMES} frames cut"

    def mend(self, row: Grid) -> None:
        assert row.asset_id is not None
        if not frames.cut(row.pk, row.asset_id):
            raise Skip("it was cut, or got another picture, meanwhile")

    def name(self, row: Grid) -> str:
        return f"{row.shoot.slot(row.number)} of subscriber {row.shoot.subscriber_id}"
