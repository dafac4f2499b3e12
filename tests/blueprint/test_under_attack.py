"""What people and programs that mean no good, or old rows that nobody looked at, try on blueprints."""

import json
from typing import Any

import pytest
from django.test import Client

from blueprint.models import Subscriber
from tests.making_blueprints import make_subscriber

pytestmark = pytest.mark.django_db

ROUTES = ("generate-paid", "generate-grid")
HALF = "\ud800"  # half of a character: JSON can say it, PostgreSQL cannot keep it


def post(route: str, body: bytes | dict[str, Any]) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body)
    return Client().post(f"/api/blueprint/{route}", data, content_type="application/json")


# --- the JSON API --------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("token", ["a\x00b", 5, {"a": 1}, [1], True, "x" * 100_000])
def test_a_token_that_cannot_be_one_is_an_unknown_one(route: str, token: Any) -> None:
    answer = post(route, {"accessToken": token, "gridNumber": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_access")


@pytest.mark.parametrize(
    "given",
    [
        {"category": HALF},
        {"mood": HALF},
        {"selfieUrls": [f"https://pictures.example.com/{HALF}.jpg"]},
    ],
)
def test_what_no_database_can_keep_is_refused(fake: Any, given: dict[str, Any]) -> None:
    subscriber = make_subscriber(selfies=0, form_data={}, feed_style="")
    answer = post("generate-grid", {"accessToken": subscriber.access_token, **given})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert not Subscriber.objects.get().form_data


@pytest.mark.parametrize("route", ROUTES)
def test_a_body_that_is_too_large_is_refused_in_json(settings: Any, route: str) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = post(route, {"accessToken": "x" * 200})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("route", ROUTES)
def test_half_a_character_in_a_token_is_refused(route: str) -> None:
    answer = post(route, {"accessToken": HALF, "gridNumber": 1})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 50_000, b"[]", b"null", b'"a"', b"9" * 5000])
def test_a_body_that_is_no_object_is_refused_in_json(body: bytes) -> None:
    answer = post("generate-paid", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "junk",
    [
        {"form_data": ["luxury"], "feed_style": ""},
        {"form_data": {"vibe": {"a": 1}, "feed_style": 7}},
        {"form_data": "x" * 100_000},
        {"selfie_image_urls": {"a": 1}},
        {"selfie_image_urls": [1, None, {}, [], "", "://", "https://[", "http://h:99999/", "x" * 100_000]},
        {"selfie_image_urls": ["https://pictures.example.com/a.jpg"] * 10_000},
        {"paid_blueprint_photo_urls": {"a": 1}},
        {"paid_blueprint_photo_urls": [1, None, {}, [["a"]], "", "javascript://%0aalert(1)", "https://["]},
        {"paid_blueprint_photo_urls": ["https://'\"><script>alert(1)</script>.example/"] * 10_000},
    ],
)
def test_rows_of_any_shape_are_shown_and_answered(fake: Any, admin_client: Client, junk: Any) -> None:
    subscriber = make_subscriber(selfies=0, name='<script>alert("x")</script>', **junk)
    client, token = Client(), str(subscriber.access_token)
    assert client.get("/api/blueprint/get-paid-status", {"access": token}).status_code == 200
    assert post("generate-paid", {"accessToken": token, "gridNumber": 30}).status_code in (200, 400)
    page = client.get("/blueprint/paid/", {"access": token}, follow=True)
    assert page.status_code == 200
    assert b"<script>alert" not in page.content
    assert client.get("/blueprint/paid/grids/1/").status_code == 200
    assert client.get("/blueprint/download/").status_code in (200, 302)
    for place in ("", f"{subscriber.pk}/change/"):
        shown = admin_client.get(f"/admin/blueprint/subscriber/{place}")
        assert shown.status_code == 200
        assert b"<script>alert" not in shown.content
