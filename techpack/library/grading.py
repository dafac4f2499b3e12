"""What each size measures: the base value and a grade rule. Decimals throughout, so nothing drifts.

Incremental: from the base outwards, each size is its neighbour plus (or, below the base, minus) a step. A
step given for a size is a break: it holds from that size outwards, until another is given.
From base: each size is the base value plus the difference given for it; where none is given, plus the step
times its distance from the base.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

INCREMENTAL, FROM_BASE = "incremental", "from base"


@dataclass(frozen=True)
class GradeRule:
    """`step_cm` is the usual step; `steps_cm` the breaks, or differences from the base, by size."""

    step_cm: Decimal
    mode: str = INCREMENTAL
    steps_cm: dict[str, Decimal] = field(default_factory=dict)


def graded(
    base_cm: Decimal, sizes: Sequence[str], base_size: str, rule: GradeRule
) -> dict[str, Decimal]:  # fmt: skip
    """The value of every size in cm; {} when the base size is none of the sizes."""
    if base_size not in sizes:
        return {}
    base = sizes.index(base_size)
    if rule.mode == FROM_BASE:
        return {
            size: base_cm + rule.steps_cm.get(size, rule.step_cm * (place - base) if place != base else 0)
            for place, size in enumerate(sizes)
        } | {base_size: base_cm}
    above = _walk(base_cm, sizes[base + 1 :], rule, 1)
    below = _walk(base_cm, sizes[:base][::-1], rule, -1)
    values = {**below, base_size: base_cm, **above}
    return {size: values[size] for size in sizes}


def _walk(value: Decimal, sizes: Sequence[str], rule: GradeRule, way: int) -> dict[str, Decimal]:
    found, step = {}, rule.step_cm
    for size in sizes:
        step = rule.steps_cm.get(size, step)
        value += way * step
        found[size] = value
    return found


def largest_tolerance(rule: GradeRule) -> Decimal | None:
    """Half of the smallest step that is not zero: with more, two sizes overlap. None where nothing grows."""
    steps = [abs(step) for step in (rule.step_cm, *rule.steps_cm.values()) if step]
    if rule.mode == FROM_BASE:
        steps = [abs(rule.step_cm)] if rule.step_cm else []
    return min(steps) / 2 if steps else None
