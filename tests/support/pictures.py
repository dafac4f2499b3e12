"""Photos, drawn."""

import io
from functools import cache

from PIL import Image, ImageDraw


@cache
def picture(colour: str = "#38574D", size: tuple[int, int] = (300, 400), form: str = "PNG") -> bytes:
    """A garment-like shape on paper, as an image file."""
    image = Image.new("RGB", size, "#F4F1EA")
    w, h = size
    ImageDraw.Draw(image).polygon(
        [(w * x, h * y) for x, y in ((0.3, 0.1), (0.7, 0.1), (0.95, 0.4), (0.8, 0.5), (0.75, 0.35),
                                     (0.75, 0.9), (0.25, 0.9), (0.25, 0.35), (0.2, 0.5), (0.05, 0.4))],
        fill=colour,
    )  # fmt: skip
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()
