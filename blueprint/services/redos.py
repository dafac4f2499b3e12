"""A grid made again at no charge, when its owner says what is wrong with it."""

from django.conf import settings
from django.db import transaction

from blueprint.models import Grid, Redo, Shoot
from blueprint.services import grids
from blueprint.services.grids import NotPossible, Start
from generation.models import Attempt

NONE_LEFT = (
    "Your free redos are used up. Write to us if a picture is still wrong, and we look at it with you."
)


def left(subscriber_id: int) -> int:
    """How many of FREE_REDOS they have. One of which nothing came counts for nothing."""
    used = Redo.objects.counting().filter(
        grid__shoot__subscriber_id=subscriber_id, grid__shoot__kind=Shoot.Kind.PAID
    )
    return max(0, settings.FREE_REDOS - used.count())


@transaction.atomic
def redo(*, subscriber_id: int, number: int, frame: int, reason: Redo.Reason) -> Start:
    """Make a paid grid again, free: the old picture stays until the new one is stored. Raises NotPossible
    when no redo is left, or the grid is under way or not there; guards.NotAllowed."""
    grids.locked(subscriber_id)
    paid = Grid.objects.filter(shoot__subscriber_id=subscriber_id, shoot__kind=Shoot.Kind.PAID, number=number)
    grid = paid.first()
    if grid is None:
        raise NotPossible("There is no picture yet that could be made again.")
    model = _model(grid)
    if not left(subscriber_id) and not grid.is_live:
        raise NotPossible(NONE_LEFT)
    start = grids.regenerate_grid(grid_id=grid.pk)
    Redo.objects.create(grid=grid, frame=frame, reason=reason, model=model, prediction=start.prediction)
    return start


def _model(grid: Grid) -> str:
    """What made the picture that is there."""
    made = Attempt.objects.filter(prediction=grid.prediction, outcome=Attempt.Outcome.SUCCEEDED).first()
    return (made.model or made.provider) if made is not None else ""
