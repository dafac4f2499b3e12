"""What somebody chooses on the first page of the account."""

import re

import pytest
from django.test import Client

from accounts.models import User
from tests.support.factories import cm, make_product, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def noa() -> User:
    return make_user("noa@example.com")


@pytest.fixture
def browser(client: Client, noa: User) -> Client:
    client.force_login(noa)
    return client


def chosen_unit(page: str) -> str:
    (box,) = [tag for tag in re.findall(r"<input[^>]+dimension_unit[^>]*>", page) if " checked" in tag]
    found = re.search(r'value="(\w+)"', box)
    assert found
    return found[1]


def test_lengths_are_in_centimetres_unless_chosen(noa: User) -> None:
    assert noa.units == User.Units.CM


def test_the_chosen_unit_is_kept_and_shown(browser: Client, noa: User) -> None:
    page = browser.post("/account/units/", {"units": "in"}, follow=True).content.decode()
    noa.refresh_from_db()
    assert noa.units == User.Units.INCH
    assert re.search(r'value="in"[^>]* checked', page)


def test_a_unit_nobody_knows_is_refused_in_words(browser: Client, noa: User) -> None:
    page = browser.post("/account/units/", {"units": "ell"}, follow=True).content.decode()
    noa.refresh_from_db()
    assert noa.units == User.Units.CM
    assert "Choose centimetres or inches." in page


def test_a_new_product_asks_for_its_known_dimension_in_the_chosen_unit(browser: Client, noa: User) -> None:
    assert chosen_unit(browser.get("/techpacks/new/").content.decode()) == "cm"
    browser.post("/account/units/", {"units": "in"})
    assert chosen_unit(browser.get("/techpacks/new/").content.decode()) == "in"
    product = make_product(noa)
    assert chosen_unit(browser.get(f"/techpacks/{product.pk}/edit/").content.decode()) == "in"


def test_a_length_that_is_there_keeps_the_unit_it_was_given_in(browser: Client, noa: User) -> None:
    product = make_product(noa, dimension=cm("70.5"))
    browser.post("/account/units/", {"units": "in"})
    page = browser.get(f"/techpacks/{product.pk}/edit/").content.decode()
    assert chosen_unit(page) == "cm"
    assert 'value="70.5"' in page


def test_what_one_chooses_changes_nobody_else(browser: Client) -> None:
    other = make_user()
    browser.post("/account/units/", {"units": "in"})
    browser.post("/account/mail/", {})
    other.refresh_from_db()
    assert (other.units, other.mail_when_run_ends) == (User.Units.CM, True)


@pytest.mark.parametrize("address", ["/account/mail/", "/account/units/"])
def test_choosing_is_a_post_of_somebody_signed_in(browser: Client, address: str) -> None:
    assert browser.get(address).status_code == 405
    assert Client().post(address, {"units": "in"})["Location"].startswith("/accounts/login/")


def test_one_without_a_password_can_set_one(client: Client) -> None:
    user = make_user()
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    page = client.get("/account/").content.decode()
    assert "/accounts/password/set/" in page
    assert client.get("/accounts/password/set/").status_code == 200


def test_a_new_password_leads_back_to_the_account_and_says_so(browser: Client) -> None:
    page = browser.get("/accounts/password/change/").content.decode()
    form = dict(re.findall(r'<input type="hidden" name="(next)" value="([^"]+)"', page))
    new = "a long enough one 7"
    sent = {"oldpassword": "secret", "password1": new, "password2": new, **form}
    answer = browser.post("/accounts/password/change/", sent, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/"
    assert "Your new password is saved." in answer.content.decode()
