"""The flat of a product as a run keeps it: its SVG, and callouts that hang on its landmarks."""

from dataclasses import dataclass
from typing import Any

from techpack import flats
from techpack.editing import specification
from techpack.flats import Drawing, Specification
from techpack.models import Measurement, PhotoReading, Product, View

SURE, UNSURE = 0.9, 0.4
FINISH = "finish and stitch type to be specified"


@dataclass(frozen=True)
class Remark:
    """A callout before it has its number: where it points, what it says, whether it was seen or entered."""

    landmarks: tuple[str, ...]
    text: str
    category: str
    is_known: bool


@dataclass(frozen=True)
class FlatDrawing:
    """One view: SVG without lettering, and its callouts as `schemas.Callout` takes them."""

    svg: str
    callouts: list[dict[str, Any]]
    note: str


def draw_flat(product: Product, view: str, *, look: str = "") -> FlatDrawing | None:
    """The live flat of one view; None where the type has none. `look` names colour and pattern."""
    readings = specification.readings_of(product)
    rows = list(product.measurements.all())
    spec = specification.flat_specification(product, readings, rows)
    if spec is None:
        return None
    view = view_for(spec.product_type, view)
    drawing = flats.draw(spec, view)
    title = f"{specification.label_of(spec.product_type)}, {view}"
    known = set(specification.features_for_reading(product, readings))
    callouts = callouts_on(drawing, spec, view, known=known, look=look)
    return FlatDrawing(drawing.svg(title=title), callouts, _note(readings, rows, view))


def callouts_on(
    drawing: Drawing, spec: Specification, view: str, *, known: set[str], look: str = ""
) -> list[dict[str, Any]]:
    """The callouts of a drawn view, as `schemas.Callout` takes them. `known` names the features that were
    seen or chosen."""
    material = Remark((), _material(look), "material", is_known=bool(look))
    return _callouts(drawing, [*_remarks(spec, drawing, view, known), material])


def view_for(product_type: str, view: str) -> str:
    """The view that a flat of this type has: the side of a shoe, whatever was photographed."""
    there = flats.views_of(product_type)
    return view if view in there else there[0]


def _note(readings: list[PhotoReading], rows: list[Measurement], view: str) -> str:
    photographed = {reading.revision.view for reading in readings}
    if view not in photographed and view != View.FRONT:
        return f"Nobody has photographed the {view}: it is drawn from the measures of the front."
    if not any(row.ratio or row.is_by_designer for row in rows):
        return "No photo could be measured: the proportions are those usual for this type of product."
    return ""


def _callouts(drawing: Drawing, remarks: list[Remark]) -> list[dict[str, Any]]:
    placed = [(spot, remark) for remark in remarks if (spot := _spot(drawing, remark.landmarks)) is not None]
    ordered = sorted(placed, key=lambda one: (one[0][1], one[0][0]))
    return [
        {
            "number": number,
            "text": remark.text,
            "category": remark.category,
            "position": [round(x, 4), round(y, 4)],
            "source": "measured" if remark.is_known else "suggested",
            "confidence": SURE if remark.is_known else UNSURE,
        }
        for number, ((x, y), remark) in enumerate(ordered, start=1)
    ]


def _spot(drawing: Drawing, names: tuple[str, ...]) -> tuple[float, float] | None:
    """The middle of the landmarks as fractions of the drawing; its middle for none."""
    if not names:
        low, high = drawing.box()
        return drawing.fraction(complex((low.real + high.real) / 2, low.imag + 0.55 * (high.imag - low.imag)))
    if any(name not in drawing.landmarks for name in names):
        return None
    points = [drawing.landmarks[name] for name in names]
    return drawing.fraction(sum(points, 0j) / len(points))


def _material(look: str) -> str:
    if look:
        return f"Main material: {look}; composition and weight to be specified"
    return "Main material: to be specified"


def _remarks(spec: Specification, drawing: Drawing, view: str, known: set[str]) -> list[Remark]:
    if "crotch" in drawing.landmarks:
        return _of_legs(spec, view, known)
    if "hps_right" in drawing.landmarks:
        return _of_upper(spec, view, known)
    return _of_others(spec)


def _of_upper(spec: Specification, view: str, known: set[str]) -> list[Remark]:
    neck = spec.feature("neck")
    words = (
        f"{neck.capitalize() if neck != 'v' else 'V'} neck"
        if neck not in specification.COLLARS
        else neck.capitalize()
    )
    text = f"{words}; {FINISH}" if neck else "Neckline: drawn as usual for this type, to be specified"
    centre = "cf_neck" if view == "front" else "cb_neck"
    remarks = [
        Remark((centre,), text, "construction", "neck" in known),
        Remark(("hem_side_right",), f"Hem: {FINISH}", "finishing", is_known=False),
        Remark(
            ("underarm_right",),
            "Side seam: seam type and allowance to be specified",
            "finishing",
            is_known=False,
        ),
    ]
    sleeve = spec.feature("sleeve")
    if sleeve != "none":
        ends = ("sleeve_end_top_left", "sleeve_end_under_left")
        said = f"{sleeve.capitalize()} sleeve; " if sleeve else "Sleeve: "
        remarks.append(Remark(ends, f"{said}{FINISH}", "finishing", "sleeve" in known))
        remarks.append(
            Remark(("shoulder_left",), "Shoulder seam: tape to be specified", "construction", is_known=False)
        )
    closure = spec.feature("closure")
    if view == "front" and closure and closure != "none":
        text = f"Closure: {closure}; article, length and count to be specified"
        remarks.append(Remark(("cf_neck", "hem_centre"), text, "hardware", "closure" in known))
    return remarks


def _of_legs(spec: Specification, view: str, known: set[str]) -> list[Remark]:
    band = spec.feature("waistband")
    text = (
        f"Waistband: {band}; fastening and inside to be specified" if band else "Waistband: to be specified"
    )
    return [
        Remark(("waist_centre",), text, "construction", "waistband" in known),
        Remark(
            ("crotch",), "Crotch seam: seam and reinforcement to be specified", "construction", is_known=False
        ),
        Remark(
            ("leg_outer_hem_right", "leg_inner_hem_right"), f"Leg hem: {FINISH}", "finishing", is_known=False
        ),
        Remark(
            ("waist_side_left",),
            "Side seam: seam type and allowance to be specified",
            "finishing",
            is_known=False,
        ),
    ]


_OTHERS: dict[str, list[tuple[str, str, str]]] = {
    "skirt": [("waist_centre", "Waistband: fastening to be specified", "construction"),
              ("hem_centre", f"Hem: {FINISH}", "finishing")],
    "tote": [("handle_top", "Handle: width, material and attachment to be specified", "hardware"),
             ("bag_base", "Base: reinforcement and lining to be specified", "construction"),
             ("bag_top", f"Top edge: {FINISH}", "finishing")],
    "backpack": [("bag_top", "Main zip: article, length and puller to be specified", "hardware"),
                 ("bag_base", "Base: reinforcement and lining to be specified", "construction")],
    "cap": [("crown_top", "Top button and panels: taping to be specified", "construction"),
            ("band_front", "Sweatband: material to be specified", "construction")],
    "beanie": [("top", "Closing of the crown: to be specified", "construction"),
               ("fold_edge_right", "Turn-up: gauge and yarn to be specified", "construction")],
    "trainer": [("toe_tip", "Outsole: material, hardness and colour to be specified", "construction"),
                ("top_line_front", "Tongue, laces and eyelets: articles to be specified", "hardware"),
                ("top_line_back", "Collar and heel counter: padding to be specified", "construction")],
}  # fmt: skip
_OTHERS["boot"] = _OTHERS["trainer"]


def _of_others(spec: Specification) -> list[Remark]:
    told = _OTHERS.get(spec.product_type, [])
    return [Remark((place,), text, category, is_known=False) for place, text, category in told]
