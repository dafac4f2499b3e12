"""The base of every parametric outline."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

type Columns = dict[str, np.ndarray]
type Parts = list[np.ndarray]
type Marks = dict[str, np.ndarray]


@dataclass(frozen=True)
class Prior:
    """Mean and deviation of one parameter, in units of the product's main length or in radians."""

    mean: float
    deviation: float
    low: float = -9.0
    high: float = 9.0


@dataclass(frozen=True)
class Shape:
    """A parametric outline in its own frame: x right, y down, main length 1, origin at the top centre.

    `parts` maps columns of parameters (each of shape (n,)) to polygons of shape (n, k, 2) whose union
    is the outline; `marks` maps them to named landmarks of shape (n, 2). `starts` are values the
    search begins with, `mirrored` says that the product may also face left. `strain` (n,) is what makes a
    combination of parameters unlikely, in squared deviations.
    """

    family: str
    priors: dict[str, Prior]
    parts: Callable[[Columns], Parts]
    marks: Callable[[Columns], Marks]
    starts: list[dict[str, float]]
    mirrored: bool = False
    strain: Callable[[Columns], np.ndarray] | None = None


def points(*pairs: tuple[object, object]) -> np.ndarray:
    """Stack pairs of columns (or numbers) into points of shape (n, k, 2)."""
    columns = np.broadcast_arrays(*[np.asarray(value, dtype=float) for pair in pairs for value in pair])
    return np.stack(columns, axis=-1).reshape(*columns[0].shape, len(pairs), 2)
