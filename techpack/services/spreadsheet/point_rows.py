"""Rows of the two tables of points of measure: values with tolerances, and grading."""

import re
from dataclasses import dataclass
from decimal import Decimal

from core.text import plain_line, without_nul
from techpack.editing import specification
from techpack.library.lengths import LengthError, read_length
from techpack.library.units import in_unit
from techpack.models import Header, Measurement, Product
from techpack.services import measurements, sheets
from techpack.services.spreadsheet.cell_text import CellError
from techpack.services.spreadsheet.errors import at_cell

GradeMode = Measurement.GradeMode
MEASURE_COLUMNS = {
    "value": "Value", "tolerance": "Tolerance", "name": "Point of measure", "how": "How to measure",
}  # fmt: skip
OF_MEASURE = (
    "value_cm", "as_typed", "source", "error_cm", "reason", "tolerance_plus_cm", "tolerance_minus_cm",
    "own_name", "own_how", "updated_at",
)  # fmt: skip
STEP_AT, SIZE_AT = "step:", "size:"
OWN_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,11}")
_ZERO = re.compile(r"[-+−]?0+(?:[.,]0+)?")
MOST_STEP = Decimal(40)


def exact(cm: Decimal | None) -> str:
    """ "52.07 cm": reads back as the same number."""
    return "" if cm is None else f"{cm.normalize():f} cm"


@dataclass
class MeasureRow:
    """Value, tolerance and words of one point of measure."""

    product: Product
    row: Measurement
    is_changed: bool = False

    @classmethod
    def opened(cls, product: Product, code: str) -> "MeasureRow":
        """A point that the product has not yet is made when it is saved; a code may be the designer's own."""
        row = product.measurements.filter(code=code).first()
        if row is None:
            if not OWN_CODE.fullmatch(code):
                raise CellError("A code is up to 12 letters and digits.")
            row = Measurement(product=product, code=code, position=200)
        return cls(product, row)

    @property
    def origin(self) -> str:
        return self.row.source

    def text(self, column: str) -> str:
        row = self.row
        if column == "value":
            return exact(row.value_cm) if row.is_by_designer else ""
        if column == "tolerance":
            return " ".join(
                f"{sign}{exact(value).replace(' ', '')}"
                for sign, value in (("+", row.tolerance_plus_cm), ("-", row.tolerance_minus_cm))
                if value is not None
            )
        if column == "source":
            return row.source
        return {"name": row.point.name, "how": row.point.how_to_measure}[self._known(column)]

    def _known(self, column: str) -> str:
        if column not in MEASURE_COLUMNS:
            raise CellError(f"This sheet has no column “{column[:30]}”.")
        return column

    def shown(self, column: str, unit: str) -> str:
        row = self.row
        if column == "value":
            return "" if row.value_cm is None else in_unit(row.value_cm, unit)
        if column == "tolerance":
            return tolerance_words(row, unit)
        return self.text(column)

    @at_cell
    def write(self, column: str, text: str, *, unit: str, force: bool) -> None:
        if self._known(column) == "value":
            product_type = specification.product_type_of(
                self.product, specification.readings_of(self.product)
            )
            measurements.enter(self.row, product_type, text.strip(), unit, force=force)
        elif column == "tolerance":
            plus, minus = (None, None) if not text.strip() else measurements.read_tolerance(text, unit=unit)
            self.row.tolerance_plus_cm, self.row.tolerance_minus_cm = plus, minus
        else:
            name = "own_name" if column == "name" else "own_how"
            longest = 120 if column == "name" else 300
            clean = plain_line(without_nul(text))
            if len(clean) > longest:
                raise CellError(f"At most {longest} characters fit here.")
            setattr(self.row, name, clean)
        self.is_changed = True

    def restore(self, column: str, text: str, origin: str) -> None:
        self.write(column, text, unit="cm", force=True)
        if column == "value" and text and origin:
            self.row.source = origin

    def save(self) -> None:
        """Only its own fields: the grading of the same point may be written in the same call."""
        self.row.save(update_fields=OF_MEASURE if self.row.pk else None)


@dataclass
class GradeRow:
    """Rule, step, breaks and overridden sizes of one point of measure.

    Columns: "mode", "step", "step:XL" (a break, or a difference from the base), "size:XL" (an override).
    """

    row: Measurement
    header: Header

    @classmethod
    def opened(cls, product: Product, code: str) -> "GradeRow":
        row = product.measurements.filter(code=code).first()
        if row is None:
            raise CellError("There is no such point of measure in this product.")
        return cls(row, sheets.header_of(product))

    @property
    def origin(self) -> str:
        return ""

    def text(self, column: str) -> str:
        kind, size = self._at(column)
        if kind == "mode":
            return self.row.grade_mode
        if kind == "step":
            return exact(self.row.grade_cm)
        by_size = self.row.grade_steps if kind == STEP_AT else self.row.by_size
        return exact(Decimal(by_size[size])) if size in by_size else ""

    def _at(self, column: str) -> tuple[str, str]:
        for prefix in (STEP_AT, SIZE_AT):
            if column.startswith(prefix):
                size = column.removeprefix(prefix)
                if size not in self.header.sizes:
                    raise CellError("This size is no longer in the header.")
                return prefix, size
        if column not in ("mode", "step"):
            raise CellError(f"This sheet has no column “{column[:30]}”.")
        return column, ""

    def shown(self, column: str, unit: str) -> str:
        kind, size = self._at(column)
        if kind == "mode":
            return str(GradeMode(self.row.grade_mode).label)
        if kind == "step":
            return in_unit(sheets.grade_rule(self.row).step_cm, unit)
        if kind == STEP_AT:
            step = sheets.grade_rule(self.row).steps_cm.get(size)
            return "" if step is None else in_unit(step, unit)
        value = sheets.graded(self.row, self.header).get(size)
        return "" if value is None else in_unit(value, unit)

    @at_cell
    def write(self, column: str, text: str, *, unit: str, force: bool) -> None:
        kind, size = self._at(column)
        typed = text.strip()
        if kind == "mode":
            self.row.grade_mode = _mode(typed)
        elif kind == "step":
            self.row.grade_cm = read_step(typed, unit=unit) if typed else None
        elif kind == STEP_AT:
            self.row.grade_steps = _with(
                self.row.grade_steps, size, read_step(typed, unit=unit) if typed else None
            )
        else:
            self.row.by_size = _with(self.row.by_size, size, _value(typed, unit) if typed else None)

    def restore(self, column: str, text: str, origin: str) -> None:
        self.write(column, text, unit="cm", force=True)

    def save(self) -> None:
        self.row.save(update_fields=["grade_mode", "grade_cm", "grade_steps", "by_size", "updated_at"])


def _with(by_size: dict[str, str], size: str, value: Decimal | None) -> dict[str, str]:
    kept = {name: text for name, text in by_size.items() if name != size}
    return kept if value is None else {**kept, size: f"{value.normalize():f}"}


def _mode(text: str) -> str:
    words = text.lower()
    if not words or words in ("incremental", "from size to size"):
        return GradeMode.INCREMENTAL
    if words in ("from base", "from the base size", "base"):
        return GradeMode.FROM_BASE
    raise CellError("A grade rule is “From size to size” or “From the base size”.")


def read_step(text: str, *, unit: str) -> Decimal:
    """ "2", "1/2 in", "0" or "-1.5" in cm, exact. Raises LengthError."""
    bare = text.strip()
    if _ZERO.fullmatch(bare):
        return Decimal(0)
    sign = -1 if bare[:1] in "-−" else 1
    step = read_length(bare.lstrip("+-−").strip(), unit="in" if unit == "in" else "cm").cm
    if step > MOST_STEP:
        raise LengthError("A step from size to size is at most 40 cm.")
    return sign * step.quantize(measurements.EXACT_CM)


def _value(text: str, unit: str) -> Decimal:
    length = read_length(text, unit="in" if unit == "in" else "cm")
    if not sheets.LEAST_CM <= length.cm <= sheets.MOST_CM:
        raise LengthError(f"“{length.as_typed}” cannot be right: type 0.1 to 400 cm.")
    return length.cm.quantize(measurements.EXACT_CM)


def tolerance_words(row: Measurement, unit: str) -> str:
    """ "0.5", or "+0.5 -0.3" where the two differ."""
    plus, minus = row.tolerance_plus_cm, row.tolerance_minus_cm
    if plus is None or minus is None:
        return ""
    words = in_unit(plus, unit), in_unit(minus, unit)
    return words[0] if plus == minus else f"+{words[0]} -{words[1]}"
