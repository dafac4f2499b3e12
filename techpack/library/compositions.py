"""Read fibre compositions as people write them: "Shell: 95 % cotton, 5 % elastane; lining: silk 100%"."""

import re
from dataclasses import dataclass
from decimal import Decimal

_PERCENT = r"(?P<share>\d+(?:[.,]\d+)?)\s*%"
_SHARE_FIRST = re.compile(_PERCENT + r"(?P<name>[^\d%]*)")
_NAME_FIRST = re.compile(r"(?P<name>[^\d%]*)" + _PERCENT)


@dataclass(frozen=True)
class Fibre:
    name: str
    percent: Decimal


@dataclass(frozen=True)
class Component:
    """One part with its fibres; `name` is "" where the text names none."""

    name: str
    fibres: tuple[Fibre, ...]

    @property
    def total(self) -> Decimal:
        return sum((fibre.percent for fibre in self.fibres), Decimal(0))

    @property
    def is_whole(self) -> bool:
        return self.total == 100


def components(text: str) -> list[Component]:
    """The components of a composition, split at semicolons and line ends; [] where no share stands in it."""
    found = []
    for part in re.split(r"[;\n]", text):
        name, colon, rest = part.partition(":")
        fibres = _fibres(rest if colon else part)
        if fibres:
            found.append(Component(name.strip() if colon else "", fibres))
    return found


def _fibres(text: str) -> tuple[Fibre, ...]:
    """Each share with its fibre: "95 % cotton" where the text begins with a share, else "cotton 95 %"."""
    begins_with_share = _SHARE_FIRST.match(text.strip()) is not None
    found = []
    for match in (_SHARE_FIRST if begins_with_share else _NAME_FIRST).finditer(text):
        name = " ".join(match["name"].split()).strip(" .,/+&")
        found.append(Fibre(name, Decimal(match["share"].replace(",", "."))))
    return tuple(found)


def adds_up(text: str) -> bool:
    """Whether every component of a composition is 100 %."""
    parts = components(text)
    return bool(parts) and all(part.is_whole for part in parts)
