"""Fit a parametric outline to a mask: grid of starts, CMA-ES, on a small raster."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.outlines.cma_es import Evolution
from vision.outlines.products import shape_of
from vision.outlines.shape import Columns, Shape

RASTER = 144
PRIOR_WEIGHT = 0.002
GENERATIONS = 180
TRIALS = 4
POPULATION = 20
_MARGIN = 12
_POSE = ("x", "y", "size", "turn")
_POSE_DEVIATION = np.array([0.06, 0.06, 0.10, 0.08])
_SUBPIXEL = 3


@dataclass(frozen=True)
class Fit:
    """A fitted outline: landmarks in pixels of the mask, and how well it covers the mask.

    `overlap` is the intersection over the union (0..1) on the raster. `axis` is the unit vector that
    points down the product, `length_px` its main length in pixels of the mask. `parameters` are those
    of the shape, in units of the main length or radians.
    """

    product_type: str
    family: str
    landmarks: dict[str, tuple[float, float]]
    overlap: float
    axis: tuple[float, float]
    length_px: float
    parameters: dict[str, float]
    outline: np.ndarray


def fit_outline(
    mask: np.ndarray,
    product_type: str,
    features: dict[str, str | int] | None = None,
    *,
    ignore: np.ndarray | None = None,
    seed: int = 7,
) -> Fit | None:
    """Fit the outline of a product type to a mask (height, width); None when the mask is empty.

    `ignore` (bool, same shape) marks pixels that count neither way, for example a hanger.
    """
    frame = _Frame.around(mask, ignore)
    if frame is None:
        return None
    shape = shape_of(product_type, features)
    fits = [_Search(shape, frame, mirror, seed).run() for mirror in ((1, -1) if shape.mirrored else (1,))]
    search = min(fits, key=lambda each: each.cost)
    return search.result(product_type)


@dataclass(frozen=True)
class _Frame:
    """The raster around a mask: its weights (-1 on the product, +1 off it, 0 ignored) and its place."""

    weights: np.ndarray
    area: float
    zoom: float
    offset: np.ndarray
    centre: np.ndarray
    extent: np.ndarray

    @classmethod
    def around(cls, mask: np.ndarray, ignore: np.ndarray | None) -> "_Frame | None":
        binary = (mask > 0).astype(np.uint8)
        left, top, width, height = cv2.boundingRect(binary)
        if width < 8 or height < 8:
            return None
        zoom = (RASTER - 2 * _MARGIN) / max(width, height)
        offset = np.array([left + width / 2, top + height / 2]) - RASTER / 2 / zoom
        matrix = np.array([[zoom, 0, -offset[0] * zoom], [0, zoom, -offset[1] * zoom]])
        small = cls._shrink(binary, matrix, zoom)
        weights = 1 - 2 * small
        if ignore is not None:
            weights *= 1 - cls._shrink(ignore.astype(np.uint8), matrix, zoom)
        extent = np.array([width, height]) * zoom
        return cls(
            weights.astype(np.float32), float(small.sum()), zoom, offset, np.full(2, RASTER / 2), extent
        )

    @staticmethod
    def _shrink(binary: np.ndarray, matrix: np.ndarray, zoom: float) -> np.ndarray:
        values = binary.astype(np.float32)
        if zoom < 0.7:
            values = cv2.blur(values, (round(1 / zoom),) * 2)
        return cv2.warpAffine(values, matrix, (RASTER, RASTER), flags=cv2.INTER_LINEAR)


class _Search:
    """The search for one shape in one raster, seen directly (mirror 1) or mirrored (-1)."""

    def __init__(self, shape: Shape, frame: _Frame, mirror: int, seed: int) -> None:
        self.shape, self.frame, self.mirror = shape, frame, mirror
        self.rng = np.random.default_rng(seed)
        priors = shape.priors.values()
        self.names = list(shape.priors)
        self.mean = np.array([prior.mean for prior in priors])
        self.deviation = np.array([prior.deviation for prior in priors])
        self.low = np.array([prior.low for prior in priors])
        self.high = np.array([prior.high for prior in priors])
        self.raster = np.zeros((RASTER, RASTER), np.float32)
        self.scale = 1.0
        self.origin = np.zeros(2)
        self.cost = np.inf

    def run(self) -> "_Search":
        starts = self._starts()
        costs = self._costs(starts)
        order = np.argsort(costs, kind="stable")
        trials = [Evolution(starts[i], 0.5, self.rng, POPULATION) for i in self._spread(starts, order)]
        for trial in trials:
            trial.run(self._costs, GENERATIONS // 4)
        best = min(trials, key=lambda trial: trial.best_cost)
        best.run(self._costs, GENERATIONS - GENERATIONS // 4)
        self.best, self.cost = best.best, best.best_cost
        return self

    def _spread(self, starts: np.ndarray, order: np.ndarray) -> list[int]:
        """Choose the best starts that differ from each other."""
        chosen: list[int] = []
        for i in order:
            if all(np.abs(starts[i] - starts[j]).max() > 0.8 for j in chosen):
                chosen.append(int(i))
            if len(chosen) == TRIALS:
                break
        return chosen

    def _starts(self) -> np.ndarray:
        """Place the shape's starts so that their boxes agree with the mask's box, at some turns."""
        count = len(self.names)
        poses = []
        for start in self.shape.starts:
            values = np.array([start.get(name, prior.mean) for name, prior in self.shape.priors.items()])
            standard = (values - self.mean) / self.deviation
            for turn in (-2.0, 0.0, 2.0):
                for size in (0.94, 1.0, 1.06):
                    poses.append(np.concatenate([[0, 0, np.log(size), turn], standard]))
        starts = np.array(poses).reshape(len(poses), 4 + count)
        self._place(starts)
        return starts

    def _place(self, starts: np.ndarray) -> None:
        """Turn the starts' poses from "as large as the mask" into steps from a common pose."""
        columns = self._columns(starts)
        every = np.concatenate(self.shape.parts(columns), axis=1) * [self.mirror, 1]
        turn = starts[:, 3] * _POSE_DEVIATION[3]
        every = every @ np.stack([np.stack([np.cos(turn), np.sin(turn)], -1),
                                  np.stack([-np.sin(turn), np.cos(turn)], -1)], 1)  # fmt: skip
        low, high = every.min(axis=1), every.max(axis=1)
        fit = np.sqrt(np.prod(self.frame.extent / (high - low), axis=1)) * np.exp(starts[:, 2])
        origin = self.frame.centre - (low + high) / 2 * fit[:, None]
        self.scale = float(np.exp(np.mean(np.log(fit))))
        self.origin = origin.mean(axis=0)
        starts[:, 0:2] = (origin - self.origin) / self.scale / _POSE_DEVIATION[:2]
        starts[:, 2] = np.log(fit / self.scale) / _POSE_DEVIATION[2]

    def _columns(self, standard: np.ndarray) -> Columns:
        values = np.clip(standard[:, 4:] * self.deviation + self.mean, self.low, self.high)
        return {name: values[:, i] for i, name in enumerate(self.names)}

    def _to_raster(self, standard: np.ndarray, shapes: np.ndarray) -> np.ndarray:
        """Map points of shape (n, k, 2) from the shape's frame to the raster."""
        pose = standard[:, :4] * _POSE_DEVIATION
        scale = self.scale * np.exp(np.clip(pose[:, 2], -2, 2))
        cos, sin = np.cos(pose[:, 3]) * scale, np.sin(pose[:, 3]) * scale
        x, y = shapes[..., 0] * self.mirror, shapes[..., 1]
        origin = self.origin + pose[:, :2] * self.scale
        turned = (x * cos[:, None] - y * sin[:, None], x * sin[:, None] + y * cos[:, None])
        return np.stack(turned, axis=-1) + origin[:, None, :]

    def _costs(self, standard: np.ndarray) -> np.ndarray:
        columns = self._columns(standard)
        factor = 1 << _SUBPIXEL
        polygons = [np.round((self._to_raster(standard, part) - 0.0) * factor).astype(np.int32)
                    for part in self.shape.parts(columns)]  # fmt: skip
        misfit = np.array([self._misfit([part[i] for part in polygons]) for i in range(len(standard))])
        beyond = np.abs(standard[:, 4:] * self.deviation + self.mean - np.stack(list(columns.values()), 1))
        prior = np.sum(standard[:, 4:] ** 2, axis=1) + 4 * np.sum((beyond / self.deviation) ** 2, axis=1)
        pose = 0.2 * np.sum(standard[:, 3:4] ** 2, axis=1)
        if self.shape.strain:
            prior += self.shape.strain(columns)
        return misfit + PRIOR_WEIGHT * (prior + pose)

    def _misfit(self, polygons: list[np.ndarray]) -> float:
        self.raster[:] = 0
        for polygon in polygons:
            cv2.fillPoly(self.raster, [polygon], 1.0, shift=_SUBPIXEL)
        return float(np.vdot(self.raster, self.frame.weights)) / self.frame.area + 1

    def result(self, product_type: str) -> Fit:
        standard = self.best[None]
        columns = self._columns(standard)
        pose = self.best[:4] * _POSE_DEVIATION
        marks = {name: self._to_mask(self._to_raster(standard, mark[:, None]))[0, 0]
                 for name, mark in self.shape.marks(columns).items()}  # fmt: skip
        if self.mirror < 0:
            marks = {_other_side(name): point for name, point in marks.items()}
        overlap, outline = self._overlap(standard, columns)
        return Fit(
            product_type=product_type,
            family=self.shape.family,
            landmarks={name: (float(x), float(y)) for name, (x, y) in marks.items()},
            overlap=overlap,
            axis=(float(-np.sin(pose[3])), float(np.cos(pose[3]))),
            length_px=float(self.scale * np.exp(pose[2]) / self.frame.zoom),
            parameters={name: float(column[0]) for name, column in columns.items()},
            outline=outline,
        )

    def _to_mask(self, raster_points: np.ndarray) -> np.ndarray:
        return raster_points / self.frame.zoom + self.frame.offset

    def _overlap(self, standard: np.ndarray, columns: Columns) -> tuple[float, np.ndarray]:
        raster = np.zeros((RASTER, RASTER), np.uint8)
        for part in self.shape.parts(columns):
            polygon = np.round(self._to_raster(standard, part)[0] * (1 << _SUBPIXEL)).astype(np.int32)
            cv2.fillPoly(raster, [polygon], 1, shift=_SUBPIXEL)
        inside, counted = self.frame.weights < 0, self.frame.weights != 0
        drawn = (raster > 0) & counted
        overlap = float((drawn & inside).sum() / max(1, (drawn | (inside & counted)).sum()))
        contours, _ = cv2.findContours(raster, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        if not contours:
            return 0.0, np.zeros((0, 2))
        largest = max(contours, key=cv2.contourArea)[:, 0, :].astype(float)
        return overlap, self._to_mask(largest)


def _other_side(name: str) -> str:
    swapped = {"left": "right", "right": "left"}
    stem, _, side = name.rpartition("_")
    return f"{stem}_{swapped[side]}" if side in swapped else name
