"""The protocol between the pipeline and a step."""

from dataclasses import dataclass
from typing import Protocol

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

    def ask(self, run: TechPack, piece: Piece) -> None:
        """Ask the engine for what one piece lacks."""

    def pieces(self, run: TechPack) -> list[Piece]:
        """All pieces of this step that count as delivered or not."""

    def is_busy(self, run: TechPack) -> bool:
        """Whether anything of it is still on its way."""


def ask_for_missing(work: StepWork, run: TechPack) -> None:
    """Every piece that is not there yet, new or left from an earlier round."""
    for piece in missing(work.pieces(run)):
        piece.status = Piece.Status.LOADING
        piece.failure = piece.message = ""
        piece.charge = None  # this time the step pays
        versions.touch(run, piece)
        work.ask(run, piece)


def missing(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if not piece.is_loaded]
