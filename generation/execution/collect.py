"""collecting: fetch what came out, check it, store it, and only then say that it is there."""

import json
import logging
import uuid
from functools import partial
from typing import Any

from django.conf import settings
from pydantic import ValidationError

from core.lease_renewal import renewed
from core.storage import STORAGE_ERRORS
from generation import providers, registry, retry_policy, transitions
from generation.execution.error_handling import on_stumble
from generation.jobs import release_connection
from generation.models import Asset, Attempt, Failure, Prediction
from generation.providers.base import Json, Output, Report, TransientError
from generation.storage import assets, downloads, images
from generation.storage.images import InvalidImage

log = logging.getLogger(__name__)


class Unusable(Exception):
    """What came out does not count. `failure` says in which way."""

    def __init__(self, failure: Failure, message: str):
        super().__init__(message)
        self.failure = failure
        self.message = message


def take_inline(attempt: Attempt, output: Output, report: Report | None = None) -> None:
    """The answer lies in memory and is collected at once by this very worker: data goes onto the attempt
    before. Dies the worker in between, an image is asked for again, or made again."""
    kept = {"data": output.data} if output.data is not None else {"inline": True}
    if not _can_be_kept(kept):
        message = "The engine's answer could not be read."
        transitions.fail(
            attempt=attempt, failure=Failure.OUTPUT_INVALID, message=message, transient=True, report=report
        )
        return
    prediction, attempt = transitions.answer_in_hand(attempt=attempt, output=kept, report=report)
    _collect(prediction, attempt, None if "data" in kept else output)


def _can_be_kept(data: Json) -> bool:
    """PostgreSQL's JSON holds neither NaN nor U+0000."""
    try:
        return "\\u0000" not in json.dumps(data, allow_nan=False)
    except ValueError:
        return False


def collect(prediction_id: uuid.UUID) -> None:
    try:
        prediction, attempt = transitions.begin_collecting(prediction_id=prediction_id)
    except transitions.NotOurs:
        return
    _collect(prediction, attempt, None)


def _collect(prediction: Prediction, attempt: Attempt, inline: Output | None) -> None:
    renew = partial(transitions.renew_collecting, attempt=attempt)
    with on_stumble(attempt), renewed(renew, every=retry_policy.RENEWAL):
        try:
            if prediction.asked.operation == "analyse":
                transitions.succeed(attempt=attempt, result=_checked(prediction, attempt.output))
            else:
                asset = _stored(prediction, attempt, inline)
                transitions.succeed(attempt=attempt, asset=asset)
        except Unusable as error:
            log.warning(
                "attempt %s: what came does not count: %s %s", attempt.pk, error, error.__cause__ or ""
            )
            transitions.fail(attempt=attempt, failure=error.failure, message=error.message, transient=True)
        except STORAGE_ERRORS as error:
            _wait_for_storage(attempt, error)


def _wait_for_storage(attempt: Attempt, error: Exception) -> None:
    """Neither a new call nor a person helps here, only time; and that is bounded."""
    log.warning("attempt %s: storage or download failed: %s", attempt.pk, error)
    message = "The picture was made but could not be stored."
    if not providers.get(attempt.provider).remembers:  # its bytes are gone, and cost nothing
        transitions.wait_for_storage(attempt=attempt, message=message)
    elif attempt.stumbles < retry_policy.COLLECT_TRIES:
        transitions.stumble(attempt=attempt, message=f"{type(error).__name__}: {error}")
    else:
        transitions.fail(attempt=attempt, failure=Failure.STORAGE_ERROR, message=message)


def _checked(prediction: Prediction, output: Any) -> Json:
    """The analysis, in the shape its kind asks for."""
    shape = registry.answer(prediction.kind)
    if shape is None:
        return output["data"]
    try:
        return shape.model_validate(output["data"]).model_dump(mode="json")
    except (ValidationError, KeyError, TypeError) as error:
        log.warning("prediction %s: the answer does not fit: %s", prediction.pk, error)
        raise Unusable(Failure.OUTPUT_INVALID, "The engine's answer could not be read.") from error


def _stored(prediction: Prediction, attempt: Attempt, inline: Output | None) -> Asset:
    output = attempt.output or {}
    if "asset" in output:
        return Asset.objects.get(pk=output["asset"])  # stored by an earlier try
    release_connection()
    with images.IN_HAND:
        image, svg = _image(attempt, output, inline)
        _look_at(prediction, attempt, image)
        release_connection()
        try:
            asset = assets.store(
                account=prediction.account, data=image, svg=svg,
                traced=svg is None and prediction.asked.vector, stem=prediction.stem, keep=False,
            )  # fmt: skip
        except InvalidImage as error:
            raise Unusable(Failure.OUTPUT_INVALID, "The engine's picture could not be read.") from error
    transitions.record_stored(attempt=attempt, asset=asset)
    return asset


def _look_at(prediction: Prediction, attempt: Attempt, image: bytes) -> None:
    """Raises Unusable for a picture that the product does not want shown. One of each prediction at most, so
    that a look that errs costs one call; the next is taken as it comes. Not where an end was asked for, since
    what arrives then is kept; nor of an engine that would make the very same again."""
    look = registry.look(prediction.kind)
    again = providers.get(attempt.provider).remembers and not prediction.cancel_requested_at
    rejected = prediction.attempts.filter(failure=Failure.PICTURE_REJECTED)
    if look is None or not again or not settings.PICTURE_LOOK or rejected.exists():
        return
    release_connection()
    with images.A_CORE:
        problem = look(image, prediction.asked)
    if problem:
        log.warning("prediction %s: its picture is made again: %s", prediction.pk, problem)
        raise Unusable(Failure.PICTURE_REJECTED, problem)


def _image(attempt: Attempt, output: Json, inline: Output | None) -> tuple[bytes, str | None]:
    if inline is None and "inline" in output:
        inline = _asked_again(attempt)
    if inline is not None and inline.image is not None:
        return inline.image, inline.svg
    address = inline.image_url if inline is not None else output.get("image_url")
    if not address:
        raise Unusable(Failure.OUTPUT_INVALID, "The engine answered without a picture.")
    try:
        return downloads.fetch(address), None
    except downloads.Gone as error:
        raise Unusable(Failure.OUTPUT_EXPIRED, "The picture was gone before it could be stored.") from error
    except downloads.Truncated as error:
        if transitions.note_truncated(attempt=attempt) < retry_policy.TRUNCATED_TRIES:
            raise
        raise Unusable(Failure.OUTPUT_INVALID, "The engine's picture was not whole.") from error
    except downloads.Refused as error:
        raise Unusable(Failure.OUTPUT_INVALID, "The engine's picture could not be taken.") from error


def _asked_again(attempt: Attempt) -> Output:
    """The bytes died with a worker: a provider that remembers is asked for them again."""
    provider = providers.get(attempt.provider)
    if not provider.remembers or attempt.external_id is None:
        raise Unusable(Failure.OUTPUT_EXPIRED, "The picture was lost before it was stored.")
    try:
        report = provider.fetch(attempt.external_id)
    except TransientError as error:
        raise ConnectionError(error.message) from error  # a stumble: collected later
    if report.output is None:
        raise Unusable(Failure.OUTPUT_EXPIRED, "The picture was gone before it could be stored.")
    return report.output
