"""The trained heads: linear layers over a photo's description, read once a process.

`data/heads.npz` is written by `bench/vision/train.py`. For each head it holds the weights, the bias, the
names of its classes and for each of them the probability from which it is right often enough to be said.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FILE = Path(__file__).parent / "data" / "heads.npz"


@dataclass(frozen=True)
class Head:
    """One linear classifier. `thresholds` are the probabilities below which it does not say each class."""

    weights: Floats  # description x classes
    bias: Floats
    classes: tuple[str, ...]
    thresholds: tuple[float, ...]

    def is_sure_of(self, name: str, probability: float) -> bool:
        """Whether a class that has this probability is right often enough to be said."""
        return probability >= self.thresholds[self.classes.index(name)]

    def probabilities(self, description: Floats) -> dict[str, float]:
        """The probability of each class; of several views (views x description) their mean."""
        scores = np.atleast_2d(description).astype(np.float32) @ self.weights + self.bias
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        odds = (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0)
        return {name: float(odd) for name, odd in zip(self.classes, odds, strict=True)}


@cache
def heads() -> dict[str, Head]:
    """All heads by name: "garment", "type of pants", "neck", ..."""
    with np.load(FILE, allow_pickle=False) as data:
        names = sorted({key.rpartition("/")[0] for key in data.files})
        return {
            name: Head(
                weights=data[f"{name}/weights"].astype(np.float32),
                bias=data[f"{name}/bias"].astype(np.float32),
                classes=tuple(str(one) for one in data[f"{name}/classes"]),
                thresholds=tuple(
                    np.broadcast_to(data[f"{name}/threshold"], len(data[f"{name}/classes"])).tolist()
                ),
            )
            for name in names
        }
