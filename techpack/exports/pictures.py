"""Pictures made ready to be set: photos upright and no larger than print needs, drawings legible."""

import io
import re
from dataclasses import dataclass
from xml.etree import ElementTree

from PIL import Image, ImageOps

from core.typesetting import drawing_as_png
from techpack.exports.document import Picture

SVG = "http://www.w3.org/2000/svg"
_LENGTH = re.compile(r"\d*\.?\d+([eE][+-]?\d{1,2})?")
_QUALITY = 86

ElementTree.register_namespace("", SVG)


class PictureError(ValueError):
    """A picture's bytes are not the picture they claim to be."""


@dataclass(frozen=True)
class Ready:
    """A picture as it goes into a file. `width` and `height` are in its own units."""

    data: bytes
    ending: str
    width: float
    height: float


def photo(picture: Picture, *, longest: int = 1500) -> Ready:
    """Return a photo upright, without its metadata, at most `longest` pixels wide or high.

    What a photo says about where and with what it was taken is nobody's business at a factory.
    """
    if picture.kind == "svg":
        check_drawing(picture)
        return Ready(picture.data, "svg", *drawing_size(picture))
    try:
        with Image.open(io.BytesIO(picture.data)) as opened:
            size = opened.size
            if _is_ready(opened, longest):
                return Ready(picture.data, "jpg", *size)
            opened.draft("RGB", (longest, longest))
            return _saved(ImageOps.exif_transpose(opened), longest)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PictureError(str(error)) from error


def _is_ready(opened: Image.Image, longest: int) -> bool:
    """Whether it is a whole JPEG that is small enough and says nothing beside its pixels."""
    bare = not opened.getexif() and "comment" not in opened.info and "icc_profile" not in opened.info
    if opened.format != "JPEG" or opened.mode != "RGB" or max(opened.size) > longest or not bare:
        return False
    opened.draft("RGB", (opened.width // 8, opened.height // 8))  # enough to see whether it is whole
    opened.load()
    return True


def _saved(image: Image.Image, longest: int) -> Ready:
    image.thumbnail((longest, longest), Image.Resampling.BICUBIC, reducing_gap=2.0)
    buffer = io.BytesIO()
    if image.has_transparency_data:
        image.convert("RGBA").save(buffer, "PNG")
        return Ready(buffer.getvalue(), "png", *image.size)
    image.convert("RGB").save(buffer, "JPEG", quality=_QUALITY)
    return Ready(buffer.getvalue(), "jpg", *image.size)


def check_drawing(picture: Picture) -> None:
    """Raise PictureError unless the SVG can be drawn."""
    png(picture, width=8)


def png(picture: Picture, *, width: int) -> bytes:
    """Draw an SVG as PNG, `width` pixels wide, on white."""
    try:
        return drawing_as_png(picture.data.decode(), width=width)
    except ValueError as error:  # UnicodeDecodeError is one
        raise PictureError(str(error)) from error


def drawing_size(picture: Picture) -> tuple[float, float]:
    """Return width and height of an SVG in its own units; 1 x 1 if it does not say."""
    root = _root(picture)
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    sides = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    width, height = (_length(side) for side in sides)
    return (width, height) if width > 0 and height > 0 else (1.0, 1.0)


def with_text_of(picture: Picture, size: float) -> bytes:
    """Return the SVG with all its lettering set in `size` of its own units, in the document's face.

    A drawing is scaled to its place on the page; its codes have to stay legible whatever the scale.
    """
    root = _root(picture)
    for element in root.iter(f"{{{SVG}}}text"):
        style = element.get("style", "")
        lettering = f"font-size:{size:.2f}px;font-family:'IBM Plex Mono';fill:#1a1a1a"
        element.set("style", f"{style};{lettering}".lstrip(";"))
        element.set("stroke-width", f"{size / 3:.2f}")  # of the white behind it
    return ElementTree.tostring(root)


def _root(picture: Picture) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(picture.data)  # noqa: S314 - expat limits how entities grow
    except ElementTree.ParseError as error:
        raise PictureError(str(error)) from error


def _length(text: str) -> float:
    """Return the number that `text` begins with, whatever its unit; 0 if there is none."""
    found = _LENGTH.match(text)
    return float(found[0]) if found else 0.0


def is_hex(colour: str) -> bool:
    """Whether `colour` is a colour as "#1A2B3C"."""
    return bool(re.fullmatch(r"#[0-9A-Fa-f]{6}", colour))
