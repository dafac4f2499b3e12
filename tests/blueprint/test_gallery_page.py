"""The pages of the private link: who is let in, what each state says, what somebody can do."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape
from waffle.testutils import override_switch

from blueprint import access, style_form
from blueprint.models import Frame, Grid, Shoot, Subscriber
from blueprint.services import grids, guards
from generation.models import Prediction
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_asset, script
from tests.support.job_queue import drain, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

PAID = "/blueprint/paid/"


@pytest.fixture
def subscriber() -> Subscriber:
    return make_subscriber()


@pytest.fixture
def browser(subscriber: Subscriber) -> Client:
    return browser_of(subscriber)


def browser_of(subscriber: Subscriber) -> Client:
    client = Client()
    client.cookies[access.COOKIE] = subscriber.access_token or ""
    return client


def text(response: HttpResponse) -> str:
    """The page with white space collapsed, as a browser does."""
    return " ".join(response.content.decode().split())


def cell(html: str, number: int) -> str:
    found = re.search(rf'<li class="cell [^>]*id="grid-{number}".*?</li>', html, re.DOTALL)
    assert found, f"no cell {number}"
    return found[0]


def make_grid(subscriber: Subscriber, number: int = 1) -> Grid:
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=number)
    work()
    return Grid.objects.get(shoot__subscriber=subscriber, number=number)


def start(subscriber: Subscriber, number: int = 1) -> Prediction:
    prediction = grids.start_paid_grid(subscriber_id=subscriber.pk, number=number).prediction
    assert prediction is not None
    return prediction


# --- the link ---------------------------------------------------------------


def test_the_token_leaves_the_address_at_once(subscriber: Subscriber) -> None:
    answer = Client().get(PAID, {"access": subscriber.access_token})
    assert answer.status_code == 302
    assert answer["Location"] == PAID
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    cookie = answer.cookies[access.COOKIE]
    assert cookie.value == subscriber.access_token
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_rest_of_the_address_stays(subscriber: Subscriber) -> None:
    answer = Client().get(f"{PAID}grids/3/", {"access": subscriber.access_token, "frame": "2"})
    assert answer["Location"] == f"{PAID}grids/3/?frame=2"


def test_the_page_never_holds_the_token(subscriber: Subscriber, browser: Client) -> None:
    start(subscriber)
    for address in (PAID, f"{PAID}changes/?version=0", f"{PAID}grids/1/"):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert (subscriber.access_token or "") not in text(answer)


@pytest.mark.parametrize("token", ["nobody", "", "x" * 500, "a\x00b"])
def test_an_unknown_link_says_what_to_do(token: str) -> None:
    answer = Client().get(PAID, {"access": token})
    assert answer.status_code == 404
    assert "ask for a new link" in text(answer)
    assert access.COOKIE not in answer.cookies
    assert answer["Referrer-Policy"] == "no-referrer"


def test_without_a_link_every_page_says_the_same() -> None:
    for address in (PAID, "/blueprint/free/", "/blueprint/shoots/1/", f"{PAID}grids/1/"):
        answer = Client().get(address)
        assert answer.status_code == 404
        assert "ask for a new link" in text(answer)


def test_a_revoked_link_opens_nothing(subscriber: Subscriber, browser: Client) -> None:
    access.revoke(subscriber_id=subscriber.pk)
    assert browser.get(PAID).status_code == 404


def test_a_visit_is_remembered_for_staff(subscriber: Subscriber, browser: Client) -> None:
    browser.get(PAID)
    subscriber.refresh_from_db()
    assert subscriber.last_seen_at is not None


def test_a_browser_forgets_the_link_when_asked_to(browser: Client) -> None:
    answer = browser.post("/blueprint/leave/")
    assert answer.status_code == 200
    assert browser.get(PAID).status_code == 404


# --- the thirty ---------------------------------------------------------------


def test_there_are_thirty_places_and_a_bar(subscriber: Subscriber, browser: Client) -> None:
    make_grid(subscriber, 5)
    html = text(browser.get(PAID))
    assert len(re.findall(r'<li class="cell ', html)) == 30
    assert 'aria-valuemax="30" aria-valuenow="1"' in html
    assert "1 of 30 is here." in html
    assert "Open grid 5" in cell(html, 5)
    assert 'Generate<span class="vh"> grid 6' in cell(html, 6)


def test_every_picture_has_its_size_and_its_colour(subscriber: Subscriber, browser: Client) -> None:
    asset = make_grid(subscriber).asset
    assert asset is not None
    html = cell(text(browser.get(PAID)), 1)
    assert f'width="{asset.width}" height="{asset.height}"' in html
    assert f'fill="{asset.placeholder}"' in html


def test_what_is_under_way_says_so(subscriber: Subscriber, browser: Client) -> None:
    script(latency=60)
    start(subscriber, 1)
    drain()
    queued = start(subscriber, 2)
    html = text(browser.get(PAID))
    assert "Generating" in cell(html, 1)
    assert "data-elapsed=" in cell(html, 1)
    assert "Waiting" in cell(html, 2)
    assert "You can close this page" in html
    assert "Cancel what waits" in html
    Prediction.objects.filter(pk=queued.pk).update(status=Prediction.Status.COLLECTING)
    assert "Arriving" in cell(text(browser.get(PAID)), 2)


def test_a_failed_grid_says_why_and_can_be_tried_again(subscriber: Subscriber, browser: Client) -> None:
    script(grid=["refuse"])
    failed = start(subscriber, 15)
    work()
    failed.refresh_from_db()
    html = text(browser.get(PAID))
    assert escape(failed.message) in cell(html, 15)
    assert "Nothing charged." in cell(html, 15)
    assert "Retry grid 15" in cell(html, 15)
    assert "Retry all failed" in html
    assert "1 needs you." in html


def test_a_remade_grid_keeps_its_picture_with_a_mark(subscriber: Subscriber, browser: Client) -> None:
    grid = make_grid(subscriber)
    grids.regenerate_grid(grid_id=grid.pk)
    html = cell(text(browser.get(PAID)), 1)
    assert str(grid.asset_id) in html
    assert "To be made again" in html


def test_a_remake_that_failed_leaves_the_picture(subscriber: Subscriber, browser: Client) -> None:
    script(grid=["ok", "refuse"])
    grid = make_grid(subscriber)
    grids.regenerate_grid(grid_id=grid.pk)
    work()
    html = cell(text(browser.get(PAID)), 1)
    assert str(grid.asset_id) in html
    assert "Not made again" in html


def test_all_thirty_are_here(subscriber: Subscriber, browser: Client) -> None:
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    work()
    html = text(browser.get(PAID))
    assert "All 30 are here." in html
    assert "270 photographs" in html
    assert "Generate all missing grids" not in html
    assert "hx-get" not in html.partition('id="poller"')[2].partition(">")[0]


def test_a_picture_kept_elsewhere_is_shown_from_its_host_alone(
    browser: Client, subscriber: Subscriber
) -> None:
    subscriber.set_slot(3, "https://old.example:8443/a/3.png")
    subscriber.set_slot(4, "http://plain.example/4.png")
    subscriber.save()
    answer = browser.get(PAID)
    assert 'src="https://old.example:8443/a/3.png"' in cell(text(answer), 3)
    sources = re.search(r"img-src ([^;]*)", answer["Content-Security-Policy"])
    assert sources is not None
    assert sources[1].split()[-1] == "https://old.example:8443"
    assert "plain.example" not in answer["Content-Security-Policy"]


def test_only_pictures_that_are_ours_are_offered_for_download(
    browser: Client, subscriber: Subscriber
) -> None:
    for number in (3, 4):
        subscriber.set_slot(number, f"https://old.example/{number}.png")
    subscriber.save()
    html = text(browser.get(PAID))
    assert "2 still lie elsewhere" in html
    assert "Download" not in html
    assert 'href="https://old.example/3.png"' in text(browser.get(f"{PAID}grids/3/"))  # the original
    make_grid(subscriber, 5)
    html = text(browser.get(PAID))
    assert "2 still lie elsewhere" in html
    assert "Download 1<" in html


@pytest.mark.parametrize("entry", ["javascript://old.example/%0aalert(1)", "ftp://old.example/1.png"])
def test_nobody_is_led_to_what_is_no_page(browser: Client, subscriber: Subscriber, entry: str) -> None:
    subscriber.set_slot(3, entry)
    subscriber.save()
    assert f'href="{entry}' not in text(browser.get(f"{PAID}grids/3/"))


def test_a_slot_with_a_key_of_ours_and_no_row_shows_its_picture(
    subscriber: Subscriber, browser: Client
) -> None:
    from generation.storage import assets

    asset = make_asset(subscriber.account)
    subscriber.set_slot(7, assets.key(asset, "original"))
    subscriber.save()
    assert str(asset.pk) in cell(text(browser.get(PAID)), 7)


def test_somebody_elses_pictures_are_not_on_the_page(browser: Client) -> None:
    grid = make_grid(make_subscriber())
    assert str(grid.asset_id) not in text(browser.get(PAID))


# --- what stands in the way ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"bought": False}, "This blueprint has not been bought yet"),
        ({"selfies": 0}, "First, one to three photos of you"),
        ({"form_data": {}, "feed_style": ""}, "Choose your world and its light"),
    ],
)
def test_every_guard_has_words_of_its_own(more: dict[str, Any], words: str) -> None:
    html = text(browser_of(make_subscriber(**more)).get(PAID))
    assert words in html
    assert re.search(r'id="generate-all" disabled', html)
    assert "Generate<span" not in html


def test_switched_off_is_said_and_what_is_under_way_goes_on(subscriber: Subscriber, browser: Client) -> None:
    start(subscriber)
    with override_switch(guards.SWITCH, active=False):
        html = text(browser.get(PAID))
    assert "New grids are paused" in html
    assert "What is under way goes on" in html


def test_the_selfies_can_be_added_right_there() -> None:
    html = text(browser_of(make_subscriber(selfies=0)).get(PAID))
    guard = html.partition('id="guard"')[2].partition('aria-label="Grids"')[0]
    assert 'action="/blueprint/selfies/add/"' in guard


def test_the_wishes_are_chosen_right_there() -> None:
    subscriber = make_subscriber(form_data={"other": 1}, feed_style="")
    browser = browser_of(subscriber)
    html = text(browser.get(PAID))
    assert ">Vibe</label>" in html
    assert ">Feed style</label>" in html
    assert browser.post(f"{PAID}wishes/", {"vibe": "edgy", "feed_style": "beige"}).status_code == 302
    subscriber.refresh_from_db()
    assert (subscriber.category, subscriber.mood) == ("edgy", "beige")
    assert subscriber.form_data == {"other": 1, "vibe": "edgy", "feed_style": "beige"}
    assert subscriber.version == 1


def test_wishes_that_are_none_of_ours_are_said(subscriber: Subscriber) -> None:
    subscriber = make_subscriber(form_data={}, feed_style="")
    answer = browser_of(subscriber).post(f"{PAID}wishes/", {"vibe": "sci-fi"})
    assert answer.status_code == 422
    assert "Choose a feed style." in text(answer)
    subscriber.refresh_from_db()
    assert not subscriber.has_form_data


def test_wishes_are_chosen_once(subscriber: Subscriber, browser: Client) -> None:
    answer = browser.post(f"{PAID}wishes/", {"vibe": "edgy", "feed_style": "beige"})
    assert answer.status_code == 409
    assert "chosen already" in text(answer)
    with pytest.raises(grids.NotPossible):
        style_form.set_wishes(subscriber_id=subscriber.pk, vibe="edgy", feed_style="beige")


# --- what somebody does, without scripts ---------------------------------------------------------------


def test_all_missing_are_asked_for(subscriber: Subscriber, browser: Client) -> None:
    answer = browser.post(f"{PAID}generate/")
    assert answer.status_code == 303
    assert answer["Location"] == PAID
    assert Prediction.objects.live().count() == 30


def test_one_is_asked_for_and_the_page_comes_back_to_it(browser: Client) -> None:
    answer = browser.post(f"{PAID}grids/8/generate/")
    assert answer["Location"] == f"{PAID}#grid-8"
    assert Prediction.objects.get().slot == "grid:8"


@pytest.mark.parametrize("number", [0, 31, 10**30])
def test_a_grid_that_is_none_of_the_thirty_is_not_there(browser: Client, number: int) -> None:
    assert browser.post(f"{PAID}grids/{number}/generate/").status_code == 404
    assert browser.get(f"{PAID}grids/{number}/").status_code == 404
    assert not Prediction.objects.exists()


def test_a_guard_answers_with_its_sentence(subscriber: Subscriber) -> None:
    subscriber = make_subscriber(bought=False)
    answer = browser_of(subscriber).post(f"{PAID}generate/")
    assert answer.status_code == 403
    assert guards.NOT_PURCHASED.sentence in text(answer)


def test_what_failed_is_tried_again_all_at_once(subscriber: Subscriber, browser: Client) -> None:
    script(grid=["refuse", "refuse", "ok"])
    start(subscriber, 1)
    start(subscriber, 2)
    work()
    browser.post(f"{PAID}retry/")
    work()
    subscriber.refresh_from_db()
    assert subscriber.filled == 2


def test_what_waits_is_canceled(subscriber: Subscriber, browser: Client) -> None:
    browser.post(f"{PAID}generate/")
    browser.post(f"{PAID}cancel/")
    assert not Prediction.objects.live().exists()


def test_what_is_promised_and_offered_is_true_after_a_cancel(subscriber: Subscriber, browser: Client) -> None:
    promise, offer = "we write to you when all 30 are here", "Cancel what waits"
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    html = text(browser.get(PAID))
    assert promise in html
    assert offer in html
    running = Prediction.objects.filter(slot="grid:1")
    running.update(status=Prediction.Status.RUNNING)
    grids.cancel_pending(subscriber_id=subscriber.pk)  # the one goes on until the engine lets go of it
    html = text(browser.get(PAID))
    assert running.filter(status=Prediction.Status.RUNNING).exists()
    assert promise not in html
    assert "Cancel what" not in html


def test_what_is_only_being_stored_is_not_said_to_be_made(subscriber: Subscriber, browser: Client) -> None:
    for number, status in ((1, Prediction.Status.RUNNING), (2, Prediction.Status.COLLECTING)):
        start(subscriber, number)
        Prediction.objects.filter(slot=f"grid:{number}").update(status=status)
    html = text(browser.get(PAID))
    assert re.search(r'Being made</span>\s*<span class="mono soft">1<', html)
    assert re.search(r'Arriving</span>\s*<span class="mono soft">1<', html)


def test_a_staff_shoot_is_not_canceled_with_the_thirty(subscriber: Subscriber, browser: Client) -> None:
    shoot = Shoot.objects.create(subscriber=subscriber, kind=Shoot.Kind.STAFF, planned=2)
    prediction = start(subscriber, 1)
    Grid.objects.update(shoot=shoot)
    Prediction.objects.update(slot=shoot.slot(1))
    browser.post(f"{PAID}cancel/")
    prediction.refresh_from_db()
    assert prediction.is_live


def test_the_favourites_that_go_with_a_picture_are_named_before(
    subscriber: Subscriber, browser: Client
) -> None:
    grid = make_grid(subscriber)
    words = "favourites go with it"
    assert words not in text(browser.get(f"{PAID}grids/1/"))
    Frame.objects.filter(grid=grid, position__in=(2, 5)).update(favourite=True)
    assert f"the old one is deleted. Its 2 {words}." in text(browser.get(f"{PAID}grids/1/"))


def test_a_bookmark_of_an_action_leads_to_the_page(browser: Client) -> None:
    for name in ("generate", "retry", "cancel", "grids/1/generate", "grids/1/redo"):
        assert browser.get(f"{PAID}{name}/")["Location"] == PAID
    assert not Prediction.objects.exists()


def test_without_the_pages_own_token_nothing_is_done(subscriber: Subscriber) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[access.COOKIE] = subscriber.access_token or ""
    assert client.post(f"{PAID}generate/").status_code == 403
    assert not Prediction.objects.exists()


# --- one grid at large ---------------------------------------------------------------


def test_a_grid_is_a_page_with_its_nine_frames(subscriber: Subscriber, browser: Client) -> None:
    grid = make_grid(subscriber)
    html = text(browser.get(f"{PAID}grids/1/"))
    assert html.count('id="to-frame-') == 9
    assert f"/blueprint/grids/{grid.pk}/download/" in html
    assert 'rel="next"' not in html  # there is no other


def test_one_goes_from_grid_to_grid_past_what_is_missing(subscriber: Subscriber, browser: Client) -> None:
    make_grid(subscriber, 2)
    make_grid(subscriber, 7)
    assert f'rel="next" href="{PAID}grids/7/"' in text(browser.get(f"{PAID}grids/2/"))
    assert f'rel="prev" href="{PAID}grids/2/"' in text(browser.get(f"{PAID}grids/7/"))


def test_one_goes_from_frame_to_frame_and_on_to_the_next_grid(
    subscriber: Subscriber, browser: Client
) -> None:
    make_grid(subscriber, 1)
    make_grid(subscriber, 2)
    first = text(browser.get(f"{PAID}grids/1/?frame=1"))
    assert f'rel="prev" href="{PAID}grids/1/"' in first
    assert f'rel="next" href="{PAID}grids/1/?frame=2"' in first
    assert f'rel="next" href="{PAID}grids/2/"' in text(browser.get(f"{PAID}grids/1/?frame=9"))


@pytest.mark.parametrize("frame", ["0", "10", "x", "²", "-1"])
def test_a_frame_that_is_none_shows_the_whole(subscriber: Subscriber, browser: Client, frame: str) -> None:
    make_grid(subscriber)
    assert "Grid 1 of 30" in text(browser.get(f"{PAID}grids/1/", {"frame": frame}))


def test_a_favourite_is_marked_and_unmarked(subscriber: Subscriber, browser: Client) -> None:
    make_grid(subscriber)
    frame = Frame.objects.get(position=4)
    address = f"/blueprint/frames/{frame.pk}/favourite/"
    assert browser.post(address, {"favourite": "1"})["Location"] == f"{PAID}grids/1/?frame=4"
    assert "with favourites" in cell(text(browser.get(PAID)), 1)
    browser.post(address, {"favourite": "1"})  # a second click in a hurry
    frame.refresh_from_db()
    assert frame.favourite
    browser.post(address, {"favourite": "0"})
    frame.refresh_from_db()
    assert not frame.favourite


def test_somebody_elses_frame_is_not_there(browser: Client) -> None:
    make_grid(make_subscriber())
    frame = Frame.objects.get(position=1)
    assert browser.post(f"/blueprint/frames/{frame.pk}/favourite/", {"favourite": "1"}).status_code == 404
    frame.refresh_from_db()
    assert not frame.favourite


# --- other galleries ---------------------------------------------------------------


def test_a_shoot_has_a_gallery_of_its_own(subscriber: Subscriber, browser: Client) -> None:
    shoot = Shoot.objects.create(
        subscriber=subscriber, kind=Shoot.Kind.STAFF, planned=4, title="Summer in Porto"
    )
    html = text(browser.get(f"/blueprint/shoots/{shoot.pk}/"))
    assert "<h1>Summer in Porto</h1>" in html
    assert len(re.findall(r'<li class="cell ', html)) == 4
    assert "Generate" not in html  # staff ask for these
    assert "Summer in Porto" in text(browser.get(PAID))


def test_the_free_grid_has_one_place(subscriber: Subscriber, browser: Client) -> None:
    Shoot.objects.create(subscriber=subscriber, kind=Shoot.Kind.FREE, planned=1)
    html = text(browser.get("/blueprint/free/"))
    assert len(re.findall(r'<li class="cell ', html)) == 1
    assert 'aria-valuemax="1"' in html


@pytest.mark.parametrize(("bought", "regions"), [(False, 1), (True, 0)])
def test_who_has_only_the_free_grid_deletes_selfies_beside_it(bought: bool, regions: int) -> None:
    somebody = make_subscriber(bought=bought)
    Shoot.objects.create(subscriber=somebody, kind=Shoot.Kind.FREE, planned=1)
    html = text(browser_of(somebody).get("/blueprint/free/"))
    assert html.count('id="selfie-end"') == html.count("Delete them now") == regions


def test_somebody_elses_shoot_is_not_there(browser: Client) -> None:
    shoot = Shoot.objects.create(subscriber=make_subscriber(), kind=Shoot.Kind.STAFF, planned=4)
    assert browser.get(f"/blueprint/shoots/{shoot.pk}/").status_code == 404


# --- the demo ---------------------------------------------------------------


def test_the_demo_subscriber_is_made_once_and_can_begin() -> None:
    from blueprint import demo

    assert demo.make_subscriber()
    assert not demo.make_subscriber()
    noa = Subscriber.objects.get(access_token="demo")
    assert guards.refusal(noa) is None
    assert Client().get(PAID, {"access": "demo"}).status_code == 302


def test_the_demo_is_not_made_beside_real_people(subscriber: Subscriber) -> None:
    from blueprint import demo

    assert not demo.make_subscriber()
    assert not demo.is_there()
