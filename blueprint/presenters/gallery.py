"""The gallery of one shoot: its cells and the words above them.

The full page and the poll are made of the same cells, so they cannot drift. The subscriber's row,
and with it the version, is read before any cell: what is committed in between is newer than the
version the page carries, and comes with the next poll.
"""

from collections.abc import Callable
from functools import cached_property

from django.conf import settings
from django.utils import timezone

from blueprint.models import FRAMES, Shoot, Subscriber
from blueprint.models.subscribers import SLOTS
from blueprint.presenters import cells, polling
from blueprint.presenters.cells import Cell
from blueprint.services import guards
from blueprint.services.guards import NotAllowed
from generation import providers


class Gallery:
    """One shoot of one subscriber. `shoot` is None for the thirty: they need no row to be shown."""

    def __init__(self, subscriber: Subscriber, shoot: Shoot | None = None):
        self.subscriber = subscriber
        self.shoot = shoot

    @property
    def is_paid(self) -> bool:
        return self.shoot is None

    @property
    def planned(self) -> int:
        return SLOTS if self.shoot is None else self.shoot.planned

    @property
    def title(self) -> str:
        if self.shoot is None:
            return "Your blueprint"
        return self.shoot.title or {Shoot.Kind.FREE: "Your free grid"}.get(
            Shoot.Kind(self.shoot.kind), "Your shoot"
        )

    @cached_property
    def cells(self) -> list[Cell]:
        slots = self.subscriber.slots if self.is_paid else None
        return cells.cells(self.subscriber.pk, self.shoot, planned=self.planned, slots=slots)

    def cell(self, number: int) -> Cell | None:
        return self.cells[number - 1] if 1 <= number <= self.planned else None

    def changed_since(self, version: int) -> list[Cell]:
        """The cells to swap; what did not change is left alone, for somebody may have it open."""
        return [cell for cell in self.cells if cell.version > version]

    # --- how the whole stands ---------------------------------------------------------------------

    def _those(self, holds: Callable[[Cell], bool]) -> list[Cell]:
        return [cell for cell in self.cells if holds(cell)]

    @cached_property
    def done(self) -> int:
        return len(self._those(lambda cell: cell.is_done))

    @cached_property
    def elsewhere(self) -> int:
        """Pictures that still lie where the row was taken over from: no archive has them."""
        return len(self._those(lambda cell: bool(cell.url)))

    @cached_property
    def ours(self) -> int:
        """Pictures that can be downloaded from here."""
        return len(self._those(lambda cell: cell.row is not None and cell.row.asset_id is not None))

    @cached_property
    def live(self) -> list[Cell]:
        return self._those(lambda cell: cell.is_live)

    @cached_property
    def queued(self) -> list[Cell]:
        return [cell for cell in self.live if cell.is_queued]

    @cached_property
    def being_made(self) -> list[Cell]:
        """The engine has them now, or may have."""
        return [cell for cell in self.live if not cell.is_queued and not cell.is_storing]

    @cached_property
    def arriving(self) -> list[Cell]:
        """The engine has done with them: they hold no place there any more."""
        return [cell for cell in self.live if cell.is_storing]

    @property
    def is_cancelable(self) -> bool:
        return any(not cell.is_being_canceled for cell in self.live)

    @cached_property
    def failed(self) -> list[Cell]:
        return self._those(lambda cell: cell.is_failed)

    @cached_property
    def missing(self) -> int:
        """Neither there nor under way."""
        return len(self._those(lambda cell: not cell.is_done and not cell.is_live))

    @property
    def is_complete(self) -> bool:
        return self.done == self.planned

    @property
    def has_begun(self) -> bool:
        return self.done > 0 or bool(self.live) or bool(self.failed)

    @cached_property
    def is_busy(self) -> bool:
        """Whether an open page has something to poll for: pictures under way, or frames being cut."""
        return bool(self.live) or any(cell.is_being_cut for cell in self.cells)

    @cached_property
    def _guard(self) -> NotAllowed | None:
        return guards.refusal(self.subscriber) if self.is_paid else None

    @property
    def refusal(self) -> NotAllowed | None:
        """What stands in the way of the grids that are still to be asked for. Not looked at (it costs
        two queries) while there are none, as in every poll of thirty that are all on their way."""
        return self._guard if self.missing else None

    @property
    def asks_for_something(self) -> bool:
        """The refusal has a form of its own on the page, which is not to be swapped while it is filled in."""
        return self.refusal in (guards.MISSING_SELFIES, guards.MISSING_FORM_DATA)

    @property
    def has_selfies_below(self) -> bool:
        """The region "Selfies" stands under the grids: not where a guard has it, and of a free grid
        only as long as there is no paid blueprint, whose page has it."""
        if self.shoot is not None:
            return self.shoot.kind == Shoot.Kind.FREE and not self.subscriber.paid_blueprint_purchased
        return self.refusal != guards.MISSING_SELFIES

    @property
    def can_ask(self) -> bool:
        return self.is_paid and self._guard is None

    @property
    def lacks_selfies(self) -> bool:
        return self._guard == guards.MISSING_SELFIES

    @property
    def guard_sentence(self) -> str:
        return self._guard.sentence if self._guard is not None else ""

    @property
    def photographs(self) -> int:
        return self.done * FRAMES

    # --- in words -----------------------------------------------------------------------------------

    @property
    def sentence(self) -> str:
        """Spoken when it changes, and the first thing the page says."""
        if self.is_complete:
            return f"All {self.planned} are here." if self.planned > 1 else "Your grid is here."
        parts = [f"{self.done} of {self.planned} {'is' if self.done == 1 else 'are'} here."]
        if self.live:
            parts.append(f"{len(self.live)} under way.")
        if self.failed:
            parts.append(f"{len(self.failed)} {'needs' if len(self.failed) == 1 else 'need'} you.")
        return " ".join(parts)

    @property
    def waits_for(self) -> str:
        """Why what is queued is not being made yet."""
        now = timezone.now()
        blocked = [
            cell.row.blocked_until
            for cell in self.queued
            if cell.row is not None and cell.row.blocked_until is not None and cell.row.blocked_until > now
        ]
        if blocked:
            return f"The engine asked for a pause of {int((max(blocked) - now).total_seconds()) + 1} s."
        again = sum(cell.is_tried_again for cell in self.queued)
        if again == len(self.queued):
            return "The engine failed for a moment. It tries again by itself."
        return f"For their turn: the engine makes up to {self.at_once} at once."

    @property
    def at_once(self) -> int:
        limits = providers.get(settings.GENERATION_PROVIDER).limits
        return min(limits.in_flight, limits.in_flight_per_account)

    @property
    def waiting_seconds(self) -> int:
        return max((cell.seconds for cell in self.queued), default=0)

    @property
    def strip(self) -> list[tuple[str, str]]:
        """The bar above: for each state the path of its places, 10 units each."""
        places: dict[str, list[str]] = {}
        for cell in self.cells:
            places.setdefault(cell.state, []).append(f"M{10 * cell.number - 10} 0h9v10h-9z")
        return [(state, "".join(paths)) for state, paths in places.items()]

    @property
    def sizes(self) -> str:
        """How wide a picture is shown, for the browser to choose by; as the columns of blueprint.css."""
        if self.planned < 4:
            return "(max-width: 520px) 90vw, 480px"
        return "(max-width: 520px) 46vw, (max-width: 900px) 31vw, 240px"

    @property
    def strip_width(self) -> int:
        return 10 * self.planned - 1

    @property
    def is_preview(self) -> bool:
        return settings.GENERATION_PROVIDER == "local"

    # --- addresses ------------------------------------------------------------------------------------

    @property
    def address(self) -> str:
        return polling.gallery_address("", self.shoot)

    def grid_address(self, number: int) -> str:
        return polling.gallery_address("-grid", self.shoot, number)

    @property
    def poll_address(self) -> str:
        """Empty while nothing can change by itself."""
        return polling.address(self.subscriber, self.shoot) if self.is_busy else ""

    @cached_property
    def capability(self) -> str:
        return polling.capability_of(self.subscriber)
