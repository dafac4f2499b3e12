"""The list of products keeps itself up to date by one request for all that run, and is searched, sorted."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from techpack.models import Product, TechPack
from techpack.services import products
from tests.support.factories import make_product, make_run, make_user
from tests.support.job_queue import work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]
LIST = "/techpacks/"


@pytest.fixture
def owner() -> User:
    return make_user(balance=50)


@pytest.fixture
def client(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def poll_of(text: str) -> str:
    found = re.search(r'hx-get="(/techpacks/list/changes/[^"]+)"', text)
    return found[1].replace("&amp;", "&") if found else ""


def names(client: Client, **asked: str) -> list[str]:
    page = client.get(LIST, asked)
    return [product.name for product in page.context["list"].page.object_list]


def test_one_poll_brings_what_changed_of_all_that_run(
    client: Client, owner: User, django_assert_max_num_queries: Any
) -> None:
    runs = [make_run(owner, name=name) for name in ("One", "Two")]
    make_product(owner, name="At rest")
    poll = poll_of(client.get(LIST).text)
    with django_assert_max_num_queries(4):  # session, user, products with their runs
        assert client.get(poll).status_code == 204
    work()
    answer = client.get(poll)
    assert all(f'id="product-{run.product_id}"' in answer.text for run in runs)
    assert "At rest" not in answer.text
    assert "Complete" in answer.text or "Needs review" in answer.text
    assert 'id="poller"' in answer.text
    assert poll_of(answer.text) == ""  # nothing runs any more


def test_at_rest_the_list_asks_for_nothing(client: Client, owner: User) -> None:
    make_product(owner)
    assert poll_of(client.get(LIST).text) == ""


def test_a_poll_brings_nothing_of_anybody_else(client: Client, owner: User) -> None:
    theirs = make_run(make_user(balance=50), name="Secret")
    answer = client.get(f"{LIST}list/changes/?seen={theirs.product_id}.1.0")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("seen", ["", "x", "1.2", "1.2.3-" * 30, "9" * 40 + ".1.1"])
def test_an_address_of_nobodys_making_reloads_the_page(seen: str, client: Client) -> None:
    answer = client.get(f"{LIST}list/changes/", {"seen": seen})
    assert answer["HX-Refresh"] == "true"


def test_an_ended_session_leads_to_signing_in() -> None:
    answer = Client().get(f"{LIST}list/changes/?seen=1.1.1")
    assert (answer.status_code, answer["HX-Refresh"]) == (403, "true")


def test_it_is_sorted_and_filtered_by_state(client: Client, owner: User) -> None:
    make_product(owner, name="alpha")
    stopped, running = make_run(owner, name="Charlie"), make_run(owner, name="bravo")
    TechPack.objects.filter(pk=stopped.pk).update(status=TechPack.Status.CANCELED)
    assert names(client, sort="name") == ["alpha", "bravo", "Charlie"]
    assert names(client, sort="new") == ["bravo", "Charlie", "alpha"]
    assert names(client, status="draft") == ["alpha"]
    assert names(client, status="running") == [running.product.name]
    assert names(client, status="trouble") == ["Charlie"]
    assert names(client, status="trouble", q="zulu") == []
    assert len(names(client, sort="';--", status="\x00")) == 3


def test_archived_is_said_on_the_list_and_on_the_page_which_restores(client: Client, owner: User) -> None:
    product = make_product(owner, name="Old coat")
    products.archive_product(product=product)
    assert names(client) == []
    assert "These are archived" in client.get(LIST, {"show": "archived"}).text
    page = client.get(product.get_absolute_url()).text
    assert "it is not in your list" in page
    client.post(f"{product.get_absolute_url()}archive/", {"restore": "1"})
    assert Product.objects.get().archived_at is None
    assert "it is not in your list" not in client.get(product.get_absolute_url()).text
