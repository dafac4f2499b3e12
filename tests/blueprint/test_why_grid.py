"""At night: why grid 17 is missing, and the one command that mends it."""

import datetime as dt
import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from waffle.testutils import override_switch

from blueprint.models import Frame, Grid, Subscriber
from blueprint.services import grids, guards
from generation import transitions
from generation.models import Attempt, Prediction
from generation.storage import assets
from tests.blueprint.test_commands import run
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_user, script
from tests.support.job_queue import drain, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def start(**more: Any) -> Subscriber:
    subscriber = make_subscriber(**more)
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=17)
    return subscriber


def why(subscriber: Subscriber) -> str:
    return run("why_grid", subscriber.email, 17)


def mended_by(story: str) -> str:
    found = re.search(r"python manage\.py (.+)", story)
    assert found, story
    return found[1].strip()


def test_a_failed_grid_tells_its_tries_and_is_mended_by_the_command_it_names() -> None:
    script(grid=["refuse", "ok"])
    subscriber = start()
    work()
    story = why(subscriber)
    assert "Its slot is empty." in story
    assert "failed (content_refused: " in story
    assert "call 1: " in story
    assert 'Mail "Some grids need you", sent' in story
    assert "Nothing is in the way." in story
    run(*mended_by(story).split())
    work()
    subscriber.refresh_from_db()
    assert subscriber.slots[16] is not None
    assert "nothing: picture, thumbnails and frames are there" in why(subscriber)


def test_one_that_was_never_asked_for_is_told() -> None:
    story = why(make_subscriber())
    assert "It was never asked for." in story
    assert "--grid 17 --apply" in mended_by(story)


def test_what_is_under_way_is_waited_for() -> None:
    assert "wait: it is under way" in why(start())


def test_one_that_no_worker_looks_at_is_told() -> None:
    subscriber = start()
    Prediction.objects.update(due_at=timezone.now() - dt.timedelta(minutes=9))
    assert mended_by(why(subscriber)) == "procrastinate worker"


def test_one_that_is_stuck_goes_on_by_the_command_it_names() -> None:
    subscriber = start()
    drain()
    prediction = Prediction.objects.get()
    Prediction.objects.update(stuck_at=timezone.now())
    assert prediction.is_live
    assert "on its way again" in run(*mended_by(why(subscriber)).split())
    assert not Prediction.objects.exclude(stuck_at=None).exists()
    with pytest.raises(CommandError, match="not stuck"):
        run("why_grid", subscriber.pk, 17, "--mend")


def test_one_that_may_have_been_paid_is_left_to_staff() -> None:
    script(grid=["cut"])
    subscriber = start()
    drain()
    transitions.hold(attempt=Attempt.objects.get(), suspect_id="call-of-somebody")
    story = why(subscriber)
    assert "unclear, perhaps call-of-somebody" in story
    assert "What to do: it is unclear whether it was made, and it may have been paid" in story


@pytest.mark.parametrize(
    ("more", "words"),
    [({"bought": False}, "mark_purchased"), ({"selfies": 0}, "ask them for a photo"),
     ({"form_data": {}, "feed_style": ""}, "ask them for vibe")],
)  # fmt: skip
def test_what_is_in_the_way_is_told_with_what_to_do(more: dict[str, Any], words: str) -> None:
    assert words in why(make_subscriber(**more))


def test_a_switch_that_is_off_is_turned_on_by_the_command_it_names() -> None:
    with override_switch(guards.SWITCH, active=False):
        assert mended_by(why(make_subscriber())) == f"waffle_switch {guards.SWITCH} on"


def test_what_the_storage_or_the_cutting_lost_is_told() -> None:
    subscriber = start()
    work()
    asset = Grid.objects.get().asset
    assert asset is not None
    Frame.objects.all().delete()
    assert mended_by(why(subscriber)) == "backfill_frames --apply"
    default_storage.delete(assets.key(asset, "small"))
    assert mended_by(why(subscriber)) == "backfill_thumbnails --apply"
    default_storage.delete(assets.key(asset, "original"))
    assert "bring it back from a back-up" in why(subscriber)


def test_a_storage_that_is_away_is_not_taken_for_a_lost_file(settings: Any, tmp_path: Path) -> None:
    subscriber = start()
    work()
    settings.MEDIA_ROOT = str(tmp_path / "nothing-is-mounted-here")
    for story in (why(subscriber), run("why_grid", subscriber.email, 18)):
        assert "first mend the storage" in story
        assert "back-up" not in story


def test_a_grid_that_came_at_the_second_call_is_told_from_the_first_without_a_failure() -> None:
    script(grid=["late-transient", "ok"])
    subscriber = start()
    work()
    first, second = Attempt.objects.order_by("number")
    first.created_at = second.created_at - dt.timedelta(hours=1)
    first.save()
    (told,) = re.findall(r"^1\. .*$", why(subscriber), re.MULTILINE)
    assert f"1. {first.created_at:%Y-%m-%d %H:%M:%S} asked of" in told
    assert ": succeeded, 2 calls" in told


def test_an_address_elsewhere_is_told_without_its_query() -> None:
    urls = [None] * 16 + ["https://old.example.com/17.png?secret=1"]
    story = why(make_subscriber(paid_blueprint_photo_urls=urls))
    assert "https://old.example.com/17.png" in story
    assert "secret" not in story
    assert mended_by(story) == "migrate_external_urls --apply"


def test_a_grid_that_is_none_is_told() -> None:
    with pytest.raises(CommandError, match="from 1 to 30"):
        run("why_grid", make_subscriber().pk, 31)


# --- in the admin ----------------------------------------------------------------------------------


def signed_in(role: str) -> Client:
    user = make_user(email=f"{role.lower()}@example.com", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def page_of(subscriber: Subscriber, number: int = 17) -> str:
    return f"/admin/blueprint/subscriber/{subscriber.pk}/grids/{number}/"


def test_the_page_of_a_failed_grid_tells_its_story_and_mends_it_with_one_button() -> None:
    script(grid=["refuse", "ok"])
    subscriber = start()
    work()
    operator = signed_in("Operator")
    listed = operator.get(f"/admin/blueprint/subscriber/{subscriber.pk}/change/").text
    assert page_of(subscriber) in listed
    page = html.unescape(operator.get(page_of(subscriber)).text)
    assert "failed (content_refused: " in page
    assert 'Mail "Some grids need you", sent' in page
    assert "Ask for it again</button>" in page
    assert Prediction.objects.count() == 1, "to look is not to press"
    for _ in range(2):  # a second click asks for nothing more
        operator.post(page_of(subscriber))
    work()
    subscriber.refresh_from_db()
    assert subscriber.slots[16] is not None
    assert Attempt.objects.count() == 2
    page = operator.get(page_of(subscriber)).text
    assert "Nothing: picture, thumbnails and frames are there." in page
    assert "</button>" not in page.partition('class="bp-story"')[2]


def test_one_that_is_stuck_is_sent_on_its_way_by_the_button() -> None:
    subscriber = start()
    drain()
    Prediction.objects.update(stuck_at=timezone.now())
    operator = signed_in("Operator")
    assert "Try to store it again</button>" in operator.get(page_of(subscriber)).text
    assert Prediction.objects.get().stuck_at is not None
    operator.post(page_of(subscriber))
    assert Prediction.objects.get().stuck_at is None


def test_support_reads_the_page_and_may_not_press() -> None:
    script(grid=["refuse"])
    subscriber = start()
    work()
    support = signed_in("Support")
    page = support.get(page_of(subscriber)).text
    assert "Ask for it again</button>" not in page
    assert "An operator has a button for it here." in page
    assert support.post(page_of(subscriber)).status_code == 403
    assert Attempt.objects.count() == 1
    assert support.get(page_of(subscriber, 31)).status_code == 404
    assert Client().get(page_of(subscriber)).status_code == 302


def test_a_guard_that_stands_in_the_way_leaves_no_button() -> None:
    subscriber = make_subscriber()
    with override_switch(guards.SWITCH, active=False):
        page = signed_in("Operator").get(page_of(subscriber)).text
        assert "Turn the switch on." in page
        assert "Ask for it again" not in page
