"""The drawings beside a table: how many fit side by side, at which scale, and where each stands."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from techpack.exports import callouts, pictures, wording
from techpack.exports.document import Flat
from techpack.exports.folder import Folder

MOST_FLATS = 4  # in one panel

_CAPTION_MM = 7.0
_CODE_PT = 7.6  # codes of dimension lines
_PT_PER_MM = 72 / 25.4
_BUBBLE_MARGIN_MM = 13.0
_LEADER_MM = 7.5  # from the edge of a flat to the middle of a number


@dataclass(frozen=True)
class Box:
    """What a panel may fill, in millimetres."""

    width: float
    height: float


@dataclass(frozen=True)
class _Grid:
    columns: int
    rows: int
    scale: float  # millimetres to a unit of the drawings


def with_callouts(flats: Sequence[Flat], box: Box, folder: Folder) -> dict[str, Any]:
    """Arrange flats as drawn, with the numbers of their callouts in the margins."""
    grid = _best_grid(flats, box, _BUBBLE_MARGIN_MM)
    placed = [_placed(flat, index, grid, box) for index, flat in enumerate(flats)]
    for flat, place in zip(flats, placed, strict=True):
        place["file"] = folder.add_drawing(flat.picture)
        place["bubbles"] = [
            vars(bubble)
            for bubble in callouts.bubbles(
                flat.callouts, width=place["width"], height=place["height"], margin=_LEADER_MM
            )
        ]
    return {"width": box.width, "height": box.height, "flats": placed}


def with_dimensions(flats: Sequence[Flat], box: Box, folder: Folder) -> dict[str, Any]:
    """Arrange flats with dimension lines; the codes are equally large whatever the scale."""
    grid = _best_grid(flats, box, 0)
    placed = [_placed(flat, index, grid, box) for index, flat in enumerate(flats)]
    text_size = _CODE_PT / (_PT_PER_MM * grid.scale)
    for flat, place in zip(flats, placed, strict=True):
        place["file"] = folder.add_drawing(flat.dimensioned, text_size=text_size)
    return {"width": box.width, "height": box.height, "flats": placed}


def _size(flat: Flat) -> tuple[float, float]:
    try:
        return pictures.drawing_size(flat.picture)
    except pictures.PictureError:
        return 1.0, 1.0


def _best_grid(flats: Sequence[Flat], box: Box, margin: float) -> _Grid:
    """Of all ways to arrange the flats in rows, the one that draws them largest; all at one scale."""
    width = max(_size(flat)[0] for flat in flats)
    height = max(_size(flat)[1] for flat in flats)
    grids = []
    for columns in range(1, len(flats) + 1):
        rows = math.ceil(len(flats) / columns)
        across = (box.width / columns - 2 * margin) / width
        down = (box.height / rows - _CAPTION_MM) / height
        grids.append(_Grid(columns, rows, min(across, down)))
    return max(grids, key=lambda grid: grid.scale)


def _placed(flat: Flat, index: int, grid: _Grid, box: Box) -> dict[str, Any]:
    """In the middle of its cell, in millimetres from the top left of the panel."""
    row, column = divmod(index, grid.columns)
    cell_width, cell_height = box.width / grid.columns, box.height / grid.rows
    width, height = (side * grid.scale for side in _size(flat))
    return {
        "view": wording.short(flat.view, 30),
        "note": wording.short(flat.picture.note, 60),
        "x": column * cell_width + (cell_width - width) / 2,
        "y": row * cell_height + (cell_height - _CAPTION_MM - height) / 2,
        "width": width,
        "height": height,
        "captionY": (row + 1) * cell_height - _CAPTION_MM,
        "bubbles": [],
    }
