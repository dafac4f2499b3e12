"""Handlers for blueprint predictions that change, succeed or fail.

Everything here runs inside the transition's transaction, under the subscriber's lock: rows and jobs
only. Cutting frames and sending mail are jobs of their own.
"""

from blueprint import versions
from blueprint.emails import delivery
from blueprint.models import Grid
from blueprint.services import grid_requests
from blueprint.services.slot_filling import fill
from generation import registry
from generation.models import Prediction
from generation.storage import assets


def subscriber_id(subject: str) -> int:
    return int(subject.removeprefix("blueprint:"))


# What pages tell apart while it is made: of an end the grid learns by `succeeded` and `failed`.
SHOWN = (Prediction.Status.QUEUED, Prediction.Status.SUBMITTING, Prediction.Status.COLLECTING)


class GridHandler:
    def lock(self, subject: str) -> None:
        versions.locked(subscriber_id(subject))

    def changed(self, prediction: Prediction) -> None:
        if prediction.status in SHOWN:
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


def register() -> None:
    registry.register(grid_requests.KIND, GridHandler(), look=grid_requests.look)
