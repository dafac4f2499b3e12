"""The sheets of a product as grids of cells, as a spreadsheet shows them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from techpack.library import size_equivalents
from techpack.library.units import in_unit
from techpack.models import (
    Colourway,
    CostLine,
    Header,
    LineColour,
    MaterialLine,
    Measurement,
    Product,
    SheetRow,
)
from techpack.presenters import unspecified_materials
from techpack.presenters.costs import total
from techpack.services import sheets, size_systems
from techpack.services.size_systems import SizeSystem
from techpack.services.spreadsheet.cell_text import written
from techpack.services.spreadsheet.point_rows import SIZE_AT, STEP_AT, tolerance_words
from techpack.services.spreadsheet.size_rows import SHOWN
from techpack.services.spreadsheet.tables import colour_words

TITLES = {
    "colourways": "Colourways", "materials": "Bill of materials", "construction": "Construction",
    "labels": "Labels", "packaging": "Packaging", "costs": "Cost sheet",
}  # fmt: skip
NUMBERS = ("quantity", "unit_cost", "waste_percent", "loss_percent", "recycled_percent", "total")
# What must not stay empty where the library does not say it line by line.
NEEDED = {
    "labels": ("placement", "material", "size", "attachment"),
    "packaging": ("specification",),
    "construction": ("stitch_class", "stitches_per_inch"),
    "colourways": ("name", "system", "code"),
    "costs": ("quantity", "unit_cost"),
}
_NO_SIZES = "Enter a base size and the sizes on the overview: the measures are graded from there."
NOTHING = {
    "grading": _NO_SIZES, "graded": _NO_SIZES, "equivalents": "Enter the sizes on the overview first.",
    "colours": "Add a colourway first: each part of the bill of materials then has a cell for it.",
}  # fmt: skip
SOURCE_WORDS = {
    "measured": "measured", "estimated": "estimated", "suggested": "suggested", "entered": "entered",
    "confirmed": "confirmed", "unspecified": "to be specified",
}  # fmt: skip


@dataclass(frozen=True)
class Head:
    """A column. One without a name is read only."""

    column: str
    label: str
    is_number: bool = False
    is_base: bool = False


@dataclass(frozen=True)
class Cell:
    """`kind` is "" or what the cell is: "open" (to be specified), "override", "break", "base", "locked"."""

    text: str
    kind: str = ""
    is_number: bool = False
    hex: str = ""


@dataclass(frozen=True)
class Line:
    key: str
    source: str  # suggested, entered, confirmed, measured, ...
    label: str
    cells: list[Cell]
    can_delete: bool = True


@dataclass(frozen=True)
class Grid:
    """One table. `sheet` is what its cells are written to; `name` is its own on the page."""

    name: str
    sheet: str
    title: str
    heads: list[Head]
    lines: list[Line]
    can_add: bool = True
    hint: str = ""

    @property
    def can_confirm(self) -> bool:
        """Whether its rows are suggestions of their own, to be confirmed one by one."""
        return self.sheet in sheets.SHEETS

    @property
    def nothing(self) -> str:
        """What to do first, while it has no lines."""
        return NOTHING.get(self.name, "Nothing yet.")

    def line(self, key: str) -> Line | None:
        return next((line for line in self.lines if line.key == key), None)


class Grids:
    """The grids of one product, each built when it is asked for. `unit` is how lengths are written."""

    def __init__(self, product: Product, unit: str):
        self.product = product
        self.unit = unit

    @cached_property
    def header(self) -> Header:
        return sheets.header_of(self.product)

    def of(self, name: str) -> Grid:
        """KeyError for a grid there is not."""
        special: dict[str, Callable[[], Grid]] = {
            "measures": self._measures, "grading": self._grading, "graded": self._graded,
            "colours": self._colours, "equivalents": self._equivalents,
        }  # fmt: skip
        return special[name]() if name in special else self._sheet(name)

    def _sheet(self, name: str) -> Grid:
        model = sheets.SHEETS[name]
        heads = [Head(column, label, column in NUMBERS) for column, label in model.columns.items()]
        if name == "costs":
            heads.insert(-1, Head("", "Total", is_number=True))
        rows = model.objects.filter(product=self.product)
        coloured = unspecified_materials.coloured_lines(self.product) if name == "materials" else set()
        lines = [self._sheet_line(name, row, heads, row.pk in coloured) for row in rows]
        return Grid(name, name, TITLES[name], heads, lines)

    def _sheet_line(self, name: str, row: SheetRow, heads: list[Head], is_coloured: bool) -> Line:
        if isinstance(row, MaterialLine):
            needed: Iterable[str] = unspecified_materials.open_columns(row, is_coloured=is_coloured)
        else:
            needed = NEEDED.get(name, ())
        cells = []
        for head in heads:
            if not head.column:
                worked_out = total(row) if isinstance(row, CostLine) else None
                cells.append(Cell(_money(worked_out), "locked", is_number=True))
                continue
            text = written(getattr(row, head.column))
            is_hex = head.column == "hex"
            kind = "open" if not text and head.column in needed else ""
            cells.append(Cell(text, kind, head.is_number, text if is_hex else ""))
        return Line(str(row.pk), row.origin, _label(cells), cells)

    # --- points of measure ---------------------------------------------------------------------

    @cached_property
    def points(self) -> list[Measurement]:
        return list(self.product.measurements.in_order())

    def _measures(self) -> Grid:
        heads = [
            Head("", "Code"), Head("name", "Point of measure"), Head("how", "How to measure"),
            Head("value", f"Value, {self.unit}", is_number=True),
            Head("tolerance", f"Tolerance ±, {self.unit}", is_number=True), Head("", "Source"),
        ]  # fmt: skip
        lines = []
        for row in self.points:
            point = row.point
            value = "" if row.value_cm is None else in_unit(row.value_cm, self.unit)
            cells = [
                Cell(row.code, "locked"), Cell(point.name), Cell(point.how_to_measure),
                Cell(value, "" if value else "open", is_number=True),
                Cell(tolerance_words(row, self.unit), is_number=True),
                Cell(SOURCE_WORDS[row.source], "locked"),
            ]  # fmt: skip
            lines.append(Line(row.code, row.source, f"{row.code} {point.name}", cells, row.is_own))
        hint = "Add a point of your own with a code that is not in the library, such as X1."
        return Grid("measures", "measures", "Points of measure", heads, lines, hint=hint)

    def _grading(self) -> Grid:
        sizes = self.header.sizes
        heads = [
            Head("", "Code"), Head("", "Point of measure"), Head("mode", "Rule"),
            Head("step", f"Step, {self.unit}", is_number=True),
            *(Head(f"{STEP_AT}{size}", size, is_number=True, is_base=self._is_base(size)) for size in sizes),
        ]  # fmt: skip
        lines = []
        for row in self.points:
            rule = sheets.grade_rule(row)
            cells = [
                Cell(row.code, "locked"), Cell(row.point.name, "locked"),
                Cell(str(Measurement.GradeMode(row.grade_mode).label)),
                Cell(in_unit(rule.step_cm, self.unit), is_number=True),
            ]  # fmt: skip
            for size in sizes:
                step = rule.steps_cm.get(size)
                kind = "locked base" if self._is_base(size) else "break" if step is not None else ""
                text = "" if step is None or self._is_base(size) else in_unit(step, self.unit)
                cells.append(Cell(text, kind, is_number=True))
            source = "suggested" if row.grade_cm is None else "entered"
            lines.append(Line(row.code, source, f"{row.code} {row.point.name}", cells, can_delete=False))
        hint = (
            "A step typed below a size is a break: it holds from that size outwards."
            " With “From the base size” it is the difference from the base."
        )
        return Grid("grading", "grading", "Grade rules", heads, lines, can_add=False, hint=hint)

    def _graded(self) -> Grid:
        header = self.header
        heads = [
            Head("", "Code"), Head("", "Point of measure"), Head("", "±", is_number=True),
            *(Head("" if self._is_base(size) else f"{SIZE_AT}{size}", size, is_number=True,
                   is_base=self._is_base(size)) for size in header.sizes),
        ]  # fmt: skip
        lines = [line for row in self.points if (line := self._graded_line(row))]
        hint = "A value typed into a size overrides the rule, and says so. Empty it to go back."
        return Grid("graded", "grading", f"Graded spec, {self.unit}", heads, lines, can_add=False, hint=hint)

    def _graded_line(self, row: Measurement) -> Line | None:
        values = sheets.graded(row, self.header)
        if not values:
            return None
        cells = [
            Cell(row.code, "locked"), Cell(row.point.name, "locked"),
            Cell(tolerance_words(row, self.unit), "locked", is_number=True),
        ]  # fmt: skip
        for size, value in values.items():
            kind = "override" if size in row.by_size else "break" if size in row.grade_steps else ""
            if self._is_base(size):
                kind = "locked base"
            cells.append(Cell(in_unit(value, self.unit), kind, is_number=True))
        return Line(row.code, row.source, f"{row.code} {row.point.name}", cells, can_delete=False)

    def _is_base(self, size: str) -> bool:
        return size == self.header.base_size

    # --- sizes in other systems --------------------------------------------------------------------

    def _equivalents(self) -> Grid:
        header = self.header
        heads = [Head("", "System"), Head(SHOWN, "Printed")]
        heads += [Head(f"{SIZE_AT}{size}", size, is_base=self._is_base(size)) for size in header.sizes]
        lines = [self._system_line(one) for one in size_systems.systems_of(header)] if header.sizes else []
        sources = "; ".join(size_equivalents.sources(size_systems.chart_of(header).name))
        hint = size_systems.why_not(header) or (
            "Type “yes” to print a system. Brands differ: type over a size to call it as you do, empty it to"
            f" go back to the chart. A dashed cell has no agreed equivalent. Sources: {sources}."
        )
        title = "Sizes in other systems"
        return Grid("equivalents", "equivalents", title, heads, lines, can_add=False, hint=hint)

    def _system_line(self, one: SizeSystem) -> Line:
        cells = [Cell(one.label, "locked"), Cell("yes" if one.is_shown else "")]
        for size, text in one.sizes.items():
            kind = "override" if size in one.own else "open" if one.is_shown and not text else ""
            cells.append(Cell(text, kind))
        source = "entered" if one.own else "suggested"
        return Line(one.system, source, f"Sizes in {one.label}", cells, can_delete=False)

    # --- BOM x colourway -----------------------------------------------------------------------

    def _colours(self) -> Grid:
        colourways = list(Colourway.objects.filter(product=self.product))
        there = {
            (cell.line_id, cell.colourway_id): cell
            for cell in LineColour.objects.filter(line__product=self.product)
        }
        heads = [
            Head("", "Section"), Head("", "Part"),
            *(Head(str(one.pk), one.name or f"Colourway {place}") for place, one in enumerate(colourways, 1)),
        ]  # fmt: skip
        lines = []
        for row in MaterialLine.objects.filter(product=self.product) if colourways else ():
            needs = "colour" in unspecified_materials.columns_needed(row)
            cells = [Cell(row.section, "locked"), Cell(row.part, "locked")]
            for one in colourways:
                cell = there.get((row.pk, one.pk))
                text = colour_words(cell) if cell else ""
                kind = "open" if needs and not text and not row.colour else ""
                cells.append(Cell(text, kind, hex=cell.hex if cell else ""))
            lines.append(Line(str(row.pk), "entered", row.part, cells, can_delete=False))
        hint = (
            "Write name, system and code, hex, article: “Navy, Pantone TCX 19-4010, #1F2A44, art. 4711”."
            " DTM means dyed to match."
        )
        return Grid("colours", "colours", "BOM x colourway", heads, lines, can_add=False, hint=hint)


def _label(cells: list[Cell]) -> str:
    return " ".join(cell.text for cell in cells[:2] if cell.text)[:80]


def _money(value: object) -> str:
    return "" if value is None else f"{value:,.2f}"
