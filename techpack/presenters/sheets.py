"""The sheets of a product as editable tables: header, colourways, materials, construction, grading."""

from dataclasses import dataclass
from functools import cached_property

from accounts.models import User
from techpack import flats
from techpack.exports.document import Missing
from techpack.library.units import in_unit
from techpack.models import Header, Product, SheetRow
from techpack.presenters.readiness import missing_of
from techpack.presenters.specification import Specification
from techpack.services import sheets

TITLES = {"colourways": "Colourways", "materials": "Bill of materials", "construction": "Construction"}


@dataclass(frozen=True)
class Cell:
    column: str
    label: str
    value: str
    longest: int


@dataclass(frozen=True)
class Line:
    row: SheetRow
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    name: str
    title: str
    heads: list[str]
    lines: list[Line]


@dataclass(frozen=True)
class GradedRow:
    """One point of measure in every size."""

    code: str
    name: str
    grade: str
    sizes: list[tuple[str, str, bool, bool]]  # size, value, is base, is overridden


class Sheets:
    def __init__(self, product: Product, user: User):
        self.product = product
        self.user = user
        self.specification = Specification(product, user)

    @cached_property
    def header(self) -> Header:
        return sheets.header_of(self.product)

    @property
    def fields(self) -> list[tuple[str, str, str, str]]:
        """Name, label, value and an example of each field of the header."""
        header = self.header
        told = (
            ("style_number", "Style number", "AW27-014"), ("brand", "Brand", ""),
            ("season", "Season", "AW27"),
            ("collection", "Collection", ""), ("gender", "Gender", "women"), ("fit", "Fit", "regular"),
            ("designer", "Designer", ""), ("supplier", "Supplier", ""), ("contact", "Contact", ""),
            ("base_size", "Base size", "M"),
        )  # fmt: skip
        found = [(name, label, getattr(header, name), example) for name, label, example in told]
        return [*found, ("sizes", "Sizes", ", ".join(header.sizes), "XS, S, M, L, XL")]

    @cached_property
    def tables(self) -> list[Table]:
        return [self._table(name, title) for name, title in TITLES.items()]

    def _table(self, name: str, title: str) -> Table:
        model = sheets.SHEETS[name]
        lines = []
        for row in model.objects.filter(product=self.product):
            cells = [
                Cell(
                    column,
                    label,
                    getattr(row, column),
                    getattr(model._meta.get_field(column), "max_length", None) or 200,
                )
                for column, label in model.columns.items()
            ]
            lines.append(Line(row, cells))
        return Table(name, title, list(model.columns.values()), lines)

    @cached_property
    def graded(self) -> list[GradedRow]:
        found = []
        for row in self.specification.measurements:
            values = sheets.graded(row, self.header)
            if not values:
                continue
            step = sheets.grade_rule(row).step_cm
            unit = self.specification.unit
            sizes = [
                (size, in_unit(values[size], unit), size == self.header.base_size, size in row.by_size)
                for size in self.header.sizes
            ]
            found.append(GradedRow(row.code, row.point.name, in_unit(step, unit), sizes))
        return found

    @cached_property
    def nested(self) -> str:
        """The front in every size, laid over each other; "" without sizes or a flat."""
        spec, header = self.specification.spec, self.header
        if spec is None or len(header.sizes) < 2 or header.base_size not in header.sizes:
            return ""
        rows = self.specification.measurements
        by_size = {size: sheets.specification_of_size(spec, rows, header, size) for size in header.sizes}
        return flats.nested(by_size, header.base_size, flats.views_of(spec.product_type)[0])

    @cached_property
    def missing(self) -> list[Missing]:
        return missing_of(self.product, self.specification)

    @property
    def blocking(self) -> list[Missing]:
        return [one for one in self.missing if one.blocks_issue]

    @property
    def wanted(self) -> list[Missing]:
        return [one for one in self.missing if not one.blocks_issue]
