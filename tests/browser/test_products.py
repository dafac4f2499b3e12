"""Making, finding and changing products in a real browser."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.site import Site
from tests.support.factories import picture

Files = Callable[..., list[str]]

PASTE = """async (bytes) => {
  const clipboard = new DataTransfer();
  clipboard.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true }));
}"""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Photos of these names, as files."""

    def make(*names: str) -> list[str]:
        for index, name in enumerate(names):
            (tmp_path / name).write_bytes(picture(size=(300 + index, 400)))
        return [str(tmp_path / name) for name in names]

    return make


@pytest.fixture
def maker(signed_in: Page) -> Page:
    """At the form of a new product."""
    signed_in.get_by_role("link", name="New tech pack").click()
    expect(signed_in.get_by_role("heading", level=1)).to_have_text("New tech pack")
    return signed_in


def choose(page: Page, paths: list[str]) -> None:
    before = page.get_by_label("View").count()
    page.get_by_label("Photos").set_input_files(paths)
    expect(page.get_by_label("View")).to_have_count(before + len(paths))
    expect(page.locator(".tile.sending")).to_have_count(0)


def views(page: Page) -> list[str]:
    return [select.input_value() for select in page.get_by_label("View").all()]


def names(page: Page) -> list[str]:
    return page.locator("[data-name]").all_inner_texts()


def create(page: Page) -> None:
    page.get_by_role("button", name="Create").click()
    page.wait_for_url(re.compile(r"/techpacks/\d+/$"))


def test_photos_and_a_name_make_a_product(maker: Page, files: Files) -> None:
    choose(maker, files("one.png", "two.png", "three.png"))
    assert views(maker) == ["front", "back", "side"]
    maker.get_by_label("Product name").fill("Linen tee")
    maker.get_by_label("Known dimension").select_option("total_length")
    maker.get_by_label("Value").fill("70,5")
    create(maker)
    expect(maker.get_by_role("heading", level=1)).to_have_text("Linen tee")
    expect(maker.get_by_text("Total length 70.5 cm")).to_be_visible()


def test_create_waits_for_photos_that_are_on_their_way(maker: Page, files: Files) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    maker.route("**/techpacks/photos/", hold)
    maker.get_by_label("Product name").fill("Slow line")
    maker.get_by_label("Photos").set_input_files(files("front.png"))
    maker.get_by_role("button", name="Create").click()
    expect(maker.get_by_role("button", name="Waiting for the photos...")).to_be_visible()
    held[0].continue_()
    maker.wait_for_url(re.compile(r"/techpacks/\d+/$"))


def test_a_file_that_is_no_photo_is_named_and_the_others_stay(
    maker: Page, files: Files, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("not a photo")
    maker.get_by_label("Photos").set_input_files([*files("front.png"), str(tmp_path / "notes.txt")])
    expect(maker.locator("[data-errors]")).to_contain_text("notes.txt")
    expect(maker.get_by_label("View")).to_have_count(1)


def test_the_same_photo_chosen_twice_is_taken_once(maker: Page, files: Files) -> None:
    (front,) = files("front.png")
    copy = shutil.copy(front, Path(front).with_name("copy.png"))
    maker.get_by_label("Photos").set_input_files([front, str(copy)])
    expect(maker.get_by_text("is the same photo as")).to_be_visible()
    expect(maker.get_by_label("View")).to_have_count(1)
    maker.get_by_label("Product name").fill("Twin tee")
    maker.get_by_role("button", name="Create").click()
    maker.wait_for_url(re.compile(r"/techpacks/\d+/$"))


def test_an_upload_that_broke_off_is_tried_again(maker: Page, files: Files) -> None:
    maker.route("**/techpacks/photos/", lambda route: route.abort(), times=1)
    maker.get_by_label("Photos").set_input_files(files("front.png"))
    maker.get_by_role("button", name="Try again").click()
    maker.get_by_label("Product name").fill("Second try")
    expect(maker.locator(".tile.sending")).to_have_count(0)
    create(maker)


def test_of_eleven_files_ten_are_kept_and_that_is_said(maker: Page, files: Files) -> None:
    maker.get_by_label("Photos").set_input_files(files(*(f"{n}.png" for n in range(11))))
    expect(maker.get_by_label("View")).to_have_count(10)
    expect(maker.locator("[data-errors]")).to_contain_text("The first 10 are kept. Left out: 10.png.")


def test_photos_are_ordered_and_removed_by_keyboard(maker: Page, files: Files) -> None:
    choose(maker, files("one.png", "two.png", "three.png"))
    maker.get_by_role("button", name="Move later").first.press("Enter")
    assert names(maker) == ["two.png", "one.png", "three.png"]
    assert views(maker) == ["back", "front", "side"]  # a view belongs to its photo
    maker.keyboard.press("Enter")  # the same button still has the focus
    assert names(maker) == ["two.png", "three.png", "one.png"]
    maker.get_by_role("button", name="Remove three.png").press("Enter")
    expect(maker.get_by_role("button", name="Remove one.png")).to_be_focused()


def test_photos_are_ordered_by_dragging(maker: Page, files: Files) -> None:
    choose(maker, files("one.png", "two.png", "three.png"))
    tiles = maker.locator(".tile-pic")
    tiles.nth(2).drag_to(tiles.nth(0))
    assert names(maker) == ["three.png", "one.png", "two.png"]


def test_a_photo_is_pasted(maker: Page) -> None:
    maker.evaluate(PASTE, list(picture()))
    expect(maker.get_by_label("View")).to_have_count(1)
    expect(maker.locator(".tile.sending")).to_have_count(0)


def test_a_refused_form_keeps_the_photos_and_shows_where(maker: Page, files: Files) -> None:
    choose(maker, files("one.png", "detail.png"))
    maker.get_by_role("button", name="Create").click()
    expect(maker.get_by_text("Give the product a name.")).to_be_visible()
    expect(maker.get_by_label("Product name")).to_be_focused()
    assert names(maker) == ["one.png", "detail.png"]
    assert views(maker) == ["front", "detail"]
    maker.get_by_label("Product name").fill("Kept")
    create(maker)


def test_without_javascript_the_files_travel_in_the_form(browser: Browser, site: Site, files: Files) -> None:
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/?next=/techpacks/new/")
    page.get_by_label("Email").fill("demo@example.com")
    page.get_by_label("Password", exact=True).fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Product name").fill("No script")
    page.get_by_label("Photos").set_input_files(files("front.png", "back.png"))
    create(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("No script")
    context.close()


def test_the_list_is_searched_while_typing(maker: Page, files: Files) -> None:
    choose(maker, files("front.png"))
    maker.get_by_label("Product name").fill("Zephyr anorak")
    create(maker)
    maker.goto("/techpacks/")
    maker.get_by_label("Search").press_sequentially("zephyr")
    expect(maker.get_by_role("list", name="Products").get_by_role("listitem")).to_have_count(1)
    expect(maker).to_have_url(re.compile(r"\?q=zephyr"))
    expect(maker.get_by_label("Search")).to_be_focused()


def test_a_session_that_ended_is_said_and_the_page_stays(signed_in: Page) -> None:
    signed_in.get_by_label("Search").fill("x")
    expect(signed_in).to_have_url(re.compile(r"\?q=x"))
    signed_in.context.clear_cookies()
    signed_in.get_by_label("Search").press_sequentially("y")
    expect(signed_in.locator("#toasts")).to_contain_text("You were signed out.")
    expect(signed_in.get_by_label("Search")).to_have_value("xy")


def test_photos_of_a_product_are_changed_without_leaving_the_page(maker: Page, files: Files) -> None:
    choose(maker, files("front.png", "back.png"))
    maker.get_by_label("Product name").fill("Changed")
    create(maker)
    maker.goto(f"{maker.url}edit/")
    maker.get_by_role("button", name="Move picture 1 later").click()
    expect(maker.get_by_label("View").first).to_have_value("back")
    with maker.expect_response(re.compile(r"/photos/\d+/$")):
        maker.get_by_label("View").first.select_option("side")
    maker.reload()
    assert views(maker) == ["side", "front"]


def test_a_chosen_theme_stays(signed_in: Page) -> None:
    signed_in.locator("header summary").click()
    signed_in.get_by_role("button", name="Dark").click()
    signed_in.goto("/account/")
    assert signed_in.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 20, 22)"


def test_going_offline_is_said(signed_in: Page) -> None:
    signed_in.context.set_offline(True)
    expect(signed_in.get_by_text("You are offline.")).to_be_visible()
    signed_in.context.set_offline(False)
    expect(signed_in.get_by_text("You are offline.")).to_be_hidden()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (768, "dark"), (390, "light")])
def test_pages_are_accessible_and_fit(signed_in: Page, files: Files, width: int, scheme: Any) -> None:
    signed_in.set_viewport_size({"width": width, "height": 844})
    signed_in.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for address in ("/techpacks/", "/techpacks/?q=nothing-like-it", "/account/", "/account/credits/",
                    "/accounts/password/change/", "/accounts/email/", "/not-there/"):  # fmt: skip
        signed_in.goto(address)
        assert faults(signed_in) == []
    signed_in.goto("/techpacks/new/")
    choose(signed_in, files("front.png", "back.png"))
    assert faults(signed_in) == []
    signed_in.get_by_role("button", name="Create").click()
    expect(signed_in.get_by_text("Give the product a name.")).to_be_visible()
    assert faults(signed_in) == []


def test_the_pages_of_signing_in_are_accessible(page: Page) -> None:
    for address in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
        page.goto(address)
        assert faults(page) == []


def faults(page: Page) -> list[object]:
    """What keeps somebody from using the page as it is: of accessibility, and what leaves its width."""
    found = Axe().run(page).response["violations"]
    faults: list[object] = [
        (page.url, fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found
    ]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        faults.append(f"{page.url} scrolls sideways")
    return faults
