"""The JSON API of the free blueprint: one grid, once a subscriber. It answers as the paid one does."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from blueprint.api.access import UNKNOWN_PREDICTION, malformed, prediction_id, subscriber_with
from blueprint.api.schemas import (
    MAX_NAME,
    MAX_URLS,
    ErrorAnswer,
    FreeGridQuery,
    FreeGridRequest,
    GridStarted,
    GridState,
)
from blueprint.models import FRAMES, Grid, Subscriber
from blueprint.presenters import pictures
from blueprint.services import free_grids
from blueprint.services.free_grids import SLOT, Given
from generation.models import Prediction
from generation.storage import assets

Json = dict[str, Any]

router = Router(tags=["Blueprints"], auth=None, by_alias=True, exclude_unset=True)


@router.post(
    "generate-grid",
    summary="Generate the free grid",
    response={200: GridStarted, frozenset({400, 403, 404, 413, 429, 503}): ErrorAnswer},
)
def generate_grid(request: HttpRequest, body: FreeGridRequest) -> Json:
    subscriber = subscriber_with(request, body.access_token)
    start = free_grids.start(subscriber_id=subscriber.pk, given=given(body))
    if start.prediction is not None:
        return {"success": True, "predictionId": str(start.prediction.pk), "status": "starting"}
    return _filled(request, subscriber)


@router.get(
    "check-grid",
    summary="Show how the free grid stands",
    response={200: GridState, frozenset({400, 404, 429, 503}): ErrorAnswer},
)
def check_grid(request: HttpRequest, query: Query[FreeGridQuery]) -> Json:
    pk = prediction_id(query.prediction_id)
    subscriber = subscriber_with(request, query.access)
    prediction = Prediction.objects.of(subscriber.subject, SLOT).filter(pk=pk).first()
    if prediction is None:
        raise UNKNOWN_PREDICTION
    grid = _grid(subscriber)
    if grid is None or grid.asset_id is None:
        return _failed(subscriber, prediction) if prediction.is_terminal else _processing()
    return _completed(request, grid) or _processing()


def _grid(subscriber: Subscriber) -> Grid | None:
    return Grid.objects.in_slot(subscriber.pk, SLOT).select_related("asset").first()


def _filled(request: HttpRequest, subscriber: Subscriber) -> Json:
    """With its picture there, but perhaps not its frames: then whoever asks goes on asking."""
    grid = _grid(subscriber)
    assert grid is not None
    return _completed(request, grid) or {
        "success": True,
        "predictionId": str(grid.prediction_id),
        "status": "starting",
    }


def _processing() -> Json:
    return {"success": True, "status": "processing", "gridNumber": 1, "totalCompleted": 0, "frameUrls": []}


def _completed(request: HttpRequest, grid: Grid) -> Json | None:
    """Only with all nine frames: whoever is told "completed" does not ask again."""
    frames = list(grid.frames.select_related("asset"))
    if grid.asset is None or len(frames) < FRAMES:
        return None
    return {
        "success": True,
        "status": "completed",
        "gridNumber": 1,
        "gridUrl": pictures.absolute_url(request, assets.key(grid.asset, "original")),
        "frameUrls": [pictures.absolute_url(request, assets.key(one.asset, "original")) for one in frames],
        "totalCompleted": 1,
        "allComplete": True,
    }


def _failed(subscriber: Subscriber, prediction: Prediction) -> Json:
    return {
        "success": False,
        "status": "failed",
        "gridNumber": 1,
        "error": prediction.message or "This grid could not be made.",
        "code": prediction.failure or "internal_error",
        "retryable": free_grids.refusal(subscriber) is None,
    }


def given(body: FreeGridRequest) -> Given:
    """What came along, by its kinds alone; whether an address may be used is decided later. Raises
    NotAllowed."""
    return Given(
        category=_name("category", body.category),
        mood=_name("mood", body.mood),
        selfie_urls=_urls(body.selfie_urls),
    )


def _name(field: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > MAX_NAME or "\x00" in value:
        raise malformed(f"{field} is malformed: send a text of at most {MAX_NAME} characters.")
    return value.strip()


def _urls(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    is_list = isinstance(value, list) and len(value) <= MAX_URLS
    if not is_list or not all(isinstance(url, str) and "\x00" not in url for url in value):
        raise malformed(f"selfieUrls is malformed: send a list of at most {MAX_URLS} addresses.")
    return tuple(value)
