"""A grid with a wrong frame is made again free, three times a blueprint."""

from typing import Any

import pytest
from django.test import Client
from waffle.testutils import override_switch

from blueprint import access
from blueprint.models import Grid, Redo, Subscriber
from blueprint.services import grids, guards, redos, selfies
from generation.models import Prediction
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import script
from tests.support.job_queue import work

pytestmark = pytest.mark.django_db
REDO = "/blueprint/paid/grids/1/redo/"
SHEET = "/blueprint/paid/grids/1/"


@pytest.fixture
def noa(fake: Any) -> Subscriber:
    subscriber = make_subscriber()
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=1)
    work()
    return subscriber


@pytest.fixture
def browser(noa: Subscriber) -> Client:
    client = Client()
    client.cookies[access.COOKIE] = noa.access_token or ""
    return client


def test_the_page_counts_what_is_left(browser: Client, noa: Subscriber) -> None:
    assert "3 redos left" in browser.get(SHEET).text
    answer = browser.post(REDO, {"frame": 4, "reason": "hands"})
    assert answer.status_code == 303
    work()
    assert "2 redos left" in browser.get(SHEET).text
    redo = Redo.objects.get()
    assert (redo.frame, redo.reason, redo.grid.number) == (4, "hands", 1)
    assert redo.model
    assert redo.prediction is not None
    assert redo.prediction.status == Prediction.Status.SUCCEEDED


def test_a_second_click_asks_for_nothing_more(browser: Client, noa: Subscriber) -> None:
    for status in (303, 409):
        assert browser.post(REDO, {"frame": 0, "reason": "not_me"}).status_code == status
    assert Redo.objects.count() == 1
    assert Prediction.objects.count() == 2


def test_after_three_none_is_left_and_nothing_is_asked_for(browser: Client, noa: Subscriber) -> None:
    for _ in range(3):
        redos.redo(subscriber_id=noa.pk, number=1, frame=0, reason=Redo.Reason.EYES)
        work()
    answer = browser.post(REDO, {"frame": 1, "reason": "eyes"})
    assert answer.status_code == 409
    assert redos.NONE_LEFT in answer.text
    assert "No redos left" in browser.get(SHEET).text
    assert Prediction.objects.count() == 4


def test_a_redo_that_fails_counts_for_nothing(browser: Client, noa: Subscriber) -> None:
    kept = Grid.objects.get().asset_id
    script(grid=["refuse"])
    redos.redo(subscriber_id=noa.pk, number=1, frame=2, reason=Redo.Reason.TEXT)
    work()
    assert redos.left(noa.pk) == 3
    assert Grid.objects.get().asset_id == kept


@pytest.mark.parametrize(
    "wrong", [{}, {"frame": 1}, {"frame": 10, "reason": "eyes"}, {"frame": 1, "reason": "nose"}]
)
def test_without_a_reason_nothing_is_made(browser: Client, noa: Subscriber, wrong: dict[str, Any]) -> None:
    answer = browser.post(REDO, wrong)
    assert answer.status_code == 400
    assert "choose one of the reasons" in answer.text
    assert Prediction.objects.count() == 1


def test_without_selfies_the_page_says_what_the_redos_wait_for(browser: Client, noa: Subscriber) -> None:
    selfies.delete_all(subscriber_id=noa.pk)
    page = browser.get(SHEET).text
    assert "You have\n      3 free redos." in page
    assert 'href="/blueprint/paid/#selfies"' in page
    assert 'id="redo"' not in page


def test_while_new_grids_are_paused_the_page_says_so_instead_of_a_redo(browser: Client) -> None:
    with override_switch(guards.SWITCH, active=False):
        page = browser.get(SHEET).text
    assert "New grids are paused at the moment." in page
    assert 'id="redo"' not in page
