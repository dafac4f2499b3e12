"""The API put together: who may call, and one form for everything that is refused."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core import signals
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import URLPattern, URLResolver
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from techpack.api import errors, openapi, validation_messages
from techpack.api.authentication import Bearer, Session
from techpack.api.errors import Refused
from techpack.api.idempotent_post import as_json
from techpack.api.routes import (
    annotations,
    edits,
    products,
    steps,
    takes,
    values,
)

log = logging.getLogger(__name__)

ABOUT = """Photos of a product become a factory-ready tech pack: make a product, add its photos, and post the
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


class Api(NinjaAPI):
    """`also` are paths of others, written by hand, that join the document."""

    def __init__(self, *, also: dict[str, Any]):
        super().__init__(
            title="Selvedge", version="2", description=ABOUT, docs_url=None, urls_namespace="api",
            auth=[Bearer(), Session()],
        )  # fmt: skip
        self.also = also
        for part in (products, steps, edits, values, annotations, takes):
            self.add_router("tech-pack-v2/", part.router)

    def get_openapi_schema(self, **more: Any) -> Any:
        document = super().get_openapi_schema(**more)
        document["paths"] = openapi.in_camel_case(document["paths"]) | self.also
        return document

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        refused = _refused(exc)
        if refused is None:
            refused = _broken(request, exc)
        return as_json(refused.status, refused.body, refused.headers)

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        """A wrong method is refused in the same form."""
        urls = super()._get_urls()
        for pattern in urls:
            if isinstance(pattern, URLPattern):
                pattern.callback = _in_our_words(pattern.callback)
        return urls


def _unreadable(error: Any) -> Refused:
    return errors.invalid("The request cannot be read.")


KINDS: tuple[tuple[type[Exception], Callable[[Any], Refused]], ...] = (  # the more particular first
    (AuthenticationError, lambda error: errors.unauthorized()),
    (Http404, lambda error: errors.not_found()),
    (ValidationError, lambda error: errors.invalid(validation_messages.of(error.errors))),
    (HttpError, lambda error: errors.invalid("The body is no JSON that can be read.")),
    (RequestDataTooBig, lambda error: Refused(413, "too_large", "This is more than a call may carry.")),
    (SuspiciousOperation, _unreadable),
    (MultiPartParserError, _unreadable),
)


def _refused(error: Exception) -> Refused | None:
    """What it says to the caller; None for a fault of our own."""
    say = next((say for kind, say in KINDS if isinstance(error, kind)), None)
    return say(error) if say is not None else errors.of(error)


def _broken(request: HttpRequest, error: Exception) -> Refused:
    log.error("%s %s", request.method, request.path, exc_info=error)
    signals.got_request_exception.send(sender=Api, request=request)
    return Refused(500, "internal_error", "Something failed here. Nothing is lost; try again in a moment.")


def _in_our_words(view: Callable[..., Any]) -> Callable[..., Any]:
    """HEAD is answered like GET (servers leave the body out), and a wrong method in our form."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        response = view(request, *args, **kwargs)
        request.method = asked
        if response.status_code != 405:
            return response
        allowed = response.headers["Allow"].replace("GET", "GET, HEAD")
        sentence = f"{request.method} is not possible here, only {allowed}."
        refused = Refused(405, "method_not_allowed", sentence, headers={"Allow": allowed})
        return as_json(refused.status, refused.body, refused.headers)

    return inner


@csrf_exempt
def nothing_here(request: HttpRequest, **path: str) -> HttpResponse:
    refused = errors.not_found()
    return as_json(refused.status, refused.body)
