"""What is known of one garment that hangs from the shoulders, over what its type usually has."""

from dataclasses import dataclass, replace

from techpack.flats.parts import necks
from techpack.flats.parts.sleeves import SHORT_SLEEVE
from techpack.flats.specification import Specification

COLLARED = {"shirt collar", "polo"}
BARE = {"straps", "strapless"}
ZIPS = {"full zip", "half zip"}
UNKNOWN = ""  # a collar may be there or not: drawn as a bare neckline, its collar to be specified
LENGTHS = {"cropped": 0.78, "long": 1.18, "mini": 0.82, "knee": 1.0, "midi": 1.2, "maxi": 1.4}
SLEEVES = {"short": (19.0, 17.0), "3/4": (44.0, 13.0), "long": (60.0, 9.5)}  # length and opening, cm
STRAPS = {"thin": 1.0, "medium": 2.5, "wide": 5.0}  # cm


@dataclass(frozen=True)
class Style:
    """What makes a product of this type, and the shapes it usually has where there must be one."""

    neck: str
    sleeve: str = "long"
    closure: str = "none"
    hem: str = "straight"
    cuff: str = "stitched"
    is_knit: bool = True
    yoke: bool = False
    topstitch: bool = False  # beside the armhole


STYLES = {
    "t-shirt": Style("crew", "short"),
    "long-sleeve top": Style("crew"),
    "polo": Style("polo", "short", "placket"),
    "shirt": Style(
        "shirt collar", closure="buttons", hem="curved", cuff="cuff", is_knit=False, yoke=True, topstitch=True
    ),
    "sweatshirt": Style("crew", hem="rib", cuff="rib", topstitch=True),
    "hoodie": Style("hood", hem="rib", cuff="rib", topstitch=True),
    "sweater": Style("crew", hem="rib", cuff="rib"),
    "jacket": Style(UNKNOWN, closure="open", is_knit=False),
    "coat": Style(UNKNOWN, closure="open", is_knit=False),
    "dress": Style("crew", "none", is_knit=False),
}


@dataclass(frozen=True)
class Garment:
    """One garment as it is drawn: what was asked for, over what its type usually has."""

    spec: Specification
    view: str
    neck: str
    sleeve: str
    closure: str
    hem: str
    cuff: str
    pockets: str
    style: Style

    @classmethod
    def of(cls, spec: Specification, view: str) -> "Garment":
        style = STYLES[spec.product_type]
        usual = spec.likely_neck or style.neck if style.neck in necks.BANDED else style.neck
        neck = spec.feature("neck", usual)
        closure = spec.feature("closure", style.closure)
        if neck in COLLARED | {"lapel"} and closure == "none" and spec.product_type in ("polo", "shirt"):
            closure = style.closure
        if neck == "band" and closure in ZIPS:
            neck = "mock"  # a zip runs to the top of a collar that stands; a button would close a shirt's
        sleeves = "none" if neck in BARE else spec.feature("sleeve", style.sleeve)
        return cls(
            spec, view, neck, sleeves, closure, spec.feature("hem", style.hem), spec.feature("cuff", style.cuff),
            spec.feature("pockets", "none"), style,
        )  # fmt: skip

    @property
    def band(self) -> float:
        """Height of a neckband in cm; 0 where the neckline is only turned."""
        if self.neck not in necks.BANDED or self.spec.product_type == "dress":
            return 0.0
        return self.spec.cm("NB1") if self.style.is_knit else 0.0

    @property
    def rib(self) -> float:
        """Height in cm of the ribs that gather the sleeves; 0 without any."""
        is_long = self.spec.cm("SL1") >= SHORT_SLEEVE * self.spec.size
        return self.spec.cm("CU1") if self.cuff == "rib" and is_long else 0.0

    @property
    def yoke(self) -> str:
        if self.neck in BARE or self.spec.feature("shoulder") == "raglan":
            return "none"
        return self.spec.feature("yoke", "back" if self.style.yoke else "none")

    @property
    def is_front(self) -> bool:
        return self.view == "front"


def completed(spec: Specification) -> Specification:
    """With the lengths that its features say, where nobody measured them."""
    return _sleeved(_long(spec))


def _long(spec: Specification) -> Specification:
    """The length class says how long it is, where nobody measured it."""
    share = LENGTHS.get(spec.feature("length"), 1.0)
    return spec if spec.has("BL1") or share == 1.0 else _with(spec, {"BL1": spec.cm("BL1") * share})


def _sleeved(spec: Specification) -> Specification:
    """A long-sleeved measure on a garment that is said to have short sleeves is a contradiction: the
    measure wins. Without one, the typical length follows the feature."""
    if spec.has("SL1") or spec.feature("sleeve") not in ("short", "3/4", "long"):
        return spec
    if spec.feature("sleeve") == STYLES[spec.product_type].sleeve:
        return spec
    length, opening = SLEEVES[spec.feature("sleeve")]
    return _with(spec, {"SL1": length * spec.size, "SO1": spec.measures.get("SO1", opening * spec.size)})


def _with(spec: Specification, changed: dict[str, float]) -> Specification:
    return replace(spec, measures=spec.measures | changed)
