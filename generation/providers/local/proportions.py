"""Points of measure on a flat, in pixels of its plate: the one list that both the base view's
proportions and the sketch's measurements are made from."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .flat import Flat
from .landmarks import Pair, Side, extent, run_at


@dataclass(frozen=True)
class Mark:
    """`key` is what a designer's one known dimension may be called; `how` tells a factory how."""

    code: str
    key: str
    name: str
    how: str
    start: Pair
    end: Pair
    confidence: float

    @property
    def length(self) -> float:
        return float(np.hypot(self.end[0] - self.start[0], self.end[1] - self.start[1]))


def marks(drawing: Flat) -> list[Mark]:
    """Every length that this flat shows, in the order of their codes."""
    if drawing.family in ("top", "dress"):
        found = _worn_above(drawing)
    elif drawing.family in ("trousers", "skirt") and drawing.bottom:
        found = _worn_below(drawing)
    else:
        found = _overall(drawing)
    return [mark for mark in found if mark.length > 3]


def _level(drawing: Flat, y: float) -> tuple[Pair, Pair] | None:
    run = run_at(drawing.mask, y, drawing.axis)
    return ((float(run[0]), y), (float(run[1]), y)) if run else None


def _overall(drawing: Flat) -> list[Mark]:
    left, top, right, bottom = extent(drawing.mask)
    trust = drawing.confidence * 0.9
    return [
        Mark("A1", "total_length", "Overall height", "Straight, from the highest to the lowest point",
             ((left + right) / 2, top), ((left + right) / 2, bottom), trust),
        Mark("B1", "total_width", "Overall width", "Straight, from edge to edge at the widest point",
             (left, (top + bottom) / 2), (right, (top + bottom) / 2), trust),
    ]  # fmt: skip


def _worn_above(drawing: Flat) -> list[Mark]:
    assert drawing.sides is not None
    left, right = drawing.sides
    _, top, _, bottom = extent(drawing.mask)
    trust = drawing.confidence
    height = bottom - top
    found = [Mark("A1", "total_length", "Length from high point of shoulder",
                  "Straight down from the high point of the shoulder to the hem",
                  left.neck, (left.neck[0], _lowest(drawing, left.neck[0])), trust * 0.9)]  # fmt: skip
    armpits = [side.armpit for side in (left, right) if side.armpit]
    free = [pit for pit in armpits if pit[1] < top + 0.5 * height]
    chest = np.mean([pit[1] for pit in free]) + 0.025 * height if free else top + 0.3 * height
    level = _level(drawing, float(chest))
    if level:
        how = (
            "Half, edge to edge, 2.5 % below the armhole"
            if free
            else "Half, edge to edge, at 30 % of the length"
        )
        found.append(Mark("B1", "chest_width", "Chest width", how, *level, trust * (0.85 if free else 0.5)))
    waist = _narrowest(drawing, top + 0.36 * height, top + 0.66 * height)
    if waist:
        found.append(Mark("C1", "waist_width", "Waist width", "Half, edge to edge, at the narrowest place",
                          *waist, trust * (0.8 if free or not armpits else 0.4)))  # fmt: skip
    found.append(Mark("D1", "hem_width", "Hem width", "Half, straight between the lower corners",
                      left.hem, right.hem, trust * 0.8))  # fmt: skip
    found += _sleeve_marks((left, right), trust)
    span = Mark("G1", "neck_width", "Neck width", "Straight between the high points of the shoulders",
                left.neck, right.neck, trust * 0.65)  # fmt: skip
    return [*found, span, *_total_width(drawing, "H1")]


def _total_width(drawing: Flat, code: str) -> list[Mark]:
    left, _, right, _ = extent(drawing.mask)
    row = float(np.nonzero(drawing.mask[:, right - 1])[0].mean())
    return [Mark(code, "total_width", "Overall width as laid out", "Straight, at the widest point",
                 (left, row), (right, row), drawing.confidence * 0.85)]  # fmt: skip


def _sleeve_marks(sides: tuple[Side, Side], trust: float) -> list[Mark]:
    usable = [side for side in sides if side.armpit and side.cuff]
    if not usable:
        return []
    side = usable[-1]
    assert side.cuff is not None
    sure = trust * (0.7 if len(usable) == 2 else 0.5)
    return [
        Mark("E1", "sleeve_length", "Sleeve length", "Straight, shoulder point to the sleeve's outer end",
             side.shoulder, side.cuff[0], sure),
        Mark("E2", "cuff_width", "Sleeve opening", "Half, straight across the sleeve's end",
             side.cuff[0], side.cuff[1], sure),
        Mark("F1", "shoulder_width", "Shoulder width", "Straight from shoulder point to shoulder point",
             sides[0].shoulder, sides[1].shoulder, sure * 0.8),
    ]  # fmt: skip


def _worn_below(drawing: Flat) -> list[Mark]:
    points = drawing.bottom
    assert points is not None
    _, top, _, bottom = extent(drawing.mask)
    trust = drawing.confidence
    axis = drawing.axis
    side = points.waist[0][0]
    found = [
        Mark("A1", "total_length", "Length from the top edge" if drawing.family == "skirt" else "Outseam",
             "Straight down from the top edge to the lowest point of the hem",
             (side, points.waist[0][1]), (side, float(bottom)), trust * 0.85),
        Mark("B1", "waist_width", "Waist width", "Half, along the top edge", *points.waist, trust * 0.8),
    ]  # fmt: skip
    if points.crotch:
        found += _leg_marks(drawing, points.crotch, axis, trust)
    else:
        hip = _level(drawing, top + 0.3 * (bottom - top))
        if hip:
            found.append(Mark("C1", "hip_width", "Hip width", "Half, edge to edge, at 30 % of the length",
                              *hip, trust * 0.5))  # fmt: skip
        found.append(Mark("D1", "hem_width", "Hem width", "Half, straight between the lower corners",
                          *points.hems[0], trust * 0.7))  # fmt: skip
    return [*found, *_total_width(drawing, "H1")]


def _leg_marks(drawing: Flat, crotch: Pair, axis: float, trust: float) -> list[Mark]:
    points = drawing.bottom
    assert points is not None
    middle = (points.waist[0][1] + points.waist[1][1]) / 2
    found = []
    hip = _level(drawing, middle + 0.65 * (crotch[1] - middle))
    if hip:
        found.append(Mark("C1", "hip_width", "Hip width", "Half, edge to edge, two thirds down the rise",
                          *hip, trust * 0.7))  # fmt: skip
    run = run_at(drawing.mask, crotch[1] + 4, crotch[0] + 6)
    if run:
        y = crotch[1] + 4
        found.append(Mark("D1", "thigh_width", "Thigh width", "Half, edge to edge, just below the crotch",
                          (float(max(run[0], crotch[0])), y), (float(run[1]), y), trust * 0.75))  # fmt: skip
    found.append(Mark("F1", "front_rise", "Rise", "Straight from the top edge to the crotch",
                      (crotch[0], middle), crotch, trust * 0.7))  # fmt: skip
    if points.hems:
        outer, inner = points.hems[-1]
        found.insert(2, Mark("E1", "inseam", "Inseam", "From the crotch straight to the leg's inner end",
                             crotch, inner, trust * 0.8))  # fmt: skip
        found.append(Mark("G1", "hem_width", "Leg opening", "Half, straight across the end of one leg",
                          inner, outer, trust * 0.7))  # fmt: skip
    return found


def _lowest(drawing: Flat, x: float) -> float:
    column = np.nonzero(drawing.mask[:, int(np.clip(x, 0, drawing.mask.shape[1] - 1))])[0]
    return float(column[-1]) if len(column) else float(extent(drawing.mask)[3])


def _narrowest(drawing: Flat, low: float, high: float) -> tuple[Pair, Pair] | None:
    levels = [level for y in np.arange(low, high, 3.0) if (level := _level(drawing, float(y)))]
    return min(levels, key=lambda level: level[1][0] - level[0][0]) if levels else None


@dataclass(frozen=True)
class Ruler:
    """Turns plate pixels into the designer's unit, or into fractions of the total length."""

    per_unit: float
    unit: str
    dimension: dict[str, Any] | None

    def value(self, length: float) -> float:
        return round(length / self.per_unit, {"cm": 1, "in": 2}.get(self.unit, 3))


def ruler(found: list[Mark], dimension: dict[str, Any] | None, view: str) -> Ruler:
    """A scale from the one real dimension given, when this view shows it."""
    total = next((mark.length for mark in found if mark.key == "total_length"), 1.0)
    if dimension and (view in ("front", "back") or dimension["name"] == "total_length"):
        known = next((mark for mark in found if mark.key == dimension["name"]), None)
        if known and float(dimension["value"]) > 0:
            return Ruler(known.length / float(dimension["value"]), dimension["unit"], dimension)
    return Ruler(total, "ratio", None)
