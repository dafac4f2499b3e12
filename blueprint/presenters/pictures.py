"""Where a grid's picture can be seen, and the word for how it stands."""

import time

from django.http import HttpRequest

from generation.models import Asset, Prediction
from generation.storage import assets, media

DAY = 24 * 3600

WORDS = {
    Prediction.Status.QUEUED: "queued",
    Prediction.Status.SUBMITTING: "generating",
    Prediction.Status.RUNNING: "generating",
    Prediction.Status.COLLECTING: "storing",
    Prediction.Status.SUCCEEDED: "storing",
    Prediction.Status.FAILED: "failed",
    Prediction.Status.CANCELED: "empty",
}


def status_word(prediction: Prediction | None) -> str:
    """Of a grid that has no picture: "empty", "queued", "generating", "storing" or "failed"."""
    return WORDS[Prediction.Status(prediction.status)] if prediction is not None else "empty"


def absolute_url(request: HttpRequest, entry: str | None) -> str | None:
    """A URL of a slot's picture that works without a cookie: what was taken over as it is, ours
    signed until the end of tomorrow (so that it stays the same from one poll to the next)."""
    asset_id = assets.id_of_key(entry) if entry else None
    if entry is None or asset_id is None:
        return entry
    now = int(time.time())
    seconds = DAY - now % DAY + DAY
    return request.build_absolute_uri(media.signed_address(Asset(pk=asset_id), "original", seconds=seconds))
