"""Previews of photo grids from the local engine: nine frames of the selfie itself, thirty to a feed."""

import hashlib
import io
import os
import subprocess
import sys
from itertools import combinations, pairwise

import cv2
import numpy as np
import pytest
from PIL import Image as PilImage

from generation.providers.base import PermanentError
from generation.providers.local import LocalProvider, crops
from generation.providers.local.photo import Photo

from .garments import ask, encoded

SIDE, GUTTER = 606, 3  # small, for speed; the sizes that are delivered have a test of their own


def selfie(skin=(214, 168, 140), height: int = 640, width: int = 560) -> np.ndarray:
    """Somebody in a striped jumper before a wall with a lamp and a plant."""
    light = np.linspace(25, -30, width)[None, :, None]
    grain = np.random.default_rng(2).normal(0, 4, (height, width, 1))
    photo = np.clip(np.array((176, 182, 178)) + light + grain, 0, 255).astype(np.uint8)
    cv2.rectangle(photo, (20, 120), (110, 400), (52, 96, 70), -1)
    cv2.circle(photo, (490, 150), 46, (246, 214, 130), -1, cv2.LINE_AA)
    cv2.ellipse(photo, (280, 600), (230, 210), 0, 0, 360, (36, 58, 112), -1, cv2.LINE_AA)
    for y in range(420, height, 34):
        cv2.line(photo, (110, y), (450, y), (226, 220, 204), 9, cv2.LINE_AA)
    cv2.ellipse(photo, (280, 250), (112, 140), 0, 0, 360, (60, 42, 34), -1, cv2.LINE_AA)
    cv2.ellipse(photo, (280, 275), (88, 115), 0, 0, 360, skin, -1, cv2.LINE_AA)
    for x in (245, 315):
        cv2.ellipse(photo, (x, 262), (16, 8), 0, 0, 360, (40, 30, 28), -1, cv2.LINE_AA)
    cv2.ellipse(photo, (280, 335), (30, 8), 0, 0, 360, (150, 70, 70), -1, cv2.LINE_AA)
    return photo


def plain_selfie(height: int = 700, width: int = 560) -> np.ndarray:
    """Somebody near the camera before a bare wall, in a plain dark top: little but the face to show."""
    shade = np.linspace(6, -12, width)[None, :, None]
    grain = np.random.default_rng(5).normal(0, 2, (height, width, 1))
    photo = np.clip(np.array((226, 214, 198)) + shade + grain, 0, 255).astype(np.uint8)
    cv2.rectangle(photo, (232, 420), (328, 620), (196, 148, 120), -1)
    cv2.ellipse(photo, (280, 720), (270, 150), 0, 0, 360, (40, 42, 48), -1, cv2.LINE_AA)
    cv2.ellipse(photo, (280, 280), (142, 196), 0, 0, 360, (52, 36, 30), -1, cv2.LINE_AA)
    cv2.ellipse(photo, (280, 315), (112, 156), 0, 0, 360, (208, 160, 132), -1, cv2.LINE_AA)
    for x in (238, 322):
        cv2.ellipse(photo, (x, 290), (24, 11), 0, 0, 360, (244, 238, 230), -1, cv2.LINE_AA)
        cv2.circle(photo, (x, 290), 10, (40, 30, 28), -1, cv2.LINE_AA)
        cv2.ellipse(photo, (x, 262), (32, 7), 0, 180, 360, (52, 36, 30), 6, cv2.LINE_AA)
    cv2.line(photo, (280, 300), (284, 352), (170, 122, 98), 7, cv2.LINE_AA)
    cv2.ellipse(photo, (280, 398), (38, 11), 0, 0, 360, (160, 78, 76), -1, cv2.LINE_AA)
    return photo


@pytest.fixture(scope="module")
def provider():
    return LocalProvider()


@pytest.fixture(scope="module")
def feed(provider) -> list[np.ndarray]:
    return [tiny(preview(provider, number=number), 24) for number in range(1, 31)]


def preview(provider, *photos: np.ndarray, **given) -> np.ndarray:
    return np.asarray(opened(answered(provider, *photos, **given)))


def answered(provider, *photos: np.ndarray, **given) -> bytes:
    parameters = {"number": 1, "category": "professional", "mood": "minimal", "title": "Monday", "size": SIDE}
    shown = [encoded(photo) for photo in photos or (selfie(),)]
    image = ask(provider, "grid", *shown, **{**parameters, **given}).image
    assert image is not None
    return image


def opened(data: bytes) -> PilImage.Image:
    image = PilImage.open(io.BytesIO(data))
    assert image.format == "PNG"
    return image.convert("RGB")


def frames(grid: np.ndarray) -> list[np.ndarray]:
    side = (len(grid) - 2 * GUTTER) // 3
    starts = [place * (side + GUTTER) for place in range(3)]
    return [grid[top : top + side, left : left + side] for top in starts for left in starts]


def tiny(picture: np.ndarray, side: int = 12) -> np.ndarray:
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA).astype(int)


@pytest.mark.parametrize(("side", "gutter"), [(2048, 10), (4096, 20)])
def test_nine_square_frames_with_even_white_gutters(provider, side, gutter):
    grid = preview(provider, size=side)
    assert grid.shape == (side, side, 3)
    lines = np.flatnonzero((grid == 255).all(axis=(0, 2)))
    assert lines.tolist() == np.flatnonzero((grid == 255).all(axis=(1, 2))).tolist()
    frame = (side - 2 * gutter) // 3
    first, second = frame, 2 * frame + gutter
    assert lines.tolist() == [*range(first, first + gutter), *range(second, second + gutter)]


def test_no_two_frames_of_a_grid_are_alike(provider):
    for number in (1, 4, 9, 16, 23, 30):
        small = [tiny(frame) for frame in frames(preview(provider, number=number))]
        for place, one in enumerate(small):
            assert all(np.abs(one - other).mean() > 2 for other in small[place + 1 :]), number


def test_thirty_grids_of_one_selfie_are_thirty_pictures(feed):
    for number, one in enumerate(feed, 1):
        for later, other in enumerate(feed[number:], number + 1):
            assert np.abs(one - other).mean() > 8, (number, later)


def test_another_take_of_a_grid_is_another_picture(provider, feed):
    """Other frames, not other grain; and no other grid of the thirty either."""
    for number, take in ((1, 1), (1, 2), (17, 1), (28, 2)):
        again = preview(provider, number=number, take=take)
        small = tiny(again, 24)
        assert np.abs(small - feed[number - 1]).mean() > 24, (number, take)
        assert all(np.abs(small - other).mean() > 8 for other in feed), (number, take)
        first = preview(provider, number=number, take=0)
        changed = [
            np.abs(tiny(a) - tiny(b)).mean() > 6 for a, b in zip(frames(first), frames(again), strict=True)
        ]
        assert sum(changed) >= 7, (number, take)


def test_no_frame_is_left_nearly_empty_by_a_plain_photo(provider):
    """A bare wall, a dark corner of one or a patch of skin is no picture."""
    for number in (3, 4, 10, 18):
        for place, frame in enumerate(frames(preview(provider, plain_selfie(), number=number, mood="beige"))):
            small = tiny(frame, 48)
            away = np.abs(small - np.median(small, axis=(0, 1))).max(axis=2)
            assert (away > 24).mean() > 0.15, (number, place)


def test_a_photo_that_is_nearly_all_face_is_framed_in_different_ways():
    photo = Photo("", plain_selfie())
    names = ("near", "head", "bust", "half", "wide")
    for one, other in combinations([crops.portrait(photo, name) for name in names], 2):
        assert one.likeness(other) < 0.8


def test_neighbours_in_the_feed_share_few_cells(provider):
    feed = [[tiny(frame) for frame in frames(preview(provider, number=n))] for n in (5, 6, 7, 8)]
    for one, other in pairwise(feed):
        same = sum(np.abs(a - b).mean() < 2 for a, b in zip(one, other, strict=True))
        assert same <= 1


@pytest.mark.parametrize("mood", ["luxury", "minimal", "beige"])
def test_the_mood_is_the_light_of_every_grid(provider, mood):
    means = {name: preview(provider, mood=name, number=8).mean(axis=(0, 1)) for name in (mood, "minimal")}
    brightness = {name: float(mean.mean()) for name, mean in means.items()}
    warmth = {name: float(mean[0] - mean[2]) for name, mean in means.items()}
    if mood == "luxury":
        assert brightness["luxury"] < brightness["minimal"] - 8
    if mood == "beige":
        assert warmth["beige"] > warmth["minimal"] + 8
    assert abs(warmth["minimal"]) < 25


def test_the_palette_that_is_given_is_used(provider):
    sky = {"paper": "#7FC8E8", "ink": "#17181C", "accent": "#E4442B"}
    shares = []
    for palette in (None, sky):
        grid = preview(provider, number=8, palette=palette)
        shares.append((np.abs(grid.astype(int) - (127, 200, 232)).max(axis=2) < 14).mean())
    assert shares[0] == 0
    assert shares[1] > 0.02


def test_a_grid_is_made_of_the_selfie(provider):
    """Another selfie, another grid: nothing comes from anywhere else."""
    one, other = preview(provider, selfie()), preview(provider, np.flipud(selfie()).copy())
    changed = [np.abs(tiny(a) - tiny(b)).mean() > 2 for a, b in zip(frames(one), frames(other), strict=True)]
    assert sum(changed) >= 5


def test_several_selfies_take_turns(provider):
    red = np.zeros((600, 600, 3), np.uint8)
    red[:] = np.linspace((210, 30, 30), (120, 10, 20), 600)[:, None]
    shown = frames(preview(provider, selfie(), red, number=2))
    alone = frames(preview(provider, selfie(), number=2))
    changed = [np.abs(tiny(a) - tiny(b)).mean() > 2 for a, b in zip(shown, alone, strict=True)]
    assert 2 <= sum(changed) <= 8


@pytest.mark.parametrize("shape", [(300, 1200), (1200, 300), (90, 90)])
def test_photos_of_any_shape_will_do_even_without_a_face(provider, shape):
    wall = np.random.default_rng(4).integers(0, 255, (*shape, 3)).astype(np.uint8)
    for number in range(1, 9):
        assert preview(provider, wall, number=number).shape == (SIDE, SIDE, 3)


def test_a_plain_photo_breaks_nothing(provider):
    for tone in (0, 128, 255):
        plain = np.full((400, 400, 3), tone, np.uint8)
        assert preview(provider, plain, number=17).shape == (SIDE, SIDE, 3)


def test_two_thousand_pixels_unless_something_else_is_asked(provider):
    image = ask(provider, "grid", encoded(selfie()), number=1).image
    assert image is not None
    assert opened(image).size == (2048, 2048)


def test_the_same_request_gives_the_same_bytes_in_another_process(provider, tmp_path):
    asked = ((3, 0), (26, 1))
    here = [hashlib.sha256(answered(provider, number=n, take=take)).hexdigest() for n, take in asked]
    path = tmp_path / "selfie.png"
    path.write_bytes(encoded(selfie()))
    program = f"""
import hashlib
from pathlib import Path
from generation.providers.local.grid import grid
from generation.providers.local.photo import Photo, decode
photo = Photo("", decode(Path({str(path)!r}).read_bytes()))
for number, take in {asked}:
    facts = {{"number": number, "take": take, "category": "professional", "mood": "minimal", "size": 606}}
    print(hashlib.sha256(grid([photo], facts)).hexdigest())
"""
    there = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert there.stdout.split() == here


def test_without_a_selfie_there_is_no_grid(provider):
    with pytest.raises(PermanentError, match="no photo"):
        ask(provider, "grid", number=1)
