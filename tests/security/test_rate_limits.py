"""Who does too much waits: counted by account and by network, in PostgreSQL, for all processes."""

import dataclasses
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts import rate_limits, tokens
from accounts.mailboxes import normalised
from accounts.models import RateCount, User
from accounts.rate_limits import Rule
from blueprint import access
from config import rate_limits as limits
from credits import services as ledger
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db
RULES = {value.name: value for value in vars(limits).values() if isinstance(value, Rule)}


@pytest.fixture
def twice(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every limit is two a day."""
    settings.RATE_LIMITS = True
    few = {rule: dataclasses.replace(rule, seconds=86400, account=2, network=2) for rule in RULES.values()}
    monkeypatch.setattr(limits, "API_CALLS", few[limits.API_CALLS])
    for table in (limits.POSTS, limits.GETS):
        for name, rule in table.items():
            monkeypatch.setitem(table, name, few[rule])


ROUTES = [
    ("POST", "/techpacks/1/generate/"), ("POST", "/techpacks/photos/"), ("POST", "/techpacks/1/photos/"),
    ("GET", "/techpacks/1/download/pdf/"), ("POST", "/techpacks/1/issued/1/share/"),
    ("POST", "/account/tokens/"),
    ("GET", "/account/credits/entries.csv"), ("POST", "/shared/nothing/"),
    ("GET", "/shared/nothing/pdf.file"),
    ("POST", "/blueprint/paid/generate/"), ("POST", "/blueprint/paid/grids/1/generate/"),
    ("POST", "/blueprint/paid/grids/1/redo/"), ("POST", "/blueprint/selfies/add/"),
    ("GET", "/blueprint/download/"),
    ("GET", "/api/tech-pack-v2/products/1"), ("POST", "/api/tech-pack-v2/category/detect"),
    ("POST", "/api/blueprint/generate-paid"), ("GET", "/api/blueprint/get-paid-status"),
]  # fmt: skip


@pytest.mark.usefixtures("twice")
@pytest.mark.parametrize(("method", "address"), ROUTES)
def test_the_third_of_two_waits_and_is_told_for_how_long(method: str, address: str) -> None:
    client = Client()
    client.force_login(make_user())
    answers = [client.generic(method, address) for _ in range(3)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert 0 < int(answers[2]["Retry-After"]) <= 86400
    if address.startswith("/api/"):
        assert answers[2].json()["code"] == "too_many_calls"


@pytest.mark.usefixtures("twice")
def test_a_network_counts_across_accounts_and_an_account_across_networks() -> None:
    def ask(user: User, network: str) -> int:
        client = Client(REMOTE_ADDR=network)
        client.force_login(user)
        return client.get("/account/credits/entries.csv").status_code

    noa, ben, kim = (make_user() for _ in range(3))
    assert [ask(user, "203.0.113.1") for user in (noa, ben, kim)] == [200, 200, 429]
    assert ask(noa, "203.0.113.2") == 200
    assert ask(noa, "203.0.113.3") == 429  # the third of her own


def test_guesses_at_a_shares_password_wait(settings: Any) -> None:
    settings.RATE_LIMITS = True
    answers = [Client().post("/shared/nothing/", {"password": str(n)}).status_code for n in range(21)]
    assert answers == [404] * 20 + [429]


def test_counts_of_other_processes_count_here_and_none_is_lost() -> None:
    rule = Rule("test", seconds=60, account=3, network=100)
    RateCount.objects.all().delete()
    waits = [rate_limits.wait(rule, account="7", network=f"198.51.100.{n}") for n in range(4)]
    assert [wait > 0 for wait in waits] == [False, False, False, True]
    assert RateCount.objects.get(key="test account 7").count == 4


def test_a_household_of_ipv6_is_one_network(rf: Any) -> None:
    def network(address: str) -> str:
        return rate_limits.network_of(rf.get("/", REMOTE_ADDR=address))

    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert network("2001:db8:1:3::1") != network("2001:db8:1:2::1")


def test_a_token_and_a_link_are_accounts_of_their_own(rf: Any) -> None:
    user = make_user()
    _, token = tokens.issue(user=user, name="shop")
    by_token = rf.get("/", headers={"authorization": f"Bearer {token}"})
    link = make_subscriber(selfies=0).access_token
    by_link = rf.get("/")
    by_link.COOKIES[access.COOKIE] = link
    keys = {limits.account_of(by_token), limits.account_of(by_link)}
    assert len(keys) == 2
    assert not any(secret in key for key in keys for secret in (token, str(link)))


def test_counts_that_are_over_are_forgotten() -> None:
    rate_limits.wait(Rule("test", seconds=1, account=1, network=1), account="", network="x")
    RateCount.objects.update(ends_at="2020-01-01T00:00:00Z")
    rate_limits.forget()
    assert not RateCount.objects.exists()


def test_every_limited_route_is_one_that_there_is() -> None:
    names = set(_names(get_resolver().url_patterns))
    assert {*limits.POSTS, *limits.GETS} - names == set()


def _names(patterns: Any, prefix: str = "") -> Any:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _names(pattern.url_patterns, f"{prefix}{space}")


# --- farming the credits of new accounts ------------------------------------------------------------


def sign_up(email: str, network: str = "203.0.113.9", browser: Client | None = None) -> User:
    browser = browser or Client(REMOTE_ADDR=network)
    browser.post("/accounts/signup/", {"email": email, "password1": "a-long-password-7"})
    return User.objects.get(email=email.lower())


def test_one_mailbox_gets_its_credits_once_however_it_is_written(settings: Any) -> None:
    first = sign_up("noa.ito@gmail.com")
    again = [
        sign_up(email) for email in ("noaito@gmail.com", "noa.ito+2@gmail.com", "n.o.aito@googlemail.com")
    ]
    assert ledger.balance(first) == settings.SIGNUP_CREDITS
    assert [ledger.balance(user) for user in again] == [0, 0, 0]


def test_one_network_gets_credits_for_five_accounts_a_day(settings: Any) -> None:
    settings.RATE_LIMITS = True
    balances = [ledger.balance(sign_up(f"{n}@example.com")) for n in range(6)]
    assert balances == [settings.SIGNUP_CREDITS] * 5 + [0]
    assert ledger.balance(sign_up("far@example.com", "198.51.100.7")) == settings.SIGNUP_CREDITS


def confirm(email: str) -> None:
    """By the link in the mail."""
    address = EmailAddress.objects.get(email=email)
    Client().post(f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/")


def test_credits_may_wait_for_a_confirmed_address(settings: Any) -> None:
    settings.CONFIRM_BEFORE_CREDITS = True
    browser = Client()
    page = browser.get("/accounts/signup/").content.decode()
    assert "as soon as your address is confirmed" in " ".join(page.split())
    user = sign_up("noa@example.com", browser=browser)
    assert ledger.balance(user) == 0
    assert "confirmed your address" in browser.get(reverse("account-credits")).content.decode()
    for _ in range(2):
        confirm("noa@example.com")
    assert ledger.balance(user) == settings.SIGNUP_CREDITS
    assert "confirmed your address" not in browser.get(reverse("account-credits")).content.decode()


def test_who_confirms_a_second_address_gets_no_more(settings: Any) -> None:
    settings.CONFIRM_BEFORE_CREDITS = True
    user = sign_up("noa@example.com")
    EmailAddress.objects.create(user=user, email="other@example.com")
    for email in ("noa@example.com", "other@example.com"):
        confirm(email)
    assert ledger.balance(user) == settings.SIGNUP_CREDITS


def test_a_mailbox_that_had_its_credits_gets_none_when_it_is_confirmed(settings: Any) -> None:
    settings.CONFIRM_BEFORE_CREDITS = True
    for email in ("noa@example.com", "noa+again@example.com"):
        user = sign_up(email)
        confirm(email)
    assert ledger.balance(user) == 0


@pytest.mark.parametrize(
    ("written", "mailbox"),
    [("Noa@Example.com", "noa@example.com"), ("n.o.a@example.com", "n.o.a@example.com"),
     ("noa+x@example.com", "noa@example.com"), ("N.oa+y@GoogleMail.com", "noa@gmail.com"),
     ("+x@a.com", "+x@a.com")],
)  # fmt: skip
def test_a_mailbox_is_known_by_its_plain_address(written: str, mailbox: str) -> None:
    assert normalised(written) == mailbox
