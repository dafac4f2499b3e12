"""The two JSON routes of the free blueprint, and each code they answer."""

import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from blueprint.models import Frame, Grid, Shoot, Subscriber
from generation.models import Prediction
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import script
from tests.support.job_queue import drain, work

pytestmark = pytest.mark.django_db

GENERATE, CHECK = "/api/blueprint/generate-grid", "/api/blueprint/check-grid"
INSIDE = [
    "http://169.254.169.254/latest/meta-data",
    "http://127.0.0.1/me.jpg",
    "http://10.0.0.8/me.jpg",
    "ftp://a.com/b",
]


def generate(subscriber: Subscriber, **body: Any) -> Any:
    answer = raw(accessToken=subscriber.access_token, **body)
    return {"http": answer.status_code, **answer.json()}


def raw(**body: Any) -> HttpResponse:
    return Client(enforce_csrf_checks=True).post(GENERATE, body, content_type="application/json")  # type: ignore[return-value]


def check(subscriber: Subscriber, prediction: object, **more: Any) -> Any:
    asked = {"predictionId": str(prediction), "access": subscriber.access_token, **more}
    answer = Client().get(CHECK, asked)
    return {"http": answer.status_code, **answer.json()}


def test_a_grid_is_asked_for_checked_and_there_with_nine_frames(fake: Any) -> None:
    subscriber = make_subscriber(bought=False)
    started = generate(subscriber)
    assert (started["http"], started["success"], started["status"]) == (200, True, "starting")
    assert check(subscriber, started["predictionId"])["status"] == "processing"
    work()
    done = check(subscriber, started["predictionId"])
    assert done["status"] == "completed"
    assert done["gridUrl"].startswith("http://testserver/media/")
    assert len(set(done["frameUrls"])) == 9
    assert (done["totalCompleted"], done["allComplete"]) == (1, True)
    for url in (done["gridUrl"], *done["frameUrls"]):
        assert Client().get(url.removeprefix("http://testserver")).status_code == 200


def test_asking_again_while_it_is_under_way_answers_the_same_prediction(fake: Any) -> None:
    subscriber = make_subscriber()
    first, second = generate(subscriber), generate(subscriber)
    assert first["predictionId"] == second["predictionId"]
    assert Prediction.objects.count() == 1


def test_once_it_is_there_it_is_completed_for_ever(fake: Any) -> None:
    subscriber = make_subscriber()
    generate(subscriber)
    work()
    again = generate(subscriber, category="edgy", mood="luxury", selfieUrls=[INSIDE[0]])
    assert (again["http"], again["status"]) == (200, "completed")
    assert len(again["frameUrls"]) == 9
    assert Prediction.objects.count() == 1


def test_it_is_not_completed_before_its_frames_are_there(fake: Any) -> None:
    subscriber = make_subscriber()
    prediction = generate(subscriber)["predictionId"]
    work()
    Frame.objects.filter(position=9).delete()
    assert check(subscriber, prediction)["status"] == "processing"
    assert generate(subscriber) == {
        "http": 200, "success": True, "predictionId": prediction, "status": "starting",
    }  # fmt: skip


def test_a_grid_that_failed_says_why_and_may_be_asked_for_again(fake: Any) -> None:
    script(grid=["refuse", "ok"])
    subscriber = make_subscriber()
    first = generate(subscriber)["predictionId"]
    work()
    failed = check(subscriber, first)
    assert (failed["http"], failed["success"], failed["status"]) == (200, False, "failed")
    assert failed["error"]
    assert failed["code"] == "content_refused"
    assert failed["retryable"] is True
    second = generate(subscriber)["predictionId"]
    assert second != first
    work()
    assert check(subscriber, second)["status"] == "completed"


def test_it_is_the_first_scene_of_the_same_library(fake: Any) -> None:
    subscriber = make_subscriber()
    generate(subscriber)
    client = Client()
    body = {"accessToken": subscriber.access_token, "gridNumber": 1}
    client.post("/api/blueprint/generate-paid", body, content_type="application/json")
    free, paid = Prediction.objects.order_by("slot")
    assert free.asked.prompt == paid.asked.prompt
    assert (free.slot, paid.slot) == ("free:1", "grid:1")


# --- what comes along -------------------------------------------------------------------------------------


def test_what_is_missing_comes_from_the_body_and_stays(fake: Any) -> None:
    subscriber = make_subscriber(selfies=0, form_data={}, feed_style="")
    urls = [f"https://example.com/{number}.jpg" for number in range(4)]
    assert generate(subscriber, category="Edgy", mood="luxury", selfieUrls=urls)["status"] == "starting"
    subscriber.refresh_from_db()
    assert (subscriber.category, subscriber.mood) == ("edgy", "luxury")
    assert subscriber.selfie_entries == urls[:3]
    assert [image.url for image in Prediction.objects.get().asked.images] == urls[:3]


def test_what_the_subscriber_has_is_not_replaced(fake: Any) -> None:
    subscriber = make_subscriber()
    before = subscriber.selfie_entries
    generate(subscriber, category="edgy", mood="beige", selfieUrls=["https://example.com/other.jpg"])
    subscriber.refresh_from_db()
    assert (subscriber.category, subscriber.mood) == ("luxury", "minimal")
    assert subscriber.selfie_entries == before


@pytest.mark.parametrize("url", INSIDE)
@pytest.mark.parametrize("selfies", [0, 1])
def test_a_selfie_that_lies_inside_the_network_is_refused(url: str, selfies: int, fake: Any) -> None:
    subscriber = make_subscriber(selfies=selfies)
    answer = generate(subscriber, selfieUrls=["https://example.com/me.jpg", url])
    assert (answer["http"], answer["code"]) == (400, "missing_selfies")
    assert not Prediction.objects.exists()
    subscriber.refresh_from_db()
    assert url not in subscriber.selfie_entries


# --- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"selfies": 0}, "missing_selfies"),
        ({"form_data": {}, "feed_style": ""}, "missing_form_data"),
    ],
)
def test_what_was_never_given_is_asked_for(more: dict[str, Any], code: str) -> None:
    answer = generate(make_subscriber(**more))
    assert (answer["http"], answer["code"], answer["success"]) == (400, code, False)
    assert answer["status"] == "failed"
    assert not Shoot.objects.exists()


@pytest.mark.parametrize("token", ["", "nobody", None, 5, "\x00"])
def test_nobody_without_a_token(token: object) -> None:
    answer = raw(accessToken=token)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_access")


def test_a_request_that_nobody_confirmed_has_no_token_to_come_with() -> None:
    make_subscriber(access_token=None)
    assert raw(accessToken="").status_code == 404
    assert Client().get(CHECK, {"predictionId": str(uuid.uuid4()), "access": ""}).status_code == 404


def test_the_token_may_come_as_a_bearer(fake: Any) -> None:
    subscriber = make_subscriber()
    answer = Client().post(
        GENERATE, {}, content_type="application/json",
        headers={"Authorization": f"Bearer {subscriber.access_token}"},
    )  # fmt: skip
    assert answer.json()["status"] == "starting"


@pytest.mark.parametrize(
    "body",
    [
        {"category": 5},
        {"mood": ["beige"]},
        {"category": "x" * 51},
        {"selfieUrls": "https://example.com/me.jpg"},
        {"selfieUrls": [1]},
        {"selfieUrls": ["https://example.com/me.jpg"] * 21},
    ],
)
def test_a_malformed_body_is_told(body: dict[str, Any]) -> None:
    answer = generate(make_subscriber(), **body)
    assert (answer["http"], answer["code"]) == (400, "invalid_request")


def test_somebody_elses_prediction_is_unknown(fake: Any) -> None:
    prediction = generate(make_subscriber())["predictionId"]
    answer = check(make_subscriber(), prediction)
    assert (answer["http"], answer["code"]) == (404, "unknown_prediction")


def test_a_paid_prediction_is_unknown_here(fake: Any) -> None:
    subscriber = make_subscriber()
    body = {"accessToken": subscriber.access_token, "gridNumber": 1}
    paid = Client().post("/api/blueprint/generate-paid", body, content_type="application/json").json()
    assert check(subscriber, paid["predictionId"])["code"] == "unknown_prediction"


@pytest.mark.parametrize("prediction", ["", "5", "none"])
def test_what_is_no_prediction_is_a_malformed_request(prediction: str) -> None:
    answer = check(make_subscriber(), prediction)
    assert (answer["http"], answer["code"]) == (400, "invalid_request")


def test_on_a_spent_day_a_place_is_kept(fake: Any, settings: Any) -> None:
    settings.FREE_SPEND_PER_DAY_USD = 0
    answer = generate(make_subscriber())
    assert (answer["http"], answer["code"], answer["success"]) == (429, "spent_today", False)
    assert "your place is kept" in answer["error"]
    assert Shoot.objects.filter(kind=Shoot.Kind.FREE).count() == 1
    assert not Grid.objects.exists()
    drain()
    assert not Prediction.objects.exists()
