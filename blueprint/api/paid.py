"""The JSON API of the paid blueprint. Every call answers at once, whatever the provider does.

The access token is the credential, so no CSRF token is asked for. An error is
`{"success": false, "status": "failed", "error", "code", "retryable"}` with the fitting status.
"""

import json
import re
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from blueprint import scenes
from blueprint.models import Grid, Shoot, Subscriber
from blueprint.presenters import pictures
from blueprint.services import grids, guards
from blueprint.services.guards import Refused
from generation.models import Prediction

Json = dict[str, Any]
View = Callable[[HttpRequest], JsonResponse]

INVALID_REQUEST = Refused("invalid_request", 400, "A parameter is missing or malformed.")
INVALID_NUMBER = Refused("invalid_grid_number", 400, f"The grid number must be from 1 to {scenes.GRIDS}.")
NOTHING_HERE = Refused("not_found", 404, "There is nothing at this address.")
UNKNOWN_PREDICTION = Refused("unknown_prediction", 404, "There is no such prediction for this grid.")


def route(method: str) -> Callable[[Callable[[HttpRequest], Json]], View]:
    """Answers JSON that nobody caches, and says refusals in the one form they have: of another method,
    too."""

    def decorated(view: Callable[[HttpRequest], Json]) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest) -> JsonResponse:
            try:
                if request.method != method:
                    raise Refused("method_not_allowed", 405, f"Ask this address with {method}.")
                response = JsonResponse(view(request))
            except Refused as refused:
                response = _refused(refused)
                if refused.status == 405:
                    response["Allow"] = method
            response["Cache-Control"] = "no-store"
            return response

        return answer

    return decorated


def _refused(refused: Refused) -> JsonResponse:
    return JsonResponse(refusal(refused), status=refused.status)


def refusal(refused: Refused) -> Json:
    return {
        "success": False,
        "status": "failed",
        "error": refused.sentence,
        "code": refused.code,
        "retryable": refused.status == 503,
    }


# --- routes --------------------------------------------------------------------------------------


@route("POST")
def generate_paid(request: HttpRequest) -> Json:
    body = body_of(request)
    subscriber = subscriber_with(request, body.get("accessToken"))
    number = grid_number(body.get("gridNumber"))
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


@route("GET")
def check_paid_grid(request: HttpRequest) -> Json:
    number, prediction_id = _asked_about(request)
    subscriber = subscriber_with(request, request.GET.get("access"))
    prediction = Prediction.objects.of(subscriber.subject, f"grid:{number}").filter(pk=prediction_id).first()
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


@route("GET")
def get_paid_status(request: HttpRequest) -> Json:
    subscriber = subscriber_with(request, request.GET.get("access"))
    urls = [pictures.absolute_url(request, slot) if slot else None for slot in subscriber.slots]
    stands_in_the_way = guards.refusal(subscriber)
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
        "canGenerate": stands_in_the_way is None,
    }


@csrf_exempt
def nothing_here(request: HttpRequest, **path: str) -> JsonResponse:
    return _refused(NOTHING_HERE)


# --- their parts -----------------------------------------------------------------------------------


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


def _asked_about(request: HttpRequest) -> tuple[int, uuid.UUID]:
    try:
        number = grid_number(request.GET.get("gridNumber"))
        return number, uuid.UUID(request.GET.get("predictionId", ""))
    except (Refused, ValueError) as error:
        raise INVALID_REQUEST from error


def body_of(request: HttpRequest) -> Json:
    """The JSON object that was posted. Raises Refused."""
    try:
        body = json.loads(request.body or b"{}")
        json.dumps(body, ensure_ascii=False).encode()  # JSON can say half a character, nobody can keep it
    except (ValueError, RecursionError, RequestDataTooBig) as error:
        raise INVALID_REQUEST from error
    if not isinstance(body, dict):
        raise INVALID_REQUEST
    return body


def subscriber_with(request: HttpRequest, access: object) -> Subscriber:
    """Whose token came along: as a parameter, else as a bearer token. Raises Refused."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = access or (bearer.strip() if scheme.lower() == "bearer" else "")
    subscriber = Subscriber.objects.with_access(token) if isinstance(token, str) else None
    if subscriber is None:
        raise guards.UNKNOWN_ACCESS
    return subscriber


def grid_number(value: object) -> int:
    """1 to 30, as a number or in digits. Raises Refused."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 1 <= int(text) <= scenes.GRIDS:
        raise INVALID_NUMBER
    return int(text)
