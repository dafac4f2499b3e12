"""While the database is away clients are asked to come back, each in its own form."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from accounts.models import Membership, Role
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db
PROGRAMS = ["/api/tech-pack-v2/products/1", "/api/blueprint/get-paid-status?access=some"]


@pytest.fixture
def visitor() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_user())
    return client


@pytest.fixture
def away(visitor: Client) -> Iterator[None]:
    def refuse(execute: Any, sql: str, *_: Any) -> None:
        raise OperationalError("connection refused")

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize("path", ["/techpacks/", "/accounts/login/", "/blueprint/paid/?access=some"])
def test_a_page_says_so_in_words(visitor: Client, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Back in a moment" in answer.content.decode()


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize(
    "path", ["/api/tech-pack-v2/products/1", "/api/blueprint/get-paid-status?access=some"]
)
def test_a_program_gets_json(visitor: Client, path: str) -> None:
    answer = visitor.get(path, headers={"Authorization": "Bearer slv_some"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert (answer.json()["success"], answer.json()["code"]) == (False, "unavailable")


def test_what_is_deleted_at_the_same_moment_is_not_there(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def name_a_team_that_is_gone(*_: Any, **__: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            Membership.objects.create(team_id=987654, user=make_user(), role=Role.VIEWER)

    monkeypatch.setattr("techpack.views.landing.redirect", name_a_team_that_is_gone)
    monkeypatch.setattr("techpack.services.products.create_product", name_a_team_that_is_gone)
    assert visitor.get("/").status_code == 404
    answer = visitor.post("/api/tech-pack-v2/products", {"name": "Tee"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_another_fault_is_still_a_fault(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr("techpack.views.landing.redirect", fail)
    answer = visitor.get("/")
    assert answer.status_code == 500
    assert "That failed on our side" in answer.content.decode()


def test_a_transaction_that_hangs_is_ended_and_a_dead_peer_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("1min",)
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
    parameters = connection.get_connection_params()
    assert parameters["keepalives_idle"] == 30
