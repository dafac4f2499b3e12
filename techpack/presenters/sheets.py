"""The pages of a product's sheets: an overview with what is missing, and a page for each sheet."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from accounts.models import User
from techpack.exports import document as documents
from techpack.exports.document import Missing
from techpack.library import care as symbols
from techpack.library.size_ranges import SIZE_RANGES, SizeRange
from techpack.models import Care, Costing, Header, LibraryEntry, Passport, Product, RowComment, SheetChange
from techpack.presenters import sheet_parts
from techpack.presenters.costs import cost_sheet
from techpack.presenters.grids import Grid, Grids
from techpack.presenters.label_places import LabelPlaces, label_places_of
from techpack.presenters.lint import Finding, findings
from techpack.presenters.readiness import Facts, missing_of, tape_list
from techpack.presenters.specification import Specification
from techpack.services import sheets
from techpack.services.spreadsheet import tables
from techpack.services.spreadsheet.cell_text import written

# Pages in the order of the document: name, title, grids.
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "overview": ("Overview", ()),
    "measures": ("Measures", ("measures",)),
    "grading": ("Sizes and grading", ("equivalents", "grading", "graded")),
    "materials": ("Materials", ("materials",)),
    "colours": ("Colours", ("colourways", "colours")),
    "construction": ("Construction", ("construction",)),
    "labels": ("Labels and care", ("labels",)),
    "packaging": ("Packaging", ("packaging",)),
    "costs": ("Costs", ("costs",)),
    "passport": ("Passport", ()),
    "comments": ("Comments", ()),
}
PAGE_OF = {
    grid: page for page, (_, grids) in PAGES.items() for grid in grids
} | {"header": "overview", "care": "labels", "costing": "costs", "grading": "grading"}  # fmt: skip
EXAMPLES = {
    "style_number": "AW27-014", "season": "AW27", "gender": "women", "fit": "regular", "base_size": "M",
    "sizes": "XS, S, M, L, XL", "stage": "proto", "sample_due": "2027-03-31", "delivery_due": "2027-08-31",
    "size_system": "alpha", "unit": "cm",
}  # fmt: skip
# Where one field of the checklist is filled by one cell of the header.
HEADER_CELLS = {
    "style number and revision": ("style_number",),
    "base size and size range": ("sizes", "base_size"),
    "grading for all sizes": ("sizes", "base_size"),
    "last; size run; outsole material and hardness": ("sizes",),
}
MATERIAL_CELLS = {
    "main material: composition adding to 100 %": "composition",
    "main material: weight (g/m2) or thickness": "weight",
}
PAGES_OF_FIELDS = {
    "care label content": "labels", "main label and size label placement": "labels",
    "packaging": "packaging", "colour with system and code": "colours",
    "seam and stitch type with SPI per area": "construction", "thread and needle": "construction",
    "every critical point of measure with tolerance": "measures", "front and back flat": "measures",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One cell outside a grid: an input in place. `choices` are value and words where it is a choice."""

    sheet: str
    row: str
    column: str
    label: str
    value: str
    example: str = ""
    longest: int = 200
    choices: tuple[tuple[str, str], ...] = ()
    symbol: str = ""  # a care symbol as SVG

    @property
    def key(self) -> str:
        return f"{self.sheet}-{self.row}-{self.column}"


@dataclass(frozen=True)
class ToSpecify:
    """A line of the checklist that is not met, with the inputs that meet it, or the page that does."""

    missing: Missing
    fields: list[Field]
    page: str


@dataclass(frozen=True)
class Tab:
    name: str
    title: str
    address: str
    is_current: bool


class Sheets:
    def __init__(self, product: Product, user: User, page: str = "overview"):
        self.product = product
        self.user = user
        self.page = page
        self.specification = Specification(product, user)

    @property
    def title(self) -> str:
        return PAGES[self.page][0]

    @property
    def unit(self) -> str:
        return self.header.unit or self.user.units

    @cached_property
    def tabs(self) -> list[Tab]:
        return [Tab(name, title, self.address(name), name == self.page) for name, (title, _) in PAGES.items()]

    def address(self, page: str) -> str:
        if page == "overview":
            return reverse("techpack:sheets", args=[self.product.pk])
        return reverse("techpack:sheet", args=[self.product.pk, page])

    @cached_property
    def header(self) -> Header:
        return sheets.header_of(self.product)

    @cached_property
    def grids(self) -> list[Grid]:
        made = Grids(self.product, self.unit)
        return [made.of(name) for name in PAGES[self.page][1]]

    @property
    def can_undo(self) -> bool:
        rows = SheetChange.objects.standing().filter(product=self.product, by=self.user)
        return rows.exists()

    # --- readiness and lint --------------------------------------------------------------------

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.product, self.specification)

    @cached_property
    def missing(self) -> list[Missing]:
        return missing_of(self.product, self.specification)

    @property
    def blocking(self) -> list[ToSpecify]:
        return [self._to_specify(one) for one in self.missing if one.blocks_issue]

    @property
    def wanted(self) -> list[ToSpecify]:
        return [
            self._to_specify(one)
            for one in self.missing
            if not one.blocks_issue and one.reason != "measure it with a tape"
        ]

    @cached_property
    def findings(self) -> list[tuple[Finding, str]]:
        """What contradicts itself, each with the page it is mended on."""
        return [(one, self.address(PAGE_OF.get(one.sheet, "overview"))) for one in findings(self.facts)]

    @cached_property
    def tape(self) -> list[tuple[Field, str]]:
        """Points to measure with a tape: an input each, and how to measure."""
        cells = Grids(self.product, self.unit).of("measures")
        found = []
        for row in tape_list(self.specification):
            line = cells.line(row.code)
            value = line.cells[3].text if line else ""
            name = f"{row.code} {row.point.name}"
            found.append((Field("measures", row.code, "value", name, value), row.point.how_to_measure))
        return found

    def _to_specify(self, missing: Missing) -> ToSpecify:
        fields = [self._header_field(name) for name in HEADER_CELLS.get(missing.field, ())]
        column, main = MATERIAL_CELLS.get(missing.field), self.facts.main
        if column and main:
            label = f"{main.part or 'Main material'}, {column}"
            example = "95 % cotton, 5 % elastane" if column == "composition" else "180 g/m2"
            value = getattr(main, column)
            fields.append(Field("materials", str(main.pk), column, label, value, example))
        page = PAGES_OF_FIELDS.get(missing.field, "overview" if fields else "materials")
        return ToSpecify(missing, fields, self.address(page))

    # --- fields outside grids ------------------------------------------------------------------

    def _header_field(self, name: str) -> Field:
        value = written(getattr(self.header, name))
        choices = (("", "My own"), ("cm", "cm"), ("in", "inch")) if name == "unit" else ()
        label = tables.HEADER_COLUMNS[name]
        return Field("header", "1", name, label, value, EXAMPLES.get(name, ""), 300, choices)

    @property
    def header_fields(self) -> list[Field]:
        return [self._header_field(name) for name in tables.HEADER_COLUMNS]

    @property
    def size_ranges(self) -> tuple[SizeRange, ...]:
        return SIZE_RANGES

    @cached_property
    def care_fields(self) -> list[Field]:
        row = Care.objects.filter(product=self.product).first() or Care()
        found = []
        for column, label in Care.columns.items():
            value = getattr(row, column)
            group = symbols.GROUPS.get(column, [])
            choices = (("", "To be specified"), *((one.code, one.words) for one in group)) if group else ()
            found.append(
                Field("care", "1", column, label, value, "", 500, tuple(choices), symbols.svg(value))
            )
        return found

    @cached_property
    def label_places(self) -> LabelPlaces:
        return label_places_of(self.product, self.specification)

    @property
    def compositions(self) -> list[documents.Composition]:
        return sheet_parts.compositions(self.product)

    @property
    def passport_fields(self) -> list[Field]:
        row = Passport.objects.filter(product=self.product).first() or Passport()
        return [
            Field("passport", "1", column, label, written(getattr(row, column)), longest=2000)
            for column, label in Passport.columns.items()
        ]

    @property
    def costing_fields(self) -> list[Field]:
        row = Costing.objects.filter(product=self.product).first() or Costing()
        return [
            Field("costing", "1", column, label, written(getattr(row, column)))
            for column, label in Costing.columns.items()
        ]

    @cached_property
    def costs(self) -> documents.CostSheet:
        return cost_sheet(self.product)

    @cached_property
    def comments(self) -> list[RowComment]:
        return list(self.product.row_comments.select_related("by").order_by("-pk"))

    @cached_property
    def library(self) -> list[LibraryEntry]:
        """Lists of the team and of the designer that fit this brand."""
        entries = LibraryEntry.objects.for_product(self.product, self.user)
        return list(entries.filter(brand__in=("", self.header.brand)))

    @cached_property
    def nested(self) -> str:
        """The front in every size, laid over each other; "" without sizes or a flat."""
        shown = self.specification
        return sheets.nested_sizes(shown.spec, shown.measurements, self.header)
