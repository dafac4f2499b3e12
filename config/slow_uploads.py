"""Bodies that come byte by byte: each holds one of the threads that answer requests for as long as its sender
likes. So only a part of them wait for bodies at once, and fewer for those of one network."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from accounts.rate_limits import network_of
from config.rate_limits import too_many

SMALL = 64 * 1024  # bytes: read whole before anything else, so that what takes long afterwards does not count
MOST = settings.WEB_THREADS * 3 // 4  # at once in a process; the rest answers whoever only reads
MOST_OF_A_NETWORK = settings.WEB_THREADS // 2
RETRY_AFTER = 5  # seconds

_arriving: Counter[str] = Counter()
_lock = threading.Lock()


def bound(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, before all that reads a body."""

    def middleware(request: HttpRequest) -> HttpResponse:
        size = _length(request)
        if not size:
            return get_response(request)
        with _place(network_of(request)) as is_free:
            if not is_free:
                return too_many(request, RETRY_AFTER)
            if size > min(SMALL, settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
                return get_response(request)
            try:
                request.body  # noqa: B018 - read, and kept by the request
            except UnreadablePostError:
                return HttpResponse(status=HTTPStatus.BAD_REQUEST)
        return get_response(request)

    return middleware


def _length(request: HttpRequest) -> int:
    """Bytes that are to come; one that does not say how many counts as large."""
    if request.headers.get("Transfer-Encoding"):
        return SMALL + 1
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() else 0


@contextmanager
def _place(network: str) -> Iterator[bool]:
    with _lock:
        is_free = _arriving.total() < MOST and _arriving[network] < MOST_OF_A_NETWORK
        _arriving[network] += is_free
    try:
        yield is_free
    finally:
        with _lock:
            _arriving[network] -= is_free
            if not _arriving[network]:
                del _arriving[network]
