"""The shapes that come in. What a client sends back of our own data is taken and never believed."""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from core.text import plain, plain_line
from techpack.exports.choices import MOST_LANGUAGES, PAPERS, SECTIONS
from techpack.forms import NAME_MAX, NOTES_MAX
from techpack.library.translations import LANGUAGES
from techpack.models import Category, Product, View

SUBCATEGORY_MAX = Product._meta.get_field("subcategory").max_length
LONGEST_URL = 4000


def without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("No character of it may be NUL.")
    return text


def _no_flag(value: Any) -> Any:
    """True is no 1; digits in a text are a number to the original client."""
    if isinstance(value, bool):
        raise ValueError("Send a whole number.")
    return value


WHOLE = BeforeValidator(_no_flag)
Id = Annotated[int, Field(ge=1, le=2**63 - 1), WHOLE]
Line = Annotated[str, AfterValidator(without_nul), AfterValidator(plain_line)]
Name = Annotated[Line, Field(max_length=NAME_MAX, json_schema_extra={"minLength": 1, "pattern": r"\S"})]
Lines = Annotated[str, AfterValidator(without_nul), AfterValidator(plain)]
Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL), AfterValidator(without_nul)]
SentBack = Annotated[Any, Field(description="Taken for older clients' sake; our own data counts.")]


class Asked(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class OnlyAsked(Asked):
    """Refuses names that it does not know: a misspelt `values` would add an empty row, a misspelt `password`
    share without one. The routes of the first clients take whatever comes."""

    model_config = ConfigDict(extra="forbid")


class NewProduct(Asked):
    name: Name
    notes: Annotated[Lines, Field(max_length=NOTES_MAX)] | None = None
    team_id: Annotated[Id | None, Field(description="The team it belongs to; null: you alone.")] = None

    @model_validator(mode="after")
    def has_name(self) -> Self:
        if not self.name:
            raise ValueError("Give the product a name.")
        return self


class KnownDimension(Asked):
    """A length somebody measured: `code` is a point of measure as `BL1`, or a name as `total_length`."""

    code: Annotated[Line, Field(max_length=20)]
    value: Annotated[float | str, Field(description="A number in `unit`, or text as `26 1/2`.")]
    unit: Literal["cm", "in"] = "cm"


class ProductChange(Asked):
    """What is left out stays. A category is a correction, and binding from then on."""

    name: Name | None = None
    notes: Annotated[Lines, Field(max_length=NOTES_MAX)] | None = None
    category: Category | None = None
    subcategory: Annotated[Line, Field(max_length=SUBCATEGORY_MAX)] | None = None
    product_type: Annotated[
        Line | None, Field(max_length=30, description="A type of the library, as `t-shirt`.")
    ] = None
    known_dimension: Annotated[
        "KnownDimension | None", Field(description="What gives the scale. null takes it away.")
    ] = None
    features: Annotated[
        dict[str, str] | None, Field(description='`{"neck": "v"}`; an empty value goes back to what is seen.')
    ] = None
    team_id: Annotated[
        Id | None,
        Field(
            description="Moves the product, with all that belongs to it, to this team; null: to you alone."
        ),
    ] = None

    @model_validator(mode="after")
    def keeps_a_name(self) -> Self:
        if self.name == "":
            raise ValueError("Give the product a name.")
        return self


class LibraryKept(OnlyAsked):
    """A list of a product: kept again under the same name it is written anew."""

    kind: Literal["points", "sizes", "grades", "labels", "packaging"]
    name: Annotated[Line, Field(max_length=120)]
    brand: Annotated[
        Line | None, Field(max_length=120, description="null: the product's own; empty: for every brand.")
    ] = None


class LibraryChange(OnlyAsked):
    """What is left out stays."""

    name: Annotated[Line | None, Field(max_length=120)] = None
    brand: Annotated[Line | None, Field(max_length=120, description="Empty: for every brand.")] = None


class ViewOnly(Asked):
    view_type: View | None = None


class NewRevision(ViewOnly):
    image_url: Url


class MeasurementChange(Asked):
    value: Annotated[
        Annotated[float, Field(strict=True, allow_inf_nan=False)]
        | Annotated[str, Field(max_length=60)]
        | None,
        Field(description="Centimetres, or text as people write it."),
        AfterValidator(lambda value: without_nul(value) if isinstance(value, str) else value),
    ] = None
    confirmed: bool = False
    force: Annotated[bool, Field(description="Keep a value that such products do not have.")] = False


def one_of(*choices: str) -> Any:
    """Names them in the document; the route itself says what else there is, in words."""
    return Field(json_schema_extra={"enum": list(choices)})


def _list_of(choices: Iterable[str], most: int) -> Any:
    one = f"({'|'.join(choices)})"
    return Field(json_schema_extra={"pattern": f"^({one}(,{one}){{0,{most - 1}}})?$"})


Paper = Annotated[str, one_of(*PAPERS)]
Languages = Annotated[str, _list_of(LANGUAGES, MOST_LANGUAGES)]
Sections = Annotated[str, _list_of(SECTIONS, len(SECTIONS))]


class ExportAsked(Asked):
    """What the address of an export may say."""

    release: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    paper: Paper = "a4"
    units: Literal["cm", "in"] | None = None
    sections: Sections = ""
    languages: Languages = ""
    with_costs: bool = False


Length = (
    Annotated[float, Field(strict=True, allow_inf_nan=False)]
    | Annotated[str, Field(max_length=40), AfterValidator(without_nul)]
)


class SampleAsked(OnlyAsked):
    kind: str = "proto"
    release: Annotated[int, Field(ge=1, le=2**31 - 1), WHOLE] | None = None
    sizes: Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=30)] = []
    supplier: Annotated[Line, Field(max_length=120)] | None = None
    received_on: dt.date | None = None


class SampleMeasureChange(OnlyAsked):
    size: Annotated[str, Field(max_length=20), AfterValidator(without_nul)] = ""
    supplier: Length | None = None
    own: Length | None = None
    decision: Annotated[str, Field(max_length=10)] | None = None
    note: Annotated[Line, Field(max_length=200)] | None = None


class SampleDecision(OnlyAsked):
    decision: Annotated[str, Field(max_length=10)]
    note: Annotated[Lines, Field(max_length=2000)] | None = None


class SampleFileAsked(OnlyAsked):
    kind: Annotated[str, one_of("report", "sheet", "xlsx")] = "report"
    paper: Paper = "a4"
    languages: Languages = ""


Coordinate = Annotated[float, Field(allow_inf_nan=False)]


class FlatMarkAsked(OnlyAsked):
    """A path, or two opposite corners of a pocket or label."""

    view: View
    kind: Literal["seam", "topstitch", "pocket", "label"]
    points: Annotated[
        list[tuple[Coordinate, Coordinate]],
        Field(
            min_length=2, max_length=40,
            description="[x, y] in cm from the middle of the top, right and down.",
        ),
    ]  # fmt: skip
    mirrored: Annotated[bool, Field(description="Drawn on the other side as well.")] = False


class ReleaseAsked(OnlyAsked):
    note: Annotated[Lines, Field(max_length=500, description="What changed, and why.")] | None = None
    force: Annotated[bool, Field(description="Issue it although something is missing.")] = False


class ShareAsked(OnlyAsked):
    release: Annotated[int, Field(ge=1, le=2**31 - 1), WHOLE]
    expires_in_days: Annotated[Annotated[int, Field(ge=1, le=3650), WHOLE] | None, Field()] = None
    with_costs: bool = False
    password: Annotated[str, Field(max_length=128), AfterValidator(without_nul)] | None = None


class StepAsked(Asked):
    product_id: Id
    force: Annotated[bool, Field(description="Go on although the photo check sees a problem.")] = False
    again: Annotated[bool, Field(description="Make it anew although it is there, at its price.")] = False


class DetectAsked(StepAsked):
    image_url: Annotated[Url | None, Field(description="One that is elsewhere becomes a photo first.")] = None


class AnalyzeAsked(StepAsked):
    revision_ids: Annotated[list[Id], Field(max_length=100)] | None = None
    category: SentBack = None


class CloseUpsAsked(StepAsked):
    category: SentBack = None
    base_view_analyses: SentBack = None


class SketchesAsked(StepAsked):
    category: SentBack = None
    product_analysis: SentBack = None


# --- what is changed -----------------------------------------------------------------------------

FieldPath = Annotated[
    str,
    Field(max_length=200, description="The address of a value: `colours.0.name`, `materials.0.placement`."),
    AfterValidator(without_nul),
]
Seen = Annotated[
    Any, Field(description="The value as you saw it. If it is another by now, nothing is written (409).")
]


class OfOne(Asked):
    """Names one thing by exactly one of its ids."""

    ids: ClassVar[tuple[str, ...]]

    @model_validator(mode="after")
    def names_one(self) -> Self:
        if sum(getattr(self, name) is not None for name in self.ids) != 1:
            raise ValueError(f"Send one of {', '.join(to_camel(name) for name in self.ids)}.")
        return self


class OfValues(OfOne):
    """A base view, by its photo, or a sketch: what has values."""

    ids = ("revision_id", "sketch_id")

    revision_id: Annotated[Id | None, Field(description="Of a base view; or `sketchId`.")] = None
    sketch_id: Annotated[Id | None, Field(description="Of a sketch; or `revisionId`.")] = None


class OfPicture(OfOne):
    ids = ("revision_id", "close_up_id", "sketch_id")

    revision_id: Annotated[Id | None, Field(description="Of a base view; or one of the others.")] = None
    close_up_id: Annotated[Id | None, Field(description="Of a close-up; or one of the others.")] = None
    sketch_id: Annotated[Id | None, Field(description="Of a sketch; or one of the others.")] = None


class EditAsked(OfValues):
    field_path: FieldPath
    edit_prompt: Annotated[
        str,
        Field(max_length=2000, description="What the value should become, in up to 500 characters."),
        AfterValidator(without_nul),
    ]
    reference_image_url: Annotated[Url | None, Field(description="A picture to go by.")] = None
    apply: Annotated[
        bool, Field(description="False makes it a proposal that waits to be accepted or discarded.")
    ] = True


class RegenerateAsked(OfPicture):
    regenerate_prompt: Annotated[
        str,
        Field(max_length=2000, description="A wish, of which 300 characters count."),
        AfterValidator(without_nul),
    ] = ""


class ValueAsked(OfValues):
    field_path: FieldPath


class ValueSeen(ValueAsked):
    expected: Seen = None

    @property
    def is_seen(self) -> bool:
        """Whether the caller said what they saw: null, too, is something seen."""
        return "expected" in self.model_fields_set


class ValueSet(ValueSeen):
    value: Annotated[Any, Field(description="Text, number, choice, colour, point or line, as it is there.")]
    unit: Annotated[
        Literal["cm", "in", "ratio"] | None,
        Field(description="Of a length: its unit, together with its number."),
    ] = None


class UndoAsked(OfValues):
    field_path: Annotated[FieldPath | None, Field(description="The last change of this value.")] = None
    change_id: Annotated[Id | None, Field(description="This change, from the history.")] = None

    @model_validator(mode="after")
    def names_one_change(self) -> Self:
        if self.field_path is not None and self.change_id is not None:
            raise ValueError("Send fieldPath or changeId, not both.")
        return self


class ItemAdded(ValueAsked):
    """`fieldPath` is that of a list."""

    item: Annotated[
        dict[str, Any], Field(description='`{"name": "Twill", "placement": "Body"}` of materials.')
    ]
    at: Annotated[
        Annotated[int, Field(ge=0, le=1000), WHOLE] | None,
        Field(description="Before this one; else at the end."),
    ] = None


class TakeAsked(OfPicture):
    number: Annotated[int, Field(ge=1, le=32767, description="Of the take to show."), WHOLE]


class HistoryOf(OfValues):
    field_path: Annotated[
        FieldPath | None, Field(description="Of one value, or one entry of a list; else all.")
    ] = None


# --- what stands on a sketch ---------------------------------------------------------------------

Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Seal = Annotated[str, Field(max_length=40, description="Stands for all that it says, as you saw it.")]
CalloutText = Annotated[str, Field(max_length=2000), AfterValidator(without_nul)]
CalloutCategory = Literal["dimension", "material", "construction", "hardware", "finishing"]


class Spot(Asked):
    """A fraction of the image, from the top left."""

    x: Fraction
    y: Fraction

    @property
    def point(self) -> list[float]:
        return [self.x, self.y]


class AddCallout(Asked):
    do: Literal["add"]
    position: Spot
    text: CalloutText
    category: CalloutCategory


class MoveCallout(Asked):
    do: Literal["move"]
    seal: Seal
    position: Spot


class WriteCallout(Asked):
    """What is left out stays."""

    do: Literal["write"]
    seal: Seal
    text: CalloutText | None = None
    category: CalloutCategory | None = None


class RenumberCallout(Asked):
    """Those between move by one."""

    do: Literal["renumber"]
    seal: Seal
    number: Annotated[int, Field(ge=1, le=1000), WHOLE]


class DeleteCallout(Asked):
    """Those after it move up by one."""

    do: Literal["delete"]
    seal: Seal


class MoveLine(Asked):
    """The line of a measurement. Its value follows by the scale of the drawing, if that is known."""

    do: Literal["line"]
    seal: Seal
    line: Annotated[list[Spot], Field(min_length=2, max_length=2)]


Drawn = Annotated[
    AddCallout | MoveCallout | WriteCallout | RenumberCallout | DeleteCallout | MoveLine,
    Field(discriminator="do"),
]
