"""Grids: nine drawn frames between white gutters, real to the pixel, so that cutting has something to cut.

Drawn once for each size, in a palette; every call gets a palette of its own, so that pixels and hashes
differ from call to call and a grid of 2048 px costs a copy of its bytes.
"""

import colorsys
import hashlib
import struct
import zlib
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.support.replicate_server.pictures import MARK, encoded

ROLES = 8  # colours of a frame: wall, floor, grain, skin, hair, clothes, thing, label
WALL, FLOOR, GRAIN, SKIN, HAIR, CLOTHES, THING, LABEL = range(ROLES)
FLAT_LAYS = (2, 6)  # frames without a person
LIGHTNESS = (0.72, 0.55, 0.68, 0.62, 0.22, 0.4, 0.5, 0.1)  # never near the gutters' white
HUES = {SKIN: 0.07, HAIR: 0.06}  # the others' follow from the call


def drawn(size: tuple[int, int], form: str, call: str) -> tuple[bytes, str]:
    """(bytes, content type) of the grid that the call with this id makes."""
    palette = _palette(hashlib.sha256(call.encode()).digest())
    if form == "png":
        return _with_palette(_png(size), palette), "image/png"
    picture = _picture(size).copy()
    picture.putpalette(palette)
    return encoded(picture.convert("RGB"), form, "grid")


@cache
def _png(size: tuple[int, int]) -> bytes:
    return encoded(_picture(size), "png", "grid")[0]


@cache
def _picture(size: tuple[int, int]) -> Image.Image:
    """Indices into a palette: 0 is the gutters' white, then `ROLES` colours for each frame."""
    canvas = Image.new("P", size, 0)
    canvas.putpalette(_palette(bytes(32)))
    for place, (left, top, right, bottom) in enumerate(boxes(size)):
        canvas.paste(_frame(right - left, bottom - top, place), (left, top))
    return _grained(canvas)


def boxes(size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Left, top, right and bottom of the nine frames, in reading order; right and bottom are outside."""
    gutter = max(4, round(min(size) / 100))
    edges = [
        [(round(third * (side + gutter) / 3), round((third + 1) * (side + gutter) / 3) - gutter)
         for third in range(3)]
        for side in size
    ]  # fmt: skip
    return [(left, top, right, bottom) for top, bottom in edges[1] for left, right in edges[0]]


def _frame(wide: int, high: int, place: int) -> Image.Image:
    first = 1 + place * ROLES
    frame = Image.new("P", (wide, high), first + WALL)
    draw = ImageDraw.Draw(frame)
    draw.fontmode = "1"

    def shape(kind: str, role: int, x: float, y: float, x2: float, y2: float) -> None:
        """In fractions of the frame."""
        corners = (x * wide, y * high, x2 * wide - 1, y2 * high - 1)
        getattr(draw, kind)(corners, fill=first + role)

    shape("rectangle", FLOOR, 0, 0.7 + place % 3 * 0.06, 1, 1)
    shape("ellipse", THING, 0.08, 0.72, 0.3, 0.94)
    if place in FLAT_LAYS:
        shape("rectangle", THING, 0.36, 0.2, 0.74, 0.6)
    else:
        middle = 0.4 + place % 4 * 0.07
        shape("ellipse", HAIR, middle - 0.13, 0.14, middle + 0.13, 0.5)
        shape("ellipse", CLOTHES, middle - 0.24, 0.46, middle + 0.24, 1.2 - place % 3 * 0.1)
        shape("ellipse", SKIN, middle - 0.1, 0.18, middle + 0.1, 0.46)
    _label(draw, wide, high, first + LABEL)
    return frame


def _label(draw: ImageDraw.ImageDraw, wide: int, high: int, colour: int) -> None:
    """The mark in every frame's corner, since each may be cut out."""
    font = ImageFont.load_default(max(10, high // 24))
    text = draw.textbbox((0, 0), MARK, font=font)
    draw.text((wide - text[2] - high // 24, high - text[3] - high // 24), MARK, font=font, fill=colour)


def _grained(canvas: Image.Image) -> Image.Image:
    """A third of all wall pixels a little darker, so that no column of a frame is of one colour."""
    indices = np.asarray(canvas).copy()
    walls = (indices % ROLES == 1 + WALL) & (indices > 0)
    grain = walls & (np.random.default_rng(1).random(indices.shape) < 0.3)
    indices[grain] += GRAIN
    picture = Image.fromarray(indices, mode="P")
    picture.putpalette(canvas.getpalette() or [])
    return picture


def _palette(seed: bytes) -> bytes:
    """256 colours: white, then those of the frames, tinted by the seed."""
    colours = [(255, 255, 255)]
    for place in range(9):
        for role, lightness in enumerate(LIGHTNESS):
            hue = HUES.get(role, (seed[place] / 255 + role / ROLES) % 1)
            shade = lightness + seed[9 + place] / 255 * 0.08
            red, green, blue = colorsys.hls_to_rgb(hue, shade, 0.35)
            colours.append((round(red * 255), round(green * 255), round(blue * 255)))
    return bytes(value for colour in colours for value in colour).ljust(768, b"\0")


def _with_palette(png: bytes, palette: bytes) -> bytes:
    """The file with another PLTE chunk: length, name, content, checksum."""
    at = png.index(b"PLTE")
    (length,) = struct.unpack(">I", png[at - 4 : at])
    chunk = b"PLTE" + palette[:length]
    return png[:at] + chunk + struct.pack(">I", zlib.crc32(chunk)) + png[at + 4 + length + 4 :]
