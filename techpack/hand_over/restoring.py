"""Put a product back to what a revision or a snapshot says.

Photos, close-ups, runs, costs and the passport stay as they are.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django.db import models, transaction

from accounts.models import User
from techpack.exports import grading, issued_document
from techpack.exports.document import Document, Measure
from techpack.hand_over.issuing import take_snapshot
from techpack.library import care as symbols
from techpack.library.features import all_features
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
    SheetRow,
)
from techpack.presenters.sheet_parts import HEADER_LABELS
from techpack.presenters.specification import Specification
from techpack.services import measurements, sheets, specification, specification_changes
from techpack.services.runs import lock_product

HEADER = ("style_number", "brand", "season", "contact", "base_size", "sizes")
_SHEETS: tuple[tuple[type[SheetRow], str], ...] = (
    (Colourway, "colours"),
    (MaterialLine, "materials"),
    (ConstructionRow, "construction"),
    (LabelRow, "labels"),
    (PackagingRow, "packaging"),
)


def restore(*, product: Product, data: Mapping[str, Any], by: User | None, name: str) -> None:
    """Write header, sheets, features and measures of `data` to the product.

    What is there is kept as a snapshot first. A value that a photo measured then comes back as confirmed:
    the photo may read otherwise now.
    """
    take_snapshot(product=product, by=by, note=f"Before {name} was restored")
    document = issued_document.document_from(data, {})
    with transaction.atomic():
        locked = lock_product(product)
        _restore_header(locked, document)
        for model, field in _SHEETS:
            _restore_rows(locked, model, getattr(document, field))
        _restore_colours(locked, document)
        _restore_care(locked, document)
        _restore_features(locked, document)
        _restore_measures(locked, document)
        measurements.refresh(product=locked)
        specification_changes.note(locked)


def _restore_header(product: Product, document: Document) -> None:
    header = sheets.header_of(product)
    for name in HEADER:
        setattr(header, name, getattr(document, name))
    said = dict(document.header)
    for name, label in HEADER_LABELS.items():
        field = cast("models.Field[Any, Any]", Header._meta.get_field(name))
        setattr(header, name, field.to_python(said[label]) if label in said else field.get_default())
    if document.style_number == product.code:  # it had none of its own
        header.style_number = ""
    header.unit = document.unit
    header.shown_systems = [one.system for one in document.size_systems]
    header.size_names = {
        one.system: {size: one.sizes[size] for size in one.own} for one in document.size_systems if one.own
    }
    header.save()
    Product.objects.filter(pk=product.pk).update(name=document.name, notes=document.notes)


def _restore_colours(product: Product, document: Document) -> None:
    """BOM x colourway, by the place of colourways and by the section and part of lines."""
    colourways = list(product.colourways.all())
    lines = {(line.section, line.part): line for line in product.material_lines.all()}
    made = []
    for row in document.line_colours:
        line = lines.get((row.section, row.part))
        for colourway, cell, article in zip(colourways, row.cells, row.articles, strict=False):
            if line is not None and (cell.name or cell.hex or cell.code):
                made.append(LineColour(
                    line=line, colourway=colourway, colour=cell.name, hex=cell.hex, system=cell.system,
                    code=cell.code, approval=cell.approval, article=article, origin=cell.source,
                ))  # fmt: skip
    LineColour.objects.bulk_create(made)


def _restore_care(product: Product, document: Document) -> None:
    chosen = {one.code for one in document.care}
    codes = {
        column: next((symbol.code for symbol in group if symbol.code in chosen), "")
        for column, group in symbols.GROUPS.items()
    }
    Care.objects.update_or_create(product=product, defaults={**codes, "words": document.care_words})


def _restore_rows(product: Product, model: type[SheetRow], rows: list[Any]) -> None:
    needed = dict(product.material_lines.values_list("part", "needed")) if model is MaterialLine else {}
    model.objects.filter(product=product).delete()
    made = []
    for place, row in enumerate(rows):
        cells = {column: getattr(row, column) for column in model.columns if hasattr(row, column)}
        if model is MaterialLine:  # what the trade needs on it is no column of the document
            cells["needed"] = needed.get(row.part) or "; ".join(row.open)
        made.append(model(**{"product": product, "position": place, "origin": row.source, **cells}))
    model.objects.bulk_create(made)


def _restore_features(product: Product, document: Document) -> None:
    """Only those that differ: another feature has the photos measured anew."""
    now, found = {one.name: one.value for one in Specification(product, product.owner).features}, {}
    for label, words in document.features:
        name = label.lower().replace(" ", "_")
        value = next(
            (one for one in all_features().get(name, frozenset()) if one.lower() == words.lower()), ""
        )
        if value and now.get(name) != value:
            found[name] = value
    if found:
        specification.choose_features(product=product, features=found)


def _restore_measures(product: Product, document: Document) -> None:
    rows = {row.code: row for row in product.measurements.all()}
    for place, measure in enumerate(document.measures):
        row = rows.pop(measure.code, None)
        if row is None:
            row = Measurement(product=product, code=measure.code, position=place)
        _restore_measure(row, measure, document)
        row.save()


def _restore_measure(row: Measurement, measure: Measure, document: Document) -> None:
    row.tolerance_plus_cm, row.tolerance_minus_cm = measure.tolerance_plus_cm, measure.tolerance_minus_cm
    row.grade_cm, row.grade_mode = measure.grade_cm, measure.grade_mode
    row.grade_steps = {size: str(step) for size, step in measure.grade_steps_cm.items()}
    row.by_size = {
        size: str(value)
        for size, value in measure.by_size_cm.items()
        if grading.is_override(measure, size, document)
    }
    if row.value_cm == measure.value_cm and row.source == measure.source:
        return
    row.value_cm, row.error_cm, row.conflict = measure.value_cm, None, ""
    row.as_typed, row.source = "", Measurement.Source.UNSPECIFIED
    if measure.value_cm is not None:
        row.as_typed = _typed(measure.value_cm)
        is_entered = measure.source == "entered"
        row.source = Measurement.Source.ENTERED if is_entered else Measurement.Source.CONFIRMED


def _typed(value: Decimal) -> str:
    return f"{value.normalize():f} cm"
