"""What a factory still needs before it can begin: the trade's checklist against the rows of a product."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from techpack.exports.document import Missing
from techpack.library import requirements_of
from techpack.library.compositions import adds_up
from techpack.models import (
    Care,
    Colourway,
    ConstructionRow,
    Header,
    LabelRow,
    LineColour,
    MaterialLine,
    Measurement,
    PackagingRow,
    Product,
)
from techpack.presenters import unspecified_materials
from techpack.presenters.specification import Specification
from techpack.services import measurements, sheets

Source = Measurement.Source
MAIN_SECTIONS = ("fabric", "upper")


def missing_of(product: Product, shown: Specification) -> list[Missing]:
    """What is missing by the checklist of the product type; what blocks issuing comes first."""
    facts = Facts(product, shown)
    found = [
        Missing(one.field, one.reason, one.blocks_issue)
        for one in requirements_of(shown.product_type)
        if not CHECKS.get(one.field, _never)(facts)
    ]
    found += [
        Missing(f"{row.code} {row.point.name}", "measure it with a tape")
        for row in measurements.open_rows(shown.measurements)
        if row.source == Source.UNSPECIFIED and row.point.criticality != "critical"
    ]
    return sorted(found, key=lambda one: not one.blocks_issue)


def tape_list(shown: Specification) -> list[Measurement]:
    """Points to measure with a tape: empty, estimated, suggested, or less exact than their tolerance."""
    return measurements.open_rows(shown.measurements)


@dataclass
class Facts:
    """The rows that the checklist asks about, each read once."""

    product: Product
    shown: Specification

    @cached_property
    def header(self) -> Header:
        return sheets.header_of(self.product)

    @cached_property
    def lines(self) -> list[MaterialLine]:
        return list(self.product.material_lines.all())

    @cached_property
    def coloured(self) -> set[int]:
        return unspecified_materials.coloured_lines(self.product)

    @cached_property
    def construction(self) -> list[ConstructionRow]:
        return list(self.product.construction_rows.all())

    @cached_property
    def colourways(self) -> list[Colourway]:
        return list(self.product.colourways.all())

    @cached_property
    def labels(self) -> list[LabelRow]:
        return list(self.product.label_rows.all())

    @cached_property
    def packaging(self) -> list[PackagingRow]:
        return list(self.product.packaging_rows.all())

    @cached_property
    def main(self) -> MaterialLine | None:
        return next((line for line in self.lines if line.section in MAIN_SECTIONS), None)

    @property
    def critical(self) -> list[Measurement]:
        return [row for row in self.shown.measurements if row.point.criticality == "critical"]

    def is_specified(self, *words: str) -> bool:
        """Whether there are lines that these words name, and each says what the trade needs of it."""
        named = [line for line in self.lines if _names(line, words)]
        return bool(named) and all(self._is_whole(line) for line in named)

    def _is_whole(self, line: MaterialLine) -> bool:
        if not line.needed:
            return bool(line.material or line.details)
        return not unspecified_materials.open_columns(line, is_coloured=line.pk in self.coloured)

    def says(self, text: str, *words: str) -> bool:
        return any(word in text.lower() for word in words)


def _names(line: MaterialLine, words: tuple[str, ...]) -> bool:
    told = f"{line.section} {line.part}".lower()
    return any(word in told for word in words)


def _never(facts: Facts) -> bool:
    return False


def _has_colours(facts: Facts) -> bool:
    """A colour by system and code: of a colourway, or of the main material in every colourway."""
    if any(one.system and one.code for one in facts.colourways):
        return True
    main = facts.main
    cells = list(LineColour.objects.filter(line=main)) if main and facts.colourways else []
    return len(cells) >= len(facts.colourways) > 0 and all(cell.system and cell.code for cell in cells)


def _has_seams(facts: Facts) -> bool:
    """Rows that somebody stands for; one that is only suggested counts for nothing."""
    own = [row for row in facts.construction if row.origin != "suggested"]
    return bool(own) and all(row.stitch_class and row.stitches_per_inch for row in own if row.stitch_class)


def _has_care(facts: Facts) -> bool:
    care = Care.objects.filter(product=facts.product).first()
    return bool(care and care.wash and care.bleach and (care.tumble or care.dry) and care.iron)


def _has_labels(facts: Facts) -> bool:
    placed = [row.type.lower() for row in facts.labels if row.placement and row.origin != "suggested"]
    return any("main" in kind for kind in placed) and any("size" in kind for kind in placed)


def _has_grading(facts: Facts) -> bool:
    header = facts.header
    return bool(header.sizes and header.base_size) and all(row.value_cm is not None for row in facts.critical)


def _says_shrinkage(facts: Facts) -> bool:
    lines = [line for line in facts.lines if line.section in MAIN_SECTIONS]
    return any(facts.says(f"{line.details} {line.comment}", "shrink") for line in lines)


CHECKS: dict[str, Callable[[Facts], bool]] = {
    "style number and revision": lambda f: bool(f.header.style_number),
    "base size and size range": lambda f: bool(f.header.base_size and f.header.sizes),
    "one unit": lambda f: True,  # a document has one by construction
    "front and back flat": lambda f: bool(f.shown.flats),
    "every critical point of measure with tolerance": lambda f: (
        bool(f.critical)
        and all(row.value_cm is not None and row.tolerance_plus_cm is not None for row in f.critical)
    ),
    "main material: composition adding to 100 %": lambda f: bool(f.main and adds_up(f.main.composition)),
    "main material: weight (g/m2) or thickness": lambda f: bool(f.main and f.main.weight),
    "colour with system and code": _has_colours,
    "care label content": _has_care,
    "main label and size label placement": _has_labels,
    "packaging": lambda f: any(row.specification and row.origin != "suggested" for row in f.packaging),
    "seam and stitch type with SPI per area": _has_seams,
    "thread and needle": lambda f: any(row.thread for row in f.construction) or f.is_specified("thread"),
    "grading for all sizes": _has_grading,
    "interlining and tape": lambda f: f.is_specified("interlining", "tape"),
    "gauge and yarn count": lambda f: f.is_specified("yarn"),
    "shrinkage allowance": _says_shrinkage,
    "button size (ligne) count and spacing": lambda f: f.is_specified("button"),
    "lining composition; zip type and length": lambda f: f.is_specified("lining", "zip"),
    "zip length; button; pocketing": lambda f: f.is_specified("zip", "pocketing"),
    "lining; reinforcement; hardware finish and size": lambda f: f.is_specified(
        "lining", "hardware", "buckle", "handle"
    ),
    "last; size run; outsole material and hardness": lambda f: (
        bool(f.header.sizes) and f.is_specified("sole")
    ),
    "band and sweatband; closure": lambda f: f.is_specified("sweatband", "closure"),
}
