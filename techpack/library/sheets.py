"""The trade's suggestions for a type of product: materials, construction, checklist."""

from dataclasses import dataclass

from techpack.library.points_of_measure import table

_GROUPS = {
    **dict.fromkeys(("tote", "backpack"), ("all bags and shoes", "bag")),
    **dict.fromkeys(("trainer", "boot"), ("all bags and shoes", "shoe")),
    **dict.fromkeys(("cap", "beanie"), ("all apparel", "apparel", "hat")),
    **dict.fromkeys(("t-shirt", "long-sleeve top", "polo"), ("all apparel", "apparel")),
    **dict.fromkeys(("sweatshirt", "hoodie"), ("all apparel", "apparel")),
    "sweater": ("all apparel", "apparel", "knit"),
    "shirt": ("all apparel", "apparel", "woven", "shirt"),
    **dict.fromkeys(("jacket", "coat"), ("all apparel", "apparel", "woven", "jacket")),
    **dict.fromkeys(("trousers", "jeans", "shorts"), ("all apparel", "apparel", "woven", "trousers")),
    **dict.fromkeys(("dress", "skirt"), ("all apparel", "apparel", "woven")),
}  # fmt: skip


@dataclass(frozen=True)
class Requirement:
    """Something a factory needs before it can begin."""

    field: str
    reason: str
    blocks_issue: bool


def materials_of(product_type: str) -> list[dict[str, str]]:
    """Lines of the bill of materials: section, part, placement, and in words what must be specified."""
    wanted = {product_type, *_GROUPS.get(product_type, ())}
    rows = [row for row in table("bom.csv") if row["product_type"] in wanted]
    return sorted(rows, key=lambda row: row["product_type"].startswith("all "))


def construction_of(product_type: str) -> list[dict[str, str]]:
    """Rows of the construction sheet as the trade usually makes them."""
    return [row for row in table("construction.csv") if row["product_type"] == product_type]


def requirements_of(product_type: str) -> list[Requirement]:
    """What must be there before a revision is issued, in the order of the trade's checklist."""
    wanted = {"all", product_type, *_GROUPS.get(product_type, ())}
    return [
        Requirement(row["field"], row["why_the_factory_needs_it"], row["blocks_issue"] == "yes")
        for row in table("readiness.csv")
        if row["product_type"] in wanted
    ]
