"""Sizes laid over each other on one centre line and HPS, each with a line style of its own."""

from html import escape

from techpack.flats.drawing import INK, Drawing
from techpack.flats.paths import Placement

MARGIN = 10.0
# Line styles by the distance from the base size: what cannot be told apart is not drawn.
DASHES = ("", "3 1", "1.2 0.8", "4 1 0.8 1", "0.6 0.6", "6 1.5", "2 0.6 0.6 0.6")


def nested_svg(drawings: dict[str, Drawing], base: str) -> str:
    """The outlines of several sizes as one SVG, with a legend. `drawings` are by size, in their order."""
    boxes = [drawing.box() for drawing in drawings.values()]
    low = complex(min(box[0].real for box in boxes), min(box[0].imag for box in boxes))
    high = complex(max(box[1].real for box in boxes), max(box[1].imag for box in boxes))
    scale = max(drawing.scale for drawing in drawings.values())
    unit = 10 / scale
    place = Placement(complex(MARGIN - low.real * unit, MARGIN - low.imag * unit), unit)
    width = (high.real - low.real) * unit + 2 * MARGIN + 22
    height = (high.imag - low.imag) * unit + 2 * MARGIN
    parts = []
    for number, (size, drawing) in enumerate(drawings.items()):
        style = _style(list(drawings), size, base)
        if drawing.outline is not None:
            parts.append(f'<path d="{drawing.outline.svg(place, close=True)}" {style}/>')
        y = MARGIN + 5 * number
        x = width - 20
        parts.append(f'<path d="M{x:.1f},{y:.1f} L{x + 9:.1f},{y:.1f}" {style}/>')
        parts.append(f'<text x="{x + 11:.1f}" y="{y + 1.1:.1f}">{escape(size)}</text>')
    size_words = f'width="{width:.1f}mm" height="{height:.1f}mm" viewBox="0 0 {width:.1f} {height:.1f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size_words} role="img" data-scale="1:{scale}">'
    group = (
        f'<g id="nested" fill="none" stroke="{INK}" font-family="IBM Plex Mono, monospace" font-size="3.4">'
    )
    return (
        f"{head}<title>Sizes {escape(', '.join(drawings))}</title>{group}{''.join(parts)}</g></svg>".replace(
            "<text ", '<text fill="#333" stroke="none" '
        )
    )


def _style(sizes: list[str], size: str, base: str) -> str:
    """The base size is solid and strong; the others are thin, dashed by how far they are from it."""
    if size == base:
        return 'stroke-width="0.5"'
    away = abs(sizes.index(size) - sizes.index(base)) if base in sizes else sizes.index(size)
    below = 1 if base in sizes and sizes.index(size) < sizes.index(base) else 0
    dash = DASHES[(2 * away - below) % len(DASHES)] or DASHES[1]
    return f'stroke-width="0.25" stroke-dasharray="{dash}"'
