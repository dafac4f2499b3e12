"""The poll of the tech pack page: nothing, or the pieces that changed."""

import json
import re
import time
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.test import Client

from accounts.models import User
from core.polling import row_of
from generation.execution import sweep
from generation.models import Prediction
from techpack import versions
from techpack.models import Piece, TechPack
from techpack.pipeline.requests import Kind
from techpack.presenters import polling
from techpack.services import products, runs
from tests.support.factories import (
    cm,
    make_designer,
    make_product,
    make_run,
    make_user,
    script,
)
from tests.support.job_queue import drain, pass_time, work
from tests.support.snapshots import remembered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

HTMX = {"HX-Request": "true"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
ALWAYS = {  # what every answer brings
    "page-notice", "product-name", "given-dimension", "run-state", "category-badge", "run-actions",
    "download-pdf",
    "progress", "base-views-count", "close-ups-count", "close-ups-before", "sketches-count", "credits",
    "balance", "poller", "out-of-date",
}  # fmt: skip


@pytest.fixture
def designer() -> User:
    return make_designer()


@pytest.fixture
def browser(designer: User) -> Client:
    client = Client()
    client.force_login(designer)
    return client


@pytest.fixture
def run(designer: User) -> TechPack:
    """One that goes on: base views are analysed, the rest is on its way."""

    def make() -> int:
        script(latency=20)
        run = make_run(designer, "front", "back")
        for _ in range(2):
            drain()
            pass_time(25)
        drain()
        return run.pk

    return TechPack.objects.get(pk=remembered("run that goes on", make))


def capability(run: TechPack, user: User) -> str:
    return parse_qs(urlsplit(polling.address(run, user_id=user.pk)).query)["cap"][0]


def poll(
    client: Client, run: TechPack, version: int | str | None = None, number: int | None = None, **more: Any
) -> Any:
    asked = {"version": run.version if version is None else version, **more}
    if number is not None:
        asked["run"] = number
    return client.get(f"/techpacks/{run.product_id}/changes/", asked, headers=HTMX)


def finish(run: TechPack) -> None:
    work()
    run.refresh_from_db()


class Elements(HTMLParser):
    """The HTML of every element with an id, as it was sent but for how it is swapped in."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: dict[str, str] = {}
        self.top: list[str] = []
        self._open: list[tuple[str, str | None, list[str]]] = []
        self.feed(re.sub(r'\s+hx-swap-oob="[^"]*"', "", html))

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        text, name = self.get_starttag_text() or "", dict(attrs).get("id")
        self._write(text)
        if tag in VOID or text.endswith("/>"):
            if name:
                self.found[name] = text
            return
        if name and not self._open:
            self.top.append(name)
        self._open.append((tag, name, [text]))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not self._open:
            return
        self._write(f"</{tag}>")
        opened, name, parts = self._open.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"
        if name:
            assert name not in self.found, f"{name} is there twice"
            self.found[name] = re.sub(r"\s+", " ", "".join(parts))

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def _write(self, text: str) -> None:
        for _, _, parts in self._open:
            parts.append(text)


def elements(response: Any) -> Elements:
    return Elements(response.content.decode())


def pieces_in(response: Any) -> set[str]:
    """The ids of the pieces in an answer."""
    return {
        name for name in elements(response).found if re.fullmatch(r"(base-view|close-up|sketch)-\d+", name)
    }


def appended(response: Any, area: str) -> set[str]:
    """The ids of the pieces that are appended to a list of the page."""
    found = re.search(
        rf'hx-swap-oob="beforeend:#{area}-list">(.*?)(?=<(?:div|ul|section)[^>]*hx-swap-oob|$)',
        response.content.decode(), re.DOTALL,
    )  # fmt: skip
    return set(re.findall(r'class="[^"]*piece" id="([\w-]+)"', found.group(1))) if found else set()


def toasts(response: Any) -> list[str]:
    said = json.loads(response.headers.get("HX-Trigger", "{}")).get("toast", {})
    return [toast["text"] for toast in said.get("all", [said] if said else [])]


def address_in(response: Any) -> str:
    """Where the page that was sent asks from now on, or ""."""
    found = re.search(r'id="poller"[^>]*hx-get="([^"]*)"', response.content.decode())
    return found.group(1).replace("&amp;", "&") if found else ""


# --- nothing new -----------------------------------------------------------------------------


def test_nothing_new_is_told_after_one_query_and_without_a_session(
    run: TechPack, browser: Client, django_assert_num_queries: Any
) -> None:
    address = address_in(browser.get(run.product.get_absolute_url()))
    with django_assert_num_queries(1) as queries:
        answer = browser.get(address, headers=HTMX)
    assert answer.status_code == 204
    assert answer.content == b""
    assert answer["Cache-Control"] == "no-store"
    assert "django_session" not in queries.captured_queries[0]["sql"]
    assert not answer.cookies


def test_a_page_takes_three_queries(run: TechPack, browser: Client, django_assert_num_queries: Any) -> None:
    browser.get(run.product.get_absolute_url())  # estimates are read once a process
    with django_assert_num_queries(3):  # session, user; the product with all of its run
        assert browser.get(run.product.get_absolute_url()).status_code == 200


def test_what_is_new_takes_a_fixed_number_of_queries(
    run: TechPack, browser: Client, django_assert_num_queries: Any
) -> None:
    address = address_in(browser.get(run.product.get_absolute_url()))
    versions.touch(run, run.base_views.first())
    poll(browser, run, 0)  # estimates are read once a process
    with django_assert_num_queries(4):  # unchanged?, session, user; the product with all of its run
        assert browser.get(address, headers=HTMX).status_code == 200
    finish(run)
    with django_assert_num_queries(5):  # and at its end, the cache: what a new run would cost
        assert browser.get(address, headers=HTMX).status_code == 200


@pytest.mark.parametrize("spoil", [
    lambda good: "", lambda good: "1-1:x:y", lambda good: good[:-1], lambda good: f"9{good}",
    lambda good: good.replace(":", "-", 1), lambda good: "\x00", lambda good: "é" * 3000,
])  # fmt: skip
def test_a_capability_that_is_not_ours_opens_nothing(
    run: TechPack, designer: User, spoil: Callable[[str], str]
) -> None:
    spoiled = spoil(capability(run, designer))
    assert row_of(polling.SALT, spoiled) is None
    answer = poll(Client(), run, cap=spoiled)
    assert answer.status_code == 200
    assert "You have been signed out." in answer.content.decode()


def test_a_capability_signed_for_something_else_opens_nothing(run: TechPack, designer: User) -> None:
    for_else = signing.TimestampSigner(salt="media").sign(f"{run.pk}-{designer.pk}")
    assert poll(Client(), run, cap=for_else).status_code == 200


class SignedYesterday(signing.TimestampSigner):
    def timestamp(self) -> str:
        return signing.b62_encode(int(time.time()) - 24 * 3600)


def test_an_expired_capability_leaves_it_to_the_session(
    run: TechPack, designer: User, browser: Client
) -> None:
    old = SignedYesterday(salt=polling.SALT).sign(f"{run.pk}-{designer.pk}")
    assert row_of(polling.SALT, old) is None
    assert "You have been signed out." in poll(Client(), run, cap=old).content.decode()
    assert poll(browser, run, cap=old).status_code == 204


def test_the_capability_of_another_run_says_nothing_about_this_one(run: TechPack, designer: User) -> None:
    other = make_run(designer)
    TechPack.objects.filter(pk=other.pk).update(version=run.version)
    answer = poll(Client(), run, cap=capability(other, designer))
    assert answer.status_code == 200
    assert "You have been signed out." in answer.content.decode()


def test_a_capability_opens_no_content(run: TechPack, designer: User) -> None:
    answer = poll(Client(), run, 1, cap=capability(run, designer))
    assert pieces_in(answer) == set()
    assert run.product.name not in answer.content.decode()


def test_a_plain_address_does_for_its_owner(run: TechPack, browser: Client) -> None:
    assert poll(browser, run).status_code == 204
    assert poll(browser, run, run.version - 1).status_code == 200
    assert poll(browser, run, "").status_code == 200  # the contract's N may be left out: all of it


def test_a_product_without_a_run_has_nothing_new(designer: User, browser: Client) -> None:
    product = make_product(designer)
    address = f"/techpacks/{product.pk}/changes/"
    assert browser.get(f"{address}?version=0").status_code == 204
    assert browser.get(f"{address}?version=3")["HX-Refresh"] == "true"


# --- who asks ----------------------------------------------------------------------------------


def test_who_is_signed_out_gets_a_notice_and_no_page_to_sign_in(run: TechPack, browser: Client) -> None:
    address = address_in(browser.get(run.product.get_absolute_url()))
    browser.logout()
    assert browser.get(address, headers=HTMX).status_code == 204  # nothing happened yet
    versions.bump(run)
    answer = browser.get(address, headers=HTMX)
    assert answer.status_code == 200
    found = elements(answer)
    assert set(found.top) == {"page-notice", "poller"}
    assert f"/accounts/login/?next=/techpacks/{run.product_id}/" in found.found["page-notice"]
    assert "hx-get" not in found.found["poller"]  # it asks no more
    assert "<form" not in answer.content.decode()


def test_somebody_elses_product_is_not_there(run: TechPack) -> None:
    stranger = Client()
    stranger.force_login(make_user())
    assert poll(stranger, run).status_code == 404
    assert poll(stranger, run, 0).status_code == 404
    assert stranger.get("/techpacks/999999/changes/?version=0").status_code == 404


# --- numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [
    "x", "-1", "1.5", "1e3", " 1", "1 ", "+1", "0x1", "١٢", "²", "1_000", "\x00", "9" * 19, "9" * 5000,
])  # fmt: skip
@pytest.mark.parametrize("name", ["version", "run"])
def test_what_is_no_number_is_refused(run: TechPack, browser: Client, name: str, number: str) -> None:
    answer = browser.get(f"/techpacks/{run.product_id}/changes/", {name: number}, headers=HTMX)
    assert answer.status_code == 400
    assert number not in answer.content.decode()


def test_numbers_are_read_in_what_is_posted_too(run: TechPack, browser: Client) -> None:
    answer = browser.post(f"/techpacks/{run.product_id}/cancel/", {"version": "9" * 5000}, headers=HTMX)
    assert answer.status_code == 400
    run.refresh_from_db()
    assert run.cancel_requested_at is None


@pytest.mark.parametrize("ahead", [1, 10**6, 2**63 - 1])
def test_a_version_that_never_was_reloads_the_page(run: TechPack, browser: Client, ahead: int) -> None:
    answer = poll(browser, run, min(run.version + ahead, 2**63 - 1))
    assert answer["HX-Refresh"] == "true"
    assert not answer.content


@pytest.mark.parametrize("number", [7, 2**31, 2**63 - 1])
def test_a_run_that_never_was_reloads_the_page(run: TechPack, browser: Client, number: int) -> None:
    assert poll(browser, run, 1, number)["HX-Refresh"] == "true"


def test_a_newer_run_reloads_the_page_but_not_one_of_an_earlier_run(
    run: TechPack, designer: User, browser: Client
) -> None:
    finish(run)
    runs.start_run(product=run.product)
    assert poll(browser, run, run.version, 1)["HX-Refresh"] == "true"
    assert poll(browser, run, run.version - 1, 1)["HX-Refresh"] == "true"
    assert poll(browser, run, run.version, 1, fixed=1).status_code == 204
    answer = poll(browser, run, run.version - 1, 1, fixed=1)
    assert "HX-Refresh" not in answer
    assert "Latest run" in elements(answer).found["run-actions"]


def test_only_reading_is_allowed(run: TechPack, browser: Client) -> None:
    for method in ("post", "put", "delete", "patch", "head"):
        assert getattr(browser, method)(f"/techpacks/{run.product_id}/changes/").status_code == 405


# --- what is new -------------------------------------------------------------------------------


def test_only_what_changed_is_sent(run: TechPack, browser: Client) -> None:
    before = run.version
    view = run.base_views.last()
    versions.touch(run, view)
    answer = poll(browser, run, before)
    assert pieces_in(answer) == {view.html_id}
    assert set(elements(answer).top) == {*ALWAYS, view.html_id}
    assert not appended(answer, "base-views")
    assert answer["X-Version"] == str(run.version)
    assert answer["Cache-Control"] == "no-store"


def test_what_came_to_be_is_appended_to_its_list(run: TechPack, browser: Client) -> None:
    before = run.version
    assert not run.close_ups.exists()
    pass_time(25)
    drain()
    run.refresh_from_db()
    answer = poll(browser, run, before)
    new = {piece.html_id for piece in run.close_ups.all()}
    assert len(new) == 4
    assert appended(answer, "close-ups") == new
    assert not appended(answer, "sketches")
    assert not appended(answer, "base-views")
    changed = {piece.html_id for piece in run.pieces if piece.version > before} - new
    assert pieces_in(answer) == new | changed


def test_a_piece_that_came_and_changed_is_sent_once(run: TechPack, browser: Client) -> None:
    before = run.version
    finish(run)
    answer = poll(browser, run, before)
    found = re.findall(r'class="[^"]*piece" id="([\w-]+)"', answer.content.decode())
    assert len(found) == len(set(found)) == 4 + 3  # the base views had arrived before


def test_a_page_that_has_nothing_gets_all_of_it(run: TechPack, browser: Client) -> None:
    finish(run)
    answer = poll(browser, run, 0)
    assert pieces_in(answer) == {piece.html_id for piece in run.pieces}
    for area in ("base-views", "close-ups", "sketches"):
        assert appended(answer, area)


def test_polls_one_after_another_bring_each_change_once(designer: User, browser: Client) -> None:
    script(close_up=["ok", "refuse", "ok"], latency=3)
    run = make_run(designer, "front", "back")
    address = address_in(browser.get(run.product.get_absolute_url()))
    there: set[str] = set()
    seen: dict[str, int] = {}
    shown: dict[str, str] = {}
    for _ in range(60):
        drain()
        answer = browser.get(address, headers=HTMX)
        if answer.status_code == 200:
            new = set().union(*(appended(answer, area) for area in ("base-views", "close-ups", "sketches")))
            assert not new & there
            assert pieces_in(answer) <= new | there
            there |= new
            now = {piece.html_id: piece.version for piece in TechPack.objects.get(pk=run.pk).pieces}
            assert pieces_in(answer) == {name for name in now if now[name] > seen.get(name, -1)}
            seen = now
            shown |= elements(answer).found
            address = address_in(answer)
        if not address:
            break
        pass_time(2)
    run.refresh_from_db()
    assert run.status == TechPack.Status.PARTIAL
    assert there == {piece.html_id for piece in run.pieces}
    failed = run.close_ups.get(status=Piece.Status.FAILED)
    assert "Try again (1 credit)" in shown[failed.html_id]  # it failed while the others were on their way


def test_toasts_come_once(run: TechPack, browser: Client) -> None:
    before = run.version
    finish(run)
    words = "Tech pack complete. 9 credits used, 91 left."
    assert words in toasts(poll(browser, run, before))
    assert toasts(poll(browser, run, run.version - 1)) == [words]
    versions.bump(run)
    assert toasts(poll(browser, run, run.version - 1)) == []


def test_a_toast_may_hold_any_character(run: TechPack, browser: Client) -> None:
    versions.say(run, 'Ünïcode "quotes"\r\n<b>', toast=True)
    answer = poll(browser, run, run.version - 1)
    assert toasts(answer) == ['Ünïcode "quotes"\r\n<b>']


# --- the page and the poll -----------------------------------------------------------------------


@pytest.mark.parametrize("behaviours", [
    {}, {"close_up": ["refuse", "ok"], "callouts": ["refuse", "ok"], "base_view": ["ok", "refuse"]},
    {"sketch": ["refuse"]},
])  # fmt: skip
def test_the_page_and_the_poll_render_the_same_pieces(
    designer: User, browser: Client, behaviours: Any
) -> None:
    script(latency=4, **behaviours)
    run = make_run(designer, "front", "back")
    for _ in range(8):
        drain()
        run.refresh_from_db()
        page = elements(browser.get(run.product.get_absolute_url())).found
        sent = elements(poll(browser, run, 0)).found
        for name in ({*sent} & {piece.html_id for piece in run.pieces}) | (ALWAYS - {"page-notice"}):
            assert _without_what_differs(sent[name]) == _without_what_differs(page[name])
        pass_time(3)


def _without_what_differs(html: str) -> str:
    """Tokens and clocks are new each time."""
    html = re.sub(r'csrfmiddlewaretoken" value="[^"]*"|cap=[^"]*"', "", html)
    html = re.sub(r'data-elapsed="\d+"[^>]*>[^<]*<', "data-elapsed<", html)
    return re.sub(r"\s+", " ", html).replace("> <", "><")


def test_every_answer_has_a_place_on_the_page(run: TechPack, browser: Client) -> None:
    """htmx drops a piece whose target is missing."""
    page = elements(browser.get(run.product.get_absolute_url())).found
    assert page.keys() >= ALWAYS | {"base-views-list", "close-ups-list", "sketches-list"}


# --- the poller ----------------------------------------------------------------------------------


def test_the_poller_goes_when_the_work_ends(run: TechPack, browser: Client) -> None:
    before = run.version
    assert address_in(browser.get(run.product.get_absolute_url()))
    finish(run)
    answer = poll(browser, run, before)
    assert address_in(answer) == ""
    assert f'data-version="{run.version}"' in elements(answer).found["poller"]
    assert address_in(browser.get(run.product.get_absolute_url())) == ""


def test_the_poller_comes_back_when_a_picture_is_tried_again(designer: User, browser: Client) -> None:
    script(close_up=["refuse", "ok"])
    run = make_run(designer)
    finish(run)
    piece = run.close_ups.get(status=Piece.Status.FAILED)
    answer = browser.post(
        f"/techpacks/{run.product_id}/close-up/{piece.pk}/again/", {"version": run.version}, headers=HTMX
    )
    assert answer.status_code == 200
    assert piece.html_id in pieces_in(answer)
    address = address_in(answer)
    assert address
    assert browser.get(address, headers=HTMX).status_code == 204
    finish(run)
    answer = browser.get(address, headers=HTMX)
    assert pieces_in(answer) == {piece.html_id}
    assert "Open Detail 1" in answer.content.decode()
    assert address_in(answer) == ""


def test_a_run_that_waits_for_credits_is_polled_on(designer: User, browser: Client) -> None:
    run = make_run(designer)
    TechPack.objects.filter(pk=run.pk).update(status=TechPack.Status.WAITING)
    assert address_in(browser.get(run.product.get_absolute_url()))


def test_the_address_carries_what_the_page_shows(run: TechPack, browser: Client) -> None:
    asked = parse_qs(urlsplit(address_in(browser.get(run.product.get_absolute_url()))).query)
    assert asked["version"] == [str(run.version)]
    assert asked["run"] == ["1"]
    assert "fixed" not in asked
    asked = parse_qs(urlsplit(address_in(browser.get(run.get_absolute_url()))).query)
    assert asked["fixed"] == ["1"]


def test_a_rename_elsewhere_reaches_an_open_page(browser: Client, run: TechPack) -> None:
    products.update_product(product=run.product, name="Blue tee", notes="", dimension=None)
    response = poll(browser, run)
    assert response.status_code == 200
    assert "<bdi>Blue tee</bdi>" in elements(response).found["product-name"]
    assert "<title>Blue tee - Selvedge</title>" in response.content.decode()


def test_a_dimension_given_elsewhere_is_shown_when_the_run_is_over(browser: Client, run: TechPack) -> None:
    version = run.version
    products.update_product(product=run.product, name="Green tee", notes="", dimension=cm("70"))
    assert "No dimension given" in elements(poll(browser, run, version)).found["given-dimension"]
    finish(run)
    assert "Total length 70 cm" in elements(poll(browser, run, version)).found["given-dimension"]


def test_how_far_the_engine_is_with_a_piece_is_no_change(designer: User) -> None:
    """Pages show that it is being made: an open page would be sent the very same cards again."""
    script(category=["ambiguous", "hang"])
    run = make_run(designer, "front")
    drain()
    waits = TechPack.objects.get(pk=run.pk).version
    assert Prediction.objects.get(kind=Kind.CATEGORY).status == Prediction.Status.SUBMITTING
    for _ in range(4):  # it is searched for twice, made again, and runs
        pass_time(30)
        sweep.sweep()
        drain()
    assert Prediction.objects.get(kind=Kind.CATEGORY).status == Prediction.Status.RUNNING
    assert TechPack.objects.get(pk=run.pk).version == waits
