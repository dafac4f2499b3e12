"""Products and photos through the API."""

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation.models import Asset
from generation.storage import media
from techpack.models import BaseView, DraftPhoto, Measurement, Product, Revision, TechPack
from tests.support.factories import make_product
from tests.support.job_queue import work
from tests.support.pictures import picture
from tests.techpack.api.calling import Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


@pytest.fixture
def program() -> Program:
    return Program()


def test_a_change_leaves_the_rest_as_it_is(program: Program) -> None:
    product_id = program.data("products", {"name": "Tee", "notes": "Heavy"})["productId"]
    changed = program.call("PATCH", f"products/{product_id}", {"name": "Coat"}).json()["data"]
    assert (changed["name"], changed["notes"]) == ("Coat", "Heavy")
    changed = program.call("PATCH", f"products/{product_id}", {"category": "BAG"}).json()["data"]
    assert (changed["name"], changed["category"], changed["subcategory"]) == ("Coat", "BAG", "")
    changed = program.call("PATCH", f"products/{product_id}", {"subcategory": "Tote"}).json()["data"]
    assert (changed["category"], changed["subcategory"]) == ("BAG", "Tote")


@pytest.mark.parametrize(
    "body",
    [{"name": ""}, {"name": " \n"}, {"name": "a\x00"}, {"name": "x" * 121}, {"category": "SHIP"},
     {"subcategory": "Tote"}, {"name": 5}, [], "text"],
)  # fmt: skip
def test_a_change_that_does_not_fit_is_refused_in_words(program: Program, body: Any) -> None:
    product = make_product(program.user)
    answer = program.call("PATCH", f"products/{product.pk}", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    product.refresh_from_db()
    assert (product.name, product.category) == ("Green tee", "")


def test_a_change_is_made_whole_or_not_at_all(program: Program) -> None:
    product = make_product(program.user)
    body = {"name": "Renamed", "subcategory": "Polo"}
    assert program.call("PATCH", f"products/{product.pk}", body).status_code == 400
    product.refresh_from_db()
    assert product.name == "Green tee"


def test_the_category_tells_when_it_was_found_or_corrected(program: Program) -> None:
    product_id = program.make_product()
    found = program.made("category/detect", product_id)
    program.call("PATCH", f"products/{product_id}", {"notes": "Heavy"})
    assert program.get(f"products/{product_id}").json()["data"]["category"] == found
    program.call("PATCH", f"products/{product_id}", {"category": "BAG"})
    corrected = program.data("category/detect", {"productId": product_id})
    assert corrected["timestamp"] > found["timestamp"]


def test_an_uploaded_photo_has_addresses_that_need_no_session(program: Program) -> None:
    product_id = program.data("products", {"name": "Tee"})["productId"]
    photo = program.upload(product_id, viewType="back").json()["data"]
    assert photo["viewType"] == "back"
    for address in (photo["imageUrl"], photo["thumbnailUrl"]):
        assert address.startswith("http://testserver/media/")
        assert program.client.get(address).status_code == 200
    assert not DraftPhoto.objects.exists()


def test_the_same_photo_twice_is_one_revision(program: Program) -> None:
    product_id = program.data("products", {"name": "Tee"})["productId"]
    first, second = program.upload(product_id), program.upload(product_id)
    assert first.json() == second.json()
    assert not DraftPhoto.objects.exists()


def test_an_address_of_ours_names_its_photo_even_when_it_has_expired(program: Program) -> None:
    product_id = program.make_product()
    revision = Revision.objects.get()
    expired = media.signed_address(revision.asset, "small", seconds=-3600)
    for address in (f"http://testserver{expired}", expired):
        answer = program.data(f"products/{product_id}/revisions", {"imageUrl": address})
        assert answer["revisionId"] == revision.pk
    program.made("category/detect", product_id, imageUrl=f"http://testserver{expired}")
    assert Revision.objects.count() == 1


def test_a_photo_of_another_product_of_ones_own_is_copied(program: Program) -> None:
    program.make_product()
    theirs = Revision.objects.get().asset
    other = program.data("products", {"name": "Second"})["productId"]
    program.data(f"products/{other}/revisions", {"imageUrl": f"http://testserver{theirs.original}"})
    copy = Product.objects.get(pk=other).revisions.get().asset
    assert copy.pk != theirs.pk
    assert copy.sha256 == theirs.sha256


def test_a_photo_elsewhere_becomes_a_revision(program: Program, elsewhere: Any) -> None:
    product_id = program.data("products", {"name": "Tee"})["productId"]
    url = elsewhere.put("/side.png", picture())
    photo = program.data(f"products/{product_id}/revisions", {"imageUrl": url})
    assert photo["viewType"] == "side"
    again = program.data(f"products/{product_id}/revisions", {"imageUrl": url})
    assert again["revisionId"] == photo["revisionId"]
    assert program.post("category/detect", {"productId": product_id, "imageUrl": url}).status_code == 202
    assert Revision.objects.count() == 1


def test_a_photo_that_is_not_at_its_address_is_told(program: Program, elsewhere: Any) -> None:
    product_id = program.data("products", {"name": "Tee"})["productId"]
    for url, code in (
        (f"http://{elsewhere.name}/gone.png", "image_not_there"),
        (elsewhere.put("/page.html", b"<html>"), "invalid_image"),
        (elsewhere.put("/away", b"", 302, Location="http://10.0.0.1/a.png"), "invalid_image_url"),
        (elsewhere.put("/broken", b"", 500), "image_not_reached"),
    ):
        answer = program.post(f"products/{product_id}/revisions", {"imageUrl": url})
        assert answer.json()["code"] == code, url
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/a.png", "http://10.0.0.1/a.png", "file:///etc/passwd", "http://[::1]/", "gopher://x",
     "http://localhost/a.png", "http://169.254.169.254/latest", "http://", "nonsense", "http://[", "\ud800"],
)  # fmt: skip
def test_an_address_inside_is_never_asked(program: Program, address: str) -> None:
    product_id = program.data("products", {"name": "Tee"})["productId"]
    for path, body in (
        (f"products/{product_id}/revisions", {"imageUrl": address}),
        ("category/detect", {"productId": product_id, "imageUrl": address}),
    ):
        answer = program.post(path, body)
        assert answer.status_code in (400, 422), answer.content
    assert not Asset.objects.exists()


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_what_is_no_picture_is_refused_in_words(program: Program, data: bytes) -> None:
    product_id = program.data("products", {"name": "Tee"})["productId"]
    answer = program.upload(product_id, data or b" ")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_image")


def test_a_product_takes_ten_photos(program: Program) -> None:
    product = make_product(program.user, *["detail"] * 10)
    answer = program.upload(product.pk, picture(size=(500, 500)))
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_photos")
    assert not DraftPhoto.objects.exists()


def test_the_state_before_anything_was_made(program: Program) -> None:
    product_id = program.data("products", {"name": "Tee"})["productId"]
    state = program.get(f"products/{product_id}").json()["data"]
    assert (state["currentStep"], state["isGenerating"], state["hasData"]) == ("idle", False, False)
    assert (state["techPackId"], state["category"], state["error"], state["progress"]) == (
        None,
        None,
        None,
        0,
    )
    assert state["credits"]["total"] == 0


def test_the_state_while_it_is_made(program: Program) -> None:
    product_id = program.make_product()
    program.post("base-views/analyze", {"productId": product_id})
    state = program.get(f"products/{product_id}").json()["data"]
    assert (state["currentStep"], state["isGenerating"]) == ("category", True)


def test_the_state_costs_the_same_queries_however_much_there_is_and_writes_nothing(program: Program) -> None:
    product_id = program.make_product("front", "back", "side")
    for path in ("base-views/analyze", "close-ups/generate", "sketches/generate"):
        program.made(path, product_id)
    work()
    with CaptureQueriesContext(connection) as captured:
        state = program.get(f"products/{product_id}").json()["data"]
    assert len(state["closeUps"]) == 4
    assert len(captured) <= 5  # token, what stands, product, all of its run; one for missed pictures
    reading = ("SELECT", "\nWITH")
    assert not [query["sql"] for query in captured if not query["sql"].startswith(reading)]


def test_addresses_stay_the_same_from_one_call_to_the_next(program: Program) -> None:
    product_id = program.make_product()
    first = program.get(f"products/{product_id}").json()
    time.sleep(1.1)
    assert program.get(f"products/{product_id}").json() == first


def test_a_state_that_stands_as_it_stood_costs_two_queries_and_a_change_shows_at_once(
    program: Program,
) -> None:
    product_id = program.make_product()
    program.made("base-views/analyze", product_id)
    path = f"products/{product_id}"
    before = program.call("GET", path).json()
    with CaptureQueriesContext(connection) as queries:
        assert program.call("GET", path).json() == before
    assert len(queries) == 2
    changes = (
        lambda: Product.objects.filter(pk=product_id).update(notes="Heavy"),
        lambda: Revision.objects.filter(product=product_id).update(view="back"),
        lambda: BaseView.objects.filter(tech_pack__product=product_id).update(confidence=0.125),
        lambda: Measurement.objects.create(product_id=product_id, code="BL1", position=1),
        lambda: TechPack.objects.filter(product=product_id).update(status="canceled"),
    )
    for change in changes:
        program.call("GET", path)
        change()
        with CaptureQueriesContext(connection) as queries:
            program.call("GET", path)
        assert len(queries) > 3, "made anew"
