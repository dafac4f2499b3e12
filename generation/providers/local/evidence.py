"""Where the photo shows a line: an edge map of a plate, and curves drawn to the edges near them.

A template says where a seam of that garment is to be expected; `snap` moves it to the line that
the photo shows there, and says how well the photo supports it.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from . import curves, silhouette
from .plate import Plate

SAMPLES = 72


@dataclass(frozen=True)
class Snapped:
    """A curve (n, 2) laid on the photo's edges; `score` 0..1, about 0.2 for chance."""

    points: np.ndarray
    score: float


def edges(rgb: np.ndarray, mask: np.ndarray, *, coarse: bool = False) -> np.ndarray:
    """Strength of lines and colour borders, 0..1 (float32), 0 outside and along the outline.

    `coarse` first takes out everything smaller than a panel: the dots and stripes of a fabric.
    """
    side = max(mask.shape)
    image = rgb
    if coarse:
        image = cv2.medianBlur(image, 2 * round(side * 0.012) + 1)
    colours = silhouette.lab(cv2.GaussianBlur(image, (0, 0), 1.3))
    gradient = np.zeros(mask.shape, np.float32)
    for channel, weight in zip(cv2.split(colours), (1.0, 1.4, 1.4), strict=True):
        x, y = cv2.Sobel(channel, cv2.CV_32F, 1, 0), cv2.Sobel(channel, cv2.CV_32F, 0, 1)
        gradient = np.maximum(gradient, weight * cv2.magnitude(x, y))
    light = colours[..., 0]
    ridge = cv2.GaussianBlur(light, (0, 0), 2.4) - cv2.GaussianBlur(light, (0, 0), 1.0)
    strength = gradient / 8 + np.maximum(ridge, 0) * 1.6
    inside = cv2.erode(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))) > 0
    if not inside.any():
        return np.zeros(mask.shape, np.float32)
    level = max(float(np.percentile(strength[inside], 96)), 2.2)
    return np.where(inside, np.clip(strength / level, 0, 1), 0).astype(np.float32)


def edge_maps(plate: Plate) -> tuple[np.ndarray, np.ndarray]:
    """Fine and coarse edge map of a plate."""
    return edges(plate.rgb, plate.mask), edges(plate.rgb, plate.mask, coarse=True)


def sample(image: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Values of an image at (…, 2) points, bilinear, 0 outside."""
    flat = points.reshape(-1, 2).astype(np.float32)
    values = cv2.remap(image, flat[None, :, 0], flat[None, :, 1], cv2.INTER_LINEAR, borderValue=0)
    return values.reshape(points.shape[:-1])


def normals(points: np.ndarray) -> np.ndarray:
    tangent = np.gradient(points, axis=0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-6)[:, None]
    return np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)


def snap(image: np.ndarray, base: np.ndarray, band: float, *, freedom: int = 3) -> Snapped:
    """`base` moved along its normals by up to `band` px to the strongest smooth line there.

    `freedom` is the degree of the polynomial that the move may follow along the curve: it keeps
    folds that cross the band from bending the result.
    """
    line = _evenly(base)
    offsets = np.arange(-round(band), round(band) + 1, dtype=float)
    grid = line[:, None, :] + normals(line)[:, None, :] * offsets[None, :, None]
    values = sample(image, grid)
    path = _best_path(values)
    t = np.linspace(-1, 1, SAMPLES)
    weights = 0.15 + values[np.arange(SAMPLES), path]
    moved = np.polynomial.polynomial.polyval(
        t, np.polynomial.polynomial.polyfit(t, offsets[path], freedom, w=weights)
    )
    moved = np.clip(moved, -band, band)
    points = line + normals(line) * moved[:, None]
    return Snapped(points, _support(values, moved + round(band)))


def support(image: np.ndarray, line: np.ndarray, band: float) -> float:
    """How well the photo supports a curve exactly where it is, against `band` px around it."""
    line = _evenly(line)
    offsets = np.arange(-round(band), round(band) + 1, dtype=float)
    grid = line[:, None, :] + normals(line)[:, None, :] * offsets[None, :, None]
    return _support(sample(image, grid), np.full(SAMPLES, float(round(band))))


def _evenly(points: np.ndarray) -> np.ndarray:
    length = max(1.0, float(np.hypot(*np.diff(points, axis=0).T).sum()))
    line = curves.resample(points, length / (SAMPLES - 1))
    where = np.linspace(0, len(line) - 1, SAMPLES)
    return np.stack([np.interp(where, np.arange(len(line)), line[:, d]) for d in (0, 1)], axis=1)


def _best_path(values: np.ndarray, bend: float = 0.12) -> np.ndarray:
    """Index of the offset at each sample: dynamic programming, a step sideways costs `bend`."""
    rows, columns = values.shape
    total = values[0].copy()
    back = np.zeros((rows, columns), int)
    for row in range(1, rows):
        left = np.concatenate([[-np.inf], total[:-1]]) - bend
        right = np.concatenate([total[1:], [-np.inf]]) - bend
        choices = np.stack([total, left, right])
        pick = choices.argmax(0)
        back[row] = np.arange(columns) + np.array([0, -1, 1])[pick]
        total = choices.max(0) + values[row]
    path = np.zeros(rows, int)
    path[-1] = int(total.argmax())
    for row in range(rows - 1, 0, -1):
        path[row - 1] = back[row, path[row]]
    return path


def _support(values: np.ndarray, columns: np.ndarray) -> float:
    """0..1: strength along the curve, how far it stands out, and how unbroken it is."""
    rows = np.arange(len(values))
    near = [np.clip(np.round(columns).astype(int) + d, 0, values.shape[1] - 1) for d in (-1, 0, 1)]
    along = np.maximum.reduce([values[rows, column] for column in near])
    around = np.median(values, axis=1)
    stands_out = float(np.clip((along - around).mean() / 0.4, 0, 1))
    unbroken = float((along > np.maximum(around * 1.25, 0.12)).mean())
    return stands_out * unbroken**1.5
