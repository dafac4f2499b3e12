"""Whoever collects a result holds it for as long as it takes, and not much longer."""

import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connection

from core import outages
from generation import retry_policy, transitions
from generation.execution import collect, sweep
from generation.models import Asset, Attempt, Prediction
from generation.storage import assets
from tests.generation.test_life import Listener, ask, listener  # noqa: F401
from tests.support.factories import script
from tests.support.job_queue import drain, forget_jobs, pass_time, work

Status = Prediction.Status


def answered(fake: Any) -> Prediction:
    """A prediction whose result is there and nobody collects."""
    prediction = ask()
    drain()
    pass_time(5)
    report = fake.fetch(prediction.attempts.get().external_id)
    transitions.answer(attempt=prediction.attempts.get(), output={"inline": True}, report=report)
    forget_jobs()
    return prediction


@pytest.mark.django_db
def test_half_a_minute_after_a_collector_died_another_one_begins(
    listener: Listener,  # noqa: F811
    fake: Any,
) -> None:
    prediction = answered(fake)
    transitions.begin_collecting(prediction_id=prediction.pk)
    pass_time(10)
    assert sweep.sweep() == 0
    pass_time(11)
    assert sweep.sweep() == 1
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert len(fake.calls()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_slow_collector_keeps_what_it_works_on(
    listener: Listener,  # noqa: F811
    fake: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retry_policy, "RENEWAL", 0.2)
    at_it, go_on = threading.Event(), threading.Event()
    store = assets.store

    def slow(**more: Any) -> Asset:
        at_it.set()
        go_on.wait(60)
        return store(**more)

    monkeypatch.setattr(collect.assets, "store", slow)
    prediction = answered(fake)
    monkeypatch.setattr(retry_policy, "LEASE", 1.0)
    collector = threading.Thread(target=lambda: (collect.collect(prediction.pk), connection.close()))
    collector.start()
    assert at_it.wait(60)
    time.sleep(2.0)
    with pytest.raises(transitions.NotOurs):
        transitions.begin_collecting(prediction_id=prediction.pk)
    go_on.set()
    collector.join(20)
    prediction.refresh_from_db()
    assert (prediction.status, prediction.attempts.get().stumbles) == (Status.SUCCEEDED, 1)


class Away:
    """Database calls that fail as often as `times` says, and then work."""

    def __init__(self, real: Any, times: int):
        self.real = real
        self.times = times

    def __call__(self, *positional: Any, **named: Any) -> Any:
        if self.times:
            self.times -= 1
            raise OperationalError("the database system is shutting down")
        return self.real(*positional, **named)


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages.time, "sleep", lambda seconds: None)


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_written_down_is_as_soon_as_the_database_is_back(
    listener: Listener,  # noqa: F811
    fake: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prediction = answered(fake)
    monkeypatch.setattr(transitions, "succeed", Away(transitions.succeed, 1))
    monkeypatch.setattr(transitions, "stumble", Away(transitions.stumble, 3))
    collect.collect(prediction.pk)
    attempt = prediction.attempts.get()
    assert (attempt.lease_until, attempt.stumbles) == (None, 0)
    pass_time(5)
    drain()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert (len(fake.calls()), Asset.objects.count()) == (1, 1)


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.django_db(transaction=True)
def test_a_call_that_was_accepted_is_written_down_as_soon_as_the_database_is_back(
    listener: Listener,  # noqa: F811
    fake: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script(latency=5)
    monkeypatch.setattr(transitions, "accept", Away(transitions.accept, 3))
    prediction = ask()
    drain()
    assert prediction.attempts.get().external_id == fake.calls()[0]["id"]
    assert prediction.attempts.get().outcome == Attempt.Outcome.ACCEPTED
