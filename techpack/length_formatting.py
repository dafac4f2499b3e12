"""Write lengths and ratios, wherever somebody reads them."""

from collections.abc import Iterable

from techpack import schemas

# What a unit is called wherever somebody reads it.
UNITS = {"cm": "cm", "in": "in", "ratio": "of total length"}


def amount(value: float, unit: str) -> str:
    """ "48.2" of a length, "0.62" of a ratio."""
    return f"{value:.2f}" if unit == "ratio" else f"{value:.1f}"


def measure(value: float, unit: str) -> str:
    """ "48.2 cm", "0.62 of total length"."""
    return f"{amount(value, unit)} {UNITS.get(unit, unit)}"


def unit_of(items: Iterable[schemas.Proportion | schemas.Measurement]) -> str:
    """Of a table of these: what its head says. A thing without a length of its own (a bag, a part) is
    measured by its height."""
    units = {item.unit: item for item in reversed(list(items))}
    first = units.get("ratio")
    if first is None:
        return next(iter(units), "")
    has_height = first.value == 1 and "height" in first.name.lower()
    return f"of {first.name.lower()}" if has_height else UNITS["ratio"]
