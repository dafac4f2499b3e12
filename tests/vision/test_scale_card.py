"""The scale card: recognised grey, shaded, turned, tilted and small; nothing else taken for it."""

import cv2
import numpy as np
import pytest

from vision.scale_card import card_svg, find_card, without_card
from vision.scale_card_layout import LAYOUTS, MARKER_CM

SIZE = (1200, 900)


def _page(paper: str, px_per_cm: int = 20) -> np.ndarray:
    layout = LAYOUTS[paper]
    page = np.full((int(layout.size_cm[1] * px_per_cm), int(layout.size_cm[0] * px_per_cm)), 255, np.uint8)
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    side = round(MARKER_CM * px_per_cm)
    for number, (x, y) in layout.markers.items():
        left, top = round(x * px_per_cm), round(y * px_per_cm)
        page[top : top + side, left : left + side] = cv2.aruco.generateImageMarker(dictionary, number, side)
    return page


def _photo(
    paper: str = "a4", *, width_px: float = 160, tilt: float = 0, turn: float = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Photograph the card; return the photo and the matrix from the page's centimetres to pixels."""
    layout = LAYOUTS[paper]
    focal = 1000.0
    rotation = (
        cv2.Rodrigues(np.radians([tilt, 0, 0]).astype(float))[0]
        @ cv2.Rodrigues(np.radians([0.0, 0, turn]))[0]
    )
    distance = focal * layout.size_cm[0] / width_px
    lens = np.array([[focal, 0, SIZE[0] / 2 + 80], [0, focal, SIZE[1] / 2 - 40], [0, 0, 1]])
    shift = np.array([[1, 0, -layout.size_cm[0] / 2], [0, 1, -layout.size_cm[1] / 2], [0, 0, 1]])
    to_photo = lens @ np.column_stack([rotation[:, 0], rotation[:, 1], [0, 0, distance]]) @ shift
    scale = np.diag([1 / 20, 1 / 20, 1])
    large = np.diag([2.0, 2.0, 1]) @ to_photo @ scale
    wide = (SIZE[0] * 2, SIZE[1] * 2)
    page = cv2.GaussianBlur(_page(paper), (0, 0), 20 * layout.size_cm[0] / width_px / 5)
    seen = cv2.warpPerspective(page, large, wide, borderValue=120, borderMode=cv2.BORDER_CONSTANT)
    return cv2.resize(seen, SIZE, interpolation=cv2.INTER_AREA), to_photo


def _length_error(photo: np.ndarray, to_photo: np.ndarray) -> float:
    """Return the largest error (share) of lengths of 30 cm beside the card."""
    card = find_card(photo)
    assert card is not None
    plane = np.array([[[25.0, 0], [25, 30], [55, 15]]])
    seen = cv2.perspectiveTransform(plane, to_photo)
    again = cv2.perspectiveTransform(seen, card.to_plane)[0]
    lengths = np.linalg.norm(again[[1, 2]] - again[0], axis=1) / np.linalg.norm(
        plane[0, [1, 2]] - plane[0, 0], axis=1
    )
    return float(np.abs(lengths - 1).max())


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_both_papers_are_recognised_and_true_to_one_percent(paper: str) -> None:
    photo, to_photo = _photo(paper)
    card = find_card(photo)
    assert card is not None
    assert card.paper == paper
    assert _length_error(photo, to_photo) < 0.01


@pytest.mark.parametrize("turn", [0, 37, 90, 180, 251])
def test_the_card_may_lie_at_any_turn(turn: float) -> None:
    assert _length_error(*_photo(turn=turn)) < 0.01


@pytest.mark.parametrize("tilt", [8, 16, 25])
def test_a_tilted_photo_is_corrected_and_says_its_tilt(tilt: float) -> None:
    photo, to_photo = _photo(tilt=tilt, width_px=220)
    card = find_card(photo)
    assert card is not None
    assert card.tilt_degrees == pytest.approx(tilt, abs=4)
    assert _length_error(photo, to_photo) < 0.03


def test_a_card_of_six_percent_of_the_photo_is_found() -> None:
    photo, _ = _photo(width_px=0.06 * SIZE[0])
    assert find_card(photo) is not None


def test_a_shadow_across_a_pale_grey_print_does_no_harm() -> None:
    photo, to_photo = _photo()
    pale = photo.astype(float) * 0.6 + 70
    pale[:, 650:] *= 0.55
    assert _length_error(pale.astype(np.uint8), to_photo) < 0.015


def test_a_colour_photo_is_read_as_well() -> None:
    photo, _ = _photo()
    assert find_card(cv2.cvtColor(photo, cv2.COLOR_GRAY2BGR)) is not None


def test_noise_and_checks_are_not_taken_for_a_card() -> None:
    rng = np.random.default_rng(1)
    noise = cv2.resize(rng.integers(0, 255, (90, 120), dtype=np.uint8), SIZE)
    assert find_card(noise) is None
    checks = ((np.indices((900, 1200)) // 40).sum(axis=0) % 2 * 255).astype(np.uint8)
    assert find_card(checks) is None


def test_one_marker_alone_is_not_enough() -> None:
    photo, to_photo = _photo()
    cover = cv2.perspectiveTransform(np.array([[[0.0, 10], [21, 10], [21, 29.7], [0, 29.7]]]), to_photo)[0]
    right = cv2.perspectiveTransform(np.array([[[10.5, 0], [21, 0], [21, 29.7], [10.5, 29.7]]]), to_photo)[0]
    for area in (cover, right):
        cv2.fillConvexPoly(photo, area.astype(np.int32), 120)
    assert find_card(photo) is None


def test_the_card_is_taken_off_the_mask() -> None:
    photo, _ = _photo()
    card = find_card(photo)
    assert card is not None
    mask = np.ones(photo.shape, np.uint8)
    left = without_card(mask, card)
    x, y = card.corners.mean(axis=0)
    assert left[round(float(y)), round(float(x))] == 0
    assert left[5, 5] == 1


def test_the_svg_is_recognised_when_printed() -> None:
    resvg = pytest.importorskip("resvg_py")
    png = resvg.svg_to_bytes(svg_string=card_svg("a4"), dpi=127)
    picture = cv2.imdecode(np.frombuffer(bytes(png), np.uint8), cv2.IMREAD_GRAYSCALE)
    framed = cv2.copyMakeBorder(picture, 200, 200, 300, 300, cv2.BORDER_CONSTANT, value=90)
    card = find_card(framed)
    assert card is not None
    assert card.cm_per_px == pytest.approx(21 / 1050, rel=0.01)
