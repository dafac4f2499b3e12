"""Identify the caller and the grid: the checks that come before everything else."""

import re
import uuid

from django.http import HttpRequest

from blueprint import scenes
from blueprint.models import Subscriber
from blueprint.services import guards
from blueprint.services.guards import NotAllowed


def malformed(sentence: str) -> NotAllowed:
    return NotAllowed("invalid_request", 400, sentence)


INVALID_REQUEST = malformed("The call is malformed. Send a JSON object.")
NO_PREDICTION_ID = malformed("predictionId is missing: send the one you were given.")
NOT_A_PREDICTION_ID = malformed("predictionId is malformed: send the one you were given.")
INVALID_NUMBER = NotAllowed("invalid_grid_number", 400, f"The grid number must be from 1 to {scenes.GRIDS}.")
UNKNOWN_PREDICTION = NotAllowed("unknown_prediction", 404, "There is no such prediction for this grid.")


def subscriber_with(request: HttpRequest, access: object) -> Subscriber:
    """Return the subscriber of the token given as a parameter, else as a bearer token.

    Raises NotAllowed.
    """
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = access or (bearer.strip() if scheme.lower() == "bearer" else "")
    subscriber = Subscriber.objects.with_access(token) if isinstance(token, str) else None
    if subscriber is None:
        raise guards.UNKNOWN_ACCESS
    return subscriber


def grid_number(value: object) -> int:
    """Read a grid number from 1 to 30, given as a number or in digits. Raises NotAllowed."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 1 <= int(text) <= scenes.GRIDS:
        raise INVALID_NUMBER
    return int(text)


def prediction_id(value: object) -> uuid.UUID:
    """Read a prediction's id. Raises NotAllowed."""
    if not value:
        raise NO_PREDICTION_ID
    try:
        return uuid.UUID(str(value))
    except ValueError as error:
        raise NOT_A_PREDICTION_ID from error
