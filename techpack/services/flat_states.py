"""Keep what a product's flats were drawn from after every change, and go back to it."""

from decimal import Decimal
from typing import Any

from django.db import transaction

from techpack import flats
from techpack.library import points_of_measure
from techpack.models import FlatMark, FlatState, Measurement, Product
from techpack.services import photo_readings

MOST_WORDS = 200


def record(product: Product, spec: flats.Specification | None, rows: list[Measurement]) -> None:
    """Keep the state that came of a change, unless the flats are as they were. Under the product's lock."""
    if spec is None:
        return
    last = FlatState.objects.filter(product=product).order_by("-pk").first()
    drawn, entered = _drawn(spec), _entered(product, rows, spec)
    if last is not None and last.drawn == drawn and last.entered == entered:
        return
    words = _difference(last.drawn, drawn) if last else "First drawn"
    FlatState.objects.create(
        product=product, before=last, drawn=drawn, entered=entered, words=words[:MOST_WORDS]
    )


def specification_of(state: FlatState) -> flats.Specification:
    """What the flats of a state are drawn from."""
    drawn = state.drawn
    marks = tuple(as_mark(mark) for mark in drawn["marks"])
    return flats.Specification(
        drawn["type"],
        drawn["measures"],
        drawn["features"],
        drawn["mens"],
        marks,
        drawn.get("likely_neck", ""),
    )


def as_mark(mark: dict[str, Any]) -> flats.Mark:
    """A row of `FlatState.marks` as it is drawn."""
    points = tuple(
        flats.Anchor(point["landmark"], complex(point["dx"], point["dy"])) for point in mark["points"]
    )
    return flats.Mark(str(mark["id"]), mark["view"], mark["kind"], points, mark["mirrored"])


def mark_as_json(mark: FlatMark) -> dict[str, Any]:
    """A row as `FlatState.entered` keeps it."""
    return {
        "id": mark.pk, "view": mark.view, "kind": mark.kind, "mirrored": mark.is_mirrored,
        "points": mark.points,
    }  # fmt: skip


def _drawn(spec: flats.Specification) -> dict[str, Any]:
    return {
        "type": spec.product_type,
        "measures": {code: round(cm, 2) for code, cm in sorted(spec.measures.items())},
        "features": dict(sorted(spec.features.items())),
        "mens": spec.is_mens,
        **({"likely_neck": spec.likely_neck} if spec.likely_neck else {}),
        "marks": [
            {
                "id": mark.name, "view": mark.view, "kind": mark.kind, "mirrored": mark.is_mirrored,
                "points": [
                    {"landmark": one.landmark, "dx": one.offset.real, "dy": one.offset.imag}
                    for one in mark.points
                ],
            }
            for mark in spec.marks
        ],
    }  # fmt: skip


def _entered(product: Product, rows: list[Measurement], spec: flats.Specification) -> dict[str, Any]:
    return {
        "type": product.product_type,
        "features": dict(product.features),
        "values": {
            row.code: [str(row.value_cm), row.as_typed, row.source]
            for row in rows
            if row.is_by_designer and row.value_cm is not None
        },
        "marks": [mark_as_json(mark) for mark in product.flat_marks.all()] if spec.marks else [],
    }


def _difference(before: dict[str, Any], after: dict[str, Any]) -> str:
    """What changed, in words."""
    found = []
    if before["type"] != after["type"]:
        found.append(f"type {after['type']}")
    for name in sorted(before["features"].keys() | after["features"].keys()):
        value = after["features"].get(name, "")
        if value != before["features"].get(name, ""):
            found.append(f"{name.replace('_', ' ')} {value or 'to be specified'}")
    for code in sorted(before["measures"].keys() | after["measures"].keys()):
        old, new = before["measures"].get(code), after["measures"].get(code)
        if old != new:
            found.append(_measure_words(code, old, new))
    old_marks = {mark["id"]: mark["kind"] for mark in before["marks"]}
    new_marks = {mark["id"]: mark["kind"] for mark in after["marks"]}
    found += [f"{kind} added" for name, kind in new_marks.items() if name not in old_marks]
    found += [f"{kind} deleted" for name, kind in old_marks.items() if name not in new_marks]
    if not found:
        return "Same drawing, other sources"
    words = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
    return words[:1].upper() + words[1:]


def _measure_words(code: str, old: float | None, new: float | None) -> str:
    name = points_of_measure()[code].name if code in points_of_measure() else code
    if new is None:
        return f"{name} to be specified"
    return f"{name} {old:.1f} to {new:.1f} cm" if old is not None else f"{name} {new:.1f} cm"


@transaction.atomic
def say_again(product: Product, state: FlatState) -> None:
    """Put back what the designer had said by a state: features, values and marks. Under the product's lock;
    what photos show is worked out anew by the caller."""
    entered = state.entered
    before, product.features = product.features, entered["features"]
    is_other_type, product.product_type = product.product_type != entered["type"], entered["type"]
    product.save(update_fields=["features", "product_type", "updated_at"])
    names = {
        name
        for name in before.keys() | product.features.keys()
        if before.get(name) != product.features.get(name)
    }
    photo_readings.fit_again(product, names)
    if is_other_type:
        photo_readings.ask_for_fits(product)
    _put_values_back(product, entered["values"])
    kept = {mark["id"]: mark for mark in entered["marks"]}
    product.flat_marks.exclude(pk__in=kept).delete()
    there = set(product.flat_marks.values_list("pk", flat=True))
    FlatMark.objects.bulk_create([
        FlatMark(pk=mark["id"], product=product, view=mark["view"], kind=mark["kind"], points=mark["points"],
                 is_mirrored=mark["mirrored"])
        for mark in kept.values() if mark["id"] not in there
    ])  # fmt: skip


def _put_values_back(product: Product, values: dict[str, list[str]]) -> None:
    rows = {row.code: row for row in product.measurements.all()}
    for code, row in rows.items():
        if row.is_by_designer and code not in values:
            row.value_cm, row.as_typed, row.source = None, "", Measurement.Source.UNSPECIFIED
            row.save()
    for code, (value, as_typed, source) in values.items():
        row = rows.get(code) or Measurement(product=product, code=code, position=200)
        row.value_cm, row.as_typed, row.source = Decimal(value), as_typed, source
        row.error_cm, row.reason = None, ""
        row.save()
