"""The protocol between the pipeline and a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models import prefetch_related_objects

from generation import services as engine
from techpack import versions
from techpack.models import Piece, StepName, TechPack


@dataclass(frozen=True)
class Need:
    """What beginning a step now would make, and its price in credits. `planned` 0: not known yet."""

    price: int
    planned: int


class StepWork(Protocol):
    """`after` names the step whose results it stands on."""

    name: StepName
    after: StepName | None

    def need(self, run: TechPack) -> Need:
        """What is still to be made. Called under the run's lock; writes nothing."""

    def is_ready(self, run: TechPack) -> bool:
        """Whether everything it stands on is there, once the step before is over."""

    def begin(self, run: TechPack) -> None:
        """Make the pieces that are missing and ask the engine for them. Charged already."""

    def wish(self, run: TechPack, piece: Piece) -> engine.Wish:
        """What is to be asked of the engine for what one piece lacks."""

    def pieces(self, run: TechPack) -> list[Piece]:
        """All pieces of this step that count as delivered or not."""

    def is_busy(self, run: TechPack) -> bool:
        """Whether anything of it is still on its way."""


def ask_for_missing(work: StepWork, run: TechPack) -> None:
    """Every piece that is not there yet, new or left from an earlier round."""
    pieces = missing(work.pieces(run))
    for piece in pieces:
        piece.status = Piece.Status.LOADING
        piece.failure = piece.message = ""
        piece.charge = None  # this time the step pays
    if pieces:
        versions.touch(run, *pieces)
        ask(work, run, pieces)


def ask(work: StepWork, run: TechPack, pieces: Sequence[Piece]) -> None:
    """Ask the engine for what these pieces lack, in their order, at once."""
    prefetch_related_objects([run], "base_views")  # on which most of them stand
    engine.ask_many([work.wish(run, piece) for piece in pieces])


def missing(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if not piece.is_loaded]
