"""Made again, compared and drawn over in a real browser: by keyboard, by mouse, while polls go on."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_tech_pack_page import (  # noqa: F401
    WITHIN,
    context,
    draft,
    engine,
    slow_site,
)
from tests.support import factories


@pytest.fixture
def whole(draft: Page) -> Page:  # noqa: F811
    """At a finished tech pack."""
    factories.script(latency=0)
    draft.get_by_role("button", name="Generate tech pack").click()
    expect(draft.get_by_role("button", name="Generate tech pack")).to_be_enabled(timeout=WITHIN)
    expect(draft.locator(".flat [id$='-edit']").first).to_be_visible(timeout=WITHIN)
    return draft


def bench(page: Page) -> Locator:
    return page.locator("#workbench")


def is_clean(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def edit(page: Page) -> Locator:
    """The editor of the first sketch, and its only pin."""
    page.locator(".flat [id$='-edit']").first.click()
    pin = bench(page).locator(".e-pin")
    expect(pin).to_have_count(1)
    return pin


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text("Saved")


def spot(pin: Locator) -> list[float]:
    label = pin.get_attribute("aria-label") or ""
    return [float(part) for part in re.findall(r"(\d+\.\d) %", label)]


# --- made again and compared -------------------------------------------------------------------


def test_made_again_by_keyboard_and_compared_with_what_was(whole: Page) -> None:
    tile = whole.locator(".tile").first
    old = tile.locator("img").get_attribute("src")
    tile.get_by_role("link", name="Regenerate Detail 1").focus()
    whole.keyboard.press("Enter")
    expect(bench(whole).get_by_label("What should be different?")).to_be_focused()
    is_clean(whole)
    whole.keyboard.type("softer light")
    factories.script(latency=2.5)
    bench(whole).get_by_role("button", name="Regenerate for 1 credit").press("Enter")
    expect(bench(whole)).to_be_hidden()
    expect(tile).to_contain_text("being made again")
    assert tile.locator("img").get_attribute("src") == old
    tile.get_by_role("link", name=re.compile("^Compare")).click(timeout=WITHIN)
    assert tile.locator("img").get_attribute("src") != old
    divide = bench(whole).get_by_role("slider")
    expect(divide).to_be_focused()
    whole.keyboard.press("ArrowRight")
    expect(divide).to_have_value("51")
    clip = bench(whole).locator(".side.then").evaluate("node => getComputedStyle(node).clipPath")
    assert clip == "inset(0px 49% 0px 0px)"
    is_clean(whole)
    bench(whole).get_by_role("button", name="Restore version 1").click()
    expect(bench(whole)).to_be_hidden()
    expect(tile.locator("img")).to_have_attribute("src", old or "")


def test_pressed_twice_it_is_asked_once(whole: Page) -> None:
    whole.locator(".tile").first.get_by_role("link", name="Regenerate Detail 1").click()
    factories.script(latency=2.5)
    bench(whole).get_by_role("button", name="Regenerate for 1 credit").dblclick()
    expect(whole.locator("#credits")).to_contain_text("Detail 1 of")
    expect(whole.locator(".tile").first).not_to_contain_text("being made again", timeout=WITHIN)
    expect(whole.locator("#credits .ledger td", has_text="made again")).to_have_count(1)


# --- the sketch editor ---------------------------------------------------------------------------


def test_a_pin_is_moved_by_arrow_keys_written_and_taken_back_and_a_reload_loses_nothing(whole: Page) -> None:
    pin = edit(whole)
    is_clean(whole)
    pin.focus()
    before = spot(pin)
    whole.keyboard.press("ArrowRight")
    whole.keyboard.press("Shift+ArrowDown")
    saved(whole)
    assert spot(pin) == [before[0] + 0.5, before[1] + 5]
    expect(pin).to_be_focused()
    whole.keyboard.press("Enter")
    words = bench(whole).get_by_label("Words")
    expect(words).to_be_focused()
    words.fill("Rib collar, 2 cm")
    words.press("Tab")
    expect(bench(whole).get_by_role("button", name="Undo: callout changed")).to_be_enabled()
    whole.reload()
    expect(whole.locator(".flat").first).to_contain_text("Rib collar, 2 cm")
    pin = edit(whole)
    assert spot(pin) == [before[0] + 0.5, before[1] + 5]
    bench(whole).get_by_role("button", name=re.compile("^Undo")).click()
    expect(bench(whole).locator("[data-callouts]")).to_contain_text("Neckline edge")
    bench(whole).get_by_role("button", name="Undo: callout moved").click()
    expect(bench(whole).get_by_role("button", name="Undo", exact=True)).to_be_disabled()
    assert spot(pin) == before


def test_what_is_changed_without_a_connection_is_sent_when_it_is_back(whole: Page) -> None:
    pin = edit(whole)
    pin.focus()
    before = spot(pin)
    whole.context.set_offline(True)
    whole.keyboard.press("ArrowRight")
    expect(whole.locator("[data-saved]")).to_have_text("Not saved yet")
    expect(bench(whole).get_by_role("alert")).to_contain_text("sent when it can be")
    whole.keyboard.press("Shift+ArrowDown")
    words = bench(whole).get_by_label("Words")
    words.fill("Rib collar, written on a train")
    words.press("Tab")
    assert spot(pin) == [before[0] + 0.5, before[1] + 5]
    whole.context.set_offline(False)
    saved(whole)
    expect(bench(whole).get_by_role("alert")).to_be_hidden()
    whole.reload()
    expect(whole.locator(".flat").first).to_contain_text("written on a train")
    assert spot(edit(whole)) == [before[0] + 0.5, before[1] + 5]


def test_a_pin_and_the_end_of_a_line_are_dragged(whole: Page) -> None:
    pin = edit(whole)
    drag(whole, pin, 60, 40)
    saved(whole)
    assert spot(pin)[0] > 52
    bench(whole).get_by_role("button", name=re.compile("^A1 ")).click()
    end = bench(whole).locator(".e-end").nth(1)
    drag(whole, end, 0, -60)
    expect(bench(whole).get_by_role("button", name="Undo: measurement moved")).to_be_enabled()
    expect(bench(whole).locator("[data-measures]")).not_to_contain_text("70.0 cm")
    whole.keyboard.press("Escape")
    expect(whole.locator(".flat").first.locator(".pom")).not_to_contain_text(
        "70.0"
    )  # the page behind follows


def drag(page: Page, handle: Locator, dx: int, dy: int) -> None:
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=6)
    page.mouse.up()


def test_callouts_are_added_numbered_and_deleted(whole: Page) -> None:
    edit(whole)
    bench(whole).get_by_role("button", name="Add callout").press("Enter")
    expect(bench(whole).get_by_label("Words")).to_be_focused()
    whole.keyboard.type("Label, to be specified")
    bench(whole).get_by_label("Number").select_option("1")
    rows = bench(whole).locator("[data-callouts] li")
    expect(rows.first).to_contain_text("Label, to be specified")
    bench(whole).locator(".e-pin").first.focus()
    whole.keyboard.press("Delete")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Neckline edge")


def test_a_second_person_is_told_and_nothing_is_overwritten(whole: Page) -> None:
    other = whole.context.new_page()
    other.goto(whole.url)
    pin, theirs = edit(whole), edit(other)
    theirs.focus()
    other.keyboard.press("Shift+ArrowRight")
    saved(other)
    there = spot(theirs)
    pin.focus()
    whole.keyboard.press("ArrowUp")
    expect(bench(whole).get_by_role("alert")).to_contain_text("was changed meanwhile")
    expect(pin).to_have_attribute("aria-label", re.compile(re.escape(f"{there[0]} %")))
    assert spot(pin) == there


def test_a_poll_disturbs_no_open_editor(whole: Page) -> None:
    factories.script(latency=1.5)
    whole.locator(".tile").first.get_by_role("link", name="Regenerate Detail 1").click()
    bench(whole).get_by_role("button", name="Regenerate for 1 credit").click()
    expect(bench(whole)).to_be_hidden()
    edit(whole).focus()
    whole.keyboard.press("Enter")
    whole.keyboard.press("End")
    whole.keyboard.type(", half a sen")
    expect(whole.locator(".tile").first).not_to_contain_text("being made again", timeout=WITHIN)
    whole.keyboard.type("tence")
    words = bench(whole).get_by_label("Words")
    expect(words).to_be_focused()
    expect(words).to_have_value(re.compile(r", half a sentence$"))
