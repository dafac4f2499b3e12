"""Put a finished picture into its grid and its slot. The caller holds the subscriber's lock."""

from django.utils import timezone

from blueprint import versions
from blueprint.emails import delivery
from blueprint.models import Grid, Shoot, Subscriber
from blueprint.services import frames
from core import database_time
from generation.models import Asset, Prediction
from generation.storage import assets


def fill(grid: Grid, prediction: Prediction) -> None:
    """The picture has come: into the grid, and into its slot."""
    assert prediction.asset is not None
    put(grid, prediction.asset)
    if grid.shoot.is_paid:
        _fill_slot(grid)


def put(grid: Grid, asset: Asset) -> None:
    """A grid gets its picture, with nine frames to be cut, and the old one goes. The caller holds the
    lock, and sees to the slot. Of the very same picture the frames stay, with what was marked."""
    old = grid.asset
    if old is None or not old.sha256 or old.sha256 != asset.sha256:
        drop_frames(grid)
    grid.asset = asset
    grid.filled_at = database_time.now()
    grid.version = versions.bump(grid.shoot.subscriber_id) or 0
    grid.save()
    if old is not None:
        assets.release([old])
    frames.defer_cut(grid)


def drop_frames(grid: Grid) -> None:
    frames = list(grid.frames.select_related("asset"))
    grid.frames.all().delete()
    assets.release(frame.asset for frame in frames)


def _fill_slot(grid: Grid) -> None:
    subscriber = grid.shoot.subscriber
    assert grid.asset is not None
    subscriber.set_slot(grid.number, assets.key(grid.asset, "original"))
    subscriber.save(update_fields=["paid_blueprint_photo_urls", "updated_at"])
    finish_if_complete(subscriber)


def finish_if_complete(subscriber: Subscriber, *, mail: bool = True) -> bool:
    """At 30 of 30, once: the flag, its time, and the delivery mail, which goes out after the frames were
    cut. The caller holds the lock."""
    if not subscriber.is_complete or subscriber.paid_blueprint_generated:
        return False
    subscriber.paid_blueprint_generated = True
    subscriber.paid_blueprint_generated_at = timezone.now()
    subscriber.save(update_fields=["paid_blueprint_generated", "paid_blueprint_generated_at", "updated_at"])
    if mail:
        shoot = Shoot.objects.filter(subscriber=subscriber, kind=Shoot.Kind.PAID).first()
        after = frames.line(shoot.pk) if shoot is not None else ""
        delivery.queue(subscriber, delivery.Kind.DELIVERY, once="delivery", after=after)
    return True
