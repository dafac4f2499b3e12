"""The drawing of one view: the live flat that came with the request, else the traced outline of the photo."""

from typing import Any

import numpy as np

from core.typesetting import drawing_as_png

from . import curves
from .photo import Photo
from .silhouette import contours_of
from .upright_cutout import Plate, plate

PICTURE_WIDTH = 1600  # pixels of the PNG beside the SVG
MOST_CORNERS = 40  # points of a traced outline
TRACED = (
    "Traced from the outline of the photo: this kind of product has no flat drawn from measures yet."
    " Inner lines are to be specified."
)
NO_OUTLINE = (
    "No outline was found: this is only the middle of the photo. Photograph the product on a plain ground."
)


def sketch(photos: list[Photo], parameters: dict[str, Any]) -> tuple[bytes, str]:
    """PNG and SVG of one view."""
    drawn = parameters.get("flat") or traced(photos[0], parameters)
    return png(drawn), drawn


def png(svg: str) -> bytes:
    """The SVG as a PNG on white."""
    return drawing_as_png(svg, width=PICTURE_WIDTH)


def traced(photo: Photo, parameters: dict[str, Any]) -> str:
    """The smoothed outline of what the photo shows, as SVG; mirrored for a back nobody photographed."""
    base = plate(photo, parameters.get("view") or "front")
    paths = []
    for contour in contours_of(base.mask):
        points = _few(contour)
        if parameters.get("basis") == "mirror":
            points = points * [-1, 1] + [base.width - 1, 0]
        paths.append(f'<path d="{_smooth(points)}"/>')
    width, height = base.width, base.height
    size = f'width="{width / 5:.1f}mm" height="{height / 5:.1f}mm" viewBox="0 0 {width} {height}"'
    style = 'fill="none" stroke="#111" stroke-width="3" stroke-linejoin="round"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><g id="outline" {style}>{"".join(paths)}</g></svg>'
    )


def _few(contour: np.ndarray) -> np.ndarray:
    """A contour (n, 2) with few points, corners kept, freed from the steps of pixels."""
    line = curves.smooth(curves.resample(contour, 2.0, closed=True), 5.0, closed=True)
    step = max(1, len(line) // MOST_CORNERS)
    return np.asarray(line[::step])


def _smooth(points: np.ndarray) -> str:
    """A closed path of cubic curves through all points."""
    count = len(points)
    words = [f"M{points[0, 0]:.1f},{points[0, 1]:.1f}"]
    for i in range(count):
        before, a, b, after = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        first, second = a + (b - before) / 6, b - (after - a) / 6
        words.append(f"C{first[0]:.1f},{first[1]:.1f} {second[0]:.1f},{second[1]:.1f} {b[0]:.1f},{b[1]:.1f}")
    return " ".join(words) + " Z"


def annotations(photo: Photo, parameters: dict[str, Any]) -> dict[str, Any]:
    """An `Annotations` answer: what came with the request, else what a traced outline allows to say.

    Points of measure are none of it: the product's table has them.
    """
    if parameters.get("callouts"):
        return {"callouts": parameters["callouts"], "measurements": [], "note": parameters.get("note") or ""}
    base = plate(photo, parameters.get("view") or "front")
    note = TRACED if base.found else NO_OUTLINE
    return {"callouts": _edges(base), "measurements": [], "note": note}


def _edges(base: Plate) -> list[dict[str, Any]]:
    left, top, right, bottom = base.box
    middle = (left + right) / 2
    told = [
        ((middle, top + 2), "Top edge: finish to be specified", "finishing"),
        ((middle, (top + bottom) / 2), "Main material: to be specified", "material"),
        (
            (right - 2, top + 0.62 * (bottom - top)),
            "Side: seam type and allowance to be specified",
            "finishing",
        ),
        ((middle, bottom - 2), "Lower edge: finish to be specified", "finishing"),
    ]
    return [
        {
            "number": number,
            "text": text,
            "category": category,
            "position": [round(x / base.width, 4), round(y / base.height, 4)],
            "source": "suggested",
            "confidence": 0.3,
        }
        for number, ((x, y), text, category) in enumerate(told, start=1)
    ]
