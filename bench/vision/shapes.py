"""Garments of known size as smooth outlines in centimetres, for the renderer.

Drawn with splines and rounded corners, not with the polygons that `vision` fits. x runs right, y
down; the origin is the middle of the neck or waist. Each maker returns pieces and true measures.
"""

from dataclasses import dataclass, field, replace

import cv2
import numpy as np

type Rng = np.random.Generator
type Truth = dict[str, float]


@dataclass
class Garment:
    """Closed outlines (k, 2) in cm whose union is the product, lines to draw on it, true measures in cm."""

    product_type: str
    features: dict[str, str | int]
    pieces: list[np.ndarray]
    truth: Truth
    seams: list[np.ndarray] = field(default_factory=list)
    neck_hole: np.ndarray | None = None
    hangs: bool = False


def spline(knots: list[tuple[float, float]] | np.ndarray, steps: int = 12) -> np.ndarray:
    """Draw a centripetal-like Catmull-Rom curve through open knots (k, 2)."""
    points = np.asarray(knots, float)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        t = np.linspace(0, 1, steps, endpoint=False)[:, None]
        pieces.append(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))))
    return np.vstack([*pieces, points[-1:]])


def mirrored(path: np.ndarray) -> np.ndarray:
    return path * [-1, 1]


def width_at(side: np.ndarray, y: float) -> float:
    """Return twice the distance of a side edge from the centre line at a height."""
    order = np.argsort(side[:, 1])
    return 2 * abs(float(np.interp(y, side[order, 1], side[order, 0])))


def arc(path: np.ndarray) -> float:
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())


_TOPS = {
    # length, chest, shoulder, sleeve, bicep, opening, armhole drop: centimetres (low, high)
    "t-shirt": ((56, 78), (42, 62), (36, 50), (14, 25), (15, 23), (13, 21)),
    "polo": ((58, 78), (44, 62), (37, 50), (16, 25), (15, 22), (13, 19)),
    "long-sleeve top": ((56, 76), (42, 60), (36, 49), (54, 66), (14, 20), (8, 12)),
    "shirt": ((64, 82), (46, 62), (38, 49), (56, 67), (16, 21), (10, 13)),
    "sweatshirt": ((58, 74), (50, 66), (44, 58), (52, 64), (18, 25), (8, 11)),
    "hoodie": ((60, 75), (50, 66), (44, 58), (52, 64), (18, 25), (8, 11)),
    "sweater": ((54, 74), (44, 62), (38, 53), (52, 66), (15, 24), (8, 13)),
    "jacket": ((58, 76), (48, 64), (41, 53), (56, 67), (17, 24), (11, 16)),
    "coat": ((84, 118), (50, 66), (41, 53), (58, 67), (18, 25), (12, 18)),
    "dress": ((82, 128), (41, 56), (34, 43), (14, 24), (14, 20), (12, 19)),
}
_COLLARS = {
    "polo": "polo",
    "shirt": "shirt collar",
    "hoodie": "hood",
    "jacket": "shirt collar",
    "coat": "lapel",
}


def make_top(kind: str, rng: Rng) -> Garment:
    """Draw a top, coat or dress; dresses and some tops have no sleeves."""
    length, chest, shoulder, sleeve, bicep, opening = (float(rng.uniform(*pair)) for pair in _TOPS[kind])
    chest = max(chest, shoulder + 2)
    sleeveless = kind == "dress" and rng.random() < 0.6
    rib = kind in {"sweatshirt", "hoodie", "sweater"}
    armhole = float(bicep * rng.uniform(1.08, 1.22)) + 1.0
    slope = float(rng.uniform(2.5, 5.5))
    neck = float(rng.uniform(0.40, 0.50)) * shoulder / 2 + (1.0 if not sleeveless else 0)
    underarm = (chest / 2, slope + np.sqrt(max(60.0, armhole**2 - (chest / 2 - shoulder / 2) ** 2)))
    side = _side(kind, length, underarm, rib, rng)
    hem_drop = float(rng.uniform(0.0, 1.5)) if kind != "shirt" else float(rng.uniform(2, 5))
    seam_top = spline([(neck, 0), ((neck + shoulder / 2) / 2, slope * 0.45), (shoulder / 2, slope)])
    if sleeveless:
        hole = spline(
            [(shoulder / 2, slope), (shoulder / 2 - 1.5, slope + (underarm[1] - slope) * 0.55), underarm]
        )
    else:
        hole = np.array([(shoulder / 2, slope), underarm])
    half = np.vstack([seam_top, hole, side])
    hem = spline(
        [tuple(side[-1]), (side[-1][0] * 0.55, side[-1][1] + hem_drop * 0.75), (0, side[-1][1] + hem_drop)]
    )
    top = _neck_top(kind, neck, rng)
    right = np.vstack([top, half, hem])
    body = np.vstack([right, mirrored(right)[::-1]])
    truth = _body_truth(hem, side, underarm, shoulder, neck, slope)
    features: dict[str, str | int] = {"neck": _COLLARS.get(kind, "crew"), "sleeve": "none"}
    garment = Garment(kind, features, [body], truth, neck_hole=_neck_hole(neck, rng), hangs=True)
    if not sleeveless:
        long = kind not in {"t-shirt", "polo", "dress"}
        features["sleeve"] = "long" if long else "short"
        _add_arms(
            garment, (shoulder / 2, slope), underarm, sleeve, bicep, opening, long=long, rib=rib, rng=rng
        )
    return garment


def _side(kind: str, length: float, underarm: tuple[float, float], rib: bool, rng: Rng) -> np.ndarray:
    """Draw the side seam from underarm to hem corner."""
    half, top = underarm
    hem = half * float(rng.uniform(0.92, 1.1))
    waist = half * float(rng.uniform(0.9, 1.0))
    if kind == "dress":
        hem, waist = half * float(rng.uniform(1.1, 1.9)), half * float(rng.uniform(0.76, 0.95))
    if kind == "coat":
        hem = half * float(rng.uniform(1.0, 1.3))
    knots = [
        (half, top),
        (waist * 0.5 + half * 0.5, top + (length - top) * 0.2),
        (waist, top + (length - top) * 0.45),
    ]
    if rib:
        knots += [(half * 0.99, length - 8), (half * 0.9, length - 5.5), (half * 0.87, length)]
    else:
        knots += [((hem + waist) / 2 + 0.4, top + (length - top) * 0.72), (hem, length - 0.0)]
    return spline(knots)


def _body_truth(
    hem: np.ndarray,
    side: np.ndarray,
    underarm: tuple[float, float],
    shoulder: float,
    neck: float,
    slope: float,
) -> Truth:
    at_neck = float(np.interp(neck, hem[::-1, 0], hem[::-1, 1]))
    return {
        "BL1": at_neck,
        "CH1": width_at(side, underarm[1] + 2.5),
        "HE1": 2 * float(side[-1][0]),
        "SH1": shoulder,
        "NK1": 2 * neck,
        "AH1": float(np.hypot(shoulder / 2 - underarm[0], underarm[1] - slope)),
        "WA1": width_at(side, min(41.0, 0.65 * at_neck)),
        "SH2": float(np.hypot(shoulder / 2 - neck, slope)),
    }


def _neck_top(kind: str, neck: float, rng: Rng) -> np.ndarray:
    """Draw the upper edge from the centre to the HPS: back neck, collar or hood."""
    if kind == "hoodie":
        height = float(rng.uniform(17, 26))
        return spline(
            [(0, -height), (neck * 1.0, -height * 0.9), (neck * 1.5, -height * 0.4), (neck * 1.05, -0.6)]
        )
    if kind in {"polo", "shirt", "jacket", "coat"}:
        height = float(rng.uniform(2, 4.5))
        return spline([(0, -height), (neck * 0.7, -height * 0.95), (neck * 0.95, -0.6)])
    drop = float(rng.uniform(0.5, 2.2))
    return spline([(0, drop), (neck * 0.7, drop * 0.6), (neck, 0)])


def _neck_hole(neck: float, rng: Rng) -> np.ndarray:
    depth = float(rng.uniform(6, 13))
    half = spline([(0, depth), (neck * 0.7, depth * 0.7), (neck * 0.96, 0.6)])
    return np.vstack([half, [[0, 1.5]], mirrored(half)[::-1]])


def _add_arms(
    garment: Garment, shoulder: tuple[float, float], underarm: tuple[float, float], sleeve: float, bicep: float,
    opening: float, *, long: bool, rib: bool, rng: Rng,
) -> None:  # fmt: skip
    base = float(rng.uniform(0.35, 1.3)) if long else float(rng.uniform(0.3, 0.95))
    unders = []
    for sign in (1, -1):
        angle = base + float(rng.normal(0, 0.07))
        bend = float(rng.normal(0, 0.15)) if long else 0.0
        arm, under = _arm(shoulder, underarm, sleeve, bicep, opening, angle, bend, rib=rib)
        unders.append(under)
        garment.pieces.append(arm if sign > 0 else mirrored(arm))
        garment.seams.append(np.array([shoulder, underarm]) * [sign, 1])
    garment.truth |= {"SL1": sleeve, "SO1": opening, "SL3": float(np.mean(unders))}


def _arm(
    shoulder: tuple[float, float], underarm: tuple[float, float], sleeve: float, bicep: float, opening: float,
    angle: float, bend: float, *, rib: bool,
) -> tuple[np.ndarray, float]:  # fmt: skip
    start, under = np.array(shoulder), np.array(underarm)
    first = np.array([np.cos(angle), np.sin(angle)])
    second = np.array([np.cos(angle + bend), np.sin(angle + bend)])
    middle = start + first * sleeve * 0.5
    end = middle + second * sleeve * 0.5
    across = np.array([-second[1], second[0]])
    elbow = np.array([-first[1], first[0]]) * (bicep * 0.55 + opening * 0.45)
    cuff_in = end + across * opening
    before = cuff_in - second * 5 + across * (1.2 if rib else 0.0)
    inside = under + (middle + elbow - under) * 0.3
    lower = spline([tuple(under), tuple(inside), tuple(middle + elbow), tuple(before), tuple(cuff_in)])
    upper = spline([tuple(start), tuple(start + first * sleeve * 0.25), tuple(middle), tuple(end)])
    chest_side = np.array([under * [0.8, 1], start * [0.8, 1] + [0, 1]])
    return np.vstack([upper, lower[::-1], chest_side]), arc(np.array([under, middle + elbow, cuff_in]))


_LEGS = {
    "trousers": ((33, 50), (24, 32), (19, 27), (12, 30), (68, 86), (24, 30)),
    "jeans": ((34, 48), (24, 31), (18, 24), (13, 22), (70, 86), (23, 28)),
    "shorts": ((34, 50), (27, 34), (0, 0), (24, 34), (6, 26), (25, 31)),
}


def make_legs(kind: str, rng: Rng) -> Garment:
    """Draw trousers, jeans or shorts with legs apart by their own angles."""
    waist, thigh, knee, opening, inseam, rise = (float(rng.uniform(*pair)) for pair in _LEGS[kind])
    dip = float(rng.uniform(0, 2.0))
    if kind == "shorts":
        thigh = max(thigh, opening * 0.98)
    hip = max(waist / 2 + 1.0, thigh * float(rng.uniform(0.94, 0.99)))
    pieces, outs = [], []
    for sign in (1, -1):
        angle = float(rng.uniform(0.04, 0.16))
        leg, out = _leg(waist, hip, thigh, knee, opening, inseam, rise, dip, angle)
        pieces.append(leg if sign > 0 else mirrored(leg))
        outs.append(out)
    truth = {
        "WB1": waist,
        "TH1": thigh,
        "LO1": opening,
        "IN1": inseam,
        "OS1": float(np.mean(outs)),
        "FR1": rise - dip,
    }
    if rise > 22:
        truth |= {"HP2": 2 * hip}
    if inseam > 45:
        truth["KN1"] = knee
    return Garment(kind, {"leg": "straight"}, pieces, truth)


def _leg(
    waist: float, hip: float, thigh: float, knee: float, opening: float, inseam: float, rise: float, dip: float,
    angle: float,
) -> tuple[np.ndarray, float]:  # fmt: skip
    down = np.array([np.sin(angle), np.cos(angle)])
    across = np.array([np.cos(angle), -np.sin(angle)])
    crotch = np.array([0.0, rise])
    marks = [(2.5, thigh)] + ([(33.0, knee)] if inseam > 45 else []) + [(inseam, opening)]
    outer = [crotch + down * below + across * width for below, width in marks]
    inner = spline(
        [tuple(crotch), tuple(crotch + down * inseam * 0.5 - across * 0.1), tuple(crotch + down * inseam)]
    )
    top = [(waist / 2, 0.0), ((waist / 2) * 0.4 + hip * 0.6, 10.0), (hip, min(20.0, rise - 3))]
    edge = spline([*top, *(tuple(point) for point in outer)])
    band = spline([(0, dip), (waist / 4, dip * 0.75), (waist / 2, 0)])
    return np.vstack([band, edge, inner[::-1], [[-1.0, rise - 1], [-1.0, dip + 1]]]), arc(edge)


def make_skirt(rng: Rng) -> Garment:
    """Draw a skirt from straight to flared."""
    waist, length = float(rng.uniform(32, 44)), float(rng.uniform(36, 92))
    hip = waist / 2 + float(rng.uniform(4, 8))
    hem = max(hip - 2, hip * float(rng.uniform(0.95, 1.8)))
    dip, drop = float(rng.uniform(0, 1.5)), float(rng.uniform(0, 4))
    side_length = length + dip - drop
    at = min(20.0, side_length * 0.55)
    knots = [(waist / 2, 0), (waist / 4 + hip / 2 + 0.6, at / 2), (hip, at),
             ((hip + hem) / 2, (at + side_length) / 2), (hem, side_length)]  # fmt: skip
    side = spline(knots)
    band = spline([(0, dip), (waist / 4, dip * 0.75), (waist / 2, 0)])
    base = spline([(hem, side_length), (hem * 0.55, side_length + drop * 0.72), (0, side_length + drop)])
    right = np.vstack([band, side, base])
    truth = {"SK1": length, "WB1": waist, "HE1": 2 * hem, "SK2": arc(side), "HP1": width_at(side, 10.0)}
    if side_length > 30:
        truth["HP2"] = width_at(side, 20.0)
    return Garment("skirt", {}, [np.vstack([right, mirrored(right)[::-1]])], truth)


def make_bag(kind: str, rng: Rng) -> Garment:
    """Draw a tote or a backpack with its handle."""
    width, height = (
        float(rng.uniform(*pair))
        for pair in (((28, 46), (30, 44)) if kind == "tote" else ((26, 34), (38, 50)))
    )
    top = width * float(rng.uniform(0.97, 1.08)) if kind == "tote" else width * 0.8
    round_top = 0.5 if kind == "tote" else 7.0
    right = spline([(0, 0), (top / 2 - round_top - 0.1, 0.0), (top / 2 - 0.15 * round_top, 0.4 * round_top + 0.1),
                    ((top + width) / 4 + 0.3, height * 0.5), (width / 2, height - 3), (width / 2 - 0.6, height - 0.6),
                    (width / 2 - 3, height), (0, height)])  # fmt: skip
    drop = float(rng.uniform(16, 30)) if kind == "tote" else float(rng.uniform(2, 4))
    foot = width * (0.24 if kind == "tote" else 0.12)
    ring = spline(
        [(-foot, 0.5), (-foot * 0.85, -drop * 0.7), (0, -drop), (foot * 0.85, -drop * 0.7), (foot, 0.5)]
    )
    inner = spline([(foot - 2.5, 0.5), (foot * 0.85 - 2.4, -drop * 0.66), (0, -drop + 2.5),
                    (-foot * 0.85 + 2.4, -drop * 0.66), (-foot + 2.5, 0.5)])  # fmt: skip
    truth = {"BW1": width, "BH1": height}
    if kind == "tote":
        truth |= {"BW2": top, "BN1": drop - 2.5}
    return Garment(kind, {}, [np.vstack([right, mirrored(right)[::-1]]), np.vstack([ring, inner])], truth)


def make_beanie(rng: Rng) -> Garment:
    """Draw a beanie with a turned-up edge."""
    width, height = float(rng.uniform(18, 24)), float(rng.uniform(19, 27))
    right = spline([(0, 0), (width * 0.2, height * 0.03), (width * 0.4, height * 0.22), (width * 0.5, height * 0.6),
                    (width * 0.5, height * 0.8), (width / 2, height)])  # fmt: skip
    body = np.vstack([right, mirrored(right)[::-1]])
    return Garment("beanie", {}, [body], {"HC6": width, "HC7": height})


def make_cap(rng: Rng) -> Garment:
    """Draw a cap from the side, visor to either side."""
    crown, height, visor = float(rng.uniform(18, 21)), float(rng.uniform(14, 18)), float(rng.uniform(6, 8))
    outline = spline([(0, height), (0, height * 0.6), (crown * 0.15, height * 0.22), (crown * 0.45, 0),
                      (crown * 0.8, height * 0.2), (crown * 0.98, height * 0.6), (crown, height - 1.5),
                      (crown + visor * 0.6, height - 0.5), (crown + visor, height + 1.5),
                      (crown + visor * 0.5, height + 1.2), (crown * 0.95, height + 0.3), (crown * 0.4, height + 0.3),
                      (0, height)])  # fmt: skip
    flip = np.array([-1, 1]) if rng.random() < 0.5 else np.array([1, 1])
    return Garment("cap", {"visor": "curved"}, [outline * flip], {"HC2": height - 0.75, "HC3": visor})


def make_shoe(kind: str, rng: Rng) -> Garment:
    """Draw a trainer or a boot from the side, toe to either side."""
    length = float(rng.uniform(24, 32))
    shaft = float(rng.uniform(8, 11)) if kind == "trainer" else float(rng.uniform(14, 30))
    throat = 0.55 * length
    outline = spline([(0.6, 0), (0, -2.5), (0.8, -shaft * 0.6), (0.4, -shaft), (length * 0.42, -shaft - 0.5),
                      (throat, -min(shaft * 0.82, 9.5)), (length * 0.78, -5.4), (length * 0.94, -4.4), (length, -2.2),
                      (length * 0.97, -0.6), (length * 0.7, 0), (length * 0.3, 0), (0.6, 0)])  # fmt: skip
    flip = np.array([-1, 1]) if rng.random() < 0.5 else np.array([1, 1])
    return Garment(
        kind,
        {},
        [outline * flip],
        {"FO1": length, "FO4": shaft, "FO5": float(np.hypot(length * 0.42 - 0.4, 0.5))},
    )


def make_garment(kind: str, rng: Rng) -> Garment:
    """Draw a product of one of the twenty types."""
    if kind in _TOPS:
        return make_top(kind, rng)
    if kind in _LEGS:
        return make_legs(kind, rng)
    if kind in {"tote", "backpack"}:
        return make_bag(kind, rng)
    if kind in {"trainer", "boot"}:
        return make_shoe(kind, rng)
    return {"skirt": make_skirt, "beanie": make_beanie, "cap": make_cap}[kind](rng)


_WIDTHS = ("CH1", "HE1", "SH1", "WA1", "NK1", "WB1", "HP1", "HP2", "BW1", "BW2", "HC6")
_OF_ONE_LEG = ("TH1", "LO1", "KN1")


def widened(garment: Garment, share: float, sign: int) -> Garment:
    """Make one side (`sign` 1: the right) wider by a share, as careless laying does; sleeves only move."""
    if garment.product_type in {"cap", "trainer", "boot"}:
        return garment
    reach = garment.truth["SH1"] / 2 if "SH1" in garment.truth else np.inf

    def moved(path: np.ndarray) -> np.ndarray:
        return path + np.stack([sign * share * np.clip(sign * path[:, 0], 0, reach), 0 * path[:, 0]], axis=1)

    truth = {code: cm + share * min(cm / 2, reach) if code in _WIDTHS else cm * (1 + share * _half(code) / 2)
             for code, cm in garment.truth.items()}  # fmt: skip
    hole = None if garment.neck_hole is None else moved(garment.neck_hole)
    return replace(garment, pieces=[moved(piece) for piece in garment.pieces], truth=truth,
                   seams=[moved(seam) for seam in garment.seams], neck_hole=hole)  # fmt: skip


def _half(code: str) -> float:
    """Return how much of a wider side a measure of one side takes part in."""
    return 1.0 if code in _OF_ONE_LEG else 0.95 if code == "SH2" else 0.0


_FINER = 4  # times as fine as the picture


def outline_mask(garment: Garment, px_per_cm: float, origin: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Fill the union of a garment's pieces (height, width; uint8 0/1), corners slightly rounded.

    Drawn larger and made smaller: OpenCV fills a polygon and the pixels its edge runs through, half a pixel too much.
    """
    mask = np.zeros((size[1] * _FINER, size[0] * _FINER), np.uint8)
    for piece in garment.pieces:
        points = ((piece + origin) * px_per_cm + 0.5) * _FINER - 0.5
        cv2.fillPoly(mask, [np.round(points * 8).astype(np.int32)], 255, shift=3)
    soft = cv2.GaussianBlur(cv2.resize(mask, size, interpolation=cv2.INTER_AREA).astype(np.float32), (0, 0),
                            0.22 * px_per_cm)  # fmt: skip
    return (soft > 127.5).astype(np.uint8)
