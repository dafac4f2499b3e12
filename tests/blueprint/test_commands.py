"""Backfills and the other commands of staff: dry unless told, the same told twice, a bad row stops none."""

from io import StringIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from waffle.testutils import override_switch

from blueprint.models import SLOTS, Frame, Grid, Mail, Subscriber
from blueprint.services import grids, guards, slot_filling
from generation.models import Prediction
from generation.storage import assets
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import make_asset
from tests.support.job_queue import forget_jobs
from tests.support.pictures import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]


def run(command: str, *arguments: object) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


def run_failing(command: str, *arguments: object) -> tuple[str, str]:
    """What it said, and what it ended with."""
    out = StringIO()
    with pytest.raises(CommandError) as ended:
        call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue(), str(ended.value)


def urls(*numbers: int) -> list[str | None]:
    return [f"https://old.example.com/{n}.png" if n in numbers else None for n in range(1, SLOTS + 1)]


def with_grid(subscriber: Subscriber, number: int = 1) -> Grid:
    """One of the thirty that is there, with the frames still to be cut."""
    shoot = grids.paid_shoot(subscriber)
    grid = Grid.objects.create(shoot=shoot, number=number)
    slot_filling.put(grid, make_asset(subscriber.account, picture(size=(600, 600))))
    forget_jobs()
    return grid


# --- missing grids -------------------------------------------------------------------------------


def test_without_apply_nothing_is_asked_for() -> None:
    make_subscriber(email="noa@example.com", paid_blueprint_photo_urls=urls(*range(1, 29)))
    said = run("generate_missing_grids")
    assert "noa@example.com" in said
    assert "would be: 2 grids (29, 30) asked for" in said
    assert "Nothing was changed" in said
    assert not Prediction.objects.exists()


def test_what_is_missing_is_asked_for_and_the_second_run_finds_it_under_way() -> None:
    make_subscriber(paid_blueprint_photo_urls=urls(*range(1, 29)))
    assert "1 done, 0 skipped, 0 failed" in run("generate_missing_grids", "--apply")
    assert set(Prediction.objects.values_list("slot", flat=True)) == {"grid:29", "grid:30"}
    assert "all that is missing is under way" in run("generate_missing_grids", "--apply")
    assert Prediction.objects.count() == 2


def test_who_cannot_be_helped_is_skipped_with_the_reason() -> None:
    make_subscriber(selfies=0)
    said = run("generate_missing_grids", "--apply")
    assert "skipped: missing_selfies: There is no selfie yet." in said


def test_who_has_not_bought_is_not_come_by_unless_named() -> None:
    guest = make_subscriber(bought=False)
    assert "0 done, 0 skipped" in run("generate_missing_grids", "--apply")
    assert "not_purchased" in run("generate_missing_grids", "--apply", "--subscriber", guest.email)


def test_one_grid_of_one_subscriber_is_asked_for() -> None:
    subscriber = make_subscriber()
    run("generate_missing_grids", "--apply", "--subscriber", subscriber.pk, "--grid", 17)
    assert Prediction.objects.get().slot == "grid:17"


def test_a_switch_that_is_off_holds_a_backfill_back() -> None:
    make_subscriber()
    with override_switch(guards.SWITCH, active=False):
        assert "disabled" in run("generate_missing_grids", "--apply")
    assert not Prediction.objects.exists()


def test_a_limit_comes_by_that_many_rows_whatever_the_batch() -> None:
    for _ in range(3):
        make_subscriber(paid_blueprint_photo_urls=urls(*range(1, 30)))
    run("generate_missing_grids", "--apply", "--limit", 2, "--batch-size", 1)
    assert Prediction.objects.count() == 2


def test_an_address_that_two_have_is_asked_for_the_id() -> None:
    for _ in range(2):
        make_subscriber(email="two@example.com")
    with pytest.raises(CommandError, match="say one of the ids"):
        run("generate_missing_grids", "--subscriber", "two@example.com")


# --- frames and thumbnails ---------------------------------------------------------------------


def test_frames_that_were_never_cut_are_cut_and_a_bad_picture_does_not_stop_the_rest() -> None:
    bad, good = (with_grid(make_subscriber()) for _ in range(2))
    assert bad.asset is not None
    default_storage.delete(assets.key(bad.asset, "original"))
    said, ended = run_failing("backfill_frames", "--apply")
    assert f"grid:1 of subscriber {bad.shoot.subscriber_id}: failed: FileNotFoundError" in said
    assert "1 failed" in ended
    assert Frame.objects.filter(grid=good).count() == 9
    assert not Frame.objects.filter(grid=bad).exists()


def test_frames_are_only_cut_with_apply() -> None:
    with_grid(make_subscriber())
    assert "would be: 9 frames cut" in run("backfill_frames")
    assert not Frame.objects.exists()


def test_lost_thumbnails_are_made_again_and_a_lost_original_is_told() -> None:
    kept, lost = make_asset("subscriber:1"), make_asset("subscriber:2")
    for asset, variant in ((kept, "small"), (lost, "original"), (lost, "large")):
        default_storage.delete(assets.key(asset, variant))
    said, _ = run_failing("backfill_thumbnails")
    assert f"picture {kept.pk} of subscriber:1: would be: small made again" in said
    assert f"picture {lost.pk} of subscriber:2: failed" in said
    said, _ = run_failing("backfill_thumbnails", "--apply")
    assert f"picture {kept.pk} of subscriber:1: small made again" in said
    assert f"picture {lost.pk} of subscriber:2: failed" in said
    assert assets.missing_variants(kept) == []


# --- the flag --------------------------------------------------------------------------------------


def test_the_flag_is_repaired_in_both_directions_and_without_a_mail() -> None:
    complete = make_subscriber(paid_blueprint_photo_urls=urls(*range(1, 31)))
    short = make_subscriber(
        paid_blueprint_photo_urls=urls(1), paid_blueprint_generated=True,
        paid_blueprint_generated_at=timezone.now(),
    )  # fmt: skip
    right = make_subscriber(paid_blueprint_photo_urls=urls(1, 2))
    assert "2 to do" in run("recount_blueprints")
    complete.refresh_from_db()
    assert not complete.paid_blueprint_generated
    assert "2 done" in run("recount_blueprints", "--apply")
    for subscriber in (complete, short, right):
        subscriber.refresh_from_db()
    assert complete.paid_blueprint_generated
    assert complete.paid_blueprint_generated_at
    assert not short.paid_blueprint_generated
    assert short.paid_blueprint_generated_at is None
    assert right.version == 0
    assert not Mail.objects.exists()
    assert "0 done" in run("recount_blueprints", "--apply")


def test_the_delivery_mail_of_a_recount_comes_on_request() -> None:
    make_subscriber(paid_blueprint_photo_urls=urls(*range(1, 31)))
    run("recount_blueprints", "--apply", "--mail")
    assert Mail.objects.get().kind == Mail.Kind.DELIVERY


@pytest.mark.parametrize(
    "stored",
    [None, "text", {}, [], [None, "", "x"], ["x"] * 40, [1, {"a": "b"}, True, "x"], ["x", None] * 15],
)
def test_the_query_counts_filled_slots_as_the_property_does(stored: Any) -> None:
    subscriber = make_subscriber(selfies=0, paid_blueprint_photo_urls=stored)
    counted = Subscriber.objects.with_filled().get(pk=subscriber.pk)  # type: ignore[attr-defined]
    assert counted.in_slots == subscriber.filled


# --- buying, making --------------------------------------------------------------------------------


def test_a_purchase_is_marked_once_and_mailed_once() -> None:
    subscriber = make_subscriber(email="Noa@example.com", bought=False)
    assert "The link is mailed" in run("mark_purchased", "noa@example.com")
    assert "already" in run("mark_purchased", subscriber.pk)
    subscriber.refresh_from_db()
    assert subscriber.paid_blueprint_purchased
    assert subscriber.paid_blueprint_purchased_at
    assert Mail.objects.get().kind == Mail.Kind.WELCOME


def test_a_purchase_of_nobody_is_told() -> None:
    with pytest.raises(CommandError, match="There is no subscriber"):
        run("mark_purchased", "nobody@example.com")


def test_a_subscriber_is_made_with_a_private_link() -> None:
    said = run("make_subscriber", "noa@example.com", "--name", "Noa", "--vibe", "warm")
    subscriber = Subscriber.objects.get(email="noa@example.com")
    assert f"/blueprint/paid/?access={subscriber.access_token}" in said
    assert (subscriber.category, subscriber.mood) == ("warm", "minimal")
    with pytest.raises(CommandError, match="already"):
        run("make_subscriber", "NOA@example.com")
