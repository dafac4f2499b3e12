"""Set a photo upright whose product lies on its side or upside down."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.garments.recognition import Recognition, recognise
from vision.outlines import fit_outline
from vision.outlines.products import UPPER
from vision.scale_card import Card
from vision.segmentation import Mask, Rgb

LOWER = ("skirt", "trousers", "jeans", "shorts")
NO_UP = ("shoes", "hat")  # kinds that are recognised whichever way they lie
SURE_ENOUGH = 0.97  # confidence that it is no garment as it lies, from which nothing else is tried
CLEARER, FAR_CLEARER = 0.12, 0.3  # by how much another way up is clearer
LEAST_SHARE = 0.6
SURE_OF_GARMENT = 0.9  # what looks like no garment as it lies must be surely one the other way up
BETTER_FIT = 0.025  # of the overlap: by how much the outline must fit better where that is not far clearer

type Floats = NDArray[np.float32]


def upright(image: Rgb, salience: Floats, mask: Mask, seen: Recognition) -> tuple[int, Recognition]:
    """Return how many quarter turns (counterclockwise) set the product upright, and what it is then.

    `seen` is what the photo shows as it lies. Recognition has to be clearer the other way up, and the outline
    to fit better: 0.1 s, and 2 s where a turn is likely.
    """
    sure = 1 - CLEARER if seen.kind else SURE_ENOUGH  # nothing can be clearer than a garment so sure
    if seen.kind in NO_UP or seen.confidence > sure + 1e-6:
        return 0, seen
    others = {
        turns: recognise(turned(image, turns), turned(salience, turns), from_near=False)
        for turns in (1, 2, 3)
    }
    garments = {turns: other for turns, other in others.items() if other.kind not in (None, *NO_UP)}
    turns = max(garments, key=lambda one: garments[one].confidence, default=0)
    if not turns:
        return 0, seen
    clearer = garments[turns].confidence - (seen.confidence if seen.kind else 0.0)
    if garments[turns].confidence < (LEAST_SHARE if seen.kind else SURE_OF_GARMENT) or clearer < CLEARER:
        return 0, seen
    best = recognise(turned(image, turns), turned(salience, turns))
    gained = _overlap(turned(mask, turns), best) - _overlap(mask, seen)
    return (turns, best) if gained > (0 if clearer > FAR_CLEARER else BETTER_FIT) else (0, seen)


def _overlap(mask: Mask, seen: Recognition) -> float:
    if seen.product_type not in (*UPPER, *LOWER):
        return 0.0
    features: dict[str, str | int] = {name: value for name, (value, _) in seen.features.items()}
    fit = fit_outline(mask, seen.product_type, features)
    return fit.overlap if fit else 0.0


def turned[A: NDArray[np.generic]](picture: A, turns: int) -> A:
    """A picture or mask (height x width, ...) after quarter turns counterclockwise."""
    return np.ascontiguousarray(np.rot90(picture, turns))


def to_turned(shape: tuple[int, ...], turns: int) -> NDArray[np.float64]:
    """The matrix (3x3) from pixels of a picture of this shape to those of the turned one."""
    height, width = shape[:2]
    return np.array({
        0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        1: [[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]],
        2: [[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]],
        3: [[0, -1, height - 1], [1, 0, 0], [0, 0, 1]],
    }[turns % 4], float)  # fmt: skip


def turned_back(
    landmarks: dict[str, tuple[float, float]], shape: tuple[int, ...], turns: int
) -> dict[str, tuple[float, float]]:
    """Points of the turned picture as pixels of the picture, which has this shape."""
    if not landmarks:
        return {}
    points = np.array(list(landmarks.values()), float)
    back = cv2.perspectiveTransform(points[None], np.linalg.inv(to_turned(shape, turns)))[0]
    return {name: (float(x), float(y)) for name, (x, y) in zip(landmarks, back, strict=True)}


def turned_card(card: Card, shape: tuple[int, ...], turns: int) -> Card:
    """The scale card as it lies on the turned photo; `shape` is that of the photo."""
    matrix = to_turned(shape, turns)
    corners = cv2.perspectiveTransform(card.corners[None].astype(float), matrix)[0]
    return replace(card, to_plane=card.to_plane @ np.linalg.inv(matrix), corners=corners)
