"""The provider talking to the stand-in over HTTP: what it sends, what it reads, and which error is which."""

import datetime as dt
import socket
import time
import uuid
from typing import Any

import pytest

from core import database_time
from generation.providers.base import (
    AmbiguousError,
    Handle,
    Image,
    Payload,
    PermanentError,
    Report,
    Request,
    TransientError,
)
from generation.providers.replicate import ReplicateProvider, client
from tests.support.factories import asked, picture
from tests.support.replicate_server.running import StandIn


@pytest.fixture
def provider(stand_in: StandIn, settings: Any) -> ReplicateProvider:
    settings.REPLICATE_API_TOKEN = stand_in.token
    settings.REPLICATE_BASE_URL = stand_in.base_url
    stand_in.settings(pictures="plain")
    return ReplicateProvider()


def photo(data: bytes = b"", address: str | None = None) -> Image:
    data = data or picture()
    return Image(
        asset_id=uuid.uuid4(), role="front", sha256=uuid.uuid4().hex, content_type="image/png",
        size=len(data), width=300, height=400, read=lambda: data, address=lambda: address,
    )  # fmt: skip


def render(prompt: str = "A close-up of the collar") -> Request:
    return asked("render", "close_up", prompt=prompt)


def send(provider: ReplicateProvider, request: Request | None = None, *images: Image) -> tuple[str, Payload]:
    request = request or render()
    payload = provider.prepare(request, list(images), uuid.uuid4())
    handle = provider.submit(request, list(images), payload)
    assert isinstance(handle, Handle)
    return handle.external_id, payload


def end_of(provider: ReplicateProvider, external_id: str) -> Report:
    end = time.monotonic() + 20
    while (report := provider.fetch(external_id)).state == "running":
        assert time.monotonic() < end
        time.sleep(0.02)
    return report


def test_a_render_is_sent_as_described_and_its_address_comes_back(
    provider: ReplicateProvider, stand_in: StandIn
) -> None:
    external_id, _ = send(provider, render(), photo())
    report = end_of(provider, external_id)
    assert report.state == "answered"
    assert report.output is not None
    assert report.output.image_url
    assert report.output.image_url.startswith(stand_in.output_url)
    assert report.cost_usd == 0.15
    assert report.predict_seconds is not None
    (call,) = stand_in.predictions()
    assert call["input"]["resolution"] == "2K"
    assert call["input"]["output_format"] == "png"


def test_a_call_ends_by_itself_before_it_counts_as_timed_out(
    provider: ReplicateProvider, stand_in: StandIn
) -> None:
    stand_in.script("*", "stuck")
    external_id, _ = send(provider)
    stand_in.advance(provider.answer_timeout)
    report = end_of(provider, external_id)
    assert (report.state, report.failure, report.transient) == ("failed", "provider_error", True)
    assert report.cost_usd == 0


def test_a_deadline_while_it_runs_is_a_time_out(provider: ReplicateProvider, stand_in: StandIn) -> None:
    stand_in.script("*", "stuck-processing")
    external_id, _ = send(provider)
    stand_in.until(lambda: stand_in.predictions(status="processing"))
    stand_in.advance(provider.answer_timeout)
    report = end_of(provider, external_id)
    # The stand-in's timestamps stay real when its clock is put forward, so its deadline looks unmet.
    assert report.state in ("failed", "canceled")
    assert report.cost_usd == 0.15


@pytest.mark.parametrize(
    "fault", ["error-before", "unavailable", "gateway", "error-after", "gateway-after", "cut", "cut-before",
              "cut-body", "bare-problem"],
)  # fmt: skip
def test_what_may_have_been_accepted_is_ambiguous(
    provider: ReplicateProvider, stand_in: StandIn, fault: str
) -> None:
    stand_in.script("*", fault)
    with pytest.raises(AmbiguousError):
        send(provider)
    assert len(stand_in.calls("POST", "/predictions")) <= 1


@pytest.mark.parametrize(("fault", "least", "most"), [("throttled", 0.5, 2), ("throttled-bare", 0.5, 60)])
def test_throttled_is_transient_and_says_until_when(
    provider: ReplicateProvider, stand_in: StandIn, fault: str, least: float, most: float
) -> None:
    stand_in.script("*", fault)
    with pytest.raises(TransientError) as caught:
        send(provider)
    assert caught.value.failure == "rate_limited"
    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most


@pytest.mark.parametrize(
    ("fault", "failure", "words"),
    [
        ("unauthorized", "provider_error", "key"),
        ("payment", "provider_error", "credit"),
        ("unprocessable", "invalid_input", "did not accept"),
    ],
)
def test_what_would_be_refused_again_is_permanent(
    provider: ReplicateProvider, stand_in: StandIn, fault: str, failure: str, words: str
) -> None:
    stand_in.script("*", fault)
    with pytest.raises(PermanentError) as caught:
        send(provider)
    assert caught.value.failure == failure
    assert words in caught.value.message


def test_a_model_nobody_knows_is_permanent(provider: ReplicateProvider, settings: Any) -> None:
    with pytest.raises(PermanentError, match="does not know the model"):
        provider.submit(render(), [], Payload(model="some/thing", body={"prompt": "x"}))
    settings.RENDER_MODEL = "some/thing"
    with pytest.raises(PermanentError, match="some/thing"):
        provider.prepare(render(), [], uuid.uuid4())


def test_a_refused_connection_is_transient(settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.REPLICATE_BASE_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
        settings.REPLICATE_API_TOKEN = "t"
        with pytest.raises(TransientError):
            ReplicateProvider().submit(render(), [], Payload(model="google/nano-banana-pro", body={}))


@pytest.mark.parametrize("reply", [b"", b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"])
def test_a_create_that_is_never_answered_ends(
    settings: Any, monkeypatch: pytest.MonkeyPatch, reply: bytes
) -> None:
    """The package gives a create no time-out at all."""
    from generation.providers.replicate import client

    short = client.httpx.Timeout(0.3)
    monkeypatch.setattr(client, "TIMEOUT", short)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        settings.REPLICATE_BASE_URL = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        settings.REPLICATE_API_TOKEN = "t"
        with pytest.raises(AmbiguousError):
            ReplicateProvider().submit(render(), [], Payload(model="google/nano-banana-pro", body={}))


@pytest.mark.parametrize(
    ("fault", "failure", "transient"),
    [
        ("failed", "provider_error", True),
        ("failed-transient", "provider_error", True),
        ("refused", "content_refused", False),
        ("refused-mildly", "content_refused", False),
        ("aborted", "provider_error", True),
        ("output-null", "output_invalid", True),
    ],
)
def test_how_a_call_ended_is_told_apart(
    provider: ReplicateProvider, stand_in: StandIn, fault: str, failure: str, transient: bool
) -> None:
    stand_in.script("*", fault)
    report = end_of(provider, send(provider)[0])
    assert (report.state, report.failure, report.transient) == ("failed", failure, transient)
    assert (report.cost_usd == 0) is (fault == "aborted")


def test_a_result_that_is_gone_has_expired(provider: ReplicateProvider, stand_in: StandIn) -> None:
    external_id, _ = send(provider)
    end_of(provider, external_id)
    stand_in.advance(3700)
    report = provider.fetch(external_id)
    assert (report.failure, report.transient, report.cost_usd) == ("output_expired", True, 0.30)


def test_a_data_url_is_the_picture_itself(provider: ReplicateProvider, stand_in: StandIn) -> None:
    stand_in.script("*", "output-data-url")
    output = end_of(provider, send(provider)[0]).output
    assert output is not None
    assert output.image is not None
    assert output.image_url is None


@pytest.mark.parametrize("fault", ["error-before", "unavailable", "throttled", "cut-before", "gateway"])
def test_asking_is_transient_whatever_goes_wrong_and_is_not_repeated_inside(
    provider: ReplicateProvider, stand_in: StandIn, fault: str
) -> None:
    external_id, _ = send(provider)
    stand_in.script("get", fault)
    with pytest.raises(TransientError):
        provider.fetch(external_id)
    assert len(stand_in.calls("GET", external_id)) <= 1


def test_an_orphan_is_found_by_model_and_payload_through_all_pages(
    provider: ReplicateProvider, stand_in: StandIn
) -> None:
    stand_in.settings(page=2)
    since = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=5)
    wanted, payload = send(provider, render("the one"))
    for number in range(5):
        send(provider, render(f"another {number}"))
    twin, _ = send(provider, render("the one"))
    attempt = uuid.uuid4()
    assert [found.external_id for found in provider.find(payload, since, attempt)] == [wanted, twin]
    assert provider.find(Payload(model="openai/gpt-4.1-mini", body=payload.body), since, attempt) == []
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=5)
    assert provider.find(payload, later, attempt) == []


@pytest.mark.parametrize("wrong", [dt.timedelta(days=1), dt.timedelta(minutes=2), dt.timedelta(days=-1)])
def test_an_orphan_is_found_when_our_clock_is_wrong(
    provider: ReplicateProvider, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, wrong: dt.timedelta
) -> None:
    monkeypatch.setattr(database_time, "last_known", lambda: dt.datetime.now(dt.UTC) + wrong)
    since = database_time.last_known() - dt.timedelta(seconds=30)
    wanted, payload = send(provider)
    fresh = ReplicateProvider()  # of a worker that has asked nothing yet
    (found,) = fresh.find(payload, since, uuid.uuid4())
    assert found.external_id == wanted
    assert abs(found.created_at - since - dt.timedelta(seconds=30)) < dt.timedelta(seconds=10)
    assert fresh.find(payload, since + dt.timedelta(minutes=1), uuid.uuid4()) == []


def test_only_a_prompt_answer_tells_how_wrong_our_clock_is(
    provider: ReplicateProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is stopped while an answer is on its way would find its clock wrong by as much."""
    ahead = dt.timedelta(minutes=1)
    monkeypatch.setattr(database_time, "last_known", lambda: dt.datetime.now(dt.UTC) + ahead)
    monkeypatch.setattr(client, "PROMPT", -1.0)
    send(provider)
    assert provider.api.clock_ahead == dt.timedelta()
    monkeypatch.undo()
    monkeypatch.setattr(database_time, "last_known", lambda: dt.datetime.now(dt.UTC) + ahead)
    send(provider)
    assert abs(provider.api.clock_ahead - ahead) < dt.timedelta(seconds=5)


def test_canceling_ends_a_call_and_what_is_over_or_unknown_is_left(
    provider: ReplicateProvider, stand_in: StandIn
) -> None:
    stand_in.script("*", "stuck-processing")
    external_id, _ = send(provider)
    provider.cancel(external_id)
    assert provider.fetch(external_id).state == "canceled"
    provider.cancel(external_id)
    provider.cancel("nobodyknowsthis")


def test_small_photos_ride_along_and_large_ones_are_uploaded_once(
    provider: ReplicateProvider, stand_in: StandIn
) -> None:
    large = photo(picture() + bytes(300_000))
    _, payload = send(provider, render(), photo(), large)
    _, again = send(provider, render(), large)
    small, uploaded = payload.body["image_input"]
    assert small.startswith("data:image/png;base64,")
    assert uploaded.startswith(f"{stand_in.base_url}/v1/files/")
    assert again.body["image_input"] == [uploaded]
    assert len(stand_in.calls("POST", "/v1/files")) == 1


def test_a_photo_with_an_address_goes_by_it(provider: ReplicateProvider) -> None:
    shown = photo(address="https://example.com/media/1/original?s=1")
    payload = provider.prepare(render(), [shown] * 20, uuid.uuid4())
    assert payload.body["image_input"] == ["https://example.com/media/1/original?s=1"] * 14


def test_an_upload_that_fails_is_transient(provider: ReplicateProvider, stand_in: StandIn) -> None:
    stand_in.script("file", "error-before")
    with pytest.raises(TransientError):
        provider.prepare(render(), [photo(bytes(300_000))], uuid.uuid4())


def test_a_webhook_is_asked_for_only_where_we_can_be_reached(
    provider: ReplicateProvider, settings: Any
) -> None:
    attempt = uuid.uuid4()
    unreachable: Any = provider.prepare(render(), [], attempt)
    settings.PUBLIC_URL = "https://selvedge.example"
    reachable: Any = provider.prepare(render(), [], attempt)
    assert unreachable.webhook == ""
    assert reachable.webhook == f"https://selvedge.example/webhooks/replicate/?attempt={attempt}"
    assert reachable.hash == unreachable.hash


def test_a_call_that_may_not_be_sent_any_more_is_not(provider: ReplicateProvider, stand_in: StandIn) -> None:
    """Asked when the connection stands: whatever held the process up before, nothing reaches the provider."""
    payload = provider.prepare(render(), [], uuid.uuid4())
    with pytest.raises(TransientError):
        provider.submit(render(), [], payload, may_send=lambda: False)
    assert stand_in.accepted() == set()
    assert provider.submit(render(), [], payload, may_send=lambda: True)
    assert len(stand_in.accepted()) == 1


def test_a_call_that_is_stopped_between_its_headers_and_its_body_is_not_accepted(
    provider: ReplicateProvider, stand_in: StandIn
) -> None:
    """Its worker may have been stopped there for longer than its lease."""
    payload = provider.prepare(render(), [], uuid.uuid4())
    answers = iter([True, False])
    with pytest.raises(TransientError):
        provider.submit(render(), [], payload, may_send=lambda: next(answers))
    assert stand_in.accepted() == set()
    assert next(answers, None) is None
