"""What a gallery shows: the cells of one shoot, and what is said above them.

The full page and the poll are made of the same cells, so they cannot drift.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from blueprint import guards, polling, scenes, selfies
from blueprint.guards import Refused
from blueprint.models import Grid, Shoot, Subscriber
from blueprint.models.subscribers import SLOTS
from blueprint.pictures import status_word
from generation.models import Asset, Prediction


@dataclass(frozen=True)
class Cell:
    """One place in the gallery. `grid` is None while it was never asked for (and for a picture that
    was taken over by its address: `url`)."""

    number: int
    title: str
    grid: Grid | None = None
    url: str = ""

    @property
    def id(self) -> str:
        return f"grid-{self.number}"

    @property
    def label(self) -> str:
        return f"{self.number:02d}"

    @property
    def asset(self) -> Asset | None:
        return self.grid.asset if self.grid is not None else None

    @property
    def prediction(self) -> Prediction | None:
        return self.grid.prediction if self.grid is not None else None

    @property
    def is_done(self) -> bool:
        return self.asset is not None or bool(self.url)

    @property
    def is_live(self) -> bool:
        return self.prediction is not None and self.prediction.is_live

    @property
    def is_remade(self) -> bool:
        """Its picture stays until a new one has come."""
        return self.is_done and self.is_live

    @property
    def state(self) -> str:
        """ "empty", "queued", "generating", "storing", "failed" or "done"."""
        return "done" if self.is_done else status_word(self.prediction)

    @property
    def has_failed(self) -> bool:
        return self.state == "failed"

    @property
    def is_being_canceled(self) -> bool:
        return (
            self.prediction is not None and self.is_live and self.prediction.cancel_requested_at is not None
        )

    @property
    def remake_failed(self) -> bool:
        """The picture that was to replace this one could not be made."""
        failed = Prediction.Status.FAILED
        return self.is_done and self.prediction is not None and self.prediction.status == failed


class Gallery:
    """One shoot of one subscriber. `shoot` is None for a paid blueprint nobody has begun yet."""

    def __init__(self, subscriber: Subscriber, shoot: Shoot | None = None):
        self.subscriber = subscriber
        self.shoot = shoot

    @classmethod
    def paid(cls, subscriber: Subscriber) -> "Gallery":
        return cls(subscriber, Shoot.objects.filter(subscriber=subscriber, kind=Shoot.Kind.PAID).first())

    @property
    def is_paid(self) -> bool:
        return self.shoot is None or self.shoot.is_paid

    @property
    def planned(self) -> int:
        return SLOTS if self.shoot is None else self.shoot.planned

    @cached_property
    def cells(self) -> list[Cell]:
        grids = {} if self.shoot is None else {grid.number: grid for grid in self._grids()}
        return [self._cell(number, grids.get(number)) for number in range(1, self.planned + 1)]

    def changed_since(self, version: int) -> list[Cell]:
        """The cells to swap; what did not change is left alone, for somebody may have it open."""
        return [cell for cell in self.cells if cell.grid is not None and cell.grid.version > version]

    def _grids(self) -> list[Grid]:
        assert self.shoot is not None
        return list(self.shoot.grids.for_gallery())  # type: ignore[attr-defined]

    def _cell(self, number: int, grid: Grid | None) -> Cell:
        entry = (self.subscriber.slots[number - 1] or "") if self.is_paid else ""
        url = entry if "://" in entry and (grid is None or grid.asset_id is None) else ""
        return Cell(number, grid.title if grid is not None else scenes.title(number), grid, url)

    # --- what is said above -----------------------------------------------------------------------

    def _count(self, holds: Callable[[Cell], bool]) -> int:
        return sum(holds(cell) for cell in self.cells)

    @cached_property
    def done(self) -> int:
        return self._count(lambda cell: cell.is_done)

    @cached_property
    def queued(self) -> int:
        return self._count(lambda cell: cell.is_live and cell.state == "queued")

    @cached_property
    def live(self) -> int:
        return self._count(lambda cell: cell.is_live)

    @property
    def being_made(self) -> int:
        return self.live - self.queued

    @cached_property
    def failed(self) -> int:
        return self._count(lambda cell: cell.has_failed)

    @property
    def missing(self) -> int:
        """Neither there nor under way."""
        return self.planned - self.done - self._count(lambda cell: cell.is_live and not cell.is_done)

    @property
    def is_complete(self) -> bool:
        return self.done == self.planned

    @property
    def is_busy(self) -> bool:
        """Whether an open page has something to poll for: pictures under way, or frames being cut."""
        return self.live > 0

    @cached_property
    def refusal(self) -> Refused | None:
        """What stands in the way of more grids now."""
        return guards.refusal(self.subscriber) if self.is_paid else None

    @cached_property
    def selfie_count(self) -> int:
        return len(selfies.usable(self.subscriber))

    @property
    def poll_address(self) -> str:
        return polling.address(self.subscriber, self.shoot)
