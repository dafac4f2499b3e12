"""A technical flat: the outline and the few inner lines of one view, as smooth paths.

A front or back that is nearly its own mirror image is drawn evenly, as flats are. "Mirror" turns
a front into a back that nobody photographed: the outline only.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from . import caps, curves, inner, lower, necklines, seams, strokes, upper
from .evidence import edge_maps
from .landmarks import Bottom, Side, axis_of, bottoms, extent, tops
from .pattern import pattern
from .photo import Photo
from .plate import Plate, plate
from .seams import Board, Seam
from .silhouette import contours_of
from .vocabulary import family_of

LEAST_TRUST = 0.45  # below it only the outline is drawn: lines inside a wrong outline are inventions
GARMENTS = {"top", "dress", "onepiece", "trousers", "skirt"}
OBVIOUS = 0.9  # plausibility below which something that this product has is not in the outline
BUTTONED = {"shirt", "polo shirt", "blouse", "coat", "jacket", "waistcoat"}
EVEN_FAMILIES = {*GARMENTS, "cap"}
PAIRED = {"leg hem", "leg band", "leg edge", "cuff hem", "cuff band", "cuff edge", "armhole", "side"}
ROUGH = (
    "Rough outline: product and background could not be told apart."
    " Redraw it, or photograph the product on a plain ground."
)
NONE_FOUND = (
    "No outline was found: this is only the middle of the photo."
    " Redraw it, or photograph the product on a plain ground."
)
LIMBS = (
    "Legs or sleeves could not be told apart in the outline."
    " Redraw them, or photograph the product spread flat."
)
OBLIQUE = "Drawn as photographed; a shoe's flat is drawn from the side. Add a side photo of one shoe."
LEVEL = {
    "neckline",
    "neckband",
    "waistband",
    "waist edge",
    "hem",
    "hem band",
    "hem edge",
    "brim",
    "waist seam",
}
ENDS = ("cuff", "leg")


@dataclass(frozen=True, eq=False)
class Flat:
    """One drawing, in pixels of its plate, `base`. `confidence` 0..1 is about the drawing as a whole;
    `note` says what is wrong with it, or is ""; `rough`: there is only an outline, from which nothing can be
    read."""

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
    base: Plate
    rough: bool
    note: str

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
    buttoned = subcategory.strip().lower() in BUTTONED
    drawn = photo.study(
        ("flat", view, family, buttoned),
        lambda: _draw(plate(photo, view), family, view, buttoned, str(pattern(photo)["kind"])),
    )
    return mirror(drawn) if mirrored else drawn


def _draw(base: Plate, family: str, view: str, buttoned: bool, pattern_kind: str) -> Flat:
    even = family in EVEN_FAMILIES and base.is_symmetric and base.pieces == 1 and not base.doubted
    mask = base.ideal_mask if even else base.mask
    sides, bottom = _landmarks(mask, base, family, even=even)
    plausible = _plausible(family, sides, bottom, mask)
    trust = base.confidence * plausible
    if even and plausible < OBVIOUS:
        even, mask = False, base.mask  # legs that cross are not even, whatever their outline is
    board = _board(mask, base, even=even, seen=trust >= LEAST_TRUST)
    neck = ""
    if trust >= LEAST_TRUST:
        if sides:
            neck = _upper(board, sides, family, view, buttoned=buttoned)
        if bottom:
            _lower(board, bottom, family)
        if family == "cap" and view == "front":
            caps.brim(board)
            caps.panels(board)
        else:
            patterned = pattern_kind not in ("solid", "textured")
            inner.free_lines(board, garment=family in GARMENTS, patterned=patterned)
    lines = _evened(board) if even else board.seams
    outline = tuple(tuple(curves.closed_path(part, base.size)) for part in contours_of(board.mask))
    return Flat(
        base.width, base.height, outline, tuple(lines), board.mask, base.size, family, sides, bottom, neck,
        even, trust, base, trust < LEAST_TRUST, _note(base, family, view, trust, plausible),
    )  # fmt: skip


def _note(base: Plate, family: str, view: str, trust: float, plausible: float) -> str:
    if trust < LEAST_TRUST:
        return ROUGH if base.found else NONE_FOUND
    if plausible < OBVIOUS:
        return LIMBS
    return OBLIQUE if family == "shoe" and view == "front" else ""


def _landmarks(
    mask: np.ndarray, base: Plate, family: str, *, even: bool
) -> tuple[tuple[Side, Side] | None, Bottom | None]:
    sides = bottom = None
    if family in ("top", "dress", "onepiece"):
        sides = tops(mask, base.size, lowest=0.99 if family == "top" and even else 0.8)
    if family in ("trousers", "skirt", "onepiece"):
        bottom = bottoms(mask, base.size, legs=family != "skirt")
        if bottom.crotch and _too_low(bottom.crotch, mask):
            bottom = bottoms(mask, base.size, legs=False)
    return sides, bottom


def _too_low(crotch: tuple[float, float], mask: np.ndarray) -> bool:
    """Whether it is a gap between the ends of crossed legs: no long garment has its crotch down there."""
    left, top, right, bottom = extent(mask)
    return bottom - top > right - left and crotch[1] > top + 0.74 * (bottom - top)


def _board(mask: np.ndarray, base: Plate, *, even: bool, seen: bool) -> Board:
    if not seen:
        nothing = np.zeros(mask.shape, np.float32)
        return Board(mask, nothing, nothing, base.size, even)
    fine, coarse = edge_maps(base)
    return Board(mask, fine, coarse, base.size, even, strokes.strokes(fine, base.mask, base.size))


def _plausible(
    family: str, sides: tuple[Side, Side] | None, bottom: Bottom | None, mask: np.ndarray
) -> float:
    """1 when the outline shows what this kind of product must have, 0.6 when legs or sleeves are missing:
    then something of the background, or a fold, is probably in the outline."""
    if family == "trousers" and (bottom is None or bottom.crotch is None):
        left, top, right, low = extent(mask)
        return 0.95 if low - top < 0.9 * (right - left) else 0.6  # the legs of short shorts may touch
    if family == "onepiece" and (bottom is None or bottom.crotch is None):
        return 0.6
    if family == "onepiece" and (sides is None or not any(side.armpit for side in sides)):
        return 0.6
    return 1.0


def _upper(board: Board, sides: tuple[Side, Side], family: str, view: str, *, buttoned: bool) -> str:
    left, right = sides
    lying = family == "top" and all(side.hanging or not side.armpit for side in sides)
    feet = upper.lying_sleeves(board, sides) if lying else None
    corners = left.hem, right.hem
    if feet:
        corners = _corner(board.mask, feet[0]), _corner(board.mask, feet[1])
    if board.even and family != "onepiece":
        board.mask = seams.levelled(board.mask, *corners, board.size)
    neck = necklines.neckline(board, left, right, expected=family == "top" and view == "front")
    if not feet:
        for side, sign in ((left, 1), (right, -1)):
            upper.armhole(board, side, sign)
            upper.cuff(board, side)
    if family != "onepiece":
        upper.hem(board, *corners)
    if family in ("dress", "onepiece"):
        upper.waist_seam(board)
    if view == "front":
        line = board.get("neckline")
        _, _, _, bottom = extent(board.mask)
        start = float(line.points[:, 1].max()) if line else left.neck[1] + 0.04 * board.size
        upper.placket(board, start, bottom - 0.03 * board.size, expected=buttoned)
    return neck


def _corner(mask: np.ndarray, x: float) -> tuple[float, float]:
    column = np.nonzero(mask[:, int(np.clip(x, 0, mask.shape[1] - 1))])[0]
    return x, float(column[-1]) if len(column) else float(mask.shape[0] - 1)


def _lower(board: Board, points: Bottom, family: str) -> None:
    if board.even and family == "skirt":
        board.mask = seams.levelled(board.mask, *points.hems[0], board.size)
    if family != "onepiece":
        lower.waistband(board, points.waist)
    if family == "trousers":
        points = points if points.crotch else lower.touching_legs(board, points)
        lower.fly(board, points)
    if points.crotch:
        lower.leg_hems(board, points)
    elif family == "skirt":
        upper.hem(board, *points.hems[0])
        upper.waist_seam(board, 0.25, 0.85)


def _evened(board: Board) -> list[Seam]:
    """Lines of an even flat: what lies on the axis or comes in pairs is made its own mirror image."""
    lines, width = board.seams, board.mask.shape[1]
    result: list[Seam] = []
    for name in dict.fromkeys(_place_of(seam.role) for seam in lines):
        group = [seam for seam in lines if _place_of(seam.role) == name]
        if name in ENDS or group[0].role in PAIRED:
            best = max(group, key=lambda seam: seam.score)
            result += [best, Seam(best.role, _flipped(best.points, width), best.score, best.style)]
        elif name in LEVEL:
            result += [Seam(name, _balanced(seam.points, width), seam.score, seam.style) for seam in group]
        else:
            result += group
    return result


def _place_of(role: str) -> str:
    """The role, or the end it finishes: a cuff has a stitched hem or a band, not one on each side."""
    first = role.split(maxsplit=1)[0]
    return first if first in ENDS else role


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
    """The back of a front: its mirrored outline. What is inside it nobody has seen."""
    width = front.width
    outline = tuple(
        tuple((piece * [-1, 1] + [width - 1, 0])[::-1] for piece in reversed(path)) for path in front.outline
    )
    sides = front.sides and (front.sides[1].mirrored(width), front.sides[0].mirrored(width))
    return replace(
        front, outline=outline, seams=(), mask=np.ascontiguousarray(front.mask[:, ::-1]), sides=sides,
        bottom=None, confidence=front.confidence * 0.6,
    )  # fmt: skip
