"""Making everything again that is out of date, at one press of a button."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from credits import services as ledger
from techpack import changes, pipeline, prices, regenerating
from techpack.editing import stale
from techpack.editing.stale import Mark
from techpack.models import BaseView, TechPack


@dataclass(frozen=True)
class Redone:
    """How many are on their way, what that was charged, and how many would only come out the same and
    so count as made from what holds now."""

    asked: int
    charged: int
    same: int

    @property
    def words(self) -> str:
        if not self.asked and not self.same:
            return "Nothing is out of date."
        words = []
        if self.asked:
            words.append(f"{_counted(self.asked)} being made again.")
            words.append(f"{pipeline.counted(self.charged)} used.")
        if self.same:
            words.append(f"{_counted(self.same)} as before: the engine would only make the same again.")
        return " ".join(words)


def _counted(number: int) -> str:
    return "1 picture is" if number == 1 else f"{number} pictures are"


def price(marks: dict[str, Mark]) -> int:
    """What making all of these again costs at most."""
    return prices.REGENERATION * len(ready(marks))


def ready(marks: dict[str, Mark]) -> list[Mark]:
    """Those that are not on their way already."""
    return [mark for mark in marks.values() if not mark.piece.remaking]


@transaction.atomic
def redo(*, run: TechPack, by: User) -> Redone:
    """Every piece of the run that is out of date is made again, at a regeneration's price each.

    Raises techpack.services.NotPossible, and credits.services.InsufficientCredits with nothing written.
    """
    locked = changes.locked(run.pk)
    if locked is None:
        return Redone(0, 0, 0)
    due = ready(stale.marks(locked))
    ledger.require(user=locked.product.owner, amount=prices.REGENERATION * len(due))
    answers = [(mark, regenerating.regenerate(piece=mark.piece, by=by)) for mark in due]
    same = [mark for mark, answer in answers if answer.take is None]
    for mark in same:
        _holds(locked, mark)
    return Redone(len(due) - len(same), sum(answer.charged for _, answer in answers), len(same))


def _holds(run: TechPack, mark: Mark) -> None:
    """What is there is what would come: it is up to date as it is."""
    piece = mark.piece
    of_view = isinstance(piece, BaseView)
    piece.set_ground(stale.basis_of_view(run.product) if of_view else stale.basis(run))
    changes.touch(run, piece)
