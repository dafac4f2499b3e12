"""What each size measures: the base value plus steps, and the sizes that were set apart from that."""

from decimal import Decimal

from techpack.exports.document import Document, Measure
from techpack.library import grading as rules


def is_graded(document: Document) -> bool:
    """Whether the document has a graded spec."""
    return len(document.sizes) > 1 and bool(document.measures)


def value(measure: Measure, size: str, document: Document) -> Decimal | None:
    """Return what `size` measures in centimetres; None while it is to be specified."""
    if size in measure.by_size_cm:
        return measure.by_size_cm[size]
    return measure.value_cm if size == document.base_size else None


def is_regular(measure: Measure, size: str, document: Document) -> bool:
    """Whether the value of `size` is the base value plus its steps."""
    expected = _base_plus_steps(measure, size, document)
    return expected is not None and value(measure, size, document) == expected


def is_override(measure: Measure, size: str, document: Document) -> bool:
    """Whether `size` has a value that differs from what the rule of the point gives it."""
    base, actual = value(measure, document.base_size, document), value(measure, size, document)
    if base is None or actual is None or measure.grade_cm is None:
        return False
    rule = rules.GradeRule(measure.grade_cm, measure.grade_mode, measure.grade_steps_cm)
    return rules.graded(base, document.sizes, document.base_size, rule).get(size, actual) != actual


def is_break(measure: Measure, size: str, document: Document) -> bool:
    """Whether another step begins at `size`."""
    return size in measure.grade_steps_cm and size != document.base_size


def _base_plus_steps(measure: Measure, size: str, document: Document) -> Decimal | None:
    base, step = value(measure, document.base_size, document), measure.grade_cm
    if base is None or step is None or document.base_size not in document.sizes:
        return None
    return base + (document.sizes.index(size) - document.sizes.index(document.base_size)) * step
