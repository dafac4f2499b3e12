"""Two takes of one piece beside each other: what the compare page shows."""

from copy import copy
from dataclasses import dataclass
from functools import cached_property

from generation.models import Asset
from techpack import schemas
from techpack.length_formatting import measure
from techpack.models import AnyPiece, BaseView, Sketch, Take
from techpack.pipeline.progress import spent
from techpack.presenters.cards import SketchCard
from techpack.services import takes


@dataclass(frozen=True)
class Row:
    """One finding of a base view, or one thing written over a drawing, as two takes have it."""

    name: str
    then: str
    now: str

    @property
    def differs(self) -> bool:
        return self.then != self.now


class Comparison:
    """The shown take and an earlier one: `number`, or the last before it. `other` is None while there is
    only one."""

    def __init__(self, piece: AnyPiece, number: int | None = None):
        self.piece = piece
        self.takes = takes.takes_of(piece)
        self.current = next((take for take in self.takes if take.is_current), None)
        others = [take for take in self.takes if not take.is_current]
        chosen = [take for take in others if take.number == number]
        self.other = next(iter(chosen or others[-1:]), None)

    @property
    def name(self) -> str:
        return self.piece.name

    @property
    def has_pictures(self) -> bool:
        return not isinstance(self.piece, BaseView)

    @property
    def is_drawing(self) -> bool:
        return self.piece.prefix == "sketch"

    @property
    def shape(self) -> Asset | None:
        """The larger picture, so that nothing of either is cut off."""
        pictures = [take.asset for take in (self.current, self.other) if take and take.asset]
        return max(pictures, key=lambda asset: asset.height / asset.width, default=None)

    @cached_property
    def rows(self) -> list[Row]:
        """Of a base view, finding by finding; of a drawing, what is written differently."""
        if self.other is None or self.current is None:
            return []
        then, now = self._words(self.other), self._words(self.current)
        rows = [Row(name, then.get(name, "-"), now.get(name, "-")) for name in {**then, **now}]
        return [row for row in rows if row.differs] if self.is_drawing else rows

    def _words(self, take: Take) -> dict[str, str]:
        piece = self._as_in(take)
        if isinstance(piece, BaseView):
            return _words(piece.facts)
        return _writing(SketchCard(piece)) if isinstance(piece, Sketch) else {}

    def _as_in(self, take: Take) -> AnyPiece:
        piece = copy(self.piece)
        take.put_into(piece)
        return piece

    @property
    def cards(self) -> dict[str, SketchCard]:
        """Of a drawing, what draws the callouts and dimension lines over both sides."""
        sides = {"then": self.other, "now": self.current}
        pieces = {side: self._as_in(take) for side, take in sides.items() if take}
        return {side: SketchCard(piece) for side, piece in pieces.items() if isinstance(piece, Sketch)}

    @property
    def history(self) -> list[tuple[Take, int]]:
        """Every take that is there, the newest first, with the credits it cost."""
        return [(take, spent(take.charge) if take.charge else 0) for take in reversed(self.takes)]


def _words(facts: schemas.BaseViewAnalysis | None) -> dict[str, str]:
    if facts is None:
        return {}
    words = {
        "Summary": facts.summary,
        "Colours": ", ".join(f"{item.name} {item.hex}" for item in facts.colours.items),
        "Pattern": facts.pattern.kind,
        "Materials": ", ".join(item.name for item in facts.materials.items) or "to be specified",
        "Construction": ", ".join(item.area for item in facts.construction.items) or "to be specified",
    }
    lengths = {f"{item.code} {item.name}": measure(item.value, item.unit) for item in facts.proportions.items}
    return words | lengths


def _writing(card: SketchCard) -> dict[str, str]:
    """What is written over a drawing, where it stands being seen on it."""
    callouts = {f"Callout {item.number}": f"{item.text} ({item.category})" for item in card.callouts}
    lengths = {
        f"{item.code} {item.name}": _length(item)
        for item in (card.writing.measurements if card.writing else [])
    }
    return callouts | lengths


def _length(item: schemas.Measurement) -> str:
    return "to be specified" if item.value is None else measure(item.value, item.unit)
