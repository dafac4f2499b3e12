"""Header, colourways, materials and construction: suggested by the library, written by the designer."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from django.db import transaction

from core.text import plain_line, without_nul
from techpack import flats
from techpack.library import construction_of, materials_of
from techpack.library.grading import GradeRule
from techpack.library.grading import graded as graded_values
from techpack.models import (
    Colourway,
    ConstructionRow,
    CostLine,
    Header,
    LabelRow,
    MaterialLine,
    Measurement,
    Origin,
    PackagingRow,
    Product,
    SheetRow,
)
from techpack.services.errors import NotPossible
from techpack.services.runs import lock_product

SHEETS: dict[str, type[SheetRow]] = {
    "materials": MaterialLine,
    "construction": ConstructionRow,
    "colourways": Colourway,
    "labels": LabelRow,
    "packaging": PackagingRow,
    "costs": CostLine,
}
MOST_ROWS = 500
MOST_SIZES = 30
LEAST_CM, MOST_CM = Decimal("0.1"), Decimal(400)


def header_of(product: Product) -> Header:
    """The header's row, made when it is first asked for."""
    return Header.objects.get_or_create(product=product)[0]


@transaction.atomic
def suggest(*, product: Product, product_type: str) -> None:
    """Fill the sheets with what the trade usually has for the type, marked as suggested; once for a type.

    Suggestions of an earlier type that nobody touched go.
    """
    locked = lock_product(product)
    header = header_of(locked)
    if header.suggested_type == product_type:
        return
    Header.objects.filter(pk=header.pk).update(suggested_type=product_type)
    told = materials_of(product_type)
    lines = [
        {
            "section": row["section"],
            "part": row["part"],
            "placement": row["placement"],
            "needed": row["must_be_specified"],
        }
        for row in told
        if row["section"] not in ("label", "packaging")
    ]
    rows = [
        {
            "area": row["area"],
            "operation": row["operation"],
            "seam_class": row["seam_class_iso4916"],
            "stitch_class": row["stitch_iso4915"],
            "stitches_per_inch": _span(row["spi_low"], row["spi_high"]),
            "allowance_cm": row["seam_allowance_cm"],
            "note": row["note"],
        }
        for row in construction_of(product_type)
    ]
    _suggest_rows(locked, MaterialLine, lines)
    _suggest_rows(locked, ConstructionRow, rows)
    _suggest_rows(locked, LabelRow, _label_rows(told))
    _suggest_rows(locked, PackagingRow, _packaging_rows(told))


def _label_rows(told: list[dict[str, str]]) -> list[dict[str, str]]:
    """Labels and the hang tag have a sheet of their own: they are not in the bill of materials as well."""
    rows = [row for row in told if row["section"] == "label" or row["part"] == "hang tag"]
    return [{"type": row["part"], "placement": row["placement"]} for row in rows]


def _packaging_rows(told: list[dict[str, str]]) -> list[dict[str, str]]:
    rows = [row for row in told if row["section"] == "packaging" and row["part"] != "hang tag"]
    carton = [] if any("carton" in row["part"] for row in rows) else [{"item": "carton"}]
    return [
        {"item": "folding"},
        *({"item": row["part"], "note": row["placement"]} for row in rows),
        *carton,
    ]


def _span(low: str, high: str) -> str:
    return low if low == high or not high else f"{low}-{high}"


def _suggest_rows(product: Product, model: type[SheetRow], rows: list[dict[str, str]]) -> None:
    model.objects.filter(product=product, origin=Origin.SUGGESTED).delete()
    first = model.objects.filter(product=product).count()
    model.objects.bulk_create([
        model(**{"product": product, "position": first + place, **row}) for place, row in enumerate(rows)
    ])  # fmt: skip


def sheet(name: str) -> type[SheetRow]:
    """Raises NotPossible for a sheet that there is not."""
    if name not in SHEETS:
        raise NotPossible("There is no such sheet.")
    return SHEETS[name]


def read_sizes(text: str) -> list[str]:
    """Sizes with commas between them. Raises NotPossible for too many, or too long ones."""
    sizes = [plain_line(part) for part in without_nul(text).replace(";", ",").split(",")]
    sizes = [size for size in dict.fromkeys(sizes) if size]
    if len(sizes) > MOST_SIZES or any(len(size) > 20 for size in sizes):
        raise NotPossible(f"Up to {MOST_SIZES} sizes of 20 characters, with commas between them.")
    return sizes


def grade_rule(row: Measurement) -> GradeRule:
    """How a point is graded: the designer's step and breaks, else the library's step."""
    step = row.grade_cm if row.grade_cm is not None else row.point.grade_per_size_cm
    return GradeRule(step, row.grade_mode, _decimals(row.grade_steps))


def graded(row: Measurement, header: Header) -> dict[str, Decimal]:
    """The value of each size by the rule of the point, overridden values as they are."""
    if row.value_cm is None:
        return {}
    values = graded_values(row.value_cm, header.sizes, header.base_size, grade_rule(row))
    overridden = _decimals(row.by_size)
    return {size: overridden.get(size, value) for size, value in values.items()}


def specification_of_size(
    spec: flats.Specification, rows: list[Measurement], header: Header, size: str
) -> flats.Specification:
    """The same product in another size. Raises NotPossible for a size there is not."""
    if size not in header.sizes or header.base_size not in header.sizes:
        raise NotPossible("The header of this product has no such size.")
    values = {row.code: graded(row, header) for row in rows}
    of_size = {code: float(sized[size]) for code, sized in values.items() if size in sized}
    return replace(spec, measures=spec.measures | of_size)


def nested_sizes(spec: flats.Specification | None, rows: list[Measurement], header: Header) -> str:
    """The front in every size, laid over each other, as SVG; "" without sizes or a flat."""
    if spec is None or len(header.sizes) < 2 or header.base_size not in header.sizes:
        return ""
    by_size = {size: specification_of_size(spec, rows, header, size) for size in header.sizes}
    return flats.nested(by_size, header.base_size, flats.views_of(spec.product_type)[0])


def _decimals(by_size: dict[str, str]) -> dict[str, Decimal]:
    found = {}
    for size, text in by_size.items():
        try:
            found[size] = Decimal(text)
        except InvalidOperation:
            continue
    return found
