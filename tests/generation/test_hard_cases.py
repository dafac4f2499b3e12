"""What a hostile provider, a crash in a codec or a queue that is behind can do to a prediction: it
still ends, and nothing is paid for twice."""

from typing import Any

import pytest

from generation import (
    jobs,
    registry,
    retry_policy,
    services,
    transitions,
)
from generation.execution import collect, sweep
from generation.models import Asset, Attempt, Prediction
from generation.providers.base import Limits, TransientError
from generation.providers.fake import FakeProvider
from generation.storage import assets
from tests.generation.test_life import Listener, ask
from tests.support.factories import script, write_fake
from tests.support.job_queue import (
    drain,
    due_jobs,
    forget_jobs,
    job_names,
    pass_time,
    work,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]
Status = Prediction.Status


class Killed(BaseException):
    """As if the process were gone."""


@pytest.fixture(autouse=True)
def listener() -> Listener:
    listener = Listener()
    registry.register("test", listener)
    return listener


def minutes_pass(count: int) -> None:
    """The sweep and the queue, minute by minute; a job that dies is gone, as is its process."""
    from procrastinate.contrib.django import app

    for _ in range(count):
        sweep.sweep()
        due = due_jobs()
        forget_jobs()
        for _, name, arguments in due:
            try:
                app.tasks[name].func(**arguments)
            except Killed:
                continue
        pass_time(150)


def fresh(prediction: Prediction) -> Prediction:
    return Prediction.objects.get(pk=prediction.pk)


@pytest.mark.parametrize("poison", ["a\u0000b", float("nan")])
def test_an_answer_that_no_database_keeps_is_no_answer(poison: Any) -> None:
    write_fake("answers.json", {"test": {"value": poison}})
    prediction = ask(operation="analyse")
    work()
    assert fresh(prediction).failure == "output_invalid"


def test_a_provider_whose_code_raises_is_given_up_in_the_end(
    monkeypatch: pytest.MonkeyPatch, listener: Listener
) -> None:
    monkeypatch.setattr(FakeProvider, "fetch", lambda self, external_id: {}["output"])
    prediction = ask()
    minutes_pass(30)
    assert (fresh(prediction).status, fresh(prediction).failure) == (Status.FAILED, "internal_error")
    assert listener.ends() == [("failed", "internal_error")]


def test_a_provider_that_is_not_configured_any_more_ends_what_it_had(listener: Listener) -> None:
    script(any=["hang"])
    running, queued = ask("running"), ask("queued")
    services.cancel(prediction_id=queued.pk)
    drain()
    later = ask("later")
    Prediction.objects.update(provider="gone")
    Attempt.objects.update(provider="gone")
    minutes_pass(30)
    assert {fresh(running).failure, fresh(later).failure} == {"internal_error"}


def test_a_picture_that_kills_its_workers_is_left_to_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    deaths: list[int] = []

    def crash(**more: Any) -> Asset:
        deaths.append(1)
        raise Killed

    monkeypatch.setattr(collect.assets, "store", crash)
    prediction = ask()
    minutes_pass(30)
    assert fresh(prediction).stuck_at is not None
    assert len(deaths) <= retry_policy.COLLECT_TRIES


def test_a_call_that_answers_at_the_last_moment_is_taken_and_not_made_again(
    monkeypatch: pytest.MonkeyPatch, fake: FakeProvider
) -> None:
    script(latency=100)
    prediction = ask()
    drain()
    pass_time(70)  # over its time
    monkeypatch.setattr(FakeProvider, "cancel", lambda self, external_id: self.age(40))  # it was faster
    drain()
    work()
    assert fresh(prediction).status == Status.SUCCEEDED
    assert len(fake.calls()) == 1
    assert prediction.attempts.get().cost_usd is not None


def cut_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first wish to cancel does not get through."""
    real = FakeProvider.cancel
    tries: list[str] = []

    def cancel(self: FakeProvider, external_id: str) -> None:
        tries.append(external_id)
        if len(tries) == 1:
            raise TransientError("provider_error", "The connection was cut.")
        real(self, external_id)

    monkeypatch.setattr(FakeProvider, "cancel", cancel)


def test_a_wish_to_cancel_survives_a_network_error(monkeypatch: pytest.MonkeyPatch) -> None:
    cut_once(monkeypatch)
    monkeypatch.setattr(FakeProvider, "answer_timeout", 1800.0)
    script(any=["hang"])
    prediction = ask()
    drain()
    services.cancel(prediction_id=prediction.pk)
    for _ in range(5):
        drain()
        pass_time(10)
    assert fresh(prediction).status == Status.CANCELED


def test_a_superseded_call_is_ended_in_spite_of_a_network_error(
    monkeypatch: pytest.MonkeyPatch, fake: FakeProvider
) -> None:
    cut_once(monkeypatch)
    script(any=["hang", "ok"])
    prediction = ask()
    claim = transitions.claim(prediction_id=prediction.pk, provider=fake)
    request = prediction.asked
    handle = fake.submit(request, [], fake.prepare(request, [], claim.attempt.pk))
    pass_time(60)
    sweep.sweep()
    drain()
    pass_time(5)
    drain()  # it is made again
    transitions.accept(attempt=claim.attempt, external_id=handle.external_id, check_after=1)  # type: ignore[union-attr]
    work()
    claim.attempt.refresh_from_db()
    assert claim.attempt.outcome == Attempt.Outcome.SUPERSEDED
    assert next(call for call in fake.calls() if call["id"] == handle.external_id)["canceled"]  # type: ignore[union-attr]
    assert claim.attempt.cost_usd == 0


def test_a_collector_that_is_too_slow_leaves_nothing_behind(fake: FakeProvider) -> None:
    prediction = ask()
    drain()
    pass_time(5)
    transitions.answer(attempt=prediction.attempts.get(), output={"inline": True})
    _, slow = transitions.begin_collecting(prediction_id=prediction.pk)
    picture = assets.store(account="user:1", data=fake._output(fake.calls()[0]).image or b"", keep=False)
    pass_time(300)
    sweep.sweep()
    work()  # another one did it meanwhile
    with pytest.raises(transitions.NotOurs):
        transitions.record_stored(attempt=slow, asset=picture)
    Asset.objects.update(created_at="2020-01-01T00:00Z")
    assets.purge(limit=10)
    assert list(Asset.objects.all()) == [fresh(prediction).asset]


def test_being_throttled_takes_no_tries_from_real_failures() -> None:
    script(any=["throttle", "throttle", "throttle", "transient", "ok"])
    prediction = ask()
    work()
    assert fresh(prediction).status == Status.SUCCEEDED


def test_many_jobs_for_one_prediction_become_one_chain_of_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeProvider, "soonest_check", 1.0)
    script(any=["hang"])
    prediction = ask()
    drain()
    for _ in range(10):  # the sweep, a rescue, a second worker
        jobs.defer("generation.check", prediction_id=str(prediction.pk))
    pass_time(2)
    drain()
    assert len([name for name in job_names() if name == "generation.check"]) == 1


def test_who_comes_later_does_not_overtake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeProvider, "limits", Limits(in_flight=1, in_flight_per_account=1))
    script(latency=5)
    ask("first", account="user:0")
    drain()
    waiting = ask("waiting", account="user:1")
    drain()
    ask("new", account="user:2")  # its job is in the queue when the place is freed
    pass_time(6)
    drain()
    assert fresh(waiting).status == Status.RUNNING
