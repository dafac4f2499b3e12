"""The trained heads: linear layers over a photo's description, read once a process.

`data/heads.npz` is written by `bench/vision/train.py`. For each head it holds the weights, the bias, the
names of its classes and the probability from which its answer is right often enough to be said.
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
    """One linear classifier. `threshold` is the probability below which it does not answer."""

    weights: Floats  # description x classes
    bias: Floats
    classes: tuple[str, ...]
    threshold: float

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
                threshold=float(data[f"{name}/threshold"]),
            )
            for name in names
        }
