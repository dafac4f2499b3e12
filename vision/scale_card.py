"""The printed scale card: find it in a photo, rectify the photo into the card's plane."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Card:
    """A scale card found in a photo.

    `to_plane` (3x3) maps photo pixels to centimetres in the card's plane, `corners` (4x2) are the
    page's corners in photo pixels, `tilt_degrees` the angle between camera and plane.
    """

    paper: str
    to_plane: np.ndarray
    corners: np.ndarray
    cm_per_px: float
    tilt_degrees: float
    error_percent: float


def find_card(image: np.ndarray) -> Card | None:
    """Find the scale card in a BGR or RGB or grey photo (uint8); None when there is none."""
    raise NotImplementedError


def rectify(image: np.ndarray, card: Card, mask: np.ndarray | None = None) -> np.ndarray:
    """Warp a photo (or mask) into the card's plane."""
    raise NotImplementedError


def without_card(mask: np.ndarray, card: Card) -> np.ndarray:
    """Return the mask with the page of the card removed."""
    raise NotImplementedError


def card_svg(paper: str = "a4") -> str:
    """Draw the card as SVG in millimetres, for "a4" or "letter"."""
    raise NotImplementedError
