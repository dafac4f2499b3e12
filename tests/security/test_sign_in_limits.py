"""Nobody guesses passwords without limit: not of designers, not of staff, not through another process."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.support import workers
from tests.support.factories import make_user

STAFF = "staff@example.com"
GUESSES = 5  # at one account, in five minutes
GUESS_ELSEWHERE = f"""
import django
django.setup()
from django.test import Client
client = Client(REMOTE_ADDR="192.0.2.55", SERVER_NAME="localhost")
for number in range({GUESSES}):
    client.post("/accounts/login/", {{"login": "{STAFF}", "password": f"guess {{number}}"}})
"""


@pytest.fixture(autouse=True)
def _forget_guesses(db: None) -> Iterator[None]:
    yield
    cache.clear()


def sign_in(client: Client, password: str, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": STAFF, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_admin_sends_to_the_sign_in_of_the_site(client: Client) -> None:
    User.objects.create_superuser(STAFF, "secret")
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    assert sign_in(client, "secret", next="/admin/")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_admins_own_form_signs_nobody_in(client: Client) -> None:
    User.objects.create_superuser(STAFF, "secret")
    client.post("/admin/login/", {"username": STAFF, "password": "secret"})
    assert not is_signed_in(client)


def test_staff_cannot_guess_at_a_colleagues_password_through_the_admins_form(client: Client) -> None:
    User.objects.create_superuser(STAFF, "secret")
    client.force_login(User.objects.create_superuser("other@example.com", "secret"))
    assert client.post("/admin/login/", {"username": STAFF, "password": "secret"}).status_code == 405


def test_a_designer_is_told_that_the_admin_is_not_theirs(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/admin/login/").status_code == 403


def test_a_password_is_changed_under_the_limits_of_the_account_page(client: Client) -> None:
    client.force_login(User.objects.create_superuser(STAFF, "secret"))
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_after_five_guesses_at_an_account_the_right_password_waits_too(client: Client) -> None:
    User.objects.create_superuser(STAFF, "secret")
    for number in range(GUESSES):
        sign_in(client, f"guess {number}")
    assert "Too many failed login attempts" in sign_in(client, "secret").content.decode()
    assert not is_signed_in(client)


def test_one_address_cannot_guess_at_many_accounts(client: Client) -> None:
    for number in range(10):
        client.post("/accounts/login/", {"login": f"{number}@example.com", "password": "guess"})
    User.objects.create_superuser(STAFF, "secret")
    sign_in(client, "secret")
    assert not is_signed_in(client)


def test_too_many_requests_are_told_in_our_words(client: Client) -> None:
    for _ in range(30):
        answer = sign_in(client, "guess")
    answer = sign_in(client, "guess")
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_guesses_through_another_process_count_here() -> None:
    User.objects.create_superuser(STAFF, "secret")
    environment = workers.environment(DEBUG="1")  # its pages need no gathered static files
    subprocess.run([sys.executable, "-c", GUESS_ELSEWHERE], check=True, env=environment, timeout=120)
    here = Client(REMOTE_ADDR="192.0.2.99", SERVER_NAME="localhost")
    sign_in(here, "secret")
    assert not is_signed_in(here)


def test_counters_are_not_pushed_out_by_a_flood_of_others(client: Client) -> None:
    """Django's default drops live entries from the 300th on."""
    User.objects.create_superuser(STAFF, "secret")
    for number in range(GUESSES):
        sign_in(client, f"guess {number}")
    for number in range(400):
        cache.set(f"zzz-{number}", [1.0], 600)
    sign_in(client, "secret")
    assert not is_signed_in(client)
