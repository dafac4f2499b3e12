"""Read a photo from bytes: upright, sRGB colours as three channels, transparent parts on white."""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Rgb = NDArray[np.uint8]

MAX_PIXELS = 120_000_000
LEAST_SIDE = 16
WORKING_SIDE = 1600  # pixels of the longer side of the copy that is measured
SEEING_SIDE = 1024  # pixels of the longer side of the copy that is looked at


class UnreadablePhotoError(ValueError):
    """The bytes are no picture that can be looked at. The text is a sentence for people."""


def read_photo(data: bytes, *, side: int | None = None) -> Rgb:
    """Decode a photo: height x width x 3 (RGB). Raises UnreadablePhotoError.

    With `side` a large photo is decoded smaller, no side below that many pixels: a fraction of time and memory.
    """
    try:
        with Image.open(io.BytesIO(data)) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise UnreadablePhotoError("The picture has more than 120 megapixels. Send a smaller one.")
            if side is not None:
                opened.draft(None, (side, side))
            picture = ImageOps.exif_transpose(_reduced(opened, side))
            if picture.mode.startswith("I;16"):
                picture = Image.fromarray((np.asarray(picture) // 256).astype(np.uint8))
            if "A" in picture.getbands() or "transparency" in picture.info:
                layered = picture.convert("RGBA")
                picture = Image.alpha_composite(Image.new("RGBA", layered.size, "white"), layered)
            pixels = np.asarray(picture.convert("RGB"))
    except UnreadablePhotoError:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadablePhotoError("The file is no picture that can be read.") from error
    if min(pixels.shape[:2]) < LEAST_SIDE:
        raise UnreadablePhotoError("The picture is too small to show anything.")
    return pixels


def _reduced(opened: Image.Image, side: int | None) -> Image.Image:
    """A large picture at a half, a third, ... of its size, no side below `side` pixels."""
    factor = min(opened.size) // side if side else 1
    if factor < 2:
        return opened
    has_alpha = "A" in opened.getbands() or "transparency" in opened.info
    wanted = "RGBA" if has_alpha else "RGB"
    return (opened if opened.mode == wanted else opened.convert(wanted)).reduce(factor)


def photo_side(data: bytes) -> int:
    """Pixels of the longer side of a photo that `read_photo` has read."""
    with Image.open(io.BytesIO(data)) as opened:
        return max(opened.size)


def working_copy(image: Rgb) -> Rgb:
    """A copy of at most 1,600 pixels to measure on; the photo itself where it is no larger."""
    scale = WORKING_SIDE / max(image.shape[:2])
    if scale >= 1:
        return image
    size = round(image.shape[1] * scale), round(image.shape[0] * scale)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def seeing_copy(image: Rgb) -> tuple[Rgb, float]:
    """A copy of at most 1024 pixels, and its scale against the photo (1.0: the photo itself)."""
    scale = min(1.0, SEEING_SIDE / max(image.shape[:2]))
    if scale == 1.0:
        return image, 1.0
    size = round(image.shape[1] * scale), round(image.shape[0] * scale)
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA), scale
