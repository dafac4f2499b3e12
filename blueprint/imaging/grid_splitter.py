"""Find the nine frames of a 3x3 grid and cut them out.

A gutter is a run of pixel columns (or rows) that keep one colour from end to end. Photographs beside
it may have that colour in places, seldom along all three frames: so a column is judged by the share of
it that is alike, which finds a white gutter beside a white flat lay too. Nothing of Django here.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from PIL import Image

LEAST_SIDE = 300  # px; below it a frame is smaller than a thumbnail
REACH = 0.08  # of the side: how far from its third a gutter is looked for
WIDEST_GUTTER = 0.05  # of the side; a wider run is content of one colour
WIDEST_BORDER = 0.07
ALIKE = 0.92  # share of a column that must have the gutter's colour
TOLERANCES = (6, 12, 20, 32)  # levels of 255: clean, JPEG, strong JPEG, a gutter with shading
EDGE_STEP, EDGE_SHARE = 24, 0.25  # a border ends where a quarter of the line is that many levels off
SAMPLES = 250  # pixels looked at along one column
CONTENT_TYPE = "image/jpeg"
DPI = (300, 300)  # as prints are usually made; programs show the size in centimetres by it

Axis = Literal["x", "y"]


class Box(NamedTuple):
    """Pixels; right and bottom are the first ones outside."""

    left: int
    top: int
    right: int
    bottom: int


class Gap(NamedTuple):
    """What lies between two frames: the end of the one, the start of the next."""

    start: int
    end: int


@dataclass(frozen=True)
class Lines:
    """Columns (or rows) of a part of the picture: their median colours, and how each keeps to its own."""

    pixels: np.ndarray  # (samples, n, 3) of 8 bits
    colours: np.ndarray  # (n, 3)
    apart: np.ndarray  # (samples, n): largest difference of a channel from the median

    def alike(self, tolerance: int) -> np.ndarray:
        return (self.apart <= tolerance).mean(0) >= ALIKE

    def runs(self, tolerance: int) -> list[Gap]:
        """Neighbouring even lines of one colour, first to last; positions within these lines."""
        found: list[Gap] = []
        start: int | None = None
        for index, even in enumerate([*self.alike(tolerance), False]):
            if start is not None and not (even and self._same(start, index, tolerance)):
                found.append(Gap(start, index))
                start = None
            if even and start is None:
                start = index
        return found

    def ends(self, run: Gap, *, beyond: int) -> bool:
        """Whether there is an edge: content whose shading happens to be even drifts away instead."""
        if not 0 <= beyond < len(self.colours):
            return False
        border = self.colours[run.start : run.end].mean(0)
        other = np.abs(self.pixels[:, beyond] - border).max(axis=1) > EDGE_STEP
        return bool(other.mean() > EDGE_SHARE)

    def _same(self, one: int, other: int, tolerance: int) -> bool:
        return bool(np.abs(self.colours[one] - self.colours[other]).max() <= tolerance)


def nine_frames(image: Image.Image) -> list[Box]:
    """The frames in reading order, without gutters and outer border.

    Gutters are looked for up to 8 % of the side from the thirds; where none is, the third is the cut.
    A column of frames whose gutter is not straight through the picture is looked for row by row.
    Raises ValueError for pictures below 300 px a side.
    """
    if min(image.size) < LEAST_SIDE:
        raise ValueError(f"The picture has {image.width} × {image.height} px: at least {LEAST_SIDE} a side.")
    inner = _without_border(image)
    rows = _spans(inner.top, inner.bottom, _gaps(image, inner, "y"))
    throughout = _gaps(image, inner, "x")
    boxes = []
    for top, bottom in rows:
        band = Box(inner.left, top, inner.right, bottom)
        alone = throughout if all(throughout) else _gaps(image, band, "x")
        gaps = [gap or own for gap, own in zip(throughout, alone, strict=True)]
        boxes += [Box(left, top, right, bottom) for left, right in _spans(inner.left, inner.right, gaps)]
    return boxes


def gutters(image: Image.Image, axis: Axis) -> list[Gap | None]:
    """The two gaps between the three columns ("x") or rows ("y"), through the whole picture; None where there
    is no gutter."""
    return _gaps(image, _without_border(image), axis)


def cut(image: Image.Image) -> Iterator[tuple[Image.Image, bytes, str]]:
    """The nine frames, one after the other: the pixels, and the file with its content type.

    JPEG, for a frame is a photograph that people post, and every service takes JPEG. Quality 92 with
    full colour resolution (4:4:4) shows no fringes on red knitwear and costs a quarter of a PNG; the
    grid itself stays as it came. Optimised tables would take three times as long for 7 % less.
    Raises ValueError as `nine_frames` does.
    """
    image = image.convert("RGB")
    for box in nine_frames(image):
        stream, frame = io.BytesIO(), image.crop(box)
        frame.save(stream, "JPEG", quality=92, subsampling=0, dpi=DPI)
        yield frame, stream.getvalue(), CONTENT_TYPE


def _spans(start: int, end: int, gaps: list[Gap | None]) -> list[tuple[int, int]]:
    """Three frames along one axis, given the two gaps; a gap that is None is an exact third."""
    first, second = (
        gap or Gap(*[start + round((end - start) * number / 3)] * 2) for number, gap in enumerate(gaps, 1)
    )
    return [(start, first.start), (first.end, second.start), (second.end, end)]


def _lines(image: Image.Image, area: Box, axis: Axis) -> Lines:
    width, height = area.right - area.left, area.bottom - area.top
    size = (width, min(height, SAMPLES)) if axis == "x" else (min(width, SAMPLES), height)
    sampled = np.asarray(image.resize(size, Image.Resampling.NEAREST, box=area).convert("RGB"))
    if axis == "y":
        sampled = sampled.swapaxes(0, 1)
    # One channel after the other, one line after the other: what follows is several times as quick so.
    channels = np.ascontiguousarray(sampled.transpose(2, 1, 0)).astype(np.int16)
    middle = channels.shape[2] // 2
    colours = np.partition(channels, middle, axis=2)[:, :, middle]
    red, green, blue = np.abs(channels - colours[:, :, np.newaxis])
    return Lines(sampled, colours.T, np.maximum(np.maximum(red, green), blue).T)


def _gaps(image: Image.Image, area: Box, axis: Axis) -> list[Gap | None]:
    start, end = (area.left, area.right) if axis == "x" else (area.top, area.bottom)
    return [_gap(image, area, axis, start + (end - start) * third / 3) for third in (1, 2)]


def _gap(image: Image.Image, area: Box, axis: Axis, third: float) -> Gap | None:
    """The gutter near this third of the area, or None."""
    start, end = (area.left, area.right) if axis == "x" else (area.top, area.bottom)
    side = end - start
    low, high = round(third - REACH * side), round(third + REACH * side)
    window = area._replace(left=low, right=high) if axis == "x" else area._replace(top=low, bottom=high)
    lines = _lines(image, window, axis)
    gutter = _gutter(lines, third - low, round(WIDEST_GUTTER * side)) or _plain(lines, third - low, side)
    if gutter is None:
        return None
    soft = _softness(image) if gutter.end > gutter.start else 0
    return Gap(low + max(0, gutter.start - soft), low + min(high - low, gutter.end + soft))


def _gutter(lines: Lines, third: float, widest: int) -> Gap | None:
    """The run nearest the third that is no wider than a gutter, with what noise took from its edges."""
    found: Gap | None = None
    for tolerance in TOLERANCES:
        runs = [run for run in lines.runs(tolerance) if _inside(run, lines) and run.end - run.start <= widest]
        if found is None:
            found = min(runs, key=lambda run: abs((run.start + run.end) / 2 - third), default=None)
            continue
        # More tolerance may show the rest of a noisy gutter; much more is pale content beside it.
        most = 2 * (found.end - found.start) + 8
        grown = [run for run in runs if run.start <= found.start and run.end >= found.end]
        found = next((run for run in grown if run.end - run.start <= most), found)
    return found


def _inside(run: Gap, lines: Lines) -> bool:
    """Whether both edges are seen: what touches the window's rim goes on outside of it."""
    return run.start > 0 and run.end < len(lines.colours)


def _plain(lines: Lines, third: float, side: int) -> Gap | None:
    """The cut where frames and gutter have one colour: at the third, but up to an edge that is near.

    An edge of the run within a gutter's width is where a frame begins that can be told from it.
    """
    run = next((run for run in lines.runs(TOLERANCES[1]) if run.start <= third <= run.end), None)
    if run is None or run.end - run.start <= 2:
        return None
    near = WIDEST_GUTTER * side
    start = run.start if run.start > 0 and third - run.start <= near else round(third)
    end = run.end if run.end < len(lines.colours) and run.end - third <= near else round(third)
    return Gap(start, end)


def _softness(image: Image.Image) -> int:
    """How many px of a frame's edge may be blended with the gutter, by resampling or by JPEG."""
    return 2 + min(image.size) // 1200


def _without_border(image: Image.Image) -> Box:
    width, height = image.size
    most_x, most_y = round(WIDEST_BORDER * width), round(WIDEST_BORDER * height)
    left = _border(_lines(image, Box(0, 0, most_x, height), "x"), 1, image)
    right = _border(_lines(image, Box(width - most_x, 0, width, height), "x"), -1, image)
    top = _border(_lines(image, Box(0, 0, width, most_y), "y"), 1, image)
    bottom = _border(_lines(image, Box(0, height - most_y, width, height), "y"), -1, image)
    return Box(left, top, width - right, height - bottom)


def _border(lines: Lines, step: Literal[1, -1], image: Image.Image) -> int:
    """Width of the border that begins at this edge; 0 when there is none, or content of one colour."""
    count = len(lines.colours)
    for tolerance in reversed(TOLERANCES[:3]):
        runs = lines.runs(tolerance)
        run = next((run for run in runs if (run.start == 0 if step == 1 else run.end == count)), None)
        if run is None:
            return 0
        width = run.end - run.start
        if width < count and lines.ends(run, beyond=run.end + 2 if step == 1 else run.start - 3):
            return width + _softness(image)
    return 0
