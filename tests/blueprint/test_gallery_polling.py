"""The poll of the gallery: nothing, or the places that changed."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blueprint import access, versions
from blueprint.models import Frame, Grid, Shoot, Subscriber
from blueprint.services import frames, grids
from generation.models import Prediction
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import script
from tests.support.job_queue import drain, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

PAID = "/blueprint/paid/"
HTMX = {"HX-Request": "true"}
ALWAYS = {"page-notice", "page-actions", "progress", "guard", "poller", "selfie-end"}


@pytest.fixture
def subscriber() -> Subscriber:
    """Somebody whose thirty are all on their way."""
    script(latency=60)
    subscriber = make_subscriber()
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    subscriber.refresh_from_db()
    return subscriber


@pytest.fixture
def browser(subscriber: Subscriber) -> Client:
    client = Client()
    client.cookies[access.COOKIE] = subscriber.access_token or ""
    return client


def address_in(answer: Any) -> str:
    """What the page, or a piece of it, says is to be polled; empty for nothing."""
    poller = re.search(r'<div id="poller"[^>]*>', answer.content.decode())
    assert poller, "no poller"
    address = re.search(r'hx-get="([^"]*)"', poller[0])
    return address[1].replace("&amp;", "&") if address else ""


def poll(browser: Client, version: int | str, place: str = "paid") -> Any:
    return browser.get(f"/blueprint/{place}/changes/", {"version": version}, headers=HTMX)


def pieces_in(answer: Any) -> list[str]:
    """The ids of what is swapped, in order."""
    return re.findall(r'id="([\w-]+)"(?:[^>]*) hx-swap-oob="true"', answer.content.decode())


def cells_in(answer: Any) -> set[int]:
    found = [piece.removeprefix("grid-") for piece in pieces_in(answer) if piece.startswith("grid-")]
    assert len(found) == len(set(found))
    return {int(number) for number in found}


def change(subscriber: Subscriber, number: int) -> None:
    grid = Grid.objects.get(shoot__subscriber=subscriber, number=number)
    versions.touch(subscriber.pk, grid)


def rest(browser: Client) -> None:
    browser.get(PAID)  # what is remembered for a while, as the visit, is remembered


# --- nothing new ---------------------------------------------------------------------------------


def test_nothing_new_is_answered_with_one_query(browser: Client) -> None:
    address = address_in(browser.get(PAID))
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(address, headers=HTMX)
    assert answer.status_code == 204
    assert len(queries) == 1


def test_nothing_new_opens_no_page_to_who_has_only_the_address(browser: Client) -> None:
    address = address_in(browser.get(PAID))
    assert Client().get(address, headers=HTMX).status_code == 204


def test_without_the_capability_the_full_check_says_that_nothing_is_new(
    subscriber: Subscriber, browser: Client
) -> None:
    assert poll(browser, subscriber.version).status_code == 204


def test_at_rest_nothing_is_polled(browser: Client, subscriber: Subscriber) -> None:
    grids.cancel_pending(subscriber_id=subscriber.pk)
    assert address_in(browser.get(PAID)) == ""


# --- what is new -----------------------------------------------------------------------------------


def test_one_changed_place_is_all_that_is_sent(subscriber: Subscriber, browser: Client) -> None:
    change(subscriber, 5)
    answer = poll(browser, subscriber.version)
    assert cells_in(answer) == {5}
    assert set(pieces_in(answer)) == {*ALWAYS, "grid-5"}
    assert answer["X-Version"] == str(subscriber.version + 1)
    assert answer["Cache-Control"] == "no-store"


def test_one_changed_place_costs_three_queries_beyond_the_look_up(
    subscriber: Subscriber, browser: Client
) -> None:
    Prediction.objects.filter(slot="grid:9").update(status=Prediction.Status.FAILED)  # one is to be asked for
    rest(browser)
    change(subscriber, 5)
    with CaptureQueriesContext(connection) as queries:
        answer = poll(browser, subscriber.version)
    assert cells_in(answer) == {5}
    asked = [query["sql"] for query in queries if "access_token" not in query["sql"].partition("WHERE")[2]]
    assert len(queries) - len(asked) == 1  # the look-up
    assert len(asked) <= 3, "\n".join(asked)


def test_while_all_are_on_their_way_a_changed_place_costs_one_query(
    subscriber: Subscriber, browser: Client
) -> None:
    """Nothing is left to be asked for, so nobody looks at what might stand in the way."""
    rest(browser)
    change(subscriber, 5)
    with CaptureQueriesContext(connection) as queries:
        answer = poll(browser, subscriber.version)
    assert cells_in(answer) == {5}
    assert len(queries) == 2  # with the look-up


def test_what_ends_a_run_costs_five_queries_beyond_the_look_up(
    subscriber: Subscriber, browser: Client
) -> None:
    """Then, once, it is also asked what may be done with the selfies."""
    grids.cancel_pending(subscriber_id=subscriber.pk)
    rest(browser)
    with CaptureQueriesContext(connection) as queries:
        answer = poll(browser, subscriber.version)
    assert cells_in(answer) == set(range(1, 31))
    assert len(queries) <= 1 + 5


def test_the_selfies_can_be_deleted_when_and_only_when_nothing_is_made_with_them(
    subscriber: Subscriber, browser: Client
) -> None:
    offered, in_use = "Delete them now", "Grids are being made with them now."
    change(subscriber, 5)
    during = poll(browser, subscriber.version).content.decode()
    assert in_use in during
    assert offered not in during
    grids.cancel_pending(subscriber_id=subscriber.pk)
    after = poll(browser, subscriber.version).content.decode()
    assert offered in after
    assert in_use not in after
    started = browser.post(f"{PAID}generate/", {"version": subscriber.version}, headers=HTMX)
    assert in_use in started.content.decode()


def test_a_page_that_has_nothing_gets_all_of_it(browser: Client) -> None:
    assert cells_in(poll(browser, 0)) == set(range(1, 31))


def test_every_answer_has_its_place_on_the_page(browser: Client) -> None:
    """htmx drops a piece whose target is missing."""
    page = browser.get(PAID).content.decode()
    for piece in pieces_in(poll(browser, 0)):
        assert f'id="{piece}"' in page


def test_the_page_and_the_poll_say_the_same(subscriber: Subscriber, browser: Client) -> None:
    drain()
    page, sent = browser.get(PAID), poll(browser, 0)
    for number in (1, 17, 30):
        assert _cell(sent, number) == _cell(page, number)


def _cell(answer: Any, number: int) -> str:
    """Without what is new each time."""
    html = re.search(rf'<li [^>]*id="grid-{number}".*?</li>', answer.content.decode(), re.DOTALL)
    assert html
    plain = re.sub(r'\s+hx-swap-oob="true"|name="csrfmiddlewaretoken" value="\w+"', "", html[0])
    plain = re.sub(r"\s+>", ">", plain)
    return re.sub(r'data-elapsed="\d+"([^>]*)>[^<]*<', r"data-elapsed\1><", plain)


def test_each_step_of_a_grid_reaches_an_open_page(subscriber: Subscriber, browser: Client) -> None:
    script(latency=0)
    address, seen = address_in(browser.get(PAID)), set()
    for _ in range(200):
        if not drain(most=5000):
            from tests.support.job_queue import pass_time

            pass_time(5)
        answer = browser.get(address, headers=HTMX)
        if answer.status_code == 200:
            seen |= cells_in(answer)
            address = address_in(answer)
        if not address:
            break
    assert seen == set(range(1, 31))
    assert address == ""
    assert Frame.objects.count() == 270


def test_the_poller_stays_until_the_frames_are_cut(subscriber: Subscriber, browser: Client) -> None:
    Prediction.objects.exclude(slot="grid:1").update(status=Prediction.Status.CANCELED)
    script(latency=0)
    work()
    grid = Grid.objects.get(number=1)
    Frame.objects.all().delete()
    assert address_in(browser.get(PAID))
    assert grid.asset_id is not None
    frames.cut(grid.pk, grid.asset_id)
    assert address_in(browser.get(PAID)) == ""


# --- versions and links that do not fit ---------------------------------------------------------------


@pytest.mark.parametrize("ahead", [1, 10**6, 2**62])
def test_a_version_that_never_was_reloads_the_page(
    subscriber: Subscriber, browser: Client, ahead: int
) -> None:
    answer = poll(browser, subscriber.version + ahead)
    assert answer["HX-Refresh"] == "true"
    assert not answer.content


@pytest.mark.parametrize("version", ["x", "-1", "1.5", "9" * 40, "²"])
def test_a_version_that_is_no_number_is_refused(browser: Client, version: str) -> None:
    assert poll(browser, version).status_code == 400
    assert browser.post(f"{PAID}generate/", {"version": version}, headers=HTMX).status_code == 400


def test_a_link_that_is_revoked_meanwhile_brings_a_notice_and_nothing_else(
    subscriber: Subscriber, browser: Client
) -> None:
    address = address_in(browser.get(PAID))
    access.revoke(subscriber_id=subscriber.pk)
    answer = browser.get(address, headers=HTMX)
    assert answer.status_code == 200
    assert pieces_in(answer) == ["page-notice", "poller"]
    assert answer["HX-Reswap"] == "none"
    assert "no longer valid" in answer.content.decode()
    assert address_in(answer) == ""
    assert "<html" not in answer.content.decode()


def test_a_revoked_link_does_nothing_either(subscriber: Subscriber, browser: Client) -> None:
    grids.cancel_pending(subscriber_id=subscriber.pk)
    access.revoke(subscriber_id=subscriber.pk)
    answer = browser.post(f"{PAID}grids/1/generate/", {"version": subscriber.version}, headers=HTMX)
    assert pieces_in(answer) == ["page-notice", "poller"]
    assert not Prediction.objects.live().exists()


def test_another_link_opened_in_this_browser_never_mixes_two_people(browser: Client) -> None:
    """The page still shows the one, the cookie is the other's by now."""
    address = address_in(browser.get(PAID))
    asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    other = make_subscriber()
    browser.cookies[access.COOKIE] = other.access_token or ""
    assert browser.get(f"{PAID}changes/", {**asked, "version": 0}, headers=HTMX)["HX-Refresh"] == "true"
    answer = browser.post(f"{PAID}generate/", asked, headers=HTMX)
    assert answer["HX-Refresh"] == "true"
    assert not Prediction.objects.of(other.subject).exists()


def test_only_reading_is_allowed(browser: Client) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(browser, method)(f"{PAID}changes/").status_code == 405


# --- what somebody does on an open page ------------------------------------------------------------------


def test_an_action_answers_with_the_places_it_changed(subscriber: Subscriber, browser: Client) -> None:
    grids.cancel_pending(subscriber_id=subscriber.pk)
    subscriber.refresh_from_db()
    answer = browser.post(f"{PAID}grids/9/generate/", {"version": subscriber.version}, headers=HTMX)
    assert cells_in(answer) == {9}
    assert address_in(answer)


def test_all_missing_says_how_many(subscriber: Subscriber, browser: Client) -> None:
    grids.cancel_pending(subscriber_id=subscriber.pk)
    subscriber.refresh_from_db()
    answer = browser.post(f"{PAID}generate/", {"version": subscriber.version}, headers=HTMX)
    assert cells_in(answer) == set(range(1, 31))
    assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "30 grids are on the way."


def test_a_refusal_is_said_and_changes_nothing(subscriber: Subscriber, browser: Client) -> None:
    grids.cancel_pending(subscriber_id=subscriber.pk)
    Subscriber.objects.update(paid_blueprint_purchased=False)
    subscriber.refresh_from_db()
    answer = browser.post(f"{PAID}grids/9/generate/", {"version": subscriber.version}, headers=HTMX)
    assert json.loads(answer["HX-Trigger"])["toast"]["tone"] == "bad"
    assert "has not been bought yet" in answer.content.decode()
    assert not Prediction.objects.live().exists()


def test_a_form_that_is_filled_in_is_not_swapped(subscriber: Subscriber, browser: Client) -> None:
    Prediction.objects.filter(slot="grid:9").update(status=Prediction.Status.FAILED)
    Subscriber.objects.update(selfie_image_urls=[])
    change(subscriber, 1)
    assert "First, one to three photos" in browser.get(PAID).content.decode()
    assert "guard" not in pieces_in(poll(browser, subscriber.version))


def test_a_favourite_is_shown_wherever_its_frame_is(subscriber: Subscriber, browser: Client) -> None:
    script(latency=0)
    work()
    subscriber.refresh_from_db()
    frame = Frame.objects.get(grid__number=3, position=2)
    address = f"/blueprint/frames/{frame.pk}/favourite/"
    answer = browser.post(address, {"favourite": "1", "version": subscriber.version}, headers=HTMX)
    assert cells_in(answer) == {3}
    assert {f"heart-{frame.pk}", f"loved-{frame.pk}"} <= set(pieces_in(answer))
    alone = browser.post(address, {"favourite": "0"}, headers=HTMX)  # from the page of one grid
    assert pieces_in(alone) == [f"heart-{frame.pk}", f"loved-{frame.pk}"]


def test_an_open_gallery_is_given_only_the_sheet(subscriber: Subscriber, browser: Client) -> None:
    answer = browser.get(f"{PAID}grids/1/", headers=HTMX)
    assert "<html" not in answer.content.decode()
    assert 'id="sheet"' in answer.content.decode()


# --- other galleries -----------------------------------------------------------------


def test_a_shoot_is_polled_at_its_own_address(subscriber: Subscriber, browser: Client) -> None:
    shoot = Shoot.objects.create(subscriber=subscriber, kind=Shoot.Kind.STAFF, planned=2)
    Grid.objects.filter(number=1).update(shoot=shoot)
    address = address_in(browser.get(f"/blueprint/shoots/{shoot.pk}/"))
    assert address.startswith(f"/blueprint/shoots/{shoot.pk}/changes/?")
    assert browser.get(address, headers=HTMX).status_code == 204
    assert cells_in(poll(browser, 0, f"shoots/{shoot.pk}")) == {1}
