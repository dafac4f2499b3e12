"""The cells of a gallery, one a grid, as one query of plain values tells them.

A poll builds all thirty to know how the whole stands and shows one or two of them, so no model
instance is made for a cell: `asset` is made when a template asks for it.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from blueprint import scenes
from blueprint.models import Shoot
from blueprint.presenters import polling
from blueprint.presenters.pictures import WORDS
from generation.models import Asset, Prediction
from generation.storage import assets

CUT_WITHIN = dt.timedelta(minutes=3)  # after which an open page no longer waits for the frames
SIDE = 2048  # px, of a picture whose size nobody wrote down
PLACEHOLDER = "#DEDAD2"


class Row(NamedTuple):
    """One grid with what its picture and its latest prediction say, as far as somebody asked for it."""

    id: int = 0
    number: int = 0
    scene: str = ""
    version: int = 0
    filled_at: dt.datetime | None = None
    asset_id: uuid.UUID | None = None
    width: int | None = None
    height: int | None = None
    placeholder: str | None = None
    prediction_id: uuid.UUID | None = None
    status: str | None = None
    provider: str | None = None
    message: str | None = None
    tries: int | None = None
    not_before: dt.datetime | None = None
    asked_at: dt.datetime | None = None
    began_at: dt.datetime | None = None
    cancel_requested_at: dt.datetime | None = None
    has_frames: bool = False
    has_favourites: bool = False
    blocked_until: dt.datetime | None = None


# One query for a page and for every poll; plain SQL, since building it anew costs more than asking it.
ROWS = """
SELECT grid.id, grid.number, grid.scene, grid.version, grid.filled_at,
       asset.id, asset.width, asset.height, asset.placeholder,
       prediction.id, prediction.status, prediction.provider, prediction.message, prediction.tries,
       prediction.not_before, prediction.queued_at, prediction.submitting_at, prediction.cancel_requested_at,
       EXISTS (SELECT 1 FROM blueprint_frame frame WHERE frame.grid_id = grid.id),
       EXISTS (SELECT 1 FROM blueprint_frame frame WHERE frame.grid_id = grid.id AND frame.favourite),
       gate.blocked_until
  FROM blueprint_grid grid
  JOIN blueprint_shoot shoot ON shoot.id = grid.shoot_id
  LEFT JOIN generation_asset asset ON asset.id = grid.asset_id
  LEFT JOIN generation_prediction prediction ON prediction.id = grid.prediction_id
  LEFT JOIN generation_providergate gate ON gate.provider = prediction.provider
 WHERE shoot.subscriber_id = %s
   AND CASE WHEN %s::bigint IS NULL THEN shoot.kind = 'paid' ELSE shoot.id = %s END
"""


def rows(subscriber_id: int, shoot_id: int | None) -> dict[int, Row]:
    """The grids of a shoot by number; of the thirty without one."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [subscriber_id, shoot_id, shoot_id])
        return {row.number: row for row in map(Row._make, cursor.fetchall())}


@dataclass(frozen=True)
class Cell:
    """One grid. `row` is None while it was never asked for; `entry` is what the slot of one of the
    thirty holds (a storage key, or the address of a picture that was taken over)."""

    number: int
    row: Row | None = None
    entry: str | None = None
    shoot: Shoot | None = None  # None for the thirty, too

    @property
    def id(self) -> str:
        return f"grid-{self.number}"

    @property
    def label(self) -> str:
        return f"{self.number:02d}"

    @property
    def title(self) -> str:
        if self.row is not None and self.row.scene:
            return self.row.scene.partition(".")[0][:40]
        return scenes.title(self.number)

    @property
    def address(self) -> str:
        """Of its page."""
        return polling.gallery_address("-grid", self.shoot, self.number)

    @property
    def has_words_of_its_own(self) -> bool:
        """Staff wrote its scene: none of the thirty drawings shows it."""
        return self.row is not None and bool(self.row.scene)

    @property
    def version(self) -> int:
        return self.row.version if self.row is not None else 0

    # --- its picture ------------------------------------------------------------------------------

    @cached_property
    def asset(self) -> Asset | None:
        """Enough of it to be shown."""
        row, entry = self.row, self.entry or ""
        asset_id = (row.asset_id if row is not None else None) or assets.id_of_key(entry)
        if asset_id is None:
            return None
        width, height, colour = (row.width, row.height, row.placeholder) if row is not None else (0, 0, "")
        return Asset(
            pk=asset_id, width=width or SIDE, height=height or SIDE, placeholder=colour or PLACEHOLDER
        )

    @property
    def url(self) -> str:
        """Of a picture that is still kept elsewhere."""
        return self.entry if self.entry and "://" in self.entry and self.asset is None else ""

    @property
    def original(self) -> str:
        """That address, where a browser may be led to it."""
        return self.url if self.url.lower().startswith(("https://", "http://")) else ""

    @property
    def is_done(self) -> bool:
        return bool(self.entry) or (self.row is not None and self.row.asset_id is not None)

    @property
    def has_favourites(self) -> bool:
        return self.row is not None and self.row.has_favourites

    @property
    def is_being_cut(self) -> bool:
        """Its nine frames are about to come."""
        row = self.row
        if row is None or row.asset_id is None or row.has_frames or row.filled_at is None:
            return False
        return timezone.now() - row.filled_at < CUT_WITHIN

    @property
    def is_preview(self) -> bool:
        """Drawn from the selfie on this machine, not by a model."""
        return self.is_done and self.row is not None and self.row.provider == "local"

    # --- how it stands ----------------------------------------------------------------------------

    @cached_property  # asked for some ten times a cell and poll
    def status(self) -> Prediction.Status | None:
        return Prediction.Status(self.row.status) if self.row is not None and self.row.status else None

    @cached_property
    def is_live(self) -> bool:
        return self.status in Prediction.LIVE

    @property
    def is_queued(self) -> bool:
        return self.status == Prediction.Status.QUEUED

    @property
    def is_storing(self) -> bool:
        return self.status == Prediction.Status.COLLECTING

    @property
    def is_failed(self) -> bool:
        return not self.is_done and self.status == Prediction.Status.FAILED

    @property
    def remake_failed(self) -> bool:
        """The picture that was to replace this one could not be made."""
        return self.is_done and self.status == Prediction.Status.FAILED

    @property
    def is_being_canceled(self) -> bool:
        return self.is_live and self.row is not None and self.row.cancel_requested_at is not None

    @property
    def state(self) -> str:
        """ "empty", "queued", "generating", "storing", "failed" or "done": its class on the page."""
        return "done" if self.is_done else self._word

    @property
    def _word(self) -> str:
        return WORDS[self.status] if self.status else "empty"

    @property
    def doing(self) -> str:
        """What goes on, in a word."""
        if self.is_being_canceled:
            return "Canceling"
        return {"queued": "Waiting", "storing": "Arriving"}.get(self._word, "Generating")

    @property
    def reason(self) -> str:
        message = self.row.message if self.row is not None else ""
        return message or "This grid could not be made."

    @property
    def is_tried_again(self) -> bool:
        """It waits for another try after one that failed for the moment."""
        row = self.row
        if row is None or not self.is_queued or not row.tries or row.not_before is None:
            return False
        return row.not_before > timezone.now()

    @property
    def seconds(self) -> int:
        """Since the engine has it; while it waits, since it was asked for."""
        row = self.row
        since = (row.asked_at if self.is_queued else row.began_at or row.asked_at) if row else None
        return max(0, int((timezone.now() - since).total_seconds())) if since else 0

    @property
    def ago(self) -> str:
        """ "00:31": what is said until the page's own clock takes over."""
        return f"{self.seconds // 60:02d}:{self.seconds % 60:02d}"


def cells(
    subscriber_id: int, shoot: Shoot | None, *, planned: int, slots: list[str | None] | None = None
) -> list[Cell]:
    """Grids 1 to `planned`, in order."""
    known = rows(subscriber_id, shoot.pk if shoot is not None else None)
    entries = slots or [None] * planned
    return [Cell(number, known.get(number), entries[number - 1], shoot) for number in range(1, planned + 1)]
