"""Pictures a row names by an absolute URL come into our storage, and go back for a roll-back."""

from typing import Any

import pytest
from django.core.management.base import CommandError

from blueprint.backfills import Skip
from blueprint.importer import pictures
from blueprint.models import Frame, Grid, Mail, Subscriber
from blueprint.services import grids
from generation.models import Asset
from generation.storage import assets, remote_images
from tests.blueprint.test_commands import run, run_failing
from tests.generation.test_foreign import Elsewhere, elsewhere
from tests.support.blueprint_factories import make_subscriber
from tests.support.job_queue import drain, work
from tests.support.pictures import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]
host = elsewhere  # a real server with pictures


@pytest.fixture
def old(elsewhere: Elsewhere) -> Subscriber:
    """A row as it came over: a grid and a selfie with their old addresses, one grid that is gone."""
    grid = elsewhere.put("/grid.png", picture(size=(900, 900)))
    selfie = elsewhere.put("/me.png", picture(size=(500, 600)))
    gone = f"http://{elsewhere.name}/gone.png"
    return make_subscriber(
        selfies=0, selfie_image_urls=[selfie], paid_blueprint_photo_urls=[grid, None, gone],
        paid_blueprint_generated=False,
    )  # fmt: skip


def test_without_apply_nothing_is_fetched(old: Subscriber, elsewhere: Elsewhere) -> None:
    assert "3 to do" in run("migrate_external_urls")
    assert elsewhere.asked == []


def test_grid_and_selfie_come_into_our_storage_and_one_that_is_gone_stops_no_other(old: Subscriber) -> None:
    said, _ = run_failing("migrate_external_urls", "--apply")
    assert f"grid 3 of {old.email} (id {old.pk}): failed: the picture is not at its address" in said
    before = old.slots[2]
    old.refresh_from_db()
    grid = Grid.objects.get()
    assert grid.asset is not None
    entry = old.slots[0]
    assert entry == f"paid-blueprint/grids/{old.pk}-1-{grid.asset.pk.hex}.png"
    assert old.slots[2] == before
    assert assets.id_of_key(old.selfie_entries[0]) is not None
    assert (grid.asset.width, grid.asset.account) == (900, old.account)
    drain()
    assert Frame.objects.filter(grid=grid).count() == 9
    assert not Mail.objects.exists()


def test_a_second_run_only_tries_what_is_left(old: Subscriber, elsewhere: Elsewhere) -> None:
    run_failing("migrate_external_urls", "--apply")
    elsewhere.asked.clear()
    elsewhere.put("/gone.png", picture(size=(700, 700)))
    assert "1 done" in run("migrate_external_urls", "--apply")
    assert elsewhere.asked == ["/gone.png"]


def test_two_slots_with_one_address_get_a_picture_each(elsewhere: Elsewhere) -> None:
    url = elsewhere.put("/same.png", picture(size=(640, 640)))
    make_subscriber(selfies=0, paid_blueprint_photo_urls=[url, url])
    run("migrate_external_urls", "--apply")
    assert len(set(Grid.objects.values_list("asset", flat=True))) == 2


def test_a_selfie_the_engine_took_over_is_not_fetched_again(old: Subscriber, elsewhere: Elsewhere) -> None:
    known = remote_images.take_over(account=old.account, url=old.selfie_entries[0])
    elsewhere.asked.clear()
    run_failing("migrate_external_urls", "--apply")
    old.refresh_from_db()
    assert old.selfie_entries == [assets.key(known, "original")]
    assert "/me.png" not in elsewhere.asked


def test_a_slot_that_is_being_made_is_left_alone(old: Subscriber) -> None:
    fresh = make_subscriber()
    grids.start_paid_grid(subscriber_id=fresh.pk, number=2)
    fresh.paid_blueprint_photo_urls = [None, old.slots[0]]
    fresh.save()
    said, _ = run_failing("migrate_external_urls", "--apply")
    assert f"grid 2 of {fresh.email} (id {fresh.pk}): skipped: this grid is being made" in said


def test_a_slot_that_changes_while_its_picture_is_fetched_is_left_alone(old: Subscriber) -> None:
    place = next(pictures.named_by(old))
    Subscriber.objects.update(paid_blueprint_photo_urls=["ours"])
    with pytest.raises(Skip, match="something else by now"):
        pictures.take_over(place)
    old.refresh_from_db()
    assert old.slots[0] == "ours"
    assert not Asset.objects.stored().exists()  # what was fetched in vain is the purge's


def test_an_address_inside_is_never_asked() -> None:
    make_subscriber(selfies=0, paid_blueprint_photo_urls=["http://169.254.169.254/latest/meta-data"])
    said, _ = run_failing("migrate_external_urls", "--apply")
    assert "not on the public internet" in said


def test_the_way_back_writes_urls_that_work_and_forward_again_fetches_nothing(
    old: Subscriber, elsewhere: Elsewhere, settings: Any, client: Any
) -> None:
    settings.PUBLIC_URL = settings.SITE_URL = "http://testserver"
    made = make_subscriber()
    grids.start_paid_grid(subscriber_id=made.pk, number=1)
    work()
    run_failing("migrate_external_urls", "--apply")
    made.refresh_from_db()
    keys, first = made.slots, old.slots[0]
    run("migrate_external_urls", "--reverse", "--apply")
    for subscriber in (made, old):
        subscriber.refresh_from_db()
    assert old.slots[0] == first
    ours = made.slots[0] or ""
    assert ours.startswith("http://testserver/media/")
    assert client.get(ours).status_code == 200
    elsewhere.asked.clear()
    before = Asset.objects.count()
    run_failing("migrate_external_urls", "--apply")
    made.refresh_from_db()
    assert made.slots == keys
    assert elsewhere.asked == ["/gone.png"]
    assert Asset.objects.count() == before


def test_a_host_that_does_not_answer_is_told_and_tried_again_next_time(elsewhere: Elsewhere) -> None:
    make_subscriber(selfies=0, paid_blueprint_photo_urls=[elsewhere.put("/x.png", b"", status=503)])
    said, _ = run_failing("migrate_external_urls", "--apply")
    assert "the host of the picture does not answer" in said
    elsewhere.put("/x.png", picture(size=(640, 640)))
    assert "1 done" in run("migrate_external_urls", "--apply")


def test_the_way_back_needs_an_address_of_ours(settings: Any) -> None:
    settings.PUBLIC_URL = ""
    with pytest.raises(CommandError, match="set PUBLIC_URL"):
        run("migrate_external_urls", "--reverse", "--apply")
