"""The protocol between the engine and a provider.

A provider is anything that can *analyse* (images and a prompt become JSON that validates
against a schema) or *render* (images and a prompt become one image). Its own types and
statuses never leave its module: what crosses this border is defined here and nowhere else.

The order of calls for one attempt is `prepare`, `submit`, then `fetch` until it ends;
`find` and `cancel` when something went wrong. Only `submit` may cost money.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, model_validator

Json = dict[str, Any]
State = Literal["running", "answered", "failed", "canceled"]


class ImageRef(BaseModel):
    """One image that a request shows to the provider, and what it is: an asset of ours, or a picture at
    an address elsewhere, which is taken over before the call is prepared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    asset_id: uuid.UUID | None = None
    url: str = ""
    role: str = "photo"  # photo, drawing, reference, selfie; a view ("front") where it has one

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.asset_id is None) == (not self.url):
            raise ValueError("either asset_id or url")
        return self


class Request(BaseModel):
    """What is asked of a provider, in nobody's dialect. Stored on the prediction.

    `purpose` names the step ("category", "base_view", ...): the local engine picks its
    operation by it, a cloud engine its model. `parameters` are facts of the step, not model
    options. `output_schema` is JSON Schema, for `analyse` only. `vector` asks for an SVG
    beside the image. `problem` is set for the engine's second attempt at an analysis: what was wrong
    with the first answer, and that answer; it is never stored.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    operation: Literal["analyse", "render"]
    purpose: str
    prompt: str = ""
    images: tuple[ImageRef, ...] = ()
    parameters: Json = {}
    output_schema: Json | None = None
    aspect_ratio: str = "1:1"
    resolution: Literal["1K", "2K", "4K"] = "2K"
    vector: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Image:
    """An image as a provider gets to see it. `read` opens storage; `address` is a URL the
    provider can fetch, or None where nothing outside can reach us."""

    asset_id: uuid.UUID
    role: str
    sha256: str
    content_type: str
    size: int
    width: int
    height: int
    read: Callable[[], bytes]
    address: Callable[[], str | None] = lambda: None


@dataclass(frozen=True)
class Payload:
    """The call exactly as it goes out: stored before it is sent, and searched for afterwards."""

    model: str
    body: Json

    @property
    def hash(self) -> str:
        """Hex SHA-256 over model and body in canonical JSON."""
        canonical = json.dumps([self.model, self.body], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Output:
    """What came out: `data` from analyse; from render `image` bytes or the `image_url` they can
    be fetched from, with `svg` beside them when the engine draws vectors itself."""

    data: Json | None = None
    image: bytes | None = None
    image_url: str | None = None
    svg: str | None = None


@dataclass(frozen=True)
class Handle:
    """Accepted; to be asked for later under this id."""

    external_id: str


@dataclass(frozen=True)
class Report:
    """Where a call stands. `failure` is one of `generation.models.Failure` when it failed,
    `transient` whether another attempt may help. Seconds and cost are None while unknown."""

    state: State
    output: Output | None = None
    failure: str = ""
    message: str = ""
    transient: bool = False
    predict_seconds: float | None = None
    cost_usd: float | None = None


@dataclass(frozen=True)
class Found:
    """A call the provider remembers: a candidate for adoption. `named`: it says itself which attempt it was
    made for; `forgotten`: what it was asked is gone, so that without being named it may be anybody's."""

    external_id: str
    created_at: dt.datetime
    named: bool = False
    forgotten: bool = False
    cost: float | None = None


@dataclass(frozen=True)
class Listed:
    """A call in the provider's own list: what the bill will say. `cost` in US dollars, None while unknown."""

    external_id: str
    model: str
    created_at: dt.datetime
    state: State
    cost: float | None


@dataclass(frozen=True)
class Limits:
    """What a provider may be asked at most; kept for all workers together in PostgreSQL."""

    in_flight: int
    in_flight_per_account: int
    per_second: float | None = None


class ProviderError(Exception):
    """A call did not work. `failure` is a `generation.models.Failure` value; `message` a
    sentence that may be shown to a designer."""

    def __init__(self, failure: str, message: str, *, retry_after: float | None = None):
        super().__init__(message)
        self.failure = failure
        self.message = message
        self.retry_after = retry_after  # seconds, when the provider named them


class TransientError(ProviderError):
    """The call was certainly not accepted, and the same call may work later."""


class StorageAwayError(TransientError):
    """Our own storage does not answer, so the call cannot be prepared. Nothing was sent: it waits,
    and no attempt is counted."""

    def __init__(self) -> None:
        super().__init__("storage_error", "Our storage does not answer. This waits until it does.")


class PermanentError(ProviderError):
    """The call was certainly not accepted, and the same call will never work."""


class AmbiguousError(ProviderError):
    """Nobody knows whether the call was accepted (cut connection, time-out, 5xx): it is never
    simply sent again; the attempt stays claimed and is searched for with `find`."""


type MaySend = Callable[[], bool]


def always() -> bool:
    return True


class Provider(Protocol):
    """One engine.

    name: the slug kept with every attempt ("local", "replicate").
    label: what pages call it ("local engine").
    soonest_check: seconds after acceptance before which asking for the answer is useless.
    answer_timeout: seconds after acceptance at which a call counts as timed out.
    remembers: whether calls leave a trace outside us; False means a call that was lost may
        simply be made again, for nobody was paid.
    draws_unseen_views: whether `render` may be asked for a view nobody photographed.
    draws_from_specification: whether a flat drawn from measures is its drawing; it draws none itself.
    writes: whether an edit may be asked for a text; False of an engine that only computes.
    repeats: the version under which the same request gives the same answer, words or not, as
        `Attempt.model` has it; empty of an engine whose answers differ.
    """

    name: str
    label: str
    soonest_check: float
    answer_timeout: float
    remembers: bool
    draws_unseen_views: bool
    draws_from_specification: bool
    writes: bool
    repeats: str
    limits: Limits

    def works_from(self, request: Request) -> Json:
        """What the answer follows from, beside the images that are not drawings of its own: for an engine
        that `repeats`, equal ones are equal answers. Reads the request only."""

    def prepare(self, request: Request, images: list[Image], attempt_id: uuid.UUID) -> Payload:
        """The call as it will be sent. May upload, may not cost. Raises ProviderError."""

    def submit(
        self, request: Request, images: list[Image], payload: Payload, *, may_send: MaySend = always
    ) -> Handle | Output:
        """Make the call. An engine that answers at once returns the output. `may_send` is asked right before
        anything that may cost is sent; when it says no, TransientError. Raises the three errors."""

    def fetch(self, external_id: str) -> Report:
        """Where an accepted call stands. Raises TransientError."""

    def find(self, payload: Payload, created_after: dt.datetime, attempt_id: uuid.UUID) -> list[Found]:
        """Calls of this model made since then, oldest first: those that name the attempt, those with this
        body, and those whose body is gone and that name no other. Raises TransientError."""

    def made_for(self, external_id: str) -> uuid.UUID | None:
        """The attempt that a call names, which not every list tells. Raises TransientError."""

    def recent(self, since: dt.datetime) -> Iterator[Listed]:
        """Every call made since then, whoever made it, newest first; nothing from an engine that does not
        remember. Raises TransientError, also halfway."""

    def cancel(self, external_id: str) -> None:
        """Ask for an end. Returns whether or not there was anything to end. Raises TransientError."""


__all__ = [
    "AmbiguousError", "Found", "Handle", "Image", "ImageRef", "Json", "Limits", "Listed", "MaySend", "Output",
    "Payload", "PermanentError", "Provider", "ProviderError", "Report", "Request", "State",
    "StorageAwayError", "TransientError", "always",
]  # fmt: skip
