"""Read a prediction of the API as a `Report`.

Payloads are looser than the vendor's description (`output` missing while it starts, a status nobody
foresaw, images as data URLs), so everything is read as if it might not be there.
"""

import base64
import binascii
import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from generation.providers.base import Json, Output, Report, State

from .models import PROFILES, Unreadable

# Words by which models and their hosts refuse; E005 is Replicate's own number for it.
REFUSALS = (
    "e005", "flagged", "sensitive", "safety", "nsfw", "prohibited", "content policy", "content filter",
    "content moderation", "moderation", "not allowed by", "violat", "inappropriate", "explicit content",
    "cannot help with", "can't help with", "unable to help with", "refused to", "refusal", "blocked by",
)  # fmt: skip
# Words by which a model says that the image itself is of no use: another attempt costs and cannot help.
UNUSABLE = (
    "cannot identify image",
    "unsupported image",
    "invalid image",
    "unable to download",
    "could not fetch",
)

REFUSED = "The engine refused this picture or its description. Another photo may be accepted."
BAD_IMAGE = "The engine could not read one of the photos."
BROKE = "The engine stopped halfway. It was tried again where that could help."
ENDED = "The engine ended the work before it was done."
TOO_LONG = "The engine took too long."


def report(body: Json) -> Report:
    """Where the prediction stands. Only an end counts: a `processing` may carry half an output.

    What was made and is of no use, and what failed while it ran, is on record with its cost, too."""
    read = ENDS.get(str(body.get("status")))
    if read is None:
        return Report("running")
    return replace(read(body), predict_seconds=seconds(body), cost_usd=cost(body))


def refuses(text: str) -> bool:
    return any(word in text.lower() for word in REFUSALS)


def _answered(body: Json) -> Report:
    output = body.get("output")
    if output is None and body.get("data_removed"):
        return _passing("output_expired", "The result was gone before it could be stored.")
    try:
        return Report("answered", output=_output(body, output))
    except (Unreadable, binascii.Error) as error:
        return _passing("output_invalid", f"The engine's answer could not be read. {error}")


def _passing(failure: str, message: str) -> Report:
    """Another attempt may help."""
    return Report("failed", failure=failure, message=message, transient=True)


def _output(body: Json, output: Any) -> Output:
    profile = PROFILES.get(str(body.get("model")))
    if profile is None or profile.renders:
        return _picture(output)
    data = profile.data(output)
    if "engine" in data:  # a model does not know what it is called; the page says who has looked
        data["engine"] = f"{body['model']} on Replicate"
    return Output(data=data)


def _picture(output: Any) -> Output:
    """One address, or the first of a list; a data URL is the picture itself."""
    address = output[0] if isinstance(output, list) and output else output
    if not isinstance(address, str) or not address:
        raise Unreadable("There was no picture in it.")
    if address.startswith("data:"):
        return Output(image=base64.b64decode(address.partition(",")[2], validate=True))
    return Output(image_url=address)


def _failed(body: Json) -> Report:
    """Refusals and unusable images are final; of anything else nobody knows, and another try may help."""
    error = body.get("error")
    text = error if isinstance(error, str) else str(error or "")
    if refuses(text):
        return Report("failed", failure="content_refused", message=REFUSED)
    if any(word in text.lower() for word in UNUSABLE):
        return Report("failed", failure="invalid_input", message=BAD_IMAGE)
    return _passing("provider_error", BROKE)


def _aborted(body: Json) -> Report:
    """Its deadline came before a machine did: never started, not charged."""
    return _passing("provider_error", ENDED)


def _canceled(body: Json) -> Report:
    """By us, by somebody at the vendor's site, or by the deadline, which is a time-out."""
    deadline, end = _moment(body.get("deadline")), _moment(body.get("completed_at"))
    if deadline and end and end >= deadline - dt.timedelta(seconds=1):
        return _passing("timed_out", TOO_LONG)
    return Report("canceled", message=ENDED)


ENDS: dict[str, Callable[[Json], Report]] = {
    "succeeded": _answered,
    "failed": _failed,
    "aborted": _aborted,
    "canceled": _canceled,
}


STATES: dict[str, State] = {
    "succeeded": "answered", "failed": "failed", "aborted": "failed", "canceled": "canceled",
}  # fmt: skip


def state(body: Json) -> State:
    """As in a report, but by the status alone: of a row in the listing the output may be gone."""
    return STATES.get(str(body.get("status")), "running")


def seconds(body: Json) -> float | None:
    return _number(_metrics(body).get("predict_time"))


def cost(body: Json) -> float | None:
    """US dollars by the price table, which holds estimates where the vendor counts tokens; 0 for what
    never began to run. What failed while it ran is counted in full: better too much than too little.
    None for a model without a price."""
    began = body.get("started_at") or seconds(body) is not None or body.get("status") == "succeeded"
    if body.get("status") == "aborted" or not began:
        return 0.0
    prices = settings.REPLICATE_PRICES.get(str(body.get("model")))
    if not prices:
        return None
    asked = body.get("input")
    resolution = asked.get("resolution") if isinstance(asked, dict) else None
    by_tokens = _by_tokens(prices, _metrics(body))
    if by_tokens is not None:
        return by_tokens
    return prices.get(str(resolution)) or prices.get("call") or max(prices.values())


def _by_tokens(prices: dict[str, float], metrics: Json) -> float | None:
    counts = {kind: _number(metrics.get(f"{kind}_count")) for kind in ("input_token", "output_token")}
    if any(count is None or kind not in prices for kind, count in counts.items()):
        return None
    return sum(prices[kind] * (count or 0) for kind, count in counts.items())


def is_forgotten(body: Json) -> bool:
    """What it was asked has been removed, an hour after the end; all that we ask says something."""
    return bool(body.get("data_removed")) or not body.get("input")


def made_for(body: Json) -> uuid.UUID | None:
    """The attempt in the address that is told its end, where that is shown."""
    query = parse_qs(urlsplit(str(body.get("webhook") or "")).query)
    try:
        return uuid.UUID(query.get("attempt", [""])[0])
    except ValueError:
        return None


def moment(body: Json) -> dt.datetime | None:
    """When it was made."""
    return _moment(body.get("created_at"))


def _moment(value: Any) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _metrics(body: Json) -> Json:
    metrics = body.get("metrics")
    return metrics if isinstance(metrics, dict) else {}


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
