"""The document of a product: plain values, ready to be set as PDF, XLSX or JSON.

Nothing here knows the database. Lengths are centimetres as Decimal; a renderer converts them to the
document's unit when it writes them.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

type Unit = Literal["cm", "in"]
type Source = Literal["measured", "estimated", "suggested", "entered", "confirmed", "unspecified"]


@dataclass(frozen=True)
class Picture:
    """One picture: `data` are the bytes of a JPEG, PNG or SVG file."""

    data: bytes
    kind: Literal["jpeg", "png", "svg"]
    caption: str = ""
    note: str = ""  # such as "Not photographed"
    original: bytes = b""  # the file as uploaded, when `data` is a smaller copy
    sha256: str = ""  # of `original`, else of `data`; known again after the bytes are gone


@dataclass(frozen=True)
class Callout:
    """A numbered remark on a flat. `x` and `y` are fractions (0..1) of the flat from its top left."""

    number: int
    text: str
    category: str
    x: float
    y: float
    row: str = ""  # the point of measure, BOM or construction row it belongs to


@dataclass(frozen=True)
class Flat:
    """One view. `picture` is the SVG as drawn, `dimensioned` the same with dimension lines and codes."""

    view: str
    picture: Picture
    dimensioned: Picture
    callouts: list[Callout] = field(default_factory=list)


@dataclass(frozen=True)
class Measure:
    """One row of the table of points of measure. `value_cm` is None while it is to be specified."""

    code: str
    name: str
    how_to_measure: str
    value_cm: Decimal | None
    error_cm: Decimal | None
    source: Source
    tolerance_plus_cm: Decimal | None
    tolerance_minus_cm: Decimal | None
    grade_cm: Decimal | None = None  # suggested step per size
    is_critical: bool = False
    conflict: str = ""  # in words: two photos disagree
    by_size_cm: dict[str, Decimal] = field(default_factory=dict)  # graded; empty without sizes
    grade_mode: str = "incremental"  # or "from base": see techpack.library.grading
    grade_steps_cm: dict[str, Decimal] = field(default_factory=dict)  # breaks, or differences from the base


@dataclass(frozen=True)
class Material:
    """One line of the bill of materials. Empty text means: to be specified."""

    section: str
    part: str
    placement: str = ""
    material: str = ""
    composition: str = ""
    weight: str = ""
    colour: str = ""
    supplier: str = ""
    quantity: str = ""
    comment: str = ""
    source: Source = "suggested"
    width: str = ""
    size: str = ""  # length, ligne, ticket number
    details: str = ""
    supplier_code: str = ""
    unit: str = ""
    loss_percent: Decimal | None = None
    lead_time: str = ""
    recycled_percent: Decimal | None = None
    country: str = ""
    open: list[str] = field(default_factory=list)  # what the trade needs here and is not said yet


@dataclass(frozen=True)
class Colour:
    name: str
    hex: str
    source: Source = "suggested"
    system: str = ""
    code: str = ""
    approval: str = ""


@dataclass(frozen=True)
class LineColours:
    """A row of BOM x colourway: a part, and its colour in each colourway, in their order."""

    section: str
    part: str
    cells: list[Colour]  # an empty name and code: to be specified
    articles: list[str]  # the supplier's article of each, "" where there is none


@dataclass(frozen=True)
class Label:
    """One label or tag. Empty text means: to be specified."""

    type: str
    text: str = ""
    placement: str = ""
    artwork: str = ""
    size: str = ""
    material: str = ""
    attachment: str = ""
    languages: str = ""
    note: str = ""
    source: Source = "suggested"

    @property
    def described(self) -> str:
        """What is known of it beside its text and place, in one line."""
        parts = (self.size, self.material, self.attachment, self.languages, self.artwork)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class CareInstruction:
    """One care instruction; `svg` is our own neutral drawing in currentColor, 28 x 32 units."""

    code: str
    words: str
    svg: str


@dataclass(frozen=True)
class Composition:
    """The fibres of one component, as they stand on the label: "Body fabric", "95 % cotton, 5 % elastane"."""

    component: str
    text: str
    is_whole: bool  # 100 % altogether


@dataclass(frozen=True)
class Packaging:
    """One step or part of packing."""

    item: str
    specification: str = ""
    size: str = ""
    material: str = ""
    print: str = ""
    quantity: str = ""
    barcode: str = ""
    note: str = ""
    source: Source = "suggested"

    @property
    def described(self) -> str:
        """What is known of it, in one line."""
        parts = (self.specification, self.size, self.material, self.print, self.quantity, self.barcode)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Cost:
    """One line of the cost sheet; `total` is None while quantity or unit cost is missing."""

    section: str
    item: str
    quantity: Decimal | None
    unit: str
    unit_cost: Decimal | None
    waste_percent: Decimal | None
    total: Decimal | None
    note: str = ""


@dataclass(frozen=True)
class CostSheet:
    """Costs of one piece in one currency. Percentages are None where they cannot be worked out."""

    currency: str
    lines: list[Cost]
    by_section: list[tuple[str, Decimal]]
    first_cost: Decimal
    landed_cost: Decimal
    wholesale: Decimal | None
    retail: Decimal | None
    margin_percent: Decimal | None  # of the wholesale price
    markup_percent: Decimal | None  # on the landed cost
    is_complete: bool


@dataclass(frozen=True)
class Comment:
    """A comment that the factory sees."""

    about: str
    tag: str
    text: str
    by: str
    date: date


@dataclass(frozen=True)
class Construction:
    """One row of the construction sheet."""

    area: str
    operation: str
    seam_class: str = ""
    stitch_class: str = ""
    stitches_per_inch: str = ""
    allowance_cm: str = ""
    thread: str = ""
    note: str = ""
    source: Source = "suggested"


@dataclass(frozen=True)
class Missing:
    """Something still to be specified, and why the factory needs it."""

    field: str
    reason: str
    blocks_issue: bool = False


@dataclass(frozen=True)
class Change:
    """One value that differs between two revisions, in words."""

    section: str
    row: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class RevisionNote:
    """One issued revision on the page of changes."""

    number: str
    date: date
    by: str
    note: str
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class SizeSystem:
    """The sizes of the document in another system: {"M": "38-40"}; "" where nothing is agreed."""

    system: str  # a key of library.size_equivalents.SYSTEMS
    label: str
    sizes: dict[str, str]
    own: list[str] = field(default_factory=list)  # sizes whose name the designer typed


@dataclass(frozen=True)
class Document:
    """Everything a factory gets about one product, as it stands at one moment."""

    style_number: str
    name: str
    brand: str
    product_type: str
    season: str
    base_size: str
    sizes: list[str]
    unit: Unit
    revision: str  # "Draft" or the number of the issued revision
    date: date
    status: str
    scale: str  # in words: where the centimetres come from; "" when nothing gives a scale
    notes: str
    cover: Picture | None
    photos: list[Picture]
    flats: list[Flat]
    measures: list[Measure]
    details: list[Picture]
    materials: list[Material]
    colours: list[Colour]
    construction: list[Construction]
    missing: list[Missing]
    features: list[tuple[str, str]]  # "Neck", "Crew"
    header: list[tuple[str, str]] = field(default_factory=list)  # the other fields: "Gender", "women"
    line_colours: list[LineColours] = field(default_factory=list)  # BOM x colourway
    labels: list[Label] = field(default_factory=list)
    label_flats: list[Flat] = field(default_factory=list)  # where each label is sewn
    care: list[CareInstruction] = field(default_factory=list)  # in the order of ISO 3758
    care_words: str = ""
    compositions: list[Composition] = field(default_factory=list)
    packaging: list[Packaging] = field(default_factory=list)
    costs: CostSheet | None = None  # only where somebody chose to print them
    comments: list[Comment] = field(default_factory=list)  # only those that are shared
    passport: list[tuple[str, str]] = field(default_factory=list)  # fields of the digital product passport
    contact: str = ""
    size_systems: list[SizeSystem] = field(default_factory=list)  # those that are printed
    size_sources: list[str] = field(default_factory=list)  # where names that nobody typed come from
    nested: Picture | None = None  # the front in every size, laid over each other
    revisions: list[RevisionNote] = field(default_factory=list)  # the newest first
    current_url: str = ""  # opens "is this the current revision?"; set as a QR code when present
