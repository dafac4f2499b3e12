"""The page of API tokens: made, shown once, told apart, revoked; each by its owner alone."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts import tokens
from accounts.models import ApiToken, User
from accounts.views import tokens as views
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db
PAGE = "/account/tokens/"


@pytest.fixture
def noa() -> User:
    return make_user("noa@example.com")


@pytest.fixture
def browser(client: Client, noa: User) -> Client:
    client.force_login(noa)
    return client


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def make(browser: Client, name: str = "Plotter", scope: str = "read") -> Any:
    return browser.post(PAGE, {"name": name, "scope": scope})


def shown_token(response: Any) -> str:
    found = re.search(r"slv_[\w-]{20,}", response.content.decode())
    return found[0] if found else ""


@pytest.mark.parametrize(("scope", "may_write"), [("read", False), ("write", True)])
def test_a_token_works_and_may_do_what_was_chosen(
    browser: Client, noa: User, scope: str, may_write: bool
) -> None:
    token = shown_token(make(browser, scope=scope))
    row = tokens.holder(token)
    assert row is not None
    assert (row.user, row.name, row.may_write) == (noa, "Plotter", may_write)


def test_it_is_shown_once_on_an_answer_that_nobody_stores(browser: Client) -> None:
    response = make(browser)
    token = shown_token(response)
    assert response["Cache-Control"] == "no-store"
    page = browser.get(PAGE)
    assert token not in page.content.decode()
    assert f"...{token[-4:]}" in words(page)
    assert "not used yet" in words(page)


def test_its_last_use_is_shown(browser: Client) -> None:
    make(browser)
    tokens.used(ApiToken.objects.get())
    assert "last used" in words(browser.get(PAGE))


@pytest.mark.parametrize(
    ("posted", "said"),
    [({"name": "", "scope": "read"}, "Give the token a name"),
     ({"name": "x", "scope": "all"}, "Say what it may do."),
     ({"name": "x"}, "Say what it may do."), ({"name": "x" * 81, "scope": "read"}, "at most 80")],
)  # fmt: skip
def test_what_does_not_do_is_told(browser: Client, posted: dict[str, str], said: str) -> None:
    response = browser.post(PAGE, posted)
    assert response.status_code == 422
    assert said in words(response)
    assert not ApiToken.objects.exists()


def test_there_is_an_end_to_how_many(browser: Client, noa: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST", 2)
    for _ in range(2):
        make(browser)
    assert "Revoke one first." in words(make(browser))
    assert ApiToken.objects.count() == 2


def test_a_revoked_one_opens_nothing_and_leaves_the_list(browser: Client) -> None:
    token = shown_token(make(browser))
    row = ApiToken.objects.get()
    assert "Revoked: Plotter." in words(browser.post(f"{PAGE}{row.pk}/revoke/", follow=True))
    assert tokens.holder(token) is None
    assert "There is none yet." in words(browser.get(PAGE))


def test_a_name_with_markup_is_a_name(browser: Client) -> None:
    make(browser, name='<b>"x"</b>')
    assert "<b>" not in browser.get(PAGE).content.decode()


def test_nobody_sees_or_revokes_the_tokens_of_others(browser: Client, noa: User) -> None:
    row, token = tokens.issue(user=make_user("ada@example.com"), name="Hers")
    assert "Hers" not in words(browser.get(PAGE))
    assert browser.post(f"{PAGE}{row.pk}/revoke/").status_code == 404
    assert tokens.holder(token) is not None


def test_a_visitor_makes_and_revokes_none(noa: User) -> None:
    row, _ = tokens.issue(user=noa, name="mine")
    visitor = Client()
    for answer in (visitor.get(PAGE), make(visitor), visitor.post(f"{PAGE}{row.pk}/revoke/")):
        assert answer["Location"].startswith("/accounts/login/")
    assert ApiToken.objects.live().count() == 1


def test_a_token_signs_nobody_in_to_the_pages(noa: User) -> None:
    _, token = tokens.issue(user=noa, name="mine")
    assert Client(headers={"authorization": f"Bearer {token}"}).get(PAGE).status_code == 302


def test_revoking_is_a_post(browser: Client, noa: User) -> None:
    row, _ = tokens.issue(user=noa, name="mine")
    assert browser.get(f"{PAGE}{row.pk}/revoke/").status_code == 405


def test_the_page_takes_as_many_queries_for_many_as_for_one(
    browser: Client, noa: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        tokens.issue(user=noa, name=f"Program {number}")
    with django_assert_max_num_queries(5):
        browser.get(PAGE)
