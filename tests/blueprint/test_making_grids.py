"""One grid is one slot is one prediction: asked for once, filled once, whoever asks and how often."""

from typing import Any

import pytest

from blueprint.models import Frame, Grid, Mail, Subscriber
from blueprint.services import grids, slot_filling
from blueprint.services.guards import NotAllowed
from generation.models import Asset, Prediction
from generation.storage import assets
from tests.support.blueprint_factories import HERE_ALREADY, make_nearly_done, make_subscriber
from tests.support.factories import script
from tests.support.job_queue import drain, work
from tests.support.pictures import picture

pytestmark = pytest.mark.django_db


def start(subscriber: Subscriber, number: int = 5) -> grids.Start:
    return grids.start_paid_grid(subscriber_id=subscriber.pk, number=number)


def test_a_grid_lands_in_its_slot(fake: Any) -> None:
    subscriber = make_subscriber()
    start(subscriber, 5)
    work()
    subscriber.refresh_from_db()
    asset = Grid.objects.get(number=5).asset
    assert asset is not None
    assert subscriber.slots[4] == f"paid-blueprint/grids/{subscriber.pk}-5-{asset.pk.hex}.png"
    assert subscriber.filled == 1


def test_a_second_wish_while_it_is_under_way_gets_the_same_prediction(fake: Any) -> None:
    subscriber = make_subscriber()
    first, second = start(subscriber), start(subscriber)
    assert first.prediction == second.prediction
    assert first.is_new
    assert not second.is_new


def test_a_filled_slot_is_never_paid_for_again(fake: Any) -> None:
    subscriber = make_subscriber()
    start(subscriber)
    work()
    assert start(subscriber).prediction is None
    assert Prediction.objects.count() == 1


def test_a_failed_grid_is_asked_for_again(fake: Any) -> None:
    subscriber = make_subscriber()
    script(grid=["refuse", "ok"])
    first = start(subscriber).prediction
    work()
    second = start(subscriber)
    work()
    subscriber.refresh_from_db()
    assert second.is_new
    assert second.prediction != first
    assert subscriber.slots[4] is not None


def test_all_missing_grids_start_at_once_and_only_those(fake: Any) -> None:
    subscriber = make_subscriber()
    for number in (1, 2, 3, 4):
        start(subscriber, number)
    work()
    started = grids.start_missing_grids(subscriber_id=subscriber.pk)
    assert [one.number for one in started] == list(range(5, 31))
    assert grids.start_missing_grids(subscriber_id=subscriber.pk) == []


def test_the_thirtieth_completes_the_blueprint_once_and_mails_once(fake: Any) -> None:
    subscriber = make_nearly_done()
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    work()
    subscriber.refresh_from_db()
    assert subscriber.is_complete
    assert subscriber.paid_blueprint_generated
    assert subscriber.paid_blueprint_generated_at is not None
    assert Mail.objects.filter(kind=Mail.Kind.DELIVERY).count() == 1
    assert Prediction.objects.count() == 30 - HERE_ALREADY


def test_every_grid_is_cut_into_nine_frames(fake: Any) -> None:
    start(make_subscriber())
    work()
    frames = Frame.objects.select_related("asset")
    assert [frame.position for frame in frames] == list(range(1, 10))
    assert all(frame.asset.stored_at for frame in frames)


def test_a_new_picture_replaces_the_old_one_only_when_it_is_stored(fake: Any) -> None:
    subscriber = make_subscriber()
    start(subscriber)
    work()
    grid = Grid.objects.get()
    old = grid.asset
    grids.regenerate_grid(grid_id=grid.pk)
    grid.refresh_from_db()
    assert grid.asset == old
    assert grid.is_live
    work()
    grid.refresh_from_db()
    subscriber.refresh_from_db()
    assert grid.asset is not None
    assert grid.asset != old
    assert grid.asset.pk.hex in (subscriber.slots[4] or "")
    assert old is not None
    assert Asset.objects.get(pk=old.pk).released_at is not None
    assert grid.frames.count() == 9


@pytest.mark.parametrize(("is_the_same", "favourites"), [(True, 1), (False, 0)])
def test_of_the_very_same_picture_the_frames_stay_with_what_was_marked(
    fake: Any, is_the_same: bool, favourites: int
) -> None:
    start(make_subscriber())
    work()
    grid = Grid.objects.select_related("shoot", "asset").get()
    grid.frames.filter(position=4).update(favourite=True)
    assert grid.asset is not None
    same = assets.read(grid.asset)
    data = same if is_the_same else picture()
    slot_filling.put(grid, assets.store(account=grid.asset.account, data=data, content_type="image/png"))
    assert grid.frames.filter(favourite=True).count() == favourites


def test_a_failed_replacement_leaves_the_old_picture(fake: Any) -> None:
    subscriber = make_subscriber()
    script(grid=["ok", "refuse"])
    start(subscriber)
    work()
    grid = Grid.objects.get()
    old = grid.asset
    grids.regenerate_grid(grid_id=grid.pk)
    work()
    grid.refresh_from_db()
    assert grid.asset == old
    assert grid.frames.count() == 9


def test_what_is_queued_is_canceled_and_can_be_asked_for_again(fake: Any) -> None:
    subscriber = make_subscriber()
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    assert grids.cancel_pending(subscriber_id=subscriber.pk) == 30
    drain()
    assert set(Prediction.objects.values_list("status", flat=True)) == {"canceled"}
    assert len(grids.start_missing_grids(subscriber_id=subscriber.pk)) == 30


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"bought": False}, "not_purchased"),
        ({"selfies": 0}, "missing_selfies"),
        ({"form_data": {}, "feed_style": ""}, "missing_form_data"),
    ],
)
def test_a_guard_refuses_before_anything_is_asked_for(more: dict[str, Any], code: str) -> None:
    subscriber = make_subscriber(**more)
    with pytest.raises(NotAllowed) as refused:
        start(subscriber)
    assert refused.value.code == code
    assert not Prediction.objects.exists()


def test_a_picture_for_a_subscriber_who_was_erased_is_let_go(fake: Any) -> None:
    subscriber = make_subscriber()
    start(subscriber)
    drain_until_stored = Prediction.objects.get()
    Subscriber.objects.filter(pk=subscriber.pk).delete()
    work()
    drain_until_stored.refresh_from_db()
    assert drain_until_stored.status == Prediction.Status.SUCCEEDED
    assert drain_until_stored.asset is not None
    assert drain_until_stored.asset.released_at is not None


def test_a_slot_that_was_filled_in_another_way_meanwhile_is_not_overwritten(fake: Any) -> None:
    subscriber = make_subscriber()
    start(subscriber, 5)
    subscriber.refresh_from_db()
    subscriber.set_slot(5, "https://old.example/5.png")
    subscriber.save()
    work()
    subscriber.refresh_from_db()
    assert subscriber.slots[4] == "https://old.example/5.png"
    prediction = Prediction.objects.get()
    assert prediction.asset is not None
    assert prediction.asset.released_at is None  # paid for, and kept
