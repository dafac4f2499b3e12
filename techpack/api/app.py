"""The tech pack routes put together, and the one form of their errors."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja.errors import AuthenticationError, HttpError, ValidationError

from core.api import InternalError, MethodNotAllowed, ProductApi, TooManyCalls, Unavailable
from techpack.api import errors, validation_messages
from techpack.api.error_codes import CODES
from techpack.api.errors import Refused
from techpack.api.idempotent_post import as_json
from techpack.api.routes import (
    annotations,
    edits,
    flat_marks,
    hand_over,
    library,
    measurements,
    products,
    samples,
    sheets,
    steps,
    takes,
    teams,
    values,
)

GUIDE = """Photos of a product become a factory-ready tech pack: make a product, add its photos, and post the
steps one after another. Then change what came, by hand or in words.

## Sign in

With a personal token, `Authorization: Bearer slv_...`: make one on the account page. Or with the site's
session, and Django's `X-CSRFToken` for what changes something.

## Answers

Success is `{"success": true, "data"}`, a refusal `{"success": false, "error", "code"}`: `error` is a sentence
for people, `code` is for programs. A refusal has changed nothing, and what was charged for work that failed
is given back by then.

## Waiting

A call waits for its result, a few minutes at most. With `Prefer: respond-async` it answers 202 at once, with
`Prefer: wait=10` after ten seconds: look at `statusUrl` until `isGenerating` is false there.

## Once only

A step that was made is answered as it is, uncharged, unless the body says `"again": true`. Any POST may carry
an `Idempotency-Key`: sent again within 24 hours it goes on with the same work, gets its end as soon as there
is one, and is never charged twice.

## Values

A `fieldPath` is the address of a value in the `analysisData` of a base view, or in the callouts and
measurements of a sketch: `colours.0.name`, `proportions.2.value`, `callouts.0.text`. `GET values` lists all
of them; `expected` guards against overwriting what somebody else has changed."""


CODES_TABLE = "\n".join(
    ["## Codes of errors", "", "| code | status | meaning |", "|---|---|---|"]
    + [f"| `{code}` | {status} | {meaning} |" for code, (status, meaning) in CODES.items()]
)
ABOUT = f"{GUIDE}\n\n{CODES_TABLE}\n"


def _unreadable(request: HttpRequest, error: Any) -> Refused:
    return errors.invalid("The request cannot be read.")


def _method_not_allowed(request: HttpRequest, error: MethodNotAllowed) -> Refused:
    allowed = error.allowed.replace("GET", "GET, HEAD")
    sentence = f"{request.method} is not possible here, only {allowed}."
    return Refused(405, "method_not_allowed", sentence, headers={"Allow": allowed})


def _internal_error(request: HttpRequest, error: Any) -> Refused:
    return Refused(500, "internal_error", "Something failed here. Nothing is lost; try again in a moment.")


def _unavailable(request: HttpRequest, error: Any) -> Refused:
    return Refused(503, "unavailable", "The site is not available for a moment. Nothing is lost; try again.")


KINDS: tuple[tuple[type[Exception], Callable[[HttpRequest, Any], Refused]], ...] = (
    # The more particular first.
    (AuthenticationError, lambda request, error: errors.unauthorized()),
    (Http404, lambda request, error: errors.not_found()),
    (MethodNotAllowed, _method_not_allowed),
    (InternalError, _internal_error),
    (Unavailable, _unavailable),
    (
        TooManyCalls,
        lambda request, error: Refused(
            429, "too_many_calls", "Too many calls in a minute. Wait, then go on."
        ),
    ),
    (ValidationError, lambda request, error: errors.invalid(validation_messages.of(error.errors))),
    (HttpError, lambda request, error: errors.invalid("The body is not valid JSON. Send one JSON object.")),
    (
        RequestDataTooBig,
        lambda request, error: Refused(413, "too_large", "This is more than a call may carry."),
    ),
    (SuspiciousOperation, _unreadable),
    (MultiPartParserError, _unreadable),
)


def error_response(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return `{"success": false, "error", "code"}` with the fitting status; None for an error of ours."""
    of_kind = next((refusal for kind, refusal in KINDS if isinstance(error, kind)), None)
    refused = of_kind(request, error) if of_kind is not None else errors.of(error)
    return as_json(refused.status, refused.body, refused.headers) if refused is not None else None


ROUTERS = [
    part.router
    for part in (
        products,
        measurements,
        flat_marks,
        hand_over,
        samples,
        sheets,
        library,
        steps,
        edits,
        values,
        annotations,
        takes,
        teams,
    )
]

techpack_api = ProductApi("tech-pack-v2/", ROUTERS, error_response)
