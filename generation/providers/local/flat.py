"""A technical flat: the outline and the few inner lines of one view, as smooth paths.

A front or back that is nearly its own mirror image is drawn evenly, as flats are. "Mirror" turns
a front into a back that nobody photographed: the outline, hems and cuffs only.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import curves, necklines, seams, strokes
from .evidence import edge_maps
from .landmarks import Bottom, Side, axis_of, bottoms, extent, tops
from .pattern import pattern
from .photo import Photo
from .plate import Plate, plate
from .seams import Board, Seam
from .silhouette import contours_of
from .vocabulary import family_of

INNER_LINES = 9  # strokes beside the templates, at most
GARMENTS = {"top", "dress", "onepiece", "trousers", "skirt"}
EVEN_FAMILIES = {*GARMENTS, "cap"}
ON_BOTH_SIDES = {"hem", "hem band", "leg hem", "leg band", "cuff hem", "cuff band", "armhole", "side"}


@dataclass(frozen=True, eq=False)
class Flat:
    """One drawing, in pixels of its plate. `confidence` 0..1 is about the drawing as a whole."""

    width: int
    height: int
    outline: tuple[tuple[np.ndarray, ...], ...]  # a closed path of cubic pieces for each piece
    seams: tuple[Seam, ...]
    mask: np.ndarray
    size: float
    family: str
    sides: tuple[Side, Side] | None
    bottom: Bottom | None
    neck: str
    even: bool
    confidence: float

    @cached_property
    def axis(self) -> float:
        """x of the middle of the body."""
        return axis_of(self.mask)

    def seam(self, role: str) -> Seam | None:
        return next((seam for seam in self.seams if seam.role == role), None)


def flat(photo: Photo, view: str, category: str, subcategory: str, *, mirrored: bool = False) -> Flat:
    """The flat of a photo, drawn once for each view and kind of product."""
    family = family_of(category, subcategory)
    view = "front" if mirrored else view  # what is mirrored is the front's drawing
    if view in ("side", "detail"):
        family = family if family in ("shoe", "bag") else "other"
    drawn = photo.study(
        ("flat", view, family), lambda: _draw(plate(photo), family, view, str(pattern(photo)["kind"]))
    )
    return mirror(drawn) if mirrored else drawn


def _draw(base: Plate, family: str, view: str, pattern_kind: str) -> Flat:
    even = family in EVEN_FAMILIES and base.is_symmetric and base.pieces == 1
    mask = base.ideal_mask if even else base.mask
    fine, coarse = edge_maps(base)
    board = Board(mask, fine, coarse, base.size, even, strokes.strokes(fine, base.mask, base.size))
    sides = bottom = None
    neck = ""
    if family in ("top", "dress", "onepiece"):
        lowest = 0.99 if family == "top" and even else 0.8
        sides = tops(mask, base.size, lowest=lowest)
        if even and family != "onepiece":
            mask = board.mask = seams.levelled(mask, sides[0].hem, sides[1].hem, base.size)
        neck = _upper(board, sides, family, view)
    if family in ("trousers", "skirt", "onepiece"):
        bottom = bottoms(mask, base.size, legs=family != "skirt")
        if even and family == "skirt":
            mask = board.mask = seams.levelled(mask, *bottom.hems[0], base.size)
        _lower(board, bottom, family, view)
    if family == "cap" and view == "front":
        seams.brim(board)
    _free_lines(board, base, family, pattern_kind)
    lines = _evened(board) if even else board.seams
    outline = tuple(tuple(curves.closed_path(part, base.size)) for part in contours_of(mask))
    return Flat(
        base.width, base.height, outline, tuple(lines), mask, base.size, family, sides, bottom, neck, even,
        base.confidence * _plausible(family, sides, bottom),
    )  # fmt: skip


def _plausible(family: str, sides: tuple[Side, Side] | None, bottom: Bottom | None) -> float:
    """1 when the outline shows what this kind of product must have, 0.6 when legs or sleeves are missing:
    then something of the background, or a fold, is probably in the outline."""
    if family in ("trousers", "onepiece") and (bottom is None or bottom.crotch is None):
        return 0.6
    if family == "onepiece" and (sides is None or not any(side.armpit for side in sides)):
        return 0.6
    return 1.0


def _upper(board: Board, sides: tuple[Side, Side], family: str, view: str) -> str:
    left, right = sides
    neck = necklines.neckline(board, left, right)
    for side, sign in ((left, 1), (right, -1)):
        seams.armhole(board, side, sign)
        seams.cuff(board, side)
    if family == "top" and not left.armpit and not right.armpit:
        seams.lying_sleeve(board)
    if family != "onepiece":
        seams.hem(board, left.hem, right.hem)
    if family in ("dress", "onepiece"):
        seams.waist_seam(board)
    if view == "front":
        line = board.get("neckline")
        _, _, _, bottom = extent(board.mask)
        start = float(line.points[:, 1].max()) if line else left.neck[1] + 0.04 * board.size
        seams.placket(board, start, bottom - 0.03 * board.size)
    return neck


def _lower(board: Board, points: Bottom, family: str, view: str) -> None:
    if family != "onepiece":
        seams.waistband(board, points.waist)
    if family == "trousers":
        seams.fly(board, points)
    if points.crotch:
        seams.leg_hems(board, points)
    elif family == "skirt":
        seams.hem(board, *points.hems[0])
        seams.waist_seam(board, 0.25, 0.85)


def _free_lines(board: Board, base: Plate, family: str, pattern_kind: str) -> None:
    """The strongest strokes that no template has drawn already.

    In a patterned fabric only what crosses much of the product counts: the rest is the pattern.
    """
    garment, plain = family in GARMENTS, pattern_kind in ("solid", "textured")
    fine_least = (0.13 if plain else 9.0) if garment else 0.13
    coarse_least = (0.13 if plain else 0.42) if garment else 0.1
    found = [stroke for stroke in board.strokes if stroke.length > fine_least * base.size]
    rough = strokes.strokes(board.coarse, base.mask, base.size)
    found += [stroke for stroke in rough if stroke.length > coarse_least * base.size]
    taken = [seam.points for seam in board.seams]
    chosen: list[np.ndarray] = []
    for stroke in sorted(found, key=lambda stroke: -stroke.worth):
        if len(chosen) >= (INNER_LINES if garment else INNER_LINES + 5):
            break
        # A line that comes back to where it began goes round a motif: artwork, not construction.
        if stroke.strength < (0.42 if garment else 0.2) or stroke.span < (0.7 if garment else 0.3):
            continue
        distance = strokes.distance_to(stroke.points, [*taken, *chosen], board.mask.shape)
        if (distance < 0.022 * base.size).mean() > 0.4:
            continue
        chosen.append(stroke.points)
        board.seams.append(Seam("inner line", stroke.points, round(stroke.strength, 2)))


def _evened(board: Board) -> list[Seam]:
    """Lines of an even flat: what lies on the axis or comes in pairs is made its own mirror image."""
    lines, width = board.seams, board.mask.shape[1]
    result: list[Seam] = []
    paired = {"armhole", "cuff hem", "cuff band", "side", "leg hem", "leg band"}
    for role in dict.fromkeys(seam.role for seam in lines):
        group = [seam for seam in lines if seam.role == role]
        if role in paired:
            best = max(group, key=lambda seam: seam.score)
            result += [best, Seam(role, _flipped(best.points, width), best.score, best.style)]
        elif role in ("neckline", "neckband", "waistband", "hem", "hem band", "brim"):
            result += [Seam(role, _balanced(seam.points, width), seam.score, seam.style) for seam in group]
        else:
            result += group if role != "inner line" else _evened_strokes(group, board)
    return result


def _evened_strokes(group: list[Seam], board: Board) -> list[Seam]:
    """Strokes that the photo bears out on the other side too become exact pairs; the others stay."""
    shape, width = board.mask.shape[:2], board.mask.shape[1]
    result: list[Seam] = []
    left = list(group)
    while left:
        seam = left.pop(0)
        image = _flipped(seam.points, width)
        partners = [other for other in left if _runs_along(image, other.points, shape)]
        if partners:
            left = [other for other in left if other not in partners]
            result.append(Seam(seam.role, image, seam.score, seam.style))
        result.append(seam)
    return result


def _runs_along(line: np.ndarray, other: np.ndarray, shape: tuple[int, ...]) -> bool:
    distance = strokes.distance_to(line, [other], shape)
    return bool((distance < 0.045 * shape[0]).mean() > 0.55)


def _flipped(points: np.ndarray, width: int) -> np.ndarray:
    return (points * [-1, 1] + [width - 1, 0])[::-1]


def _balanced(points: np.ndarray, width: int) -> np.ndarray:
    """A line across the axis averaged with its mirror image."""
    count = 80
    one = curves.resample(points, 1.0)
    where = np.linspace(0, len(one) - 1, count)
    even = np.stack([np.interp(where, np.arange(len(one)), one[:, d]) for d in (0, 1)], axis=1)
    return (even + _flipped(even, width)) / 2


def mirror(front: Flat) -> Flat:
    """The back of a front: mirrored outline, and the lines that are surely on both sides."""
    width = front.width
    outline = tuple(
        tuple((piece * [-1, 1] + [width - 1, 0])[::-1] for piece in reversed(path)) for path in front.outline
    )
    lines = tuple(
        Seam(seam.role, _flipped(seam.points, width), seam.score, seam.style)
        for seam in front.seams if seam.role in ON_BOTH_SIDES
    )  # fmt: skip
    sides = front.sides and (front.sides[1].mirrored(width), front.sides[0].mirrored(width))
    return Flat(
        width, front.height, outline, lines, np.ascontiguousarray(front.mask[:, ::-1]), front.size,
        front.family, sides, None, front.neck, front.even, front.confidence * 0.6,
    )  # fmt: skip
