"""The API of Replicate over HTTP, through the `replicate` package (1.0.7), with its traps closed.

All of the package's typed methods end in `Client._request`; only that is used here, because

- `predictions.create` and `files.create` pass `timeout=None`: **no time-out at all**, for ever;
- a `Prediction` with `status: "aborted"`, without `version` or with an unforeseen `error` **fails
  its validation** - after the call was accepted and paid for;
- `ReplicateError` **loses the headers**, and with them the reset time of a 429;
- its `RetryTransport` sleeps through 429, 503 and 504 of a GET up to ten times, in our thread;
- paging follows the absolute address in `next`, and `FileOutput.read` any address at all, **with
  the API token**: here only paths below our own base address are asked for, and outputs are
  fetched by `generation.storage.downloads`, which knows no token.

Requests conform to the vendor's OpenAPI description.
"""

import datetime as dt
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from replicate.client import Client

from core import database_time
from generation.providers.base import Json, MaySend, always

CALL = 30.0  # seconds for one call, whatever happens on the way
TIMEOUT = httpx.Timeout(pool=2.0, connect=4.0, write=8.0, read=15.0)  # together below CALL
UPLOAD = httpx.Timeout(pool=2.0, connect=4.0, write=8.0, read=25.0)
MOST_BYTES = 16 * 1024 * 1024  # of one answer: a page of the listing with all its inputs
MOST_PAGES = 50
CLOCKS_AGREE = dt.timedelta(seconds=10)  # an answer says its time in whole seconds, and takes a while
PROMPT = 5.0  # seconds within which an answer tells what time it is there
FIRST_WAIT, LONGEST_WAIT = 0.5, 300.0
UNTOLD_WAIT = 10.0  # seconds after a 429 that does not say how long
RESET = re.compile(r"resets? in ~?\s*(\d+(?:\.\d+)?)\s*s", re.IGNORECASE)


# Asked before either: a process that is stopped between them has sent nothing that anybody accepts yet.
FIRST_BYTE = ("http11.send_request_headers.started", "http2.send_request_headers.started")
BODY = ("http11.send_request_body.started", "http2.send_request_body.started")


class Refused(Exception):
    """The API answered, and not with 2xx. `retry_after` in seconds, for 429 only."""

    def __init__(self, status: int, detail: str, retry_after: float | None = None):
        super().__init__(f"{status}: {detail[:300]}")
        self.status = status
        self.detail = detail
        self.retry_after = retry_after


class Unreachable(Exception):
    """The request was not sent."""


class Cut(Exception):
    """The request may have arrived; there is no whole answer to it."""


class Api:
    """One account at the API. Safe among threads. Every method raises Refused, Unreachable or Cut."""

    def __init__(self, *, token: str, base_url: str = "", cancel_after: float):
        self._cancel_after = f"{cancel_after:.0f}s"
        self._transport = Transport()
        self._client = Client(
            api_token=token,
            base_url=base_url or "https://api.replicate.com",
            timeout=TIMEOUT,
            transport=self._transport,
        )

    def create(self, model: str, values: Json, *, webhook: str = "", may_send: MaySend = always) -> Json:
        """Make a call, which may cost money. It ends by itself after `Cancel-After`. `may_send` is asked
        when the connection stands, right before the first byte, and once more before the body, without which
        nothing is accepted; Unreachable when it says no."""
        body: Json = {"input": values}
        if webhook:
            body |= {"webhook": webhook, "webhook_events_filter": ["completed"]}
        headers = {"Cancel-After": self._cancel_after}

        def watch(event: str, _: Json) -> None:
            if event in (*FIRST_BYTE, *BODY) and not may_send():
                raise Unreachable("too late to be sent")

        path, extensions = f"/v1/models/{model}/predictions", {"trace": watch}
        return self._json("POST", path, json=body, headers=headers, extensions=extensions)

    def get(self, prediction_id: str) -> Json:
        return self._json("GET", f"/v1/predictions/{_segment(prediction_id)}")

    def cancel(self, prediction_id: str) -> None:
        self._json("POST", f"/v1/predictions/{_segment(prediction_id)}/cancel")

    @property
    def clock_ahead(self) -> dt.timedelta:
        """By how much our database's clock is ahead of the API's, as of its last answer; nothing where it is
        as little as an answer may take."""
        ahead = dt.timedelta(seconds=self._transport.clock_ahead)
        return ahead if abs(ahead) > CLOCKS_AGREE else dt.timedelta()

    def made_since(self, moment: dt.datetime) -> Iterator[Json]:
        """Every call since that time by our database's clock, newest first, page after page. Raises Cut, too,
        when there are more pages than anybody should read.

        The API compares with its own clock. With ours a day ahead there would be nothing in its list, and
        a call whose answer was lost would be made, and paid for, again."""
        since = moment - self.clock_ahead
        page = self._listing({"created_after": _iso(since)})
        if moment - self.clock_ahead < since - CLOCKS_AGREE:  # its answer says what time it is there
            since = moment - self.clock_ahead
            page = self._listing({"created_after": _iso(since)})
        for _ in range(MOST_PAGES):
            yield from (row for row in page.get("results") or [] if isinstance(row, dict))
            if not page.get("next"):
                return
            # Of the address only what follows the question mark: our token goes to our host.
            more = dict(parse_qsl(urlsplit(str(page["next"])).query))
            page = self._listing({"created_after": _iso(since), **more})
        raise Cut("the listing does not end")

    def _listing(self, query: dict[str, str]) -> Json:
        return self._json("GET", "/v1/predictions", params=query)

    def upload(self, name: str, content_type: str, data: bytes) -> str:
        """Leave a file with them; the address a model can read it from."""
        files = {"content": (name, data, content_type)}
        file = self._json("POST", "/v1/files", files=files, timeout=UPLOAD)
        address = (file.get("urls") or {}).get("get")
        if not isinstance(address, str):
            raise Cut("an uploaded file without an address")
        return address

    def webhook_secret(self) -> str:
        return str(self._json("GET", "/v1/webhooks/default/secret").get("key") or "")

    def _json(self, method: str, path: str, **more: Any) -> Json:
        try:
            answer = self._client._request(method, path, **more).json()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        except (httpx.HTTPError, ValueError) as error:
            raise Cut(f"{type(error).__name__}: {error}") from error
        if not isinstance(answer, dict):
            raise Cut("an answer that is no object")
        return answer


def _iso(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Transport(httpx.HTTPTransport):
    """Below the package's own retries, which it keeps from happening: whatever is not 2xx is raised
    here, with its headers still known. The whole answer is read here too, against the clock and
    a size, for httpx bounds only the time between two pieces."""

    clock_ahead = 0.0  # seconds by which our database's clock is ahead of the API's, as of its last answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began = time.monotonic()
        end = began + CALL
        request.extensions.setdefault("timeout", TIMEOUT.as_dict())
        response = super().handle_request(request)
        self._compare_clocks(response.headers, began)
        try:
            body = _read(response, end)
        finally:
            response.close()
        if not 200 <= response.status_code < 300:
            raise refusal(response.status_code, response.headers, body)
        headers = [pair for pair in response.headers.multi_items() if pair[0] != "transfer-encoding"]
        return httpx.Response(response.status_code, headers=headers, stream=httpx.ByteStream(body))

    def _compare_clocks(self, headers: httpx.Headers, began: float) -> None:
        """By an answer that came at once: one that took long, or that found this process stopped, does not
        say when its time was true."""
        if time.monotonic() - began > PROMPT:
            return
        with suppress(ValueError, TypeError, KeyError):
            there = parsedate_to_datetime(headers["date"]).timestamp()
            self.clock_ahead = database_time.last_known().timestamp() - there


def refusal(status: int, headers: httpx.Headers, body: bytes) -> Refused:
    """What a problem document says; those of a gateway are HTML, and others are not complete."""
    text = body.decode(errors="replace")
    try:
        problem = httpx.Response(status, content=body).json()
    except ValueError:
        problem = None
    if isinstance(problem, dict):
        text = str(problem.get("detail") or problem.get("title") or "")
    return Refused(status, text.strip(), _wait(headers, text) if status == 429 else None)


def _wait(headers: httpx.Headers, detail: str) -> float:
    """Seconds until the limit resets: by the headers, else by the words, else a guess."""
    found = RESET.search(detail)
    told = (
        _seconds(headers.get("retry-after", "")),
        _seconds(headers.get("ratelimit-reset", "")),
        float(found[1]) if found else None,
    )
    wait = next((seconds for seconds in told if seconds is not None), UNTOLD_WAIT)
    return min(max(wait, FIRST_WAIT), LONGEST_WAIT)


def _seconds(value: str) -> float | None:
    """From a number of seconds, a time since 1970, or an HTTP date."""
    try:
        number = float(value)
        return number - time.time() if number > 1_000_000_000 else number
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(value).timestamp() - time.time()
    except ValueError:
        return None


def _read(response: httpx.Response, end: float) -> bytes:
    assert isinstance(response.stream, httpx.SyncByteStream)
    data = bytearray()
    for piece in response.stream:
        data += piece
        if len(data) > MOST_BYTES:
            raise httpx.ReadError("the answer is too large")
        if time.monotonic() > end:
            raise httpx.ReadTimeout("the answer does not end")
    return bytes(data)


def _segment(prediction_id: str) -> str:
    """An id is one segment of a path, whatever it says."""
    return re.sub(r"[^A-Za-z0-9_-]", "", prediction_id)
