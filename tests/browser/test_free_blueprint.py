"""From the form of the free blueprint to its gallery, in a real browser."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.blueprint.asking_free import face
from tests.browser.site import Site
from tests.support.pictures import picture
from tests.support.workers import until

DROP = """(zone, files) => {
  const carried = new DataTransfer();
  for (const { name, bytes } of files) {
    carried.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
  }
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
PASTE = """(bytes) => {
  const clipboard = new DataTransfer();
  clipboard.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true }));
}"""


def photo(name: str = "me.jpg", data: bytes | None = None) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data or face()}


def tee() -> Any:
    return photo("tee.png", picture(size=(600, 800)))


def fill(page: Page, email: str, *photos: Any) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Vibe").select_option("warm")
    page.get_by_label("Feed style").select_option("beige")
    page.get_by_label("Selfies").set_input_files(list(photos) or [photo()])
    page.get_by_role("checkbox").check()


def press(page: Page) -> None:
    page.get_by_role("button", name="Create my blueprint").click()


def links(site: Site, email: str, page: str) -> list[str]:
    """The paths of these links in the mails to somebody, which the site shows in its log."""
    mails = re.split(r"-{79}\n", site.log)
    own = [mail for mail in mails if f"To: {email}\n" in mail]
    return [path for mail in own for path in re.findall(rf"{site.address}(/blueprint/{page}/\S+)", mail)]


def link(site: Site, email: str, page: str) -> str:
    until(lambda: links(site, email, page), say=f"the mail with the link to {page}")
    return links(site, email, page)[-1]


def names(page: Page) -> list[str]:
    return page.locator("[data-photos] [data-name]").all_inner_texts()


@pytest.fixture
def form(page: Page) -> Page:
    page.goto("/blueprint/")
    return page


def test_from_the_form_over_the_mail_to_nine_photographs(form: Page, site: Site, browser: Browser) -> None:
    email = "path@example.com"
    fill(form, email)
    press(form)
    form.wait_for_url("**/blueprint/sent/")
    expect(form.get_by_text(email)).to_be_visible()
    form.goto(link(site, email, "confirm"))
    form.get_by_role("button", name="Confirm and begin").click()
    form.wait_for_url("**/blueprint/free/")
    expect(form.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "1", timeout=60_000)
    expect(form.get_by_role("link", name="See the thirty scenes")).to_be_visible()
    elsewhere = browser.new_context(base_url=site.address).new_page()
    elsewhere.goto(link(site, email, "free"))
    expect(elsewhere.get_by_role("heading", level=1)).to_be_visible()
    assert elsewhere.url == f"{site.address}/blueprint/free/"
    elsewhere.context.close()


def test_what_is_wrong_with_a_photo_stands_beside_it_and_the_rest_is_kept(form: Page) -> None:
    fill(form, "nobody@", photo(), tee())
    row = form.locator(".free-photo", has_text="tee.png")
    expect(row).to_contain_text("There is no face in this photo.")
    press(form)
    expect(form.get_by_text("Type your email address")).to_be_visible()
    expect(form.get_by_label("Email")).to_be_focused()
    expect(row).to_contain_text("There is no face in this photo.")
    expect(form.get_by_label("Vibe")).to_have_value("warm")
    assert names(form) == ["me.jpg", "tee.png"]
    form.get_by_role("button", name="Remove tee.png").click()
    form.get_by_label("Email").fill("mended@example.com")
    press(form)
    form.wait_for_url("**/blueprint/sent/")


def test_three_photos_are_taken_chosen_dropped_or_pasted(form: Page) -> None:
    form.get_by_label("Selfies").set_input_files([photo("one.jpg")])
    dropped = [{"name": "two.jpg", "bytes": list(face(230))}]
    form.locator(".free-drop").evaluate(DROP, dropped)
    form.evaluate(PASTE, list(face(240)))
    assert names(form) == ["one.jpg", "two.jpg", "image.png"]
    expect(form.locator(".free-drop")).to_be_hidden()
    form.evaluate(PASTE, list(face(250)))
    expect(form.get_by_text("At most 3 photos are used.")).to_be_visible()
    form.get_by_role("button", name="Remove two.jpg").click()
    assert names(form) == ["one.jpg", "image.png"]
    held = form.get_by_label("Selfies").evaluate("input => [...input.files].map((file) => file.name)")
    assert held == ["one.jpg", "image.png"]


def test_a_button_pressed_twice_is_one_request(form: Page, site: Site) -> None:
    email = "twice@example.com"
    fill(form, email)
    form.get_by_role("button", name="Create my blueprint").dblclick()
    form.wait_for_url("**/blueprint/sent/")
    link(site, email, "confirm")
    form.go_back()
    form.wait_for_timeout(300)
    assert len(links(site, email, "confirm")) == 1


def test_a_form_that_cannot_be_sent_keeps_everything(form: Page) -> None:
    fill(form, "away@example.com")
    form.context.set_offline(True)
    press(form)
    expect(form.get_by_text("It could not be sent.")).to_be_visible()
    form.context.set_offline(False)
    press(form)
    form.wait_for_url("**/blueprint/sent/")


def test_it_is_a_plain_form_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/blueprint/")
    fill(page, "plain@example.com", tee())
    press(page)
    expect(page.get_by_text("“tee.png”: There is no face in this photo.")).to_be_visible()
    expect(page.get_by_text("Choose them again.")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value("plain@example.com")
    page.get_by_label("Selfies").set_input_files([photo()])
    press(page)
    page.wait_for_url("**/blueprint/sent/")
    page.goto(link(site, "plain@example.com", "confirm"))
    page.get_by_role("button", name="Confirm and begin").click()
    page.wait_for_url("**/blueprint/free/")
    context.close()


def test_the_drawn_grid_takes_the_colours_of_the_chosen_feed_style(form: Page) -> None:
    def colour() -> str:
        return form.locator(".sample .accent").first.evaluate("part => getComputedStyle(part).fill")

    form.emulate_media(reduced_motion="reduce")
    seen = set()
    for style in ("luxury", "minimal", "beige"):
        form.get_by_label("Feed style").select_option(style)
        seen.add(colour())
    assert len(seen) == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(form: Page, scheme: Any) -> None:
    form.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    fill(form, "nobody@", photo(), tee())
    expect(form.locator(".free-photo", has_text="tee.png")).to_contain_text("no face")
    press(form)
    expect(form.get_by_text("Type your email address")).to_be_visible()
    for path in ("", "/blueprint/sent/", "/blueprint/confirm/x/", "/blueprint/unsubscribe/x/"):
        if path:
            form.goto(path)
        found = Axe().run(form)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_no_page_is_wider_than_its_screen(form: Page, width: int) -> None:
    form.set_viewport_size({"width": width, "height": 800})
    form.get_by_label("Selfies").set_input_files([photo("a-name-that-is-long-and-has-no-place-to-break.jpg")])
    assert form.evaluate("document.documentElement.scrollWidth") <= width
    heights = form.get_by_role("button").evaluate_all(
        "all => all.filter((one) => one.offsetParent).map((one) => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
