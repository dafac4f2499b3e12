"""Points of measure on a flat, in pixels of its plate: the one list that both the base view's
proportions and the sketch's measurements are made from. What the outline does not bear out is named as
missing, with the reason, and never measured somewhere else."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .flat import GARMENTS, Flat
from .landmarks import Pair, Side, extent, run_at, runs
from .vocabulary import family_of, is_short

LEAST_LENGTH = 0.05  # of the product's long side: what comes out shorter is a slip of the outline
OBLIQUE = 0.5  # of the trust: a shoe seen from above or at an angle shows no true length
SLEEVES_ALONGSIDE = "the sleeves lie along the body, so the photo does not show where it ends"
BODY_WIDTHS = ("B1", "C1", "D1")
SLEEVED = {
    "t-shirt", "polo shirt", "shirt", "blouse", "long-sleeve top", "sweatshirt", "hoodie", "sweater",
    "jacket", "coat",
}  # fmt: skip
ROUGH = "the outline is too rough to measure"
TOUCHING = "the legs touch, so the photo does not show where the crotch is"
ONE_PIECE = "the photo does not show where one leg ends and the other begins"
LEGS = (("E1", "Inseam", "From the crotch straight to the leg's inner end"),
        ("F1", "Rise", "Straight from the top edge to the crotch"),
        ("D1", "Thigh width", "Half, edge to edge, just below the crotch"),
        ("G1", "Leg opening", "Half, straight across the end of one leg"))  # fmt: skip


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


@dataclass(frozen=True)
class Missing:
    """A point of measure of this kind of product that this photo does not show, and `why`."""

    code: str
    name: str
    how: str
    why: str


@dataclass(frozen=True)
class Points:
    """In the order of their codes, but for what is missing."""

    marks: list[Mark]
    missing: list[Missing]


def points(drawing: Flat, view: str, category: str, subcategory: str) -> Points:
    """Every length that this flat shows of this product, and those that it should show and does not."""
    missing: list[Missing] = []
    if drawing.family in ("top", "dress"):
        found, missing = _worn_above(drawing, sleeved=subcategory.strip().lower() in SLEEVED)
    elif drawing.family in ("trousers", "skirt") and drawing.bottom:
        found, missing = _worn_below(drawing, long=not is_short(subcategory))
    else:
        found = _overall(drawing, view, family_of(category, subcategory))
    if drawing.rough:
        return Points([], [Missing(mark.code, mark.name, mark.how, ROUGH) for mark in found] + missing)
    return Points([mark for mark in found if mark.length >= LEAST_LENGTH * drawing.size], missing)


def _level(drawing: Flat, y: float) -> tuple[Pair, Pair] | None:
    run = run_at(drawing.mask, y, drawing.axis)
    return ((float(run[0]), y), (float(run[1]), y)) if run else None


def _overall(drawing: Flat, view: str, family: str) -> list[Mark]:
    """The extents of what is shown. Only where a dimension that a designer may give is that very extent
    has it the dimension's key: a garment's length, a thing's width from the front, one shoe from the side."""
    left, top, right, bottom = extent(drawing.mask)
    trust = drawing.confidence * 0.9
    high, wide = "Overall height", "Overall width"
    tall, across = "total_length" if family in GARMENTS else "", "total_width"
    if view == "detail":
        high, wide, tall, across = "Height of the part shown", "Width of the part shown", "", ""
    elif family == "shoe":
        one_from_the_side = view == "side" and len(drawing.outline) == 1
        trust *= 1.0 if one_from_the_side else OBLIQUE
        across = "total_length" if one_from_the_side else ""
    elif view == "side":
        across = ""
    return [
        Mark("A1", tall, high, "Straight, from the highest to the lowest point",
             ((left + right) / 2, top), ((left + right) / 2, bottom), trust),
        Mark("B1", across, wide, "Straight, from edge to edge at the widest point",
             (left, (top + bottom) / 2), (right, (top + bottom) / 2), trust),
    ]  # fmt: skip


def _worn_above(drawing: Flat, *, sleeved: bool) -> tuple[list[Mark], list[Missing]]:
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
    found = [*found, span, *_total_width(drawing, "H1")]
    if not sleeved or len(free) == 2:
        return found, []
    # A width across a body whose sleeves lie on it or beside it is that of both.
    kept = [mark for mark in found if mark.code not in BODY_WIDTHS]
    return kept, [Missing(m.code, m.name, m.how, SLEEVES_ALONGSIDE) for m in found if m.code in BODY_WIDTHS]


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


def _worn_below(drawing: Flat, *, long: bool) -> tuple[list[Mark], list[Missing]]:
    points = drawing.bottom
    assert points is not None
    trust = drawing.confidence
    _, _, _, bottom = extent(drawing.mask)
    side = points.waist[0][0]
    found = [
        Mark("A1", "total_length", "Length from the top edge" if drawing.family == "skirt" else "Outseam",
             "Straight down from the top edge to the lowest point of the hem",
             (side, points.waist[0][1]), (side, float(bottom)), trust * 0.85),
        Mark("B1", "waist_width", "Waist width", "Half, along the top edge", *points.waist, trust * 0.8),
    ]  # fmt: skip
    total = _total_width(drawing, "H1")
    if drawing.family == "skirt":
        hem = Mark("D1", "hem_width", "Hem width", "Half, straight between the lower corners",
                   *points.hems[0], trust * 0.7)  # fmt: skip
        return [*found, *_hip(drawing), hem, *total], []
    if points.crotch is None:
        return [*found, *_hip(drawing), *total], [Missing(*leg, ONE_PIECE) for leg in LEGS]
    legs = _leg_marks(drawing, points.crotch)
    rise, inseam = (next((mark.length for mark in legs if mark.code == code), 0.0) for code in ("F1", "E1"))
    if long and rise > inseam:  # no long garment's crotch: the legs touch from there up
        opening = [mark for mark in legs if mark.code == "G1"]
        missing = [Missing(*leg, TOUCHING) for leg in LEGS if leg[0] != "G1" or not opening]
        return [*found, *_hip(drawing), *opening, *total], missing
    return [*found, *legs, *total], []


def _hip(drawing: Flat) -> list[Mark]:
    _, top, _, bottom = extent(drawing.mask)
    hip = _level(drawing, top + 0.3 * (bottom - top))
    how = "Half, edge to edge, at 30 % of the length"
    return [Mark("C1", "hip_width", "Hip width", how, *hip, drawing.confidence * 0.5)] if hip else []


def _leg_marks(drawing: Flat, crotch: Pair) -> list[Mark]:
    points, trust = drawing.bottom, drawing.confidence
    assert points is not None
    middle = (points.waist[0][1] + points.waist[1][1]) / 2
    found = []
    hip = _level(drawing, middle + 0.65 * (crotch[1] - middle))
    if hip:
        found.append(Mark("C1", "hip_width", "Hip width", "Half, edge to edge, two thirds down the rise",
                          *hip, trust * 0.7))  # fmt: skip
    thigh = _right_leg(drawing, crotch)
    if thigh:
        found.append(Mark("D1", "thigh_width", "Thigh width", "Half, edge to edge, just below the crotch",
                          *thigh, trust * 0.75))  # fmt: skip
    if points.hems:
        outer, inner = points.hems[-1]
        found.append(Mark("E1", "inseam", "Inseam", "From the crotch straight to the leg's inner end",
                          crotch, inner, trust * 0.8))  # fmt: skip
    found.append(Mark("F1", "front_rise", "Rise", "Straight from the top edge to the crotch",
                      (crotch[0], middle), crotch, trust * 0.7))  # fmt: skip
    if points.hems:
        found.append(Mark("G1", "hem_width", "Leg opening", "Half, straight across the end of one leg",
                          inner, outer, trust * 0.7))  # fmt: skip
    return found


def _right_leg(drawing: Flat, crotch: Pair) -> tuple[Pair, Pair] | None:
    """Across the leg on the right, just below the crotch: from the gap to the outer edge."""
    y = crotch[1] + 4
    row = runs(drawing.mask[int(np.clip(y, 0, drawing.mask.shape[0] - 1))])
    beyond = [run for run in row if run[0] >= crotch[0] - 0.02 * drawing.size]
    # A gap that begins in a point may not have opened yet in this row: then the crotch parts the legs.
    closed = [(crotch[0], run[1]) for run in row if run[0] < crotch[0] < run[1]]
    return next((((float(left), y), (float(right), y)) for left, right in [*beyond, *closed]), None)


def _lowest(drawing: Flat, x: float) -> float:
    column = np.nonzero(drawing.mask[:, int(np.clip(x, 0, drawing.mask.shape[1] - 1))])[0]
    return float(column[-1]) if len(column) else float(extent(drawing.mask)[3])


def _narrowest(drawing: Flat, low: float, high: float) -> tuple[Pair, Pair] | None:
    levels = [level for y in np.arange(low, high, 3.0) if (level := _level(drawing, float(y)))]
    return min(levels, key=lambda level: level[1][0] - level[0][0]) if levels else None


@dataclass(frozen=True)
class Ruler:
    """Turns plate pixels into the designer's unit, or into fractions of the first mark (A1)."""

    per_unit: float
    unit: str
    dimension: dict[str, Any] | None

    def value(self, length: float) -> float:
        return round(length / self.per_unit, {"cm": 1, "in": 2}.get(self.unit, 3))


def ruler(found: list[Mark], dimension: dict[str, Any] | None, view: str) -> Ruler:
    """A scale from the one real dimension given, when this view shows it: of a detail never, from the side
    the length only."""
    whole = view in ("front", "back") or (view == "side" and (dimension or {}).get("name") == "total_length")
    if dimension and whole and float(dimension["value"]) > 0:
        known = next((mark for mark in found if mark.key == dimension["name"]), None)
        if known:
            return Ruler(known.length / float(dimension["value"]), dimension["unit"], dimension)
    return Ruler(found[0].length if found else 1.0, "ratio", None)
