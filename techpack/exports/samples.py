"""A sample round as plain values: for its report, and for a sheet to fill in on paper."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from techpack.exports import lengths
from techpack.exports.document import Picture, SizeSystem, Unit


@dataclass(frozen=True)
class SampleRow:
    """One point of measure in one size. `is_within` is None while there is nothing to compare."""

    code: str
    name: str
    size: str
    requested_cm: Decimal | None
    tolerance_plus_cm: Decimal | None
    tolerance_minus_cm: Decimal | None
    supplier_cm: Decimal | None = None
    own_cm: Decimal | None = None
    own_error_cm: Decimal | None = None
    deviation_cm: Decimal | None = None
    is_within: bool | None = None
    decision: str = ""
    note: str = ""


@dataclass(frozen=True)
class SampleReport:
    """One round. `revision` is the number of the issued revision it is checked against, or "Draft"."""

    style_number: str
    name: str
    brand: str
    season: str
    base_size: str
    unit: Unit
    revision: str
    date: dt.date
    title: str  # "Fit 2"
    supplier: str
    received: dt.date | None
    decision: str
    note: str
    sizes: list[str]
    rows: list[SampleRow]
    photos: list[Picture] = field(default_factory=list)
    size_systems: list[SizeSystem] = field(default_factory=list)

    def of_size(self, size: str) -> list[SampleRow]:
        return [row for row in self.rows if row.size == size]

    @property
    def outside(self) -> int:
        return sum(row.is_within is False for row in self.rows)

    @property
    def checked(self) -> int:
        return sum(row.is_within is not None for row in self.rows)


def deviation_words(row: SampleRow, unit: Unit, *, say: Callable[[str], str] = str) -> str:
    """ "+0.4, within" or "-1.6, 0.6 too small": in words, so that no colour is needed. `say` translates."""
    if row.deviation_cm is None:
        return ""
    signed = _signed(row.deviation_cm, unit)
    if row.is_within is None:
        return signed
    if row.is_within:
        return f"{signed}, {say('within')}"
    plus, minus = row.tolerance_plus_cm or Decimal(0), row.tolerance_minus_cm or Decimal(0)
    if row.deviation_cm > 0:
        return f"{signed}, {lengths.allowed(row.deviation_cm - plus, unit)} {say('too large')}"
    return f"{signed}, {lengths.allowed(-row.deviation_cm - minus, unit)} {say('too small')}"


def _signed(value: Decimal, unit: Unit) -> str:
    text = lengths.allowed(value, unit)
    return f"+{text}" if value > 0 else text
