"""Live flats: product type, features and points of measure in, a technical drawing out.

`draw(specification, view)` gives a `Drawing` in centimetres; its `svg()` is sized in millimetres.
"""

from collections.abc import Callable

from techpack.flats.bags import draw_backpack, draw_tote
from techpack.flats.drawing import Drawing
from techpack.flats.footwear import draw_shoe
from techpack.flats.garments import STYLES
from techpack.flats.headwear import draw_beanie, draw_cap
from techpack.flats.landmark_moves import measures_after, movable
from techpack.flats.lower_body import draw_trousers
from techpack.flats.marks import Anchor, Mark, anchored, draw_mark
from techpack.flats.nesting import nested_svg
from techpack.flats.skirts import draw_skirt
from techpack.flats.specification import Specification, from_measures
from techpack.flats.tops import draw_top

__all__ = [
    "Anchor", "Drawing", "Mark", "Specification", "anchored", "draw", "from_measures", "has_flat", "misfits", "movable", "moved",
    "nested", "views_of",
]  # fmt: skip

CLOSE = 0.03  # a flat and its table may differ by this share

_FAMILIES: dict[str, Callable[[Specification, str], Drawing]] = {
    **dict.fromkeys(STYLES, draw_top),
    **dict.fromkeys(("trousers", "jeans", "shorts"), draw_trousers),
    "skirt": draw_skirt,
    "tote": draw_tote,
    "backpack": draw_backpack,
    "cap": draw_cap,
    "beanie": draw_beanie,
    "trainer": draw_shoe,
    "boot": draw_shoe,
}
_VIEWS = {"trainer": ("side",), "boot": ("side",), "cap": ("front", "side", "back"), "beanie": ("front",)}


def has_flat(product_type: str) -> bool:
    """Whether this type of product can be drawn."""
    return product_type in _FAMILIES


def views_of(product_type: str) -> tuple[str, ...]:
    """The views a flat of this type has."""
    return _VIEWS.get(product_type, ("front", "back"))


def draw(spec: Specification, view: str = "front") -> Drawing:
    """One view of a product. KeyError for a type that has no flat."""
    drawing = _FAMILIES[spec.product_type](spec, view)
    for mark in spec.marks:
        if mark.view == view:
            draw_mark(drawing, mark)
    drawing.settle()
    return drawing


def moved(spec: Specification, view: str, landmark: str, to: complex) -> dict[str, float]:
    """The measures, in cm by code, that follow when a landmark is moved to a point of the garment.
    KeyError for one that cannot be moved."""
    return measures_after(spec, landmark, to, lambda changed: _FAMILIES[spec.product_type](changed, view))


def misfits(spec: Specification) -> dict[str, float]:
    """Measures that contradict the others: what each would be in the drawing, in cm by code."""
    found: dict[str, float] = {}
    for view in views_of(spec.product_type):
        for code, drawn in draw(spec, view).drawn_cm().items():
            wanted = spec.measures.get(code)
            if wanted and abs(drawn - wanted) > CLOSE * wanted + 0.2:
                found[code] = round(drawn, 1)
    return found


def nested(sizes: dict[str, Specification], base: str, view: str = "front") -> str:
    """Sizes laid over each other as SVG. KeyError for a type that has no flat."""
    return nested_svg({size: draw(spec, view) for size, spec in sizes.items()}, base)
