"""Drawings as SVG: traced from pixels, and reduced to what a drawing needs.

Somebody opens such a file in a browser, so nothing that runs, loads or links stays in it.
"""

import io
import re
from xml.etree import ElementTree

import vtracer
from PIL import Image

from generation.storage import images

SVG = "http://www.w3.org/2000/svg"
ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "defs",
        "clipPath",
        "title",
        "desc",
        "text",
        "tspan",
    ]
)
ATTRIBUTES = frozenset(
    [
        "id",
        "class",
        "d",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "dx",
        "dy",
        "points",
        "width",
        "height",
        "viewBox",
        "version",
        "transform",
        "preserveAspectRatio",
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-width",
        "stroke-opacity",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-dasharray",
        "stroke-dashoffset",
        "opacity",
        "clip-rule",
        "vector-effect",
        "shape-rendering",
        "font-family",
        "font-size",
        "font-weight",
        "text-anchor",
    ]
)
TRACE_WIDTH = 1600  # px; beyond that curves gain nothing and the file grows

ElementTree.register_namespace("", SVG)


def vectorise(image: Image.Image) -> str:
    """A line drawing in pixels as an SVG of filled black curves."""
    drawing = image.convert("L")
    drawing.thumbnail((TRACE_WIDTH, TRACE_WIDTH * 4))
    ink = drawing.point(lambda value: 0 if value < 150 else 255)
    buffer = io.BytesIO()
    ink.save(buffer, "PNG", compress_level=1)
    traced = vtracer.convert_raw_image_to_svg(
        buffer.getvalue(),
        img_format="png",
        colormode="binary",
        mode="spline",
        filter_speckle=4,
        corner_threshold=60,
        length_threshold=4.0,
        splice_threshold=45,
        path_precision=2,
    )
    return cleaned(traced)


def cleaned(svg: str) -> str:
    """The same drawing with only the elements and attributes of ELEMENTS and ATTRIBUTES.

    Raises InvalidImage for what is no SVG, or declares entities.
    """
    if re.search(r"<!(DOCTYPE|ENTITY)", svg, re.IGNORECASE):
        raise images.InvalidImage("The drawing has a document type, which none of ours needs.")
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 - no entities, as just seen
    except ElementTree.ParseError as error:
        raise images.InvalidImage("The drawing is not well-formed SVG.") from error
    if root.tag != f"{{{SVG}}}svg":
        raise images.InvalidImage("The drawing is not an SVG.")
    _clean(root)
    _give_view_box(root)
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: ElementTree.Element) -> None:
    for name, value in list(element.attrib.items()):
        if name not in ATTRIBUTES or "url(" in value.lower() or "\\" in value:
            del element.attrib[name]
    for child in list(element):
        if isinstance(child.tag, str) and child.tag.removeprefix(f"{{{SVG}}}") in ELEMENTS:
            _clean(child)
        else:
            element.remove(child)


def _give_view_box(root: ElementTree.Element) -> None:
    """Without one a browser shows the drawing at its own size only."""
    sides = [root.get(name, "").removesuffix("px") for name in ("width", "height")]
    if "viewBox" not in root.attrib and all(re.fullmatch(r"\d+(\.\d+)?", side) for side in sides):
        root.set("viewBox", f"0 0 {sides[0]} {sides[1]}")
