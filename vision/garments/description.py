"""Turn a photo into the numbers that the heads look at.

Two pictures are described: the whole photo, squared on white, and the product alone on white, cut out by
its mask. The shape of the mask is added. What hangs from the shoulders is looked at from near, too: its neck
and its front. Left and right are folded together, so that a mirrored photo gives nearly the same numbers.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vision import networks
from vision.garments.regions import neck_and_front
from vision.segmentation import Mask, Rgb, main_pieces

Floats = NDArray[np.float32]

SIDE = 224  # pixels of a squared picture
MASK_SIDE = 20
MARGIN = 0.06  # of the crop's longer side
ROWS = 4


class Description(NamedTuple):
    """A photo as one vector (about 7,100 numbers), ImageNet's logits of the whole photo and of the product, and
    the product's mask (height x width)."""

    numbers: Floats
    of_photo: Floats
    of_product: Floats
    mask: Mask


def describe_photo(image: Rgb, salience: Floats) -> Description:
    """Describe a photo: `image` is height x width x 3 (RGB), `salience` height x width, 0 to 1."""
    mask = main_pieces(salience > 0.5)
    whole = networks.describe(on_white_square(image))
    product = networks.describe(product_on_white(image, salience, mask))
    numbers = np.concatenate([describe_picture(whole), describe_picture(product), shape_of(mask)])
    return Description(numbers.astype(np.float32), whole["imagenet"], product["imagenet"], mask)


def describe_upper_body(image: Rgb, photo: Description) -> Floats:
    """Describe a garment that hangs from the shoulders from near: two views, each a vector after that of the photo.

    `photo` describes the same `image` as a whole. Returns 2 x about 24,000.
    """
    views = [
        np.concatenate([photo.numbers, *(describe_region(picture) for picture in view.values())])
        for view in neck_and_front(image, photo.mask)
    ]
    return np.stack(views).astype(np.float32)


def describe_region(square: Rgb) -> Floats:
    """The mean and maximum of the deep features, and the middle ones in 7 x 7 cells, folded to 7 x 4."""
    outputs = networks.describe(np.ascontiguousarray(square))
    features, middle = outputs["features"], outputs["stride16"]
    cells = middle.reshape(len(middle), 7, 2, 7, 2).mean(axis=(2, 4))
    folded = (cells + cells[:, :, ::-1])[:, :, :4] / 2
    return np.concatenate([features.mean(axis=(1, 2)), features.max(axis=(1, 2)), folded.ravel()])


def describe_picture(outputs: dict[str, Floats]) -> Floats:
    """The mean and maximum of the network's deep features, and its middle features by rows."""
    features, middle = outputs["features"], outputs["stride16"]
    rows = np.stack([part.mean(axis=1) for part in np.array_split(middle, ROWS, axis=1)], axis=1)
    left, centre, right = np.array_split(rows, 3, axis=2)
    sides = (left.mean(axis=2) + right.mean(axis=2)) / 2
    return np.concatenate(
        [features.mean(axis=(1, 2)), features.max(axis=(1, 2)), sides.ravel(), centre.mean(axis=2).ravel()]
    )


def on_white_square(image: Rgb) -> Rgb:
    """Centre a picture on a white square of 224 pixels."""
    height, width = image.shape[:2]
    scale = SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    square = np.full((SIDE, SIDE, 3), 255, np.uint8)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = small
    return square


def product_on_white(image: Rgb, salience: Floats, mask: Mask) -> Rgb:
    """Cut the product out and centre it on a white square; the whole picture when there is no product."""
    if not mask.any():
        return on_white_square(image)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    margin = round(MARGIN * max(len(rows), len(columns)))
    top, bottom = max(0, rows[0] - margin), min(mask.shape[0], rows[-1] + margin + 1)
    left, right = max(0, columns[0] - margin), min(mask.shape[1], columns[-1] + margin + 1)
    near = cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    alpha = (np.clip(salience * 2, 0, 1) * near)[top:bottom, left:right, None]
    crop = image[top:bottom, left:right].astype(np.float32)
    return on_white_square((crop * alpha + 255.0 * (1 - alpha)).astype(np.uint8))


def shape_of(mask: Mask) -> Floats:
    """The mask as a small picture, folded at its middle, and four ratios."""
    if not mask.any():
        return np.zeros(MASK_SIDE * MASK_SIDE // 2 + 4, np.float32)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    small = cv2.resize(box, (MASK_SIDE, MASK_SIDE), interpolation=cv2.INTER_AREA)
    folded = (small + small[:, ::-1])[:, : MASK_SIDE // 2] / 2
    height, width = box.shape
    ratios = [
        width / (width + height), float(box.mean()), mask.mean(), float(small[: MASK_SIDE // 2].mean()),
    ]  # fmt: skip
    return np.concatenate([folded.ravel(), np.array(ratios, np.float32)])
