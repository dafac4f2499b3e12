"""Two takes of one piece beside each other: what the compare page shows."""

from copy import copy
from dataclasses import dataclass
from functools import cached_property

from generation.models import Asset
from techpack import regenerating, schemas
from techpack.cards import amount
from techpack.models import AnyPiece, BaseView, Take
from techpack.progress import spent


@dataclass(frozen=True)
class Row:
    """One finding of a base view, as two takes have it."""

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
        self.takes = regenerating.takes_of(piece)
        self.current = next((take for take in self.takes if take.is_current), None)
        others = [take for take in self.takes if not take.is_current]
        chosen = [take for take in others if take.number == number]
        self.other = next(iter(chosen or others[-1:]), None)

    @property
    def name(self) -> str:
        return regenerating.name_of(self.piece)

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
        """Of a base view, finding by finding."""
        if self.other is None or self.current is None or self.has_pictures:
            return []
        then, now = _words(self._facts(self.other)), _words(self._facts(self.current))
        return [Row(name, then.get(name, "-"), now.get(name, "-")) for name in {**then, **now}]

    def _facts(self, take: Take) -> schemas.BaseViewAnalysis | None:
        piece = copy(self.piece)
        take.put_into(piece)
        return piece.facts if isinstance(piece, BaseView) else None

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
    lengths = {
        f"{item.code} {item.name}": f"{amount(item.value, item.unit)} {item.unit}"
        for item in facts.proportions.items
    }
    return words | lengths
