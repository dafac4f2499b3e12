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
NEARLY = 0.15  # how far outside what is usual a proportion may lie to be taken for its end
WIDEST_THIGH = 0.56  # of the hip: where a photo shows a wider one it was read too high
HOT_PANTS = 6.0  # cm of inseam: of shorter shorts the opening is read as slanted as it is cut
SIDE_RISE = 1.0  # cm that the side of a waist lies above its centre front
FEWEST, MOST = 0.3, 3.0  # how far a product may differ in size from the typical one


type Row = tuple[str, float | None, float | None]  # code, cm, share of the main length


@dataclass(frozen=True)
class Specification:
    """`measures` are cm by code; what is missing is drawn in proportion. `features` are values by name
    ("neck": "crew"); a feature that is not there is not drawn. `marks` are what was drawn on by hand."""

    product_type: str
    measures: dict[str, float] = field(default_factory=dict)
    features: dict[str, str] = field(default_factory=dict)
    is_mens: bool = False
    marks: tuple["Mark", ...] = ()

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
    marks: "tuple[Mark, ...]" = (),
) -> Specification:
    """Out of measures as (code, cm, share of the main length): without cm the proportions are kept, at the
    usual size of such a product, by its widths. With `is_plausible` what such products do not measure is left out."""
    measured = [(code, cm, share) for code, cm, share in measured if cm or share]
    measured = _without_folded_sleeves(product_type, measured, features)
    measured = _without_hidden_body(product_type, measured)
    if product_type == "trainer" and any(
        not cm and code == "FO4" and (share or 0) > SIDE for code, cm, share in measured
    ):
        measured = [(code, cm, share) for code, cm, share in measured if code not in ("FO4", "FO5")]
    usual = _usual_length(product_type, {code: share for code, _, share in measured if share})
    known = {code: cm or (share or 0) * usual for code, cm, share in measured}
    in_cm = {code for code, cm, _ in measured if cm}
    widest = WIDEST_THIGH * known.get("HP2", float("inf"))
    is_hot = product_type == "shorts" and known.get("IN1", 0) < HOT_PANTS
    legs = {"TH1", "LO1"} if is_hot else {"TH1"}
    known = {code: cm for code, cm in known.items() if code not in legs - in_cm or cm <= widest}
    if "FR1" in known and "FR1" not in in_cm and {"OS1", "IN1"} <= known.keys():
        known["FR1"] = known["OS1"] - known["IN1"] - SIDE_RISE  # photos show these better than the rise
    ranges = plausible_ranges(product_type) if is_plausible else {}
    following = _following(Specification(product_type, known))
    known |= {code: _at_its_end(ranges.get(code), cm) for code, cm in following.items()}
    if following.keys() & {"IN1", "FR1"} and "OS1" not in in_cm:  # what was brought to its end is part of it
        parts = Specification(product_type, known)
        known["OS1"] = parts.cm("IN1") + parts.cm("FR1") + SIDE_RISE
    near = {code: cm if code in in_cm else _nearly(ranges.get(code), code, cm) for code, cm in known.items()}
    kept = {code: cm for code, cm in near.items() if _is_within(ranges.get(code), cm)}
    return Specification(product_type, kept, features, features.get("cut") == "men's", marks)


def _following(known: Specification) -> dict[str, float]:
    """Measures that are not known and follow from others better than from what is usual."""
    found = {}
    if known.product_type in STRAIGHT and known.has("HE1") and not known.has("CH1"):
        found["CH1"] = known.cm("HE1") * known.typical("CH1") / known.typical("HE1")
    elif known.is_usual("WA1") and known.has("WA1") and not known.has("CH1"):
        found["CH1"] = known.cm("WA1") * known.typical("CH1") / known.typical("WA1")
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
    if "SL1" not in shares or shares["SL1"] * usual > LONG_SLEEVE:
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
