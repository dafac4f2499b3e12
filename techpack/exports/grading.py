"""What each size measures: the base value plus steps, and the sizes that were set apart from that."""

from decimal import Decimal

from techpack.exports.document import Document, Measure


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
    """Whether `size` has a value that differs from the base value plus its steps."""
    expected, actual = _base_plus_steps(measure, size, document), value(measure, size, document)
    return expected is not None and actual is not None and actual != expected


def _base_plus_steps(measure: Measure, size: str, document: Document) -> Decimal | None:
    base, step = value(measure, document.base_size, document), measure.grade_cm
    if base is None or step is None or document.base_size not in document.sizes:
        return None
    return base + (document.sizes.index(size) - document.sizes.index(document.base_size)) * step
