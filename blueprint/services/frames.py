"""The nine photographs of a grid, each cut out and stored as an image of its own."""

import datetime as dt
import io
import logging
import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from PIL import Image

from blueprint import versions
from blueprint.imaging import grid_splitter
from blueprint.models import Frame, Grid
from generation import jobs
from generation.jobs import release_connection
from generation.models import Asset
from generation.storage import assets, images

log = logging.getLogger(__name__)

FORGOTTEN_AFTER, GIVEN_UP_AFTER = dt.timedelta(minutes=10), dt.timedelta(days=1)


LINES = 2  # grids of one shoot that are cut at once


def line(shoot_id: int) -> str:
    """How the words begin by which the jobs about frames of a shoot run one after the other, in `LINES`
    lines. One that is tried again keeps its place, so that none begins while the storage is away."""
    return f"frames of shoot {shoot_id}:"


def defer_cut(grid: Grid) -> None:
    """Have the frames of the grid's picture cut, a few grids of a shoot at a time: they may take a while,
    and the other pictures come first."""
    jobs.defer(
        "blueprint.cut_frames",
        one_at_a_time=f"{line(grid.shoot_id)}{grid.number % LINES}",
        grid_id=grid.pk,
        asset_id=str(grid.asset_id),
    )


def cut(grid_id: int, asset_id: uuid.UUID) -> bool:
    """Cut, store and record the frames of this picture; harmless when they are there, and when the
    grid has another picture by now. Raises what the storage raises: the job is tried again."""
    grid = Grid.objects.select_related("asset", "shoot").filter(pk=grid_id, asset_id=asset_id).first()
    if grid is None or grid.asset is None or grid.frames.exists():
        return False
    stem = grid.shoot.stem(grid.number).replace("/grids/", "/frames/")
    account = grid.asset.account
    release_connection()
    with images.IN_HAND:
        try:
            pieces = _pieces(grid.asset)
        except ValueError as error:  # too small a picture: it stays whole
            log.warning("grid %s: no frames: %s", grid.pk, error)
            return False
        stems = [f"{stem}-{position}" for position in range(1, len(pieces) + 1)]
        made = assets.store_together(account=account, pictures=list(zip(stems, pieces, strict=True)))
    return _record(grid, made)


def _pieces(asset: Asset) -> list[assets.Files]:
    """The files of the nine, of one decoded picture: kept are only those, not the pixels."""
    data = assets.read(asset)
    with images.A_CORE, Image.open(io.BytesIO(data)) as image:
        return [assets.files_of(frame, data, kind) for frame, data, kind in grid_splitter.cut(image)]


@transaction.atomic
def _record(grid: Grid, made: list[Asset]) -> bool:
    """Under the lock, since the picture may have been replaced, or cut by another, meanwhile: what
    was stored in vain is purged like anything that no row names."""
    versions.locked(grid.shoot.subscriber_id)
    current = Grid.objects.filter(pk=grid.pk, asset=grid.asset).first()
    if current is None or current.frames.exists():
        return False
    assets.mark_kept(*made)
    Frame.objects.bulk_create(
        Frame(grid=grid, position=position, asset=asset) for position, asset in enumerate(made, start=1)
    )
    versions.touch(grid.shoot.subscriber_id, grid)
    return True


def cut_forgotten(limit: int = 200) -> int:
    """Defer the job for grids that have had a picture for a while, still no frames and no job. Returns how
    many."""
    late = forgotten().exclude(pk__in=jobs.in_queue("blueprint.cut_frames", "grid_id"))[:limit]
    for grid in late:
        defer_cut(grid)
    return len(late)


def forgotten() -> QuerySet[Grid]:
    return uncut().filter(filled_at__lt=Now() - FORGOTTEN_AFTER, filled_at__gt=Now() - GIVEN_UP_AFTER)


def uncut() -> QuerySet[Grid]:
    """Grids with a picture and no frames."""
    return Grid.objects.filter(asset__isnull=False).exclude(Exists(Frame.objects.filter(grid=OuterRef("pk"))))
