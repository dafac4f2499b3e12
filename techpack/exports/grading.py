"""What each size measures: the base value plus steps, and the sizes that were set apart from that."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from techpack.exports.document import Document, Measure, SizeSystem
from techpack.library import grading as rules


def is_graded(document: Document) -> bool:
    """Whether the document has a graded spec."""
    return len(document.sizes) > 1 and bool(document.measures)


def also_called(systems: Sequence[SizeSystem], size: str) -> list[str]:
    """["EU 36-38", "UK 8-10"]: the size in the other systems that are printed."""
    names = []
    for one in systems:
        text = one.sizes.get(size, "")
        if text:
            names.append(text if one.system == "alpha" else f"{one.label} {text}")
    return names


def value(measure: Measure, size: str, document: Document) -> Decimal | None:
    """Return what `size` measures in centimetres; None while it is to be specified."""
    if size in measure.by_size_cm:
        return measure.by_size_cm[size]
    return measure.value_cm if size == document.base_size else None


@dataclass(frozen=True)
class Distance:
    """How far a size is from the base: so many usual steps, and what breaks add, in centimetres."""

    steps: int
    more_cm: Decimal


def distance(measure: Measure, size: str, document: Document) -> Distance | None:
    """By the rule of the point; None where the value is not the base value plus that distance."""
    base, actual = value(measure, document.base_size, document), value(measure, size, document)
    if base is None or actual is None or measure.grade_cm is None or is_override(measure, size, document):
        return None
    if document.base_size not in document.sizes:
        return None
    found = _from_base(measure, size, document) if measure.grade_mode == rules.FROM_BASE else _walked(
        measure, size, document
    )  # fmt: skip
    return found if base + found.steps * measure.grade_cm + found.more_cm == actual else None


def _from_base(measure: Measure, size: str, document: Document) -> Distance:
    if size in measure.grade_steps_cm:
        return Distance(0, measure.grade_steps_cm[size])
    return Distance(document.sizes.index(size) - document.sizes.index(document.base_size), Decimal(0))


def _walked(measure: Measure, size: str, document: Document) -> Distance:
    """From the base outwards; a break holds until the next one."""
    at, to = document.sizes.index(document.base_size), document.sizes.index(size)
    way = 1 if to >= at else -1
    steps, more, step = 0, Decimal(0), None
    for place in range(at + way, to + way, way) if to != at else ():
        step = measure.grade_steps_cm.get(document.sizes[place], step)
        if step is None:
            steps += way
        else:
            more += way * step
    return Distance(steps, more)


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
