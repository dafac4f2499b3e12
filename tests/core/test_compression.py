"""Pages and JSON are sent compressed; streams and small answers as they are."""

import gzip

import brotli
import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from core.compression import compress_answers

PAGE = "<p>warm paper</p>" * 100


def answered(response: HttpResponseBase, accepts: str) -> HttpResponseBase:
    request: HttpRequest = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return compress_answers(lambda request: response)(request)


def test_brotli_is_preferred_and_gzip_the_other_choice() -> None:
    small = answered(HttpResponse(PAGE), "gzip, deflate, br")
    assert small.headers["Content-Encoding"] == "br"
    assert brotli.decompress(small.content).decode() == PAGE  # type: ignore[attr-defined]
    assert small.headers["Content-Length"] == str(len(small.content))  # type: ignore[attr-defined]
    other = answered(HttpResponse(PAGE), "gzip")
    assert gzip.decompress(other.content).decode() == PAGE  # type: ignore[attr-defined]
    assert "Accept-Encoding" in other.headers["Vary"]


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("short"),
        HttpResponse(PAGE, content_type="image/png"),
        HttpResponse(PAGE, headers={"Content-Encoding": "br"}),
    ],
)
def test_what_is_small_packed_or_no_text_stays(response: HttpResponse) -> None:
    before = response.content
    assert answered(response, "gzip, br").content == before  # type: ignore[attr-defined]


def test_a_stream_is_not_touched() -> None:
    stream = answered(StreamingHttpResponse(iter([PAGE.encode()])), "gzip, br")
    assert "Content-Encoding" not in stream.headers
    assert b"".join(stream) == PAGE.encode()  # type: ignore[arg-type]


def test_a_browser_that_accepts_nothing_gets_the_page() -> None:
    assert answered(HttpResponse(PAGE), "").content == PAGE.encode()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_pages_of_the_site_are_compressed() -> None:
    answer = Client().get("/accounts/login/", headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert b"Sign in" in brotli.decompress(answer.content)
