"""A picture in the other of the two formats people ask for."""

import io

from PIL import Image

from blueprint.imaging.grid_splitter import DPI
from generation.storage import images

FORMATS = {"jpeg": "image/jpeg", "png": "image/png"}
ENDINGS = {"jpeg": "jpg", "png": "png"}


def converted(data: bytes, wanted: str) -> bytes:
    """`wanted` is one of FORMATS. A JPEG has full colour resolution, a PNG the very pixels."""
    with images.A_CORE, Image.open(io.BytesIO(data)) as image:
        stream = io.BytesIO()
        if wanted == "jpeg":
            image.convert("RGB").save(stream, "JPEG", quality=95, subsampling=0, dpi=DPI)
        else:
            image.convert("RGB").save(stream, "PNG", compress_level=6, dpi=DPI)
    return stream.getvalue()
