"""What a stranger tries at the door: forged forms, hosts and sessions; and what answers give away."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import tokens
from accounts.models import User
from credits import services as ledger
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db
LOGIN, SIGN_UP, RESET = "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"
PASSWORD = "a long enough one 7"


@pytest.fixture(autouse=True)
def _forget_limits(db: None) -> Iterator[None]:
    yield
    cache.clear()


def sign_in(client: Client, password: str = "secret", **more: str) -> Any:
    return client.post(LOGIN, {"login": "noa@example.com", "password": password, **more})


def sign_up(client: Client, email: str) -> Any:
    return client.post(SIGN_UP, {"email": email, "password1": PASSWORD})


# --- forged requests ------------------------------------------------------------------------------------


def exempt_from_csrf(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        here = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from exempt_from_csrf(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern) and getattr(pattern.callback, "csrf_exempt", False):
            yield here


def test_only_what_brings_a_proof_of_its_own_takes_a_post_without_our_token() -> None:
    """The API checks sessions itself; the others come signed."""
    exempt = set(exempt_from_csrf(get_resolver().url_patterns))
    assert {route for route in exempt if not route.startswith("api/")} == {
        "blueprint/unsubscribe/<str:signed>/",
        "webhooks/replicate/",
        "webhooks/stripe/",
    }


# --- sessions -------------------------------------------------------------------------------------------


def test_a_session_planted_before_signing_in_is_not_the_one_after() -> None:
    make_user("noa@example.com")
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    sign_in(client)
    assert client.cookies["sessionid"].value != planted
    stranger = Client()
    stranger.cookies["sessionid"] = planted
    assert stranger.get("/account/").status_code == 302


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(settings: Any) -> None:
    make_user("noa@example.com")
    client = Client()
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


# --- addresses and hosts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
    ],
)
def test_signing_in_and_out_lead_to_no_other_site(target: str) -> None:
    make_user("noa@example.com")
    client = Client()
    assert "evil" not in client.get(LOGIN, {"next": target}).content.decode().split("<form")[1].split(">")[0]
    assert sign_in(client, next=target)["Location"] == "/techpacks/"
    assert client.post("/accounts/logout/", {"next": target})["Location"] == LOGIN


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_a_forged_host_stands_in_no_mail(header: str) -> None:
    make_user("noa@example.com")
    Client().post(RESET, {"email": "noa@example.com"}, **{header: "evil.example"})  # type: ignore[arg-type]
    assert not any("evil.example" in str(letter.message()) for letter in mail.outbox)
    assert len(mail.outbox) == (header != "HTTP_HOST")  # which is refused altogether


# --- who has an account ---------------------------------------------------------------------------------


def test_signing_in_answers_the_same_with_an_account_and_without() -> None:
    make_user("noa@example.com")
    answers = []
    for email in ("noa@example.com", "ben@example.com"):
        answer = Client().post(LOGIN, {"login": email, "password": "guess"})
        answers.append((answer.status_code, answer.context["form"].errors.as_json()))
    assert answers[0] == answers[1]


class CountingHasher(MD5PasswordHasher):
    """How often a password was hashed, which is what takes the time."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.hashed += 1
        return super().encode(password, salt)


def test_an_unknown_address_costs_a_hash_as_a_known_one_does(settings: Any) -> None:
    make_user("noa@example.com")
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    user = User.objects.get()
    user.set_password("secret")
    user.save()
    counts = []
    for email in ("noa@example.com", "nobody@example.com"):
        CountingHasher.hashed = 0
        Client().post(LOGIN, {"login": email, "password": "a wrong one"})
        counts.append(CountingHasher.hashed)
    assert counts == [1, 1]


@pytest.mark.parametrize("email", ["noa@example.com", "ben@example.com"])
def test_a_reset_answers_the_same_with_an_account_and_without(email: str) -> None:
    make_user("noa@example.com")
    answer = Client().post(RESET, {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, f"{RESET}done/")


# --- credits --------------------------------------------------------------------------------------------


def test_an_account_begins_with_credits_once(settings: Any) -> None:
    from accounts.signals import give_signup_credits

    user = make_user("noa@example.com")
    for _ in range(3):
        give_signup_credits(user=user)
    assert ledger.balance(user) == settings.SIGNUP_CREDITS


def test_sign_ups_from_one_address_are_limited() -> None:
    answers = [sign_up(Client(), f"{number}@example.com") for number in range(21)]
    assert [answer.status_code for answer in answers] == [302] * 20 + [429]


# --- logs -----------------------------------------------------------------------------------------------


def test_no_log_holds_a_password_or_a_token(caplog: pytest.LogCaptureFixture) -> None:
    user = make_user("noa@example.com")
    _, token = tokens.issue(user=user, name="Program")
    link = str(make_subscriber(selfies=0).access_token)
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="django.request"):
        sign_in(Client(), "guess-nobody-logs")
        for address in ("products/1", "nothing"):
            Client().get(f"/api/tech-pack-v2/{address}", headers={"authorization": f"Bearer {token}"})
        Client().get("/blueprint/paid/", {"access": link})
        Client().get("/blueprint/nothing/", {"access": link})
    said = [record.getMessage() for record in caplog.records]
    for secret in ("guess-nobody-logs", token, link):
        assert not any(secret in line for line in said)
    assert any("/blueprint/nothing/" in line for line in said)
