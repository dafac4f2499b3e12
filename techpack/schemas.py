"""The shapes of every JSON column of a tech pack, and of what an engine must answer.

Conventions: a point is [x, y] and an area [left, top, right, bottom], all fractions (0..1) of
the image they belong to, from the top left. Numbers are numbers with a unit beside them, never
strings. Every value says where it comes from (`Source`) and, unless it was entered, how sure
that is (`confidence`, 0..1). What nobody knows is listed in `to_be_specified`; it is never guessed.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

from techpack.library import product_types
from techpack.library.features import all_features

Fraction = Annotated[float, Field(ge=0, le=1)]
Point = Annotated[list[Fraction], Field(min_length=2, max_length=2)]
Line = Annotated[list[Point], Field(min_length=2, max_length=2)]
Area = Annotated[list[Fraction], Field(min_length=4, max_length=4)]
Unit = Literal["cm", "in", "ratio"]
UNSEEN = 0.45  # at most: the confidence of what is said about a view without a photo


class Source(StrEnum):
    MEASURED = "measured"  # read from the photo
    ESTIMATED = "estimated"  # read from the photo, less exactly
    SUGGESTED = "suggested"  # by an engine or a default; carries a confidence
    ENTERED = "entered"  # by the designer
    CONFIRMED = "confirmed"  # looked at by the designer and kept


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def _is_known_type(name: str) -> str:
    if name and name not in product_types():
        raise ValueError("no type of the library")
    return name


# "" where none fits.
ProductType = Annotated[
    str, AfterValidator(_is_known_type), Field(json_schema_extra={"enum": ["", *product_types()]})
]


class Unspecified(Shape):
    """One thing the photo cannot tell, and why."""

    field: str
    reason: str


class Category(Shape):
    """Answer to purpose "category". `basis` is what decided."""

    category: Literal[
        "APPAREL", "FOOTWEAR", "BAG", "HEADWEAR", "ACCESSORY", "JEWELLERY", "FURNITURE", "TOY", "OTHER"
    ]
    subcategory: str = Field(max_length=60)  # in words, sentence case: "T-shirt"; "" when unknown
    product_type: ProductType = ""
    confidence: Fraction
    basis: Literal["words", "photo", "words and photo", "none", "model"]
    evidence: str  # one sentence for the designer


class Silhouette(Shape):
    """The product's outline: one closed polygon a piece (a pair of shoes is two)."""

    found: bool
    method: str
    pieces: int
    outline: list[list[Point]]
    box: Area
    confidence: Fraction
    note: str = ""


class Colour(Shape):
    name: str
    hex: Annotated[str, Field(pattern=r"^#[0-9A-F]{6}$")]
    share: Fraction
    source: Source = Source.MEASURED


class Colours(Shape):
    items: list[Colour]
    confidence: Fraction


class Pattern(Shape):
    kind: Literal["solid", "striped", "checked", "printed", "textured", "unknown"]
    evidence: str
    confidence: Fraction
    source: Source = Source.MEASURED


class Proportion(Shape):
    """A length on the photo. With unit "ratio" the value is a fraction of the total length, or of the
    first of them where the thing has none (a bag's overall height)."""

    code: str
    name: str
    value: Annotated[float, Field(ge=0)]
    unit: Unit
    line: Line
    source: Source = Source.MEASURED
    confidence: Fraction


class Scale(Shape):
    """What turned pixels into lengths: the one dimension the designer gave."""

    dimension: str
    value: Annotated[float, Field(gt=0)]
    unit: Literal["cm", "in"]


class Proportions(Shape):
    items: list[Proportion]
    symmetry: Fraction | None  # share of the silhouette that its mirror image covers
    scale: Scale | None
    confidence: Fraction


class ConstructionLine(Shape):
    """Something seen: a hem, a waistband, a placket. A candidate, not a specification."""

    area: str
    observation: str
    line: Line | None
    confidence: Fraction
    source: Source = Source.MEASURED


class Construction(Shape):
    items: list[ConstructionLine]
    confidence: Fraction


class Material(Shape):
    name: str
    placement: str
    source: Source
    confidence: Fraction


class Materials(Shape):
    items: list[Material]
    confidence: Fraction


class NamedFeature(Shape):
    """What a photo shows of one feature, in the words of `techpack.library.features`."""

    name: Annotated[str, Field(json_schema_extra={"enum": list(all_features())})]
    value: str
    confidence: Fraction

    @property
    def is_known(self) -> bool:
        return self.value in all_features().get(self.name, frozenset())


class BaseViewAnalysis(Shape):
    """Answer to purpose "base_view": everything one photo can show."""

    engine: str
    summary: str  # one line: "Solid dark green, long sleeves"
    confidence: Fraction
    silhouette: Silhouette
    colours: Colours
    pattern: Pattern
    proportions: Proportions
    construction: Construction
    materials: Materials
    features: list[NamedFeature] = []
    to_be_specified: list[Unspecified]


class Shot(Shape):
    """One planned close-up: `image` is the index of the photo, `area` the part of it."""

    title: str
    kind: str
    image: Annotated[int, Field(ge=0)]
    area: Area
    reason: str


class CloseUpPlan(Shape):
    """Answer to purpose "close_up_plan"."""

    shots: Annotated[list[Shot], Field(min_length=1, max_length=6)]


class Callout(Shape):
    number: Annotated[int, Field(ge=1)]
    text: str
    category: Literal["dimension", "material", "construction", "hardware", "finishing"]
    position: Point
    source: Source = Source.MEASURED
    confidence: Fraction


class Measurement(Shape):
    """A point of measure on the drawing. `value` None is "to be specified"; `line` None is one
    that the drawing cannot show."""

    code: str
    name: str
    how: str
    value: Annotated[float, Field(ge=0)] | None
    unit: Unit
    line: Line | None
    source: Source | None
    confidence: Fraction


class Annotations(Shape):
    """Answer to purpose "callouts": what is written over a finished drawing. `note` is what whoever uses
    the drawing has to know of it as a whole, "" where there is nothing."""

    callouts: list[Callout]
    measurements: list[Measurement]
    note: str = ""

    def suggested(self) -> "Annotations":
        """The same about a view that nobody photographed: nothing of it is measured, or sure."""
        made = self.model_copy(deep=True)
        for callout in made.callouts:
            callout.source, callout.confidence = Source.SUGGESTED, min(callout.confidence, UNSEEN)
        for item in made.measurements:
            item.source = item.source and Source.SUGGESTED
            item.confidence = min(item.confidence, UNSEEN)
        return made


class Sources(RootModel[dict[str, Source | None]]):
    """By path, where a value comes from that somebody has changed or confirmed; and by the path of the
    item or group it belongs to, what its source was before that."""


class MadeFrom(Shape):
    """What a result was made from, as far as it may change later: when it has, the result is out of
    date. Materials are [name, placement] and colours [name, hex], by the number of their base view; none
    for a base view itself."""

    category: str
    subcategory: str
    materials: dict[str, list[list[str]]] = {}
    colours: dict[str, list[list[str]]] = {}


class EditAnswer(Shape):
    """Answer to purpose "edit": the value as it should be and why; or, in words, why there is none."""

    value: Any = None
    reason: str
    refusal: str = ""


class Kept(Shape):
    """What a take keeps of its piece beside the picture: its JSON columns as they stand there, and the
    few others. Only those its kind of piece has are set. `same_as` is all that is kept of one that came
    out the same: the number of the take it repeats."""

    analysis: dict[str, Any] | None = None
    confidence: Fraction | None = None
    cache_key: str = ""
    cached: bool = False
    annotations: dict[str, Any] | None = None
    shot: dict[str, Any] | None = None
    sources: dict[str, Any] = {}
    made_from: dict[str, Any] | None = None
    same_as: int | None = None
