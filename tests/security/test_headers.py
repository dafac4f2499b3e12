"""Every kind of answer carries the headers that tell a browser what it must not do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from generation.storage import media
from tests.support.factories import make_asset, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.security.failing_urls"
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True


def get(address: str, **more: Any) -> HttpResponse:
    return Client(raise_request_exception=False, **more).get(address, secure=True)


def picture() -> HttpResponse:
    user = make_user()
    client = Client()
    client.force_login(user)
    return client.get(make_asset(f"user:{user.pk}").original, secure=True)


def signed_picture() -> HttpResponse:
    return get(media.signed_address(make_asset("user:1"), "original", seconds=60))


def form_without_its_token() -> HttpResponse:
    return Client(enforce_csrf_checks=True).post("/accounts/login/", secure=True)


ANSWERS: dict[str, tuple[int, Callable[[], HttpResponse]]] = {
    "page": (200, lambda: get("/accounts/login/")),
    "redirect": (302, lambda: get("/account/")),
    "API": (200, lambda: get("/api/openapi.json")),
    "page of the API": (200, lambda: get("/api/docs")),
    "refusal of the API": (401, lambda: get("/api/tech-pack-v2/products/1")),
    "media": (200, picture),
    "signed media": (200, signed_picture),
    "400": (400, lambda: get("/account/", SERVER_NAME="evil.example")),
    "403": (403, form_without_its_token),
    "404": (404, lambda: get("/nothing-here/")),
    "500": (500, lambda: get("/fails/")),
    "health": (200, lambda: get("/healthz")),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_has_the_security_headers(kind: str) -> None:
    status, ask = ANSWERS[kind]
    answer = ask()
    assert answer.status_code == status
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    wanted = "cross-origin" if kind == "signed media" else "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == wanted
    if kind == "health":  # a load balancer asks, by address and without TLS
        return
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "same-origin"
    is_framed_nowhere = "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert is_framed_nowhere or answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("kind", [kind for kind in ANSWERS if kind != "health"])
def test_every_answer_has_a_content_security_policy(kind: str) -> None:
    policy = ANSWERS[kind][1]()["Content-Security-Policy"]
    assert "default-src 'none'" in policy if "media" in kind else "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'unsafe-inline'" not in policy


def test_a_picture_is_kept_from_other_sites_when_the_browser_has_it_already() -> None:
    user = make_user()
    client = Client()
    client.force_login(user)
    asset = make_asset(f"user:{user.pk}")
    headers = {"If-None-Match": f'"{asset.pk}-original"'}
    answer = client.get(asset.original, secure=True, headers=headers)
    assert (answer.status_code, answer["Cross-Origin-Resource-Policy"]) == (304, "same-origin")
