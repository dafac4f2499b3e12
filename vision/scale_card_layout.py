"""The layout of the printed scale card, and the card as SVG."""

from dataclasses import dataclass

import cv2
import numpy as np

MARKER_CM = 8.0
_MARGIN_CM = 1.2
_MODULES = 6


@dataclass(frozen=True)
class Layout:
    """A page with four markers in its corners; centimetres from the top left, y down.

    `markers` maps a marker's id to its top left corner.
    """

    paper: str
    size_cm: tuple[float, float]
    markers: dict[int, tuple[float, float]]

    def marker_corners(self, number: int) -> np.ndarray:
        """Return the corners (4, 2) of a marker: top left, top right, bottom right, bottom left."""
        x, y = self.markers[number]
        side = MARKER_CM
        return np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]])

    def page_corners(self) -> np.ndarray:
        """Return the corners (4, 2) of the page in the same order."""
        width, height = self.size_cm
        return np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=float)


def _layout(paper: str, width: float, height: float, first: int) -> Layout:
    right, low = width - _MARGIN_CM - MARKER_CM, height - _MARGIN_CM - MARKER_CM
    places = [(_MARGIN_CM, _MARGIN_CM), (right, _MARGIN_CM), (right, low), (_MARGIN_CM, low)]
    return Layout(paper, (width, height), {first + i: place for i, place in enumerate(places)})


LAYOUTS = {"a4": _layout("a4", 21.0, 29.7, 0), "letter": _layout("letter", 21.59, 27.94, 4)}


def card_svg(paper: str = "a4") -> str:
    """Draw the card as SVG in millimetres, for "a4" or "letter" (KeyError for another paper)."""
    layout = LAYOUTS[paper]
    width, height = (side * 10 for side in layout.size_cm)
    pieces = [_marker_svg(number, layout.markers[number]) for number in layout.markers]
    middle = width / 2
    pieces += [_ruler_svg(middle - 50, height / 2 + 8), *_words(middle, height / 2)]
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
            f'viewBox="0 0 {width:g} {height:g}">')  # fmt: skip
    return "\n".join([head, f'<rect width="{width:g}" height="{height:g}" fill="#fff"/>', *pieces, "</svg>"])


def _marker_svg(number: int, place: tuple[float, float]) -> str:
    """Draw a marker as a black square with white cells on it."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    cells = cv2.aruco.generateImageMarker(dictionary, number, _MODULES)
    x, y = place[0] * 10, place[1] * 10
    module = MARKER_CM * 10 / _MODULES
    rects = [f'<rect x="{x + column * module:.3f}" y="{y + row * module:.3f}" width="{module:.3f}" '
             f'height="{module:.3f}" fill="#fff"/>' for row, column in np.argwhere(cells > 0)]  # fmt: skip
    black = f'<rect x="{x:g}" y="{y:g}" width="{MARKER_CM * 10:g}" height="{MARKER_CM * 10:g}" fill="#000"/>'
    return f'<g id="marker-{number}" shape-rendering="crispEdges">{black}{"".join(rects)}</g>'


def _ruler_svg(x: float, y: float) -> str:
    """Draw a ruler of 10 cm with a tick each millimetre."""
    ticks = []
    for tick in range(101):
        length = 6 if tick % 10 == 0 else 4 if tick % 5 == 0 else 2.5
        ticks.append(f"M{x + tick:g} {y:g}v{length:g}")
    numbers = [f'<text x="{x + cm * 10:g}" y="{y + 10:g}">{cm}</text>' for cm in range(0, 11, 5)]
    lines = f'<path d="M{x:g} {y:g}h100{"".join(ticks)}" stroke="#000" stroke-width="0.25" fill="none"/>'
    return f'<g id="ruler" font-family="sans-serif" font-size="3.5" text-anchor="middle">{lines}{"".join(numbers)}</g>'


def _words(middle: float, centre: float) -> list[str]:
    lines = [
        (-18, 6, "Selvedge scale card"),
        (-10, 4, "Print at 100 %. Do not scale to fit. Check: the ruler below is 10 cm long."),
        (-4, 4, "Lay the card flat beside the product, on the same surface, without covering it."),
        (2, 4, "Photograph both from straight above."),
    ]
    return [f'<text x="{middle:g}" y="{centre + shift:g}" font-family="sans-serif" font-size="{size}" '
            f'text-anchor="middle">{text}</text>' for shift, size, text in lines]  # fmt: skip
