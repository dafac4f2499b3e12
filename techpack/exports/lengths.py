"""Lengths in the unit of the document: as numbers for spreadsheets, as text for people."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from techpack.exports.document import Unit

CM_PER_INCH = Decimal("2.54")
_SIXTEENTHS = 16
_CENTS = Decimal("0.01")
_LONGEST_CM = 100_000


def number(value_cm: Decimal, unit: Unit) -> Decimal:
    """Convert to `unit`. Inches are rounded to a ten-thousandth, so that a conversion leaves no tail."""
    if unit == "cm":
        return value_cm
    return (value_cm / CM_PER_INCH).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def written(value_cm: Decimal, unit: Unit) -> str:
    """ "52.0" in centimetres, "20 1/2" in inches: the nearest sixteenth."""
    return _decimal(value_cm) if unit == "cm" else _fraction(value_cm / CM_PER_INCH)


def allowed(value_cm: Decimal, unit: Unit) -> str:
    """Write a tolerance, an error or a step. One that is not zero is never rounded to zero."""
    if unit == "in" and value_cm:
        least = CM_PER_INCH / _SIXTEENTHS
        value_cm = max(abs(value_cm), least).copy_sign(value_cm)
    return written(value_cm, unit)


def tolerance(plus_cm: Decimal | None, minus_cm: Decimal | None, unit: Unit) -> str:
    """ "±1.0", or "+1.0 −0.5" where the two differ; empty while one of them is missing."""
    if plus_cm is None or minus_cm is None:
        return ""
    plus, minus = allowed(plus_cm, unit), allowed(minus_cm, unit)
    return f"±{plus}" if plus == minus else f"+{plus} −{minus}"


def _decimal(value: Decimal) -> str:
    """With one decimal place, or two where the second is not zero."""
    text = f"{value.quantize(_CENTS, ROUND_HALF_UP):f}".replace("-", "−")
    return text.removesuffix("0")


def _fraction(inches: Decimal) -> str:
    sixteenths = int((abs(inches) * _SIXTEENTHS).to_integral_value(ROUND_HALF_UP))
    sign = "−" if inches < 0 and sixteenths else ""
    whole, rest = divmod(sixteenths, _SIXTEENTHS)
    if not rest:
        return f"{sign}{whole}"
    part = Decimal(rest) / _SIXTEENTHS
    top, bottom = part.as_integer_ratio()
    return f"{sign}{whole} {top}/{bottom}" if whole else f"{sign}{top}/{bottom}"


def rewritten(text_cm: str, unit: Unit) -> str:
    """Write a length that came as text in centimetres in `unit`; leave any other text as it is."""
    value = _plausible(text_cm)
    return text_cm if value is None else allowed(value, unit)


def parsed(text_cm: str, unit: Unit) -> Decimal | str:
    """Return a length that came as text in centimetres as a number in `unit`; any other text as it is."""
    value = _plausible(text_cm)
    return text_cm if value is None else number(value, unit)


def _plausible(text_cm: str) -> Decimal | None:
    try:
        value = Decimal(text_cm.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < _LONGEST_CM else None
