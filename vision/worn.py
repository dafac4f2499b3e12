"""Say whether somebody wears the product of a photo: by a face, or by a body that goes on beyond its openings.

A product that lies or hangs has the same ground above its neck and below its hem as beside them. A body fills the
middle there, whatever its colours: head and trousers of a sweater, shirt and legs of a skirt.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.faces import Box, frontal_faces
from vision.garments.recognition import UPPER
from vision.garments.regions import Body, find_body
from vision.segmentation import Mask, Rgb

SIDE = 320  # pixels of the longer side of the copy that is looked at
# Half of what is looked at above a neck, and above a waist or below a hem, of the body's width.
NECK, TRUNK = 0.13, 0.35
NEAREST, FARTHEST = 0.025, 0.14  # of the product's height: how far beyond the opening is looked
LEAST_DEPTH = 0.04  # of the height: less of the photo beyond it tells nothing
BESIDE = 0.55  # of the body's width: what is farther from the axis is ground
LEAST_GROUND = 60  # pixels
CELL = np.array([16, 10, 10])  # Lab units that count as one colour
RARE = 0.004  # of the ground: a rarer colour is not one of its colours
FILLED, ROWS_FILLED = 0.5, 0.7  # of a row in other colours than the ground's; of the rows
HOOK = 0.03  # of the square root of the area: what is thinner is no product
SAME_FACE = 0.5  # of the larger one's width: how far apart the middles of two faces may be that are one
LOWER = {"pants", "shorts", "skirt"}
NO_HEM = {"pants"}  # what feet come out of is not looked at below


def has_face(image: Rgb) -> bool:
    """Whether somebody's face is on the photo: then the product is worn. Two detectors must agree where it is."""
    scale = min(1.0, 640 / max(image.shape[:2]))
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    least = max(28, round(0.08 * max(grey.shape)))
    found = frontal_faces(grey, "default", least=least, neighbours=8)
    also = frontal_faces(grey, "alt2", least=least, neighbours=4) if found else []
    return any(_is_same_face(one, other) for one in found for other in also)


def _is_same_face(one: Box, other: Box) -> bool:
    centres = [np.array([left + width / 2, top + height / 2]) for left, top, width, height in (one, other)]
    return float(np.linalg.norm(centres[0] - centres[1])) < SAME_FACE * max(one[2], other[2])


def body_goes_on(image: Rgb, mask: Mask, kind: str | None) -> bool:
    """Whether a body goes on above or below a garment; `image` and `mask` show it upright, `kind` is what it is."""
    if kind not in UPPER | LOWER or not mask.any():
        return False
    zoom = SIDE / max(mask.shape)
    size = max(8, round(mask.shape[1] * zoom)), max(8, round(mask.shape[0] * zoom))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 1.0), cv2.COLOR_RGB2LAB)
    product = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_AREA)
    scene = _Scene.of((lab // CELL).astype(int), product)
    return scene.fills_beyond(TRUNK if kind in LOWER else NECK) or (
        kind not in NO_HEM and scene.upside_down().fills_beyond(TRUNK)
    )


@dataclass(frozen=True)
class _Scene:
    """A photo as numbers of colours (height x width x 3), the product in it (uint8) and its body."""

    colours: NDArray[np.int_]
    product: NDArray[np.uint8]
    body: Body

    @classmethod
    def of(cls, colours: NDArray[np.int_], product: NDArray[np.uint8]) -> "_Scene":
        return cls(colours, product, find_body(product > 0))

    def upside_down(self) -> "_Scene":
        return _Scene(self.colours[::-1], self.product[::-1], self.body)

    def fills_beyond(self, half: float) -> bool:
        """Whether something else than ground lies above the product, so wide (in the body's widths) about its axis."""
        height = int(np.ptp(np.flatnonzero(self.product.any(axis=1)))) + 1
        columns, tops = self._upper_edge(half)
        if not len(columns):
            return False
        level = int(np.median(tops))
        other = self._unlike_ground(level - round((FARTHEST + 0.05) * height), level + round(0.1 * height))
        shares = []
        for above in range(round(NEAREST * height), round(FARTHEST * height) + 1):
            inside = tops >= above
            if other is None or inside.mean() < FILLED:
                break
            shares.append(float(other[tops[inside] - above, columns[inside]].mean()))
        return len(shares) > LEAST_DEPTH * height and np.mean(np.array(shares) >= FILLED) >= ROWS_FILLED

    def _upper_edge(self, half: float) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
        """The columns about the axis, and the rows at which the product begins in them."""
        reach = max(1, round(HOOK * float(self.product.sum()) ** 0.5))
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        whole = cv2.morphologyEx(self.product, cv2.MORPH_OPEN, disc) > 0
        first, last = self.body.axis - half * self.body.width, self.body.axis + half * self.body.width
        columns = np.arange(max(0, round(first)), min(whole.shape[1], round(last) + 1))
        columns = columns[whole[:, columns].any(axis=0)]
        tops = whole[:, columns].argmax(axis=0)
        near = tops < np.median(tops) + 0.25 * whole.any(axis=1).sum() if len(tops) else np.zeros(0, bool)
        return columns[near], tops[near]

    def _unlike_ground(self, first: int, last: int) -> NDArray[np.bool_] | None:
        """Where colours are that the ground beside the product does not have in these rows; None without ground."""
        beside = np.zeros(self.product.shape, bool)
        beside[max(0, first) : max(0, last)] = True
        reach = BESIDE * self.body.width
        beside[:, max(0, round(self.body.axis - reach)) : max(0, round(self.body.axis + reach) + 1)] = False
        beside &= cv2.dilate(self.product, np.ones((9, 9), np.uint8)) == 0
        if beside.sum() < LEAST_GROUND:
            return None
        shape = tuple(256 // CELL + 1)
        places = np.ravel_multi_index(tuple(self.colours[beside].T), shape)
        counts = np.bincount(places, minlength=int(np.prod(shape))).reshape(shape)
        known = (counts > RARE * beside.sum()).astype(np.uint8)
        for axis, steps in ((0, 2), (1, 1), (2, 1)):  # lighter or darker by two, of another hue by one
            known = np.max([np.roll(known, step, axis) for step in range(-steps, steps + 1)], axis=0)
        return known[tuple(np.moveaxis(self.colours, 2, 0))] == 0
