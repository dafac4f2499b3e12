"""A length is read as it was meant, whatever unit was chosen beside it."""

from decimal import Decimal

import pytest

from techpack.library.lengths import LengthError, Unit, read_length


@pytest.mark.parametrize(
    ("text", "unit", "cm", "meant"),
    [
        ("70", "cm", "70", "cm"),
        ("48,5 cm", "cm", "48.5", "cm"),
        ("482 mm", "cm", "48.2", "cm"),
        ("1 m", "in", "100", "cm"),
        ("70", "in", "177.80", "in"),
        ('26.5"', "cm", "67.310", "in"),
        ("26.5 in", "cm", "67.310", "in"),
        ("26,5 inch", "cm", "67.310", "in"),
        ("48.2 cm", "in", "48.2", "cm"),
        ("26 1/2", "in", "67.310", "in"),
        ("26½", "in", "67.310", "in"),
        ('26-1/2"', "cm", "67.310", "in"),
        ("1-3/4 in", "cm", "4.4450", "in"),
        ("3/8 in", "cm", "0.95250", "in"),
        ("2' 2\"", "cm", "66.04", "in"),
        ("5 ¹⁄₁₆", "in", "12.858750", "in"),
    ],
)
def test_a_length_is_read_with_its_unit(text: str, unit: Unit, cm: str, meant: Unit) -> None:
    found = read_length(text, unit=unit)
    assert found.cm == Decimal(cm)
    assert found.unit == meant
    assert found.as_typed == text


@pytest.mark.parametrize("text", ["", "x", "1e2", "-4", "1/0 in", "26 3/2 in", "7,0,5", "12 cm 3", "½/2"])
def test_what_is_no_length_is_refused_in_words(text: str) -> None:
    with pytest.raises(LengthError, match="length"):
        read_length(text)


def test_a_fraction_without_a_unit_is_asked_about_when_centimetres_are_chosen() -> None:
    with pytest.raises(LengthError, match="looks like inches"):
        read_length("26 1/2", unit="cm")
