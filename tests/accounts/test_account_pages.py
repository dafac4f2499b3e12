"""Signing in and up, the account's own page, and the pages that say what went wrong."""

import re
from typing import Any

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client

from accounts.models import User
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_designer_signs_in_by_email() -> None:
    make_user("noa@example.com")
    response = Client().post("/accounts/login/", {"login": "Noa@example.com", "password": "secret"})
    assert response.status_code == 302
    assert response["Location"] == "/techpacks/"


def test_a_wrong_password_is_told_without_saying_which_was_wrong() -> None:
    make_user("noa@example.com")
    response = Client().post("/accounts/login/", {"login": "noa@example.com", "password": "guess"})
    assert 'role="alert"' in text(response)


def test_the_sign_up_page_says_what_one_begins_with(settings: Any) -> None:
    settings.SIGNUP_CREDITS = 12
    assert "You get 12 credits to begin with" in text(Client().get("/accounts/signup/"))


@pytest.mark.parametrize(
    "address",
    ["login/", "signup/", "logout/", "password/reset/", "password/reset/done/", "password/reset/key/done/",
     "password/reset/key/1-wrong/", "confirm-email/wrong/", "inactive/"],
)  # fmt: skip
def test_every_page_of_signing_in_looks_like_the_product(address: str) -> None:
    response = Client().get(f"/accounts/{address}", follow=True)
    assert response.status_code == 200
    assert 'class="brand"' in text(response)
    assert "style=" not in text(response)


def test_a_lost_password_is_replaced_by_mail() -> None:
    make_user("noa@example.com")
    Client().post("/accounts/password/reset/", {"email": "noa@example.com"})
    (letter,) = mail.outbox
    assert "Choose a new password" in letter.subject
    assert "/accounts/password/reset/key/" in letter.body
    assert "Selvedge" in letter.body


def test_the_mail_about_ended_runs_is_switched_off_and_on() -> None:
    client, user = Client(), make_user()
    client.force_login(user)
    for posted, wanted in (({}, False), ({"mail_when_run_ends": "on"}, True)):
        client.post("/account/mail/", posted)
        assert User.objects.get(pk=user.pk).mail_when_run_ends is wanted


def test_the_account_page_is_for_its_owner() -> None:
    assert Client().get("/account/").status_code == 302


def test_signing_out_is_a_post() -> None:
    client = Client()
    client.force_login(make_user())
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_what_is_not_there_is_told_in_our_words() -> None:
    response = Client().get("/nothing-here/")
    assert response.status_code == 404
    assert "Not here" in text(response)


def test_a_form_without_its_token_is_told_in_our_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert response.status_code == 403
    assert "open too long" in text(response)


def test_the_page_of_a_failure_needs_nothing() -> None:
    assert "failed on our side" in render_to_string("500.html")
