"""What is wrong with a selfie is said. Drawn faces: no photo of anybody is kept here."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from blueprint.imaging.selfie_check import problems

SKIN, DEEP_SKIN = (222, 178, 150), (128, 84, 62)


def room(width: int = 600, height: int = 800, colour=(168, 176, 184)) -> np.ndarray:
    light = np.linspace(20, -25, height)[:, None, None]
    grain = np.random.default_rng(1).normal(0, 3, (height, width, 1))
    return np.clip(np.array(colour) + light + grain, 0, 255).astype(np.uint8)


def add_face(photo: np.ndarray, centre: tuple[int, int], size: int, skin=SKIN) -> np.ndarray:
    """A frontal face `size` px wide, with the light and shade that one has."""
    canvas = photo.astype(np.float32)

    def oval(x, y, wide, high, tone, soft=0.0, turn=0):
        mask = np.zeros(photo.shape[:2], np.float32)
        place = (round(centre[0] + x * size), round(centre[1] + y * size))
        axes = max(1, round(wide * size / 2)), max(1, round(high * size / 2))
        cv2.ellipse(mask, place, axes, turn, 0, 360, 1.0, -1, cv2.LINE_AA)
        if soft:
            mask = cv2.GaussianBlur(mask, (0, 0), soft * size)
        canvas[:] = canvas * (1 - mask[..., None]) + np.array(tone, np.float32) * mask[..., None]

    base = np.array(skin, np.float32)
    oval(0, 1.35, 2.1, 1.5, (60, 76, 110))  # shoulders
    oval(0, 0.62, 0.5, 0.8, base * 0.78)  # neck
    oval(0, -0.15, 1.15, 1.4, (58, 40, 30))  # hair
    oval(0, 0.05, 0.95, 1.25, base)
    oval(0, -0.3, 0.7, 0.3, base * 1.08, 0.06)
    for side in (-1, 1):
        oval(0.22 * side, -0.05, 0.30, 0.20, base * 0.62, 0.03)  # the eye's hollow
        oval(0.22 * side, -0.16, 0.28, 0.06, base * 0.35, 0.012, 6 * side)
        oval(0.22 * side, -0.03, 0.20, 0.09, (236, 234, 230), 0.006)
        oval(0.22 * side, -0.03, 0.09, 0.09, (40, 28, 22), 0.004)
        oval(0.25 * side, 0.2, 0.26, 0.22, base * 1.06, 0.05)
        oval(0.07 * side, 0.24, 0.07, 0.04, base * 0.5, 0.01)
    oval(0, 0.1, 0.1, 0.3, base * 1.1, 0.025)
    oval(0, 0.42, 0.36, 0.1, (168, 78, 78), 0.01)
    oval(0, 0.42, 0.34, 0.02, (90, 40, 40), 0.006)
    oval(0, 0.54, 0.3, 0.07, base * 0.8, 0.03)
    return np.clip(canvas, 0, 255).astype(np.uint8)


def selfie(size: int = 215, **given) -> np.ndarray:
    return add_face(room(), (300, 345), size, **given)


def codes(photo: np.ndarray, kind: str = "JPEG", **options) -> list[str]:
    return [problem.code for problem in asked(photo, kind, **options)]


def asked(photo: np.ndarray, kind: str = "JPEG", **options):
    stream = io.BytesIO()
    Image.fromarray(photo).save(stream, kind, **options)
    return problems(stream.getvalue())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("skin", [SKIN, DEEP_SKIN])
def test_a_good_selfie_has_no_problem_whatever_the_skin(kind, skin):
    assert codes(selfie(skin=skin), kind) == []


def test_a_selfie_in_black_and_white_will_do():
    grey = cv2.cvtColor(selfie(), cv2.COLOR_RGB2GRAY)
    assert codes(cv2.merge([grey] * 3)) == []


@pytest.mark.parametrize("angle", [-25, -12, 12, 25])
def test_a_tilted_head_is_found(angle):
    turn = cv2.getRotationMatrix2D((300, 345), angle, 1)
    tilted = cv2.warpAffine(selfie(), turn, (600, 800), borderMode=cv2.BORDER_REPLICATE)
    assert codes(tilted) == []


def test_a_photo_that_lies_on_its_side_is_turned_as_its_exif_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = np.ascontiguousarray(np.rot90(selfie()))
    assert codes(lying) == ["no_face"]
    assert codes(lying, exif=exif) == []


def test_a_room_with_nobody_in_it_is_refused():
    photo = room()
    cv2.circle(photo, (450, 600), 120, (40, 110, 60), -1, cv2.LINE_AA)
    (problem,) = asked(photo)
    assert problem.code == "no_face"
    assert problem.blocking


def test_a_face_that_may_have_been_missed_is_a_warning():
    photo = room()
    cv2.ellipse(photo, (300, 340), (100, 135), 0, 0, 360, SKIN, -1, cv2.LINE_AA)
    found = [(problem.code, problem.blocking) for problem in asked(photo)]
    assert found == [("no_face", False)]


def test_two_people_are_one_too_many():
    pair = add_face(add_face(room(), (165, 340), 170), (440, 360), 165)
    assert codes(pair) == ["several_faces"]


def test_somebody_far_behind_is_nobody():
    assert codes(add_face(selfie(), (70, 160), 60)) == []


def test_a_face_far_away_is_too_small():
    assert codes(selfie(size=48)) == ["face_too_small"]


@pytest.mark.parametrize("radius", [6, 10])
def test_a_blurred_selfie_is_not_sharp(radius):
    assert codes(cv2.GaussianBlur(selfie(), (0, 0), radius)) == ["blurred"]


def test_a_dark_selfie_is_dark_and_not_called_blurred():
    assert codes((selfie() * 0.25).astype(np.uint8)) == ["too_dark"]


def test_a_face_burnt_out_is_too_bright():
    assert codes(np.clip(selfie() * 1.55, 0, 255).astype(np.uint8)) == ["too_bright"]


def test_a_small_photo_says_its_size_and_what_to_do():
    small = cv2.resize(selfie(), (420, 560), interpolation=cv2.INTER_AREA)
    (problem,) = asked(small)
    assert problem.code == "too_small"
    assert problem.sentence == (
        "This photo has 420 × 560 pixels. Choose one with at least 512 on each side, such as the "
        "original from your phone."
    )


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff\xe0 cut off"])
def test_what_cannot_be_opened_is_said(data):
    assert [problem.code for problem in problems(data)] == ["unreadable"]


def test_a_photo_cut_off_in_the_middle_cannot_be_opened():
    stream = io.BytesIO()
    Image.fromarray(selfie()).save(stream, "JPEG")
    half = stream.getvalue()[: len(stream.getvalue()) // 2]
    assert [problem.code for problem in problems(half)] == ["unreadable"]


def test_every_sentence_ends_and_says_what_to_do():
    photos = (
        room(),
        selfie(size=48),
        cv2.GaussianBlur(selfie(), (0, 0), 7),
        (selfie() * 0.2).astype(np.uint8),
    )
    for photo in photos:
        for problem in asked(photo):
            assert problem.sentence.count(". ") >= 1
            assert problem.sentence.endswith(".")
