"""The three JSON routes, as a program sees them."""

import json
from typing import Any

import pytest
from django.test import Client
from waffle.testutils import override_switch

from blueprint import access
from blueprint.models import Grid, Subscriber
from blueprint.services import grids
from blueprint.services.guards import SWITCH
from generation.models import Prediction
from tests.support.blueprint_factories import make_nearly_done, make_subscriber
from tests.support.factories import script
from tests.support.job_queue import drain, work

pytestmark = pytest.mark.django_db


class Program:
    """A client that knows its token and the three routes."""

    def __init__(self, subscriber: Subscriber):
        self.token = subscriber.access_token
        self.client = Client(enforce_csrf_checks=True)

    def generate(self, number: Any = 5, **more: Any) -> tuple[int, dict[str, Any]]:
        body = {"accessToken": self.token, "gridNumber": number, **more}
        answer = self.client.post("/api/blueprint/generate-paid", json.dumps(body), "application/json")
        return answer.status_code, answer.json()

    def check(self, prediction_id: Any, number: Any = 5, **more: Any) -> tuple[int, dict[str, Any]]:
        query = {"predictionId": prediction_id, "gridNumber": number, "access": self.token, **more}
        answer = self.client.get("/api/blueprint/check-paid-grid", query)
        return answer.status_code, answer.json()

    def status(self) -> dict[str, Any]:
        answer = self.client.get("/api/blueprint/get-paid-status", {"access": self.token})
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "no-store"
        return answer.json()


def test_a_grid_is_started_and_named(fake: Any) -> None:
    program = Program(make_subscriber())
    status, answer = program.generate(5)
    prediction = Prediction.objects.get()
    assert status == 200
    assert answer == {
        "success": True, "gridNumber": 5, "predictionId": str(prediction.pk), "status": "starting",
    }  # fmt: skip
    assert program.generate(5) == (status, answer)


def test_a_filled_slot_answers_its_address_whatever_the_guards_say(fake: Any) -> None:
    subscriber = make_subscriber()
    program = Program(subscriber)
    program.generate(5)
    work()
    with override_switch(SWITCH, active=False):
        status, answer = program.generate(5)
    assert (status, answer["status"], answer["gridNumber"]) == (200, "completed", 5)
    assert answer["gridUrl"].startswith("http://testserver/media/")
    assert Client().get(answer["gridUrl"]).status_code == 200
    assert Prediction.objects.count() == 1


def test_what_is_under_way_is_named_though_the_switch_is_off(fake: Any) -> None:
    program = Program(make_subscriber())
    _, first = program.generate(5)
    with override_switch(SWITCH, active=False):
        assert program.generate(5) == (200, first)
        status, answer = program.generate(6)
    assert (status, answer["code"], answer["retryable"]) == (503, "disabled", True)
    assert answer["success"] is False
    assert answer["status"] == "failed"
    assert answer["error"]


@pytest.mark.parametrize("number", [0, 31, -1, "x", "", None, 5.0, True, [5], "٣", 10**30])
def test_a_number_that_is_no_grid_is_refused(number: Any) -> None:
    status, answer = Program(make_subscriber()).generate(number)
    assert (status, answer["code"]) == (400, "invalid_grid_number")


@pytest.mark.parametrize("token", ["", "nobody", None, 7, "x" * 5000, "\x00", ["a"]])
def test_an_unknown_token_comes_first_of_all_refusals(token: Any) -> None:
    program = Program(make_subscriber())
    program.token = token
    assert program.generate("x")[0] == 404
    assert program.generate("x")[1]["code"] == "unknown_access"


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"bought": False, "selfies": 0}, 403, "not_purchased"),
        ({"selfies": 0, "form_data": None, "feed_style": None}, 400, "missing_selfies"),
        ({"form_data": None, "feed_style": None}, 400, "missing_form_data"),
        ({"selfies": 0, "selfie_image_urls": ["http://169.254.169.254/me.jpg"]}, 400, "missing_selfies"),
        (
            {"selfies": 0, "selfie_image_urls": ["http://localhost:8000/me.jpg", "nothing"]},
            400,
            "missing_selfies",
        ),
    ],
)
def test_guards_in_their_order(more: dict[str, Any], status: int, code: str) -> None:
    answer = Program(make_subscriber(**more)).generate()
    assert (answer[0], answer[1]["code"]) == (status, code)
    assert not Prediction.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "null", b"\xff", "[" * 100_000])
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    answer = Client().post("/api/blueprint/generate-paid", body, "application/json")
    assert answer.status_code in (400, 404)
    assert answer.json()["success"] is False


def test_the_token_may_come_as_a_bearer_token(fake: Any) -> None:
    subscriber = make_subscriber()
    headers = {"Authorization": f"Bearer {subscriber.access_token}"}
    answer = Client().post(
        "/api/blueprint/generate-paid", '{"gridNumber": 3}', "application/json", headers=headers
    )
    assert answer.json()["status"] == "starting"


def test_three_in_a_row_then_all(fake: Any) -> None:
    program = Program(make_subscriber())
    for number in (1, 2, 3):
        program.generate(number)
        work()
    state = program.status()
    assert state["missingGridNumbers"] == list(range(4, 31))
    assert state["progress"] == {"completed": 3, "total": 30, "percentage": 10}
    assert len(state["photoUrls"]) == 3


def test_a_client_that_polls_learns_of_the_end(fake: Any) -> None:
    subscriber = make_subscriber()
    program = Program(subscriber)
    prediction_id = program.generate(5)[1]["predictionId"]
    assert program.check(prediction_id) == (
        200,
        {"success": True, "status": "processing", "gridNumber": 5, "totalCompleted": 0},
    )
    work()
    status, answer = program.check(prediction_id)
    assert status == 200
    assert answer.pop("gridUrl") == program.status()["grids"][4]["gridUrl"]
    assert answer == {
        "success": True, "status": "completed", "gridNumber": 5, "totalCompleted": 1, "allComplete": False,
    }  # fmt: skip


def test_the_last_one_says_that_all_are_there(fake: Any) -> None:
    subscriber = make_nearly_done()
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    work()
    program = Program(subscriber)
    answer = program.check(Grid.objects.get(number=30).prediction_id, 30)[1]
    assert answer["allComplete"] is True
    assert answer["totalCompleted"] == 30
    assert program.status()["generated"] is True


def test_a_failure_is_said_with_its_code_and_may_be_tried_again(fake: Any) -> None:
    script(grid=["refuse"])
    program = Program(make_subscriber())
    prediction_id = program.generate(5)[1]["predictionId"]
    work()
    status, answer = program.check(prediction_id)
    assert status == 200
    assert answer["success"] is False
    assert answer["status"] == "failed"
    assert answer["gridNumber"] == 5
    assert answer["code"] == "content_refused"
    assert answer["error"]
    assert answer["retryable"] is True
    with override_switch(SWITCH, active=False):
        assert program.check(prediction_id)[1]["retryable"] is False


def test_checking_goes_on_while_the_switch_is_off(fake: Any) -> None:
    program = Program(make_subscriber())
    prediction_id = program.generate(5)[1]["predictionId"]
    with override_switch(SWITCH, active=False):
        work()
        assert program.check(prediction_id)[1]["status"] == "completed"


def test_somebody_elses_prediction_is_unknown(fake: Any) -> None:
    theirs = Program(make_subscriber()).generate(5)[1]["predictionId"]
    status, answer = Program(make_subscriber()).check(theirs)
    assert (status, answer["code"]) == (404, "unknown_prediction")


def test_a_prediction_of_another_grid_is_unknown(fake: Any) -> None:
    program = Program(make_subscriber())
    prediction_id = program.generate(5)[1]["predictionId"]
    assert program.check(prediction_id, 6)[1]["code"] == "unknown_prediction"


@pytest.mark.parametrize(
    "query",
    [{"predictionId": ""}, {"predictionId": "x"}, {"number": 0}, {"number": "x"}, {"number": ""}],
)
def test_a_check_with_a_malformed_parameter_is_refused_and_the_sentence_names_it(
    query: dict[str, Any],
) -> None:
    program = Program(make_subscriber())
    asked = {"prediction_id": query.get("predictionId", "0" * 32), "number": query.get("number", 5)}
    status, answer = program.check(**asked)
    assert (status, answer["code"]) == (400, "invalid_request")
    assert ("predictionId" if "predictionId" in query else "grid number") in answer["error"]


def test_more_than_a_call_may_carry_is_said_to_be_too_large(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = '{"accessToken": "' + "x" * 1000 + '"}'
    answer = Client().post("/api/blueprint/generate-paid", body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_token_that_was_revoked_while_polling_is_unknown(fake: Any) -> None:
    subscriber = make_subscriber()
    program = Program(subscriber)
    prediction_id = program.generate(5)[1]["predictionId"]
    access.revoke(subscriber_id=subscriber.pk)
    assert program.check(prediction_id)[1]["code"] == "unknown_access"


def test_a_legacy_row_with_seven_urls_and_nulls_reads_as_it_is(fake: Any) -> None:
    urls = [f"https://old.example/{n}.png" if n != 3 else None for n in range(1, 8)]
    program = Program(make_subscriber(paid_blueprint_photo_urls=urls))
    state = program.status()
    assert state["missingGridNumbers"] == [3, *range(8, 31)]
    assert state["photoUrls"] == [url for url in urls if url]
    assert state["grids"][0] == {
        "gridNumber": 1, "title": state["grids"][0]["title"], "status": "completed",
        "gridUrl": "https://old.example/1.png", "predictionId": None,
    }  # fmt: skip
    assert program.generate(1)[1]["gridUrl"] == "https://old.example/1.png"
    assert program.generate(3)[1]["status"] == "starting"


def test_the_state_of_each_grid_is_said(fake: Any) -> None:
    script(grid=["refuse"])
    program = Program(make_subscriber())
    program.generate(1)
    work()
    program.generate(2)
    state = program.status()
    assert [grid["status"] for grid in state["grids"][:3]] == ["failed", "queued", "empty"]
    assert state["canGenerate"]
    assert state["purchased"]
    assert state["hasSelfies"]
    assert state["hasFormData"]
    assert not state["generated"]


def test_a_canceled_grid_is_empty_again_and_its_poller_is_told(fake: Any) -> None:
    subscriber = make_subscriber()
    program = Program(subscriber)
    prediction_id = program.generate(5)[1]["predictionId"]
    grids.cancel_pending(subscriber_id=subscriber.pk)
    drain()
    assert program.check(prediction_id)[1]["code"] == "canceled"
    assert program.status()["grids"][4]["status"] == "empty"


def test_a_kick_off_costs_ten_queries_beyond_finding_the_subscriber(
    fake: Any, django_assert_max_num_queries: Any
) -> None:
    program = Program(make_subscriber())
    program.generate(1)
    with django_assert_max_num_queries(1 + 10 + 2):  # the last two are the test's savepoint:
        assert program.generate(2)[0] == 200


@pytest.mark.parametrize(
    ("method", "route", "status", "code", "allowed"),
    [
        ("get", "generate-paid", 405, "method_not_allowed", "POST"),
        ("post", "get-paid-status", 405, "method_not_allowed", "GET"),
        ("post", "check-grid", 405, "method_not_allowed", "GET"),
        ("get", "generate-all", 404, "not_found", None),
    ],
)
def test_what_is_not_here_is_said_in_the_form_of_every_refusal(
    method: str, route: str, status: int, code: str, allowed: str | None
) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(f"/api/blueprint/{route}")
    told = answer.json()
    assert answer.status_code == status
    assert told.pop("error")
    assert told == {"success": False, "status": "failed", "code": code, "retryable": False}
    assert answer.headers.get("Allow") == allowed
