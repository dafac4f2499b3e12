"""The shapes that go out."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic.alias_generators import to_camel

from techpack import schemas

LoadingState = Literal["loading", "loaded", "error"]
CurrentStep = Literal["idle", "category", "base-views", "close-ups", "sketches", "complete"]
Seal = Annotated[str, Field(description="Names it for a change: it stands for all that it says.")]
ImageUrl = Annotated[str, Field(description="Works without signing in until the end of tomorrow (UTC).")]


class Shape(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Success[T](Shape):
    success: Literal[True] = True
    data: T


class Error(Shape):
    """`code` is for programs, `error` a sentence for people."""

    success: Literal[False] = False
    error: str
    code: str


class NotEnough(Error):
    needed: int
    available: int


class Processing(Shape):
    """Look at `statusUrl` until `isGenerating` is false there, or post the same again: it is asked for once.
    Of an edit it is `edit/{proposalId}`, of a regeneration `regenerate/{takeId}`, of a step the product."""

    status: Literal["processing"] = "processing"
    tech_pack_id: int
    status_url: str
    proposal_id: int | None = None
    take_id: int | None = None


# --- products ------------------------------------------------------------------------------------


class Created(Shape):
    product_id: int


class Problem(Shape):
    code: str
    text: str


class Alternative(Shape):
    product_type: str
    confidence: float


class Check(Shape):
    """What the photo check saw. `outline` is in fractions of the photo."""

    status: Literal["pending", "ok", "problem"]
    problems: list[Problem]
    product_type: str | None
    confidence: float
    alternatives: list[Alternative]
    outline: list[list[float]]


class Photo(Shape):
    revision_id: int
    view_type: str
    image_url: ImageUrl
    thumbnail_url: ImageUrl
    check: Check | None = None


class Evidence(Shape):
    """What one photo shows."""

    revision_id: int
    value_cm: str | None


class MeasurementRow(Shape):
    """One point of measure. `valueCm` is null while it is to be specified."""

    code: str
    name: str
    value_cm: str | None
    display: str
    error_cm: str | None
    source: Literal["measured", "estimated", "suggested", "entered", "confirmed", "unspecified"]
    evidence: list[Evidence]
    conflict: str | None
    tolerance_plus_cm: str | None
    tolerance_minus_cm: str | None


class MeasurementRows(RootModel[list[MeasurementRow]]):
    pass


class MarkPoint(Shape):
    """A point: so far, in cm right and down, from a landmark of the flat."""

    landmark: str
    dx: float
    dy: float


class FlatMark(Shape):
    """What was drawn on a flat by hand. Its points move with their landmarks."""

    mark_id: int
    view: str
    kind: Literal["seam", "topstitch", "pocket", "label"]
    points: list[MarkPoint]
    mirrored: bool


class FlatMarks(RootModel[list[FlatMark]]):
    pass


class Deleted(Shape):
    mark_id: int


class Release(Shape):
    """An issued revision."""

    release: int
    issued_at: dt.datetime
    note: str
    blocked: list[dict[str, str]]


class Releases(Shape):
    releases: list[Release]


class SampleRow(Shape):
    """One point of measure in one size of a sample round. Lengths are decimals in centimetres."""

    code: str
    size: str
    requested_cm: str | None
    supplier_cm: str | None
    own_cm: str | None
    own_source: str | None
    proposed_cm: str | None
    deviation_cm: str | None
    is_within: bool | None
    deviation: str
    decision: str | None
    note: str


class Sample(Shape):
    """One sample round."""

    sample_id: int
    kind: str
    number: int
    release: int | None
    supplier: str
    received_on: dt.date | None
    sizes: list[str]
    decision: str
    note: str
    measures: list[SampleRow]


class Samples(Shape):
    rounds: list[Sample]


class ExportBegun(Shape):
    """A file that is made in the background: ask `statusUrl` until it is `completed`."""

    status: Literal["processing"] = "processing"
    export_id: int
    status_url: str


class Export(Shape):
    """How far a file made in the background is."""

    status: str
    stage: str
    file_url: str | None
    error: str | None


class Share(Shape):
    share_id: int
    url: str


class Revoked(Shape):
    share_id: int


class Team(Shape):
    team_id: int
    name: str
    role: Literal["owner", "editor", "viewer", "guest"]
    credits: int


class Teams(Shape):
    teams: list[Team]


class LibraryList(Shape):
    """One list of a library. `rows` are columns by name with text."""

    entry_id: int
    kind: Literal["points", "sizes", "grades", "labels", "packaging"]
    name: str
    brand: Annotated[str, Field(description="Empty: for every brand.")]
    team_id: Annotated[int | None, Field(description="null: it is yours alone.")]
    rows: list[dict[str, str]]
    updated_at: dt.datetime


class Library(Shape):
    lists: list[LibraryList]


class LibraryUsed(Shape):
    entry_id: int
    product_id: int


class LibraryDeleted(Shape):
    entry_id: int


class Product(Shape):
    product_id: int
    team_id: Annotated[int | None, Field(description="null: it belongs to its owner alone.")]
    code: str
    name: str
    notes: str
    category: str
    subcategory: str
    product_type: str
    features: dict[str, str]
    known_dimension: dict[str, Any] | None
    revisions: list[Photo]


# --- what the steps make -------------------------------------------------------------------------


class FoundCategory(Shape):
    category: str
    subcategory: str
    confidence: Annotated[float, Field(description="1 where the designer said it.")]
    source: str
    evidence: str
    timestamp: Annotated[dt.datetime, Field(description="When it was detected, or corrected.")]


class Piece(Shape):
    """What a step made, and what becomes of it: shown while it is made again."""

    loading_state: LoadingState
    error: str | None
    remaking: Annotated[bool, Field(description="A new take is on its way; this one is shown until then.")]
    remake_error: Annotated[str | None, Field(description="Why the last new take failed, if it did.")]


class BaseView(Piece):
    revision_id: int
    view_type: str
    image_url: ImageUrl
    thumbnail_url: ImageUrl
    analysis_data: schemas.BaseViewAnalysis | None
    confidence_score: float | None
    cached: bool


class CloseUp(Piece):
    id: int
    image_url: ImageUrl | None
    thumbnail_url: ImageUrl | None
    shot_metadata: schemas.Shot
    order: int


class Position(Shape):
    """A fraction of the image, from the top left."""

    x: float
    y: float


class Callout(Shape):
    id: str
    number: int
    text: str
    category: str
    position: Position
    seal: Seal


class MeasurementValue(Shape):
    code: str
    name: str
    value: float | None
    unit: str
    source: str | None
    line: Annotated[list[Position] | None, Field(description="Its two ends on the drawing.")]
    seal: Seal


class Sketch(Piece):
    id: int
    view_type: str
    image_url: ImageUrl | None
    thumbnail_url: ImageUrl | None
    svg_url: ImageUrl | None
    callouts: list[Callout]
    measurements: Annotated[dict[str, str], Field(description='By name, in words: "48.2 cm".')]
    measurement_values: list[MeasurementValue]
    note: Annotated[str, Field(description="What whoever uses the drawing has to know: that it is rough.")]


class Analyses(Shape):
    analyses: list[BaseView]


class GeneratedImages(Shape):
    generated_images: list[CloseUp]


class Sketches(Shape):
    sketches: list[Sketch]


# --- what is changed -----------------------------------------------------------------------------


class Edited(Shape):
    """`updatedValue` stands in the product, or with `apply: false` is proposed for it."""

    updated_value: Any
    field_path: str
    credits_used: int
    proposal_id: int
    status: Annotated[str, Field(description="accepted, ready or discarded")]
    reason: str


class Regenerated(Shape):
    """The ids stay as they are: what was there before is an earlier take of the same piece."""

    new_revision_id: int | None = None
    new_close_up_id: int | None = None
    new_sketch_id: int | None = None
    image_url: ImageUrl | None
    thumbnail_url: ImageUrl | None
    analysis_data: schemas.BaseViewAnalysis | None = None
    confidence_score: float | None = None
    credits_used: int
    message: str


class Proposal(Shape):
    """An edit in words, wherever it stands."""

    proposal_id: int
    status: Literal["asked", "ready", "accepted", "discarded", "failed"]
    is_generating: bool
    revision_id: int | None
    sketch_id: int | None
    field_path: str
    edit_prompt: str
    apply: bool
    current_value: Annotated[Any, Field(description="What stands there now.")]
    proposed_value: Annotated[Any, Field(description="Null until it has come.")]
    reason: str
    error: Annotated[str | None, Field(description="Why it failed, or was not applied.")]
    code: Annotated[str | None, Field(description="The same, for programs.")]
    credits_used: int


class Take(Shape):
    """One version of a base view, a close-up or a sketch. Number 1 is what the run made."""

    take_id: int
    number: int
    status: Literal["making", "ready", "failed"]
    is_generating: bool
    is_current: bool
    revision_id: int | None
    close_up_id: int | None
    sketch_id: int | None
    image_url: ImageUrl | None
    thumbnail_url: ImageUrl | None
    analysis_data: schemas.BaseViewAnalysis | None
    regenerate_prompt: str
    error: Annotated[str | None, Field(description="Why it failed. What was shown stays, and it was free.")]
    code: Annotated[str | None, Field(description="The same, for programs.")]
    credits_used: int
    asked_at: dt.datetime
    made_at: dt.datetime | None


class Takes(Shape):
    takes: list[Take]


class Value(Shape):
    """`source` is measured, suggested, entered or confirmed; the last two are the designer's, and then there
    is no `confidence`."""

    field_path: str
    value: Any
    kind: Literal["text", "number", "colour", "choice", "point", "line", "other"]
    choices: list[str]
    source: str | None
    confidence: float | None


class Values(Shape):
    values: list[Value]


class Change(Shape):
    change_id: int
    field_path: Annotated[str, Field(description="As it was called then.")]
    action: Literal["set", "confirm", "add", "remove"]
    before: Any
    after: Any
    source_before: str
    source_after: str
    by: str | None
    at: dt.datetime
    edit_prompt: Annotated[str, Field(description="Of an edit in words.")]
    credits_used: int
    undoes: Annotated[int | None, Field(description="The change that this one took back.")]
    undone: bool


class Changed(Shape):
    """`changes` is empty when it was so already."""

    value: Value | None
    changes: list[Change]


class History(Shape):
    changes: list[Change]


class Drawn(Shape):
    """`seal` names what was changed from now on; null when it is gone."""

    seal: str | None
    sketch: Sketch


class Mark(Shape):
    revision_id: int | None
    close_up_id: int | None
    sketch_id: int | None
    reasons: list[str]


class OutOfDate(Shape):
    """What was made from values that have changed since, and what `redo` would cost."""

    price: int
    pieces: list[Mark]


class Redone(Shape):
    credits_used: int
    message: str
    takes: Annotated[list[int], Field(description="The ids of those on their way: GET regenerate/{takeId}.")]


# --- the whole state -----------------------------------------------------------------------------


class Credits(Shape):
    """What the latest run cost, refunds taken off."""

    category_detection: int
    base_views: int
    close_ups: int
    sketches: int
    edits: int
    regenerations: int
    total: int


class State(Shape):
    product_id: int
    team_id: int | None
    name: str
    notes: str
    tech_pack_id: int | None
    is_generating: bool
    current_step: CurrentStep
    progress: Annotated[int, Field(ge=0, le=100)]
    error: str | None
    has_data: bool
    status: Literal["draft", "generating", "needs_review", "complete", "released"]
    review_reasons: list[Problem]
    category: FoundCategory | None
    revisions: list[Photo]
    base_views: list[BaseView]
    close_ups: list[CloseUp]
    sketches: list[Sketch]
    proposals: Annotated[list[Proposal], Field(description="Those on their way, and those that wait.")]
    out_of_date: OutOfDate
    credits: Credits
