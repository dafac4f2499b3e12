"""PDFs read back: pdfium reads the text of a page in a hundredth of the time that pypdf takes."""

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium


class Extremes(NamedTuple):
    smallest: float  # size of text, in points
    rightmost: float  # end of text, in points from the left edge of the paper


def page_texts(content: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]


def extremes(content: bytes) -> Iterator[Extremes]:
    """Of the text of each page, that in drawings included."""
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            found = list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=15))
            assert all(one.level == 0 for one in found), "the scale of a drawing would count, too"
            sizes = [_points(one) for one in found]
            yield Extremes(min(sizes), max(one.get_bounds()[2] for one in found))


def _points(text: Any) -> float:
    size = ctypes.c_float()
    assert pdfium.FPDFTextObj_GetFontSize(text.raw, size)
    matrix = text.get_matrix()
    return size.value * abs(matrix.d)
