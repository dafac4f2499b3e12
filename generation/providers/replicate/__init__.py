"""Replicate: the cloud engine. Nobody else in the project knows its words.

It has no idempotency key, so the payload is stored to the letter before it is sent (`Payload.body` is
the `input`), and a call nobody heard the end of is looked for in the listing: by the attempt's id in the
webhook's address, where that is told (it is not part of the input), else by model and input. Inputs vanish
an hour after the end: what is found later than that may be anybody's, and staff are asked.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Never

from django.conf import settings
from django.urls import reverse

from core.storage import STORAGE_ERRORS
from generation.providers.base import (
    AmbiguousError,
    Found,
    Handle,
    Image,
    Json,
    Limits,
    Listed,
    MaySend,
    Output,
    Payload,
    PermanentError,
    Report,
    Request,
    StorageAwayError,
    TransientError,
    always,
)

from . import reading
from .client import Api, Cut, Refused, Unreachable
from .inputs import Uploads, addresses
from .models import profile_for

SOONEST_WITH_WEBHOOKS = 2.5  # seconds after acceptance until a call is first asked for
ANSWER = 600.0  # seconds until a call counts as timed out
CANCEL_AFTER = 570.0  # a little earlier the provider ends it itself, and says so

UNREACHED = "The engine could not be reached."
UNCLEAR = "The connection to the engine broke."
NOT_OURS = {
    401: "The engine does not accept this site's key. Staff must look.",
    402: "This site's account with the engine has no credit left. Staff must look.",
    403: "The engine does not allow this site's key to do this. Staff must look.",
    404: "The engine does not know the model this site asks for. Staff must look.",
}
NOT_TAKEN = "The engine did not accept the request."
UNFIT = (400, 413, 415, 422)  # what is wrong is in the call, and would be again


@dataclass(frozen=True)
class Call(Payload):
    """A payload and where its end is to be told; of that nothing goes into the hash."""

    webhook: str = ""


class ReplicateProvider:
    name = "replicate"
    label = "Replicate"
    soonest_check = 1.0
    answer_timeout = ANSWER
    remembers = True
    draws_unseen_views = True
    draws_from_specification = False
    writes = True
    repeats = ""

    def __init__(self) -> None:
        if settings.PUBLIC_URL:  # webhooks tell of the end, and to ask is only the net below them
            self.soonest_check = max(self.soonest_check, SOONEST_WITH_WEBHOOKS)
        self.api = Api(
            token=settings.REPLICATE_API_TOKEN,
            base_url=settings.REPLICATE_BASE_URL,
            cancel_after=CANCEL_AFTER,
        )
        self._uploads = Uploads(self.api)
        self.limits = Limits(
            in_flight=settings.REPLICATE_IN_FLIGHT,
            in_flight_per_account=settings.REPLICATE_IN_FLIGHT_PER_ACCOUNT,
            per_second=settings.REPLICATE_CREATIONS_PER_SECOND,
        )

    def works_from(self, request: Request) -> Json:
        return request.parameters

    def prepare(self, request: Request, images: list[Image], attempt_id: uuid.UUID) -> Payload:
        """May upload photos; that costs nothing, so whatever goes wrong with it can be tried again."""
        profile = profile_for(request)
        try:
            shown = addresses(images[: profile.most_images], self._uploads)
        except Refused as error:
            _refuse(error)
        except (Unreachable, Cut) as error:
            raise TransientError("provider_error", UNREACHED) from error
        except STORAGE_ERRORS as error:
            raise StorageAwayError from error
        return Call(model=profile.name, body=profile.body(request, shown), webhook=webhook_for(attempt_id))

    def submit(
        self, request: Request, images: list[Image], payload: Payload, *, may_send: MaySend = always
    ) -> Handle | Output:
        try:
            webhook = payload.webhook if isinstance(payload, Call) else ""
            made = self.api.create(payload.model, payload.body, webhook=webhook, may_send=may_send)
        except Refused as error:
            if error.status >= 500 or error.status == 408:
                raise AmbiguousError("provider_error", f"{UNCLEAR} {error}") from error
            _refuse(error)
        except Unreachable as error:
            raise TransientError("provider_error", UNREACHED) from error
        except Cut as error:
            raise AmbiguousError("provider_error", f"{UNCLEAR} {error}") from error
        if not isinstance(made.get("id"), str) or not made["id"]:
            raise AmbiguousError("provider_error", "The engine's answer named no call.")
        return Handle(made["id"])

    def fetch(self, external_id: str) -> Report:
        try:
            return reading.report(self.api.get(external_id))
        except (Refused, Unreachable, Cut) as error:
            raise _later(error) from error

    def find(self, payload: Payload, created_after: dt.datetime, attempt_id: uuid.UUID) -> list[Found]:
        found = []
        for row, made in self._made_since(created_after):
            if row.get("model") != payload.model:
                continue
            named, forgotten = reading.made_for(row), reading.is_forgotten(row)
            if named == attempt_id or row.get("input") == payload.body or (forgotten and named is None):
                is_named = named == attempt_id
                found.append(Found(str(row["id"]), made, is_named, forgotten, reading.cost(row)))
        return found[::-1]

    def made_for(self, external_id: str) -> uuid.UUID | None:
        try:
            return reading.made_for(self.api.get(external_id))
        except (Refused, Unreachable, Cut) as error:
            raise _later(error) from error

    def recent(self, since: dt.datetime) -> Iterator[Listed]:
        for row, made in self._made_since(since):
            yield _listed(row, made)

    def _made_since(self, moment: dt.datetime) -> Iterator[tuple[Json, dt.datetime]]:
        """With the time by our database's clock, newest first. Raises TransientError."""
        try:
            for row in self.api.made_since(moment):
                there = reading.moment(row)
                made = there + self.api.clock_ahead if there else moment
                if made < moment:
                    return  # newest first: from here on all are older
                yield row, made
        except (Refused, Unreachable, Cut) as error:
            raise _later(error) from error

    def cancel(self, external_id: str) -> None:
        try:
            self.api.cancel(external_id)
        except Refused as error:
            if error.status not in (404, 409, 422):  # else there is nothing to end any more
                raise _later(error) from error
        except (Unreachable, Cut) as error:
            raise _later(error) from error

    # --- beyond the protocol

    def payload_of(self, external_id: str) -> Payload:
        """The call as the provider remembers it. Raises TransientError."""
        try:
            row = self.api.get(external_id)
        except (Refused, Unreachable, Cut) as error:
            raise _later(error) from error
        asked = row.get("input")
        return Payload(model=str(row.get("model")), body=asked if isinstance(asked, dict) else {})

    def listed(self, external_id: str) -> Listed:
        """The call as its list has it. Raises TransientError."""
        try:
            row = self.api.get(external_id)
        except (Refused, Unreachable, Cut) as error:
            raise _later(error) from error
        return _listed(row, reading.moment(row) or dt.datetime.now(dt.UTC))

    def webhook_secret(self) -> str:
        """Raises TransientError."""
        try:
            return self.api.webhook_secret()
        except (Refused, Unreachable, Cut) as error:
            raise _later(error) from error


def webhook_for(attempt_id: uuid.UUID) -> str:
    """Where the end of this attempt is told; "" when nobody outside can reach us."""
    if not settings.PUBLIC_URL:
        return ""
    return f"{settings.PUBLIC_URL}{reverse('replicate-webhook')}?attempt={attempt_id}"


def _refuse(error: Refused) -> Never:
    """A refusal that certainly accepted nothing, as transient or permanent."""
    if error.status == 429:
        raise TransientError("rate_limited", "The engine is busy.", retry_after=error.retry_after) from error
    if error.status >= 500 or error.status == 408:
        raise TransientError("provider_error", UNREACHED) from error
    if error.status in UNFIT:
        refused = reading.refuses(error.detail)
        failure, message = ("content_refused", reading.REFUSED) if refused else ("invalid_input", NOT_TAKEN)
        raise PermanentError(failure, message) from error
    raise PermanentError("provider_error", NOT_OURS.get(error.status, NOT_TAKEN)) from error


def _listed(row: Json, made: dt.datetime) -> Listed:
    state = reading.state(row)
    cost = None if state == "running" else reading.cost(row)
    return Listed(str(row.get("id")), str(row.get("model")), made, state, cost)


def _later(error: Exception) -> TransientError:
    """To ask costs nothing: whatever went wrong, it may be asked again."""
    wait = error.retry_after if isinstance(error, Refused) else None
    return TransientError("provider_error", f"{UNREACHED} {error}", retry_after=wait)


__all__ = ["Call", "ReplicateProvider", "webhook_for"]
