"""Nine frames are found in drawn grids whose right answer is known."""

import io
import itertools

import cv2
import numpy as np
import pytest
from PIL import Image

from blueprint.imaging.grid_splitter import (
    CONTENT_TYPE,
    Box,
    cut,
    nine_frames,
)
from generation.providers.local.grid import grid as preview
from generation.providers.local.photo import Photo

WHITE, BLACK, BEIGE = (255, 255, 255), (12, 12, 12), (226, 211, 188)


def scene(width: int, height: int, seed: int) -> np.ndarray:
    """Something photographic: soft light, a few shapes, grain."""
    random = np.random.default_rng(seed)
    low = random.uniform(30, 225, (4, 4, 3)).astype(np.float32)
    picture = cv2.resize(low, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(4):
        centre = (int(random.integers(0, width)), int(random.integers(0, height)))
        colour = random.uniform(0, 255, 3).tolist()
        cv2.circle(picture, centre, int(random.integers(width // 12, width // 4)), colour, -1, cv2.LINE_AA)
    return np.clip(picture + random.normal(0, 4, (height, width, 1)), 0, 255).astype(np.uint8)


def flat_lay(width: int, height: int, seed: int) -> np.ndarray:
    """A thing on plain white that reaches none of the edges."""
    picture = np.full((height, width, 3), 255, np.uint8)
    middle = (width // 2, height // 2)
    colour = [40 + 30 * (seed % 5), 90, 120]
    cv2.circle(picture, middle, width // 4, colour, -1, cv2.LINE_AA)
    return picture


def grid(
    side=900, gutter=12, colour=WHITE, *, shifts=(0, 0, 0, 0), border=0, border_colour=None, frame=scene,
    stagger=0,
):  # fmt: skip
    """A picture and its frames. Shifts move the two upright gutters, then the two level ones."""
    canvas = np.full((side, side, 3), border_colour or colour, np.uint8)
    canvas[border : side - border, border : side - border] = colour
    rows = spans(side, gutter, border, shifts[2:])
    boxes = []
    for row, (top, bottom) in enumerate(rows):
        moved = [shift + stagger * (row - 1) for shift in shifts[:2]]
        for left, right in spans(side, gutter, border, moved):
            boxes.append(Box(left, top, right, bottom))
            drawn = frame(right - left, bottom - top, seed=len(boxes))
            canvas[top:bottom, left:right] = drawn
    return Image.fromarray(canvas), boxes


def spans(side, gutter, border, shifts):
    inner = side - 2 * border
    ends = [border + round(inner * third / 3) + shift for third, shift in zip((1, 2), shifts, strict=True)]
    before, after = gutter // 2, gutter - gutter // 2
    starts = [border, *(end + after for end in ends)]
    return list(zip(starts, [*(end - before for end in ends), side - border], strict=True))


def as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return Image.open(stream)


def assert_cut(image: Image.Image, expected: list[Box], *, lost: int = 4) -> None:
    """Every frame lies within the one that was drawn, and loses at most `lost` px a side."""
    found = nine_frames(image)
    assert len(found) == 9
    for box, drawn in zip(found, expected, strict=True):
        assert box.left >= drawn.left, (box, drawn)
        assert box.top >= drawn.top, (box, drawn)
        assert box.right <= drawn.right, (box, drawn)
        assert box.bottom <= drawn.bottom, (box, drawn)
        assert max(abs(a - b) for a, b in zip(box, drawn, strict=True)) <= lost, (box, drawn)


@pytest.mark.parametrize("side", [600, 1024, 2048])
@pytest.mark.parametrize("gutter", [4, 12, 30])
@pytest.mark.parametrize("colour", [WHITE, BLACK, BEIGE])
def test_gutters_of_any_width_and_colour_are_trimmed(side, gutter, colour):
    assert_cut(*grid(side, gutter, colour))


@pytest.mark.parametrize("side", [600, 900, 2048])
def test_without_gutters_the_cuts_are_the_exact_thirds(side):
    image, expected = grid(side, 0)
    assert nine_frames(image) == expected


@pytest.mark.parametrize("quality", [50, 75, 90])
@pytest.mark.parametrize("gutter", [4, 12, 30])
@pytest.mark.parametrize("colour", [WHITE, BLACK, BEIGE])
def test_jpeg_noise_hides_no_gutter(quality, gutter, colour):
    image, expected = grid(1024, gutter, colour)
    assert_cut(as_jpeg(image, quality), expected)


def test_gutters_off_the_thirds_are_followed():
    for shifts in itertools.product((-45, 0, 38), (-30, 45), (-45, 20), (0, 33)):
        assert_cut(*grid(900, 12, shifts=shifts))


def test_gutters_that_step_from_row_to_row_are_followed():
    assert_cut(*grid(900, 12, stagger=25))


@pytest.mark.parametrize(("colour", "border_colour"), [(WHITE, WHITE), (WHITE, BLACK), (BEIGE, WHITE)])
@pytest.mark.parametrize("border", [6, 20, 45])
def test_an_outer_frame_is_trimmed(colour, border_colour, border):
    assert_cut(*grid(900, 12, colour, border=border, border_colour=border_colour))


def test_a_resampled_grid_leaves_no_pale_edge():
    image, boxes = grid(1500, 18)
    small = image.resize((1024, 1024), Image.Resampling.LANCZOS)
    factor = 1024 / 1500
    for box, drawn in zip(nine_frames(small), boxes, strict=True):
        assert box.left >= drawn.left * factor
        assert box.right <= drawn.right * factor
        assert box.right - box.left >= (drawn.right - drawn.left) * factor - 8


@pytest.mark.parametrize("white", [(1, 5, 6), (2, 4, 9), (1, 3, 8), (4, 5)])
def test_a_white_gutter_beside_white_flat_lays_is_found(white):
    def frame(width, height, seed):
        return (flat_lay if seed in white else scene)(width, height, seed)

    for gutter in (4, 12, 30):
        assert_cut(*grid(900, gutter, frame=frame))


def test_a_whole_column_of_white_flat_lays_leaves_no_strip_in_its_neighbour():
    def frame(width, height, seed):
        return (flat_lay if seed % 3 == 1 else scene)(width, height, seed)

    image, expected = grid(900, 12, frame=frame)
    for found, drawn in zip(nine_frames(image), expected, strict=True):
        assert found.left >= drawn.left
        assert found.right <= drawn.right + 6, "only plain white may stay beside a plain white flat lay"
        assert found.top >= drawn.top
        assert found.bottom <= drawn.bottom


def test_white_gutters_between_dark_night_scenes_are_trimmed():
    def frame(width, height, seed):
        return (scene(width, height, seed) // 14).astype(np.uint8)

    assert_cut(*grid(900, 12, frame=frame))


def test_the_previews_of_the_local_engine_are_cut_at_their_gutters():
    """White gutters beside plain paper, prints with wide margins and nested squares."""
    photo = Photo("", scene(700, 800, 11))
    starts = [place * (676 + 10) for place in range(3)]
    drawn = [Box(left, top, left + 676, top + 676) for top in starts for left in starts]
    for number in (2, 8, 12, 17):
        data = preview([photo], {"number": number, "mood": ("minimal", "beige")[number % 2]})
        assert_cut(Image.open(io.BytesIO(data)), drawn, lost=8)


def test_an_empty_white_picture_is_cut_into_equal_parts():
    boxes = nine_frames(Image.new("RGB", (900, 900), "white"))
    assert boxes[0] == (0, 0, 300, 300)
    assert boxes[8] == (600, 600, 900, 900)


def test_frames_never_overlap_whatever_the_gutters():
    random = np.random.default_rng(5)
    for seed in range(25):
        side = int(random.integers(320, 900))
        shifts = tuple(random.integers(-side // 20, side // 20, 4).tolist())
        image, _ = grid(side, int(random.integers(0, side // 30)), shifts=shifts, border=seed % 7)
        covered = np.zeros((side, side), int)
        for box in nine_frames(image):
            assert 0 < box.right - box.left < side / 2
            covered[box.top : box.bottom, box.left : box.right] += 1
        assert covered.max() == 1


def test_an_oblong_grid_is_cut_too():
    frame = Image.fromarray(scene(900, 1200, 3))
    image, boxes = grid(900, 12)
    tall = image.resize((900, 1200), Image.Resampling.NEAREST)
    found = nine_frames(tall)
    assert [box.left for box in found[:3]] == [box.left for box in nine_frames(image)[:3]]
    assert found[3].top >= boxes[3].top * 4 / 3
    assert len(nine_frames(frame)) == 9


def test_what_is_too_small_is_refused_with_its_size():
    with pytest.raises(ValueError, match="299 × 900 px"):
        nine_frames(Image.new("RGB", (299, 900)))
    with pytest.raises(ValueError, match="at least 300"):
        list(cut(Image.new("RGB", (100, 100))))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_frames_are_encoded_one_at_a_time_in_reading_order(mode):
    image, expected = grid(600, 12)
    image = image.convert(mode)
    frames = cut(image)
    first = Image.open(io.BytesIO(next(frames)[1]))
    assert first.format == "JPEG"
    assert CONTENT_TYPE == "image/jpeg"
    boxes = nine_frames(image)
    assert first.size == (boxes[0].right - boxes[0].left, boxes[0].bottom - boxes[0].top)
    rest = [Image.open(io.BytesIO(data)) for _, data, _ in frames]
    assert len(rest) == 8
    wanted = np.asarray(image.convert("RGB").crop(boxes[8]), int)
    assert np.abs(np.asarray(rest[7], int) - wanted).mean() < 6
    assert expected[8].left <= boxes[8].left
