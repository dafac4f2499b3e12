"""A sample round as its page and its report show it."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.utils import timezone

from accounts.models import User
from techpack.exports import issued_document
from techpack.exports.document import SizeSystem, Unit
from techpack.exports.samples import SampleReport, SampleRow, deviation_words
from techpack.library import points_of_measure
from techpack.library.units import in_unit
from techpack.models import Header, Product, SampleMeasure, SampleRound
from techpack.presenters import sheet_parts
from techpack.presenters.document import picture


@dataclass(frozen=True)
class Line:
    """One row of the table, with its values as text in the reader's unit."""

    row: SampleMeasure
    unit: Unit

    @property
    def name(self) -> str:
        return points_of_measure()[self.row.code].name

    @property
    def how(self) -> str:
        return points_of_measure()[self.row.code].how_to_measure

    def _text(self, value: object) -> str:
        return "" if value is None else in_unit(value, self.unit)  # type: ignore[arg-type]

    @property
    def requested(self) -> str:
        return self._text(self.row.requested_cm)

    @property
    def supplier(self) -> str:
        return self._text(self.row.supplier_cm)

    @property
    def own(self) -> str:
        return self._text(self.row.own_cm)

    @property
    def proposed(self) -> str:
        return self._text(self.row.proposed_cm) if self.row.own_cm is None else ""

    @property
    def error(self) -> str:
        return self._text(self.row.own_error_cm)

    @property
    def tolerance(self) -> str:
        plus, minus = self._text(self.row.tolerance_plus_cm), self._text(self.row.tolerance_minus_cm)
        return f"±{plus}" if plus == minus and plus else (f"+{plus} -{minus}" if plus or minus else "")

    @property
    def deviation(self) -> str:
        return deviation_words(as_row(self.row), self.unit)

    @property
    def state(self) -> str:
        return {True: "within", False: "outside", None: ""}[self.row.is_within]


def as_row(row: SampleMeasure) -> SampleRow:
    return SampleRow(
        code=row.code, name=points_of_measure()[row.code].name, size=row.size, requested_cm=row.requested_cm,
        tolerance_plus_cm=row.tolerance_plus_cm, tolerance_minus_cm=row.tolerance_minus_cm,
        supplier_cm=row.supplier_cm, own_cm=row.own_cm, own_error_cm=row.own_error_cm,
        deviation_cm=row.deviation_cm, is_within=row.is_within, decision=row.decision, note=row.note,
    )  # fmt: skip


class RoundPage:
    """One round with its rows by size and its photos."""

    def __init__(self, sample: SampleRound, user: User):
        self.sample = sample
        self.unit: Unit = "in" if user.units == "in" else "cm"

    @cached_property
    def rows(self) -> list[SampleMeasure]:
        return list(self.sample.measures.order_by("size", "position", "pk"))

    @cached_property
    def sizes(self) -> list[tuple[str, list[Line]]]:
        by_size = {
            size: [Line(row, self.unit) for row in rows]
            for size, rows in groupby(self.rows, key=lambda row: row.size)
        }
        return [(size, by_size.get(size, [])) for size in self.sample.sizes]

    @property
    def checked(self) -> int:
        return sum(row.is_within is not None for row in self.rows)

    @property
    def outside(self) -> int:
        return sum(row.is_within is False for row in self.rows)

    @property
    def proposals(self) -> int:
        return sum(row.proposed_cm is not None and row.own_cm is None for row in self.rows)

    @cached_property
    def photos(self) -> list[object]:
        return list(self.sample.photos.select_related("asset"))

    @property
    def is_measuring(self) -> bool:
        return self.sample.photos.filter(status="pending").exists()


def report_of(sample: SampleRound, unit: Unit, *, with_photos: bool = True) -> SampleReport:
    """The round for its report and its sheets. Reads pictures."""
    product: Product = sample.product
    header = Header.objects.filter(product=product).first() or Header(product=product)
    photos = sample.photos.select_related("asset") if with_photos else []
    pictures = [picture(one.asset, f"{one.get_view_display()} {one.size}".strip()) for one in photos]
    decision = "" if sample.is_open else sample.get_decision_display()
    return SampleReport(
        style_number=header.number, name=product.name, brand=header.brand, season=header.season,
        base_size=header.base_size, unit=unit,
        revision=str(sample.release.number) if sample.release else "Draft",
        date=timezone.localdate(), title=sample.title, supplier=sample.supplier,
        received=sample.received_on, decision=decision,
        note=sample.note, sizes=sample.sizes, rows=[as_row(row) for row in sample.measures.all()],
        photos=[one for one in pictures if one is not None], size_systems=_size_systems(sample, header),
    )  # fmt: skip


def _size_systems(sample: SampleRound, header: Header) -> list[SizeSystem]:
    """Those of the revision that the sample is checked against."""
    if sample.release is None:
        return sheet_parts.size_systems(header)
    return issued_document.document_from(sample.release.data, {}).size_systems
