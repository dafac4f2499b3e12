"""A POST with an Idempotency-Key is made once."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import IdempotentCall
from techpack.models import Product, Revision, TechPack
from tests.support.job_queue import work
from tests.support.pictures import picture
from tests.techpack.api.calling import Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


@pytest.fixture
def program() -> Program:
    return Program()


def test_a_product_is_made_once(program: Program) -> None:
    first = program.post("products", {"name": "Tee"}, idempotency_key="a")
    second = program.post("products", {"name": "Tee"}, idempotency_key="a")
    assert first.json() == second.json()
    assert "Idempotent-Replayed" in second.headers
    assert Product.objects.count() == 1
    assert program.post("products", {"name": "Tee"}, idempotency_key="b").json() != first.json()


def test_a_photo_in_a_form_is_the_same_call_whatever_its_boundary(program: Program) -> None:
    product_id = program.data("products", {"name": "Tee"})["productId"]
    first = program.upload(product_id, viewType="front", key="a")
    second = program.upload(product_id, viewType="front", key="a")
    assert first.status_code == 200
    assert first.json() == second.json()
    assert Revision.objects.count() == 1
    other = program.upload(product_id, picture(size=(301, 400)), viewType="front", key="a")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


def test_a_step_made_anew_is_made_and_charged_once(program: Program) -> None:
    product_id = program.make_product()
    program.made("base-views/analyze", product_id)
    program.made("close-ups/generate", product_id)
    body = {"productId": product_id, "again": True}
    assert program.post("close-ups/generate", body, idempotency_key="again").status_code == 202
    work()
    first = program.data("close-ups/generate", body, idempotency_key="again")
    assert {image["loadingState"] for image in first["generatedImages"]} == {"loaded"}
    assert program.data("close-ups/generate", body, idempotency_key="again") == first
    assert TechPack.objects.count() == 2
    assert program.balance == 20 - 9


def test_a_call_taken_over_from_a_process_that_died_goes_on_with_what_that_made(program: Program) -> None:
    product_id = program.make_product()
    program.made("base-views/analyze", product_id)
    body = {"productId": product_id, "again": True}
    program.post("base-views/analyze", body, idempotency_key="a")
    long_ago = timezone.now() - dt.timedelta(hours=1)
    IdempotentCall.objects.update(status=None, answer=None, claimed_at=long_ago)  # as if it had died then
    work()
    assert program.data("base-views/analyze", body, idempotency_key="a")["analyses"]
    assert TechPack.objects.count() == 2


def test_a_call_under_way_is_told_so(program: Program) -> None:
    program.post("products", {"name": "Tee"}, idempotency_key="a")
    IdempotentCall.objects.update(status=None, answer=None)
    answer = program.post("products", {"name": "Tee"}, idempotency_key="a")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")
    assert "Retry-After" in answer.headers


def test_a_refusal_is_no_answer_to_keep(program: Program) -> None:
    product_id = program.data("products", {"name": "Tee"})["productId"]
    body = {"productId": product_id}
    assert program.post("category/detect", body, idempotency_key="a").status_code == 409
    program.upload(product_id)
    assert program.post("category/detect", body, idempotency_key="a").status_code == 202


def test_a_key_is_another_programs_own(program: Program) -> None:
    program.post("products", {"name": "Tee"}, idempotency_key="a")
    assert Program().post("products", {"name": "Coat"}, idempotency_key="a").status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\tbed"])
def test_what_is_no_key_is_refused(program: Program, key: str) -> None:
    assert program.post("products", {"name": "Tee"}, idempotency_key=key).status_code == 400
    assert not Product.objects.exists()
