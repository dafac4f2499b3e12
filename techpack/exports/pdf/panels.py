"""The drawings beside a table: how many stand side by side, at which scale, and where each one is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from techpack.exports import pictures, wording
from techpack.exports.document import Flat
from techpack.exports.pdf import callouts
from techpack.exports.pdf.folder import Folder

MOST_FLATS = 4  # in one panel

_CAPTION_MM = 8.0
_CODE_PT = 7.2  # codes of dimension lines
_PT_PER_MM = 72 / 25.4
_BUBBLE_MARGIN_MM = 12.0
_LEADER_MM = 7.5  # from the edge of a flat to the middle of a number
_NARROWEST_MM = 76.0
_NEARLY_AS_LARGE = 0.9


@dataclass(frozen=True)
class Box:
    """What a panel may fill, in millimetres."""

    width: float
    height: float


@dataclass(frozen=True)
class _Grid:
    """Equal cells, one for each flat. `scale` is millimetres to a unit of the drawings."""

    columns: int
    rows: int
    scale: float
    cell_width: float
    cell_height: float


def as_drawn(flats: Sequence[Flat], box: Box, folder: Folder) -> dict[str, Any]:
    """Arrange flats as drawn, with the numbers of their callouts in the margins."""
    has_callouts = any(flat.callouts for flat in flats)
    grid = _grid(flats, box, _BUBBLE_MARGIN_MM if has_callouts else 0)
    placed = [
        _placed(flat, index, grid)
        | {"file": folder.add_drawing(flat.picture), "bubbles": _bubbles(flat, grid.scale)}
        for index, flat in enumerate(flats)
    ]
    return _panel(placed, grid)


def with_dimensions(flats: Sequence[Flat], box: Box, folder: Folder) -> dict[str, Any]:
    """Arrange flats with dimension lines; the codes are equally large whatever the scale."""
    grid = _grid(flats, box, 0)
    text_size = _CODE_PT / (_PT_PER_MM * grid.scale)
    placed = [
        _placed(flat, index, grid)
        | {"file": folder.add_drawing(flat.dimensioned, text_size=text_size), "bubbles": []}
        for index, flat in enumerate(flats)
    ]
    return _panel(placed, grid)


def column(files: Sequence[dict[str, Any]], gap: float) -> dict[str, Any]:
    """A panel of pictures that have their sizes, one below the other."""
    down, placed = 0.0, []
    for one in files:
        note = wording.short(one["note"], 60)
        placed.append({**one, "view": one["caption"], "note": note, "x": 0, "y": down, "bubbles": []})
        down += one["height"] + gap
    return {"width": max(one["width"] for one in files), "height": down, "flats": placed}


def _panel(placed: list[dict[str, Any]], grid: _Grid) -> dict[str, Any]:
    return {"width": grid.columns * grid.cell_width, "height": grid.rows * grid.cell_height, "flats": placed}


def _size(flat: Flat) -> tuple[float, float]:
    try:
        return pictures.drawing_size(flat.picture)
    except pictures.PictureError:
        return 1.0, 1.0


def _grid(flats: Sequence[Flat], box: Box, margin: float) -> _Grid:
    """Of all ways to arrange the flats, the narrowest of those that draw them largest; all at one scale."""
    ways = [_way(flats, box, margin, columns) for columns in range(1, len(flats) + 1)]
    best = max(way.scale for way in ways)
    return next(way for way in ways if way.scale >= best * _NEARLY_AS_LARGE)


def _way(flats: Sequence[Flat], box: Box, margin: float, columns: int) -> _Grid:
    width = max(_size(flat)[0] for flat in flats)
    height = max(_size(flat)[1] for flat in flats)
    rows = math.ceil(len(flats) / columns)
    across = (box.width / columns - 2 * margin) / width
    down = (box.height / rows - _CAPTION_MM) / height
    scale = min(across, down)
    cell_width = max(width * scale + 2 * margin, _NARROWEST_MM / columns)
    return _Grid(columns, rows, scale, cell_width, box.height / rows)


def _placed(flat: Flat, index: int, grid: _Grid) -> dict[str, Any]:
    """In the middle of its cell, in millimetres from the top left of the panel."""
    row, column = divmod(index, grid.columns)
    width, height = (side * grid.scale for side in _size(flat))
    return {
        "view": wording.short(flat.view, 30),
        "note": wording.short(flat.picture.note, 60),
        "x": column * grid.cell_width + (grid.cell_width - width) / 2,
        "y": row * grid.cell_height + (grid.cell_height - _CAPTION_MM - height) / 2,
        "width": width,
        "height": height,
    }


def _bubbles(flat: Flat, scale: float) -> list[dict[str, Any]]:
    width, height = (side * scale for side in _size(flat))
    found = callouts.bubbles(flat.callouts, width=width, height=height, margin=_LEADER_MM)
    return [vars(bubble) for bubble in found]
