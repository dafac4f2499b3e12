"""Every write that a subscriber, a program or staff can ask for.

Lock order: the subscriber's row, then what the engine locks. Whether a slot is filled or under way
is looked at under that lock, which is why nothing is paid for twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from blueprint import versions
from blueprint.models import Grid, Shoot, Subscriber
from blueprint.services import grid_requests, guards, selfies
from generation import services as engine
from generation.models import Prediction
from generation.providers.base import ImageRef


class NotPossible(Exception):
    """Not in this state. The message is a sentence for whoever asked."""


@dataclass(frozen=True)
class Start:
    """What became of a wish for one grid. `prediction` is None when the grid was there already;
    `is_new` says that it was asked for just now."""

    number: int
    prediction: Prediction | None = None
    is_new: bool = False


# --- making grids ------------------------------------------------------------------------------


@transaction.atomic
def start_paid_grid(*, subscriber_id: int, number: int) -> Start:
    """Ask for one of the thirty. Raises guards.NotAllowed."""
    subscriber = locked(subscriber_id)
    if subscriber.slots[number - 1] is not None:
        return Start(number)
    grid = Grid.objects.in_slot(subscriber.pk, f"grid:{number}").select_related("shoot", "prediction").first()
    if grid is not None and grid.is_live:
        return Start(number, grid.prediction)
    photos = _photos_unless_refused(subscriber)
    shoot = grid.shoot if grid is not None else paid_shoot(subscriber)
    return ask(subscriber, shoot, [grid or Grid(shoot=shoot, number=number)], photos)[0]


@transaction.atomic
def start_missing_grids(*, subscriber_id: int) -> list[Start]:
    """Ask for all of the thirty that are neither there nor under way. Raises guards.NotAllowed, unless
    there is nothing to ask for."""
    subscriber = locked(subscriber_id)
    shoot = paid_shoot(subscriber)
    missing = idle(shoot, subscriber.missing_numbers)
    return ask(subscriber, shoot, missing, _photos_unless_refused(subscriber)) if missing else []


@transaction.atomic
def retry_failed_grids(*, subscriber_id: int) -> list[Start]:
    """Ask again for those of the thirty whose last try failed. Raises guards.NotAllowed."""
    subscriber = locked(subscriber_id)
    shoot = paid_shoot(subscriber)
    failed = [grid for grid in idle(shoot, subscriber.missing_numbers) if has_failed(grid)]
    return ask(subscriber, shoot, failed, _photos_unless_refused(subscriber)) if failed else []


@transaction.atomic
def regenerate_grid(*, grid_id: int) -> Start:
    """Make a picture anew that is there, as its owner confirmed: the old one stays until the new one
    is stored. Raises guards.NotAllowed; NotPossible while it is being made, or is not there."""
    subscriber, grid = _grid_under_lock(grid_id)
    if grid.is_live:
        raise NotPossible("This grid is being made already.")
    if grid.asset_id is None:
        raise NotPossible("There is no picture yet that could be made again.")
    photos = _photos_unless_refused(subscriber) if grid.shoot.is_paid else selfies.usable(subscriber)
    return ask(subscriber, grid.shoot, [grid], photos)[0]


@transaction.atomic
def cancel_pending(*, subscriber_id: int, shoot_id: int | None = None) -> int:
    """Cancel what is queued at once, and ask for an end of what has begun. Returns how many."""
    subscriber = locked(subscriber_id)
    live = Grid.objects.filter(shoot__subscriber=subscriber, prediction__status__in=Prediction.LIVE)
    if shoot_id is not None:
        live = live.filter(shoot_id=shoot_id)
    ids = list(live.order_by("shoot_id", "number").values_list("prediction_id", flat=True))
    for prediction_id in ids:
        engine.cancel(prediction_id=prediction_id)
    return len(ids)


def paid_shoot(subscriber: Subscriber) -> Shoot:
    """The shoot of the thirty; made when it is first asked for. The caller holds the lock."""
    return Shoot.objects.get_or_create(subscriber=subscriber, kind=Shoot.Kind.PAID)[0]


def ask(
    subscriber: Subscriber, shoot: Shoot, grids: Sequence[Grid], photos: Sequence[ImageRef]
) -> list[Start]:
    """Ask the engine for these grids, with or without rows yet, none of them under way. The caller
    holds the subscriber's lock, and has decided that they may be made. Raises guards.NotAllowed without
    photos."""
    if not photos:
        raise guards.MISSING_SELFIES
    predictions = engine.ask_many(
        [grid_requests.wish(subscriber, shoot, grid, photos, take=_take(grid)) for grid in grids]
    )
    version = versions.bump(subscriber.pk) or 0
    for grid, prediction in zip(grids, predictions, strict=True):
        grid.prediction, grid.version = prediction, version
    new, known = [grid for grid in grids if grid.pk is None], [grid for grid in grids if grid.pk is not None]
    Grid.objects.bulk_create(new)
    Grid.objects.bulk_update(known, ["prediction", "version"])
    return [Start(grid.number, grid.prediction, is_new=True) for grid in grids]


def _take(grid: Grid) -> int:
    """How many pictures there were before; 0 says that nothing is to be replaced."""
    if grid.asset_id is None:
        return 0
    asked = grid.prediction.request.get("parameters", {}) if grid.prediction is not None else {}
    return asked.get("take", 0) + 1


def idle(shoot: Shoot, numbers: list[int]) -> list[Grid]:
    """The grids of these numbers that are not under way, with or without a row."""
    known = {
        grid.number: grid for grid in shoot.grids.filter(number__in=numbers).select_related("prediction")
    }
    grids = [known.get(number) or Grid(shoot=shoot, number=number) for number in numbers]
    return [grid for grid in grids if not grid.is_live]


def has_failed(grid: Grid) -> bool:
    return grid.prediction is not None and grid.prediction.status == Prediction.Status.FAILED


def _photos_unless_refused(subscriber: Subscriber) -> list[ImageRef]:
    """The usable selfies. Raises guards.NotAllowed."""
    photos = selfies.usable(subscriber)
    refusal = guards.refusal(subscriber, photos)
    if refusal is not None:
        raise refusal
    return photos


def locked(subscriber_id: int) -> Subscriber:
    """The subscriber under lock. Raises guards.NotAllowed when erased."""
    subscriber = versions.locked(subscriber_id)
    if subscriber is None:
        raise guards.UNKNOWN_ACCESS
    return subscriber


def _grid_under_lock(grid_id: int) -> tuple[Subscriber, Grid]:
    owner = Grid.objects.filter(pk=grid_id).values_list("shoot__subscriber_id", flat=True).first()
    if owner is None:
        raise NotPossible("This grid no longer exists.")
    subscriber = locked(owner)
    return subscriber, Grid.objects.select_related("shoot", "prediction").get(pk=grid_id)
