"""The flat changed by hand in a real browser: by mouse, by keyboard and by touch, and taken back."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.site import Site
from tests.support.http_client import demo_designer

SAMPLE = "Sample: printed T-shirt"


def opened(page: Page) -> Page:
    """At the flats of the sample product."""
    page.goto("/techpacks/?q=Sample")
    page.get_by_role("link", name=SAMPLE).first.click()
    front(page).scroll_into_view_if_needed()
    return page


def front(page: Page) -> Locator:
    return page.locator(".livedraw[data-view=front] svg")


def value(page: Page, code: str) -> Locator:
    return page.locator(f"tr[data-code={code}] .cell-value")


def tool(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    if button.get_attribute("aria-pressed") == "false":
        button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def spot(page: Page, across: float, down: float) -> tuple[float, float]:
    """A place on the front, as shares of its size, in pixels of the window."""
    box = front(page).bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def marks(page: Page) -> Locator:
    return page.locator(".flat-marks li")


def test_a_flat_is_changed_by_mouse_and_by_keys_and_taken_back(signed_in: Page) -> None:
    page = opened(signed_in)
    before = value(page, "HE1").input_value()
    tool(page, "Move points")
    point = front(page).locator("[data-name=hem_side_right]")
    box = point.locator(".dot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 14, box["y"] + box["height"] / 2, steps=3)
    page.mouse.up()
    expect(value(page, "HE1")).not_to_have_value(before)
    expect(page.locator("tr[data-code=HE1]")).to_contain_text("entered")

    sleeve = value(page, "SL1").input_value()
    page.locator(".livedraw[data-view=front] [data-name=sleeve_end_top_right]").focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(value(page, "SL1")).not_to_have_value(sleeve)
    expect(page.locator(".livedraw[data-view=front] [data-name=sleeve_end_top_right]")).to_be_focused()

    tool(page, "Seam")
    page.mouse.click(*spot(page, 0.35, 0.5))
    page.mouse.click(*spot(page, 0.65, 0.5))
    page.get_by_role("button", name="Done").click()
    expect(marks(page)).to_have_count(1)

    tool(page, "Topstitch")
    front(page).focus()
    for key in ("Enter", *["Shift+ArrowRight"] * 2, "Enter", "Control+Enter"):
        page.keyboard.press(key)
    expect(marks(page)).to_have_count(2)
    expect(front(page).locator("[data-mark]")).to_have_count(2)

    for left in (1, 0):
        page.get_by_role("button", name=re.compile("^Undo")).click()
        expect(marks(page)).to_have_count(left)
    for code, was in (("SL1", sleeve), ("HE1", before)):
        page.get_by_role("button", name=re.compile("^Undo")).click()
        expect(value(page, code)).to_have_value(was)


def test_a_pocket_is_drawn_with_a_finger_on_a_telephone(browser: Browser, site: Site) -> None:
    context = browser.new_context(
        base_url=site.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    demo_designer(site).sign_in(context)
    page = opened(context.new_page())
    page.get_by_role("button", name="Pocket", exact=True).tap()
    front(page).scroll_into_view_if_needed()
    for place in (spot(page, 0.55, 0.5), spot(page, 0.68, 0.65)):
        page.touchscreen.tap(*place)
    expect(marks(page)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name=re.compile("^Undo")).tap()
    expect(marks(page)).to_have_count(0)
    context.close()
