"""Two browsers, killed workers, a switch turned off halfway, storage that is down: nothing is lost
and nothing is paid for twice."""

import random
import time
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from waffle.testutils import override_switch

from blueprint import versions
from blueprint.models import Frame, Grid, Mail, Subscriber
from blueprint.services import grids
from blueprint.services.guards import SWITCH, NotAllowed
from generation import transitions
from generation.execution import sweep
from generation.models import Asset, Attempt, Prediction
from generation.providers.fake import FakeProvider
from tests.generation.flaky import FlakyStorage
from tests.support.blueprint_factories import HERE_ALREADY, make_nearly_done, make_subscriber
from tests.support.factories import script
from tests.support.job_queue import drain, let_leases_run_out, work
from tests.support.workers import (
    kill,
    nothing_stored,
    start_worker,
    take_over,
    until,
)
from tests.techpack.test_races import at_once

Status = Prediction.Status
pytestmark = pytest.mark.django_db(transaction=True)


def check_all_is_well(subscriber: Subscriber, fake: FakeProvider, *, made: int = 30) -> None:
    """Thirty pictures, a paid call for each that was made here, one delivery mail, nothing left over."""
    subscriber.refresh_from_db()
    assert subscriber.is_complete, list(
        Prediction.objects.exclude(status="succeeded").values_list("slot", "status", "failure", "message")
    )
    assert subscriber.paid_blueprint_generated
    assert len(fake.calls()) == made
    assert Attempt.objects.exclude(external_id=None).count() == made
    assert Mail.objects.filter(kind=Mail.Kind.DELIVERY).count() == 1
    assert Frame.objects.count() == 9 * made
    kept = Asset.objects.stored().exclude(stem__startswith="selfies/")
    assert kept.count() == 10 * made


# --- at once -----------------------------------------------------------------------------------


def test_thirty_started_from_two_browsers_are_thirty_calls(fake: FakeProvider) -> None:
    subscriber = make_subscriber()
    at_once(*[lambda: grids.start_missing_grids(subscriber_id=subscriber.pk)] * 2)
    assert Prediction.objects.count() == 30
    work()
    check_all_is_well(subscriber, fake)


def test_one_grid_asked_for_by_eight_programs_is_one_call(fake: FakeProvider) -> None:
    subscriber = make_subscriber()
    starts = at_once(*[lambda: grids.start_paid_grid(subscriber_id=subscriber.pk, number=5)] * 8)
    assert len({start.prediction for start in starts}) == 1
    assert sum(start.is_new for start in starts) == 1
    work()
    assert len(fake.calls()) == 1


def test_a_program_that_waited_on_the_end_of_a_grid_does_not_pay_again(fake: FakeProvider) -> None:
    """The kick-off looks for a filled slot under the lock, not before it."""
    subscriber = make_subscriber()
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=5)
    answers = at_once(work, *[partial(_later, subscriber, pause) for pause in (0.01, 0.05, 0.1, 0.2, 0.3)])
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert len(fake.calls()) == 1


def _later(subscriber: Subscriber, pause: float) -> grids.Start:
    time.sleep(pause)
    return grids.start_paid_grid(subscriber_id=subscriber.pk, number=5)


def test_results_in_reverse_order_land_by_number(fake: FakeProvider) -> None:
    subscriber = make_subscriber()
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    numbers = {str(grid.prediction_id): grid.number for grid in Grid.objects.all()}
    for _ in range(3):  # submitted in order, then whatever is due from the last to the first
        backwards(numbers)
        let_leases_run_out()
        sweep.sweep()
    work()
    check_all_is_well(subscriber, fake)
    subscriber.refresh_from_db()
    for grid in Grid.objects.select_related("prediction"):
        assert grid.prediction is not None
        assert grid.prediction.slot == f"grid:{grid.number}"
        assert f"-{grid.number}-" in (subscriber.slots[grid.number - 1] or "")


def backwards(numbers: dict[str, int]) -> None:
    from procrastinate.contrib.django import app

    from tests.support.job_queue import due_jobs

    jobs = [job for job in due_jobs() if job[2].get("prediction_id") in numbers]
    for job_id, name, arguments in sorted(jobs, key=lambda job: -numbers[job[2]["prediction_id"]]):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
        app.tasks[name].func(**arguments)


# --- what happens halfway ------------------------------------------------------------------------


def test_the_switch_turned_off_halfway_and_on_again_loses_nothing(fake: FakeProvider) -> None:
    subscriber = make_subscriber()
    for number in range(1, 16):
        grids.start_paid_grid(subscriber_id=subscriber.pk, number=number)
    with override_switch(SWITCH, active=False):
        with pytest.raises(NotAllowed):
            grids.start_missing_grids(subscriber_id=subscriber.pk)
        work()
        subscriber.refresh_from_db()
        assert subscriber.filled == 15
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    work()
    check_all_is_well(subscriber, fake)


def test_storage_that_is_down_for_a_while_costs_no_second_call(fake: FakeProvider, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "tests.generation.flaky.FlakyStorage",
            "OPTIONS": {"allow_overwrite": True},
        },
    }
    subscriber = make_subscriber()
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=5)
    FlakyStorage.failures = 2
    work()
    subscriber.refresh_from_db()
    assert subscriber.filled == 1
    assert len(fake.calls()) == 1


def test_a_grid_that_is_canceled_too_late_is_kept(fake: FakeProvider) -> None:
    """What arrives in spite of it was paid for, and is not wasted."""
    subscriber = make_subscriber()
    start = grids.start_paid_grid(subscriber_id=subscriber.pk, number=5)
    assert start.prediction is not None
    drain_submit()
    transitions.request_cancel(prediction_id=start.prediction.pk)
    work()
    subscriber.refresh_from_db()
    assert subscriber.filled == 1


def drain_submit() -> None:
    from procrastinate.contrib.django import app

    from tests.support.job_queue import due_jobs

    for job_id, name, arguments in due_jobs():
        if name == "generation.submit":
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
            app.tasks[name].func(**arguments)


def test_a_random_walk_of_wishes_ends_whole(fake: FakeProvider) -> None:
    dice = random.Random(7)
    script(
        grid=["ok", "refuse", "ok", "transient", "late-fail", "ok", "cut", "ok", "ok", "broken"] * 6 + ["ok"]
    )
    subscriber = make_subscriber()
    acts = [
        lambda: grids.start_missing_grids(subscriber_id=subscriber.pk),
        lambda: grids.start_paid_grid(subscriber_id=subscriber.pk, number=dice.randint(1, 30)),
        lambda: grids.retry_failed_grids(subscriber_id=subscriber.pk),
        lambda: grids.cancel_pending(subscriber_id=subscriber.pk),
        drain,
        let_leases_run_out,
    ]
    for _ in range(40):
        dice.choice(acts)()
    for _ in range(40):
        grids.start_missing_grids(subscriber_id=subscriber.pk)
        work()
        let_leases_run_out()
        sweep.sweep()
    subscriber.refresh_from_db()
    assert subscriber.is_complete, list(
        Prediction.objects.exclude(status="succeeded").values_list("slot", "status", "failure", "message")
    )
    succeeded = Prediction.objects.filter(status=Status.SUCCEEDED)
    assert succeeded.count() == 30  # one picture a slot, and none was made for a filled one
    owned = set(Attempt.objects.exclude(external_id=None).values_list("external_id", flat=True))
    assert owned == {call["id"] for call in fake.calls()}


# --- killed workers --------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["die-after", "die-fetch"])
def test_a_worker_killed_while_it_talks_to_the_provider(shared_fake: FakeProvider, moment: str) -> None:
    script(grid=["ok"] * 3 + [moment, "ok"])
    subscriber = make_nearly_done()
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    first = start_worker()
    assert first.wait(120) == -9
    assert Prediction.objects.live().exists()
    take_over()
    check_all_is_well(subscriber, shared_fake, made=30 - HERE_ALREADY)


def test_a_worker_killed_while_many_are_running(shared_fake: FakeProvider) -> None:
    script(latency=4)
    subscriber = make_nearly_done()
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    first = start_worker()
    running = Prediction.objects.filter(status=Status.RUNNING)
    until(lambda: running.count() >= 5, say="five running")
    kill(first)
    assert Prediction.objects.live().exists()
    script(latency=0)
    take_over()
    check_all_is_well(subscriber, shared_fake, made=30 - HERE_ALREADY)


def test_a_worker_killed_while_pictures_are_stored(shared_fake: FakeProvider) -> None:
    subscriber = make_nearly_done()
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    collecting = Prediction.objects.filter(status=Status.COLLECTING)
    with nothing_stored():
        first = start_worker()
        until(collecting.exists, say="one being collected")
        kill(first)
        assert collecting.exists()
    take_over()
    check_all_is_well(subscriber, shared_fake, made=30 - HERE_ALREADY)


def test_a_worker_killed_while_slots_are_filled(shared_fake: FakeProvider) -> None:
    """Stored, but the slot does not know yet: telling waits for the subscriber's lock."""
    subscriber = make_nearly_done()
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    stored = Attempt.objects.filter(output__has_key="asset", outcome=Attempt.Outcome.ANSWERED)
    with nothing_stored() as let_go:
        first = start_worker()
        until(Prediction.objects.filter(status=Status.COLLECTING).exists, say="one being collected")
        with transaction.atomic():
            versions.locked(subscriber.pk)
            let_go()
            until(stored.exists, say="one stored but not told")
            kill(first)
    assert stored.exists()
    take_over()
    check_all_is_well(subscriber, shared_fake, made=30 - HERE_ALREADY)
