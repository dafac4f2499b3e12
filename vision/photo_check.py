"""Look at a photo once: the product's outline, what it is, and what is wrong with the photo."""

import time
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision import networks
from vision.drawings import is_drawn
from vision.garments import recognition
from vision.garments.recognition import Recognition
from vision.measuring import LEAST_SIDE
from vision.outlines import fit_outline
from vision.photo import Rgb, seeing_copy
from vision.scale_card import without_page
from vision.segmentation import Mask, agreement, main_pieces, segment_from, sharpened
from vision.unsure_edges import doubts_of
from vision.upright import NO_UP, turned, upright
from vision.worn import body_goes_on, has_face

OUTLINE_POINTS = 160
PAIRS = {"shoes", None}  # kinds of which two may be one product; None is what no head knows

# Limits of the photo check, set on 341 photos of garments and 30 of other things (bench/vision/evaluate.py).
LEAST_AREA = 0.012  # of the photo: less is nothing, or a speck
SOFT_EDGE = 1.2  # unsure pixels for each sure one: a salience map without an object
LEAST_GARMENT = 0.045  # ImageNet share of garments below which a photo shows something else
SURE_GARMENT = 0.1  # from which nobody asks whether the outline fits: 121 of 123 photos of garments have more
POOR_FIT = 0.88  # overlap of the outline below which such a thing is no garment, hat or shoe
GOOD_FIT, SURE_KIND = 0.91, 0.9  # overlap and confidence from which a garment is one all the same
NO_PRODUCT = 0.6
BLURRED = 9.0  # variance of the Laplacian inside the product, at 512 pixels
BLANK = 18  # deviation of the grey values below which there is nothing to be blurred
DARK, BRIGHT = 34, 250  # grey values of the product's middle
CUT_OFF = 0.1  # of the product's box: how much of a side of the photo it may touch
MOST_FAINT = 0.1  # of the outline: how much may run between two areas of the same colour
NO_EDGE = (
    0.25  # of the outline: more is no outline (black on black); 0.02 is the most on 94 photos of garments
)
HALF_OUTSIDE = 0.7  # of the product's box: touching so much of a side, a large part of it is outside
SECOND_PIECE = 0.35  # of the largest: a second product
SECOND_WHOLE = 0.5  # of the largest: two products, and it is not said which

HARD_TO_TELL = (
    "Product and background have nearly the same colour, so part of the outline may be missing. Check the"
    " outline, or use another background."
)
NOT_TO_TELL = (
    "Product and background have the same colour, so its outline does not show. Use another background, or paint"
    " the outline."
)
NOT_ALONE = {"cut_off", "several_products"}  # what blocks though the product can be named
LEAVES_PHOTO = "The product leaves the photo. Step back until all of it is inside."
NOT_BY_ITSELF = "There is more than one thing on this photo. Photograph each product by itself."
DRAWN = "This is a drawing or a page, not a photo of a product. Use a photo of the product itself."
WORN = "Somebody wears it. Sizes are estimates then; photograph it laid flat to have it measured."
GOES_ON = (
    "Something goes on above or below the product, as where somebody wears it. Sizes are estimates then;"
    " photograph it by itself, laid flat, to have it measured."
)
TURNED = {
    1: "The product lies on its side. It was turned to be measured.",
    2: "The product lies upside down. It was turned to be measured.",
    3: "The product lies on its side. It was turned to be measured.",
}
BLURRED_TEXT = "The photo is blurred. Hold the camera still and tap on the product."


@dataclass(frozen=True)
class Problem:
    """What is wrong with a photo: a code for programs, a sentence for people.

    `blocks` says that no tech pack can be made of the photo.
    """

    code: str
    text: str
    blocks: bool = False


@dataclass(frozen=True)
class Sight:
    """What a photo shows. Points are pixels of the photo (x right, y down).

    `mask` has the size of the photo, `outline` at most 160 points around the largest piece. `recognition`
    says what it is; `is_worn` that somebody wears it; `turns` how many quarter turns (counterclockwise) set
    it upright. `unsure` are points of the outline where the product may go on in the colour of the ground.
    `agreed` (0..1) is how well the mask agrees with what stands out on the photo; 0 where nothing does.
    """

    mask: Mask
    outline: list[tuple[float, float]]
    recognition: Recognition
    problems: list[Problem]
    is_worn: bool
    seconds: float
    turns: int = 0
    unsure: list[tuple[float, float]] = field(default_factory=list)
    agreed: float = 1.0

    @property
    def blocks(self) -> bool:
        """Whether no tech pack can be made of this photo."""
        return any(problem.blocks for problem in self.problems)

    @property
    def names_product(self) -> bool:
        """Whether it says what the product is: nothing blocks, or only that it is not whole or not alone."""
        return all(problem.code in NOT_ALONE for problem in self.problems if problem.blocks)


def see(image: Rgb) -> Sight:
    """Look at a photo (height x width x 3, RGB). Takes about a second."""
    started = time.perf_counter()
    copy, scale = seeing_copy(image)
    small = without_page(copy)
    salience = networks.salience(small)
    mask = segment_from(small, salience)
    faced = has_face(small)
    turns, seen = upright(small, salience, mask, recognition.recognise(small, salience))
    worn = WORN if faced else ""
    if not faced and body_goes_on(turned(small, turns), turned(mask, turns), seen.kind):
        worn = GOES_ON
    problems = _without_product(small, salience, mask, seen, turns, faced=faced) or _problems(
        small, mask, scale, worn=worn, in_pairs=seen.kind in PAIRS
    )
    full = cv2.resize(mask.astype(np.uint8), image.shape[1::-1], interpolation=cv2.INTER_NEAREST).astype(bool)
    full = sharpened(image, full)
    edge = cv2.resize(full.astype(np.uint8), small.shape[1::-1], interpolation=cv2.INTER_AREA).astype(bool)
    doubts = doubts_of(small, edge, (small != copy).any(axis=2))
    if not any(problem.blocks for problem in problems):
        problems += [Problem("turned", TURNED[turns])] if turns else []
        problems += _of_faint_edge(doubts.faint)
    agreed = 0.0 if nothing_stands_out(salience) else agreement(mask, salience)
    seconds = time.perf_counter() - started
    return Sight(full, outline_of(mask, scale), seen, problems, bool(worn), round(seconds, 3), turns,
                 [(x / scale, y / scale) for x, y in doubts.points], agreed)  # fmt: skip


def see_within(image: Rgb, mask: Mask, *, worn: bool = False, turns: int = 0) -> Sight:
    """Look at a photo whose product's outline is known (`mask`: height x width, as painted by hand).

    No problem blocks then: somebody has said where the product is.
    """
    started = time.perf_counter()
    small, scale = seeing_copy(image)
    rough = cv2.resize(mask.astype(np.uint8), small.shape[1::-1], interpolation=cv2.INTER_AREA).astype(bool)
    seen = recognition.recognise(turned(small, turns), turned(rough.astype(np.float32), turns))
    found = _problems(small, rough, scale, worn=WORN if worn else "", in_pairs=True) if rough.any() else []
    problems = [replace(problem, blocks=False) for problem in found]
    seconds = time.perf_counter() - started
    return Sight(mask, outline_of(rough, scale), seen, problems, worn, round(seconds, 3), turns)


def nothing_stands_out(salience: NDArray[np.float32]) -> bool:
    """Whether a salience map (0..1) shows no object: too little of it, or no clear edge."""
    rough = salience > 0.5
    unsure = float(((salience > 0.2) & (salience < 0.8)).sum())
    return bool(main_pieces(rough).mean() < LEAST_AREA or unsure > SOFT_EDGE * rough.sum())


def outline_of(mask: Mask, scale: float = 1.0) -> list[tuple[float, float]]:
    """The outline of a mask's largest piece, divided by `scale`, at most 160 points."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    largest = max(contours, key=cv2.contourArea)
    tolerance = 0.001 * cv2.arcLength(largest, closed=True)
    points = largest
    while len(points) > OUTLINE_POINTS or points is largest:
        points = cv2.approxPolyDP(largest, tolerance, closed=True)
        tolerance *= 1.5
    return [(round(float(x) / scale, 1), round(float(y) / scale, 1)) for x, y in points[:, 0]]


def _without_product(
    image: Rgb, salience: NDArray[np.float32], mask: Mask, seen: Recognition, turns: int, *, faced: bool
) -> list[Problem]:
    """Why no tech pack can be made of a photo: nothing is on it, or something else."""
    if is_drawn(image, mask):
        return [Problem("drawing", DRAWN, blocks=True)]
    if nothing_stands_out(salience) or not mask.any():
        if _is_blurred(image, np.ones_like(mask)) and image.std() > BLANK:
            return [Problem("blurred", BLURRED_TEXT, blocks=True)]
        text = "No product was found on this photo. Lay it on a plain ground and photograph all of it."
        return [Problem("nothing_there", text, blocks=True)]
    if _is_something_else(seen, turned(mask, turns), faced=faced):
        text = (
            "This does not look like a product we can measure. Use a photo of one garment, bag, hat or shoe."
        )
        return [Problem("not_a_product", text, blocks=True)]
    return []


def _problems(image: Rgb, mask: Mask, scale: float, *, worn: str, in_pairs: bool) -> list[Problem]:
    """What is wrong with a photo of a product; `worn` says in words that somebody wears it, "" that nobody does."""
    found = [*_of_frame(mask, scale, in_pairs=in_pairs), *_of_light(image, mask)]
    return [*found, Problem("worn", worn)] if worn else found


def _of_faint_edge(share: float) -> list[Problem]:
    """What to say where a share of the outline runs between two areas of one colour."""
    if share > NO_EDGE:
        return [Problem("hard_to_tell", NOT_TO_TELL, blocks=True)]
    return [Problem("hard_to_tell", HARD_TO_TELL)] if share > MOST_FAINT else []


def _is_something_else(seen: Recognition, mask: Mask, *, faced: bool) -> bool:
    """Whether a photo shows no garment, hat or shoe; where that is unclear, by how well the outline fits (0.3 s)."""
    if seen.kind is None:  # a bag, a chair, ...
        return False
    if seen.garment_share < SURE_GARMENT and seen.product_type is not None:
        named: dict[str, str | int] = {name: value for name, (value, _) in seen.features.items()}
        fit = fit_outline(mask, seen.product_type, named)
        overlap = fit.overlap if fit else 0.0
        if overlap < POOR_FIT:
            return True
        if overlap > GOOD_FIT and seen.confidence > SURE_KIND and seen.kind not in NO_UP:
            return False
    return not faced and (seen.no_product > NO_PRODUCT or seen.garment_share < LEAST_GARMENT)


def _of_frame(mask: Mask, scale: float, *, in_pairs: bool) -> list[Problem]:
    """What is wrong with how a product lies in the photo. `in_pairs`: two of a kind may be one product."""
    found = []
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = len(rows), len(columns)
    edges = ((mask[0], width), (mask[-1], width), (mask[:, 0], height), (mask[:, -1], height))
    outside = max(float(edge.sum()) / max(1, along) for edge, along in edges)
    if outside > CUT_OFF:
        found.append(Problem("cut_off", LEAVES_PHOTO, blocks=outside > HALF_OUTSIDE))
    if max(height, width) / scale < LEAST_SIDE:
        text = "The product is small on this photo. Go nearer, or send the photo in its full size."
        found.append(Problem("too_small", text))
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    areas = sorted(stats[1:count, cv2.CC_STAT_AREA], reverse=True)
    if len(areas) > 1 and areas[1] > SECOND_PIECE * areas[0]:
        is_twin = not in_pairs and areas[1] > SECOND_WHOLE * areas[0]
        found.append(Problem("several_products", NOT_BY_ITSELF, blocks=is_twin))
    return found


def _of_light(image: Rgb, mask: Mask) -> list[Problem]:
    found = []
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    level = float(np.median(grey[mask]))
    ground = float(np.median(grey[~mask])) if (~mask).any() else level
    if level < DARK and ground < 70:
        found.append(Problem("dark", "The photo is dark. Use daylight, or more light."))
    if level > BRIGHT and ground > BRIGHT:
        found.append(Problem("overexposed", "The photo is too bright to see the product. Use softer light."))
    if _is_blurred(image, mask):
        found.append(Problem("blurred", BLURRED_TEXT))
    return found


def _is_blurred(image: Rgb, mask: Mask) -> bool:
    """Whether the product and its edge have no fine structure at all."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    factor = 512 / max(grey.shape)
    size = (max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    sharp = cv2.Laplacian(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), cv2.CV_32F)
    near = cv2.dilate(mask.astype(np.uint8), np.ones((9, 9), np.uint8))
    inside = cv2.resize(near, size, interpolation=cv2.INTER_NEAREST).astype(bool)
    return bool(inside.any()) and float(sharp[inside].var()) < BLURRED


DIFFERENT = Problem(
    "different_products",
    "Front and back do not look like the same product. Check the photos and their views.",
)


def are_different(colours: tuple[NDArray[np.float32], NDArray[np.float32]], *, same_kind: bool) -> bool:
    """Whether two photos show two products, by their colours (CIE Lab) and kinds."""
    distance = float(np.linalg.norm(np.asarray(colours[0]) - np.asarray(colours[1])))
    return (not same_kind and distance > 12) or distance > 45


def product_colour(sight: Sight, image: Rgb) -> NDArray[np.float32]:
    """The median colour of the product, as CIE Lab."""
    small, _ = seeing_copy(image)
    mask = cv2.resize(sight.mask.astype(np.uint8), small.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    inside = lab[mask.astype(bool)]
    return np.median(inside, axis=0) if len(inside) else np.zeros(3, np.float32)
