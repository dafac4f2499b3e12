"""Whatever is refused is refused in one form, in JSON."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from techpack.services import products
from tests.techpack.api.calling import HOME, Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


@pytest.fixture
def program() -> Program:
    return Program()


def is_refusal(answer: Any, status: int, code: str) -> bool:
    told = answer.json()
    assert answer.headers["Content-Type"].startswith("application/json")
    assert told["success"] is False
    assert told["error"].endswith((".", "valid boolean")) or ":" in told["error"]
    return (answer.status_code, told["code"]) == (status, code)


@pytest.mark.parametrize(
    "path", ["/api/nothing", f"{HOME}nothing", f"{HOME}products/abc", "/api/blueprint/x"]
)
def test_an_address_that_is_none(path: str) -> None:
    assert is_refusal(Client().get(path), 404, "not_found")
    assert is_refusal(Client(enforce_csrf_checks=True).post(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "products"), ("DELETE", "products/1"), ("PUT", "edit/x")]
)
def test_a_method_that_is_none(program: Program, method: str, path: str) -> None:
    answer = program.call(method, path)
    if path.startswith("products"):
        assert is_refusal(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"]
    else:
        assert is_refusal(answer, 404, "not_found")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"name": null}', b"[" * 100_000, b"\xff\xfe"])
def test_a_body_that_does_not_fit(program: Program, body: bytes) -> None:
    answer = program.client.generic(
        "POST", f"{HOME}products", body, "application/json",
        headers={"authorization": f"Bearer {program.token}"},
    )  # fmt: skip
    assert is_refusal(answer, 400, "invalid_request")


@pytest.mark.parametrize("product_id", [0, -1, 2**63, 10**40, "x", None, [1], 1.5, "1.5", True, {}])
def test_a_product_id_that_is_none(program: Program, product_id: Any) -> None:
    assert is_refusal(program.post("category/detect", {"productId": product_id}), 400, "invalid_request")


@pytest.mark.parametrize("kind", [int, float, str])
def test_a_product_id_is_a_whole_number_or_its_digits(program: Program, kind: Any) -> None:
    product_id = program.make_product()
    sent = str(product_id) if kind is str else kind(product_id)
    assert program.post("category/detect", {"productId": sent}).status_code == 202


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("category/detect", [1], "The body is not valid JSON. Send one JSON object."),
        ("category/detect", "text", "The body is not valid JSON. Send one JSON object."),
        ("category/detect", {}, "productId: This is needed."),
        ("category/detect", {"productId": "x"}, "productId: Send a whole number."),
        ("category/detect", {"productId": 0}, "productId: Send 1 or more."),
        ("products", {"name": "x" * 121}, "name: At most 120 characters."),
        ("products", {"name": 5}, "name: Send a text."),
        ("products", {"name": " "}, "Give the product a name."),
        ("edit", {"fieldPath": "a", "editPrompt": "b"}, "Send one of revisionId, sketchId."),
        (
            "regenerate",
            {"closeUpId": 1, "sketchId": 1},
            "Send one of revisionId, closeUpId, sketchId.",
        ),
        (
            "base-views/analyze",
            {"productId": 1, "revisionIds": [1] * 101},
            "revisionIds: At most 100 entries.",
        ),
        (
            "products/1/revisions",
            {"imageUrl": "http://x", "viewType": "below"},
            "viewType: Send one of 'front', 'back', 'side' or 'detail'.",
        ),
    ],
)
def test_what_does_not_fit_is_said_for_people(program: Program, path: str, body: Any, words: str) -> None:
    if path.startswith("products/1/"):
        path = path.replace("/1/", f"/{program.make_product()}/")
    answer = program.post(path, body)
    assert is_refusal(answer, 400, "invalid_request")
    assert answer.json()["error"] == words


def test_a_head_is_answered_like_a_get(program: Program) -> None:
    product_id = program.make_product()
    answer = program.call("HEAD", f"products/{product_id}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert program.call("HEAD", f"products/{10**9}").status_code == 404
    assert "HEAD" in program.call("DELETE", f"products/{product_id}").headers["Allow"]
    assert program.call("HEAD", "products").status_code == 405


def test_a_product_id_beyond_all_numbers_in_an_address(program: Program) -> None:
    assert is_refusal(program.get(f"products/{10**40}"), 404, "not_found")


def test_a_form_without_a_photo(program: Program) -> None:
    product_id = program.make_product()
    address = f"{HOME}products/{product_id}/revisions"
    headers = {"authorization": f"Bearer {program.token}"}
    assert is_refusal(program.client.post(address, {"x": "y"}, headers=headers), 400, "invalid_request")
    wrong = {"photo": SimpleUploadedFile("a.png", b"x"), "viewType": "below"}
    assert is_refusal(program.client.post(address, wrong, headers=headers), 400, "invalid_request")
    broken = program.client.generic(
        "POST", address, b"--x", "multipart/form-data; boundary=\xff", headers=headers
    )
    assert is_refusal(broken, 400, "invalid_request")


def test_more_than_a_call_may_carry(program: Program, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    for headers in ({}, {"idempotency_key": "a"}):
        answer = program.post("products", {"name": "Tee", "notes": "x" * 2000}, **headers)
        assert is_refusal(answer, 413, "too_large")


def test_a_fault_of_our_own_is_told_in_the_same_form_and_reported(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(**more: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(products, "create_product", breaks)
    program.client.raise_request_exception = False
    answer = program.post("products", {"name": "Tee"}, idempotency_key="a")
    assert is_refusal(answer, 500, "internal_error")
    assert "broken" not in answer.content.decode()
    monkeypatch.undo()
    assert program.post("products", {"name": "Tee"}, idempotency_key="a").status_code == 200
