"""Shoots that staff run for a subscriber: their own scenes, stored apart from the paid thirty.

They need selfies, and neither a purchase nor the switch: the switch pauses what subscribers begin, and
staff, who turn it, know what they do.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from blueprint import versions
from blueprint.models import SLOTS, Grid, Shoot, Subscriber
from blueprint.services import grids as grid_services
from blueprint.services import selfies, slot_filling
from blueprint.services.grids import NotPossible, Start
from generation.storage import assets

MOST_OF_A_SCENE = 1000
MOST_OF_A_TITLE = 120
GONE = "This shoot is not one of staff's, or no longer exists."


class Invalid(ValueError):
    """The message is a sentence for whoever typed it."""


@transaction.atomic
def create_shoot(*, subscriber_id: int, title: str, scenes: Sequence[str], by: Any = None) -> Shoot:
    """A shoot with a grid for each scene; nothing is made yet. Raises Invalid, guards.NotAllowed."""
    texts = checked(scenes, room=SLOTS)
    subscriber = grid_services.locked(subscriber_id)
    shoot = Shoot.objects.create(
        subscriber=subscriber,
        kind=Shoot.Kind.STAFF,
        title=title.strip()[:MOST_OF_A_TITLE],
        planned=len(texts),
        created_by=by,
    )
    _add(shoot, texts, after=0)
    return shoot


@transaction.atomic
def append_scenes(*, shoot_id: int, scenes: Sequence[str]) -> int:
    """More grids for a shoot that is there. Returns how many it has now. Raises Invalid, NotPossible."""
    _, shoot = _under_lock(shoot_id)
    texts = checked(scenes, room=SLOTS - shoot.planned)
    _add(shoot, texts, after=shoot.planned)
    shoot.planned += len(texts)
    shoot.save(update_fields=["planned"])
    return shoot.planned


@transaction.atomic
def start(*, shoot_id: int) -> list[Start]:
    """Ask for all its grids that are neither there nor under way: the first time, and to go on. Raises
    NotPossible, guards.NotAllowed without a selfie."""
    subscriber, shoot = _under_lock(shoot_id)
    return _ask(subscriber, shoot, grid_services.idle(shoot, _missing(shoot)))


@transaction.atomic
def retry_failed(*, shoot_id: int) -> list[Start]:
    """Ask again for those whose last try failed. Raises as `start`."""
    subscriber, shoot = _under_lock(shoot_id)
    idle = grid_services.idle(shoot, _missing(shoot))
    return _ask(subscriber, shoot, [grid for grid in idle if grid_services.has_failed(grid)])


def cancel(*, shoot_id: int) -> int:
    """Cancel what is queued, ask for an end of what has begun. Returns how many. Raises NotPossible."""
    shoot = Shoot.objects.filter(pk=shoot_id, kind=Shoot.Kind.STAFF).first()
    if shoot is None:
        raise NotPossible(GONE)
    return grid_services.cancel_pending(subscriber_id=shoot.subscriber_id, shoot_id=shoot.pk)


@transaction.atomic
def delete(*, shoot_id: int) -> bool:
    """The shoot with its grids, frames and pictures; what was asked for, and its cost, stays on record.
    Raises NotPossible while any of it is being made."""
    _, shoot = _under_lock(shoot_id)
    grids = list(shoot.grids.select_related("asset", "prediction"))
    if any(grid.is_live for grid in grids):
        raise NotPossible("This shoot is being made: cancel it first.")
    for grid in grids:
        slot_filling.drop_frames(grid)
    pictures = [grid.asset for grid in grids if grid.asset is not None]
    shoot.delete()
    assets.release(pictures)
    versions.bump(shoot.subscriber_id)
    return True


def checked(scenes: Sequence[str], *, room: int) -> list[str]:
    """The scenes without blank ones. Raises Invalid."""
    texts = [scene.strip() for scene in scenes if scene.strip()]
    if not texts:
        raise Invalid("Describe at least one scene.")
    if len(texts) > room:
        raise Invalid(f"A shoot has at most {SLOTS} grids: there is room for {room}.")
    for number, text in enumerate(texts, start=1):
        if len(text) > MOST_OF_A_SCENE:
            raise Invalid(f"Scene {number} has {len(text)} characters: at most {MOST_OF_A_SCENE}.")
    return texts


def _add(shoot: Shoot, texts: Sequence[str], *, after: int) -> None:
    version = versions.bump(shoot.subscriber_id) or 0
    Grid.objects.bulk_create(
        Grid(shoot=shoot, number=number, scene=text, version=version)
        for number, text in enumerate(texts, start=after + 1)
    )


def _missing(shoot: Shoot) -> list[int]:
    return list(shoot.grids.filter(asset=None).order_by("number").values_list("number", flat=True))


def _ask(subscriber: Subscriber, shoot: Shoot, grids: list[Grid]) -> list[Start]:
    if not grids:
        return []
    return grid_services.ask(subscriber, shoot, grids, selfies.usable(subscriber))


def _under_lock(shoot_id: int) -> tuple[Subscriber, Shoot]:
    """Raises NotPossible when it is gone, or not staff's."""
    owner = Shoot.objects.filter(pk=shoot_id, kind=Shoot.Kind.STAFF).values_list("subscriber_id", flat=True)
    if not owner:
        raise NotPossible(GONE)
    subscriber = grid_services.locked(owner[0])
    shoot = Shoot.objects.filter(pk=shoot_id).first()
    if shoot is None:
        raise NotPossible(GONE)
    return subscriber, shoot
