"""A subscriber is erased with everything but the accounting; selfies go when they are not needed."""

import datetime as dt
import io
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from blueprint import access
from blueprint.emails import delivery
from blueprint.models import Frame, Grid, Mail, Shoot, Subscriber
from blueprint.services import expiry, grids, privacy, selfies
from generation.models import Asset, Attempt, Erasure, Prediction
from generation.storage import assets, deletion
from tests.support.blueprint_factories import add_selfies, make_subscriber
from tests.support.factories import make_asset, script
from tests.support.job_queue import (
    drain,
    forget_jobs,
    job_names,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def noa(fake: Any) -> Subscriber:
    """She has one grid with its frames."""
    subscriber = make_subscriber(email="noa@example.com")
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=5)
    work()
    return subscriber


def let_hours_pass() -> None:
    shift = dt.timedelta(hours=3)
    Erasure.objects.update(requested_at=F("requested_at") - shift)
    Prediction.objects.update(finished_at=F("finished_at") - shift)


def left_of(subscriber: Subscriber) -> list[str]:
    """What still says anything about them."""
    rows = {
        "subscriber": Subscriber.objects.filter(pk=subscriber.pk),
        "shoots": Shoot.objects.filter(subscriber_id=subscriber.pk),
        "grids": Grid.objects.filter(shoot__subscriber_id=subscriber.pk),
        "frames": Frame.objects.filter(grid__shoot__subscriber_id=subscriber.pk),
        "mails": Mail.objects.filter(subscriber_id=subscriber.pk),
        "images": Asset.objects.filter(account=subscriber.account, released_at=None),
        "requests": Prediction.objects.filter(account=subscriber.account, request__has_key="prompt"),
        "calls": Attempt.objects.filter(prediction__account=subscriber.account).exclude(
            payload=deletion.ERASED, output__isnull=True
        ),
    }
    return [name for name, query in rows.items() if query.exists()]


# --- erasing ----------------------------------------------------------------------------------------


def test_nothing_is_left_but_what_it_cost(noa: Subscriber) -> None:
    delivery.queue(noa, Mail.Kind.WELCOME)
    before = Attempt.objects.values_list("model", "outcome", "cost_usd", "predict_seconds").get()
    assert privacy.erase(subscriber_id=noa.pk)
    drain()
    assert left_of(noa) == []
    assert Attempt.objects.values_list("model", "outcome", "cost_usd", "predict_seconds").get() == before


def test_the_files_go_with_the_next_purge(noa: Subscriber) -> None:
    privacy.erase(subscriber_id=noa.pk)
    drain()
    assert assets.purge(limit=100) == 11  # a selfie, a grid, nine frames
    assert not Asset.objects.filter(account=noa.account).exists()


def test_nobody_is_shown_a_picture_from_that_moment_on(noa: Subscriber, client: Client) -> None:
    picture = Grid.objects.select_related("asset").get().asset
    assert picture is not None
    client.force_login(User.objects.create_superuser("staff@example.com", "secret"))
    assert client.get(picture.small).status_code == 200
    privacy.erase(subscriber_id=noa.pk)
    assert client.get(picture.small).status_code == 404


def test_their_link_opens_nothing_any_more(noa: Subscriber, client: Client) -> None:
    privacy.erase(subscriber_id=noa.pk)
    client.cookies[access.COOKIE] = noa.access_token or ""
    assert client.get(reverse("blueprint:paid")).status_code == 404


def test_others_keep_everything(noa: Subscriber) -> None:
    other = make_subscriber()
    grids.start_paid_grid(subscriber_id=other.pk, number=5)
    work()
    privacy.erase(subscriber_id=noa.pk)
    work()
    assert left_of(other) == ["subscriber", "shoots", "grids", "frames", "images", "requests", "calls"]


def test_what_waits_is_canceled_and_what_is_under_way_is_let_go_when_it_comes(noa: Subscriber) -> None:
    script(latency=30)
    grids.start_missing_grids(subscriber_id=noa.pk)
    drain()
    Prediction.objects.filter(slot__in=["grid:29", "grid:30"]).update(status=Prediction.Status.QUEUED)
    flying = set(Prediction.objects.in_flight().values_list("pk", flat=True))
    assert flying
    privacy.erase(subscriber_id=noa.pk)
    assert set(Prediction.objects.live().values_list("pk", flat=True)) == flying
    assert not Prediction.objects.live().filter(cancel_requested_at=None).exists()
    work()
    let_hours_pass()
    deletion.sweep()
    assert not Prediction.objects.live().exists()
    assert left_of(noa) == []
    assert Erasure.objects.get().done_at is not None


def test_a_process_that_dies_right_after_loses_nothing(noa: Subscriber) -> None:
    privacy.erase(subscriber_id=noa.pk)
    forget_jobs()
    let_hours_pass()
    deletion.sweep()
    assert left_of(noa) == []


def test_one_that_dies_before_the_end_of_it_has_changed_nothing(noa: Subscriber) -> None:
    with transaction.atomic():
        privacy.erase(subscriber_id=noa.pk)
        transaction.set_rollback(True)
    assert Subscriber.objects.filter(pk=noa.pk).exists()
    assert not Erasure.objects.exists()
    assert "generation.erase" not in job_names()
    assert Asset.objects.stored().count() == 11


def test_frames_that_are_being_cut_meanwhile_are_not_kept(noa: Subscriber) -> None:
    made = [assets.store(account=noa.account, data=assets.read(frame.asset), stem="x", keep=False)
            for frame in Frame.objects.select_related("asset")[:1]]  # fmt: skip
    privacy.erase(subscriber_id=noa.pk)
    assert not Asset.objects.stored().filter(pk=made[0].pk).exists()


def test_erasing_again_does_no_harm(noa: Subscriber) -> None:
    assert privacy.erase(subscriber_id=noa.pk)
    assert not privacy.erase(subscriber_id=noa.pk)


def test_the_log_of_the_admin_names_nobody(noa: Subscriber) -> None:
    staff = User.objects.create_superuser("staff@example.com", "secret")
    mail = delivery.queue(noa, Mail.Kind.WELCOME)
    for row in (noa, mail):
        LogEntry.objects.create(
            user=staff, content_type=ContentType.objects.get_for_model(type(row)), object_id=str(row.pk),
            object_repr=str(row), action_flag=CHANGE, change_message=f"Mailed {noa.email}",
        )  # fmt: skip
    privacy.erase(subscriber_id=noa.pk)
    told = LogEntry.objects.values_list("object_repr", "change_message")
    assert all(noa.email not in "".join(words) for words in told)
    assert len(told) == 2


def command(name: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_would_remove_and_removes_nothing(noa: Subscriber) -> None:
    said = command("erase_subscriber", "NOA@example.com")
    assert "1 grid, 9 frames, 1 selfie, 0 mails" in said
    assert "11 images" in said
    assert "stays: 1 call, as numbers: $ " in said
    assert "Nothing was changed." in said
    assert Subscriber.objects.filter(pk=noa.pk).exists()


@pytest.mark.parametrize("by", ["email", "pk"])
def test_the_command_erases_by_address_and_by_id(noa: Subscriber, by: str) -> None:
    assert "Erased." in command("erase_subscriber", str(getattr(noa, by)), "--apply")
    drain()
    assert left_of(noa) == []


def test_the_command_does_not_guess_who_is_meant(noa: Subscriber) -> None:
    make_subscriber(email="Noa@Example.com", selfies=0)
    with pytest.raises(CommandError, match="say one of the ids"):
        command("erase_subscriber", "noa@example.com", "--apply")
    assert Subscriber.objects.count() == 2


# --- selfies that are not needed any more -------------------------------------------------------------


def finished(days_ago: float, **more: Any) -> Subscriber:
    """Somebody whose blueprint was finished then, made from selfies that were there before."""
    when = timezone.now() - dt.timedelta(days=days_ago)
    subscriber = make_subscriber(
        **{"paid_blueprint_generated": True, "paid_blueprint_generated_at": when, **more}
    )
    Asset.objects.filter(account=subscriber.account).update(stored_at=when - dt.timedelta(days=1))
    return subscriber


def has_selfies(subscriber: Subscriber) -> bool:
    subscriber.refresh_from_db()
    stored = Asset.objects.stored().filter(account=subscriber.account).exists()
    assert stored == bool(subscriber.selfie_entries), "the row and the files disagree"
    assert stored == (subscriber.selfies_deleted_at is None)
    return stored


def test_they_go_after_the_days_that_were_promised_and_not_before() -> None:
    early, late = finished(29.9), finished(30.1)
    assert privacy.expire_due() == 1
    assert has_selfies(early)
    assert not has_selfies(late)


def test_the_setting_says_after_how_many(settings: Any) -> None:
    settings.SELFIE_DAYS = 7
    subscriber = finished(7.1)
    privacy.expire_due()
    assert not has_selfies(subscriber)


def test_they_stay_while_the_blueprint_is_not_finished() -> None:
    subscriber = make_subscriber()
    Asset.objects.update(stored_at=timezone.now() - dt.timedelta(days=400))
    assert privacy.expire_due() == 0
    assert has_selfies(subscriber)
    assert expiry.delete_on(subscriber) is None


def test_they_stay_while_something_is_made_with_them(fake: Any) -> None:
    subscriber = finished(40)
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=5)
    assert not expiry.due().exists()
    assert privacy.expire_due() == 0
    assert has_selfies(subscriber)
    work()
    assert privacy.expire_due() == 1
    assert Grid.objects.get(number=5).asset is not None


def test_one_that_was_added_later_has_its_days_too() -> None:
    subscriber = finished(40)
    add_selfies(subscriber, 2)
    assert privacy.expire_due() == 0
    on = expiry.delete_on(subscriber)
    assert on is not None
    assert dt.timedelta(days=29) < on - timezone.now() <= dt.timedelta(days=30)


def test_of_a_free_blueprint_they_go_after_its_grid() -> None:
    subscriber = make_subscriber(bought=False)
    shoot = Shoot.objects.create(subscriber=subscriber, kind=Shoot.Kind.FREE, planned=1)
    when = timezone.now() - dt.timedelta(days=31)
    Asset.objects.update(stored_at=when)
    picture = make_asset(subscriber.account)
    Grid.objects.create(shoot=shoot, number=1, asset=picture, filled_at=when)
    assert privacy.expire_due() == 1
    subscriber.refresh_from_db()
    assert subscriber.selfie_entries == []
    picture.refresh_from_db()
    assert picture.released_at is None


def test_a_row_that_was_taken_over_without_a_date_counts_from_its_last_change() -> None:
    subscriber = finished(1, paid_blueprint_generated_at=None)
    long_ago = timezone.now() - dt.timedelta(days=31)
    Subscriber.objects.filter(pk=subscriber.pk).update(updated_at=long_ago)
    Asset.objects.update(stored_at=long_ago)
    assert privacy.expire_due() == 1


@pytest.mark.parametrize("entries", [[], None])
def test_who_has_none_is_left_alone(entries: Any) -> None:
    finished(40, selfies=0, selfie_image_urls=entries)
    assert not expiry.due().exists()


def test_addresses_elsewhere_go_from_the_row_with_the_copies_that_were_taken_over() -> None:
    url = "https://example.com/me.jpg"
    subscriber = finished(40, selfies=0, selfie_image_urls=[url])
    copy = make_asset(subscriber.account)
    Asset.objects.update(source_url=url, stored_at=timezone.now() - dt.timedelta(days=50))
    privacy.expire_due()
    assert not has_selfies(subscriber)
    copy.refresh_from_db()
    assert copy.released_at is not None


def test_what_travelled_inside_of_calls_goes_too(noa: Subscriber) -> None:
    Attempt.objects.update(
        payload={"input": {"prompt": "words", "image_input": ["data:image/jpeg;base64,AA"]}}
    )
    Subscriber.objects.update(
        paid_blueprint_generated=True,
        paid_blueprint_generated_at=timezone.now() - dt.timedelta(days=31),
    )
    Asset.objects.update(stored_at=timezone.now() - dt.timedelta(days=32))
    privacy.expire_due()
    drain()
    assert Attempt.objects.values_list("payload", flat=True).get() == {
        "input": {"prompt": "words", "image_input": ["data:erased"]}
    }


def test_a_copy_that_arrived_while_they_were_deleted_goes_the_next_day() -> None:
    """A worker, or a backfill, was fetching it from elsewhere at that moment."""
    subscriber = make_subscriber(selfies=0, selfie_image_urls=["https://example.com/me.jpg"])
    selfies.delete_all(subscriber_id=subscriber.pk)
    late = make_asset(subscriber.account)
    Asset.objects.filter(pk=late.pk).update(source_url="https://example.com/me.jpg")
    privacy.expire_due()
    late.refresh_from_db()
    assert late.released_at is not None


def test_the_countdown_stands_on_the_page(client: Client) -> None:
    subscriber = finished(0, selfies=1)
    client.cookies[access.COOKIE] = subscriber.access_token or ""
    on = (subscriber.paid_blueprint_generated_at or timezone.now()) + dt.timedelta(days=30)
    page = " ".join(client.get(reverse("blueprint:paid")).content.decode().split())
    said = f"Your selfies are deleted on {on:%-d %B}, 30 days after your blueprint was finished."
    assert said in page


def test_the_backfill_is_dry_and_says_whose() -> None:
    subscriber = finished(40)
    said = command("expire_selfies")
    assert f"{subscriber.email} (id {subscriber.pk}): would be: 1 selfie deleted" in said
    assert has_selfies(subscriber)


def test_the_backfill_goes_on_where_it_stopped() -> None:
    people = [finished(40), finished(41), finished(42)]
    command("expire_selfies", "--apply", "--limit=1")
    assert sum(map(has_selfies, people)) == 2
    command("expire_selfies", "--apply", "--batch-size=1")
    assert sum(map(has_selfies, people)) == 0
    assert "0 done" in command("expire_selfies", "--apply")
