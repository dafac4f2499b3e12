"""The JSON API of the paid blueprint. Every call answers at once, whatever the provider does.

The access token is the credential, so no CSRF token is asked for.
"""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from blueprint import scenes
from blueprint.api.access import (
    UNKNOWN_PREDICTION,
    grid_number,
    malformed,
    prediction_id,
    subscriber_with,
)
from blueprint.api.schemas import (
    AccessQuery,
    BlueprintStatus,
    ErrorAnswer,
    GridStarted,
    GridState,
    PaidGridQuery,
    PaidGridRequest,
)
from blueprint.models import Grid, Shoot, Subscriber
from blueprint.presenters import pictures
from blueprint.services import grids, guards
from blueprint.services.guards import NotAllowed
from generation.models import Prediction

Json = dict[str, Any]

router = Router(tags=["Blueprints"], auth=None, by_alias=True, exclude_unset=True)


@router.post(
    "generate-paid",
    summary="Generate a grid of a paid blueprint",
    response={200: GridStarted, frozenset({400, 403, 404, 413, 429, 503}): ErrorAnswer},
)
def generate_paid(request: HttpRequest, body: PaidGridRequest) -> Json:
    subscriber = subscriber_with(request, body.access_token)
    number = grid_number(body.grid_number)
    start = grids.start_paid_grid(subscriber_id=subscriber.pk, number=number)
    if start.prediction is None:
        subscriber.refresh_from_db(fields=["paid_blueprint_photo_urls"])
        url = pictures.absolute_url(request, subscriber.slots[number - 1])
        return {"success": True, "gridNumber": number, "status": "completed", "gridUrl": url}
    return {
        "success": True,
        "gridNumber": number,
        "predictionId": str(start.prediction.pk),
        "status": "starting",
    }


@router.get(
    "check-paid-grid",
    summary="Show how a grid of a paid blueprint stands",
    response={200: GridState, frozenset({400, 404, 429, 503}): ErrorAnswer},
)
def check_paid_grid(request: HttpRequest, query: Query[PaidGridQuery]) -> Json:
    number, pk = _grid_and_prediction(query)
    subscriber = subscriber_with(request, query.access)
    prediction = Prediction.objects.of(subscriber.subject, f"grid:{number}").filter(pk=pk).first()
    if prediction is None:
        raise UNKNOWN_PREDICTION
    if prediction.is_live:
        return {**_progress(subscriber, number), "status": "processing"}
    subscriber.refresh_from_db()  # it may have ended between the two look-ups
    if subscriber.slots[number - 1] is None:
        return _failed(subscriber, number, prediction)
    return {
        **_progress(subscriber, number),
        "status": "completed",
        "gridUrl": pictures.absolute_url(request, subscriber.slots[number - 1]),
        "allComplete": subscriber.is_complete,
    }


@router.get(
    "get-paid-status",
    summary="Show how a paid blueprint stands",
    response={200: BlueprintStatus, frozenset({404, 429, 503}): ErrorAnswer},
)
def get_paid_status(request: HttpRequest, query: Query[AccessQuery]) -> Json:
    subscriber = subscriber_with(request, query.access)
    urls = [pictures.absolute_url(request, slot) if slot else None for slot in subscriber.slots]
    return {
        "success": True,
        "purchased": subscriber.paid_blueprint_purchased,
        "generated": subscriber.paid_blueprint_generated,
        "photoUrls": [url for url in urls if url],
        "grids": _grids(subscriber, urls),
        "progress": {
            "completed": subscriber.filled,
            "total": scenes.GRIDS,
            "percentage": round(100 * subscriber.filled / scenes.GRIDS),
        },
        "missingGridNumbers": subscriber.missing_numbers,
        "hasSelfies": guards.has_selfies(subscriber),
        "hasFormData": subscriber.has_form_data,
        "canGenerate": guards.refusal(subscriber) is None,
    }


def _grids(subscriber: Subscriber, urls: list[str | None]) -> list[Json]:
    rows = Grid.objects.filter(shoot__subscriber=subscriber, shoot__kind=Shoot.Kind.PAID)
    predictions = {grid.number: grid.prediction for grid in rows.select_related("prediction")}
    return [
        {
            "gridNumber": number,
            "title": scenes.title(number),
            "status": "completed" if url else pictures.status_word(predictions.get(number)),
            "gridUrl": url,
            "predictionId": str(prediction.pk) if (prediction := predictions.get(number)) else None,
        }
        for number, url in enumerate(urls, start=1)
    ]


def _progress(subscriber: Subscriber, number: int) -> Json:
    return {"success": True, "gridNumber": number, "totalCompleted": subscriber.filled}


def _failed(subscriber: Subscriber, number: int, prediction: Prediction) -> Json:
    return {
        "success": False,
        "status": "failed",
        "gridNumber": number,
        "error": prediction.message or "This grid could not be made.",
        "code": prediction.failure or "internal_error",
        "retryable": guards.refusal(subscriber) is None,
    }


def _grid_and_prediction(query: PaidGridQuery) -> tuple[int, uuid.UUID]:
    try:
        return grid_number(query.grid_number), prediction_id(query.prediction_id)
    except NotAllowed as error:
        raise malformed(error.sentence) from error
