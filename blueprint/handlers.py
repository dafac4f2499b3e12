"""What a blueprint does when one of its predictions changes, succeeds or fails.

Everything here runs inside the transition's transaction, under the subscriber's lock: rows and jobs
only. Cutting frames and sending mail are jobs of their own.
"""

from django.utils import timezone

from blueprint.emails import delivery
from blueprint.imaging import frames
from blueprint.models import Grid, Subscriber
from blueprint.services import grid_requests, versions
from generation import registry
from generation.models import Asset, Prediction
from generation.storage import assets


def subscriber_id(subject: str) -> int:
    return int(subject.removeprefix("blueprint:"))


class GridHandler:
    def lock(self, subject: str) -> None:
        versions.locked(subscriber_id(subject))

    def changed(self, prediction: Prediction) -> None:
        if prediction.is_live:  # of an end the grid learns below
            grid = self._grid(prediction)
            if grid is not None:
                versions.touch(subscriber_id(prediction.subject), grid)

    def succeeded(self, prediction: Prediction) -> None:
        grid = self._grid(prediction)
        if grid is None:  # erased, or the shoot was deleted, while it was made
            assets.release([prediction.asset] if prediction.asset else [])
            return
        if _is_welcome(grid, prediction):
            fill(grid, prediction)
        else:
            versions.touch(grid.shoot.subscriber_id, grid)
        delivery.tell_of_failures(grid.shoot)

    def failed(self, prediction: Prediction) -> None:
        grid = self._grid(prediction)
        if grid is not None:
            versions.touch(grid.shoot.subscriber_id, grid)
            delivery.tell_of_failures(grid.shoot)

    def _grid(self, prediction: Prediction) -> Grid | None:
        owner = subscriber_id(prediction.subject)
        return (
            Grid.objects.in_slot(owner, prediction.slot).select_related("shoot__subscriber", "asset").first()
        )


def _is_welcome(grid: Grid, prediction: Prediction) -> bool:
    """A filled slot is never overwritten, but by the very prediction that was asked for to replace
    its picture. What comes to a slot that was filled in another way meanwhile stays with its
    prediction, where staff find it."""
    is_filled = grid.asset_id is not None
    if grid.shoot.is_paid:
        is_filled = grid.shoot.subscriber.slots[grid.number - 1] is not None
    replaces = prediction.request["parameters"]["take"] > 0 and grid.prediction_id == prediction.pk
    return not is_filled or replaces


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
    grid.filled_at = timezone.now()
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
    """At 30 of 30, once: the flag, its time, and the delivery mail. The caller holds the lock."""
    if not subscriber.is_complete or subscriber.paid_blueprint_generated:
        return False
    subscriber.paid_blueprint_generated = True
    subscriber.paid_blueprint_generated_at = timezone.now()
    subscriber.save(update_fields=["paid_blueprint_generated", "paid_blueprint_generated_at", "updated_at"])
    if mail:
        delivery.queue(subscriber, delivery.Kind.DELIVERY, once="delivery")
    return True


def register() -> None:
    registry.register(grid_requests.KIND, GridHandler())
