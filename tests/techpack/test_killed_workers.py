"""A worker is killed (SIGKILL) in every state of a prediction; another one takes over. The run
completes, nothing is called, charged or made twice."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from credits import services as ledger
from generation.execution import sweep
from generation.models import Asset, Attempt, Prediction
from generation.providers.fake import FakeProvider
from techpack.models import TechPack
from techpack.pipeline import advance
from tests.support.factories import make_run, make_user, script
from tests.support.job_queue import drain, pass_time
from tests.support.replicate_server.running import StandIn
from tests.support.workers import kill, nothing_stored, put_back_jobs, start_worker, take_over, until, worker

Status = Prediction.Status
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_call_that_was_accepted_and_forgotten_is_not_paid_twice(cloud: StandIn, settings: Any) -> None:
    """Killed between the provider's acceptance and our commit; nobody looks for two hours, and nobody
    decides for a day."""
    settings.MEDIA_ROOT = Path(settings.DATA_DIR) / "media"
    cloud.settings(slow_seconds=20)
    cloud.script("*", "slow-answer")
    run = make_run(make_user(balance=100))
    with worker(GENERATION_PROVIDER="replicate", **cloud.environment()):
        cloud.until(cloud.paid)
    put_back_jobs()
    for age in (7200, 0):
        pass_time(age)
        cloud.age(age)
        sweep.sweep()
        drain()
    prediction = Prediction.objects.get()
    assert prediction.attempts.get().is_held
    Prediction.objects.update(stuck_at=Now() - dt.timedelta(days=1, seconds=1))
    sweep.sweep()
    prediction.refresh_from_db()
    assert prediction.status == Status.FAILED
    assert ledger.balance(run.product.owner) == 100
    assert len(cloud.accepted()) == 1


def check_all_is_well(run: TechPack, fake: FakeProvider) -> None:
    run.refresh_from_db()
    assert run.status == TechPack.Status.COMPLETE
    assert ledger.balance(run.product.owner) == 91
    calls = Counter(call["purpose"] for call in fake.calls())
    assert calls == {
        "category": 1,
        "base_view": 1,
        "close_up_plan": 1,
        "close_up": 4,
        "sketch": 3,
        "callouts": 3,
    }
    paid = Attempt.objects.exclude(external_id=None)
    assert paid.count() == len(fake.calls())  # every paid call is on record, once
    assert Asset.objects.filter(stored_at__isnull=False).count() == 1 + 4 + 3


@pytest.mark.parametrize(
    ("purpose", "moment"),
    [
        ("category", "die"),
        ("category", "die-after"),
        ("category", "die-fetch"),
        ("close_up", "die-after"),
        ("sketch", "die-fetch"),
    ],
)
def test_killed_while_it_talks_to_the_provider(shared_fake: FakeProvider, purpose: str, moment: str) -> None:
    """Before the call is accepted; when it is, and nobody wrote that down; while it is asked for."""
    script(**{purpose: [moment, "ok"]})
    run = make_run(make_user(balance=100))
    first = start_worker()
    assert first.wait(120) == -9
    take_over()
    check_all_is_well(run, shared_fake)


def test_killed_while_it_is_queued(shared_fake: FakeProvider) -> None:
    run = make_run(make_user(balance=100))
    advance.advance(run.pk)
    with transaction.atomic():
        TechPack.objects.select_for_update().get(pk=run.pk)  # the claim waits for this lock
        first = start_worker()
        until(_doing_jobs, say="a job under way")
        kill(first)
    assert Prediction.objects.get().status == Status.QUEUED
    take_over()
    check_all_is_well(run, shared_fake)


def test_killed_while_it_is_running(shared_fake: FakeProvider) -> None:
    script(latency=3)
    run = make_run(make_user(balance=100))
    first = start_worker()
    until(lambda: Prediction.objects.filter(status=Status.RUNNING).exists(), say="a running prediction")
    kill(first)
    assert Prediction.objects.live().exists()
    script(latency=0)
    take_over()
    check_all_is_well(run, shared_fake)


def test_killed_while_it_is_collecting(shared_fake: FakeProvider) -> None:
    run = make_run(make_user(balance=100))
    with nothing_stored():
        first = start_worker()
        collecting = Prediction.objects.filter(status=Status.COLLECTING, kind="techpack.close_up")
        until(collecting.exists, say="a picture being collected")
        kill(first)
        assert collecting.exists()
    take_over()
    check_all_is_well(run, shared_fake)


def test_killed_while_its_handler_is_told(shared_fake: FakeProvider) -> None:
    """Stored, but the run does not know yet: telling waits for the run's lock."""
    run = make_run(make_user(balance=100))
    stored = Attempt.objects.filter(output__has_key="asset", outcome=Attempt.Outcome.ANSWERED)
    with nothing_stored() as let_go:
        first = start_worker()
        collecting = Prediction.objects.filter(status=Status.COLLECTING, kind="techpack.close_up")
        until(collecting.exists, say="a picture being collected")
        with transaction.atomic():
            TechPack.objects.select_for_update().get(pk=run.pk)
            let_go()
            until(stored.exists, say="a picture stored but not told")
            kill(first)
    assert stored.exists()
    take_over()
    check_all_is_well(run, shared_fake)


def _doing_jobs() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
        return bool(cursor.fetchone()[0])
