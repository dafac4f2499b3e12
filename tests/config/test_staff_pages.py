"""The first page of the admin, its search, and webhooks that never arrive."""

import datetime as dt
import http.server
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tokens
from blueprint.models import Mail
from blueprint.services import grids
from config import checks
from config.staff import overview
from generation import webhook_health
from generation.models import Attempt, Prediction
from generation.providers.replicate import ReplicateProvider
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_product, make_user, script
from tests.support.job_queue import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def numbers(words: str) -> list[str]:
    return [line.value for line in overview.lines() if words in line.words]


def test_the_first_page_counts_and_every_number_leads_to_its_list(client: Client, fake: Any) -> None:
    noa = make_subscriber()
    script(grid=["refuse"])
    grids.start_paid_grid(subscriber_id=noa.pk, number=3)
    work()
    Mail.objects.create(subscriber=noa, kind=Mail.Kind.WELCOME, to="a@example.com", status=Mail.Status.FAILED)
    Prediction.objects.create(
        kind="x", subject="test:1", slot="a", account="user:1", provider="fake", request={},
        status=Prediction.Status.RUNNING, stuck_at=timezone.now(),
    )  # fmt: skip
    assert numbers("stuck, needs somebody") == ["1"]
    assert numbers("mails failed") == ["1"]
    assert numbers("30 empty slots") == ["1"]
    assert [line.value for line in overview.lines() if line.group == "Failed today"] == ["1"]
    page = client.get("/admin/")
    assert "Selvedge" in page.text
    assert "Django administration" not in page.text
    for line in overview.lines():
        assert line.url.replace("&", "&amp;") in page.text
        assert client.get(line.url).status_code == 200, line.url  # a filter that does not fit leads away


def test_a_number_is_the_number_of_rows_in_its_list(client: Client, fake: Any) -> None:
    noa = make_subscriber()
    script(grid=["refuse"])
    grids.start_paid_grid(subscriber_id=noa.pk, number=3)
    work()
    failed = next(line for line in overview.lines() if line.group == "Failed today")
    assert re.search(r"\b1 prediction\b", client.get(failed.url).text)


@pytest.mark.parametrize("asked", ["noa.search@example.com", "NOA.SEARCH", "{token}", "{call}", "{number}"])
def test_a_subscriber_is_found_by_what_staff_are_told(asked: str, client: Client, fake: Any) -> None:
    noa = make_subscriber(email="noa.search@example.com")
    make_subscriber()
    grids.start_paid_grid(subscriber_id=noa.pk, number=1)
    work()
    call = Attempt.objects.get().external_id
    asked = asked.format(token=(noa.access_token or "")[-4:], call=call, number=noa.pk)
    found = client.get("/admin/find/", {"q": asked}).text
    if asked == call:
        assert f"/admin/generation/prediction/{Prediction.objects.get().pk}/" in found
    else:
        assert f"/admin/blueprint/subscriber/{noa.pk}/change/" in found


@pytest.mark.parametrize("length", [1, 3, 5, 12])
def test_a_link_cannot_be_spelled_out_by_searching(length: int, client: Client) -> None:
    noa = make_subscriber(email="a@b.cd", name="", access_token="x" * 30 + "QzQvWkJhGyXx")
    ending = (noa.access_token or "")[-length:]
    for page in ("/admin/find/", "/admin/blueprint/subscriber/"):
        assert (
            f"/admin/blueprint/subscriber/{noa.pk}/change/" not in client.get(page, {"q": f"{ending}"}).text
        )


def test_a_product_and_a_token_are_found(client: Client) -> None:
    owner = make_user()
    product = make_product(owner)
    _, token = tokens.issue(user=owner, name="shop")
    assert (
        f"/techpack/product/{product.pk}/change/" in client.get("/admin/find/", {"q": f"#{product.pk}"}).text
    )
    assert "/accounts/apitoken/" in client.get("/admin/find/", {"q": token[-4:]}).text


def test_nobody_else_searches() -> None:
    client = Client()
    client.force_login(make_user())
    assert client.get("/admin/find/", {"q": "a"}).status_code == 302


# --- webhooks that never arrive (case 08) -----------------------------------------------------------


def ended_calls(count: int, *, heard: bool = False) -> None:
    now = timezone.now()
    for n in range(count):
        prediction = Prediction.objects.create(
            kind="x", subject=f"test:{n}", slot="a", account="user:1", provider=ReplicateProvider.name,
            request={}, status=Prediction.Status.SUCCEEDED,
        )  # fmt: skip
        Attempt.objects.create(
            prediction=prediction, number=1, provider=ReplicateProvider.name, external_id=f"call{n}",
            outcome=Attempt.Outcome.SUCCEEDED, accepted_at=now, ended_at=now + dt.timedelta(seconds=n),
            webhook_at=now if heard and n == 0 else None,
        )  # fmt: skip


def test_silent_webhooks_are_said_to_staff(settings: Any, client: Client) -> None:
    settings.PUBLIC_URL = "https://selvedge.example"
    ended_calls(6)
    assert webhook_health.silent_calls() == 6
    assert "no webhook for the last 6 calls, all found by polling" in client.get("/admin/").text


@pytest.mark.parametrize(("count", "heard", "address"), [(6, True, "x"), (4, False, "x"), (6, False, "")])
def test_webhooks_that_come_or_were_not_asked_for_are_no_news(
    count: int, heard: bool, address: str, settings: Any
) -> None:
    settings.PUBLIC_URL = address and "https://selvedge.example"
    ended_calls(count, heard=heard)
    assert webhook_health.silent_calls() == 0


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/moved"):
            self.send_response(301)
            self.send_header("Location", "https://www.selvedge.example/healthz")
        else:
            self.send_response(200)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_public_address_that_redirects_is_warned_of(site: str, settings: Any) -> None:
    settings.PUBLIC_URL = f"{site}/moved"
    (warning,) = checks.unreachable_public_url()
    assert "a redirect to https://www.selvedge.example" in warning.msg
    settings.PUBLIC_URL = site
    assert checks.unreachable_public_url() == []
    settings.PUBLIC_URL = site.replace("http:", "https:")
    assert checks.unreachable_public_url()
