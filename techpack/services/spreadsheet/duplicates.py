"""Start the next style from the last: the same sheets, with or without the measures."""

from typing import Any

from django.db import models, transaction

from core.text import plain_line, without_nul
from techpack.editing import specification
from techpack.models import (
    Care,
    Colourway,
    Costing,
    Header,
    LineColour,
    MaterialLine,
    Measurement,
    Passport,
    Product,
)
from techpack.services import measurements, sheets, specification_changes
from techpack.services.errors import NotPossible
from techpack.services.runs import lock_product

NAME_MAX = 120
# A style has its own number, dates and identity.
OWN_OF_A_STYLE = ("style_number", "sample_due", "delivery_due", "stage")
OWN_OF_A_PASSPORT = ("gtin", "mass_g")

type Ids = dict[type[models.Model], dict[int, int]]


@transaction.atomic
def duplicate(*, product: Product, name: str, with_measures: bool) -> Product:
    """A new product with the sheets, tolerances and grade rules of this one. Photos and runs stay behind.

    With measures, values come along as suggested, each saying which style it is from, until a photo, a tape
    or the designer says better. Raises NotPossible without a name.
    """
    clean = plain_line(without_nul(name))[:NAME_MAX]
    if not clean:
        raise NotPossible("Give the new style a name.")
    old = lock_product(product)
    new = Product.objects.create(
        owner=old.owner, team=old.team, name=clean, category=old.category, subcategory=old.subcategory,
        category_source=old.category_source, features=old.features,
        product_type=specification.product_type_of(old, specification.readings_of(old)),
    )  # fmt: skip
    Header.objects.create(product=new, **_values(sheets.header_of(old), *OWN_OF_A_STYLE))
    _copy_colours(old, _copy_rows(old, new))
    for model in (Care, Costing, Passport):
        _copy_single(old, new, model)
    _copy_points(old, new, with_measures=with_measures)
    if new.product_type:
        measurements.refresh(product=new)
    else:
        specification_changes.note(new)
    return new


def _values(row: models.Model, *without: str) -> dict[str, Any]:
    left = {"id", "product", *without}
    fields = [field for field in row._meta.concrete_fields if field.name not in left]
    return {field.attname: getattr(row, field.attname) for field in fields}


def _copy_rows(old: Product, new: Product) -> Ids:
    """The ids of copies by those of their originals, for each kind of row."""
    ids: Ids = {}
    for model in sheets.SHEETS.values():
        for row in model.objects.filter(product=old):
            made = model.objects.create(product=new, **_values(row))
            ids.setdefault(model, {})[row.pk] = made.pk
    return ids


def _copy_colours(old: Product, ids: Ids) -> None:
    for cell in LineColour.objects.filter(line__product=old):
        values = _values(cell, "line", "colourway")
        line, colourway = ids[MaterialLine][cell.line_id], ids[Colourway][cell.colourway_id]
        LineColour.objects.create(line_id=line, colourway_id=colourway, **values)


def _copy_single(old: Product, new: Product, model: type[Care | Costing | Passport]) -> None:
    row = model.objects.filter(product=old).first()
    if row is not None:
        own = OWN_OF_A_PASSPORT if model is Passport else ()
        model.objects.create(product=new, **_values(row, *own))


def _copy_points(old: Product, new: Product, *, with_measures: bool) -> None:
    number = sheets.header_of(old).number
    kept = (
        "code", "position", "tolerance_plus_cm", "tolerance_minus_cm", "grade_mode", "grade_cm",
        "grade_steps", "own_name", "own_how",
    )  # fmt: skip
    for row in old.measurements.in_order():
        copy = Measurement(product=new, **{name: getattr(row, name) for name in kept})
        if with_measures and row.value_cm is not None:
            copy.carried_cm, copy.carried_from = row.value_cm, number[:40]
            copy.value_cm, copy.source = row.value_cm, Measurement.Source.SUGGESTED
            copy.by_size, copy.reason = row.by_size, f"from {number}"[:200]
        copy.save()
