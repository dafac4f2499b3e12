"""What a size is called in other systems: letters, EU, UK and US.

No standard agrees on all of it. Letters of clothes follow EN 13402-3, where each letter spans two numbers;
numbers follow size charts that large retailers publish, named line by line in `data/size_equivalents.csv`.
Shoes follow the definitions of their points by the length of the last. Where neither gives one answer there
is none: children's sizes, waists in inches, unisex letters, US sizes of women's shoes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from techpack.library.points_of_measure import table

SYSTEMS = {"alpha": "Letters", "EU": "EU", "UK": "UK", "US": "US"}
SHOES = ("trainer", "boot")
MENS_BY_WAIST = ("trousers", "jeans", "shorts")
NO_SIZES = ("tote", "backpack", "cap", "beanie")
_SAME_LETTERS = {"2XL": "XXL", "XXXL": "3XL", "2XS": "XXS"}
_POINTS = "Paris points and barleycorns by the length of the last, to the nearest half size"


@dataclass(frozen=True)
class Chart:
    """The chart that fits a product; without a `name` `why_not` says why there is none."""

    name: str
    why_not: str = ""


def system_of(text: str) -> str:
    """A key of SYSTEMS for what a header says; "" for another system."""
    known = {key.lower(): key for key in SYSTEMS} | {"letters": "alpha"}
    return known.get(text.strip().lower(), "")


def chart_for(product_type: str, gender: str) -> Chart:
    """By the type of the library, and by the words of the header: "women", "Men's"."""
    words = gender.lower().replace("’", "'").replace("'s", "").split()
    is_women = any(word in ("women", "woman", "ladies", "female", "womens", "womenswear") for word in words)
    is_men = any(word in ("men", "man", "male", "mens", "menswear", "gentlemen") for word in words)
    if product_type in NO_SIZES:
        return Chart("", "Bags and hats have no sizes that convert.")
    if is_women == is_men:
        return Chart(
            "", "Only women's and men's sizes have agreed equivalents: say in the header whom it is for."
        )
    if product_type in SHOES:
        return Chart("women's shoes" if is_women else "men's shoes")
    if is_men and product_type in MENS_BY_WAIST:
        return Chart("men's trousers")
    return Chart("women" if is_women else "men")


def equivalent(chart: str, size: str, *, of: str, to: str) -> str:
    """ "36-38" for the letter S of women in EU sizes; "" where nothing is agreed. `of`, `to`: SYSTEMS."""
    if chart.endswith("shoes"):
        return _of_shoes(chart, size, of, to)
    rows = _rows(chart, size, of)
    found = [row[to] for row in rows]
    if not found or not all(found):
        return ""
    found = list(dict.fromkeys(found))
    return found[0] if len(found) == 1 else f"{found[0]}-{found[-1]}"


def sources(chart: str) -> list[str]:
    """Where the chart's names come from, without repeats."""
    if chart.endswith("shoes"):
        return [_POINTS]
    told = (part.split(" (")[0] for row in _table(chart) for part in row["source"].split("; "))
    return list(dict.fromkeys(told))


def _table(chart: str) -> list[dict[str, str]]:
    return [row for row in table("size_equivalents.csv") if row["chart"] == chart]


def _rows(chart: str, size: str, of: str) -> list[dict[str, str]]:
    wanted = size.strip().upper()
    wanted = _SAME_LETTERS.get(wanted, wanted)
    return [row for row in _table(chart) if row[of] == wanted]


# --- shoes -----------------------------------------------------------------------------------------

# Each system: the length of the last in inches of a size, and the size of a length. EU sizes are Paris points
# of 2/3 cm; UK and US sizes are thirds of an inch, from 25 of them (UK), or 24 (US, men).
_INCH_CM = Fraction(254, 100)
_LAST: dict[str, tuple[Callable[[Fraction], Fraction], Callable[[Fraction], Fraction]]] = {
    "EU": (lambda size: size * Fraction(2, 3) / _INCH_CM, lambda inches: inches * _INCH_CM * Fraction(3, 2)),
    "UK": (lambda size: (size + 25) / 3, lambda inches: 3 * inches - 25),
    "US": (lambda size: (size + 24) / 3, lambda inches: 3 * inches - 24),
}


def _of_shoes(chart: str, size: str, of: str, to: str) -> str:
    """Charts of US sizes of women's shoes differ by half a size and more."""
    known = ("EU", "UK") if chart.startswith("women") else tuple(_LAST)
    try:
        number = Fraction(size.strip().replace(",", "."))
    except (ValueError, ZeroDivisionError):
        return ""
    if of not in known or to not in known or not 0 < number < 60:
        return ""
    length, size_of = _LAST[of][0], _LAST[to][1]
    halves = round(size_of(length(number)) * 2)
    return f"{halves / 2:g}" if halves > 0 else ""
