"""`/webhooks/replicate/`: what is let in, and that nothing it says does harm."""

import json
import uuid
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from generation import providers, registry, services, transitions
from generation.execution import submit, webhook_events
from generation.models import Attempt, Prediction, UnknownCall
from generation.providers.replicate import ReplicateProvider
from tests.generation.test_life import Listener
from tests.support.factories import asked
from tests.support.job_queue import (
    drain,
    due_jobs,
    forget_jobs,
    job_names,
    let_leases_run_out,
    pass_time,
    work,
)
from tests.support.replicate_server.running import StandIn

pytestmark = pytest.mark.django_db
Status = Prediction.Status
Outcome = Attempt.Outcome
PLACE = "/webhooks/replicate/"


@pytest.fixture
def listener(cloud: StandIn) -> Listener:
    cloud.settings(pictures="plain")
    listener = Listener()
    registry.register("test", listener)
    return listener


def ask(slot: str = "one", prompt: str = "A close-up of the collar") -> Prediction:
    with transaction.atomic():
        return services.ask(
            kind="test", subject="test:1", slot=slot, account="user:1",
            request=asked("render", "close_up", prompt=prompt),
        )  # fmt: skip


def running() -> Attempt:
    """One that the provider has, and has ended since."""
    prediction = ask()
    run_due("generation.submit")
    return prediction.attempts.get()


def run_due(name: str) -> None:
    from procrastinate.contrib.django import app

    for _, task, arguments in due_jobs():
        if task == name:
            app.tasks[task].func(**arguments)
    forget_jobs()


def event(stand_in: StandIn, external_id: str, status: str = "succeeded", **more: Any) -> bytes:
    return json.dumps({"id": external_id, "status": status, **more}).encode()


def tell(client: Client, stand_in: StandIn, body: bytes, *, attempt: object = "", **more: Any) -> int:
    headers = stand_in.signed_headers(body, **more)
    return post(client, body, headers, attempt)


def post(client: Client, body: bytes, headers: dict[str, str], attempt: object = "") -> int:
    sent = {name: value for name, value in headers.items() if name != "content-type"}
    place = f"{PLACE}?attempt={attempt}" if attempt else PLACE
    answer = client.post(place, body, content_type="application/json", headers=sent)
    return answer.status_code


def ended(stand_in: StandIn) -> str:
    stand_in.until(lambda: all(row["status"] == "succeeded" for row in stand_in.predictions()))
    return stand_in.predictions()[0]["id"]


def test_a_signed_event_brings_the_answer_without_polling(
    listener: Listener, stand_in: StandIn, client: Client
) -> None:
    attempt = running()
    external_id = ended(stand_in)
    assert tell(client, stand_in, event(stand_in, external_id), attempt=attempt.pk) == 204
    assert job_names() == ["generation.hear"]
    drain()
    attempt.refresh_from_db()
    assert attempt.prediction.status == Status.SUCCEEDED
    assert float(attempt.cost_usd or 0) == 0.15


def test_repeats_and_late_events_change_nothing(
    listener: Listener, stand_in: StandIn, client: Client
) -> None:
    attempt = running()
    external_id = ended(stand_in)
    for status in ("failed", "succeeded", "succeeded", "canceled"):  # what it says is not believed
        tell(client, stand_in, event(stand_in, external_id, status), attempt=attempt.pk)
        drain()
    assert listener.ends() == [("succeeded", "one")]
    assert len(stand_in.downloads()) == 1


def test_an_event_before_the_answer_to_creation_is_adopted_once(
    listener: Listener, stand_in: StandIn, client: Client
) -> None:
    attempt = claimed(stand_in)
    external_id = ended(stand_in)
    tell(client, stand_in, event(stand_in, external_id), attempt=attempt.pk)
    drain()
    transitions.accept(attempt=attempt, external_id=external_id, check_after=0)  # the answer, at last
    attempt.refresh_from_db()
    assert (attempt.external_id, attempt.prediction.status) == (external_id, Status.SUCCEEDED)


def claimed(stand_in: StandIn, prompt: str = "A close-up of the collar") -> Attempt:
    """Sent and accepted, but nobody has heard the answer."""
    stand_in.script("*", "cut")
    prediction = ask(prompt=prompt)
    run_due("generation.submit")
    attempt = prediction.attempts.get()
    assert attempt.outcome == Outcome.CLAIMED
    return attempt


def test_a_call_that_is_not_what_the_attempt_sent_is_not_adopted(
    listener: Listener, stand_in: StandIn, client: Client
) -> None:
    """The signature does not cover the query string: anybody could have changed it."""
    attempt = claimed(stand_in)
    provider = providers.get("replicate")
    assert isinstance(provider, ReplicateProvider)
    other = provider.api.create("google/nano-banana-pro", {"prompt": "something else"})["id"]
    tell(client, stand_in, event(stand_in, other), attempt=attempt.pk)
    drain()
    attempt.refresh_from_db()
    assert (attempt.external_id, attempt.outcome) == (None, Outcome.CLAIMED)


def lost(stand_in: StandIn) -> tuple[Attempt, str]:
    """Accepted, looked for in vain, and given up. With the call's id."""
    attempt = claimed(stand_in)
    let_leases_run_out()
    transitions.lose(attempt=attempt)
    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.prediction.status) == (Outcome.LOST, Status.QUEUED)
    external_id = ended(stand_in)
    forget_jobs()
    return attempt, external_id


def test_a_call_given_up_for_lost_is_taken_as_long_as_it_was_not_made_again(
    listener: Listener, stand_in: StandIn, client: Client
) -> None:
    attempt, external_id = lost(stand_in)
    listener.told.clear()
    tell(client, stand_in, event(stand_in, external_id), attempt=attempt.pk)
    drain()
    assert listener.told[:2] == [("changed", "submitting"), ("changed", "running")]
    attempt.refresh_from_db()
    attempt.prediction.refresh_from_db()
    assert (attempt.outcome, attempt.external_id) == (Outcome.SUCCEEDED, external_id)
    assert (attempt.prediction.status, attempt.failure, attempt.message) == (Status.SUCCEEDED, "", "")
    assert listener.ends() == [("succeeded", "one")]
    work()
    assert len(stand_in.accepted()) == 1


def test_what_is_listed_late_is_not_made_again(listener: Listener, stand_in: StandIn) -> None:
    """It is looked for once more before it would be."""
    attempt, external_id = lost(stand_in)
    submit.submit(attempt.prediction_id)
    attempt.refresh_from_db()
    assert attempt.external_id == external_id
    work()
    attempt.prediction.refresh_from_db()
    assert attempt.prediction.status == Status.SUCCEEDED
    assert len(stand_in.accepted()) == 1


def test_a_call_given_up_for_lost_is_written_down_with_its_cost_where_it_was_made_again(
    listener: Listener, stand_in: StandIn, client: Client
) -> None:
    attempt, external_id = lost(stand_in)
    stand_in.script("list", "error-before")
    submit.submit(attempt.prediction_id)
    assert attempt.prediction.attempts.count() == 2
    tell(client, stand_in, event(stand_in, external_id), attempt=attempt.pk)
    drain()
    attempt.refresh_from_db()
    assert (attempt.outcome, attempt.external_id) == (Outcome.SUPERSEDED, external_id)
    assert float(attempt.cost_usd or 0) == 0.15


def test_a_call_whose_input_is_gone_is_written_down_as_unknown_at_once(
    listener: Listener, stand_in: StandIn, client: Client
) -> None:
    attempt = claimed(stand_in)
    external_id = ended(stand_in)
    stand_in.advance(3700)  # the provider forgets what it was asked
    for _ in range(2):
        tell(client, stand_in, event(stand_in, external_id), attempt=attempt.pk)
        drain()
    attempt.refresh_from_db()
    unknown = UnknownCall.objects.get()
    assert (attempt.external_id, unknown.external_id) == (None, external_id)
    assert (unknown.model, unknown.resolved_at) == ("google/nano-banana-pro", None)
    assert float(unknown.cost_usd or 0) == 0.30  # of an unknown resolution the dearest


@pytest.mark.parametrize("attempt", ["", "nonsense", uuid.uuid4()])
def test_unknown_calls_and_attempts_are_taken_and_ignored(
    listener: Listener, stand_in: StandIn, client: Client, attempt: object
) -> None:
    assert tell(client, stand_in, event(stand_in, "nobodyknows"), attempt=attempt) == 204
    drain()
    assert listener.told == []


def test_what_has_not_ended_asks_for_no_work(listener: Listener, stand_in: StandIn, client: Client) -> None:
    for body in (event(stand_in, "abc", "processing"), b"[]", b"no json", event(stand_in, "../../x")):
        assert tell(client, stand_in, body) == 204
    assert job_names() == []


def test_an_event_that_comes_too_early_leaves_the_polling_as_it_is(
    listener: Listener, stand_in: StandIn
) -> None:
    stand_in.latency(30)
    attempt = running()
    attempt.refresh_from_db()
    webhook_events.hear(attempt.external_id or "", attempt.pk)
    assert job_names() == []
    assert attempt.prediction.status == Status.RUNNING


@pytest.mark.parametrize("age", [301, -400, 3600])
def test_an_event_signed_long_ago_or_in_the_future_is_refused(
    listener: Listener, stand_in: StandIn, client: Client, age: float
) -> None:
    assert tell(client, stand_in, event(stand_in, "abc"), age=age) == 401
    assert job_names() == []


@pytest.mark.parametrize(
    "spoilt",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,!!!"},
        {"webhook-signature": "v1,aGVsbG8="},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": ""},
        {"webhook-id": "another"},
    ],
)
def test_what_is_not_rightly_signed_is_refused(
    listener: Listener, stand_in: StandIn, client: Client, spoilt: dict[str, str]
) -> None:
    body = event(stand_in, "abc")
    assert post(client, body, stand_in.signed_headers(body) | spoilt) == 401
    assert post(client, body + b" ", stand_in.signed_headers(body)) == 401
    assert post(client, b"\xff\xfe", stand_in.signed_headers(b"\xff\xfe")) == 401
    assert job_names() == []


def test_a_huge_body_is_refused_before_anything_is_looked_at(
    listener: Listener, stand_in: StandIn, client: Client
) -> None:
    body = event(stand_in, "abc", logs="x" * 1024 * 1024)
    assert tell(client, stand_in, body) == 413


def test_a_get_is_none(client: Client) -> None:
    assert client.get(PLACE).status_code == 405


def test_the_secret_is_asked_for_once_when_nobody_set_it(
    listener: Listener, stand_in: StandIn, client: Client, settings: Any
) -> None:
    settings.REPLICATE_WEBHOOK_SECRET = ""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    for _ in range(2):
        assert tell(client, stand_in, event(stand_in, "abc")) == 204
    assert len(stand_in.calls("GET", "/secret")) == 1


def test_without_a_secret_the_event_is_asked_to_come_again(
    listener: Listener, stand_in: StandIn, client: Client, settings: Any
) -> None:
    settings.REPLICATE_WEBHOOK_SECRET = ""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    from django.core.cache import cache

    cache.clear()
    stand_in.script("secret", "error-before")
    assert tell(client, stand_in, event(stand_in, "abc")) == 503


def test_a_late_event_finds_what_polling_did(listener: Listener, stand_in: StandIn, client: Client) -> None:
    prediction = ask()
    drain()
    pass_time(60)
    ended(stand_in)
    drain()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    attempt = prediction.attempts.get()
    tell(client, stand_in, event(stand_in, attempt.external_id or ""), attempt=attempt.pk)
    drain()
    assert listener.ends() == [("succeeded", "one")]
