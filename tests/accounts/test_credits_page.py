"""The credits page: every entry with what it paid for and what came back, in pages and as a file."""

import csv
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from credits import services as ledger
from credits import statement
from credits.models import Entry
from techpack.models import Product, Step
from techpack.services import proposals, takes
from tests.support.factories import make_run, make_user, script
from tests.support.job_queue import work

pytestmark = pytest.mark.django_db
PAGE, FILE = "/account/credits/", "/account/credits/entries.csv"


@pytest.fixture
def noa() -> User:
    return make_user("noa@example.com", balance=41)


@pytest.fixture
def browser(client: Client, noa: User) -> Client:
    client.force_login(noa)
    return client


def words(response: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def charge(user: User, reference: str, *, amount: int = 1, description: str = "Something") -> Entry:
    return ledger.charge(holder=user, amount=amount, reference=reference, description=description)


def rows(browser: Client) -> list[dict[str, str]]:
    lines = b"".join(browser.get(FILE)).decode("utf-8-sig").splitlines()
    return list(csv.DictReader(lines))


# --- the page ----------------------------------------------------------------------------------------


def test_the_balance_and_the_entries_are_shown(browser: Client) -> None:
    page = words(browser.get(PAGE))
    assert " 41 credits left" in page
    assert "For the test" in page


def test_one_who_has_nothing_is_told_how_to_get_some(client: Client, settings: Any) -> None:
    settings.CREDITS_CONTACT = "write to studio@example.com"
    client.force_login(make_user())
    page = words(client.get(PAGE))
    assert "Nothing was charged or given yet." in page
    assert "For more credits: write to studio@example.com" in page


def test_a_charge_links_to_the_run_it_paid_for(browser: Client, noa: User, fake: Any) -> None:
    run = make_run(noa, name="Green tee")
    work()
    page = browser.get(PAGE).content.decode()
    assert page.count(f'<a href="{run.get_absolute_url()}"><bdi>Green tee, run 1</bdi></a>') == 3


def test_what_was_made_again_or_asked_for_in_words_links_to_its_run(
    browser: Client, noa: User, fake: Any
) -> None:
    run = make_run(noa)
    work()
    piece, view = run.close_ups.first(), run.base_views.get()
    assert piece is not None
    charge(noa, f"try:{piece.slot}:1")
    takes.regenerate(piece=piece, by=noa)
    proposals.ask(piece=view, path="colours.0.name", prompt="make it pine green", by=noa)
    lines = statement.page(noa).lines
    assert [line.entry.reference.partition(":")[0] for line in lines[:3]] == ["edit", "regenerate", "try"]
    assert [line.meaning.url for line in lines[:6] if line.meaning] == [run.get_absolute_url()] * 6


@pytest.mark.parametrize(
    "reference", ["step:x:1", "step:", "try:close-up:999:1", "try:hat:3", "try", "other:7"]
)
def test_what_nobody_can_explain_is_shown_by_its_words(browser: Client, noa: User, reference: str) -> None:
    charge(noa, reference, description="An old thing")
    assert "An old thing" in words(browser.get(PAGE))


def test_a_charge_outlives_its_product(browser: Client, noa: User, fake: Any) -> None:
    make_run(noa, name="Green tee")
    work()
    Step.objects.all().delete()
    Product.objects.all().delete()
    page = words(browser.get(PAGE))
    assert "Base views of SV-" in page
    assert "Green tee" not in page


def test_a_refund_stands_beside_its_charge(browser: Client, noa: User, fake: Any) -> None:
    script(sketch=["refuse"])
    make_run(noa)
    work()
    page = statement.page(noa)
    (refunded,) = [line for line in page.lines if line.refund]
    assert refunded.entry.description.startswith("Sketches")
    assert refunded.refund is not None
    shown = words(browser.get(PAGE))
    assert shown.index(refunded.entry.description) < shown.index(refunded.refund.description)
    assert shown.count(refunded.refund.description) == 1
    assert "+3 credits given back" in shown


def test_older_entries_are_on_further_pages_each_on_one(browser: Client, noa: User) -> None:
    for number in range(40):
        charge(noa, f"other:{number}", description=f"Thing {number}.")
    first, second = browser.get(PAGE), None
    older = re.search(r'href="(\?before=\d+)"', first.content.decode())
    assert older
    second = browser.get(PAGE + older[1])
    seen = re.findall(r"Thing \d+\.", words(first)) + re.findall(r"Thing \d+\.", words(second))
    assert seen == [f"Thing {number}." for number in reversed(range(40))]
    newer = re.search(r'href="(\?after=\d+)"', second.content.decode())
    assert newer
    assert re.findall(r"Thing \d+\.", words(browser.get(PAGE + newer[1]))) == seen[:25]
    assert "?before" not in second.content.decode()


@pytest.mark.parametrize(
    "place", ["before=x", "before=-1", f"after={10**30}", "before=%00", "after=9223372036854775807"]
)
def test_an_address_made_up_is_answered(browser: Client, place: str) -> None:
    assert browser.get(f"{PAGE}?{place}").status_code == 200


def test_the_page_takes_as_many_queries_for_many_entries_as_for_few(
    browser: Client, noa: User, fake: Any
) -> None:
    ledger.grant(holder=noa, amount=100, reference="more", description="More")
    make_run(noa)
    work()
    with CaptureQueriesContext(connection) as few:
        browser.get(PAGE)
    for _ in range(4):
        make_run(noa)
        work()
    with CaptureQueriesContext(connection) as many:
        browser.get(PAGE)
    assert len(many) == len(few) <= 7


# --- the file ----------------------------------------------------------------------------------------


def test_the_file_has_every_entry_and_adds_up(browser: Client, noa: User, fake: Any) -> None:
    script(sketch=["refuse"])
    run = make_run(noa, name="Green tee")
    work()
    found = rows(browser)
    assert len(found) == Entry.objects.count()
    assert sum(int(row["Credits"]) for row in found) == ledger.balance(noa)
    assert int(found[-1]["Balance after"]) == ledger.balance(noa)
    (refund,) = [row for row in found if row["Kind"] == "Refund"]
    assert refund["Paid for"] == "Green tee, run 1"
    assert refund["Address"].endswith(run.get_absolute_url())
    assert refund["Refund of"] in {row["Reference"] for row in found if row["Kind"] == "Charge"}


def test_the_file_is_written_some_hundred_at_a_time(
    browser: Client, noa: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "AT_ONCE", 3)
    for number in range(7):
        charge(noa, f"other:{number}")
    response = browser.get(FILE)
    assert response.streaming
    assert len(list(response)) == 1 + 3  # the heading, and eight entries
    assert [row["Reference"] for row in rows(browser)][1:] == [f"other:{number}" for number in range(7)]


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
def test_no_cell_begins_a_formula(browser: Client, noa: User, words: str) -> None:
    charge(noa, "other:1", description=words)
    assert f"'{words}".encode() in b"".join(browser.get(FILE))


def test_words_with_commas_and_quotes_stay_whole(browser: Client, noa: User) -> None:
    charge(noa, "other:1", description='A "collar", 3 cm')
    assert rows(browser)[-1]["What"] == 'A "collar", 3 cm'


# --- other people ------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_nobody_sees_what_others_paid(address: str, noa: User) -> None:
    charge(noa, "other:1", description="A secret garment")
    stranger = Client()
    stranger.force_login(make_user(balance=1))
    shown = stranger.get(address).getvalue().decode()
    assert "For the test" in shown
    assert "A secret garment" not in shown


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_number_of_somebody_elses_entry_opens_nothing_of_theirs(noa: User, place: str) -> None:
    theirs = charge(noa, "other:1", description="A secret garment")
    stranger = Client()
    stranger.force_login(make_user(balance=1))
    number = theirs.pk + (1 if place == "before" else -1)
    assert "A secret garment" not in words(stranger.get(f"{PAGE}?{place}={number}"))


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_a_visitor_is_asked_to_sign_in(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]
