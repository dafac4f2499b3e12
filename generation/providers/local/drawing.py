"""A flat as SVG and as PNG, both from the same paths: white ground, black lines, no lettering."""

import io

import cv2
import numpy as np
from PIL import Image as PilImage

from . import curves
from .flat import Flat

LONG_SIDE = 1600  # px of the PNG
OVERSAMPLING = 2
OUTLINE_WIDTH = 3.6  # plate px
SEAM_WIDTH = 1.9
STITCH_WIDTH = 1.5
FINE_WIDTH = 1.1
WIDTHS = {"seam": SEAM_WIDTH, "stitch": STITCH_WIDTH, "fine": FINE_WIDTH}
DASH = (6.0, 4.5)
INK = "#141414"


def inner_paths(drawing: Flat) -> list[tuple[str, list[np.ndarray]]]:
    """(style, cubic pieces) of each inner line."""
    return [(seam.style, curves.open_path(seam.points, drawing.size)) for seam in drawing.seams]


def svg(drawing: Flat) -> str:
    """The flat as an SVG document in plate pixels."""
    outline = " ".join(_data(list(path), closed=True) for path in drawing.outline)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}">',
        f'<rect width="{drawing.width}" height="{drawing.height}" fill="#ffffff"/>',
        f'<path d="{outline}" fill="#ffffff" stroke="{INK}" stroke-width="{OUTLINE_WIDTH}"/>',
        f'<g fill="none" stroke="{INK}" stroke-linecap="round" stroke-linejoin="round">',
    ]
    for style, path in inner_paths(drawing):
        dash = f' stroke-dasharray="{DASH[0]} {DASH[1]}"' if style == "stitch" else ""
        parts.append(f'<path d="{_data(path)}" stroke-width="{WIDTHS[style]}"{dash}/>')
    return "\n".join([*parts, "</g>", "</svg>"])


def _data(path: list[np.ndarray], *, closed: bool = False) -> str:
    words = [f"M{_pair(path[0][0])}"]
    words += [f"C{_pair(piece[1])} {_pair(piece[2])} {_pair(piece[3])}" for piece in path]
    return "".join(words) + ("Z" if closed else "")


def _pair(point: np.ndarray) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"


def png(drawing: Flat) -> bytes:
    """The flat as PNG bytes, `LONG_SIDE` px on the long side."""
    factor = LONG_SIDE / max(drawing.width, drawing.height)
    scale = factor * OVERSAMPLING
    canvas = np.full((round(drawing.height * scale), round(drawing.width * scale)), 255, np.uint8)
    for shape in drawing.outline:
        _stroke(canvas, curves.flatten(list(shape)), scale, OUTLINE_WIDTH, closed=True)
    for style, path in inner_paths(drawing):
        line = curves.flatten(path)
        for part in _dashes(line) if style == "stitch" else [line]:
            _stroke(canvas, part, scale, WIDTHS[style])
    size = round(drawing.width * factor), round(drawing.height * factor)
    picture = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA)
    stream = io.BytesIO()
    PilImage.fromarray(picture).save(stream, "PNG", compress_level=6)
    return stream.getvalue()


def _stroke(
    canvas: np.ndarray, line: np.ndarray, scale: float, width: float, *, closed: bool = False
) -> None:
    points = np.round(line * scale * 16).astype(np.int32)
    cv2.polylines(canvas, [points], closed, 20, max(1, round(width * scale)), cv2.LINE_AA, shift=4)


def _dashes(line: np.ndarray) -> list[np.ndarray]:
    even = curves.resample(line, 0.5)
    on, period = round(DASH[0] / 0.5), round(sum(DASH) / 0.5)
    return [part for start in range(0, len(even), period) if len(part := even[start : start + on]) > 1]
