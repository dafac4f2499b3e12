"""The product list, and making, changing and ending a product, as a browser without JavaScript sees it."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from techpack.forms import ProductForm
from techpack.models import DraftPhoto, Product, Revision, TechPack
from techpack.services.photos import guess_view
from tests.support.factories import (
    cm,
    make_draft,
    make_product,
    make_user,
    picture,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def designer() -> User:
    return make_user(balance=9)


@pytest.fixture
def browser(designer: User) -> Client:
    return signed_in(designer)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(name: str = "front.png", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if data is None else data, "image/png")


def shot(number: int, name: str = "front.png") -> SimpleUploadedFile:
    """One of several different photos."""
    return upload(name, picture(size=(300 + number, 400)))


def filled(**more: Any) -> dict[str, Any]:
    return {
        "name": "Green tee",
        "notes": "",
        "dimension": "",
        "dimension_value": "",
        "dimension_unit": "cm",
        **more,
    }


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# --- the list --------------------------------------------------------------------------------


def test_a_visitor_is_asked_to_sign_in() -> None:
    response = Client().get("/techpacks/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_an_empty_list_invites(browser: Client) -> None:
    page = text(browser.get("/techpacks/"))
    assert "Make the first one" in page
    assert "New tech pack" in page


def test_a_product_is_listed_with_picture_name_code_and_state(browser: Client, designer: User) -> None:
    product = make_product(designer, "front")
    page = text(browser.get("/techpacks/"))
    for words in ("Green tee", product.code, "No run yet", product.revisions.get().asset.small):
        assert words in page


def test_a_run_shows_its_state_in_words(browser: Client, designer: User) -> None:
    for status, words in ((TechPack.Status.COMPLETE, "Complete"), (TechPack.Status.FAILED, "Failed")):
        product = make_product(designer, name=words)
        TechPack.objects.create(
            product=product,
            number=1,
            asked=["category"],
            engine="fake",
            status=status,
            started_at=timezone.now(),
        )
    page = text(browser.get("/techpacks/"))
    assert '<span class="state done">Complete' in page
    assert '<span class="state bad">Failed' in page


def test_the_list_asks_as_many_queries_for_many_products_as_for_one(
    browser: Client, designer: User, django_assert_num_queries: Any
) -> None:
    for _ in range(6):
        product = make_product(designer, "front", "back")
        TechPack.objects.create(
            product=product, number=1, asked=["category"], engine="fake", started_at=timezone.now()
        )
    # session, user, count, products, photos, runs, their four kinds of pieces, balance
    with django_assert_num_queries(11):
        browser.get("/techpacks/")


def test_somebody_elses_products_are_not_listed(browser: Client) -> None:
    make_product(make_user(), name="Secret coat")
    assert "Secret coat" not in text(browser.get("/techpacks/"))


@pytest.mark.parametrize("query", ["tee", "TEE", "green t"])
def test_search_finds_by_name(browser: Client, designer: User, query: str) -> None:
    make_product(designer)
    make_product(designer, name="Blue coat")
    page = text(browser.get("/techpacks/", {"q": query}))
    assert "Green tee" in page
    assert "Blue coat" not in page


def test_search_finds_by_code(browser: Client, designer: User) -> None:
    wanted, other = make_product(designer, name="Wanted"), make_product(designer, name="Other")
    page = text(browser.get("/techpacks/", {"q": wanted.code.lower()}))
    assert wanted.name in page
    assert other.name not in page


def test_a_search_for_something_odd_finds_nothing(browser: Client, designer: User) -> None:
    make_product(designer)
    assert "Nothing called" in text(browser.get("/techpacks/", {"q": "%\x00' or 1=1"}))


def test_htmx_gets_only_the_results(browser: Client, designer: User) -> None:
    make_product(designer)
    response = browser.get("/techpacks/", {"q": "tee"}, headers={"HX-Request": "true"})
    assert "<html" not in text(response)
    assert 'id="results"' in text(response)
    assert "HX-Request" in response["Vary"]


def test_pages_of_the_list_keep_the_search(browser: Client, designer: User) -> None:
    for _ in range(25):
        Product.objects.create(owner=designer, name="Tee")
    page = text(browser.get("/techpacks/", {"q": "tee"}))
    assert "1-24 of 25" in page
    assert "?q=tee&amp;page=2" in page


def test_archived_products_leave_the_list_and_come_back(browser: Client, designer: User) -> None:
    product = make_product(designer)
    browser.post(f"/techpacks/{product.pk}/archive/")
    assert '<span class="product-name">Green tee' not in text(browser.get("/techpacks/"))
    assert '<span class="product-name">Green tee' in text(browser.get("/techpacks/?show=archived"))
    browser.post(f"/techpacks/{product.pk}/archive/", {"restore": "1"})
    assert '<span class="product-name">Green tee' in text(browser.get("/techpacks/"))


# --- making one ------------------------------------------------------------------------------


def test_files_in_the_form_become_a_product(browser: Client, designer: User) -> None:
    response = browser.post(
        "/techpacks/new/", filled(photos=[shot(0, "a.png"), shot(1, "b.png"), shot(2, "detail.png")])
    )
    product = Product.objects.get(owner=designer)
    assert response.status_code == 303
    assert response["Location"] == f"/techpacks/{product.pk}/"
    assert views_of(product) == ["front", "back", "detail"]
    assert not DraftPhoto.objects.exists()


def test_drafts_are_taken_in_the_posted_order_with_their_views(browser: Client, designer: User) -> None:
    first, second = make_draft(designer), make_draft(designer, picture(size=(301, 400)))
    browser.post(
        "/techpacks/new/",
        filled(draft=[second.pk, first.pk], **{f"view_{first.pk}": "side", f"view_{second.pk}": "back"}),
    )
    product = Product.objects.get()
    assert [photo.asset_id for photo in product.revisions.in_use()] == [second.asset_id, first.asset_id]
    assert views_of(product) == ["back", "side"]


def test_the_same_photo_chosen_twice_is_taken_once_and_said(browser: Client) -> None:
    browser.post("/techpacks/new/", filled(photos=[upload("a.png"), upload("b.png")]))
    product = Product.objects.get()
    assert product.revisions.count() == 1
    assert not DraftPhoto.objects.exists()
    said = text(browser.get(product.get_absolute_url()))
    assert "b.png is the same photo as a.png. It is taken once." in said


def test_a_draft_of_the_same_photo_is_taken_once_too(browser: Client, designer: User) -> None:
    drafts = [make_draft(designer), make_draft(designer)]
    browser.post("/techpacks/new/", filled(draft=[draft.pk for draft in drafts]))
    assert Product.objects.get().revisions.get().asset == drafts[0].asset
    drafts[1].asset.refresh_from_db()
    assert drafts[1].asset.released_at is not None


def test_what_steers_the_direction_of_text_is_taken_out_of_names(browser: Client) -> None:
    name = "Tee\u202e \u2067right\u2069\x07\nleft"
    browser.post("/techpacks/new/", filled(name=name, notes="one\ntwo\u202d", photos=[upload("a\u202e.png")]))
    product = Product.objects.get()
    assert product.name == "Tee right left"
    assert product.notes == "one\ntwo"
    browser.post(f"/techpacks/{product.pk}/category/", {"category": "BAG", "subcategory": "Tote\u202e bag"})
    product.refresh_from_db()
    assert product.subcategory == "Tote bag"


def test_a_name_of_nothing_but_such_characters_is_none(browser: Client) -> None:
    response = browser.post("/techpacks/new/", filled(name="\u202e\u2066 \x07", photos=[upload()]))
    assert response.status_code == 422
    assert "Give the product a name." in text(response)


def test_a_name_keeps_its_own_direction_in_a_sentence(browser: Client, designer: User) -> None:
    product = make_product(designer, name="\u05de\u05e2\u05d9\u05dc <b>")
    archived = browser.post(f"/techpacks/{product.pk}/archive/", follow=True)
    assert "<bdi>\u05de\u05e2\u05d9\u05dc &lt;b&gt;</bdi> is archived." in text(archived)
    assert "<bdi>\u05de\u05e2\u05d9\u05dc &lt;b&gt;</bdi></h1>" in text(
        browser.get(product.get_absolute_url())
    )


def test_a_known_dimension_may_have_a_comma(browser: Client) -> None:
    browser.post(
        "/techpacks/new/",
        filled(dimension="total_length", dimension_value="26,5", dimension_unit="in", photos=[upload()]),
    )
    assert Product.objects.get().known_dimension == {"name": "total_length", "value": 26.5, "unit": "in"}


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Green T-shirt", "350"), ("Green T-shirt", "0.4"), ("Something", "1"), ("Jeans", "20")],
)
def test_a_length_that_nobody_wears_is_asked_about_and_can_be_insisted_on(
    browser: Client, name: str, typed: str
) -> None:
    told = filled(name=name, dimension="total_length", dimension_value=typed, photos=[upload()])
    response = browser.post("/techpacks/new/", told)
    assert response.status_code == 422
    assert "is usually" in text(response)
    assert 'name="dimension_is_right"' in text(response)
    assert not Product.objects.exists()
    insisted = filled(name=name, dimension="total_length", dimension_value=typed, dimension_is_right="on",
                      draft=[DraftPhoto.objects.get().pk], view=["front"])  # fmt: skip
    assert browser.post("/techpacks/new/", insisted).status_code == 303
    product = Product.objects.get()
    assert product.known_dimension["value"] == float(typed)
    renamed = filled(name="Another name", dimension="total_length", dimension_value=typed)
    assert browser.post(f"/techpacks/{product.pk}/edit/", renamed).status_code == 303  # not asked again


@pytest.mark.parametrize(
    ("typed", "chosen", "value", "unit"),
    [('26.5"', "cm", "26.50", "in"), ("26 1/2", "in", "26.50", "in"), ("26½", "in", "26.50", "in"),
     ("67,3 cm", "in", "67.30", "cm"), ("673 mm", "cm", "67.30", "cm"), ("70", "cm", "70.00", "cm")],
)  # fmt: skip
def test_a_typed_unit_wins_over_the_chosen_one(typed: str, chosen: str, value: str, unit: str) -> None:
    form = ProductForm(filled(dimension="total_length", dimension_value=typed, dimension_unit=chosen))
    assert form.is_valid(), form.errors
    assert form.known_dimension == {"name": "total_length", "value": Decimal(value), "unit": unit}


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-5", "0", "1e9", "seventy", "70.555", "1.000,5", "٣٤..", "99999999"]
)
def test_a_length_that_is_none_is_refused_in_words(value: str) -> None:
    form = ProductForm(filled(dimension="total_length", dimension_value=value))
    assert not form.is_valid()
    assert form.errors["dimension_value"]


def test_a_length_needs_to_say_which_and_the_other_way_round() -> None:
    assert "dimension" in ProductForm(filled(dimension_value="70")).errors
    assert "dimension_value" in ProductForm(filled(dimension="total_length")).errors


@pytest.mark.parametrize("dimension", ["total_length", ""])
def test_an_unknown_unit_or_dimension_is_refused(dimension: str) -> None:
    assert not ProductForm(
        filled(dimension=dimension or "girth", dimension_value="7", dimension_unit="yard")
    ).is_valid()


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b"])
def test_a_refused_form_keeps_what_was_filled_in_and_the_photos(
    browser: Client, designer: User, name: str
) -> None:
    response = browser.post(
        "/techpacks/new/", filled(name=name, notes="Keep me", photos=[upload("front.png")])
    )
    draft = DraftPhoto.objects.get(owner=designer)
    assert response.status_code == 422
    assert "Keep me" in text(response)
    assert f'name="draft" value="{draft.pk}"' in text(response)
    assert not Product.objects.exists()


def test_a_bad_file_is_named_and_the_good_ones_are_kept(browser: Client) -> None:
    response = browser.post(
        "/techpacks/new/", filled(photos=[upload("good.png"), upload("bad.png", b"no image")])
    )
    assert response.status_code == 422
    assert "bad.png" in text(response)
    assert DraftPhoto.objects.get().name == "good.png"


def test_no_photo_is_refused_in_a_sentence(browser: Client) -> None:
    response = browser.post("/techpacks/new/", filled())
    assert response.status_code == 422
    assert "Add at least one photo of the product." in text(response)


def test_of_eleven_photos_the_first_ten_are_kept(browser: Client) -> None:
    response = browser.post("/techpacks/new/", filled(photos=[shot(n) for n in range(11)]))
    assert response.status_code == 422
    assert "11 photos were added, but a product takes 10. The first 10 are kept." in text(response)
    assert DraftPhoto.objects.count() == 10


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "9" * 40, "1 or 1=1", ""])
def test_a_draft_that_is_none_is_refused(browser: Client, wrong: str) -> None:
    response = browser.post("/techpacks/new/", filled(draft=[wrong]))
    assert response.status_code == 422
    assert not Product.objects.exists()


def test_somebody_elses_draft_is_refused_and_stays_theirs(browser: Client) -> None:
    theirs = make_draft(make_user())
    response = browser.post("/techpacks/new/", filled(draft=[theirs.pk]))
    assert response.status_code == 422
    assert theirs.asset.small not in text(response)
    assert DraftPhoto.objects.filter(pk=theirs.pk).exists()


def test_a_form_that_is_looked_at_writes_nothing(browser: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):  # session, user, balance
        browser.get("/techpacks/new/")


@pytest.mark.parametrize(
    ("name", "taken", "view"),
    [("x.jpg", "", "front"), ("x.jpg", "front", "back"), ("x.jpg", "front back", "side"),
     ("x.jpg", "front back side", "detail"), ("x.jpg", "front back side detail", "detail"),
     ("x.jpg", "back", "front"), ("tee_BACK.jpg", "", "back"), ("ShirtFront.png", "front", "front"),
     ("backpack.jpg", "", "front"), ("inside.jpg", "front", "back"), ("hem-detail 2.jpg", "", "detail")],
)  # fmt: skip
def test_the_view_is_guessed_from_the_name_then_from_what_is_missing(
    name: str, taken: str, view: str
) -> None:
    assert guess_view(name, taken.split()) == view


# --- one file at a time ----------------------------------------------------------------------


def test_an_upload_becomes_a_draft(browser: Client, designer: User) -> None:
    response = browser.post("/techpacks/photos/", {"photo": upload("back.png")})
    draft = DraftPhoto.objects.get(owner=designer)
    assert response.status_code == 201
    assert response.json() == {
        "id": draft.pk, "name": "back.png", "sha256": draft.asset.sha256, "picture": draft.asset.small,
        "width": 300, "height": 400, "colour": draft.asset.placeholder,
    }  # fmt: skip


def test_a_bad_upload_is_told_why(browser: Client) -> None:
    response = browser.post("/techpacks/photos/", {"photo": upload("notes.txt", b"words")})
    assert response.status_code == 422
    assert "notes.txt" in response.json()["error"]
    assert browser.post("/techpacks/photos/").status_code == 422


def test_a_draft_is_discarded_by_its_owner_only(browser: Client, designer: User) -> None:
    own, theirs = make_draft(designer), make_draft(make_user())
    assert browser.post(f"/techpacks/photos/{theirs.pk}/delete/").status_code == 404
    assert browser.post(f"/techpacks/photos/{own.pk}/delete/").status_code == 204
    assert list(DraftPhoto.objects.all()) == [theirs]


# --- changing one ----------------------------------------------------------------------------


def test_a_product_is_renamed(browser: Client, designer: User) -> None:
    product = make_product(designer, dimension=cm("70"))
    assert 'value="70"' in text(browser.get(f"/techpacks/{product.pk}/edit/"))
    response = browser.post(f"/techpacks/{product.pk}/edit/", filled(name="Pine tee"))
    product.refresh_from_db()
    assert response.status_code == 303
    assert (product.name, product.dimension, product.dimension_value) == ("Pine tee", "", None)


def test_a_refused_change_says_why_and_changes_nothing(browser: Client, designer: User) -> None:
    product = make_product(designer)
    response = browser.post(f"/techpacks/{product.pk}/edit/", filled(name="", notes="Kept"))
    product.refresh_from_db()
    assert response.status_code == 422
    assert "Give the product a name." in text(response)
    assert "Kept" in text(response)
    assert product.name == "Green tee"


def test_photos_change_view_and_place_and_go(browser: Client, designer: User) -> None:
    product = make_product(designer, "front", "back", "side")
    first, second, third = product.revisions.in_use()
    change(browser, first, view="detail")
    assert views_of(product) == ["detail", "back", "side"]
    change(browser, first, move="later", view="detail")
    assert views_of(product) == ["back", "detail", "side"]
    change(browser, third, move="later", view="side")
    assert views_of(product) == ["back", "detail", "side"]
    change(browser, second, remove="1", view="back")
    assert views_of(product) == ["detail", "side"]


def test_the_last_photo_stays(browser: Client, designer: User) -> None:
    product = make_product(designer)
    response = change(browser, product.revisions.get(), remove="1")
    assert "toast" in response["HX-Trigger"]
    assert product.revisions.in_use().count() == 1


def test_a_view_that_is_none_changes_nothing(browser: Client, designer: User) -> None:
    product = make_product(designer)
    change(browser, product.revisions.get(), view="top")
    assert views_of(product) == ["front"]


def test_photos_are_added_later(browser: Client, designer: User) -> None:
    product = make_product(designer)
    response = browser.post(f"/techpacks/{product.pk}/photos/", {"photos": [upload("x.png")]})
    assert response.status_code == 303
    assert views_of(product) == ["front", "back"]


def test_more_photos_than_there_is_room_for_are_refused_and_kept(browser: Client, designer: User) -> None:
    product = make_product(designer, *["detail"] * 9)
    response = browser.post(
        f"/techpacks/{product.pk}/photos/", {"photos": [upload("one.png"), upload("two.png")]}
    )
    assert response.status_code == 422
    assert "there is room for 1 more" in text(response)
    assert DraftPhoto.objects.get().name == "one.png"


# --- its end ---------------------------------------------------------------------------------


def test_deleting_asks_first_and_says_what_goes(browser: Client, designer: User) -> None:
    product = make_product(designer, "front", "back")
    page = text(browser.get(f"/techpacks/{product.pk}/delete/"))
    assert "2 photos" in page
    assert "entries of your credits" in page
    assert Product.objects.exists()


def test_a_deleted_product_is_gone(browser: Client, designer: User) -> None:
    product = make_product(designer)
    asset = product.revisions.get().asset
    assert browser.post(f"/techpacks/{product.pk}/delete/").status_code == 302
    assert not Product.objects.exists()
    asset.refresh_from_db()
    assert asset.released_at is not None


def test_a_product_is_not_deleted_under_a_run(browser: Client, designer: User) -> None:
    product = make_product(designer)
    TechPack.objects.create(
        product=product, number=1, asked=["category"], engine="fake", started_at=timezone.now()
    )
    response = browser.post(f"/techpacks/{product.pk}/delete/")
    assert response.status_code == 409
    assert "Cancel it" in text(response)
    assert Product.objects.exists()


@pytest.mark.parametrize("address", ["edit/", "delete/", "photos/", "archive/", "photos/1/"])
def test_somebody_elses_product_is_not_there(browser: Client, address: str) -> None:
    product = make_product(make_user())
    assert browser.post(f"/techpacks/{product.pk}/{address}").status_code == 404
    product.refresh_from_db()
    assert product.archived_at is None


def change(client: Client, revision: Revision, **data: str) -> Any:
    return client.post(
        f"/techpacks/{revision.product_id}/photos/{revision.pk}/", data, headers={"HX-Request": "true"}
    )


def views_of(product: Product) -> list[str]:
    return list(product.revisions.in_use().values_list("view", flat=True))
