"""The main job in a real browser on the local engine: photos in, tech pack out."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import Site
from tests.generation.local import garments
from tests.support.http_client import demo_designer

DONE_WITHIN = 90_000  # ms: two cores may be busy with other tests


def pictures() -> list[bytes]:
    """A T-shirt from the front, and one that stands for its back."""
    return [garments.encoded(shirt, "JPEG") for shirt in (garments.t_shirt(), garments.t_shirt((40, 80, 60)))]


@pytest.fixture
def photos(tmp_path: Path) -> list[str]:
    for name, picture in zip(("front.jpg", "back.jpg"), pictures(), strict=True):
        (tmp_path / name).write_bytes(picture)
    return [str(path) for path in sorted(tmp_path.glob("*.jpg"), reverse=True)]


@pytest.fixture
def draft(signed_in: Page, photos: list[str]) -> Page:
    """A product with two photos, not generated yet."""
    signed_in.get_by_role("link", name="New tech pack").click()
    signed_in.get_by_label("Product name").fill("Green tee")
    signed_in.get_by_label("Known dimension").select_option(label="Total length")
    signed_in.get_by_label(re.compile("^(Value|Length)")).first.fill("70")
    signed_in.get_by_label("Photos").set_input_files(photos)
    expect(signed_in.get_by_label("View")).to_have_count(2)
    signed_in.get_by_role("button", name="Create").click()
    signed_in.wait_for_url(re.compile(r"/techpacks/\d+/$"))
    return signed_in


@pytest.fixture(scope="module")
def product(site: Site) -> str:
    """The path of one that is generated once for the tests that only look at it."""
    designer = demo_designer(site)
    path = designer.make_product("Finished tee", *pictures())
    designer.generate(path)
    return path


@pytest.fixture
def finished(signed_in: Page, product: str) -> Page:
    signed_in.goto(product)
    wait_until_done(signed_in)
    return signed_in


def generate(page: Page) -> None:
    page.get_by_role("button", name="Generate tech pack").click()
    expect(page.get_by_role("button", name="Generating...")).to_be_disabled()


def wait_until_done(page: Page) -> None:
    bar = page.get_by_role("progressbar").first
    expect(bar).to_have_attribute("aria-valuenow", "100", timeout=DONE_WITHIN)
    expect(page.get_by_role("button", name="Generate tech pack")).to_be_enabled(timeout=DONE_WITHIN)


def credits_left(page: Page) -> int:
    text = page.get_by_role("region", name="Credits").inner_text()
    return int(re.search(r"(\d+)\s+credits? left", text).group(1))  # type: ignore[union-attr]


def test_photos_become_a_tech_pack(draft: Page) -> None:
    before = credits_left(draft)
    generate(draft)
    wait_until_done(draft)
    expect(draft.get_by_text("Apparel - T-shirt").first).to_be_visible()
    expect(draft.get_by_role("region", name="Base views").locator(".piece")).to_have_count(2)
    close_ups = draft.get_by_role("region", name="Close-ups").locator(".piece")
    assert 4 <= close_ups.count() <= 6
    sketches = draft.get_by_role("region", name="Sketches")
    expect(sketches.get_by_text("Front").first).to_be_visible()
    expect(sketches.get_by_text("70.0").first).to_be_attached()  # centimetres, by the known length
    expect(draft.get_by_text("Fibre content").first).to_be_attached()  # nobody can see it
    assert credits_left(draft) == before - 9


def test_the_page_stays_usable_while_more_arrives(draft: Page) -> None:
    """What was opened, and where one looks, is not disturbed."""
    generate(draft)
    card = draft.get_by_role("region", name="Base views").locator("details.piece").first
    expect(card).to_be_visible(timeout=DONE_WITHIN)
    card.locator("> summary").click()
    was_open = card.evaluate("element => element.open")
    marked = draft.evaluate("() => { window.stillHere = true; return window.scrollY; }")
    wait_until_done(draft)
    assert draft.evaluate("() => window.stillHere")  # never reloaded
    assert card.evaluate("element => element.open") == was_open
    assert marked is not None


def test_leaving_and_coming_back_in_another_browser_shows_the_true_state(
    draft: Page, browser: Browser, site: Site
) -> None:
    generate(draft)
    address = draft.url
    draft.close()
    other = browser.new_context(base_url=site.address).new_page()
    other.goto(address)
    other.get_by_label("Email").fill("demo@example.com")
    other.get_by_label("Password", exact=True).fill("demo")
    other.get_by_role("button", name="Sign in").click()
    wait_until_done(other)
    expect(other.get_by_role("region", name="Sketches").locator("img").first).to_be_attached()
    other.context.close()


def test_a_second_run_takes_its_views_from_the_cache(finished: Page) -> None:
    before = credits_left(finished)
    generate(finished)
    toasts = finished.locator("#toasts")
    expect(toasts.get_by_text("2 views loaded from cache (instant, 0 credits)")).to_be_visible()
    wait_until_done(finished)
    assert credits_left(finished) == before - 6


def test_a_finished_tech_pack_is_accessible_and_fits_a_phone(finished: Page) -> None:
    for card in finished.locator("details.piece").all():
        card.evaluate("element => { element.open = true; }")
    found = Axe().run(finished, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    finished.set_viewport_size({"width": 390, "height": 844})
    assert finished.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_the_gallery_is_walked_by_keyboard(finished: Page) -> None:
    gallery = finished.get_by_role("region", name="Close-ups")
    gallery.get_by_role("link", name="Open ").first.focus()
    finished.keyboard.press("Enter")
    box = finished.locator("dialog[open]")
    expect(box).to_be_visible()
    title = box.locator("h2, h3, figcaption, [data-title]").first
    before = title.inner_text()
    finished.keyboard.press("ArrowRight")
    expect(title).not_to_have_text(before)
    finished.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(gallery.get_by_role("link", name="Open ").nth(1)).to_be_focused()  # where one had walked to


def test_somebody_else_sees_nothing_of_it(draft: Page, browser: Browser, site: Site) -> None:
    address = draft.url
    other = browser.new_context(base_url=site.address).new_page()
    other.goto("/accounts/signup/")
    other.get_by_label("Email").fill("other@example.com")
    other.get_by_label("Password", exact=True).fill("a-long-enough-secret")
    other.get_by_role("button", name=re.compile("Sign up|Create")).first.click()
    other.wait_for_url("**/techpacks/")
    answer = other.goto(address)
    assert answer is not None
    assert answer.status == 404
    other.context.close()
