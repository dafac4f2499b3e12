"""Bodies that come byte by byte hold a part of the threads, and never all."""

import io
import threading
from collections.abc import Callable, Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config import slow_uploads

pytestmark = pytest.mark.django_db
FIRST, SECOND = "198.51.100.7", "203.0.113.9"
LARGE = slow_uploads.SMALL + 1


class Slow(io.RawIOBase):
    """A body of which nothing comes until the test lets it."""

    def __init__(self) -> None:
        self.began, self.goes_on = threading.Event(), threading.Event()

    def read(self, size: int = -1) -> bytes:
        self.began.set()
        assert self.goes_on.wait(20)
        return b""


def post(address: str, body: io.RawIOBase, size: int) -> HttpRequest:
    request = RequestFactory().post("/techpacks/photos/", REMOTE_ADDR=address)
    request.META["CONTENT_LENGTH"] = str(size)
    request._stream = body  # type: ignore[attr-defined]
    return request


def view(request: HttpRequest) -> HttpResponse:
    request.read()
    return HttpResponse("read")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, int], None]]:
    """Begins an upload in a thread of its own, which waits."""
    monkeypatch.setattr(slow_uploads, "MOST", 3)
    monkeypatch.setattr(slow_uploads, "MOST_OF_A_NETWORK", 2)
    begun: list[tuple[Slow, threading.Thread]] = []

    def begin(address: str, size: int) -> None:
        body = Slow()
        thread = threading.Thread(target=slow_uploads.bound(view), args=[post(address, body, size)])
        begun.append((body, thread))
        thread.start()
        assert body.began.wait(20)

    yield begin
    for body, thread in begun:
        body.goes_on.set()
        thread.join()
    assert not slow_uploads._arriving, "every place is given back"


def answer(address: str, size: int = LARGE) -> int:
    return slow_uploads.bound(view)(post(address, io.BytesIO(), size)).status_code  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [10, LARGE])
def test_one_network_fills_its_part_and_another_is_served(
    slow: Callable[[str, int], None], size: int
) -> None:
    slow(FIRST, size)
    assert answer(FIRST) == 200
    slow(FIRST, size)
    assert answer(FIRST) == 429
    assert answer(SECOND) == 200
    assert answer(FIRST, size=0) == 200, "what has no body waits for none"


def test_many_networks_together_leave_threads_for_those_who_only_read(
    slow: Callable[[str, int], None],
) -> None:
    for number in range(3):
        slow(f"192.0.2.{number}", LARGE)
    assert answer(SECOND) == 429
    assert answer(SECOND, size=0) == 200


def test_what_takes_long_after_a_short_body_holds_no_place(slow: Callable[[str, int], None]) -> None:
    def waits(request: HttpRequest) -> HttpResponse:
        assert not slow_uploads._arriving
        return HttpResponse(request.body)

    request = RequestFactory().post("/api/", b'{"name": "Tee"}', "application/json", REMOTE_ADDR=FIRST)
    assert slow_uploads.bound(waits)(request).content == b'{"name": "Tee"}'
