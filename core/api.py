"""One JSON API and one OpenAPI document, in which each product answers errors in its own form."""

import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core import signals
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router
from ninja.openapi.docs import Swagger
from ninja.parser import Parser
from pydantic.alias_generators import to_camel

from core.outages import database_is_away, is_outage, names_what_is_gone
from core.version_cache import Kept

log = logging.getLogger(__name__)

RETRY_AFTER = "5"  # seconds, while the database or our storage is away


class MethodNotAllowed(Exception):
    """The address exists, but not for this HTTP method. `allowed` is the value of the Allow header."""

    def __init__(self, allowed: str):
        super().__init__(allowed)
        self.allowed = allowed


class InternalError(Exception):
    """An error of ours, already logged and reported."""


class Unavailable(Exception):
    """The database or our storage is away: the same call works later."""


@dataclass(frozen=True)
class ProductApi:
    """The routes of one product below `/api/<prefix>` and the form of its errors.

    `error_response` gets a request and an exception and returns the response, or None when the
    exception is an error of ours.
    """

    prefix: str
    routers: Sequence[Router]
    error_response: Callable[[HttpRequest, Exception], HttpResponse | None]
    no_store: bool = False


class TooManyCalls(Exception):
    """More calls than an account or a network may make in a minute."""


class JsonParser(Parser):
    """Read JSON objects; refuse text that no database can store (half of a surrogate pair)."""

    def parse_body(self, request: HttpRequest) -> Any:
        body = json.loads(request.body or b"{}")
        json.dumps(body, ensure_ascii=False).encode()
        if not isinstance(body, dict):
            raise ValueError("The body is not a JSON object.")
        return body


class JsonApi(NinjaAPI):
    """The APIs of all products. The first product answers errors outside of any prefix."""

    def __init__(self, *products: ProductApi, description: str):
        super().__init__(
            title="Selvedge", version="2", description=description, docs_url="docs", docs=Swagger(),
            urls_namespace="api", parser=JsonParser(),
        )  # fmt: skip
        self.products = products
        self._documents: Kept[Any] = Kept(most=4)
        for product in products:
            for router in product.routers:
                self.add_router(product.prefix, router)

    def get_openapi_schema(self, **more: Any) -> Any:
        """The OpenAPI document, made once a process: that takes most of a second. Not to be changed."""
        return self._documents.get(repr(more), lambda: self._document(**more))

    def _document(self, **more: Any) -> Any:
        document = super().get_openapi_schema(**more)
        document["paths"] = _in_camel_case(document["paths"])
        return document

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        return self._error_response(request, exc)

    def not_found(self, request: HttpRequest, **path: str) -> HttpResponse:
        """A view for every address below `/api/` that no route has."""
        return self._error_response(request, Http404())

    def unavailable(self, request: HttpRequest) -> HttpResponse:
        response = self._product_of(request).error_response(request, Unavailable())
        assert response is not None
        response.headers["Retry-After"] = RETRY_AFTER
        return response

    def limited(self, request: HttpRequest, seconds: int) -> HttpResponse:
        response = self._product_of(request).error_response(request, TooManyCalls())
        assert response is not None
        response.headers["Retry-After"] = str(seconds)
        return response

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        urls = super()._get_urls()
        for pattern in urls:
            if isinstance(pattern, URLPattern):
                pattern.callback = self._with_head_and_405(pattern.callback)
        unknown = csrf_exempt(self.not_found)
        return [*urls, re_path(r"^[\s\S]*$", unknown)]  # `<path:...>` takes no line break

    def _with_head_and_405(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Answer HEAD like GET (servers leave the body out), and a wrong method in the product's form."""

        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            method = request.method
            if method == "HEAD":
                request.method = "GET"
            response = view(request, *args, **kwargs)
            request.method = method
            if response.status_code == 405:
                response = self._error_response(request, MethodNotAllowed(response.headers["Allow"]))
            if self._product_of(request).no_store:
                response.headers.setdefault("Cache-Control", "no-store")
            return response

        return inner

    def _product_of(self, request: HttpRequest) -> ProductApi:
        below = request.path.removeprefix("/api/")
        return next((one for one in self.products if below.startswith(one.prefix)), self.products[0])

    def _error_response(self, request: HttpRequest, error: Exception) -> HttpResponse:
        if database_is_away(error):
            log.error("%s %s: the database is away: %s", request.method, request.path, error)
            return self.unavailable(request)
        if names_what_is_gone(error):
            log.warning("%s %s: deleted meanwhile: %s", request.method, request.path, error)
            error = Http404()
        form = self._product_of(request).error_response
        response = form(request, error)
        if response is None:
            log.error("%s %s", request.method, request.path, exc_info=error)
            signals.got_request_exception.send(sender=JsonApi, request=request)
            response = self.unavailable(request) if is_outage(error) else form(request, InternalError())
        assert response is not None
        return response


def _in_camel_case(paths: dict[str, Any]) -> dict[str, Any]:
    """Name path parameters as bodies do: `{productId}`, not `{product_id}`."""
    for methods in paths.values():
        for told in methods.values():
            for one in told.get("parameters", ()):
                if one["in"] == "path":
                    one["name"] = to_camel(one["name"])
    return {
        re.sub(r"{(\w+)}", lambda name: f"{{{to_camel(name[1])}}}", path): there
        for path, there in paths.items()
    }
