"""Corners of a contour, and masks put onto the edges of a photo."""

import cv2
import numpy as np
import pytest

from vision.contour import Edge, Look
from vision.segmentation import sharpened
from vision.unsure_edges import doubts_of


@pytest.fixture(scope="module")
def square() -> Edge:
    """A square from 49.5 to 199.5 with its corners rounded off."""
    mask = np.zeros((260, 260), np.uint8)
    mask[50:200, 50:200] = 1
    return Edge.of(
        cv2.morphologyEx(mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13)))
    )


def test_a_rounded_corner_is_found_where_its_sides_meet(square: Edge) -> None:
    found = square.corner(np.array([190.0, 192.0]), Look(25, 24, way=np.array([0.7, 0.7])))
    assert found == pytest.approx([199.5, 199.5], abs=0.8)


def test_a_corner_that_sticks_out_is_no_notch(square: Edge) -> None:
    assert square.corner(np.array([190.0, 192.0]), Look(25, 24, bend=-1)) is None


def test_a_straight_edge_has_no_corner(square: Edge) -> None:
    assert square.corner(np.array([125.0, 50.0]), Look(20, 20)) is None


@pytest.fixture(scope="module")
def photo() -> tuple[np.ndarray, np.ndarray]:
    """A checked cloth with a slit on a grained ground, and its true mask."""
    rng = np.random.default_rng(3)
    mask = np.zeros((600, 500), bool)
    mask[80:520, 100:400] = True
    mask[300:520, 240:262] = False
    ys, xs = np.mgrid[:600, :500]
    checks = ((ys // 25 + xs // 25) % 2).astype(bool)
    cloth = np.where(checks[..., None], (190, 60, 70), (60, 70, 160))
    scene = np.where(mask[..., None], cloth, (150, 170, 140)) + rng.normal(0, 4, (600, 500, 3))
    return cv2.GaussianBlur(np.clip(scene, 0, 255).astype(np.uint8), (0, 0), 0.8), mask


@pytest.mark.parametrize("grown", [-4, 0, 4])
def test_the_edge_of_a_mask_goes_where_the_colours_change(
    photo: tuple[np.ndarray, np.ndarray], grown: int
) -> None:
    image, mask = photo
    kernel = np.ones((2 * abs(grown) + 1,) * 2, np.uint8)
    change = cv2.dilate if grown > 0 else cv2.erode
    sharp = sharpened(image, change(mask.astype(np.uint8), kernel).astype(bool))
    assert (sharp & mask).sum() / (sharp | mask).sum() > 0.99


def test_a_gap_between_legs_is_cut_out(photo: tuple[np.ndarray, np.ndarray]) -> None:
    image, mask = photo
    filled = mask.copy()
    filled[300:520, 240:262] = True
    sharp = sharpened(image, filled)
    assert (~sharp[310:510, 245:257]).mean() > 0.9


def test_an_empty_mask_stays_empty(photo: tuple[np.ndarray, np.ndarray]) -> None:
    image, _ = photo
    assert not sharpened(image, np.zeros(image.shape[:2], bool)).any()


def test_a_hem_in_the_colour_of_its_ground_is_noticed() -> None:
    noise = np.random.default_rng(1).normal(0, 3, (600, 500, 1))
    photo = (np.full((600, 500, 3), 120) + noise).clip(0, 255).astype(np.uint8)
    ground, mask = photo.copy(), np.zeros((600, 500), bool)
    mask[100:500, 150:350] = True
    photo[mask] = (photo[mask] * 0.6).astype(np.uint8)
    assert doubts_of(photo, mask).faint < 0.02
    photo[440:500, 150:350] = ground[440:500, 150:350] + 1
    assert doubts_of(photo, mask).faint > 0.2


@pytest.mark.parametrize(("ends_with_cloth", "share"), [(True, 0.8), (False, 0.0)])
def test_a_border_in_the_colour_of_its_ground_is_noticed_and_a_floor_board_is_not(
    ends_with_cloth: bool, share: float
) -> None:
    """Cloth with a border below it whose lower edge shows as a faint line; a board's line goes on."""
    noise = np.random.default_rng(2).normal(0, 2, (600, 500, 1))
    photo, mask = np.full((600, 500, 3), 190.0), np.zeros((600, 500), bool)
    mask[100:480, 150:350] = True
    photo[mask] = (150, 30, 60)
    if ends_with_cloth:
        photo[480:505, 150:350] = 200
        photo[505:509, 150:350] = 160
        photo[480:505, 148:150] = photo[480:505, 350:352] = 160
    else:
        photo[505:509] = 160
    photo = cv2.GaussianBlur((photo + noise).clip(0, 255).astype(np.uint8), (0, 0), 0.8)
    points = np.array(doubts_of(photo, mask).points).reshape(-1, 2)
    below = points[points[:, 1] > 470]
    assert np.ptp(below[:, 0]) / 200 > share if share else not len(points)
    assert not (points[:, 1] < 440).any()


def test_where_a_patch_of_the_cloth_is_missing_the_outline_is_unsure(
    photo: tuple[np.ndarray, np.ndarray],
) -> None:
    """A check at the side of the cloth was taken for ground: it has colours that only the product has."""
    image, mask = photo
    assert not len(doubts_of(image, mask).points)
    without = mask.copy()
    without[150:200, 100:125] = False
    points = np.array(doubts_of(image, without).points).reshape(-1, 2)
    assert len(points)
    assert np.all((points >= [95, 140]) & (points <= [135, 210]))
