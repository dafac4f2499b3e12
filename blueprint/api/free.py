"""The JSON API of the free blueprint: one grid, once a subscriber. It answers as the paid one does."""

import uuid
from typing import Any

from django.http import HttpRequest

from blueprint.api.paid import (
    INVALID_REQUEST,
    UNKNOWN_PREDICTION,
    Json,
    body_of,
    route,
    subscriber_with,
)
from blueprint.models import FRAMES, Grid, Subscriber
from blueprint.presenters import pictures
from blueprint.services import free_grids
from blueprint.services.free_grids import SLOT, Given
from generation.models import Prediction
from generation.storage import assets

LONGEST_NAME = 50
MOST_URLS = 20


@route("POST")
def generate_grid(request: HttpRequest) -> Json:
    body = body_of(request)
    subscriber = subscriber_with(request, body.get("accessToken"))
    start = free_grids.start(subscriber_id=subscriber.pk, given=given(body))
    if start.prediction is not None:
        return {"success": True, "predictionId": str(start.prediction.pk), "status": "starting"}
    return _filled(request, subscriber)


@route("GET")
def check_grid(request: HttpRequest) -> Json:
    prediction_id = _asked_about(request)
    subscriber = subscriber_with(request, request.GET.get("access"))
    prediction = Prediction.objects.of(subscriber.subject, SLOT).filter(pk=prediction_id).first()
    if prediction is None:
        raise UNKNOWN_PREDICTION
    grid = _grid(subscriber)
    if grid is None or grid.asset_id is None:
        return _failed(subscriber, prediction) if prediction.is_terminal else _processing()
    return _completed(request, grid) or _processing()


# --- their parts -----------------------------------------------------------------------------------


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


def _asked_about(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.GET.get("predictionId", ""))
    except ValueError as error:
        raise INVALID_REQUEST from error


def given(body: Json) -> Given:
    """What came along, by its kinds alone; whether an address may be used is decided later. Raises
    Refused."""
    return Given(
        category=_name(body.get("category")),
        mood=_name(body.get("mood")),
        selfie_urls=_urls(body.get("selfieUrls")),
    )


def _name(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_NAME or "\x00" in value:
        raise INVALID_REQUEST
    return value.strip()


def _urls(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    is_list = isinstance(value, list) and len(value) <= MOST_URLS
    if not is_list or not all(isinstance(url, str) and "\x00" not in url for url in value):
        raise INVALID_REQUEST
    return tuple(value)
