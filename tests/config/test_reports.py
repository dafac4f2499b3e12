"""What goes to Sentry says where it went wrong, and brings nobody's private link along."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from config import sentry

TOKEN = "a-private-token"


def breaks(request: HttpRequest, signed: str = "") -> HttpResponse:
    token = request.GET.get("access") or request.body.decode()
    sentry_sdk.add_breadcrumb(category="httplib", data={"url": "https://a.com", "http.query": f"s={TOKEN}"})
    raise ValueError(f"{len(token)} characters")


urlpatterns = [path("api/", breaks), path("confirm/<str:signed>/", breaks)]


class Kept(Transport):
    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.events.append(envelope.get_event())


@pytest.fixture
def reported() -> Iterator[list[Any]]:
    kept = Kept()
    sentry_sdk.init(**sentry.options("https://key@sentry.example.com/1"), transport=kept)
    yield kept.events
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


@pytest.mark.urls(__name__)
def test_a_report_names_the_route_and_no_token(reported: list[Any]) -> None:
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {TOKEN}"})
    client.cookies["blueprint_access"] = TOKEN
    client.get("/api/", {"access": TOKEN})
    client.post("/api/", json.dumps({"accessToken": TOKEN}), content_type="application/json")
    client.get(f"/confirm/{TOKEN}/", headers={"Referer": f"http://testserver/?access={TOKEN}"})
    assert [event["transaction"] for event in reported] == ["/api/", "/api/", "/confirm/{signed}/"]
    assert "ValueError" in str(reported[0])
    assert TOKEN not in str(reported)
