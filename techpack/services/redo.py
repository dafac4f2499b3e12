"""Making everything again that is out of date, at one press of a button."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from credits import services as ledger
from generation import providers
from techpack import prices, versions
from techpack.editing import staleness
from techpack.editing.staleness import Mark
from techpack.models import AnyPiece, BaseView, TechPack
from techpack.pipeline import advance
from techpack.pipeline.repeat_answers import Answers
from techpack.services import takes


@dataclass(frozen=True)
class Offer:
    """What making all of these again would charge, and what it would only find the same."""

    due: list[Mark]
    same: list[Mark]
    engine: str

    @property
    def is_open(self) -> bool:
        return bool(self.due or self.same)

    @property
    def price(self) -> int:
        return prices.REGENERATION * len(self.due)

    @property
    def words(self) -> str:
        return advance.counted(self.price) if self.price else "free"

    @property
    def hint(self) -> str:
        """Why it is free, or some of it."""
        if not self.same:
            return ""
        free = "Free" if not self.due else f"{len(self.same)} of {len(self.due) + len(self.same)} are free"
        return f"{free}: the {self.engine} would only draw the same again."


@dataclass(frozen=True)
class Redone:
    """How many are on their way, and how many follow when these are there; what that was charged; and how
    many would only come out the same and so count as made from what holds now."""

    asked: int
    later: int
    charged: int
    same: int

    @property
    def words(self) -> str:
        if not self.asked and not self.later and not self.same:
            return "Nothing is out of date."
        words = []
        if self.asked:
            words.append(f"{_counted(self.asked)} being made again.")
            words.append(f"{advance.counted(self.charged)} used.")
        if self.later:
            at_most = advance.counted(prices.REGENERATION * self.later)
            follow = "1 more follows" if self.later == 1 else f"{self.later} more follow"
            words.append(f"{follow} when the base views are there, for {at_most} at most.")
        if self.same:
            words.append(f"{_counted(self.same)} as before: the engine would only make the same again.")
        return " ".join(words)


def _counted(number: int) -> str:
    return "1 result is" if number == 1 else f"{number} results are"


def offer(run: TechPack, marks: dict[str, Mark]) -> Offer:
    """For those that are not on their way already."""
    ready = [mark for mark in marks.values() if not mark.piece.remaking]
    answers = Answers(run) if ready else None
    same = [mark for mark in ready if answers and answers.would_repeat(mark.piece)]
    due = [mark for mark in ready if mark not in same]
    return Offer(due, same, providers.get(run.engine).label)


@transaction.atomic
def redo(*, run: TechPack, by: User) -> Redone:
    """Every piece of the run that is out of date is made again, at a regeneration's price each. Base views
    come first: pictures are made from what they find, so they begin, and are charged, when those are there
    (`regenerating.begin_waiting`). All of it has to be on the account now.

    Raises techpack.services.NotPossible, and credits.services.InsufficientCredits with nothing written.
    """
    locked = versions.locked(run.pk)
    if locked is None:
        return Redone(0, 0, 0, 0)
    offered = offer(locked, staleness.marks(locked))
    ledger.require(holder=locked.product.payer, amount=offered.price)
    _hold(locked, [mark.piece for mark in offered.same])
    views = [mark.piece for mark in offered.due if isinstance(mark.piece, BaseView)]
    pictures = [mark.piece for mark in offered.due if not isinstance(mark.piece, BaseView)]
    charged = _ask(views, by)
    if takes.has_views_on_their_way(locked):
        for piece in pictures:
            takes.put_off(piece=piece, by=by)
        return Redone(len(views), len(pictures), charged, len(offered.same))
    return Redone(len(offered.due), 0, charged + _ask(pictures, by), len(offered.same))


def _ask(pieces: Sequence[AnyPiece], by: User) -> int:
    """Answers what it was charged."""
    return sum(takes.regenerate(piece=piece, by=by).charged for piece in pieces)


def _hold(run: TechPack, pieces: Sequence[AnyPiece]) -> None:
    """What is there is what would come: they are up to date as they are."""
    for piece in pieces:
        piece.set_ground(staleness.basis(run, piece))
        versions.touch(run, piece)
