"""Header, colourways, materials and construction: suggested by the library, written by the designer."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models, transaction
from django.db.models import Max

from core.text import plain_line, without_nul
from techpack import flats
from techpack.library import construction_of, materials_of
from techpack.library.grading import GradeRule
from techpack.library.grading import graded as graded_values
from techpack.library.lengths import LengthError, read_length
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
from techpack.services import spec_changes
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


@transaction.atomic
def set_cell(*, product: Product, name: str, row_id: int, column: str, text: str) -> SheetRow:
    """Write one cell. Raises NotPossible for a row or column that is not there, or text that is too long."""
    model = sheet(name)
    locked = lock_product(product)
    row: SheetRow | None = model.objects.filter(product=locked, pk=row_id).first()
    if row is None or column not in model.columns:
        raise NotPossible("This row no longer exists.")
    setattr(row, column, _fitting(model, column, text))
    row.origin = Origin.ENTERED
    row.save()
    spec_changes.note(locked)
    return row


def _fitting(model: type[models.Model], column: str, text: str) -> str:
    clean = plain_line(without_nul(text))
    longest = model._meta.get_field(column).max_length or 0  # type: ignore[union-attr]
    if len(clean) > longest:
        raise NotPossible(f"At most {longest} characters fit here.")
    return clean


@transaction.atomic
def add_row(*, product: Product, name: str, **values: str) -> SheetRow:
    """An empty row at the end. Raises NotPossible when there are enough."""
    model = sheet(name)
    locked = lock_product(product)
    there = model.objects.filter(product=locked)
    if there.count() >= MOST_ROWS:
        raise NotPossible(f"A sheet has up to {MOST_ROWS} rows.")
    last = there.aggregate(last=Max("position"))["last"]
    written = {
        column: _fitting(model, column, text) for column, text in values.items() if column in model.columns
    }
    row: SheetRow = model.objects.create(
        product=locked, position=0 if last is None else last + 1, origin=Origin.ENTERED, **written
    )
    spec_changes.note(locked)
    return row


@transaction.atomic
def delete_row(*, product: Product, name: str, row_id: int) -> None:
    locked = lock_product(product)
    sheet(name).objects.filter(product=locked, pk=row_id).delete()
    spec_changes.note(locked)


@transaction.atomic
def confirm_row(*, product: Product, name: str, row_id: int) -> None:
    """The suggestion is right as it stands."""
    locked = lock_product(product)
    sheet(name).objects.filter(product=locked, pk=row_id).update(origin=Origin.CONFIRMED)
    spec_changes.note(locked)


@transaction.atomic
def set_header(*, product: Product, values: dict[str, Any]) -> Header:
    """Write fields of the header. `sizes` is text such as "XS, S, M". Raises NotPossible."""
    locked = lock_product(product)
    header = header_of(locked)
    for name, text in values.items():
        if name == "sizes":
            header.sizes = read_sizes(text)
        else:
            setattr(header, name, _fitting(Header, name, str(text)))
    if header.base_size and header.sizes and header.base_size not in header.sizes:
        raise NotPossible(f"The base size “{header.base_size}” is none of the sizes.")
    header.save()
    spec_changes.note(locked)
    return header


@transaction.atomic
def set_grade(*, product: Product, code: str, text: str, unit: str) -> None:
    """The step from one size to the next; empty goes back to the library's. Raises LengthError."""
    locked = lock_product(product)
    row = locked.measurements.filter(code=code).first()
    if row is None:
        raise NotPossible("There is no such row.")
    row.grade_cm = read_grade(text, unit=unit) if text.strip() else None
    row.save(update_fields=["grade_cm"])
    spec_changes.note(locked)


def read_grade(text: str, *, unit: str) -> Decimal:
    """ "2", "1/2 in" or "0". Raises LengthError."""
    if text.strip() in ("0", "0.0", "0,0"):
        return Decimal(0)
    step = read_length(text, unit="in" if unit == "in" else "cm").cm
    if step > 20:
        raise LengthError("A step from size to size is at most 20 cm.")
    return step.quantize(Decimal("0.01"))


@transaction.atomic
def set_size(*, product: Product, code: str, size: str, text: str, unit: str) -> None:
    """Override the graded value of one size; empty goes back to the rule.

    Raises LengthError, and NotPossible for a row or size that is not there.
    """
    locked = lock_product(product)
    row = locked.measurements.filter(code=code).first()
    if row is None:
        raise NotPossible("There is no such row.")
    if size not in header_of(locked).sizes:
        raise NotPossible("This size is no longer in the header.")
    by_size = {**row.by_size}
    by_size.pop(size, None)
    if text.strip():
        by_size[size] = str(_size_value(text, unit))
    row.by_size = by_size
    row.save(update_fields=["by_size"])
    spec_changes.note(locked)


def _size_value(text: str, unit: str) -> Decimal:
    length = read_length(text, unit="in" if unit == "in" else "cm")
    if not LEAST_CM <= length.cm <= MOST_CM:
        raise LengthError(f"“{length.as_typed}” cannot be right: type 0.1 to 400 cm.")
    return length.cm.quantize(Decimal("0.0001"))


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
    return flats.Specification(spec.product_type, spec.measures | of_size, spec.features, spec.is_mens)


def _decimals(by_size: dict[str, str]) -> dict[str, Decimal]:
    found = {}
    for size, text in by_size.items():
        try:
            found[size] = Decimal(text)
        except InvalidOperation:
            continue
    return found
