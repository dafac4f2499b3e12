"""Garments drawn with OpenCV on noisy grounds: photos whose right answers are known."""

import hashlib
import io
import uuid

import cv2
import numpy as np
from PIL import Image as PilImage

from generation.providers.base import Image, Output, Request

CREAM = (236, 226, 204)
GREY = (168, 170, 172)


def ground(colour: tuple[int, int, int] = CREAM, *, height: int = 800, width: int = 600) -> np.ndarray:
    noise = np.random.default_rng(7).normal(0, 5, (height, width, 1))
    light = np.linspace(-9, 9, width)[None, :, None]
    return np.clip(np.array(colour) + noise + light, 0, 255).astype(np.uint8)


def cloth(photo: np.ndarray, points: list[tuple[int, int]], colour: tuple[int, int, int]) -> np.ndarray:
    """Fill a polygon with slightly grainy cloth; returns its mask."""
    mask = np.zeros(photo.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.array(points, np.int32)], 255, cv2.LINE_AA)
    grain = np.random.default_rng(3).normal(0, 3, (*photo.shape[:2], 1))
    photo[mask > 127] = np.clip(np.array(colour) + grain, 0, 255).astype(np.uint8)[mask > 127]
    return mask


TEE = [
    (230, 130), (300, 124), (370, 130), (450, 170), (545, 300), (480, 350), (430, 290), (430, 690),
    (170, 690), (170, 290), (120, 350), (55, 300), (150, 170),
]  # fmt: skip


def t_shirt(colour: tuple[int, int, int] = (28, 70, 52)) -> np.ndarray:
    """Short sleeves, a round neckline seen as a darker curve, a stitched hem."""
    photo = ground()
    cloth(photo, TEE, colour)
    dark = tuple(int(value * 0.45) for value in colour)
    cv2.ellipse(photo, (300, 130), (62, 58), 0, 0, 180, dark, 3, cv2.LINE_AA)
    cv2.line(photo, (172, 668), (428, 668), dark, 2, cv2.LINE_AA)
    return photo


def striped_shirt() -> np.ndarray:
    photo = ground()
    mask = cloth(photo, TEE, (240, 240, 238))
    for y in range(140, 700, 26):
        photo[y : y + 11][mask[y : y + 11] > 127] = (30, 45, 110)
    return photo


def trousers() -> np.ndarray:
    photo = ground(GREY)
    points = [(200, 90), (400, 90), (450, 720), (360, 720), (300, 320), (240, 720), (150, 720)]
    cloth(photo, points, (36, 52, 96))
    cv2.line(photo, (196, 132), (404, 132), (12, 18, 36), 3, cv2.LINE_AA)
    return photo


def parted_trousers() -> np.ndarray:
    """Legs with a broad gap between them, as a hanger leaves it."""
    photo = ground(GREY)
    points = [(200, 90), (400, 90), (450, 720), (350, 720), (330, 330), (270, 330), (250, 720), (150, 720)]
    cloth(photo, points, (36, 52, 96))
    return photo


def trousers_with_touching_legs() -> np.ndarray:
    """The gap begins below the knees, far from the crotch."""
    photo = ground(GREY)
    points = [(200, 90), (400, 90), (450, 720), (360, 720), (300, 530), (240, 720), (150, 720)]
    cloth(photo, points, (36, 52, 96))
    return photo


def dress() -> np.ndarray:
    photo = ground()
    points = [
        (225, 90), (255, 90), (268, 140), (300, 156), (332, 140), (345, 90), (375, 90), (382, 190),
        (375, 330), (500, 720), (100, 720), (225, 330), (218, 190),
    ]  # fmt: skip
    cloth(photo, points, (150, 30, 60))
    return photo


def strapped_dress() -> np.ndarray:
    """Broad straps beside a deep neckline, and a hem that hangs down on both sides."""
    photo = ground()
    outline = [(220, 60), (280, 60), (280, 128), (320, 128), (320, 60), (380, 60), (375, 300), (430, 740),
               (340, 740), (340, 680), (260, 680), (260, 740), (170, 740), (225, 300)]  # fmt: skip
    cloth(photo, outline, (176, 40, 60))
    return photo


def cap() -> np.ndarray:
    """A crown with a badge that outshines its seams, and a peak towards the viewer."""
    photo = ground(GREY)
    mask = np.zeros(photo.shape[:2], np.uint8)
    cv2.ellipse(mask, (300, 330), (190, 220), 0, 180, 360, 255, -1, cv2.LINE_AA)
    cv2.ellipse(mask, (300, 330), (175, 330), 0, 0, 180, 255, -1, cv2.LINE_AA)
    photo[mask > 127] = (40, 60, 150)
    cv2.ellipse(photo, (300, 340), (186, 110), 0, 5, 175, (20, 30, 80), 3, cv2.LINE_AA)
    cv2.line(photo, (300, 120), (300, 448), (24, 38, 100), 3, cv2.LINE_AA)
    cv2.rectangle(photo, (240, 300), (360, 400), (250, 250, 245), -1, cv2.LINE_AA)
    cv2.putText(photo, "42", (262, 372), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (190, 20, 30), 5, cv2.LINE_AA)
    return photo


def round_hat(*, peak: bool) -> np.ndarray:
    """A rounded outline, as a cap from the front and a beanie have; only the cap has a seam to its peak."""
    photo = ground(GREY)
    mask = np.zeros(photo.shape[:2], np.uint8)
    cv2.ellipse(mask, (300, 380), (190, 250), 0, 0, 360, 255, -1, cv2.LINE_AA)
    photo[mask > 127] = (40, 60, 150)
    if peak:
        cv2.ellipse(photo, (300, 400), (184, 90), 0, 4, 176, (14, 20, 60), 4, cv2.LINE_AA)
    return photo


def stool() -> np.ndarray:
    """A seat on two legs, with bare ground between them."""
    photo = ground()
    points = [(90, 180), (510, 180), (510, 380), (470, 380), (470, 700), (410, 700), (410, 380),
              (190, 380), (190, 700), (130, 700), (130, 380), (90, 380)]  # fmt: skip
    cloth(photo, points, (110, 60, 30))
    return photo


def shoe_from_the_side() -> np.ndarray:
    photo = ground(height=600, width=800)
    points = [(120, 420), (130, 220), (260, 200), (330, 310), (560, 350), (680, 390), (680, 440), (120, 440)]
    cloth(photo, points, (60, 30, 20))
    return photo


def tagged_shirt() -> np.ndarray:
    """A plain shirt with a white hang tag."""
    photo = t_shirt()
    cv2.rectangle(photo, (330, 180), (370, 240), (250, 250, 250), -1, cv2.LINE_AA)
    return photo


def creased_shirt() -> np.ndarray:
    """A plain shirt with short dark folds, none of which is a seam."""
    photo = t_shirt((150, 40, 40))
    rng = np.random.default_rng(5)
    for _ in range(14):
        x, y = rng.integers(200, 380), rng.integers(300, 620)
        away = (int(x + rng.integers(-40, 40)), int(y + rng.integers(20, 60)))
        cv2.line(photo, (int(x), int(y)), away, (80, 18, 18), 3, cv2.LINE_AA)
    return photo


def shirt_before_a_door() -> np.ndarray:
    """A dark shirt on a pale wall that ends at an equally dark door."""
    photo = t_shirt()
    cloth(photo, [(470, 0), (600, 0), (600, 800), (470, 800)], (28, 70, 52))
    return photo


def shoes_side_by_side() -> np.ndarray:
    """Two dark shoes that touch, seen from above: one piece with two heels and two toes."""
    photo = ground()
    for x in (225, 375):
        mask = np.zeros(photo.shape[:2], np.uint8)
        cv2.ellipse(mask, (x, 260), (66, 150), 0, 0, 360, 255, -1, cv2.LINE_AA)
        cv2.ellipse(mask, (x, 520), (84, 170), 0, 0, 360, 255, -1, cv2.LINE_AA)
        photo[mask > 127] = (24, 24, 26)
    return photo


def shoes() -> np.ndarray:
    photo = ground(height=600, width=800)
    for left in (90, 450):
        points = [(left, 380), (left + 30, 240), (left + 110, 230), (left + 150, 320), (left + 260, 360),
                  (left + 260, 410), (left, 410)]  # fmt: skip
        cloth(photo, points, (60, 30, 20))
    return photo


def encoded(photo: np.ndarray, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    PilImage.fromarray(photo).save(stream, kind)
    return stream.getvalue()


def image_of(data: bytes, role: str = "photo") -> Image:
    return Image(
        uuid.uuid4(), role, hashlib.sha256(data).hexdigest(), "image/png", len(data), 0, 0, lambda: data
    )


def ask(provider, purpose: str, *photos: bytes, **parameters) -> Output:  # type: ignore[no-untyped-def]
    """Prepare and submit, as the engine does."""
    operation = "render" if purpose in ("close_up", "sketch") else "analyse"
    request = Request(operation=operation, purpose=purpose, parameters=parameters)
    images = [image_of(data) for data in photos]
    output = provider.submit(request, images, provider.prepare(request, images, uuid.uuid4()))
    assert isinstance(output, Output)
    return output
