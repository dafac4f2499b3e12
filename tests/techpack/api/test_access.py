"""Who may call: a token or a session of one's own, and nothing of anybody else's."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken, User
from techpack.models import Product
from tests.support.factories import make_product
from tests.support.pictures import picture
from tests.support.snapshots import remembered
from tests.techpack.api.calling import HOME, Program, every_call, names_something


def program_with_everything() -> tuple[Program, dict[str, Any]]:
    def make() -> tuple[Program, dict[str, Any]]:
        program = Program()
        return program, program.make_everything()

    program, there = remembered("a program's everything", make)
    program.user = User.objects.get(pk=program.user.pk)
    return program, there


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

JSON = "application/json"


def test_another_users_things_are_not_there_on_any_route() -> None:
    owner, there = program_with_everything()
    other = Program()
    before = owner.get(f"products/{there['productId']}").json()
    calls = [call for call in every_call(there) if names_something(call)]
    assert len(calls) > 30
    for method, path, body in calls:
        answer = other.call(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (path, body)
    assert other.upload(there["productId"]).status_code == 404
    assert owner.get(f"products/{there['productId']}").json() == before


def test_another_users_photo_is_not_there() -> None:
    owner, other = Program(), Program()
    owner.make_product()
    theirs = Product.objects.get().revisions.get()
    product_id = other.make_product()
    answer = other.post("base-views/analyze", {"productId": product_id, "revisionIds": [theirs.pk]})
    assert answer.status_code == 404
    address = f"http://testserver{theirs.asset.original}"
    for path, body in (
        (f"products/{product_id}/revisions", {"imageUrl": address}),
        ("category/detect", {"productId": product_id, "imageUrl": address}),
    ):
        assert other.post(path, body).status_code == 404
    assert Product.objects.get(pk=product_id).revisions.count() == 1


def test_without_a_sign_in_every_route_is_401() -> None:
    _, there = program_with_everything()
    for method, path, body in every_call(there):
        answer = Client().generic(method, f"{HOME}{path}", str(body), JSON)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), path
        assert "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer slv_wrong", "bearer \xff", "Basic abc"])
def test_what_is_no_token_is_401(header: str) -> None:
    product_id = Program().make_product()
    answer = Client().get(f"{HOME}products/{product_id}", headers={"authorization": header})
    assert answer.status_code == 401


def test_a_wrong_token_is_not_saved_by_a_session() -> None:
    program = Program()
    client = Client()
    client.force_login(program.user)
    answer = client.get(f"{HOME}products/{program.make_product()}", headers={"authorization": "Bearer no"})
    assert answer.status_code == 401


def test_a_revoked_token_opens_nothing() -> None:
    program, there = program_with_everything()
    tokens.revoke(token=program.row)
    for method, path, body in every_call(there):
        assert program.call(method, path, body).status_code == 401


def test_a_token_that_reads_only_reads() -> None:
    owner, there = program_with_everything()
    reader = Program(owner.user, scope="read")
    for method, path, body in every_call(there):
        answer = reader.call(method, path, body)
        if method == "GET":
            assert answer.status_code == 200, path
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "read_only_token")


def test_a_session_carries_the_csrf_header_for_what_changes_something() -> None:
    program = Program()
    product_id = program.make_product()
    client = Client(enforce_csrf_checks=True)
    client.force_login(program.user)
    address = f"{HOME}products/{product_id}"
    assert client.get(address).status_code == 200
    refused = client.patch(address, {"name": "x"}, JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    client.get("/account/")
    csrf = {"x-csrftoken": client.cookies["csrftoken"].value}
    assert client.patch(address, {"name": "x"}, JSON, headers=csrf).status_code == 200


def test_a_token_needs_no_csrf_header() -> None:
    program = Program()
    program.client = Client(enforce_csrf_checks=True)
    assert program.post("products", {"name": "Tee"}).status_code == 200
    assert program.upload(Product.objects.get().pk, picture()).status_code == 200


def test_the_use_of_a_token_is_seen() -> None:
    program = Program()
    product = make_product(program.user)
    program.get(f"products/{product.pk}")
    used = ApiToken.objects.get().last_used_at
    assert used is not None
    assert (timezone.now() - used).total_seconds() < 60
