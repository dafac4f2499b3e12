"""Linear classifiers over descriptions that are far longer than there are examples.

Numbers are standardised, and blocks of them (a crop's means, its cells, ...) weighed against each other. The
classifier is a logistic regression in the space that the examples span, which has few dimensions, so that it
takes seconds for vectors of 50,000 numbers.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

DIMENSIONS = 300
FOLDS = 5
CHUNK = 4096  # numbers of each vector that are standardised at a time

type Blocks = tuple[tuple[int, float], ...]  # how many numbers, and how much they weigh together


@dataclass(frozen=True)
class Fit:
    """Weights (description x classes) and bias for raw descriptions."""

    weights: np.ndarray
    bias: np.ndarray
    classes: list[str]


@dataclass(frozen=True)
class Examples:
    """Labelled descriptions: `vectors` is examples x views x numbers, `names` the class of each example."""

    vectors: np.ndarray
    names: np.ndarray
    blocks: Blocks

    def __post_init__(self) -> None:
        if sum(width for width, _ in self.blocks) != self.vectors.shape[2]:
            raise ValueError("the blocks do not add up to the description")

    @property
    def rows(self) -> np.ndarray:
        """All views as rows, those of one example beside each other."""
        return self.vectors.reshape(-1, self.vectors.shape[2])


def fitted(examples: Examples, strength: float, dimensions: int = DIMENSIONS) -> Fit:
    """A classifier of all examples. `strength` says how far it bends to single ones, `dimensions` in how many ways."""
    rows = examples.rows
    mean, scale = _scaling(examples)
    names = np.repeat(examples.names, examples.vectors.shape[1])
    values, vectors = _axes(_gram(rows, mean, scale), dimensions)
    regression = _regression(strength).fit(vectors * np.sqrt(values), names)
    coefficients, bias = _two_columns(regression)
    shares = (vectors / np.sqrt(values)) @ coefficients.T  # of each row in each class's weights
    weights = np.zeros((rows.shape[1], shares.shape[1]), np.float32)
    for part in _parts(rows.shape[1]):
        weights[part] = (_standard(rows, mean, scale, part).T @ shares) * scale[part, None]
    return Fit(weights, bias - mean @ weights, [str(name) for name in regression.classes_])


def predicted(fit: Fit, vectors: np.ndarray) -> np.ndarray:
    """The probabilities (examples x classes) of examples x views x numbers: the mean over the views."""
    scores = vectors.astype(np.float32) @ fit.weights + fit.bias
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return (odds / odds.sum(axis=-1, keepdims=True)).mean(axis=1)


def cross_validated(
    examples: Examples, strength: float, dimensions: int = DIMENSIONS
) -> tuple[np.ndarray, np.ndarray]:
    """The probabilities of each example, told by the four fifths it is not in, and the classes."""
    rows, views = examples.rows, examples.vectors.shape[1]
    mean, scale = _scaling(examples)
    gram, classes = _gram(rows, mean, scale), np.unique(examples.names)
    odds = np.zeros((len(examples.names), len(classes)))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(examples.names, examples.names)
    for known, held in folds:
        inside, outside = _rows_of(known, views), _rows_of(held, views)
        values, vectors = _axes(gram[np.ix_(inside, inside)], dimensions)
        names = np.repeat(examples.names[known], views)
        regression = _regression(strength).fit(vectors * np.sqrt(values), names)
        told = regression.predict_proba(gram[np.ix_(outside, inside)] @ (vectors / np.sqrt(values)))
        columns = np.searchsorted(classes, regression.classes_)
        odds[np.ix_(held, columns)] = told.reshape(len(held), views, -1).mean(axis=1)
    return odds, classes


def _regression(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=500)


def _two_columns(regression: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and bias with one row a class: two classes share one."""
    weights, bias = regression.coef_, regression.intercept_
    if len(weights) == 1:
        return np.vstack([-weights / 2, weights / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    return weights, bias


def _rows_of(examples: np.ndarray, views: int) -> np.ndarray:
    return (examples[:, None] * views + np.arange(views)).ravel()


def _parts(length: int) -> list[slice]:
    return [slice(start, min(length, start + CHUNK)) for start in range(0, length, CHUNK)]


def _scaling(examples: Examples) -> tuple[np.ndarray, np.ndarray]:
    """The mean of each number, and what it is multiplied by."""
    rows = examples.rows
    weigh = np.concatenate([np.full(width, np.sqrt(weight / width)) for width, weight in examples.blocks])
    mean = np.concatenate([rows[:, part].astype(np.float32).mean(axis=0) for part in _parts(rows.shape[1])])
    spread = np.concatenate([rows[:, part].astype(np.float32).std(axis=0) for part in _parts(rows.shape[1])])
    return mean, (weigh / (spread + 1e-3)).astype(np.float32)


def _standard(rows: np.ndarray, mean: np.ndarray, scale: np.ndarray, part: slice) -> np.ndarray:
    return (rows[:, part].astype(np.float32) - mean[part]) * scale[part]


def _gram(rows: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    total = np.zeros((len(rows), len(rows)), np.float32)
    for part in _parts(rows.shape[1]):
        standard = _standard(rows, mean, scale, part)
        total += standard @ standard.T
    return total


def _axes(gram: np.ndarray, dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """The largest eigenvalues of a Gram matrix, and their vectors as columns."""
    last = len(gram) - 1
    values, vectors = eigh(gram, subset_by_index=(max(0, last - dimensions + 1), last))
    kept = values > 1e-5 * values[-1]
    return values[kept], vectors[:, kept]
