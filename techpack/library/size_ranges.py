"""Ready size ranges by system. A designer takes one, or types their own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SizeRange:
    """`system` is "alpha", "numeric", "EU", "UK" or "US"; `base` the size a sample is usually made in."""

    key: str
    system: str
    label: str
    sizes: tuple[str, ...]
    base: str


def _numbers(first: int, last: int, step: int = 1) -> tuple[str, ...]:
    return tuple(str(number) for number in range(first, last + 1, step))


SIZE_RANGES = (
    SizeRange("alpha", "alpha", "XS to XL", ("XS", "S", "M", "L", "XL"), "M"),
    SizeRange(
        "alpha-long", "alpha", "XXS to 3XL", ("XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL"), "M"
    ),
    SizeRange("waist-women", "numeric", "Waist 24 to 34", _numbers(24, 34), "28"),
    SizeRange("waist-men", "numeric", "Waist 28 to 40", (*_numbers(28, 36), "38", "40"), "32"),
    SizeRange("eu-women", "EU", "EU 32 to 46, women", _numbers(32, 46, 2), "38"),
    SizeRange("eu-men", "EU", "EU 44 to 58, men", _numbers(44, 58, 2), "50"),
    SizeRange("uk-women", "UK", "UK 4 to 18, women", _numbers(4, 18, 2), "10"),
    SizeRange("us-women", "US", "US 0 to 14, women", _numbers(0, 14, 2), "6"),
    SizeRange("eu-children", "EU", "EU 92 to 164, children", _numbers(92, 164, 6), "128"),
    SizeRange("eu-shoes-women", "EU", "EU shoes 36 to 42", _numbers(36, 42), "38"),
    SizeRange("eu-shoes-men", "EU", "EU shoes 39 to 46", _numbers(39, 46), "42"),
    SizeRange("uk-shoes", "UK", "UK shoes 3 to 12", _numbers(3, 12), "8"),
    SizeRange("us-shoes", "US", "US shoes 5 to 13", _numbers(5, 13), "9"),
    SizeRange("one-size", "alpha", "One size", ("One size",), "One size"),
)  # fmt: skip
