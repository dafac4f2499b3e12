"""The blueprint routes put together, and the one form of their errors."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja.errors import HttpError, ValidationError

from blueprint.api import free, paid
from blueprint.api.access import INVALID_REQUEST
from blueprint.services.guards import NotAllowed
from core.api import InternalError, MethodNotAllowed, ProductApi, TooManyCalls, Unavailable

NOT_FOUND = NotAllowed("not_found", 404, "There is nothing at this address.")
TOO_LARGE = NotAllowed("too_large", 413, "This is more than a call may carry.")
INTERNAL_ERROR = NotAllowed(
    "internal_error", 500, "Something failed here. Nothing is lost; try again in a moment."
)
UNAVAILABLE = NotAllowed(
    "unavailable", 503, "The site is not available for a moment. Nothing is lost; try again."
)
TOO_MANY_CALLS = NotAllowed(
    "too_many_calls", 429, "Too many calls in a minute. Wait as long as Retry-After says."
)


OF_THE_SITE: dict[type[Exception], NotAllowed] = {
    InternalError: INTERNAL_ERROR,
    Unavailable: UNAVAILABLE,
    TooManyCalls: TOO_MANY_CALLS,
}


def error_response(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return `{"success": false, "status": "failed", "error", "code", "retryable"}`; None for our errors.

    A client that knows only `completed` and `failed` stops polling on it.
    """
    refused = _not_allowed(error)
    if refused is None:
        return None
    response = JsonResponse(error_body(refused), status=refused.status, headers={"Cache-Control": "no-store"})
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = error.allowed
    return response


def error_body(refused: NotAllowed) -> dict[str, Any]:
    return {
        "success": False,
        "status": "failed",
        "error": refused.sentence,
        "code": refused.code,
        "retryable": refused.status in (429, 503),
    }


def _not_allowed(error: Exception) -> NotAllowed | None:
    match error:
        case NotAllowed():
            return error
        case RequestDataTooBig():
            return TOO_LARGE
        case HttpError() | ValidationError() | SuspiciousOperation():
            return INVALID_REQUEST
        case Http404():
            return NOT_FOUND
        case MethodNotAllowed():
            return NotAllowed("method_not_allowed", 405, f"Use {error.allowed} for this address.")
    return next((said for kind, said in OF_THE_SITE.items() if isinstance(error, kind)), None)


blueprint_api = ProductApi("blueprint/", [paid.router, free.router], error_response, no_store=True)
