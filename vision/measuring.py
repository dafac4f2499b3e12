"""Measure a product on a photo: fit its outline, read its points of measure."""

import numpy as np

from vision.reading import Known, Point, Reading
from vision.scale_card import Card

type Features = dict[str, str | int]
type Ranges = dict[str, tuple[float, float]]


def measure(
    mask: np.ndarray,
    product_type: str,
    features: Features | None = None,
    view: str = "front",
    *,
    card: Card | None = None,
    known: Known | None = None,
    plausible: Ranges | None = None,
    moved_landmarks: dict[str, Point] | None = None,
    worn: bool = False,
) -> Reading:
    """Fit the outline of `product_type` to `mask` and read every point of measure it shows.

    `mask` is a bool or uint8 array (height, width), true on the product. `card` (from
    `find_card(photo)`) wins over `known`; with neither, values are ratios and nothing is measured.
    `plausible` maps codes to (low, high) in cm. `moved_landmarks` are pixels of the photo and replace
    fitted ones. `worn` makes every value an estimate.
    """
    raise NotImplementedError


def measure_from_landmarks(
    landmarks: dict[str, Point],
    mask: np.ndarray,
    product_type: str,
    features: Features | None = None,
    view: str = "front",
    *,
    card: Card | None = None,
    known: Known | None = None,
    plausible: Ranges | None = None,
    moved: frozenset[str] | set[str] = frozenset(),
    overlap: float = 1.0,
    worn: bool = False,
) -> Reading:
    """As `measure`, from stored landmarks and without a fit (20 ms): for moved landmarks, a new scale.

    `moved` names the landmarks that were moved by hand; `overlap` is that of the earlier reading.
    """
    raise NotImplementedError
