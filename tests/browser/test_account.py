"""The pages of one's own account in a real browser: by keyboard alone, on a phone and on paper's colours."""

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import Site
from tests.browser.test_products import faults

PASSWORD = "a long enough one 7"
PAGES = ("", "credits/", "sessions/", "tokens/", "delete/")
SWAGGERS_OWN = "nested-interactive"  # a button with a link in it, for each route


@pytest.fixture
def newcomer(page: Page) -> Page:
    """Signed up a moment ago."""
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill(f"{uuid.uuid4().hex[:8]}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/techpacks/")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (768, "dark"), (390, "light"), (390, "dark")])
def test_the_pages_are_accessible_and_fit(newcomer: Page, width: int, scheme: Any) -> None:
    newcomer.set_viewport_size({"width": width, "height": 844})
    newcomer.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for address in PAGES:
        newcomer.goto(f"/account/{address}")
        assert faults(newcomer) == []
    newcomer.goto("/api/docs")
    expect(newcomer.locator(".opblock").first).to_be_visible()  # written by its script
    assert [fault for fault in faults(newcomer) if fault[1] != SWAGGERS_OWN] == []


def test_units_are_chosen_by_keyboard(newcomer: Page) -> None:
    newcomer.goto("/account/")
    newcomer.get_by_role("radio", name="Centimetres").focus()
    newcomer.keyboard.press("ArrowRight")
    newcomer.keyboard.press("Enter")
    expect(newcomer.get_by_text("Saved.")).to_be_visible()
    newcomer.goto("/techpacks/new/")
    expect(newcomer.get_by_role("radio", name="inch", exact=True)).to_be_checked()


def test_a_token_is_made_and_revoked_by_keyboard(newcomer: Page) -> None:
    newcomer.goto("/account/tokens/")
    newcomer.get_by_label("Name").focus()
    newcomer.keyboard.type("Plotter")
    newcomer.keyboard.press("Enter")
    expect(newcomer.get_by_label("The token")).to_have_text(re.compile("slv_"))
    assert faults(newcomer) == []
    newcomer.get_by_role("button", name="Revoke Plotter").focus()
    newcomer.keyboard.press("Enter")
    newcomer.get_by_role("button", name="Revoke", exact=True).focus()
    newcomer.keyboard.press("Enter")
    expect(newcomer.get_by_text("There is none yet.")).to_be_visible()


def test_a_session_elsewhere_is_ended(newcomer: Page, browser: Browser, site: Site) -> None:
    newcomer.goto("/account/")
    email = newcomer.locator("dd .own-value").first.inner_text()
    elsewhere = browser.new_context(base_url=site.address)
    other = elsewhere.new_page()
    other.goto("/accounts/login/")
    other.get_by_label("Email").fill(email)
    other.get_by_label("Password").fill(PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_url("**/techpacks/")
    newcomer.goto("/account/sessions/")
    newcomer.get_by_role("button", name="Sign out everywhere else").click()
    expect(newcomer.get_by_text("Signed out everywhere else.")).to_be_visible()
    other.reload()
    expect(other).to_have_url(re.compile("/accounts/login/"))
    elsewhere.close()


def test_an_account_is_deleted_by_keyboard(newcomer: Page) -> None:
    newcomer.goto("/account/")
    newcomer.get_by_role("link", name="Delete my account").focus()
    newcomer.keyboard.press("Enter")
    newcomer.get_by_label("Your password").focus()
    newcomer.keyboard.type("not it")
    newcomer.keyboard.press("Enter")
    expect(newcomer.get_by_text("This is not your password.")).to_be_visible()
    assert faults(newcomer) == []
    newcomer.get_by_label("Your password").focus()
    newcomer.keyboard.type(PASSWORD)
    newcomer.keyboard.press("Enter")
    expect(newcomer.get_by_role("heading", name="Your account is deleted")).to_be_visible()
    assert faults(newcomer) == []
    newcomer.goto("/account/")
    expect(newcomer).to_have_url(re.compile("/accounts/login/"))
