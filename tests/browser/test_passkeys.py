"""Two-step sign-in in a real browser, with a passkey of Chromium's own virtual device."""

import uuid

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import Site
from tests.browser.test_account import PASSWORD
from tests.browser.test_products import faults
from tests.support.http_client import demo_designer

PAGES = ("", "webauthn/", "webauthn/add/", "totp/activate/")
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def newcomer(browser: Browser, site: Site) -> Page:
    """At a host with a name, for a passkey belongs to one; with a device, and a confirmed address."""
    context = browser.new_context(base_url=site.address.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    email = f"{uuid.uuid4().hex[:8]}@example.com"
    site.manage(
        "shell", "-c",
        "from accounts.models import User; from allauth.account.models import EmailAddress as E;"
        f"u = User.objects.create_user('{email}', '{PASSWORD}');"
        f"E.objects.create(user=u, email='{email}', verified=True, primary=True)",
    )  # fmt: skip
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/techpacks/")
    return page


def prove(page: Page) -> None:
    """The password, once more, where it is asked for."""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def test_a_passkey_signs_in_without_the_password(newcomer: Page) -> None:
    newcomer.goto("/accounts/2fa/webauthn/add/")
    prove(newcomer)
    newcomer.get_by_label("Name").fill("My laptop")
    newcomer.get_by_label("Sign in with it alone").check()
    newcomer.get_by_role("button", name="Add it").click()
    expect(newcomer.get_by_role("heading", name="Recovery codes")).to_be_visible()
    newcomer.context.clear_cookies()
    newcomer.goto("/accounts/login/")
    assert faults(newcomer) == []
    newcomer.get_by_role("button", name="Sign in with a passkey").click()
    newcomer.wait_for_url("**/techpacks/")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_are_accessible_and_fit(newcomer: Page, width: int, scheme: str) -> None:
    newcomer.set_viewport_size({"width": width, "height": 844})
    newcomer.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    newcomer.goto("/accounts/2fa/totp/activate/")
    assert faults(newcomer) == []
    prove(newcomer)
    for address in PAGES:
        newcomer.goto(f"/accounts/2fa/{address}")
        assert faults(newcomer) == []


def test_where_no_passkey_can_be_used_none_is_offered(page: Page, site: Site) -> None:
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    demo_designer(site).sign_in(page.context)
    page.goto("/accounts/2fa/")
    assert faults(page) == []
