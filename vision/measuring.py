"""Measure a product on a photo: fit its outline, read its points of measure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from vision.contour import Edge
from vision.hanger import without_hanger
from vision.landmarks import refined_landmarks
from vision.measured_values import (
    LEAST_OVERLAP,
    MEASURED_ERROR,
    Ranges,
    coarseness_error,
    error_by_known,
    impossible,
    out_of_proportion,
    out_of_range,
    out_of_shape,
    read_beside,
    reading_error,
)
from vision.outlines import fit_outline
from vision.outlines.products import shape_of
from vision.outlines.upper_body import has_raised_neck
from vision.points_of_measure import axis, readers_for
from vision.reading import Known, Line, Point, Problem, Reading, Scale, Source, Value
from vision.scale_card import Card, plane_view, without_card
from vision.segmentation import main_pieces
from vision.tape import HIDDEN, Readers, Stretch, Tape
from vision.upright import turned, turned_back, turned_card

type Features = dict[str, str | int]

# Typical main length in cm, used for the trade's fixed distances while there is no scale.
_TYPICAL_LENGTH = {
    "t-shirt": 68, "long-sleeve top": 68, "polo": 68, "shirt": 73, "sweatshirt": 67, "hoodie": 68, "sweater": 66,
    "jacket": 68, "coat": 102, "dress": 98, "skirt": 58, "trousers": 104, "jeans": 104, "shorts": 42, "tote": 38,
    "backpack": 44, "cap": 26, "beanie": 22, "trainer": 29, "boot": 29,
}  # fmt: skip
# The same of waists, of products whose length differs most: what both say together.
_TYPICAL_WAIST = {"skirt": 36, "shorts": 40}
ON_FIGURE = (
    "Something rises out of the neck, as where somebody or a mannequin wears the product, so its measures are"
    " estimates."
)
# Of the length: what lies within the outline so far above both neck points is no neckband, no collar, no hood.
_ABOVE_NECKBAND, _ABOVE_COLLAR, _ABOVE_HOOD = 0.05, 0.2, 0.5
_SCALE_ERROR_KNOWN = 1.0
_CUT_OFF = 0.1
LEAST_SIDE = 160  # pixels of the product's longer side below which it is too small to be measured
_FRAME = 0.004  # of the longer side of the photo: what ends so near to its frame may be cut off
_ONLY_WHERE_SEEN = {"BI1", "EL1", "FA1"}  # widths of a sleeve mean nothing where it lies on the body
_ON_BACK_ONLY = {"BL2"}
_NOT_FROM_HERE = "Only a photo of the back shows it"
# Problems that make every value an estimate.
_OF_THE_WHOLE = {"unclear_scale", "worn", "cut_off", "poor_fit", "implausible", "too_small"}


def measure(
    mask: np.ndarray,
    product_type: str,
    features: Features | None = None,
    view: str = "front",
    *,
    card: Card | None = None,
    known: Known | None = None,
    plausible: Ranges | None = None,
    moved_landmarks: dict[str, Point] | None = None,
    worn: bool = False,
    turns: int = 0,
    unsure: Sequence[Point] = (),
) -> Reading:
    """Fit the outline of `product_type` to `mask` and read every point of measure it shows.

    `mask` is a bool or uint8 array (height, width), true on the product. `card` (from
    `find_card(photo)`) wins over `known`; with neither, values are ratios and nothing is measured.
    `plausible` maps codes to (low, high) in cm; when it is given, only its codes are read, and what lies
    outside is "unspecified". `moved_landmarks` are pixels of the photo and replace
    fitted ones. `worn` makes every value an estimate. `turns` is how many quarter turns (counterclockwise)
    set the product upright. `unsure` are points of the outline that may not be where the product ends: what ends
    at one is an estimate. KeyError for an unknown product type.
    """
    plane = _Plane.of(without_hanger(turned(mask, turns), product_type),
                      turned_card(card, mask.shape, turns) if card else None)  # fmt: skip
    fit = fit_outline(plane.mask, product_type, features)
    if fit is None:
        return Reading({}, {}, [], None, 0.0, [Problem("nothing", "No product was found on the photo.")])
    marks = refined_landmarks(fit, plane.edge, raised_neck=has_raised_neck(product_type, features))
    moved = moved_landmarks or {}
    landmarks = {**turned_back(plane.to_photo(marks), mask.shape, turns), **moved}
    return measure_from_landmarks(
        landmarks, mask, product_type, features, view, card=card, known=known, plausible=plausible,
        moved=set(moved), overlap=fit.overlap, worn=worn, turns=turns, unsure=unsure,
    )  # fmt: skip


def measure_from_landmarks(
    landmarks: dict[str, Point],
    mask: np.ndarray,
    product_type: str,
    features: Features | None = None,
    view: str = "front",
    *,
    card: Card | None = None,
    known: Known | None = None,
    plausible: Ranges | None = None,
    moved: frozenset[str] | set[str] = frozenset(),
    overlap: float = 1.0,
    worn: bool = False,
    painted: np.ndarray | None = None,
    turns: int = 0,
    unsure: Sequence[Point] = (),
) -> Reading:
    """As `measure`, from stored landmarks and without a fit (20 ms): for moved landmarks, a new scale.

    `moved` names the landmarks that were moved by hand; `overlap` is that of the earlier reading. `painted`
    (bool, of the mask's shape) is where the outline was painted by hand: what ends there is an estimate.
    """
    plane = _Plane.of(turned(without_hanger(turned(mask, turns), product_type), -turns), card, unsure)
    marks = plane.from_photo(landmarks)
    readers = dict(readers_for(product_type, marks))
    scale, cm_per_px = _scale(plane, marks, readers, product_type, card, known)
    tape = _tape(plane, marks, cm_per_px)
    stretches = _doubted(_what_shows(tape, readers), plane, mask.shape, painted)
    family = shape_of(product_type, features).family
    on_figure = _rises_above_neck(tape, _highest_neck(product_type, features))
    judge = _Judge(family, product_type, scale, plausible or {}, overlap, worn, leaves_photo(mask), on_figure,
                   _is_small(mask))  # fmt: skip
    asked = known.code if scale and scale.source == "known" and known else ""
    if plausible:
        stretches = {code: stretch for code, stretch in stretches.items() if code in {*plausible, asked}}
    readers = {code: readers[code] for code in stretches}
    by_hand = _hang_on(moved, marks, tape, readers, stretches)
    gone, reasons, problems = judge.reasons(stretches, cm_per_px, asked, by_hand)
    if view != "back":
        gone |= dict.fromkeys(_ON_BACK_ONLY & stretches.keys() - by_hand - {asked}, _NOT_FROM_HERE)
    main = next(iter(stretches.values())).length
    lines = {code: plane.line_on_photo(stretch) for code, stretch in stretches.items()}

    def value(code: str) -> Value:
        if code in gone:
            return Value(code, None, None, None, "unspecified", gone[code])
        ratio, cm = stretches[code].length / max(main, 1e-9), stretches[code].length * cm_per_px
        coarse = np.hypot(*(_coarseness(lines, one, mask.shape) for one in (code, asked)))
        error = judge.error(code, asked, _apart(lines, code, asked) / max(mask.shape), float(coarse))
        found = Value(code, cm, ratio, error, "measured", reasons[code])
        return judge.judged(found, known, by_hand=code in by_hand)

    return Reading(landmarks, lines, [value(code) for code in stretches], scale, overlap, problems)


def _what_shows(tape: Tape, readers: Readers) -> dict[str, Stretch]:
    """Read every point, without the widths of a sleeve that lies on the body."""
    stretches = {code: read(tape) for code, read in readers.items()}
    hidden = {code for code in _ONLY_WHERE_SEEN & stretches.keys() if stretches[code].doubt == HIDDEN}
    return {code: stretch for code, stretch in stretches.items() if code not in hidden}


def _apart(lines: dict[str, Line], code: str, other: str) -> float:
    """Return the distance in pixels between the middles of two lines; 0 where one is not there."""
    if other not in lines or code not in lines:
        return 0.0
    return float(np.linalg.norm(np.mean(lines[code], axis=0) - np.mean(lines[other], axis=0)))


def _coarseness(lines: dict[str, Line], code: str, shape: tuple[int, ...]) -> float:
    """Return what the photo's pixels add to the error of a length in per cent; 0 where its line is not there."""
    if code not in lines:
        return 0.0
    start, end = lines[code]
    return coarseness_error(float(np.hypot(end[0] - start[0], end[1] - start[1])), max(shape[:2]))


def _doubted(
    stretches: dict[str, Stretch], plane: "_Plane", shape: tuple[int, ...], painted: np.ndarray | None
) -> dict[str, Stretch]:
    """The same, in doubt where they end at the edge of the photo, or where the outline was painted."""
    found = {code: _doubted_at_frame(stretch, plane, shape) for code, stretch in stretches.items()}
    if painted is None:
        return found
    return {code: _doubted_where_painted(stretch, plane, painted) for code, stretch in found.items()}


def _doubted_at_frame(stretch: Stretch, plane: "_Plane", shape: tuple[int, ...]) -> Stretch:
    """Doubt what ends at the frame of the photo: the product may go on behind it."""
    rim = _FRAME * max(shape[:2]) + 1
    ends = np.array(plane.line_on_photo(stretch))
    if np.any((ends < rim) | (ends > np.array(shape[1::-1]) - 1 - rim)):
        return Stretch(stretch.path, stretch.doubt or "it leaves the photo")
    return stretch


def _doubted_where_painted(stretch: Stretch, plane: "_Plane", painted: np.ndarray) -> Stretch:
    height, width = painted.shape
    for x, y in plane.line_on_photo(stretch):
        if painted[int(np.clip(round(y), 0, height - 1)), int(np.clip(round(x), 0, width - 1))]:
            return Stretch(stretch.path, stretch.doubt or "its edge was painted by hand")
    return stretch


def leaves_photo(mask: np.ndarray) -> bool:
    """Say whether the product runs along a side of the photo for a tenth of its own height or width."""
    seen = mask > 0
    height, width = int(seen.any(axis=1).sum()), int(seen.any(axis=0).sum())
    rim = 1 + round(_FRAME * max(seen.shape))
    edges = ((seen[:rim].any(0), width), (seen[-rim:].any(0), width), (seen[:, :rim].any(1), height),
             (seen[:, -rim:].any(1), height))  # fmt: skip
    return any(int(edge.sum()) > _CUT_OFF * along for edge, along in edges)


def _is_small(mask: np.ndarray) -> bool:
    seen = mask > 0
    return max(int(seen.any(axis=0).sum()), int(seen.any(axis=1).sum())) < LEAST_SIDE


@dataclass(frozen=True)
class _Plane:
    """The plane measuring happens in: the photo itself, or the card's plane when there is a card."""

    mask: np.ndarray
    edge: Edge
    to_plane: np.ndarray
    cm_per_px: float | None
    unsure: np.ndarray

    @classmethod
    def of(cls, mask: np.ndarray, card: Card | None, unsure: Sequence[Point] = ()) -> "_Plane":
        binary, points = (mask > 0).astype(np.uint8), np.array(unsure, float).reshape(-1, 2)
        if card is None:
            return cls(binary, Edge.of(binary), np.eye(3), None, points)
        left = main_pieces(without_card(binary, card))
        flat, to_plane, cm_per_px = plane_view(left.astype(np.uint8), card)
        points = cls._map(points, to_plane) if len(points) else points
        return cls(flat, Edge.of(flat), to_plane, cm_per_px, points)

    def from_photo(self, landmarks: dict[str, Point]) -> dict[str, np.ndarray]:
        return {name: self._map(np.array(point)[None], self.to_plane)[0] for name, point in landmarks.items()}

    def to_photo(self, marks: dict[str, np.ndarray]) -> dict[str, Point]:
        back = np.linalg.inv(self.to_plane)
        mapped = {name: self._map(point[None], back)[0] for name, point in marks.items()}
        return {name: (float(x), float(y)) for name, (x, y) in mapped.items()}

    def line_on_photo(self, stretch: Stretch) -> Line:
        ends = self._map(stretch.path[[0, -1]], np.linalg.inv(self.to_plane))
        return (float(ends[0, 0]), float(ends[0, 1])), (float(ends[1, 0]), float(ends[1, 1]))

    @staticmethod
    def _map(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
        return cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0]


def _tape(plane: _Plane, marks: dict[str, np.ndarray], cm_per_px: float) -> Tape:
    down = axis(marks)
    along = np.array(list(marks.values())) @ down
    return Tape(marks, plane.edge, down, float(along.max() - along.min()), cm_per_px, plane.unsure)


def _scale(
    plane: _Plane, marks: dict[str, np.ndarray], readers: Readers, product_type: str, card: Card | None,
    known: Known | None,
) -> tuple[Scale | None, float]:  # fmt: skip
    """Return the scale (None without one) and the cm per pixel to use for the fixed distances."""
    if card is not None and plane.cm_per_px is not None:
        return Scale("card", card.cm_per_px, card.error_percent, card.tilt_degrees), plane.cm_per_px
    main = next(iter(readers.values()))
    as_pixels = _tape(plane, marks, 1.0)
    cm_per_px = _TYPICAL_LENGTH[product_type] / max(1.0, main(as_pixels).length)
    if product_type in _TYPICAL_WAIST:
        by_waist = _TYPICAL_WAIST[product_type] / max(1.0, readers["WB1"](as_pixels).length)
        cm_per_px = float(np.sqrt(cm_per_px * by_waist))
    if known is None or known.code not in readers:
        return None, cm_per_px
    for _ in range(3):
        length = readers[known.code](_tape(plane, marks, cm_per_px)).length
        cm_per_px = known.cm / max(1.0, length)
    return Scale("known", cm_per_px, _SCALE_ERROR_KNOWN), cm_per_px


def _highest_neck(product_type: str, features: Features | None) -> float:
    if not has_raised_neck(product_type, features):
        return _ABOVE_NECKBAND
    is_hood = (features or {}).get("neck", "hood" if product_type == "hoodie" else "") == "hood"
    return _ABOVE_HOOD if is_hood else _ABOVE_COLLAR


def _rises_above_neck(tape: Tape, most: float) -> bool:
    """Say whether the outline goes on farther than `most` (of the length) above the neck points."""
    if "hps_left" not in tape.marks:
        return False
    middle = (tape.marks["hps_left"] + tape.marks["hps_right"]) / 2
    return all(tape.edge.inside(middle - tape.down * share * tape.length) for share in (0.4 * most, most))


def _hang_on(
    moved: frozenset[str] | set[str], marks: dict[str, np.ndarray], tape: Tape, readers: Readers,
    stretches: dict[str, Stretch],
) -> set[str]:  # fmt: skip
    """Return the codes whose length changes when one of the moved landmarks moves."""
    codes: set[str] = set()
    for name in moved & marks.keys():
        for way in (tape.down, tape.right):
            nudged = Tape({**marks, name: marks[name] + way * tape.length * 0.05}, tape.edge, tape.down, tape.length,
                          tape.cm_per_px, tape.unsure)  # fmt: skip
            codes |= {code for code, read in readers.items()
                      if abs(read(nudged).length - stretches[code].length) > 1e-3 * tape.length}  # fmt: skip
    return codes


@dataclass(frozen=True)
class _Judge:
    """Decides the source of each value: what scale, what fit, what ranges and ratios allow."""

    family: str
    product_type: str
    scale: Scale | None
    plausible: Ranges
    overlap: float
    worn: bool
    cut_off: bool
    on_figure: bool
    is_small: bool

    def reasons(
        self, stretches: dict[str, Stretch], cm_per_px: float, asked: str, by_hand: set[str]
    ) -> tuple[dict[str, str], dict[str, str], list[Problem]]:
        """Return what is impossible, why each of the others cannot be "measured" ("" when it can), and problems.

        `asked` is the code of the known dimension the scale was taken from, `by_hand` are codes somebody set.
        """
        lengths = {code: stretch.length * cm_per_px for code, stretch in stretches.items()}
        doubted = {code for code, stretch in stretches.items() if stretch.doubt}
        ratio = impossible(self.product_type, lengths, doubted)
        beyond = (out_of_range if self.scale else out_of_proportion)(lengths, self.plausible)
        left = {code: cm for code, cm in lengths.items() if code not in ratio | beyond}
        doubted = {*stretches} if self.overlap < LEAST_OVERLAP else doubted
        odd = out_of_shape(self.product_type, left, doubted - by_hand)
        beside = read_beside(ratio, lengths.keys() - by_hand)
        kept = by_hand - beyond.keys() | {asked}
        gone = {code: text for code, text in (beside | odd | ratio | beyond).items() if code not in kept}
        problems = self._problems(ratio, beyond if self.scale else {}, len(lengths))
        if asked and stretches[asked].doubt:
            text = "The known dimension does not show clearly on the photo. Give another one, or use the scale card."
            problems.insert(0, Problem("unclear_scale", text))
        whole = problems[0].text if problems and problems[0].code in _OF_THE_WHOLE else ""
        return gone, {code: whole or stretch.doubt for code, stretch in stretches.items()}, problems

    def _problems(self, ratio: dict[str, str], beyond: dict[str, str], count: int) -> list[Problem]:
        problems = []
        if self.worn:
            problems.append(Problem("worn", "The product is worn, so its measures are estimates."))
        elif self.on_figure:
            problems.append(Problem("worn", ON_FIGURE))
        if self.cut_off:
            problems.append(
                Problem("cut_off", "The product leaves the photo, so its measures are estimates.")
            )
        if self.is_small:
            problems.append(
                Problem("too_small", "The product is too small on this photo, so its measures are estimates.")
            )
        if self.overlap < LEAST_OVERLAP:
            problems.append(Problem("poor_fit", "The outline does not fit the product well."))
        if len(beyond) * 3 > count:
            problems.append(
                Problem("implausible", "Too many measures are outside the usual range. Check the scale.")
            )
        if self.scale is None:
            problems.append(Problem("no_scale", "No scale: add a known dimension or the scale card."))
        return problems + [
            Problem("ratio", f"{text[0].upper()}{text[1:]}.") for text in dict.fromkeys(ratio.values())
        ]

    def judged(self, found: Value, known: Known | None, *, by_hand: bool) -> Value:
        """Give a value its source; `found.reason` is what speaks against it on this photo."""
        if self.scale is None:
            return replace(
                found, value_cm=None, error_percent=None, source="estimated", reason="there is no scale"
            )
        if self.scale.source == "known" and known and found.code == known.code:
            return replace(found, value_cm=known.cm, error_percent=0.0, source="entered", reason="")
        source, reason = self._source(found.error_percent, found.reason, by_hand=by_hand)
        return replace(found, source=source, reason=reason)

    def error(self, code: str, asked: str, apart: float, coarse: float) -> float | None:
        """Return the reading's error with the scale's: a card far from square adds its own.

        `asked` is the code of the known dimension, `apart` how far from it on the photo this one lies, `coarse` what
        the photo's pixels add, in per cent.
        """
        if self.scale is None:
            return None
        known = self.scale.source == "known"
        reading = (
            error_by_known(self.family, code, asked, apart) if known else reading_error(self.family, code)
        )
        of_card = 0.0 if known else max(0.0, self.scale.error_percent - 0.5)
        return None if reading is None else float(np.linalg.norm([reading, of_card, coarse]))

    @staticmethod
    def _source(error: float | None, reason: str, *, by_hand: bool) -> tuple[Source, str]:
        if by_hand:
            return "by hand", reason
        if reason:
            return "estimated", reason
        if error is None:
            return "estimated", "the error of this reading is not known"
        if error > MEASURED_ERROR:
            return "estimated", f"photos show this to about {error:.0f} %"
        return "measured", ""
