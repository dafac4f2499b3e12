"""Addresses of grid pictures, and the word for the state of a grid."""

from django.http import HttpRequest

from generation.models import Asset, Prediction
from generation.storage import assets, media

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
    """A URL of a slot's picture that works without a cookie; what was taken over, as it is."""
    asset_id = assets.id_of_key(entry) if entry else None
    if entry is None or asset_id is None:
        return entry
    return media.lasting_address(request, Asset(pk=asset_id))
