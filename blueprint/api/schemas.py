"""Request and response shapes of the blueprint routes.

Requests take any JSON value: each route checks its values in the order that clients rely on.
"""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from blueprint import scenes

MAX_NAME = 50  # characters of a category or mood
MAX_URLS = 20  # addresses of selfies in one call

Text = Annotated[Any, Field(json_schema_extra={"type": "string"})]
OptionalName = Annotated[Any, Field(json_schema_extra={"type": ["string", "null"], "maxLength": MAX_NAME})]
OptionalUrls = Annotated[
    Any,
    Field(json_schema_extra={"type": ["array", "null"], "items": {"type": "string"}, "maxItems": MAX_URLS}),
]
AnyGridNumber = Annotated[
    Any, Field(json_schema_extra={"type": "integer", "minimum": 1, "maximum": scenes.GRIDS})
]
AnyPredictionId = Annotated[Any, Field(json_schema_extra={"type": "string", "format": "uuid"})]


class CamelCase(Schema):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


def needing(*names: str) -> ConfigDict:
    """Say in the document what the route itself insists on, in its own order and words."""
    return ConfigDict(json_schema_extra={"required": list(names)})


class PaidGridRequest(CamelCase):
    model_config = needing("gridNumber")

    access_token: Text = None
    grid_number: AnyGridNumber = None


class FreeGridRequest(CamelCase):
    access_token: Text = None
    category: OptionalName = None
    mood: OptionalName = None
    selfie_urls: OptionalUrls = None


class AccessQuery(CamelCase):
    access: Text = None


class FreeGridQuery(AccessQuery):
    model_config = needing("predictionId")

    prediction_id: AnyPredictionId = None


class PaidGridQuery(FreeGridQuery):
    model_config = needing("predictionId", "gridNumber")

    grid_number: AnyGridNumber = None


class ErrorAnswer(CamelCase):
    success: Literal[False] = False
    status: Literal["failed"] = "failed"
    error: str
    code: str
    retryable: bool


class GridStarted(CamelCase):
    """A grid was asked for (`starting`), or is there already (`completed`)."""

    success: Literal[True] = True
    grid_number: int | None = None
    prediction_id: str | None = None
    status: Literal["starting", "completed"]
    grid_url: str | None = None
    frame_urls: list[str | None] | None = None
    total_completed: int | None = None
    all_complete: bool | None = None


class GridState(CamelCase):
    """How a grid stands: processing, completed or failed."""

    success: bool
    status: Literal["processing", "completed", "failed"]
    grid_number: int
    grid_url: str | None = None
    frame_urls: list[str | None] | None = None
    total_completed: int | None = None
    all_complete: bool | None = None
    error: str | None = None
    code: str | None = None
    retryable: bool | None = None


class GridRow(CamelCase):
    grid_number: int
    title: str
    status: Literal["empty", "queued", "generating", "storing", "completed", "failed"]
    grid_url: str | None
    prediction_id: str | None


class BlueprintProgress(CamelCase):
    completed: int
    total: int
    percentage: int


class BlueprintStatus(CamelCase):
    success: Literal[True] = True
    purchased: bool
    generated: bool
    photo_urls: list[str]
    grids: list[GridRow]
    progress: BlueprintProgress
    missing_grid_numbers: list[int]
    has_selfies: bool
    has_form_data: bool
    can_generate: bool
