"""Selfies are sent as they are chosen, dropped or pasted, and a refusal stays where it was asked for."""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.blueprint.test_selfies import portrait
from tests.browser.site import Site

HAND_OVER = """([zone, name, data, kind]) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type: "image/jpeg" }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true });
  document.querySelector(zone).dispatchEvent(event);
}"""


@pytest.fixture
def open_page(site: Site, context: BrowserContext) -> Callable[[str], Page]:
    """The page of somebody new, who has no selfie and has not said that hers may be used."""

    def opened(email: str) -> Page:
        said = site.manage("make_subscriber", email)
        found = re.search(r"access=\S+", said)
        assert found, said
        page = context.new_page()
        page.goto(f"/blueprint/paid/?{found[0]}")
        return page

    return opened


def hand_over(page: Page, shade: int, kind: str) -> None:
    data = base64.b64encode(portrait(shade)).decode()
    page.evaluate(HAND_OVER, [".selfie-drop", f"{kind}.jpg", data, kind])


def test_photos_come_by_choice_by_drop_and_by_paste(open_page: Callable[[str], Page], tmp_path: Path) -> None:
    page = open_page("lea@example.com")
    chosen = tmp_path / "chosen.jpg"
    chosen.write_bytes(portrait(0))
    region = page.get_by_role("region", name="Selfies")
    page.set_input_files("#id_selfies", chosen)
    expect(region).to_contain_text("1 photo is chosen. Tick the box to send it.")
    region.get_by_role("checkbox").check()
    expect(region.locator("li.selfie")).to_have_count(1)
    hand_over(page, 20, "drop")
    expect(region.locator("li.selfie")).to_have_count(2)
    hand_over(page, 40, "paste")
    expect(region.locator("li.selfie")).to_have_count(3)
    expect(region.locator("form#selfie-form")).to_have_count(0)
    region.get_by_role("button", name="Remove selfie 3").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(region.locator("li.selfie")).to_have_count(2)
    region.get_by_text("Delete them now").click()
    region.get_by_role("button", name="Delete my selfies").click()
    expect(region).to_contain_text("Your selfies were deleted on")


def test_a_refusal_is_said_in_the_region_and_the_page_stays(
    open_page: Callable[[str], Page], tmp_path: Path
) -> None:
    page = open_page("mia@example.com")
    notes = tmp_path / "notes.jpg"
    notes.write_text("no photo")
    region = page.get_by_role("region", name="Selfies")
    region.get_by_role("checkbox").check()
    page.evaluate("window.stayed = true")
    page.set_input_files("#id_selfies", notes)
    expect(region.get_by_role("alert")).to_contain_text("“notes.jpg” is not a photo we can read")
    assert page.evaluate("window.stayed")
    found: Any = Axe().run(page, "#selfies")
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("status", "words"),
    [(413, "Choose one photo at a time"), (429, "Wait a minute"), (502, "The photos could not be taken")],
)
def test_an_upload_that_fails_says_so_and_does_not_look_busy(
    open_page: Callable[[str], Page], tmp_path: Path, status: int, words: str
) -> None:
    page = open_page(f"fails-{status}@example.com")
    chosen = tmp_path / "me.jpg"
    chosen.write_bytes(portrait(0))
    page.route("**/selfies/add/", lambda route: route.fulfill(status=status, body="<h1>No</h1>"))
    region = page.get_by_role("region", name="Selfies")
    region.get_by_role("checkbox").check()
    page.set_input_files("#id_selfies", chosen)
    expect(region.get_by_role("status")).to_contain_text(words)
    expect(region.get_by_role("progressbar")).to_be_hidden()
    page.unroute("**/selfies/add/")
    page.set_input_files("#id_selfies", chosen)
    expect(region.locator("li.selfie")).to_have_count(1)


def test_a_photo_that_is_too_large_is_refused_before_it_is_sent(
    open_page: Callable[[str], Page], tmp_path: Path
) -> None:
    page = open_page("large@example.com")
    chosen = tmp_path / "large.jpg"
    chosen.write_bytes(portrait(0) + bytes(26 * 1024 * 1024))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    region = page.get_by_role("region", name="Selfies")
    region.get_by_role("checkbox").check()
    page.set_input_files("#id_selfies", chosen)
    expect(region.get_by_role("status")).to_contain_text("“large.jpg” has 26 MB: at most 25 MB a photo.")
    page.goto("/blueprint/")
    page.get_by_label("Selfies").set_input_files(chosen)
    expect(page.locator("[data-problems]")).to_contain_text("“large.jpg” has 26 MB: at most 25 MB a photo.")
    assert not [url for url in sent if url.endswith(("/selfies/add/", "/blueprint/photo/"))]
