"""Photos and close-ups on pages of their own: each as large as its neighbours allow."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from techpack.exports import pictures, wording
from techpack.exports.document import Picture
from techpack.exports.pdf.folder import Folder
from techpack.exports.pdf.panels import Box
from techpack.exports.pdf.words import Words

MOST_ON_PAGE = 6
_CAPTION_MM = 14.0
_GAP_MM = 6.0
_UNREADABLE = (4.0, 3.0)


@dataclass(frozen=True)
class _Plate:
    file: str
    caption: str
    note: str
    width: float
    height: float


def pages(items: Sequence[Picture], box: Box, folder: Folder, words: Words) -> list[dict[str, Any]]:
    """Return the pages, each with its number of columns and its pictures with their sizes in millimetres."""
    return [
        _page([_plate(item, folder, words) for item in batch], box)
        for batch in batched(items, MOST_ON_PAGE, strict=False)
    ]


def fitted(picture: Picture, box: Box, folder: Folder, words: Words) -> dict[str, Any]:
    """Return a single picture, as large as fits into `box`."""
    return _sized(_plate(picture, folder, words), box)


def _plate(picture: Picture, folder: Folder, words: Words) -> _Plate:
    told = words.caption(picture.caption), picture.note
    try:
        ready = pictures.photo(picture)
    except pictures.PictureError:
        return _Plate("", *told, *_UNREADABLE)
    return _Plate(folder.add(ready.data, ready.ending), *told, ready.width, ready.height)


def _page(plates: list[_Plate], box: Box) -> dict[str, Any]:
    ways = [_arranged(plates, box, columns) for columns in range(1, len(plates) + 1)]
    return max(ways, key=lambda way: sum(plate["width"] * plate["height"] for plate in way["plates"]))


def _arranged(plates: list[_Plate], box: Box, columns: int) -> dict[str, Any]:
    rows = math.ceil(len(plates) / columns)
    cell = Box((box.width + _GAP_MM) / columns - _GAP_MM, box.height / rows - _CAPTION_MM)
    return {"columns": columns, "plates": [_sized(plate, cell) for plate in plates]}


def _sized(plate: _Plate, cell: Box) -> dict[str, Any]:
    scale = max(0.0, min(cell.width / plate.width, cell.height / plate.height))
    return {
        "file": plate.file,
        "width": plate.width * scale,
        "height": plate.height * scale,
        "caption": wording.breakable(wording.short(plate.caption, 120)),
        "note": wording.breakable(wording.short(plate.note, 120)),
    }
