"""The shapes that go out."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from techpack import schemas

LoadingState = Literal["loading", "loaded", "error"]
CurrentStep = Literal["idle", "category", "base-views", "close-ups", "sketches", "complete"]
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
    """Look at `statusUrl` until `isGenerating` is false, or post the step again."""

    status: Literal["processing"] = "processing"
    tech_pack_id: int
    status_url: str


# --- products ------------------------------------------------------------------------------------


class Created(Shape):
    product_id: int


class Photo(Shape):
    revision_id: int
    view_type: str
    image_url: ImageUrl
    thumbnail_url: ImageUrl


class Product(Shape):
    product_id: int
    code: str
    name: str
    notes: str
    category: str
    subcategory: str
    revisions: list[Photo]


# --- what the steps make -------------------------------------------------------------------------


class Category(Shape):
    category: str
    subcategory: str
    confidence: Annotated[float, Field(description="1 where the designer said it.")]
    source: str
    evidence: str
    timestamp: dt.datetime


class BaseView(Shape):
    revision_id: int
    view_type: str
    image_url: ImageUrl
    thumbnail_url: ImageUrl
    analysis_data: schemas.BaseViewAnalysis | None
    confidence_score: float | None
    cached: bool
    loading_state: LoadingState
    error: str | None


class CloseUp(Shape):
    id: int
    image_url: ImageUrl | None
    thumbnail_url: ImageUrl | None
    shot_metadata: schemas.Shot
    order: int
    loading_state: LoadingState
    error: str | None


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


class MeasurementValue(Shape):
    code: str
    name: str
    value: float | None
    unit: str
    source: str | None


class Sketch(Shape):
    id: int
    view_type: str
    image_url: ImageUrl | None
    thumbnail_url: ImageUrl | None
    svg_url: ImageUrl | None
    callouts: list[Callout]
    measurements: Annotated[dict[str, str], Field(description='By name, in words: "48.2 cm".')]
    measurement_values: list[MeasurementValue]
    loading_state: LoadingState
    error: str | None


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
    name: str
    notes: str
    tech_pack_id: int | None
    is_generating: bool
    current_step: CurrentStep
    progress: Annotated[int, Field(ge=0, le=100)]
    error: str | None
    has_data: bool
    category: Category | None
    revisions: list[Photo]
    base_views: list[BaseView]
    close_ups: list[CloseUp]
    sketches: list[Sketch]
    credits: Credits
