"""Compress pages and JSON answers, with Brotli where the browser knows it, else with gzip.

Streamed answers (files, archives) pass untouched. Secrets in a page are safe from BREACH: Django masks
the CSRF token anew in every answer.
"""

import gzip
import re
from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

LEAST_BYTES = 512
COMPRESSED = re.compile(r"text/|application/(json|problem\+json|javascript)|image/svg")
QUALITY = 4  # of 11: a page in about a millisecond


def compress_answers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Middleware: see the module."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponse) and _is_worth_it(response):
            _compress(request, response)
        return response

    return middleware


def _is_worth_it(response: HttpResponse) -> bool:
    return (
        not response.has_header("Content-Encoding")
        and len(response.content) >= LEAST_BYTES
        and bool(COMPRESSED.match(response.headers.get("Content-Type", "")))
    )


def _compress(request: HttpRequest, response: HttpResponse) -> None:
    patch_vary_headers(response, ("Accept-Encoding",))
    accepted = request.headers.get("Accept-Encoding", "")
    if "br" in {part.split(";")[0].strip() for part in accepted.split(",")}:
        response.content = brotli.compress(response.content, quality=QUALITY)
        response.headers["Content-Encoding"] = "br"
    elif "gzip" in accepted:
        response.content = gzip.compress(response.content, compresslevel=QUALITY)
        response.headers["Content-Encoding"] = "gzip"
    else:
        return
    response.headers["Content-Length"] = str(len(response.content))
    etag = response.headers.get("ETag", "")
    if etag.startswith('"'):
        response.headers["ETag"] = f"W/{etag}"  # the same answer in another coding
