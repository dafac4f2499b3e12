"""Renders: real pictures from the first reference, by the local engine's code, marked as a stand-in's.
Grids are drawn (`grids`).

The mark is written in a corner and in the file's metadata; a line drawing has it in the metadata
only, for a flat carries no letters.
"""

import hashlib
import io
import math
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps, PngImagePlugin

from generation.providers.local.close_ups import close_up, plan
from generation.providers.local.flats import png, traced
from generation.providers.local.photo import Photo
from techpack.flats import Specification, draw, has_flat, views_of
from techpack.library import type_named
from tests.support.replicate_server.reading import Task

Json = dict[str, Any]
MARK = "stand-in"
SOFTWARE = "Selvedge stand-in for the Replicate API"
MADE: dict[tuple[Any, ...], tuple[bytes, str]] = {}
SIDES = {"1K": 1024, "2K": 2048, "4K": 4096}
LARGEST = max(SIDES.values())


def render(
    task: Task, values: Json, photos: list[Photo], *, plain: bool = False, largest: int = LARGEST
) -> tuple[bytes, str]:
    """(bytes, content type) of the picture; `plain` is one colour, for those who count time."""
    size = size_of(values, photos, largest)
    seed = hashlib.sha256(repr((values.get("prompt"), [p.sha256 for p in photos])).encode()).digest()
    if plain:
        picture = Image.new("RGB", size, tuple(96 + byte // 2 for byte in seed[:3]))
    else:
        picture = KINDS[task.step if photos else "nothing"](photos, task.facts, size, seed)
    if task.step != "sketch" or plain:
        _mark(picture)
    return encoded(picture, str(values.get("output_format") or "jpg"), task.step)


def once(
    task: Task, values: Json, look: Callable[[], list[Photo]], comment: str, largest: int
) -> tuple[bytes, str]:
    """As `render`, but made once for each step and size and then repeated with another comment inside:
    real files, each different, for those who measure what becomes of them."""
    options = (values.get(name) for name in ("aspect_ratio", "resolution", "output_format"))
    key = (task.step, largest, *options)
    if key not in MADE:
        MADE[key] = render(task, values, look(), largest=largest)
    data, kind = MADE[key]
    return _with_comment(data, kind, comment.encode()), kind


def _with_comment(data: bytes, kind: str, comment: bytes) -> bytes:
    if kind == "image/jpeg":  # a COM segment, after the start of the image
        return data[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[2:]
    chunk = b"tEXtprediction\0" + comment  # before the last chunk, IEND, of 12 bytes
    head, tail = struct.pack(">I", len(chunk) - 4), struct.pack(">I", zlib.crc32(chunk))
    return data[:-12] + head + chunk + tail + data[-12:]


def size_of(values: Json, photos: list[Photo], largest: int = LARGEST) -> tuple[int, int]:
    """Width and height: the ratio asked for on the area of its square (of `largest` at most), in steps of
    8 px."""
    name = values.get("aspect_ratio") or "match_input_image"
    ratio = 1.0
    if ":" in name:
        wide, high = name.split(":")
        ratio = int(wide) / int(high)
    elif photos:
        ratio = min(4.0, max(0.25, photos[0].width / photos[0].height))
    side = min(SIDES[values.get("resolution") or "2K"], largest)
    return round(side * math.sqrt(ratio) / 8) * 8, round(side / math.sqrt(ratio) / 8) * 8


def _sketch(photos: list[Photo], facts: Json, size: tuple[int, int], seed: bytes) -> Image.Image:
    product_type, view = type_named(facts.get("subcategory") or ""), facts["view"]
    if has_flat(product_type) and view in views_of(product_type):
        drawing = draw(Specification(product_type), view).svg()
    else:
        drawing = traced(photos[0], facts)
    lines = Image.open(io.BytesIO(png(drawing))).convert("RGB")
    return ImageOps.pad(lines, size, Image.Resampling.LANCZOS, color="white")


def _close_up(photos: list[Photo], facts: Json, size: tuple[int, int], seed: bytes) -> Image.Image:
    area = facts.get("area") or _planned(photos[0], facts, seed)
    if not (area[0] < area[2] and area[1] < area[3]):
        area = [0.3, 0.3, 0.6, 0.6]
    crop = Image.open(io.BytesIO(close_up(photos[0], {"area": area}))).convert("RGB")
    return ImageOps.fit(crop, size, Image.Resampling.BICUBIC)


def _planned(photo: Photo, facts: Json, seed: bytes) -> list[float]:
    """The area of the shot with that title in the local engine's plan, else one by chance of the seed."""
    shots = plan([photo], {"views": [{"view": facts["view"]}], **facts})["shots"]
    title = (facts.get("title") or "").lower()
    named = [shot for shot in shots if title and _alike(shot["title"].lower(), title)]
    return (named or [shots[seed[0] % len(shots)]])[0]["area"]


def _alike(one: str, other: str) -> bool:
    return one in other or other in one


def _copy(photos: list[Photo], facts: Json, size: tuple[int, int], seed: bytes) -> Image.Image:
    return ImageOps.fit(_graded(photos[0].rgb, seed), size, Image.Resampling.BICUBIC)


def _nothing(photos: list[Photo], facts: Json, size: tuple[int, int], seed: bytes) -> Image.Image:
    return Image.new("RGB", size, tuple(128 + byte // 2 for byte in seed[:3]))


KINDS = {
    "sketch": _sketch, "close_up": _close_up, "copy": _copy, "unknown": _copy, "nothing": _nothing,
}  # fmt: skip


def _graded(rgb: np.ndarray, seed: bytes) -> Image.Image:
    """Warmer or cooler, lighter or darker, by up to a tenth."""
    gains = 1 + (np.frombuffer(seed[:3], np.uint8).astype(np.float32) / 255 - 0.5) / 5
    return Image.fromarray(np.clip(rgb * gains, 0, 255).astype(np.uint8))


def _mark(picture: Image.Image) -> None:
    """The words in the lower right corner, legible on any ground."""
    height = max(12, min(picture.size) // 40)
    font = ImageFont.load_default(height)
    draw = ImageDraw.Draw(picture)
    left, top, right, bottom = draw.textbbox((0, 0), MARK, font=font)
    x, y = picture.width - (right - left) - height, picture.height - (bottom - top) - height
    draw.rectangle((x - 6, y - 4, x + right - left + 6, y + bottom - top + 8), fill="#1c1c1c")
    draw.text((x - left, y - top + 2), MARK, font=font, fill="#ffffff")


def encoded(picture: Image.Image, form: str, step: str) -> tuple[bytes, str]:
    stream = io.BytesIO()
    if form == "png":
        words = PngImagePlugin.PngInfo()
        words.add_text("Software", SOFTWARE)
        words.add_text("Comment", f"{MARK}: {step}")
        picture.save(stream, "PNG", pnginfo=words, compress_level=1)
        return stream.getvalue(), "image/png"
    exif = Image.Exif()
    exif[0x0131] = SOFTWARE
    exif[0x010E] = f"{MARK}: {step}"
    picture.save(stream, "JPEG", quality=92, exif=exif)
    return stream.getvalue(), "image/jpeg"
