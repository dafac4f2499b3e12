"""The specification of a flat: product type, features and points of measure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from techpack.library import plausible_ranges, product_types

if TYPE_CHECKING:
    from techpack.flats.marks import Mark

# Proportions of the trade for what the table of products has no typical value of, in cm for adults.
COMMON = {
    "SH3": 4.5, "WP1": 40.0, "NK1": 18.0, "NK2": 9.0, "NK3": 2.0, "NB1": 2.0, "SO1": 15.0, "AH1": 23.0,
    "CU1": 6.0, "HM1": 2.0, "CO1": 7.5, "CO2": 7.0, "CO3": 3.0, "PL1": 14.0, "PL2": 3.0, "BU1": 9.0,
    "YO1": 8.0, "PK1": 11.0, "PK2": 12.0, "HO1": 35.0, "HO2": 26.0, "LA1": 8.5, "ST1": 18.0, "ST2": 2.0,
    "WB3": 4.0, "FL1": 15.0, "KN1": 22.0, "BL8": 5.0, "BD1": 10.0, "BN1": 26.0, "HC4": 18.0, "HC8": 6.0,
    "FO2": 10.0, "FO3": 3.0, "FO5": 12.0, "FO6": 2.5, "VE1": 18.0,
}  # fmt: skip
WIDTHS = {"CH1", "SH1", "WB1", "HP2", "BW1", "BH1", "FO1", "HC6", "HC7", "HC2"}
LENGTHS = {"BL1", "BL2", "OS1", "SK1"}
# As wide at the chest as at the hem, more or less.
STRAIGHT = {"t-shirt", "long-sleeve top", "polo", "shirt", "sweatshirt", "hoodie", "sweater", "jacket"}
SIDE = 0.5  # of its length: a trainer that seems higher on a photo was not seen from its side
SLEEVE = {"SL1", "SL2", "SL3", "SO1", "BI1", "EL1", "FA1"}
BESIDE_SLEEVES = {"SH1", "SH3", "WA1", "AH1", "BI1"}
WIDE_HEM = 1.1  # of the usual share of the length
LONG_SLEEVE = 40.0  # cm: a long sleeve that is shorter on a photo lies folded
LONG_SLEEVES = {"coat": 50.0, "jacket": 50.0}  # the same of what has no sleeves of three quarters
SHORT_SLEEVED = {"t-shirt", "polo"}
# Where a shoulder seam does not show on a photo it is read too far out, and what it has too much the sleeve lacks.
WIDE_SHOULDER, NARROW_SLEEVE, SHOULDER = 0.9, 0.28, 0.86  # of the chest: from, up to, and what is usual
FLAT_SHOULDER = 0.06  # fall over width: arms that lie raised lift a shoulder that falls less
WIDEST_NECK = (
    0.6  # of the chest: where a photo shows a wider one, shoulder and sleeve were read too far out, too
)
NARROWEST_WAIST = 0.7  # of the hip: a flat waistband that seems narrower was hidden by its hanger
NARROWEST_LEG, SHORT = 0.46, 12.0  # of the hip, and up to which inseam: no shorts are narrower at the leg
BULGE = 1.05  # waist over chest, or over hip, that is an outline read wrong
HEM_OF_DRESS = 0.95  # chest over hem of a straight dress
NEARLY = 0.15  # how far outside what is usual a proportion may lie to be taken for its end
WIDEST_THIGH = 0.56  # of the hip: where a photo shows a wider one it was read too high
HOT_PANTS = 6.0  # cm of inseam: of shorter shorts the opening is read as slanted as it is cut
SIDE_RISE = 1.0  # cm that the side of a waist lies above its centre front
FEWEST, MOST = 0.3, 3.0  # how far a product may differ in size from the typical one


type Row = tuple[str, float | None, float | None]  # code, cm, share of the main length


@dataclass(frozen=True)
class Specification:
    """`measures` are cm by code; what is missing is drawn in proportion. `features` are values by name
    ("neck": "crew"); a feature that is not there is not drawn. `likely_neck` is the neckline of what has to have one
    and of which nobody knows it, "" for the usual one. `marks` are what was drawn on by hand."""

    product_type: str
    measures: dict[str, float] = field(default_factory=dict)
    features: dict[str, str] = field(default_factory=dict)
    is_mens: bool = False
    marks: tuple["Mark", ...] = ()
    likely_neck: str = ""

    def cm(self, code: str) -> float:
        """The measure, else the typical one at the size of this product."""
        given = self.measures.get(code)
        return given if given is not None and given > 0 else self.typical(code) * self.size

    def has(self, code: str) -> bool:
        return self.measures.get(code, 0) > 0

    def is_usual(self, code: str) -> bool:
        """Whether products of this type usually have this measure, given or not."""
        return code in product_types()[self.product_type].typical_cm

    def feature(self, name: str, default: str = "") -> str:
        return self.features.get(name) or default

    def typical(self, code: str) -> float:
        women, men = product_types()[self.product_type].typical_cm.get(code, (None, None))
        chosen = (men if self.is_mens else women) or women or men
        return float(chosen) if chosen else COMMON.get(code, 10.0)

    @property
    def size(self) -> float:
        """How much larger the product is than the typical one, by the widths that are known of it."""
        for codes in (WIDTHS, LENGTHS):
            known = [
                value / self.typical(code)
                for code, value in self.measures.items()
                if code in codes and value > 0
            ]
            if known:
                return min(MOST, max(FEWEST, median(known)))
        return 1.0


def from_measures(
    product_type: str,
    measured: Iterable[Row],
    features: dict[str, str],
    *,
    is_plausible: bool = False,
    likely_neck: str = "",
    marks: "tuple[Mark, ...]" = (),
) -> Specification:
    """Out of measures as (code, cm, share of the main length): without cm the proportions are kept, at the
    usual size of such a product, by its widths. With `is_plausible` what such products do not measure is left out."""
    measured = [(code, cm, share) for code, cm, share in measured if cm or share]
    measured = _without_folded_sleeves(product_type, measured, features)
    measured = _without_hidden_body(product_type, measured)
    measured = _without_bulges(product_type, measured, features)
    measured = _with_usual_shoulders(product_type, measured, features)
    if product_type == "trainer" and any(
        not cm and code == "FO4" and (share or 0) > SIDE for code, cm, share in measured
    ):
        measured = [(code, cm, share) for code, cm, share in measured if code not in ("FO4", "FO5")]
    usual = _usual_length(product_type, {code: share for code, _, share in measured if share})
    known = {code: cm or (share or 0) * usual for code, cm, share in measured}
    in_cm = {code for code, cm, _ in measured if cm}
    wrong = _wrong_about_legs(product_type, known) - in_cm
    known = {code: cm for code, cm in known.items() if code not in wrong}
    known = _with_rise(product_type, known, in_cm)
    ranges = plausible_ranges(product_type) if is_plausible else {}
    following = _following(Specification(product_type, known))
    known |= {code: _at_its_end(ranges.get(code), cm) for code, cm in following.items()}
    if following.keys() & {"IN1", "FR1"} and "OS1" not in in_cm:  # what was brought to its end is part of it
        parts = Specification(product_type, known)
        known["OS1"] = parts.cm("IN1") + parts.cm("FR1") + SIDE_RISE
    near = {code: cm if code in in_cm else _nearly(ranges.get(code), code, cm) for code, cm in known.items()}
    kept = {code: cm for code, cm in near.items() if _is_within(ranges.get(code), cm)}
    return Specification(product_type, kept, features, features.get("cut") == "men's", marks, likely_neck)


def _wrong_about_legs(product_type: str, known: dict[str, float]) -> set[str]:
    """Thighs and openings that photos show too wide: read too high, or as slanted as hot pants are cut."""
    inseam = known.get("IN1", 0.0)
    if product_type == "shorts" and 0 < inseam < HOT_PANTS:
        return {"TH1", "LO1"}
    asked = {"TH1", "LO1"} if product_type == "shorts" and not inseam else {"TH1"}
    hip = known.get("HP2", 0.0)
    wrong = {code for code in asked if hip and known.get(code, 0.0) > WIDEST_THIGH * hip}
    is_short = product_type == "shorts" and 0 < inseam < SHORT
    if is_short and any(known.get(code, hip) < NARROWEST_LEG * hip for code in ("TH1", "LO1")):
        wrong |= {"TH1", "LO1"}
    return wrong


def _with_rise(product_type: str, known: dict[str, float], in_cm: set[str]) -> dict[str, float]:
    """The rise follows from outseam and inseam, which photos show better. Where it would be too long, legs that touch
    hid the crotch: neither is known."""
    if not {"OS1", "IN1"} <= known.keys() or {"IN1", "FR1"} & in_cm:
        return known
    rise = known["OS1"] - known["IN1"] - SIDE_RISE
    _, longest = plausible_ranges(product_type)["FR1"]
    if rise > (1 + NEARLY) * longest:
        return {code: cm for code, cm in known.items() if code not in ("IN1", "FR1")}
    return known | ({"FR1": rise} if "FR1" in known else {})


def _following(known: Specification) -> dict[str, float]:
    """Measures that are not known and follow from others better than from what is usual."""
    found = {}
    if known.product_type in STRAIGHT and known.has("HE1") and not known.has("CH1"):
        found["CH1"] = known.cm("HE1") * known.typical("CH1") / known.typical("HE1")
    elif known.is_usual("WA1") and known.has("WA1") and not known.has("CH1"):
        found["CH1"] = known.cm("WA1") * known.typical("CH1") / known.typical("WA1")
    elif known.product_type == "dress" and known.has("HE1") and not known.has("CH1"):
        found["CH1"] = min(known.cm("CH1"), HEM_OF_DRESS * known.cm("HE1"))
    if known.is_usual("IN1") and known.has("OS1") and not known.has("IN1"):
        found["IN1"] = known.cm("OS1") - known.cm("FR1") - SIDE_RISE
    elif known.is_usual("IN1") and known.has("OS1") and not known.has("FR1"):
        found["FR1"] = known.cm("OS1") - known.cm("IN1") - SIDE_RISE
    return found


def _without_folded_sleeves(product_type: str, measured: list[Row], features: dict[str, str]) -> list[Row]:
    """Without the proportions of sleeves that are said to be long and lie folded on the photo, so that they seem short."""
    if features.get("sleeve") != "long" or "SL1" not in product_types()[product_type].codes:
        return measured
    shares = {code: share for code, cm, share in measured if share and not cm}
    usual = _usual_length(product_type, shares)
    if "SL1" not in shares or shares["SL1"] * usual > LONG_SLEEVES.get(product_type, LONG_SLEEVE):
        return measured
    return [row for row in measured if row[0] not in SLEEVE]


def _without_hidden_body(product_type: str, measured: list[Row]) -> list[Row]:
    """Without the proportions of a body whose chest does not show, since sleeves lie beside it: its shoulders and waist
    are read among them, and so is a hem that is far wider than usual."""
    seen = {code for code, _, _ in measured}
    usual = Specification(product_type)
    if product_type not in STRAIGHT or "CH1" in seen or not usual.is_usual("HE1"):
        return measured
    widest = WIDE_HEM * usual.typical("HE1") / usual.typical("BL1")
    hidden = BESIDE_SLEEVES | {code for code, _, share in measured if code == "HE1" and (share or 0) > widest}
    return [row for row in measured if row[1] or row[0] not in hidden]


def _without_bulges(product_type: str, measured: list[Row], features: dict[str, str]) -> list[Row]:
    """Without proportions of a photo that no such product is cut in: a neck from arm to arm, a waist that bulges
    above a hem that does not show, or a flat one that is wider or far narrower than the hip."""
    shares = {code: share for code, cm, share in measured if share and not cm}
    chest, hip = shares.get("CH1", 0.0), shares.get("HP2", 0.0)
    wrong: set[str] = set()
    if product_type in STRAIGHT:
        known = {code for code, _, _ in measured}
        wide = chest or (0.0 if "CH1" in known else shares.get("HE1", 0.0))
        if wide and shares.get("NK1", 0.0) > WIDEST_NECK * wide:
            wrong |= {"NK1", "SH1", "SH3", "SL1", "SL2", "SL3"}
        if chest and "HE1" not in known and shares.get("WA1", 0.0) > BULGE * chest:
            wrong.add("WA1")
    is_flat = product_type in ("trousers", "jeans") and features.get("waistband") == "flat"
    if hip and not (NARROWEST_WAIST if is_flat else 0.0) * hip <= shares.get("WB1", hip) <= BULGE * hip:
        wrong.add("WB1")
    return [row for row in measured if row[0] not in wrong or row[1]]


def _with_usual_shoulders(product_type: str, measured: list[Row], features: dict[str, str]) -> list[Row]:
    """With the shoulder seam of a photo where it usually is when it does not show: the sleeve begins there, too."""
    shares = {code: share for code, cm, share in measured if share and not cm}
    chest, across, sleeve = (shares.get(code, 0.0) for code in ("CH1", "SH1", "SL1"))
    is_flat = shares.get("SH3", across) < FLAT_SHOULDER * across
    is_short = product_type in SHORT_SLEEVED and features.get("sleeve", "short") == "short"
    wrong = {"SH3"} if is_flat else set()
    instead: dict[str, float] = {}
    if is_short and sleeve and not any(code == "SH1" for code, _, _ in measured):
        wrong.add("SL1")
    elif is_short and 0 < sleeve < NARROW_SLEEVE * chest and across > WIDE_SHOULDER * chest:
        wrong.add("SH3")
        instead = {"SH1": SHOULDER * chest, "SL1": sleeve + (across - SHOULDER * chest) / 2}
    kept = (row for row in measured if row[0] not in wrong or row[1])
    return [(code, cm, share if cm else instead.get(code, share)) for code, cm, share in kept]


def _usual_length(product_type: str, shares: dict[str, float]) -> float:
    """The length that shares are of, in cm, for a product of the usual width: lengths differ more."""
    usual = Specification(product_type)
    known = [
        usual.typical(code) / share
        for code, share in shares.items()
        if code in WIDTHS and usual.is_usual(code)
    ]
    return median(known) if known else usual.typical(product_types()[product_type].codes[0])


def _nearly(span: tuple[float, float] | None, code: str, cm: float) -> float:
    """A proportion that lies a little outside what is usual, at the end of it: photos are not exact.
    But a length that is too short stays so: then the widths that it was compared with are wrong."""
    low, high = span or (0.0, cm)
    if not low * (1.0 if code in LENGTHS else 1 - NEARLY) <= cm <= high * (1 + NEARLY):
        return cm
    return min(max(cm, low), high)


def _at_its_end(span: tuple[float, float] | None, cm: float) -> float:
    """What follows from other measures, no farther than what is usual."""
    low, high = span or (cm, cm)
    return min(max(cm, low), high)


def _is_within(span: tuple[float, float] | None, cm: float) -> bool:
    return span is None or span[0] <= cm <= span[1]
