"""Calls keep the rate a provider allows when they are sent, whatever happens between claim and call."""

import threading
import time
from typing import Any

import pytest
from django.db import connection

from generation import limits, registry, transitions
from generation.execution import submit
from generation.models import Attempt, Prediction
from generation.providers.base import Limits, Payload
from generation.providers.fake import FakeProvider
from tests.generation.test_life import Listener, ask
from tests.support.factories import script
from tests.support.job_queue import forget_jobs

Status = Prediction.Status
PER_SECOND = 8


@pytest.fixture(autouse=True)
def paced(fake: Any, monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    registry.register("test", Listener())
    monkeypatch.setattr(FakeProvider, "limits", Limits(100, 100, per_second=PER_SECOND))
    return fake


def sent_alone(prediction: Prediction) -> None:
    submit.submit(prediction.pk)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_a_stall_held_back_does_not_go_out_all_at_once(
    paced: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(latency=60)
    together = threading.Barrier(12, timeout=60)
    prepare = FakeProvider.prepare

    def stalled(self: FakeProvider, request: Any, images: Any, attempt_id: Any) -> Payload:
        together.wait()  # all are claimed, and go on at the same moment
        return prepare(self, request, images, attempt_id)

    monkeypatch.setattr(FakeProvider, "prepare", stalled)
    threads = [threading.Thread(target=sent_alone, args=[ask(f"slot:{number}")]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    sent = sorted(call["created"] for call in paced.calls())
    assert len(sent) == 12
    for first, later in zip(sent, sent[PER_SECOND + 2 :], strict=False):
        assert later - first > 1.0


@pytest.mark.django_db
def test_whoever_comes_late_takes_another_turn(paced: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    stops = [0.5]
    sleep = time.sleep
    monkeypatch.setattr(submit.time, "sleep", lambda seconds: sleep(seconds + (stops.pop() if stops else 0)))
    turns: list[float] = []
    take_turn = limits.take_turn

    def counted(provider: Any) -> float:
        turns.append(take_turn(provider))
        return turns[-1]

    monkeypatch.setattr(limits, "take_turn", counted)
    submit.submit(ask().pk)
    assert len(turns) == 2
    assert len(paced.calls()) == 1


@pytest.mark.django_db
def test_a_turn_too_far_away_is_come_back_for_and_takes_no_try(paced: FakeProvider) -> None:
    prediction = ask()
    claim = transitions.claim(prediction_id=prediction.pk, provider=paced)  # type: ignore[arg-type]
    lease = submit.Lease(claim.attempt, time.monotonic())
    limits.block(paced, seconds=60)  # type: ignore[arg-type]
    submit._send(claim.prediction, claim.attempt, paced, lease)  # type: ignore[arg-type]
    prediction.refresh_from_db()
    assert (prediction.status, paced.calls()) == (Status.QUEUED, [])
    assert prediction.attempts.get().outcome == Attempt.Outcome.FAILED
    forget_jobs()
