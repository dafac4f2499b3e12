"""Pictures as they come from people and from engines, checked and made uniform.

What a file is told by its content, never by its name or by the header it was sent with. Sizes
are looked at before anything is decoded.
"""

import io
import os
import threading
import unicodedata
import warnings
from dataclasses import dataclass
from typing import IO

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, ImageOps

pillow_heif.register_heif_opener()  # HEIC; Pillow reads AVIF by itself
# Pillow warns from 89 megapixels on and refuses from twice that on; `_opened` refuses earlier.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

MOST_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 80_000_000
LEAST_SIDE, MOST_SIDE = 64, 30_000
MOST_RESULT_BYTES = 40 * 1024 * 1024
LEAST_RESULT_SIDE, MOST_RESULT_SIDE = 16, 8192
MOST_LOSSLESS_PIXELS = 12_000_000  # a PNG beyond that is kept as a JPEG: it would be huge

PHOTO_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF")  # of a TIFF the first page
RESULT_FORMATS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SMALL, LARGE = (480, 1920), (1200, 4800)  # widths in px, and heights at most
DEEP_GREYS = ("I;16", "I;16L", "I;16B", "I;16N", "I")
SRGB = ImageCms.createProfile("sRGB")

# Held while a picture is decoded: thirty at once would be no faster than one a core, and take a gigabyte.
A_CORE = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
# Held from the download of a picture until its files are stored; taken before A_CORE. More than this many
# keep no core busier, and each holds 10 to 20 MB meanwhile.
IN_HAND = threading.BoundedSemaphore(max(8, 4 * (os.cpu_count() or 2)))


class InvalidImage(Exception):
    """Not acceptable, in one sentence of plain text (not HTML) that names file and limit."""


@dataclass(frozen=True)
class CleanPhoto:
    """An upright sRGB photo without anything but its pixels. `width` and `height` in px."""

    data: bytes
    content_type: str
    width: int
    height: int


@dataclass(frozen=True)
class Checked:
    """A decoded picture (RGB; may be scaled down, never below LARGE) and the facts of the file."""

    image: Image.Image
    content_type: str
    width: int
    height: int


def read_photo(file: IO[bytes] | bytes, *, name: str) -> CleanPhoto:
    """The photo in an upload, turned upright, in sRGB on white, re-encoded without metadata.

    Raises InvalidImage.
    """
    shown = shown_name(name)
    data = _content(file, shown)
    image = _opened(data, shown)
    with A_CORE:
        return _cleaned(image, shown)


def _cleaned(image: Image.Image, shown: str) -> CleanPhoto:
    lossless = image.format in ("PNG", "TIFF")
    try:
        # A decoder may raise anything at all over hostile bytes.
        image = _plain(ImageOps.exif_transpose(image))
    except Exception as error:
        message = f"{shown} is damaged or not complete: save it again, or choose another photo."
        raise InvalidImage(message) from error
    encoded, content_type = _encoded(image, lossless=lossless)
    return CleanPhoto(encoded, content_type, image.width, image.height)


def check_result(data: bytes) -> Checked:
    """What an engine drew, decoded. Raises InvalidImage."""
    if len(data) > MOST_RESULT_BYTES:
        raise InvalidImage(f"The picture has {_megabytes(len(data))} MB: at most 40.")
    try:
        image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
        width, height = image.size
        sides_fit = all(LEAST_RESULT_SIDE <= side <= MOST_RESULT_SIDE for side in image.size)
        content_type = RESULT_FORMATS[image.format or ""]
        plain = _plain(image) if sides_fit else image
    except Exception as error:
        raise InvalidImage("The picture cannot be decoded.") from error
    if not sides_fit:
        raise InvalidImage(f"The picture has {width} × {height} px: 16 to 8192 a side.")
    return Checked(plain, content_type, width, height)


def open_own(file: IO[bytes] | bytes, content_type: str) -> Checked:
    """A picture of ours, as `read_photo` wrote it or `check_result` took it, decoded no larger than
    the thumbnails need. Raises InvalidImage when it is damaged."""
    try:
        image: Image.Image = Image.open(io.BytesIO(file) if isinstance(file, bytes) else file)
        width, height = image.size
        image.draft("RGB", (LARGE[0] * 2, LARGE[0] * 2 * height // width))
        return Checked(_plain(image), content_type, width, height)
    except Exception as error:
        raise InvalidImage("The picture is damaged.") from error


def thumbnails(image: Image.Image, content_type: str, size: tuple[int, int]) -> dict[str, bytes]:
    """ "small" (480 px wide) and "large" (1200 px wide) as WebP; never larger than the picture. A JPEG that
    is no larger than that is its own "large": `is_its_own_large`."""
    return thumbnails_and_colour(image, content_type, size)[0]


def thumbnails_and_colour(
    image: Image.Image, content_type: str, size: tuple[int, int]
) -> tuple[dict[str, bytes], str]:
    """`thumbnails`, and the mean colour as "#RRGGBB", for which the small one will do."""
    large = _fitted(image, LARGE)
    small = _fitted(large, SMALL)
    made = {"small": _webp(small)}
    if not is_its_own_large(content_type, *size):
        made["large"] = _webp(large)
    return made, placeholder(small)


def is_its_own_large(content_type: str, width: int, height: int) -> bool:
    """A photograph in WebP would not be smaller for the eye, and costs a core what the JPEG itself did."""
    return content_type == "image/jpeg" and 0 < width <= LARGE[0] and height <= LARGE[1]


def placeholder(image: Image.Image) -> str:
    """The mean colour, as "#RRGGBB"."""
    mean = image.convert("RGB").resize((1, 1), Image.Resampling.BOX, reducing_gap=1.0)
    red, green, blue = mean.tobytes()
    return f"#{red:02X}{green:02X}{blue:02X}"


def shown_name(name: str) -> str:
    """A file's name as it may be put into a sentence: no path, no control or direction
    characters, at most 40 characters with the ending kept."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip() or "the file"
    return f"“{name if len(name) <= 40 else f'{name[:28]}…{name[-11:]}'}”"


def _content(file: IO[bytes] | bytes, shown: str) -> bytes:
    if isinstance(file, bytes):
        file = io.BytesIO(file)
    size = file.seek(0, io.SEEK_END)
    size = file.tell() if size is None else size  # Django's uploads answer None
    if size > MOST_BYTES:
        raise InvalidImage(f"{shown} has {_megabytes(size)} MB: at most 25 MB a photo.")
    if not size:
        raise InvalidImage(f"{shown} is empty.")
    file.seek(0)
    return file.read()


def _opened(data: bytes, shown: str) -> Image.Image:
    """The picture with only its header read."""
    try:
        image = Image.open(io.BytesIO(data), formats=PHOTO_FORMATS)
    except Image.DecompressionBombError as error:
        raise InvalidImage(f"{shown} has too many megapixels: at most 80 a photo.") from error
    except Exception as error:
        message = f"{shown} is not a photo we can read: use JPEG, PNG, WebP, HEIC, AVIF or TIFF."
        raise InvalidImage(message) from error
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise InvalidImage(f"{shown} has {width * height // 1_000_000} megapixels: at most 80 a photo.")
    if min(image.size) < LEAST_SIDE:
        raise InvalidImage(f"{shown} has {width} × {height} px: at least {LEAST_SIDE} px a side.")
    if max(image.size) > MOST_SIDE:
        raise InvalidImage(f"{shown} has {width} × {height} px: at most {MOST_SIDE} px a side.")
    return image


def _plain(image: Image.Image) -> Image.Image:
    """Decoded to 8-bit sRGB on white, whatever it was."""
    profile = image.info.get("icc_profile")
    image.load()
    if image.mode in DEEP_GREYS:
        image = _shallow(image)
    elif image.mode == "F":
        image = image.convert("L")
    if image.has_transparency_data:
        image = _on_white(image)
    elif image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("RGB")
    return _in_srgb(image, profile)


def _shallow(image: Image.Image) -> Image.Image:
    """16 bits of grey to 8."""
    values = np.asarray(image).astype(np.int64)
    return Image.fromarray((np.clip(values, 0, 65535) >> 8).astype(np.uint8), mode="L")


def _on_white(image: Image.Image) -> Image.Image:
    layered = image.convert("RGBA")
    plain = Image.new("RGB", image.size, "white")
    plain.paste(layered, mask=layered.getchannel("A"))
    return plain


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours by the picture's own profile; one that is broken or of another colour space
    counts as none."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "srgb" not in (source.profile.profile_description or "").lower():
                converted = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
                return converted or image
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image.convert("RGB")


def _encoded(image: Image.Image, *, lossless: bool) -> tuple[bytes, str]:
    """The pixels and nothing else: no EXIF, no place, no comment, no profile (it is sRGB now)."""
    bare = Image.frombytes("RGB", image.size, image.tobytes()) if image.info else image
    if lossless and image.width * image.height <= MOST_LOSSLESS_PIXELS:
        png = _saved(bare, "PNG", compress_level=4)
        if len(png) <= MOST_BYTES:
            return png, "image/png"
    return _saved(bare, "JPEG", quality=95, subsampling=0), "image/jpeg"


def _fitted(image: Image.Image, box: tuple[int, int]) -> Image.Image:
    """Smaller by half of what Lanczos takes; side by side nobody tells the two apart."""
    scale = min(1.0, box[0] / image.width, box[1] / image.height)
    if scale == 1.0:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)


def _webp(image: Image.Image) -> bytes:
    """Method 2 takes half the time of 3 and makes files of the same size."""
    return _saved(image, "WEBP", quality=82, method=2)


def _saved(image: Image.Image, form: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}"
