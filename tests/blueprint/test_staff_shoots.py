"""Shoots that staff run: own scenes, the same engine, apart from the paid thirty."""

from typing import Any

import pytest
from waffle.testutils import override_switch

from blueprint.models import Frame, Grid, Mail, Shoot, Subscriber
from blueprint.services import grids, guards, shoots
from blueprint.services.guards import NotAllowed
from generation.models import Asset, Prediction
from generation.storage import assets
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_user, script
from tests.support.job_queue import drain, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

SCENES = ["A walk by the sea. Wind.", "A bar at night", "A garden"]


def make_shoot(*scenes: str, **more: Any) -> Shoot:
    subscriber = more.pop("subscriber", None) or make_subscriber(**more)
    return shoots.create_shoot(subscriber_id=subscriber.pk, title="Spring", scenes=scenes or SCENES)


def statuses(shoot: Shoot) -> list[str]:
    return list(shoot.grids.order_by("number").values_list("prediction__status", flat=True))


def test_a_shoot_is_planned_scene_by_scene_and_nothing_is_made_yet() -> None:
    by = make_user()
    subscriber = make_subscriber()
    shoot = shoots.create_shoot(
        subscriber_id=subscriber.pk, title=" Spring ", scenes=[*SCENES, "  ", ""], by=by
    )
    assert (shoot.title, shoot.planned, shoot.created_by) == ("Spring", 3, by)
    assert list(shoot.grids.order_by("number").values_list("scene", flat=True)) == SCENES
    assert not Prediction.objects.exists()


@pytest.mark.parametrize(
    ("scenes", "sentence"),
    [([], "at least one scene"), ([" "], "at least one scene"), (["x"] * 31, "at most 30"),
     (["x", "y" * 1001], "Scene 2 has 1001 characters")],
)  # fmt: skip
def test_scenes_that_are_too_few_many_or_long_are_told(scenes: list[str], sentence: str) -> None:
    with pytest.raises(shoots.Invalid, match=sentence):
        shoots.create_shoot(subscriber_id=make_subscriber().pk, title="", scenes=scenes)
    assert not Shoot.objects.exists()


def test_it_is_made_by_the_same_engine_and_stored_apart_from_the_thirty() -> None:
    shoot = make_shoot()
    shoots.start(shoot_id=shoot.pk)
    work()
    grid = shoot.grids.get(number=1)
    assert grid.asset is not None
    assert assets.key(grid.asset, "original").startswith(f"shoots/{shoot.pk}/grids/{shoot.subscriber_id}-1-")
    assert grid.prediction is not None
    assert "A walk by the sea" in grid.prediction.asked.prompt
    assert Frame.objects.filter(grid__shoot=shoot).count() == 27
    assert Subscriber.objects.get().filled == 0
    assert not Mail.objects.exists()


def test_it_needs_selfies_and_neither_a_purchase_nor_the_switch() -> None:
    with override_switch(guards.SWITCH, active=False):
        assert len(shoots.start(shoot_id=make_shoot(bought=False).pk)) == 3
    with pytest.raises(NotAllowed) as refused:
        shoots.start(shoot_id=make_shoot(selfies=0).pk)
    assert refused.value.code == "missing_selfies"


def test_started_again_it_goes_on_with_what_is_missing() -> None:
    script(grid=["ok", "refuse", "ok"])
    shoot = make_shoot()
    shoots.start(shoot_id=shoot.pk)
    assert shoots.start(shoot_id=shoot.pk) == []
    work()
    assert [start.number for start in shoots.start(shoot_id=shoot.pk)] == [2]
    work()
    assert statuses(shoot) == ["succeeded"] * 3
    assert Prediction.objects.count() == 4


def test_only_the_failed_ones_are_tried_again() -> None:
    script(grid=["refuse", "ok"])
    shoot = make_shoot("One", "Two")
    shoots.start(shoot_id=shoot.pk)
    work()
    shoots.append_scenes(shoot_id=shoot.pk, scenes=["Three"])
    assert [start.number for start in shoots.retry_failed(shoot_id=shoot.pk)] == [1]


def test_scenes_are_appended_up_to_thirty() -> None:
    shoot = make_shoot(*["x"] * 29)
    assert shoots.append_scenes(shoot_id=shoot.pk, scenes=["Last"]) == 30
    with pytest.raises(shoots.Invalid, match="room for 0"):
        shoots.append_scenes(shoot_id=shoot.pk, scenes=["More"])
    assert Grid.objects.get(number=30).scene == "Last"


def test_a_cancel_leaves_the_thirty_alone() -> None:
    subscriber = make_subscriber()
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=5)
    shoot = make_shoot(subscriber=subscriber)
    shoots.start(shoot_id=shoot.pk)
    assert shoots.cancel(shoot_id=shoot.pk) == 3
    drain()
    assert statuses(shoot) == ["canceled"] * 3
    assert Prediction.objects.get(slot="grid:5").status != Prediction.Status.CANCELED


def test_a_shoot_is_not_deleted_while_it_is_made_and_lets_its_pictures_go() -> None:
    shoot = make_shoot("One")
    shoots.start(shoot_id=shoot.pk)
    with pytest.raises(grids.NotPossible, match="cancel it first"):
        shoots.delete(shoot_id=shoot.pk)
    work()
    made = Asset.objects.filter(stem__startswith="shoots/")
    assert made.count() == 10
    shoots.delete(shoot_id=shoot.pk)
    assert not Shoot.objects.exists()
    assert not made.filter(released_at=None).exists()
    assert Prediction.objects.count() == 1


def test_the_paid_blueprint_is_no_shoot_of_staff() -> None:
    subscriber = make_subscriber()
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=5)
    with pytest.raises(grids.NotPossible, match="no longer exists"):
        shoots.delete(shoot_id=Shoot.objects.get().pk)
