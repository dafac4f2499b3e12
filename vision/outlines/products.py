"""Which outline belongs to which product type."""

from collections.abc import Callable

from vision.outlines.accessories import bag, beanie, cap, shoe
from vision.outlines.lower_body import skirt, trousers
from vision.outlines.shape import Shape
from vision.outlines.upper_body import upper_body

UPPER = (
    "t-shirt",
    "long-sleeve top",
    "shirt",
    "polo",
    "sweatshirt",
    "hoodie",
    "sweater",
    "jacket",
    "coat",
    "dress",
)
_SHAPES: dict[str, Callable[[str, dict[str, str | int]], Shape]] = {
    **dict.fromkeys(UPPER, upper_body),
    "skirt": skirt,
    **dict.fromkeys(("trousers", "jeans", "shorts"), trousers),
    **dict.fromkeys(("tote", "backpack"), bag),
    "cap": cap,
    "beanie": beanie,
    **dict.fromkeys(("trainer", "boot"), shoe),
}


def shape_of(product_type: str, features: dict[str, str | int] | None = None) -> Shape:
    """Return the outline of a product type; KeyError for a type that has none."""
    return _SHAPES[product_type](product_type, features or {})
