"""The tech pack page in a real browser while a slow engine works: what arrives disturbs nothing."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.site import Site
from tests.support import factories
from tests.support.http_client import demo_designer

LATENCY = 2.5  # seconds of a call, where a poll has to come in between
BRISK = 0.8  # ... and where it need not
WITHIN = 60_000  # ms, for a run


@pytest.fixture(scope="module")
def slow_site() -> Iterator[Site]:
    """With the fake engine, and credits for every test of this module."""
    with Site("--demo", environment={"GENERATION_PROVIDER": factories.FAKE}) as site:
        site.manage(
            "shell", "-c",
            "from accounts.models import User; from credits.services import grant;"
            "grant(holder=User.objects.get(email='demo@example.com'), amount=900,"
            " reference='tests', description='For the tests')",
        )  # fmt: skip
        yield site


@pytest.fixture
def engine(slow_site: Site, settings: Any) -> Site:
    settings.FAKE_PROVIDER_DIR = slow_site.data_dir / "fake-provider"
    factories.write_fake("answers.json", factories.ANSWERS)
    factories.script(latency=BRISK)
    return slow_site


@pytest.fixture
def context(browser: Browser, engine: Site) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=engine.address, viewport={"width": 1280, "height": 900})
    demo_designer(engine).sign_in(context)
    context.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    yield context
    context.close()


@pytest.fixture
def draft(page: Page, engine: Site) -> Page:
    """At a product with two photos, not generated yet."""
    colour = f"#{uuid.uuid4().hex[:6]}"  # nothing of it is in the cache
    photos = [factories.picture(colour, (300 + index, 400)) for index in range(2)]
    page.goto(demo_designer(engine).make_product("Green tee", *photos))
    return page


def generate(page: Page) -> None:
    page.get_by_role("button", name="Generate tech pack").click()
    expect(page.get_by_role("button", name="Generating...")).to_be_disabled()
    page.evaluate("window.neverReloaded = true")


def poll(page: Page) -> None:
    """One poll now, as if somebody came back to the page."""
    with page.expect_response(re.compile("/changes/")):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def wait_until_done(page: Page) -> None:
    expect(page.get_by_role("button", name="Generate tech pack")).to_be_enabled(timeout=WITHIN)


def watch_shifts(page: Page) -> None:
    """Add up by how much things move on the page without being touched (the browser's layout shift)."""
    page.evaluate(
        """() => { window.shifted = 0; new PerformanceObserver((list) => {
             for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
           }).observe({ type: "layout-shift" }); }"""
    )


def region(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def done(page: Page, **behaviours: Any) -> Page:
    factories.script(latency=0.2, **behaviours)
    generate(page)
    wait_until_done(page)
    return page


# --- while more arrives --------------------------------------------------------------------------


def test_pieces_arrive_one_by_one_without_a_reload(draft: Page) -> None:
    factories.script(latency=LATENCY)
    generate(draft)
    watch_shifts(draft)
    expect(region(draft, "Base views").locator(".piece")).to_have_count(2)
    expect(draft.locator("#category-badge")).to_contain_text("Apparel - T-shirt")
    expect(region(draft, "Close-ups").locator(".piece")).to_have_count(4)
    expect(region(draft, "Sketches").locator(".piece")).to_have_count(3)
    seen = int(draft.get_by_role("progressbar").get_attribute("aria-valuenow") or 0)
    assert 10 <= seen < 100
    wait_until_done(draft)
    expect(region(draft, "Close-ups").get_by_role("link", name="Open Detail")).to_have_count(4)
    expect(region(draft, "Sketches").get_by_role("link", name="SVG")).to_have_count(3)
    expect(draft.locator("#toasts")).to_contain_text("Tech pack complete. 9 credits used")
    assert draft.evaluate("window.neverReloaded")
    assert draft.evaluate("window.shifted") < 0.02
    assert draft.locator("[id]").evaluate_all("all => all.length === new Set(all.map(e => e.id)).size")


def test_what_somebody_does_meanwhile_is_not_disturbed(draft: Page) -> None:
    factories.script(latency=LATENCY)
    generate(draft)
    cards = region(draft, "Base views").locator("details.piece")
    expect(cards).to_have_count(2)
    cards.nth(1).locator("> summary").click()
    cards.nth(0).locator("> summary").click()  # the first begins open
    draft.locator("#correct-category summary").click()
    kind = draft.get_by_label("Kind")
    kind.fill("Half-typed")
    draft.evaluate("scrollTo(0, 120)")
    expect(region(draft, "Close-ups").locator(".piece")).to_have_count(4, timeout=WITHIN)
    version = draft.locator("#page-version").input_value()
    kind.press_sequentially("!!", delay=200)
    expect(draft.locator("#page-version")).not_to_have_value(version)
    wait_until_done(draft)
    expect(kind).to_be_focused()
    expect(kind).to_have_value("Half-typed!!")
    assert draft.evaluate("scrollY") == 120
    assert cards.nth(1).evaluate("card => card.open")
    assert not cards.nth(0).evaluate("card => card.open")
    assert draft.evaluate("window.neverReloaded")


def test_an_open_picture_stays_open_and_zoomed(draft: Page) -> None:
    factories.script(latency=BRISK, close_up=["ok"], callouts=["hang", "hang", "hang"])
    generate(draft)
    first = region(draft, "Close-ups").get_by_role("link", name="Open Detail").first
    first.click(timeout=WITHIN)
    box = draft.get_by_role("dialog")
    title = box.get_by_role("heading").inner_text()
    box.get_by_role("button", name="Zoom in").click()
    draft.evaluate("window.shown = document.querySelector('#lightbox-stage img')")
    for _ in range(2):
        poll(draft)
    expect(box.get_by_role("button", name="Zoom out")).to_be_visible()
    expect(box.get_by_role("heading")).to_have_text(title)
    assert draft.evaluate("window.shown === document.querySelector('#lightbox-stage img')")
    draft.keyboard.press("Escape")
    expect(box).to_be_hidden()
    first.click()
    expect(box).to_be_visible()
    draft.go_back()  # on a phone the usual way out
    expect(box).to_be_hidden()
    assert draft.evaluate("window.neverReloaded")
    draft.get_by_role("button", name="Cancel run").click()


def test_a_rename_in_another_tab_is_followed(draft: Page) -> None:
    factories.script(latency=BRISK, sketch=["hang"])
    generate(draft)
    other = draft.context.new_page()
    other.goto(f"{draft.url}edit/")
    other.get_by_label("Product name").fill("Blue tee")
    other.get_by_role("button", name="Save", exact=True).click()
    other.wait_for_url(re.compile(r"/techpacks/\d+/$"))
    draft.bring_to_front()
    poll(draft)
    expect(draft.get_by_role("heading", level=1)).to_have_text("Blue tee")
    expect(draft).to_have_title("Blue tee - Selvedge")
    assert draft.evaluate("window.neverReloaded")
    draft.get_by_role("button", name="Cancel run").click()


# --- failing, trying again, canceling ------------------------------------------------------------


def test_a_failed_picture_says_why_and_is_tried_again(draft: Page) -> None:
    done(draft, close_up=["refuse", "ok"])
    shots = region(draft, "Close-ups")
    expect(shots.get_by_text("The engine refused this photo.")).to_be_visible()
    draft.evaluate("window.neverReloaded = true")
    shots.get_by_role("button", name="Try again (1 credit)").click()
    expect(shots.get_by_text("on its way")).to_be_visible()
    expect(shots.get_by_role("link", name="Open Detail")).to_have_count(4)
    expect(shots.get_by_text("The engine refused this photo.")).to_be_hidden()
    expect(region(draft, "Progress")).to_contain_text("Complete")
    assert draft.evaluate("window.neverReloaded")
    assert draft.locator("#poller").get_attribute("hx-get") is None


def test_a_run_is_canceled_and_resumed(draft: Page) -> None:
    factories.script(latency=0.2, sketch=["hang"])
    generate(draft)
    expect(region(draft, "Close-ups").get_by_role("link", name="Open Detail")).to_have_count(4)
    draft.get_by_role("button", name="Cancel run").click()
    expect(region(draft, "Progress")).to_contain_text("The run was canceled.")
    expect(region(draft, "Credits")).to_contain_text("+3")
    factories.script(latency=0.2)
    draft.get_by_role("button", name="Resume run").click()
    wait_until_done(draft)
    expect(region(draft, "Sketches").locator("img.lines")).to_have_count(3)


def test_going_offline_is_said_and_the_page_catches_up(draft: Page) -> None:
    generate(draft)
    draft.context.set_offline(True)
    expect(draft.get_by_text("You are offline.")).to_be_visible()
    draft.wait_for_timeout(4000)
    expect(draft.locator("#toasts")).not_to_contain_text("did not answer")
    draft.context.set_offline(False)
    expect(draft.get_by_text("You are offline.")).to_be_hidden()
    wait_until_done(draft)
    assert draft.evaluate("window.neverReloaded")


def test_a_session_that_ends_while_polling_is_said_and_the_page_stays(draft: Page) -> None:
    generate(draft)
    expect(region(draft, "Base views").locator(".piece")).to_have_count(2)
    draft.context.clear_cookies(name="sessionid")
    notice = draft.get_by_role("alert").filter(has_text="You have been signed out.")
    expect(notice).to_be_visible(timeout=WITHIN)
    link = notice.get_by_role("link", name="Sign in to go on.")
    expect(link).to_have_attribute("href", re.compile(r"/accounts/login/\?next=/techpacks/\d+/"))
    expect(region(draft, "Base views").locator(".piece")).to_have_count(2)
    assert draft.get_by_label("Password").count() == 0
    assert draft.locator("#poller").get_attribute("hx-get") is None
    assert draft.evaluate("window.neverReloaded")


# --- a finished one ------------------------------------------------------------------------------


def test_a_callout_and_its_text_mark_each_other(draft: Page) -> None:
    done(draft)
    sketch = region(draft, "Sketches").locator("article").first
    pin, text = sketch.locator("a.pin"), sketch.locator("li[data-link]")
    sketch.scroll_into_view_if_needed()
    expect(pin).to_have_attribute("aria-label", re.compile("Callout 1: Neckline"))
    pin.hover()
    expect(text).to_have_class(re.compile(r"\bon\b"))
    text.hover()
    expect(pin).to_have_class(re.compile(r"\bon\b"))
    sketch.get_by_role("heading", level=3).hover()
    expect(pin).not_to_have_class(re.compile(r"\bon\b"))
    pin.focus()
    expect(text).to_have_class(re.compile(r"\bon\b"))
    text.get_by_role("link", name="Show callout 1 on the drawing").focus()
    expect(pin).to_have_class(re.compile(r"\bon\b"))
    draft.keyboard.press("Enter")  # held, also when the focus has gone
    draft.evaluate("document.activeElement.blur()")
    expect(pin).to_have_class(re.compile(r"\bon\b"))
    draft.keyboard.press("Escape")
    expect(pin).not_to_have_class(re.compile(r"\bon\b"))


def test_callouts_and_dimensions_are_switched_off_and_on(draft: Page) -> None:
    done(draft)
    sketch = region(draft, "Sketches").locator("article").first
    for name, drawn in (("Callouts", "a.pin"), ("Dimensions", "g.dims .mark")):
        box = region(draft, "Sketches").get_by_label(name, exact=True)
        expect(sketch.locator(drawn).first).to_be_visible()
        box.uncheck()
        expect(sketch.locator(drawn).first).to_be_hidden()
        box.check()
        expect(sketch.locator(drawn).first).to_be_visible()
    card = region(draft, "Base views").locator("details").first
    card.get_by_label("Outline").check()
    expect(card.locator("g.outline polygon")).to_be_visible()
    card.get_by_label("Measurements").uncheck()
    expect(card.locator("g.dims .mark").first).to_be_hidden()


def test_a_drawing_is_downloaded_under_the_products_code(draft: Page) -> None:
    done(draft)
    sketch = region(draft, "Sketches").locator("article").first
    for kind, begins in (("PNG", rb"\x89PNG"), ("SVG", rb"\s*(<\?xml[^>]*>\s*)?<svg")):
        with draft.expect_download() as waiting:
            sketch.get_by_role("link", name=kind).click()
        assert re.fullmatch(rf"SV-\d+-front\.{kind.lower()}", waiting.value.suggested_filename)
        assert re.match(begins, Path(waiting.value.path()).read_bytes())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["running", "partial"])
def test_a_page_full_of_things_is_accessible(draft: Page, scheme: Any, state: str) -> None:
    draft.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    if state == "partial":
        done(draft, close_up=["refuse", "ok"], callouts=["refuse", "ok"])
    else:
        factories.script(latency=0.2, close_up=["ok", "hang"], sketch=["hang"])
        generate(draft)
        expect(region(draft, "Close-ups").get_by_role("link", name="Open Detail")).to_have_count(1)
    draft.locator("details.piece").evaluate_all("all => all.forEach(card => { card.open = true; })")
    for toast in draft.locator("#toasts button").all():
        toast.click()
    expect(draft.locator("#toasts .toast")).to_have_count(0)
    found = Axe().run(draft).response["violations"]
    assert not found, [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]
    draft.set_viewport_size({"width": 390, "height": 844})
    draft.locator("#correct-category summary").click()
    sheet = draft.locator("#correct-category .sheet").bounding_box()
    assert sheet
    assert sheet["x"] >= 0
    assert sheet["x"] + sheet["width"] <= 390
    assert draft.evaluate("document.documentElement.scrollWidth") <= 390
    draft.keyboard.press("Escape")  # it lies over the buttons
    if state == "running":
        draft.get_by_role("button", name="Cancel run").click()
