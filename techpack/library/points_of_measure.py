"""Points of measure (POM) and types of product, read once a process from the tables beside this module."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class PointOfMeasure:
    """One point of measure. One code means one point everywhere.

    `is_half` says that a width is stated laid flat, edge to edge. `tolerance_cm` and
    `grade_per_size_cm` are the trade's usual values.
    """

    code: str
    name: str
    how_to_measure: str
    is_half: bool
    section: str
    criticality: str
    tolerance_cm: Decimal
    grade_per_size_cm: Decimal
    readable_from_photo: str  # "yes", "estimate" or "no"
    state: str  # "relaxed" or "stretched minimum"
    view: str

    @classmethod
    def own(cls, code: str) -> "PointOfMeasure":
        """A point that the designer made up: nothing is known of it but its code."""
        return cls(
            code=code, name=code, how_to_measure="", is_half=False, section="own", criticality="detail",
            tolerance_cm=Decimal(0), grade_per_size_cm=Decimal(0), readable_from_photo="no",
            state="relaxed", view="front",
        )  # fmt: skip


@dataclass(frozen=True)
class ProductType:
    """A type of product with its points of measure in the order of a specification sheet.

    `plausible_cm` maps each code to the lowest and highest value that such a product has, `typical_cm`
    to the usual value of a women's and a men's size M (None where there is none).
    """

    name: str
    codes: tuple[str, ...]
    plausible_cm: dict[str, tuple[Decimal, Decimal]]
    typical_cm: dict[str, tuple[Decimal | None, Decimal | None]]


@cache
def points_of_measure() -> dict[str, PointOfMeasure]:
    """All points of measure by their codes."""
    return {
        row["code"]: PointOfMeasure(
            code=row["code"],
            name=row["name"],
            how_to_measure=row["how_to_measure"],
            is_half=row["half_or_full"] == "half",
            section=row["section"],
            criticality=row["criticality"],
            tolerance_cm=Decimal(row["tolerance_cm"] or 0),
            grade_per_size_cm=Decimal(row["grade_per_size_cm"] or 0),
            readable_from_photo=row["measurable_from_photo"],
            state=row["state"],
            view=row["view"],
        )
        for row in table("points_of_measure.csv")
    }


@cache
def product_types() -> dict[str, ProductType]:
    """All types of product by their names."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in table("products.csv"):
        rows.setdefault(row["product_type"], []).append(row)
    return {name: _product_type(name, of_type) for name, of_type in rows.items()}


_OF_SHOULDERS = {"WA1": (24.0, 100.0), "SH3": (1.0, 12.0)}


def plausible_ranges(product_type: str) -> dict[str, tuple[float, float]]:
    """The plausible lowest and highest value in cm by code. KeyError for an unknown type.

    What is read and drawn of everything with shoulders is among them, though few sheets list it.
    """
    ranges = product_types()[product_type].plausible_cm
    listed = {code: (float(low), float(high)) for code, (low, high) in ranges.items()}
    return (_OF_SHOULDERS if "SH1" in listed else {}) | listed


def _product_type(name: str, rows: list[dict[str, str]]) -> ProductType:
    ordered = sorted(rows, key=lambda row: int(row["position"]))
    return ProductType(
        name=name,
        codes=tuple(row["code"] for row in ordered),
        plausible_cm={
            row["code"]: (Decimal(row["plausible_low_cm"]), Decimal(row["plausible_high_cm"]))
            for row in ordered
            if row["plausible_low_cm"] and row["plausible_high_cm"]
        },
        typical_cm={
            row["code"]: (_cm(row["typical_women_m_cm"]), _cm(row["typical_men_m_cm"])) for row in ordered
        },
    )


def _cm(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def table(name: str) -> list[dict[str, str]]:
    """The rows of one of the tables beside this module."""
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
