"""The result of measuring a photo: landmarks, lines and values with their errors."""

from dataclasses import dataclass, field
from typing import Literal

type Point = tuple[float, float]
type Line = tuple[Point, Point]
Source = Literal["measured", "estimated", "by hand", "entered", "unspecified"]


@dataclass(frozen=True)
class Known:
    """A dimension somebody typed in: the code of a point of measure and its centimetres."""

    code: str
    cm: float


@dataclass(frozen=True)
class Scale:
    """Centimetres per photo pixel, and where the scale comes from.

    `source` is "card" or "known". `tilt_degrees` is how far the photo was off the card's plane.
    With a card, `cm_per_px` holds in the rectified plane; on the photo it is the mean over the product.
    """

    source: Literal["card", "known"]
    cm_per_px: float
    error_percent: float
    tilt_degrees: float | None = None


@dataclass(frozen=True)
class Value:
    """One point of measure read from a photo.

    `value_cm` is None without a scale. `ratio` is the value over the product's main length. Both are None
    where the photo shows what such a product cannot have ("unspecified").
    `error_percent` is the 90th percentile of the error on garments of known size (None: unknown).
    `source`: "measured" (error at most 4.75 %), "estimated", "by hand" (a landmark was moved),
    "entered" (the known dimension itself). `reason` says in words why a value is not "measured".
    """

    code: str
    value_cm: float | None
    ratio: float | None
    error_percent: float | None
    source: Source
    reason: str = ""


@dataclass(frozen=True)
class Problem:
    """Something that makes the reading doubtful: a code for programs, a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True)
class Reading:
    """Landmarks, dimension lines and values of one photo.

    Points are pixels of the photo (x right, y down). `lines` has one line for each code in `values`.
    `overlap` (0..1) is how well the fitted outline covers the mask (intersection over union).
    """

    landmarks: dict[str, Point]
    lines: dict[str, Line]
    values: list[Value]
    scale: Scale | None
    overlap: float
    problems: list[Problem] = field(default_factory=list)
