"""Choose the details of a product to show as close-ups: boxes around fitted landmarks."""

import numpy as np

from vision.reading import Point

type Box = tuple[int, int, int, int]
type Features = dict[str, str | int]
type Marks = dict[str, np.ndarray]

# A detail: its name, the landmarks its box is centred on, half the box's side over the main length.
type Detail = tuple[str, tuple[str, ...], float]

_NECKS = {"shirt collar": "Collar", "polo": "Collar", "band": "Collar", "roll": "Collar", "lapel": "Collar and lapel",
          "hood": "Hood"}  # fmt: skip
_CLOSURES = {
    "buttons": "Button placket",
    "placket": "Placket",
    "full zip": "Front zip",
    "half zip": "Half zip",
}
_POCKETED = {"shirt", "jacket", "coat", "hoodie"}


def close_up_regions(
    landmarks: dict[str, Point], product_type: str, features: Features | None = None
) -> list[tuple[str, Box]]:
    """Return named boxes (left, top, right, bottom in pixels of the photo) of at least four details.

    Boxes may reach beyond the photo: cut them to it. Each holds an edge, a seam or an opening.
    """
    marks = {name: np.array(point) for name, point in landmarks.items()}
    every = np.array(list(marks.values()))
    length = float(np.max(np.ptp(every, axis=0)))
    regions = []
    for name, centres, half in _details(marks, product_type, features or {}):
        if all(centre in marks for centre in centres):
            middle = np.mean([marks[centre] for centre in centres], axis=0)
            low, high = middle - half * length, middle + half * length
            regions.append((name, (round(low[0]), round(low[1]), round(high[0]), round(high[1]))))
    return regions


def _details(marks: Marks, product_type: str, features: Features) -> list[Detail]:
    if "crotch" in marks:
        return _of_legs(product_type, features)
    if "hps_left" in marks:
        return _of_upper_body(marks, product_type, features)
    return _BY_TYPE[product_type]


def _of_upper_body(marks: Marks, product_type: str, features: Features) -> list[Detail]:
    neck = _NECKS.get(str(features.get("neck")), "Neckline")
    details: list[Detail] = [(neck, ("hps_left", "hps_right"), 0.16)]
    closure = _CLOSURES.get(str(features.get("closure")))
    if closure:
        _add_point(marks, "closure", "cb_neck", "hem_centre", 0.3)
        details.append((closure, ("closure",), 0.14))
    if "sleeve_end_top_right" in marks:
        name = "Cuff" if features.get("sleeve") == "long" else "Sleeve hem"
        details.append((name, ("sleeve_end_top_right", "sleeve_end_under_right"), 0.11))
    details += [
        ("Shoulder seam" if "sleeve_end_top_right" in marks else "Shoulder", ("shoulder_right",), 0.11),
        (
            "Underarm and side seam" if "sleeve_end_top_right" in marks else "Armhole",
            ("underarm_left",),
            0.11,
        ),
        ("Hem", ("hem_centre",), 0.14),
        ("Hem corner", ("hem_right",), 0.10),
    ]
    pockets = str(features.get("pockets", "none"))
    if pockets != "none" and product_type in _POCKETED | {"dress", "shirt"}:
        _add_point(marks, "pocket", "underarm_left" if "patch" in pockets else "hem_left", "hem_centre", 0.5)
        details.insert(2, ("Pocket", ("pocket",), 0.14))
    return details


def _of_legs(product_type: str, features: Features) -> list[Detail]:
    fly = (
        "Waistband and fly"
        if product_type == "jeans" or features.get("closure") in {"buttons", "full zip"}
        else None
    )
    return [
        (fly or "Waistband", ("waist_centre",), 0.13 if product_type != "shorts" else 0.2),
        ("Front pocket", ("waist_right", "hip_right"), 0.1 if product_type != "shorts" else 0.16),
        ("Crotch seam", ("crotch",), 0.09 if product_type != "shorts" else 0.15),
        (
            "Leg hem",
            ("leg_outer_hem_right", "leg_inner_hem_right"),
            0.1 if product_type != "shorts" else 0.18,
        ),
        ("Side seam", ("thigh_outer_left",), 0.09 if product_type != "shorts" else 0.15),
    ]


def _add_point(marks: Marks, name: str, first: str, second: str, share: float) -> None:
    marks[name] = marks[first] + (marks[second] - marks[first]) * share


_SHOE: list[Detail] = [
    ("Toe", ("toe_tip",), 0.18),
    ("Heel", ("heel_back",), 0.16),
    ("Sole", ("ground_heel", "ground_ball"), 0.2),
    ("Top line", ("top_line_back", "top_line_front"), 0.2),
    ("Lacing and throat", ("throat",), 0.18),
]
_BY_TYPE: dict[str, list[Detail]] = {
    "skirt": [
        ("Waistband", ("waist_centre",), 0.16),
        ("Closure at the side", ("waist_right",), 0.13),
        ("Side seam at the hip", ("hip_left",), 0.12),
        ("Hem", ("hem_centre",), 0.15),
        ("Hem corner", ("hem_right",), 0.12),
    ],
    "tote": [
        ("Handle", ("handle_top",), 0.15),
        ("Handle attachment", ("handle_foot_right",), 0.13),
        ("Opening", ("bag_top",), 0.16),
        ("Bottom corner", ("bag_base_right",), 0.14),
        ("Base seam", ("bag_base",), 0.14),
    ],
    "backpack": [
        ("Grab handle", ("handle_top", "bag_top"), 0.14),
        ("Main zip", ("bag_top_right",), 0.15),
        ("Side", ("bag_side_left",), 0.14),
        ("Bottom corner", ("bag_base_right",), 0.14),
        ("Base seam", ("bag_base",), 0.16),
    ],
    "beanie": [
        ("Turned-up edge", ("opening",), 0.25),
        ("Edge at the side", ("opening_right",), 0.2),
        ("Top", ("top",), 0.22),
        ("Edge at the other side", ("opening_left",), 0.2),
    ],
    "cap": [
        ("Top button", ("crown_top",), 0.18),
        ("Visor edge", ("visor_edge",), 0.18),
        ("Visor seam", ("band_front",), 0.18),
        ("Back closure", ("band_back",), 0.2),
    ],
    "trainer": _SHOE,
    "boot": _SHOE,
}
