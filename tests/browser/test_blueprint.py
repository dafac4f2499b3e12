"""The gallery of thirty in a real browser on the local engine."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.browser.site import Site

DONE_WITHIN = 120_000  # ms: two cores may be busy with other tests
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


@pytest.fixture
def gallery(page: Page) -> Page:
    page.goto("/blueprint/paid/?access=demo")
    return page


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/blueprint/paid/?access=demo")
    yield page
    context.close()


def make(page: Page, *numbers: int) -> None:
    """See to it that these are there (the site is shared by the tests here)."""
    for number in numbers:
        ask = page.get_by_role("button", name=f"Generate grid {number}", exact=True)
        if ask.count():
            ask.click()
    for number in numbers:
        expect(opening(page, number)).to_be_visible(timeout=DONE_WITHIN)


def opening(page: Page, number: int) -> Locator:
    return page.get_by_role("link", name=f"Open grid {number}", exact=True)


def test_the_link_opens_the_page_and_leaves_the_address_bar(gallery: Page) -> None:
    expect(gallery).to_have_url(re.compile(r"/blueprint/paid/$"))
    grids = gallery.get_by_role("region", name="Grids")
    expect(grids.get_by_role("listitem")).to_have_count(30)
    expect(gallery.get_by_role("progressbar")).to_have_attribute("aria-valuemax", "30")
    expect(gallery.get_by_role("button", name="Generate all missing grids")).to_be_visible()
    assert gallery.evaluate("() => document.cookie.includes('blueprint_access')") is False


def test_the_screen_of_the_site_names_the_demo_link(site: Site) -> None:
    assert f"{site.address}/blueprint/paid/?access=demo" in site.log


def test_arrow_keys_go_from_place_to_place(gallery: Page) -> None:
    gallery.locator("#grid-1-act").focus()
    for key, number in (("ArrowRight", 2), ("ArrowDown", 8), ("ArrowLeft", 7), ("ArrowUp", 1)):
        gallery.keyboard.press(key)
        expect(gallery.locator(f"#grid-{number}-act")).to_be_focused()


def test_a_grid_is_made_while_the_page_is_watched(gallery: Page) -> None:
    gallery.evaluate("() => { window.stillHere = true; }")
    bar = gallery.get_by_role("progressbar")
    before = int(bar.get_attribute("aria-valuenow") or "0")
    ask = gallery.get_by_role("button", name="Generate grid 30", exact=True)
    ask.click()
    expect(ask).to_have_count(0)
    expect(opening(gallery, 30)).to_be_visible(timeout=DONE_WITHIN)
    assert int(bar.get_attribute("aria-valuenow") or "0") > before
    assert gallery.evaluate("() => window.stillHere")  # never reloaded
    expect(gallery.locator("#poller[hx-get]")).to_have_count(0, timeout=30_000)  # at rest, no polling


def test_a_picture_that_is_there_is_not_touched_when_another_comes(gallery: Page) -> None:
    make(gallery, 1)
    gallery.locator("#grid-1 img").evaluate("image => { image.dataset.same = 'yes'; }")
    make(gallery, 2)
    expect(gallery.locator("#grid-1 img")).to_have_attribute("data-same", "yes")


def test_a_grid_is_looked_through_by_keyboard(gallery: Page) -> None:
    make(gallery, 1, 2)
    opening(gallery, 1).focus()
    gallery.keyboard.press("Enter")
    box = gallery.locator("dialog[open]")
    where = box.locator(".sheet-name p")
    expect(where).to_contain_text("Grid 1 of 30")
    expect(gallery).to_have_url(re.compile(r"/grids/1/$"))
    gallery.keyboard.press("ArrowDown")
    expect(where).to_contain_text("Frame 1 of 9")
    gallery.keyboard.press("ArrowRight")
    expect(where).to_contain_text("Frame 2 of 9")
    gallery.keyboard.press("ArrowUp")
    expect(where).to_contain_text("Grid 1 of 30")
    gallery.keyboard.press("ArrowRight")
    expect(where).to_contain_text("Grid 2 of 30")
    gallery.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(gallery).to_have_url(re.compile(r"/blueprint/paid/$"))
    expect(opening(gallery, 2)).to_be_focused()  # where one had walked to


def test_going_back_closes_a_grid(gallery: Page) -> None:
    make(gallery, 1)
    opening(gallery, 1).click()
    expect(gallery.locator("dialog[open] #sheet")).to_be_visible()
    gallery.go_back()
    expect(gallery.locator("dialog[open]")).to_have_count(0)
    expect(gallery.get_by_role("region", name="Grids")).to_be_visible()


def test_a_favourite_is_kept(gallery: Page) -> None:
    make(gallery, 1)
    opening(gallery, 1).click()
    gallery.locator("#to-frame-3").click()
    heart = gallery.get_by_role("button", name="Favourite")
    expect(heart).to_have_attribute("aria-pressed", "false")
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(gallery.locator("#to-frame-3 .loved svg")).to_be_visible()
    gallery.reload()  # the page of one grid
    expect(gallery.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    gallery.get_by_role("button", name="Favourite").click()
    expect(gallery.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "false")


def test_a_grid_is_made_again_when_a_reason_was_given(gallery: Page) -> None:
    make(gallery, 1)
    source = gallery.locator("#grid-1 img").get_attribute("src")
    opening(gallery, 1).click()
    redo = gallery.locator("#redo")
    redo.get_by_text("Not me, or something is off").click()
    expect(redo).to_contain_text("3 redos left")
    again = redo.get_by_role("button", name="Make grid 1 again, free")
    again.click()  # without a reason the browser asks for one
    expect(gallery.locator("#grid-1 img")).to_have_attribute("src", source or "")
    redo.get_by_label("Not me").check()
    again.click()
    said = gallery.locator("#grid-box").get_by_role("status")  # over the grid, not behind it
    expect(said).to_contain_text("Grid 1 is being made again, free: 2 redos left.")
    expect(gallery.locator("#grid-1 img")).not_to_have_attribute("src", source or "", timeout=DONE_WITHIN)
    shown = gallery.locator("#sheet .stage img")  # the one that is open follows
    expect(shown).to_have_attribute(
        "src", re.compile((gallery.locator("#grid-1 img").get_attribute("src") or "").rsplit("/", 1)[0])
    )


def test_what_was_asked_in_a_dialog_is_done_though_the_page_changed_meanwhile(gallery: Page) -> None:
    for number in range(20, 26):
        gallery.get_by_role("button", name=f"Generate grid {number}", exact=True).click()
    cancel = gallery.get_by_role("button", name="Cancel what waits")
    form = cancel.locator("xpath=..").element_handle()
    cancel.click()
    asking = gallery.get_by_role("dialog", name="Cancel what waits?")
    expect(asking).to_be_visible()
    gallery.wait_for_function("form => !form.isConnected", arg=form, timeout=DONE_WITHIN)
    asking.get_by_role("button", name="Cancel what waits").click()
    expect(gallery.locator("#toasts")).to_contain_text("What waited is canceled.")
    expect(gallery.locator(".cell.queued")).to_have_count(0)


def test_a_swipe_goes_to_the_next_grid(phone: Page) -> None:
    make(phone, 1, 2)
    opening(phone, 1).tap()
    where = phone.locator(".sheet-name p")
    expect(where).to_contain_text("Grid 1 of 30")
    swipe(phone, -160)
    expect(where).to_contain_text("Grid 2 of 30")
    swipe(phone, 160)
    expect(where).to_contain_text("Grid 1 of 30")


def swipe(page: Page, by: int) -> None:
    page.locator("#stage").evaluate(
        """(stage, by) => {
            const at = (type, x) => stage.dispatchEvent(new PointerEvent(type, {
                bubbles: true, isPrimary: true, pointerType: "touch", clientX: x, clientY: 300 }));
            at("pointerdown", 200); at("pointerup", 200 + by);
        }""",
        by,
    )


def test_a_phone_has_room_for_all_of_it(phone: Page) -> None:
    make(phone, 1)
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= 390
    small = phone.evaluate(
        """() => [...document.querySelectorAll("#grids a, #grids button, .page-head .btn, .bar summary")]
            .filter((element) => element.getBoundingClientRect().height < 44
                || element.getBoundingClientRect().width < 44)
            .map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert small == []
    opening(phone, 1).tap()
    expect(phone.locator("dialog[open] #sheet")).to_be_visible()
    assert phone.evaluate("() => document.querySelector('#grid-box').scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_gallery_and_an_open_grid_are_accessible(gallery: Page, scheme: str) -> None:
    make(gallery, 1)
    gallery.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    found = Axe().run(gallery, options={"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()
    opening(gallery, 1).click()
    gallery.locator("#to-frame-2").click()
    expect(gallery.get_by_role("button", name="Favourite")).to_be_visible()
    found = Axe().run(gallery, options={"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()


def test_a_first_load_weighs_at_most_60_kb(context: BrowserContext) -> None:
    page = context.new_page()
    weights: dict[str, int] = {}

    def weigh(response: Response) -> None:
        if re.search(r"\.(css|js)(\?|$)", response.url):
            weights[response.url] = int(response.headers.get("content-length", 0))

    page.on("response", weigh)
    page.goto("/blueprint/paid/?access=demo", wait_until="networkidle")
    assert weights
    assert all(weights.values()), weights
    assert sum(weights.values()) <= 60_000, weights


def test_without_scripts_a_grid_is_asked_for_and_opened(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/blueprint/paid/?access=demo")
    page.get_by_role("button", name="Generate grid 29", exact=True).click()
    expect(page).to_have_url(re.compile(r"/blueprint/paid/#grid-29$"))
    for _ in range(60):
        if opening(page, 29).count():
            break
        page.wait_for_timeout(1000)
        page.goto("/blueprint/paid/")
    opening(page, 29).click()
    expect(page.locator("#sheet-title")).to_be_visible()
    expect(page.get_by_role("img").first).to_be_visible()
    context.close()
