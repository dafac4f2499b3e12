"""A database's clock that was a day ahead, and is set right while work is under way."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from core import set_back_clock
from generation import jobs
from generation.models import Attempt, Prediction, ProviderGate
from tests.support.job_queue import drain

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def one(sql: str) -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: dt.datetime = cursor.fetchone()[0]
    return found


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def waiting(fake: object) -> Prediction:
    """A call under way, a job for later, a gate shut for a moment, and a worker that was killed."""
    from tests.support.factories import make_run, make_user

    make_run(make_user(balance=9), "front")
    drain()
    prediction = Prediction.objects.filter(status__in=Prediction.LIVE)[0]
    jobs.defer("generation.poll", delay=3600, prediction_id=str(uuid.uuid4()))
    run("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    ProviderGate.objects.update_or_create(provider="some", defaults={"blocked_until": timezone.now()})
    return prediction


def test_a_clock_that_goes_on_changes_nothing(waiting: Prediction) -> None:
    before = Prediction.objects.values().get(pk=waiting.pk)
    assert set_back_clock.make_due() == dt.timedelta()
    assert Prediction.objects.values().get(pk=waiting.pk) == before


def test_what_waits_for_a_day_is_due_after_what_it_had_to_wait(waiting: Prediction) -> None:
    run("UPDATE procrastinate_jobs SET scheduled_at = scheduled_at + interval '1 day'")
    run("UPDATE procrastinate_events SET at = at + interval '1 day'")
    run("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat + interval '1 day'")
    run("UPDATE generation_prediction SET due_at = now() + interval '1 day 30 seconds'")
    run("UPDATE generation_attempt SET lease_until = now() + interval '1 day 10 seconds'")
    run("UPDATE generation_providergate SET blocked_until = now() + interval '1 day 5 seconds'")

    assert abs(set_back_clock.make_due() - DAY) < dt.timedelta(seconds=60)

    soon = timezone.now() + dt.timedelta(seconds=90)
    waiting.refresh_from_db()
    assert waiting.due_at < soon
    assert all(attempt.lease_until < soon for attempt in Attempt.objects.exclude(lease_until=None))
    assert all(gate.blocked_until < soon for gate in ProviderGate.objects.all())
    late = one("SELECT max(scheduled_at) FROM procrastinate_jobs WHERE status = 'todo'") - timezone.now()
    assert late < dt.timedelta(hours=1, seconds=60)
    assert one("SELECT max(last_heartbeat) FROM procrastinate_workers") <= timezone.now()
    assert set_back_clock.make_due() == dt.timedelta(), "once"
