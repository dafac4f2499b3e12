"""Write centimetres in the unit somebody reads: centimetres with one decimal, inches in sixteenths."""

from decimal import Decimal
from fractions import Fraction

from techpack.library.lengths import CM_PER_INCH

SMALL_CM = Decimal(5)  # below it hundredths of a centimetre matter: a stitch, a band


def short[D: (Decimal, Decimal | None)](value: D) -> D:
    """The same number without zeros at its end: 48.2 of 48.2000000, 70 of 70.0000000."""
    return value if value is None else Decimal(f"{value.normalize():f}")


def in_unit(cm: Decimal, unit: str) -> str:
    """ "48.2" or "26 1/2"."""
    return in_inches(cm) if unit == "in" else in_cm(cm)


def in_cm(cm: Decimal) -> str:
    """One decimal; two where they are there and the length is small."""
    places = Decimal("0.01") if abs(cm) < SMALL_CM else Decimal("0.1")
    text = f"{cm.quantize(places):f}"
    return text[:-1] if places == Decimal("0.01") and text.endswith("0") else text


def in_inches(cm: Decimal, denominator: int = 16) -> str:
    """The nearest sixteenth, shortened: "26 1/2", "3/8", "12"."""
    sixteenths = round(cm / CM_PER_INCH * denominator)
    whole, rest = divmod(abs(sixteenths), denominator)
    sign = "-" if sixteenths < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    part = Fraction(rest, denominator)
    words = f"{part.numerator}/{part.denominator}"
    return f"{sign}{whole} {words}" if whole else f"{sign}{words}"
