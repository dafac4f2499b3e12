"""Measures and hand-over over the API: the status codes and shapes that the contract names."""

from typing import Any

import pytest

from credits import services as ledger
from techpack.models import PhotoReading, Product
from tests.support.sheets import put
from tests.techpack.api.calling import Program


def code_of(answer: Any) -> str:
    return str(answer.json()["code"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"value": 300}, 422, "implausible_value"),
        ({"value": "wide"}, 422, "value_misfit"),
        ({"value": -5}, 422, "value_misfit"),
        ({"value": 1e300}, 422, "value_misfit"),
        ({"value": "9" * 5000}, 400, "invalid_request"),
        ({"value": True}, 400, "invalid_request"),
        ({"value": "a\x00"}, 400, "invalid_request"),
        ({"value": "\ud800"}, 400, "invalid_request"),
        ({}, 400, "invalid_request"),
    ],
)
def test_a_value_that_cannot_be_entered_is_refused(tee: Product, body: Any, status: int, code: str) -> None:
    program = Program(tee.owner)
    answer = program.call("PATCH", f"products/{tee.pk}/measurements/CH1", body)
    assert (answer.status_code, code_of(answer)) == (status, code)


def test_a_value_is_entered_as_typed_forced_and_emptied(tee: Product) -> None:
    program = Program(tee.owner)
    where = f"products/{tee.pk}/measurements/"
    for body, shown in (
        ({"value": "20 1/2 in"}, "52.07"),
        ({"value": 48.5}, "48.5"),
        ({"value": 300, "force": True}, "300"),
    ):
        answer = program.call("PATCH", f"{where}CH1", body)
        assert answer.json()["data"]["valueCm"] == shown
        assert answer.json()["data"]["source"] == "entered"
    emptied = program.call("PATCH", f"{where}HC1", {"value": ""}).json()["data"]  # a T-shirt has none
    assert (emptied["valueCm"], emptied["source"]) == (None, "unspecified")
    assert program.call("PATCH", f"{where}XX9", {"value": 5}).status_code == 404


def test_an_export_is_saved_under_its_style_number_in_any_script(tee: Product) -> None:
    put(tee, "header", 1, style_number="布-7")
    answer = Program(tee.owner).get(f"products/{tee.pk}/exports/csv")
    assert answer.status_code == 200
    assert "filename*=utf-8''%E5%B8%83-7" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [(True, "value: Send a number or a text."), ("9" * 5000, "value: At most 60 characters.")],
)
def test_a_value_of_no_kind_that_fits_is_refused_in_one_sentence(
    tee: Product, value: Any, sentence: str
) -> None:
    program = Program(tee.owner)
    answer = program.call("PATCH", f"products/{tee.pk}/measurements/CH1", {"value": value})
    assert (answer.status_code, answer.json()["error"]) == (400, sentence)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("sheets/labels/rows", {"cells": {"type": "main label"}}, "cells"),
        ("shares", {"release": 1, "pasword": "secret"}, "pasword"),
        ("releases", {"notes": "first"}, "notes"),
    ],
)
def test_a_misspelt_field_is_refused(tee: Product, path: str, body: dict[str, Any], field: str) -> None:
    answer = Program(tee.owner).post(f"products/{tee.pk}/{path}", body)
    assert (answer.status_code, answer.json()["error"]) == (400, f"{field}: There is no such field.")


def test_what_is_not_there_or_not_whole_is_said(tee: Product) -> None:
    program = Program(tee.owner)
    product = f"products/{tee.pk}"
    refused = program.post(f"{product}/releases", {})
    assert (refused.status_code, code_of(refused)) == (409, "not_ready")
    assert refused.json()["blocked"]
    assert program.data(f"{product}/releases", {"force": True})["release"] == 1
    assert program.get(f"{product}/exports/docx").status_code == 404
    assert program.get(f"{product}/exports/pdf?release=9").status_code == 404
    assert program.get(f"{product}/exports/pdf?release={10**30}").status_code in (400, 404)
    assert program.get(f"{product}/flats/top.svg").status_code == 404
    assert program.get(f"{product}/flats/front.png?width=9").status_code == 400
    assert program.get(f"{product}/flats/front.png?width=wide").status_code == 400
    assert program.post(f"{product}/shares", {"release": 9}).status_code == 404
    assert program.post(f"{product}/shares", {"release": 1, "expiresInDays": 0}).status_code == 400
    share = program.data(f"{product}/shares", {"release": 1})
    stranger = Program()
    assert stranger.call("DELETE", f"shares/{share['shareId']}").status_code == 404
    assert stranger.get(f"{product}/measurements").status_code == 404
    assert program.call("DELETE", f"shares/{share['shareId']}").status_code == 200


def test_a_flat_is_drawn_in_every_size_of_the_header(tee: Product) -> None:
    put(tee, "header", 1, sizes="S, M, XL", base_size="M")
    program = Program(tee.owner)
    address = f"products/{tee.pk}/flats/front.svg"
    base, large = program.get(address), program.get(f"{address}?size=XL")
    assert base["Content-Type"] == "image/svg+xml"
    assert large.content != base.content
    assert program.get(f"{address}?size=M").content == base.content
    assert program.get(f"{address}?size=XXL").status_code == 409


def test_a_photo_of_nothing_is_refused_with_a_code_and_free_unless_forced(
    tee: Product, settings: Any
) -> None:
    settings.API_MAX_WAIT = 0
    nothing = {"code": "nothing_there", "text": "No product was found on this photo.", "blocks": True}
    PhotoReading.objects.filter(revision__product=tee).update(problems=[nothing])
    program, before = Program(tee.owner), ledger.balance(tee.owner)
    asked = {"productId": tee.pk, "revisionIds": [tee.revisions.get().pk]}
    refused = program.post("base-views/analyze", asked)
    assert (refused.status_code, code_of(refused)) == (422, "photo_problem")
    assert "Nothing was charged" in refused.json()["error"]
    assert (ledger.balance(tee.owner), tee.runs.count()) == (before, 0)
    assert program.post("base-views/analyze", {**asked, "force": True}).status_code in (200, 202)


def test_what_is_drawn_by_hand_is_listed_drawn_and_deleted(tee: Product) -> None:
    program = Program(tee.owner)
    address = f"products/{tee.pk}/flats/marks"
    asked = {"view": "front", "kind": "seam", "points": [[-10, 30], [10, 30]], "mirrored": False}
    made = program.data(address, asked)
    assert program.get(address).json()["data"] == [made]
    assert (
        f'data-mark="{made["markId"]}"' in program.get(f"products/{tee.pk}/flats/front.svg").content.decode()
    )
    assert program.post(address, asked | {"points": [[0, 0]]}).status_code == 400
    assert program.post(address, asked | {"view": "side"}).status_code == 409
    assert program.call("DELETE", f"{address}/{made['markId']}").status_code == 200
    assert program.call("DELETE", f"{address}/{made['markId']}").status_code == 404
    assert program.get(address).json()["data"] == []
