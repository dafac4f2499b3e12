"""A call waits within bounds, holding nothing but a thread."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import RequestFactory

from accounts import tokens
from techpack.api import waiting
from techpack.models import Proposal, Take, TechPack
from tests.support import factories
from tests.support.job_queue import work
from tests.support.workers import until
from tests.techpack.api.calling import Program

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fake")]


@pytest.fixture(autouse=True)
def _half_a_minute(settings: Any) -> None:
    settings.API_MAX_WAIT = 30


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def calling(threads: ThreadPoolExecutor, program: Program, path: str, body: Any, **headers: str) -> Future:
    def call() -> HttpResponse:
        try:
            return program.post(path, body, **headers)
        finally:
            connections.close_all()

    return threads.submit(call)


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [("", 30), ("respond-async", 0), ("wait=5", 5), ("wait=500", 30), ("respond-async, wait=7", 7),
     ("WAIT=7; foo", 7), ("wait=x", 30), ("wait=-1, respond-async", 0), ("wait=\u0663", 30), ("wait", 30)],
)  # fmt: skip
def test_a_preference_is_read_as_rfc_7240_has_it(prefer: str, seconds: int) -> None:
    request = RequestFactory().get("/", headers={"prefer": prefer})
    assert waiting.seconds_to_wait(request) == seconds


def test_a_call_waits_for_its_result(threads: ThreadPoolExecutor) -> None:
    program = Program()
    product_id = program.make_product()
    call = calling(threads, program, "base-views/analyze", {"productId": product_id})
    until(TechPack.objects.exists)
    work()
    assert call.result(60).json()["data"]["analyses"]


def test_a_wait_that_runs_out_says_where_to_look() -> None:
    program = Program()
    product_id = program.make_product()
    began = time.monotonic()
    answer = program.post("base-views/analyze", {"productId": product_id}, prefer="wait=1")
    assert time.monotonic() - began >= 1
    data = answer.json()["data"]
    assert (answer.status_code, data["status"]) == (202, "processing")
    assert data["techPackId"] == TechPack.objects.get().pk
    assert answer.headers["Preference-Applied"] == "respond-async"
    found = program.client.get(data["statusUrl"], headers={"authorization": f"Bearer {program.token}"})
    assert found.json()["data"]["isGenerating"]


def test_two_at_once_make_it_once_and_charge_it_once(threads: ThreadPoolExecutor) -> None:
    program = Program()
    product_id = program.make_product()
    calls = [calling(threads, program, "base-views/analyze", {"productId": product_id}) for _ in range(4)]
    until(TechPack.objects.exists)
    time.sleep(0.5)
    work()
    answers = [call.result(60) for call in calls]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert TechPack.objects.count() == 1
    assert program.balance == 17


def test_a_token_revoked_while_it_waits_gets_no_answer(threads: ThreadPoolExecutor) -> None:
    program = Program()
    product_id = program.make_product()
    call = calling(threads, program, "base-views/analyze", {"productId": product_id})
    until(TechPack.objects.exists)
    tokens.revoke(token=program.row)
    work()
    answer = call.result(60)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def test_a_token_revoked_while_it_waits_ends_the_wait(threads: ThreadPoolExecutor) -> None:
    program = Program()
    product_id = program.make_product()
    call = calling(threads, program, "base-views/analyze", {"productId": product_id})
    until(TechPack.objects.exists)
    tokens.revoke(token=program.row)
    assert call.result(60).status_code == 401  # of the thirty seconds that it had, with nothing done
    assert TechPack.objects.get().is_going


def test_a_step_that_fails_while_it_waits_says_why(threads: ThreadPoolExecutor) -> None:
    program = Program()
    product_id = program.make_product()
    factories.script(base_view=["refuse"])
    call = calling(threads, program, "base-views/analyze", {"productId": product_id}, idempotency_key="a")
    until(TechPack.objects.exists)
    work()
    answer = call.result(60)
    assert (answer.status_code, answer.json()["code"]) == (422, "content_refused")
    assert program.balance == 20
    again = program.post("base-views/analyze", {"productId": product_id}, idempotency_key="a")
    assert (again.status_code, again.json()) == (422, answer.json())
    assert program.balance == 20


def test_a_value_and_a_picture_are_waited_for_too(threads: ThreadPoolExecutor) -> None:
    program = Program()
    product_id = program.make_product()
    for path in ("base-views/analyze", "sketches/generate"):
        program.post(path, {"productId": product_id}, prefer="respond-async")
    work()
    view = program.get(f"products/{product_id}").json()["data"]["baseViews"][0]
    wish = {"revisionId": view["revisionId"], "fieldPath": "summary", "editPrompt": "A band collar"}
    call = calling(threads, program, "edit", wish)
    until(Proposal.objects.exists)
    work()
    told = call.result(60).json()["data"]
    assert (told["updatedValue"], told["status"], told["creditsUsed"]) == ("Band collar", "accepted", 1)
    call = calling(threads, program, "regenerate", {"revisionId": view["revisionId"]})
    until(Take.objects.exists)
    work()
    told = call.result(60).json()["data"]
    assert (told["newRevisionId"], told["creditsUsed"]) == (view["revisionId"], 1)
    assert told["analysisData"]["summary"] == "Band collar"  # what the designer took over is binding


def test_a_waiting_call_holds_no_connection(threads: ThreadPoolExecutor) -> None:
    holds: list[bool] = []

    def wait() -> None:
        own = connections["default"]
        watcher = threading.Timer(0.15, lambda: holds.append(own.connection is not None))

        def is_over() -> bool:
            with own.cursor() as cursor:
                cursor.execute("SELECT 1")
            holds.append(own.connection is not None)
            return False

        watcher.start()
        waiting.until(is_over, seconds=0.25)
        watcher.join()
        connections.close_all()

    threads.submit(wait).result(60)
    assert holds == [True, False, True]


def test_more_waiters_than_there_is_room_for_are_answered_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_places", threading.BoundedSemaphore(1))
    assert waiting._places.acquire(blocking=False)
    began = time.monotonic()
    assert not waiting.until(lambda: False, seconds=20)
    assert time.monotonic() - began < 10
    waiting._places.release()
    assert not waiting.until(lambda: False, seconds=0.1)
    assert waiting._places.acquire(blocking=False)  # given back
