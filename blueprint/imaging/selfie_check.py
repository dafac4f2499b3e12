"""Check whether a selfie can be used, and say what to do when it cannot.

Thresholds were measured on one portrait (512 px, its face 18 % of the side) and on twenty photos of
garments without a person; the figures stand beside each. Faces are found by the cascade that comes with
OpenCV: it sees frontal faces, tilted by up to 30 degrees, of any skin tone, in colour or not, and misses
profiles. So a face that is not found is a warning; only where nothing has the colour of skin either is it a
refusal.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pillow_heif
from PIL import Image, ImageOps

from vision.faces import Box, frontal_faces

pillow_heif.register_heif_opener()  # HEIC, straight from a phone

LEAST_SIDE = 512  # px
WORKING_SIDE = 640  # px on the long side of the copy that is looked at
TILTS = (0, 20, -20)  # degrees; people tilt their heads, and their phones
SURE = 8  # neighbours: the portrait's face has 17 to 44, the best hit on a garment 4
LEAST_FACE = 0.12  # of the short side; 0.19 in the portrait, about 0.08 in a full-length photo
SECOND_FACE = 0.5  # of the largest face's side: a smaller one is somebody passing by
FACE_SIDE = 96  # px: every face is judged at this size, large or small
# Variance of the Laplacian over the variance of the light, so that a dark photo is not called blurred.
# In the face: 0.12 as it is, 0.14 at a third of the light, 0.027 blurred by 1 px, 0.013 by 1.5 px.
LEAST_SHARP = 0.02
# The whole, where no face is found: garments 0.02 to 0.7, the portrait 0.06, blurred by 1.5 px 0.0023.
LEAST_SHARP_PICTURE = 0.003
# The brightest tenth of a face: 212 as it is, 85 at 0.4 of the light, 64 at 0.3.
# Not the mean: dark skin is no fault.
LEAST_LIGHT = 75
MOST_BLOWN = 0.25  # share of the face at 250 and above: 0.19 at 1.3 of the light, 0.48 at 1.6
MOST_BLOWN_PICTURE = 0.4  # of the whole, where no face is found: 0.44 at 2.5 of the light; garments 0.09
# Light over both eyes against the cheeks, median and upper quartile: the portrait 0.78 and 0.95, behind
# drawn dark lenses 0.11 and 0.11, behind clear ones 0.49 and 0.78.
DARK_EYES, DARK_LENS = 0.45, 0.55
LEAST_SKIN = 0.03  # share of pixels in the colours of skin


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and what to do. A problem that is not blocking may be overruled."""

    code: str
    sentence: str
    blocking: bool = True


UNREADABLE = Problem("unreadable", "This photo cannot be opened. Save it as a JPEG and choose it again.")
NO_FACE = Problem("no_face", "There is no face in this photo. Choose one in which you look at the camera.")
FACE_NOT_FOUND = Problem(
    "no_face",
    "We could not find a face in this photo. If you are in it you may keep it, but one in which you look "
    "at the camera works better.",
    blocking=False,
)
SEVERAL_FACES = Problem(
    "several_faces", "There are several people in this photo. Choose one that shows only you."
)
FACE_TOO_SMALL = Problem(
    "face_too_small", "Your face is small in this photo. Choose one taken from nearer, or crop it."
)
BLURRED = Problem("blurred", "This photo is not sharp. Clean the lens, hold still, and take it again.")
TOO_DARK = Problem("too_dark", "This photo is too dark. Take it again facing a window or a lamp.")
DARK_GLASSES = Problem(
    "dark_glasses",
    "Your eyes are hidden, by sunglasses or a shadow. You may keep it, but one that shows your eyes works"
    " better.",
    blocking=False,
)
TOO_BRIGHT = Problem(
    "too_bright", "This photo is too bright to show your face. Take it again out of the direct light."
)


@dataclass(frozen=True)
class Remark:
    """What is said of one side of a photo: `aspect` is one of `ASPECTS`."""

    aspect: str
    sentence: str
    is_good: bool


# By aspect: what is said when nothing is wrong, and the problems that belong to it.
ASPECTS: dict[str, tuple[str, frozenset[str]]] = {
    "face": ("Your face is near and easy to see.", frozenset({"no_face", "face_too_small"})),
    "people": ("You are alone in it.", frozenset({"several_faces"})),
    "light": ("The light shows your face well.", frozenset({"too_dark", "too_bright"})),
    "sharpness": ("It is sharp.", frozenset({"blurred"})),
    "glasses": ("Nothing hides your eyes.", frozenset({"dark_glasses"})),
    "size": ("It is large enough.", frozenset({"too_small"})),
}


@dataclass(frozen=True)
class Judgement:
    """What is wrong, the most important first, and what is said of every aspect that could be seen: without a
    face that is neither its light, nor its eyes, nor who else is there."""

    problems: list[Problem]
    has_a_face: bool = False

    @property
    def remarks(self) -> list[Remark]:
        if UNREADABLE in self.problems:
            return [Remark("file", UNREADABLE.sentence, is_good=False)]
        said = []
        for aspect, (good, codes) in ASPECTS.items():
            wrong = next((problem for problem in self.problems if problem.code in codes), None)
            if wrong is not None:
                said.append(Remark(aspect, wrong.sentence, is_good=False))
            elif self.has_a_face or aspect in ("sharpness", "size"):
                said.append(Remark(aspect, good, is_good=True))
        return said


def problems(data: bytes) -> list[Problem]:
    """What is wrong with this selfie; nothing when it will do."""
    return judge(data).problems


def judge(data: bytes) -> Judgement:
    try:
        picture, size = _opened(data)
    except Exception:  # a decoder may raise anything at all over hostile bytes
        return Judgement([UNREADABLE])
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    grey, found = _looked_for(grey)
    face = found[0] if found else None
    seen = [*_size(size), *_subject(picture, found), *_light(grey, face), *_sharpness(grey, face)]
    if face is not None and not seen:  # eyes in a small, dark or blurred face are not judged
        seen = _eyes(grey, face)
    return Judgement(seen, face is not None)


def has_face(picture: np.ndarray) -> bool:
    """Whether a frontal face is seen in these pixels (RGB), of any size."""
    factor = WORKING_SIDE / max(picture.shape[:2])
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return bool(_looked_for(cv2.resize(grey, None, fx=factor, fy=factor))[1])


def _opened(data: bytes) -> tuple[np.ndarray, tuple[int, int]]:
    """The upright picture at working size, and the size it came in."""
    with Image.open(io.BytesIO(data)) as image:
        # A JPEG is decoded no larger than needed: phones send fifty megapixels.
        full = image.size
        image.draft("RGB", (WORKING_SIDE * 2, WORKING_SIDE * 2))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    factor = WORKING_SIDE / max(upright.size)
    wide = max(1, round(upright.width * factor)), max(1, round(upright.height * factor))
    kind = Image.Resampling.BOX if factor < 1 else Image.Resampling.BICUBIC
    return np.asarray(upright.resize(wide, kind)), full


def _looked_for(grey: np.ndarray) -> tuple[np.ndarray, list[Box]]:
    """The faces, and the picture turned so that they are upright in it."""
    height, width = grey.shape
    nearest: list[Box] = []
    for angle in TILTS:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
        turned = (
            cv2.warpAffine(grey, turn, (width, height), borderMode=cv2.BORDER_REPLICATE) if angle else grey
        )
        found = _faces(turned)
        if found and found[0][2] >= LEAST_FACE * min(grey.shape):
            return turned, found
        nearest = nearest if angle else found
    return grey, nearest


def _faces(grey: np.ndarray) -> list[Box]:
    """Boxes (left, top, width, height), the largest first."""
    evened = cv2.createCLAHE(2.0, (4, 4)).apply(grey)  # a face in the dark is still a face
    return frontal_faces(evened, "alt2", least=WORKING_SIDE // 20, neighbours=3, sure=SURE)


def _size(size: tuple[int, int]) -> list[Problem]:
    if min(size) >= LEAST_SIDE:
        return []
    sentence = (
        f"This photo has {size[0]} × {size[1]} pixels. Choose one with at least {LEAST_SIDE} on each side, "
        "such as the original from your phone."
    )
    return [Problem("too_small", sentence)]


def _subject(picture: np.ndarray, found: list[Box]) -> list[Problem]:
    if not found:
        return [FACE_NOT_FOUND if _maybe_skin(picture) else NO_FACE]
    if len(found) > 1 and found[1][2] >= SECOND_FACE * found[0][2]:
        return [SEVERAL_FACES]
    if found[0][2] < LEAST_FACE * min(picture.shape[:2]):
        return [FACE_TOO_SMALL]
    return []


def _maybe_skin(picture: np.ndarray) -> bool:
    """Colours of skin (YCrCb bounds after Chai and Ngan, 1999); always so in black and white."""
    _, red, blue = cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb))
    if red.std() < 2 and blue.std() < 2:
        return True
    skin = (red >= 133) & (red <= 173) & (blue >= 77) & (blue <= 127)
    return bool(skin.mean() >= LEAST_SKIN)


def _eyes(grey: np.ndarray, face: Sequence[int]) -> list[Problem]:
    """Dark glasses: where the eyes are it is dark and even, against the cheeks below. Clear ones pass."""
    part = cv2.resize(_part(grey, face), (FACE_SIDE, FACE_SIDE), interpolation=cv2.INTER_AREA)
    side = FACE_SIDE
    eyes = [
        part[round(0.3 * side) : round(0.46 * side), round(x * side) : round((x + 0.2) * side)]
        for x in (0.2, 0.6)
    ]
    cheeks = part[round(0.55 * side) : round(0.68 * side), round(0.2 * side) : round(0.8 * side)]
    usual = max(1.0, float(np.median(cheeks)))
    dark = all(
        float(np.median(eye)) / usual < DARK_EYES and float(np.percentile(eye, 75)) / usual < DARK_LENS
        for eye in eyes
    )
    return [DARK_GLASSES] if dark else []


def _light(grey: np.ndarray, face: Sequence[int] | None) -> list[Problem]:
    area = grey if face is None else _part(grey, face)
    if np.percentile(area, 90) < LEAST_LIGHT:
        return [TOO_DARK]
    most = MOST_BLOWN_PICTURE if face is None else MOST_BLOWN
    return [TOO_BRIGHT] if (area >= 250).mean() > most else []


def _sharpness(grey: np.ndarray, face: Sequence[int] | None) -> list[Problem]:
    if face is None:
        return [BLURRED] if _detail(grey) < LEAST_SHARP_PICTURE else []
    part = cv2.resize(_part(grey, face), (FACE_SIDE, FACE_SIDE), interpolation=cv2.INTER_AREA)
    return [BLURRED] if _detail(part) < LEAST_SHARP else []


def _detail(grey: np.ndarray) -> float:
    """Variance of the Laplacian, relative to the contrast there is."""
    return float(cv2.Laplacian(grey, cv2.CV_64F).var() / max(1.0, float(grey.var())))


def _part(grey: np.ndarray, box: Sequence[int]) -> np.ndarray:
    left, top, width, height = (int(value) for value in box)
    return grey[top : top + height, left : left + width]
