"""A provider that has been asked too often how calls stand is left alone until the time it named."""

import time
import uuid
from typing import Any, ClassVar

import pytest
from django.db import transaction

from generation import limits, providers, registry, services
from generation.execution import poll
from generation.models import Prediction
from generation.providers.base import Found, Payload, Report, TransientError
from generation.providers.fake import FakeProvider
from tests.support.factories import asked, script
from tests.support.job_queue import (
    drain,
    let_leases_run_out,
    pass_time,
    work,
)

pytestmark = pytest.mark.django_db
Status = Prediction.Status
RESET = 30.0  # seconds


class Strict(FakeProvider):
    """Refuses a read with 429 and its reset time as often as `refusals` says."""

    name = "tests.generation.test_held_reads.Strict"
    soonest_check = 5.0  # however slow the machine is, nothing is read before a test lets time pass
    refusals: ClassVar[int] = 0
    reads: ClassVar[list[str]] = []

    def fetch(self, external_id: str) -> Report:
        self._answer_or_refuse("fetch")
        return super().fetch(external_id)

    def find(self, payload: Payload, created_after: Any, attempt_id: uuid.UUID) -> list[Found]:
        self._answer_or_refuse("find")
        return super().find(payload, created_after, attempt_id)

    def cancel(self, external_id: str) -> None:
        self._answer_or_refuse("cancel")
        super().cancel(external_id)

    def _answer_or_refuse(self, read: str) -> None:
        Strict.reads.append(read)
        if Strict.refusals:
            Strict.refusals -= 1
            raise TransientError("provider_error", "Throttled.", retry_after=RESET)


class Quiet:
    """A handler that nothing depends on."""

    def lock(self, subject: str) -> None:
        pass

    def changed(self, prediction: Prediction) -> None:
        pass

    succeeded = failed = changed


@pytest.fixture(autouse=True)
def strict(fake: Any) -> FakeProvider:
    registry.register("test", Quiet())
    Strict.refusals, Strict.reads = 1, []
    return providers.get(Strict.name)  # type: ignore[return-value]


def ask(*slots: str) -> list[Prediction]:
    with transaction.atomic():
        return [
            services.ask(
                kind="test", subject="test:1", slot=slot, account="user:1", request=asked("render"),
                provider=Strict.name,
            )
            for slot in slots
        ]  # fmt: skip


def sent(*slots: str) -> list[Prediction]:
    """Accepted, and ready to be asked for; nothing has been read."""
    script(latency=10)
    asked_for = ask(*slots)
    drain()
    Strict.reads.clear()
    return asked_for


def state(prediction: Prediction) -> str:
    prediction.refresh_from_db()
    return prediction.status


def test_a_refused_read_is_repeated_when_the_provider_said_and_not_before() -> None:
    (one,) = sent("one")
    pass_time(11)
    drain()
    assert Strict.reads == ["fetch"]
    pass_time(RESET - 5)
    drain()
    assert Strict.reads == ["fetch"]
    pass_time(10)
    drain()
    assert Strict.reads == ["fetch", "fetch"]
    assert state(one) == Status.SUCCEEDED


def test_one_refused_read_holds_back_all_reads_of_that_provider(strict: FakeProvider) -> None:
    asked_for = sent("one", "two", "three")
    pass_time(11)
    drain()
    assert Strict.reads == ["fetch"]
    services.cancel(prediction_id=asked_for[1].pk)
    drain()
    assert Strict.reads == ["fetch"]
    assert 0 < limits.reads_held(strict) <= RESET
    with transaction.atomic():  # new calls have a limit of their own
        limits.enter(strict, Prediction(account="user:2"))
        assert limits.take_turn(strict) <= time.monotonic()
    work()
    assert [state(prediction) for prediction in asked_for] == [Status.SUCCEEDED] * 3
    assert Strict.reads.count("fetch") == 4


def test_a_refused_wish_to_cancel_is_passed_on_later() -> None:
    script(any=["hang"])
    (one,) = ask("one")
    drain()
    Strict.refusals, Strict.reads = 1, []
    services.cancel(prediction_id=one.pk)
    drain()
    assert Strict.reads == ["cancel"]
    pass_time(RESET + 5)
    drain()
    assert "cancel" in Strict.reads[1:]
    work()
    assert state(one) == Status.CANCELED


def test_a_search_waits_for_the_listing_as_long_as_the_provider_says() -> None:
    script(any=["cut"])
    (one,) = ask("one")
    drain()
    let_leases_run_out()
    running_before = len(FakeProvider().calls())
    _recover(one)
    assert Strict.reads == ["find"]
    pass_time(RESET - 5)
    _recover(one)
    assert Strict.reads == ["find"]
    pass_time(10)
    _recover(one)
    work()
    assert state(one) == Status.SUCCEEDED
    assert len(FakeProvider().calls()) == running_before


def _recover(prediction: Prediction) -> None:
    from generation.execution import submit

    submit.recover(prediction.pk)


def test_a_look_ahead_of_time_is_harmless_while_reads_are_held(strict: FakeProvider) -> None:
    (one,) = sent("one")
    limits.hold_reads(strict, seconds=RESET)
    pass_time(16)
    poll.check(one.pk)
    assert Strict.reads == []
    assert state(one) == Status.RUNNING
