"""The table of points of measure: worked out from photos and scale, changed by the designer.

Everything here is free and takes no run. Each function locks the product's row first, works out all rows
anew and counts the product's `specification_version` up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from techpack.editing import specification
from techpack.library import code_of, plausible_ranges, points_for, points_of_measure, product_types
from techpack.library.lengths import CM_PER_INCH, Length, LengthError, read_length
from techpack.models import LengthUnit, Measurement, PhotoReading, Product, View
from techpack.models.specification import decimal_cm
from techpack.services import photo_readings, sheets, specification_changes
from techpack.services.errors import NotPossible
from techpack.services.runs import lock_product
from vision.measuring import measure_from_landmarks
from vision.reading import Known, Reading, Value

Source = Measurement.Source

TAPE_SOURCES = (Source.UNSPECIFIED, Source.ESTIMATED, Source.SUGGESTED)
DISAGREEMENT = 0.03  # front and back may differ by this share before somebody has to decide
EXTRA_CODES = ("WA1", "SH3")  # read from photos and drawn, though the type's sheet does not list them
SCALE_CODES = ("BL1", "BL2", "OS1", "SK1", "BH1", "FO1", "CH1", "WB1", "BW1", "HC7", "HC6", "HE1", "IN1")
MOST_TOLERANCE = Decimal(20)
EXACT_CM = Decimal("0.0000001")  # 1/64 inch is 0.0396875 cm


class ImplausibleValueError(NotPossible):
    """The value is outside what such products measure. The text is a sentence for people."""

    def __init__(self, code: str, sentence: str):
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Evidence:
    """What one photo shows of one point of measure. `line` is in fractions of the photo."""

    reading: PhotoReading
    value: Value
    line: list[list[float]]

    @property
    def view(self) -> str:
        return self.reading.revision.view

    def as_json(self) -> dict[str, Any]:
        value = self.value
        return {
            "revision": self.reading.revision_id,
            "view": self.view,
            "value_cm": None if value.value_cm is None else round(value.value_cm, 2),
            "ratio": None if value.ratio is None else round(value.ratio, 4),
            "source": "measured by hand" if value.source == "by hand" else value.source,
            "line": self.line,
        }


@transaction.atomic
def refresh(*, product: Product) -> None:
    """Work out every row anew: after a photo was read, the scale or the type changed, a landmark moved."""
    locked = lock_product(product)
    readings = specification.readings_of(locked, with_masks=True)
    product_type = specification.product_type_of(locked, readings)
    rows = {row.code: row for row in locked.measurements.all()}
    codes: tuple[str, ...] = ()
    if product_type:
        codes = points_for(product_type, specification.features_for_reading(locked, readings))
        _fill(locked, product_type, codes, readings, rows)
        sheets.suggest(product=locked, product_type=product_type)
    _drop_others(locked, product_type, codes, rows)
    specification_changes.note(locked, readings)


def _drop_others(
    product: Product, product_type: str, codes: tuple[str, ...], rows: dict[str, Measurement]
) -> None:
    """Rows of another type, and of what this product does not have, go, unless the designer wrote them."""
    listed = product_types()[product_type].codes if product_type else ()
    known = {*codes, *EXTRA_CODES} if product_type else set()
    gone = [
        row.pk
        for code, row in rows.items()
        if code not in known
        and row.pk
        and not (row.is_by_designer or row.is_own or (code in listed and row.is_set_by_designer))
    ]
    product.measurements.filter(pk__in=gone).delete()


def _fill(
    product: Product, product_type: str, codes: tuple[str, ...], readings: list[PhotoReading],
    rows: dict[str, Measurement],
) -> None:  # fmt: skip
    found = _evidence(product, product_type, readings, known_length(product, product_type, rows))
    extra = [code for code in EXTRA_CODES if code in found and code not in codes]
    for position, code in enumerate([*codes, *extra]):
        row = rows.setdefault(code, Measurement(product=product, code=code))
        row.position = position
        _work_out(row, product_type, found.get(code, []))
        row.save()
    for code, row in rows.items():
        if code not in codes and code not in extra and (row.is_by_designer or row.is_set_by_designer):
            row.position = 200
            row.save()


def known_dimension(product: Product, product_type: str) -> Known | None:
    """The length that was typed with the product, where it is a point of measure of its type."""
    code = code_of(product.dimension, product_type) if product.dimension else ""
    if not code or product.dimension_value is None:
        return None
    factor = CM_PER_INCH if product.dimension_unit == LengthUnit.INCH else 1
    return Known(code, float(product.dimension_value * factor))


def known_length(product: Product, product_type: str, rows: dict[str, Measurement]) -> Known | None:
    """What gives the scale where no card does: the known dimension, else a main length that was entered."""
    if known := known_dimension(product, product_type):
        return known
    for code in SCALE_CODES:
        row = rows.get(code)
        if row is not None and row.is_by_designer and row.source == Source.ENTERED and row.value_cm:
            return Known(code, float(row.value_cm))
    return None


def _evidence(
    product: Product, product_type: str, readings: list[PhotoReading], known: Known | None
) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    for reading in readings:
        measured = _measured(product, product_type, reading, known)
        if measured is None:
            continue
        shape, read = measured
        for value in read.values:
            line = photo_readings.line_fractions(read, value.code, shape)
            found.setdefault(value.code, []).append(Evidence(reading, value, line))
    return found


def _measured(
    product: Product, product_type: str, reading: PhotoReading, known: Known | None
) -> tuple[tuple[int, ...], Reading] | None:
    """What one photo shows; None where its landmarks are not those of this type."""
    mask = photo_readings.decode_mask(reading)
    if mask is None or not reading.names_product:
        return None
    if reading.fitted_type != product_type or not reading.landmarks:
        return None
    read = measure_from_landmarks(
        photo_readings.pixels(reading.landmarks, mask.shape), mask, product_type,
        specification.features_for_reading(product, [reading]), reading.revision.view,
        card=photo_readings.card_of(reading), known=known, plausible=plausible_ranges(product_type),
        moved=frozenset(reading.moved), overlap=reading.overlap, worn=reading.is_worn,
        painted=photo_readings.painted_area(reading, mask.shape), turns=reading.turns,
        unsure=photo_readings.unsure_points(reading, mask.shape),
    )  # fmt: skip
    return mask.shape, read


def _work_out(row: Measurement, product_type: str, evidence: list[Evidence]) -> None:
    """Value, error and source of one row from what the photos show. What the designer wrote stays."""
    point = row.point
    row.evidence = [one.as_json() for one in evidence]
    row.conflict = _conflict(evidence)
    if row.tolerance_plus_cm is None:
        row.tolerance_plus_cm = row.tolerance_minus_cm = point.tolerance_cm
    best = _best(evidence, point.view)
    row.ratio = best.value.ratio if best else None
    if not row.is_by_designer:
        _take(row, product_type, best)
    row.is_implausible = _is_implausible(product_type, row)


def _best(evidence: list[Evidence], view: str) -> Evidence | None:
    """The view in which the point is taken first, then what is measured, then the smaller error."""
    if not evidence:
        return None
    return min(
        evidence,
        key=lambda one: (
            one.value.source == "unspecified",
            one.value.source not in ("measured", "by hand", "entered"), one.view != view,
            one.value.error_percent if one.value.error_percent is not None else 99.0,
        ),
    )  # fmt: skip


def _take(row: Measurement, product_type: str, best: Evidence | None) -> None:
    row.as_typed, row.error_cm, row.reason, row.value_cm = "", None, "", None
    row.source = Source.UNSPECIFIED
    if best is None:
        if row.carried_cm is not None:
            row.value_cm, row.source = row.carried_cm, Source.SUGGESTED
            row.reason = f"from {row.carried_from}"
        else:
            _suggest(row, product_type)
        return
    value = best.value
    row.reason = value.reason[:200]
    if value.value_cm is None:
        return
    row.value_cm = decimal_cm(value.value_cm)
    if value.source == "entered":  # the known dimension itself
        row.source = Source.ENTERED
        return
    by_hand = value.source == "by hand"
    row.source = Source.MEASURED if by_hand or value.source == "measured" else Source.ESTIMATED
    if by_hand:
        row.reason = "measured by hand"
    if value.error_percent is not None:
        row.error_cm = Decimal(str(max(0.1, round(value.value_cm * value.error_percent / 100, 1))))


def _suggest(row: Measurement, product_type: str) -> None:
    """A small detail that no photo shows has a usual value; a critical one is to be specified."""
    point = row.point
    women, men = product_types()[product_type].typical_cm.get(row.code, (None, None))
    if point.criticality == "critical" or point.state != "relaxed" or not women:
        return
    if point.tolerance_cm > Decimal("0.2") or (men and abs(men - women) > women * Decimal("0.1")):
        return
    row.value_cm, row.source = women, Source.SUGGESTED
    row.reason = "usual for this type of product"


def _conflict(evidence: list[Evidence]) -> str:
    values = [one for one in evidence if one.value.value_cm and one.value.source in ("measured", "by hand")]
    if len(values) < 2:
        return ""
    low, high = (pick(values, key=lambda one: one.value.value_cm or 0) for pick in (min, max))
    assert low.value.value_cm is not None
    assert high.value.value_cm is not None
    if high.value.value_cm - low.value.value_cm <= DISAGREEMENT * high.value.value_cm:
        return ""
    words = (f"{View(one.view).label} {one.value.value_cm:.1f} cm" for one in (low, high))
    return ", ".join(words)


def _is_implausible(product_type: str, row: Measurement) -> bool:
    return row.value_cm is not None and _is_outside(product_type, row.code, float(row.value_cm))


def _is_outside(product_type: str, code: str, cm: float) -> bool:
    span = plausible_ranges(product_type).get(code)
    return bool(span and not span[0] <= cm <= span[1])


# --- what the designer does -----------------------------------------------------------------------


@transaction.atomic
def set_value(
    *, product: Product, code: str, text: str, unit: str = "cm", force: bool = False
) -> Measurement:
    """Enter a value as typed ("26 1/2 in", "48,5"); empty text marks it as to be specified again.

    Raises LengthError, ImplausibleValueError (unless `force`), and NotPossible for an unknown code.
    """
    return set_values(product=product, typed={code: text}, unit=unit, force=force)[code]


@transaction.atomic
def set_values(
    *, product: Product, typed: dict[str, str], unit: str = "cm", force: bool = False
) -> dict[str, Measurement]:
    """Enter several values: all of them, or none when one cannot be read."""
    locked = lock_product(product)
    product_type = specification.product_type_of(locked, specification.readings_of(locked))
    changed = {}
    for code, text in typed.items():
        if code not in points_of_measure():
            raise NotPossible("There is no such point of measure.")
        row = locked.measurements.filter(code=code).first() or Measurement(
            product=locked, code=code, position=200
        )
        enter(row, product_type, text.strip(), unit, force=force)
        row.save()
        changed[code] = row
    refresh(product=locked)
    # An emptied row that the type does not have is deleted by then: it is told as it was emptied.
    return changed | {row.code: row for row in locked.measurements.filter(code__in=changed)}


def enter(row: Measurement, product_type: str, text: str, unit: str, *, force: bool) -> None:
    """Write a typed value to a row, not saved yet. Raises LengthError and ImplausibleValueError."""
    if not text:
        row.value_cm, row.as_typed, row.source = None, "", Source.UNSPECIFIED
        return
    length = read_length(text, unit="in" if unit == LengthUnit.INCH else "cm")
    _check(row.code, product_type, length, force=force)
    row.value_cm = length.cm.quantize(EXACT_CM)
    row.as_typed, row.source = length.as_typed[:30], Source.ENTERED
    row.error_cm, row.reason = None, ""


def _check(code: str, product_type: str, length: Length, *, force: bool) -> None:
    if not sheets.LEAST_CM <= length.cm <= sheets.MOST_CM:
        raise LengthError(f"“{length.as_typed}” cannot be right: type 0.1 to 400 cm.")
    span = plausible_ranges(product_type).get(code) if product_type else None
    if span and not span[0] <= length.cm <= span[1] and not force:
        name = points_of_measure()[code].name
        raise ImplausibleValueError(
            code,
            f"{name} is usually {span[0]:g} to {span[1]:g} cm ({specification.label_of(product_type)})."
            f" “{length.as_typed}” is {length.cm:.1f} cm.",
        )


@transaction.atomic
def confirm(*, product: Product, code: str) -> Measurement:
    """You have looked at the value and keep it. Raises NotPossible when there is none."""
    locked = lock_product(product)
    row = locked.measurements.filter(code=code).first()
    if row is None or row.value_cm is None:
        raise NotPossible("There is no value to confirm yet.")
    row.source, row.conflict = Source.CONFIRMED, ""
    row.save()
    refresh(product=locked)
    return locked.measurements.get(code=code)


@transaction.atomic
def set_tolerance(*, product: Product, code: str, plus: Decimal, minus: Decimal) -> None:
    locked = lock_product(product)
    locked.measurements.filter(code=code).update(tolerance_plus_cm=plus, tolerance_minus_cm=minus)
    specification_changes.note(locked)


def read_tolerance(text: str, *, unit: str) -> tuple[Decimal, Decimal]:
    """Plus and minus of "0.5", "±0.5" or "+0.5 -0.3", in cm. Raises LengthError."""
    parts = text.replace("±", " ").replace("−", "-").split()
    lengths = [read_length(part.lstrip("+-"), unit="in" if unit == "in" else "cm").cm for part in parts]
    if len(lengths) not in (1, 2) or any(not 0 < length <= MOST_TOLERANCE for length in lengths):
        raise LengthError("Type a tolerance like 0.5, or +0.5 -0.3.")
    return lengths[0], lengths[-1]


def open_rows(rows: Iterable[Measurement]) -> list[Measurement]:
    """What a tape still has to measure: empty, estimated or suggested, or less exact than its tolerance."""
    return [row for row in rows if row.source in TAPE_SOURCES or _is_less_exact_than_tolerance(row)]


def _is_less_exact_than_tolerance(row: Measurement) -> bool:
    return bool(row.error_cm and row.tolerance_plus_cm and row.error_cm > row.tolerance_plus_cm)
