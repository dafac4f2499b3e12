"""Who has lost the private link gets it by mail, and a stranger learns nothing."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from blueprint.models import Subscriber
from tests.blueprint.asking_free import confirm_path, link_in, sent
from tests.support.blueprint_factories import make_subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_of_other_tests() -> None:
    cache.clear()


def ask(email: str) -> HttpResponse:
    """The page that somebody sees in the end."""
    return Client().post("/blueprint/link/", {"email": email}, follow=True)  # type: ignore[return-value]


def words(page: HttpResponse, email: str) -> str:
    """What stands on the page, but for the address itself."""
    return re.sub(r"<[^>]+>", "", page.content.decode()).replace(email, "")


def test_the_link_goes_to_the_address_it_belongs_to_and_still_opens_the_blueprint() -> None:
    subscriber = make_subscriber()
    ask(f" {subscriber.email.upper()} ")
    (message,) = sent()
    assert message.to == [subscriber.email]
    assert message.subject == "The private link to your blueprint"
    assert "free blueprint" not in str(message.body)
    assert Client().get(link_in(message), follow=True).status_code == 200


def test_a_stranger_reads_the_same_whether_the_address_has_a_blueprint_or_not() -> None:
    subscriber = make_subscriber()
    known, unknown = (words(ask(email), email) for email in (subscriber.email, "nobody@example.com"))
    assert known == unknown
    assert "is on its way there" in known
    assert [message.to for message in sent()] == [[subscriber.email]]


def test_a_link_that_staff_revoked_stays_revoked() -> None:
    subscriber = make_subscriber()
    Subscriber.objects.update(access_token=None)
    ask(subscriber.email)
    assert sent() == []


def test_a_request_that_nobody_confirmed_has_no_link_to_send(client: Client) -> None:
    confirm_path(client)
    ask("noa@example.com")
    assert len(sent()) == 1  # the one that asks for confirmation


def test_three_mails_a_day_go_to_one_address_and_the_fourth_is_told_the_same() -> None:
    subscriber = make_subscriber()
    pages = [ask(subscriber.email).status_code for _ in range(5)]
    assert pages == [200] * 5
    assert len(sent()) == 3


def test_one_network_asks_only_so_often(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"blueprint_link": "1/h/ip"}
    subscriber = make_subscriber()
    assert [ask(subscriber.email).status_code, ask(subscriber.email).status_code] == [200, 429]
    assert len(sent()) == 1


def test_an_address_that_is_none_is_said_beside_its_field() -> None:
    answer = ask("noa")
    assert answer.status_code == 422
    assert "Type your email address" in answer.content.decode()


def test_a_link_that_opens_nothing_leads_to_the_form() -> None:
    page = Client().get("/blueprint/paid/?access=cut-short").content.decode()
    assert 'action="/blueprint/link/"' in page
    assert 'name="email"' in page
    assert "/blueprint/link/" in Client().get("/blueprint/").content.decode()
