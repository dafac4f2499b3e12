"""Values changed in a real browser, by keyboard alone, while other things happen to the page."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.site import Site
from tests.support.http_client import Visitor
from tests.support.pictures import picture

WITHIN = 60_000  # ms, for a run of the local engine


@pytest.fixture(scope="module")
def product(site: Site) -> str:
    """The path of one that was generated."""
    site.manage(
        "shell", "-c",
        "from accounts.models import User; from credits.services import grant;"
        "grant(holder=User.objects.get(email='demo@example.com'), amount=300,"
        " reference='tests:editing', description='For the tests')",
    )  # fmt: skip
    visitor = Visitor(site)
    path = visitor.make_product("Edited tee", picture("#38574d", (301, 402)))
    visitor.generate(path)
    return path


@pytest.fixture
def opened(signed_in: Page, product: str) -> Page:
    signed_in.goto(product)
    expect(signed_in.locator("#run-state")).to_contain_text(
        re.compile(r"complete|needs\s+review"), timeout=WITHIN
    )
    return signed_in


def cell(page: Page, path: str) -> Locator:
    return page.locator(f'a.val[data-path="{path}"]').first


def edit(page: Page, path: str, text: str) -> None:
    cell(page, path).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cell")).to_be_visible()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def test_a_value_is_changed_and_taken_back_by_keyboard_alone(opened: Page) -> None:
    summary = cell(opened, "summary")
    before = summary.inner_text()
    edit(opened, "summary", "Solid green, my words")
    opened.keyboard.press("Enter")
    expect(summary).to_have_text("Solid green, my words")
    expect(summary).to_be_focused()
    expect(summary).to_have_accessible_name(re.compile("entered"))
    opened.keyboard.press("ControlOrMeta+z")
    expect(summary).to_have_text(before)
    expect(opened.locator("#toasts")).to_contain_text("Undone.")


def test_tab_saves_and_goes_on_to_the_next_and_escape_leaves_it_as_it_was(opened: Page) -> None:
    edit(opened, "colours.items.0.name", "Bottle green")
    opened.keyboard.press("Tab")
    expect(cell(opened, "colours.items.0.name")).to_have_text("Bottle green")
    expect(opened.locator("#cell-value")).to_have_value(re.compile("^#[0-9A-F]{6}$"))
    opened.keyboard.type("#000000")
    opened.keyboard.press("Escape")
    expect(opened.locator("#cell")).to_be_hidden()
    expect(cell(opened, "colours.items.0.hex")).not_to_have_text("#000000")
    expect(cell(opened, "colours.items.0.hex")).to_be_focused()


def test_c_confirms_the_value_with_the_focus(opened: Page) -> None:
    observed = cell(opened, "pattern.evidence")
    observed.focus()
    opened.keyboard.press("c")
    expect(observed).to_have_accessible_name(re.compile("confirmed"))
    expect(observed).to_be_focused()


def test_what_does_not_fit_is_said_and_the_editor_stays_open(opened: Page) -> None:
    edit(opened, "colours.items.0.share", "long")
    opened.keyboard.press("Enter")
    expect(opened.locator("#cell-note")).to_have_text("Enter a number.")
    expect(opened.locator("#cell-value")).to_have_value("long")
    opened.keyboard.press("Escape")


def test_whoever_is_second_sees_both_values_and_loses_nothing(opened: Page, product: str) -> None:
    other = opened.context.new_page()
    other.goto(product)
    edit(opened, "to_be_specified.0.reason", "Mine")
    edit(other, "to_be_specified.0.reason", "Theirs")
    other.keyboard.press("Enter")
    expect(cell(other, "to_be_specified.0.reason")).to_have_text("Theirs")
    opened.keyboard.press("Tab")
    note = opened.locator("#cell-note")
    expect(note).to_contain_text("changed this meanwhile: it is “Theirs” now")
    expect(note).to_contain_text("Yours: “Mine”. Save again to replace it, Esc to keep theirs.")
    expect(opened.locator("#cell-value")).to_have_value("Mine")
    expect(opened.locator("#cell-value")).to_be_focused()
    expect(cell(opened, "to_be_specified.0.reason")).to_have_text("Theirs")
    opened.locator("#product-name").click()  # what was not meant as saving replaces nothing
    expect(opened.locator("#cell-value")).to_have_value("Mine")
    opened.keyboard.press("Enter")
    expect(cell(opened, "to_be_specified.0.reason")).to_have_text("Mine")
    other.close()


def test_a_card_that_arrives_does_not_disturb_an_open_editor(opened: Page, product: str) -> None:
    edit(opened, "summary", "Half a sentence")
    other = opened.context.new_page()
    other.goto(product)
    edit(other, "pattern.kind", "")
    other.locator("#cell-value").select_option("textured")
    other.keyboard.press("Enter")
    expect(cell(other, "pattern.kind")).to_have_text("Textured")
    other.close()
    opened.evaluate(
        "htmx.ajax('GET', location.pathname + 'changes/', {source: '#poller', swap: 'none',"
        " values: {version: document.querySelector('#page-version').value}})"
    )
    expect(cell(opened, "pattern.kind")).to_have_text("Textured")
    expect(opened.locator("#cell-value")).to_have_value("Half a sentence")
    opened.keyboard.press("Escape")


def test_an_ai_edit_is_asked_for_and_accepted_by_keyboard_alone(opened: Page) -> None:
    colour = cell(opened, "colours.items.0.hex")
    colour.focus()
    opened.keyboard.press("a")
    dialog = opened.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Colour value")).to_be_visible()
    expect(dialog.locator("img").first).to_be_visible()
    clean(opened)
    expect(dialog.get_by_label("What should change?")).to_be_focused()
    expect(dialog.get_by_label("Pick a colour")).to_be_visible()
    opened.keyboard.type("navy")
    opened.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Ask for 1 credit")).to_be_focused()
    opened.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="Accept")).to_be_focused(timeout=WITHIN)
    expect(dialog.locator(".after")).to_contain_text("#1D2747")
    clean(opened)
    opened.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(colour).to_have_text("#1D2747")
    expect(opened.locator("#out-of-date")).to_contain_text("Make again")
    clean(opened)


def test_an_entry_is_added_removed_and_brought_back(opened: Page) -> None:
    opened.get_by_text("Add a material").click()
    opened.get_by_label("Material", exact=True).fill("rib knit")
    opened.get_by_label("Placement", exact=True).fill("cuffs")
    opened.keyboard.press("Enter")
    name = cell(opened, "materials.items.0.name")
    expect(name).to_be_focused()
    opened.keyboard.press("a")
    opened.get_by_role("dialog").get_by_role("button", name="Remove this material").click()
    expect(name).to_have_count(0)
    undo = opened.get_by_role("button", name="Undo last change")
    expect(undo).to_be_focused()
    undo.click()
    expect(name).to_have_text("Rib knit")


def test_what_cannot_be_computed_is_refused_in_words_and_refunded(opened: Page) -> None:
    name = cell(opened, "colours.items.0.name")
    name.focus()
    opened.keyboard.press("a")
    dialog = opened.get_by_role("dialog")
    dialog.get_by_label("What should change?").fill("describe the mood")
    dialog.get_by_role("button", name="Ask for 1 credit").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Refunded 1 credit", timeout=WITHIN)
    expect(dialog.get_by_label("What should change?")).to_have_value("describe the mood")
    opened.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(name).to_be_focused()


def test_a_value_is_changed_without_scripts(browser: Any, site: Site, opened: Page, product: str) -> None:
    state = opened.context.storage_state()
    plain = browser.new_context(base_url=site.address, storage_state=state, java_script_enabled=False)
    page = plain.new_page()
    page.goto(product)
    page.locator('a.val[data-path="pattern.evidence"]').first.click()
    page.get_by_label("By hand").fill("Looked at by hand")
    page.get_by_role("button", name="Save").click()
    expect(page.locator('a.val[data-path="pattern.evidence"]').first).to_have_text("Looked at by hand")
    plain.close()


def clean(page: Page) -> None:
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
