"""Sizes in other systems: what charts say, and that nothing is said where they do not agree."""

import itertools

import pytest

from techpack.library.points_of_measure import table
from techpack.library.size_equivalents import chart_for, equivalent, sources, system_of


@pytest.mark.parametrize(
    ("product_type", "gender", "chart"),
    [
        ("t-shirt", "women", "women"), ("dress", "Women's", "women"), ("shirt", "Men", "men"),
        ("jeans", "men’s", "men's trousers"), ("jeans", "ladies", "women"), ("boot", "men", "men's shoes"),
        ("t-shirt", "unisex", ""), ("t-shirt", "", ""), ("t-shirt", "men and women", ""),
        ("tote", "women", ""),
    ],
)  # fmt: skip
def test_the_chart_follows_type_and_gender(product_type: str, gender: str, chart: str) -> None:
    found = chart_for(product_type, gender)
    assert found.name == chart
    assert bool(found.why_not) == (not chart)


@pytest.mark.parametrize(
    ("chart", "of", "size", "to", "name"),
    [
        ("women", "alpha", "S", "EU", "36-38"), ("women", "alpha", "s", "UK", "8-10"),
        ("women", "EU", "36", "alpha", "S"), ("women", "EU", "36", "UK", "8"),
        ("women", "EU", "36", "US", "4"),
        ("women", "US", "0", "EU", "32"), ("women", "alpha", "2XL", "EU", "52-54"),
        ("men", "EU", "50", "US", "40"), ("men", "alpha", "M", "EU", "48-50"),
        ("men's trousers", "alpha", "M", "EU", "48-50"), ("men's trousers", "EU", "48", "UK", ""),
        ("men", "alpha", "XS", "EU", ""), ("women", "EU", "37", "UK", ""), ("women", "alpha", "", "EU", ""),
        ("men's shoes", "EU", "42", "UK", "8"), ("men's shoes", "UK", "8", "US", "9"),
        ("men's shoes", "US", "10.5", "EU", "44"), ("women's shoes", "EU", "38", "UK", "5"),
        ("women's shoes", "EU", "38", "US", ""), ("men's shoes", "EU", "wide", "UK", ""),
        ("men's shoes", "EU", "1/0", "UK", ""), ("men's shoes", "alpha", "M", "EU", ""),
    ],
)  # fmt: skip
def test_what_a_size_is_called_elsewhere(chart: str, of: str, size: str, to: str, name: str) -> None:
    assert equivalent(chart, size, of=of, to=to) == name


def test_numbers_of_a_chart_rise_together_and_every_line_names_its_source() -> None:
    rows = table("size_equivalents.csv")
    assert all(row["source"] for row in rows)
    for chart in ("women", "men"):
        numbers = [[int(row[name]) for name in ("EU", "UK", "US")] for row in rows if row["chart"] == chart]
        steps = [[b - a for a, b in zip(one, two, strict=True)] for one, two in itertools.pairwise(numbers)]
        assert steps == [[2, 2, 2]] * (len(numbers) - 1), chart
    assert sources("women")[::2] == ["EN 13402-3 letters", "Next: International Size Conversion"]


def test_words_of_a_header_name_a_system() -> None:
    assert [system_of(text) for text in ("alpha", " eu ", "Letters", "numeric", "")] == [
        "alpha",
        "EU",
        "alpha",
        "",
        "",
    ]
