"""A prediction from being asked for to its end, with every kind of trouble on the way."""

import time
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from generation import (
    limits,
    providers,
    registry,
    retry_policy,
    services,
    transitions,
)
from generation.execution import submit, sweep
from generation.models import Asset, Attempt, Prediction
from generation.providers.base import Limits
from tests.generation.flaky import FlakyStorage
from tests.support.factories import FAKE, asked, script
from tests.support.job_queue import (
    drain,
    due_jobs,
    forget_jobs,
    job_names,
    let_leases_run_out,
    pass_time,
    work,
)

pytestmark = pytest.mark.django_db
Status = Prediction.Status
Outcome = Attempt.Outcome


class Listener:
    """A handler that only writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.raises = 0

    def lock(self, subject: str) -> None:
        pass

    def changed(self, prediction: Prediction) -> None:
        self.told.append(("changed", prediction.status))

    def succeeded(self, prediction: Prediction) -> None:
        if self.raises:
            self.raises -= 1
            raise ValueError("the handler does not like it")
        self.told.append(("succeeded", prediction.slot))

    def failed(self, prediction: Prediction) -> None:
        self.told.append(("failed", prediction.failure))

    def ends(self) -> list[tuple[str, str]]:
        return [entry for entry in self.told if entry[0] != "changed"]


@pytest.fixture
def listener(fake: Any) -> Listener:
    listener = Listener()
    registry.register("test", listener)
    return listener


def ask(slot: str = "one", operation: str = "render", **more: Any) -> Prediction:
    with transaction.atomic():
        return services.ask(
            kind="test", subject="test:1", slot=slot, account=more.pop("account", "user:1"),
            request=asked(operation), **more,
        )  # fmt: skip


def test_it_passes_every_state_and_its_handler_is_told_of_each(listener: Listener) -> None:
    prediction = ask()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    changed = [state for what, state in listener.told if what == "changed"]
    assert changed == ["submitting", "running", "collecting", "succeeded"]
    assert listener.ends() == [("succeeded", "one")]


def test_a_picture_is_stored_with_its_thumbnails_before_it_counts(listener: Listener) -> None:
    prediction = ask()
    work()
    prediction.refresh_from_db()
    asset = prediction.asset
    assert asset is not None
    assert (asset.width, asset.height) == (96, 128)
    assert asset.stored_at is not None


def test_an_engine_that_answers_at_once_is_never_asked_again(listener: Listener) -> None:
    script(any=["instant"])
    prediction = ask()
    assert "generation.check" not in work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED


def test_asking_twice_for_a_slot_answers_the_same_prediction(listener: Listener, fake: Any) -> None:
    assert ask() == ask()
    work()
    assert len(fake.calls()) == 1


def test_two_live_predictions_for_one_slot_cannot_be_written(listener: Listener) -> None:
    ask()
    with pytest.raises(IntegrityError), transaction.atomic():
        Prediction.objects.create(
            kind="test", subject="test:1", slot="one", account="a", provider=FAKE, request={}
        )


def test_asking_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(RuntimeError):
        services.ask(kind="test", subject="test:1", slot="one", account="user:1", request=asked())


def test_a_transient_failure_gets_another_attempt_and_both_stay_on_record(listener: Listener) -> None:
    script(any=["transient", "ok"])
    prediction = ask()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert list(prediction.attempts.order_by("number").values_list("outcome", flat=True)) == [
        Outcome.FAILED,
        Outcome.SUCCEEDED,
    ]


@pytest.mark.parametrize(("behaviour", "attempts", "paid"), [("transient", 7, 0), ("late-transient", 3, 3)])
def test_transient_failures_end_after_a_limit(
    listener: Listener, fake: Any, behaviour: str, attempts: int, paid: int
) -> None:
    """Sooner where each attempt was paid for."""
    script(any=[behaviour])
    prediction = ask()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.FAILED
    assert prediction.attempts.count() == attempts
    assert listener.ends() == [("failed", "provider_error")]
    assert len(fake.calls()) == paid


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [("fail", "invalid_input"), ("refuse", "content_refused"), ("late-fail", "content_refused")],
)
def test_a_permanent_failure_is_told_once_with_its_reason(
    listener: Listener, behaviour: str, reason: str
) -> None:
    script(any=[behaviour])
    prediction = ask()
    work()
    prediction.refresh_from_db()
    assert (prediction.status, prediction.failure) == (Status.FAILED, reason)
    assert prediction.attempts.count() == 1
    assert listener.ends() == [("failed", reason)]


def test_an_answer_that_does_not_validate_is_asked_for_once_more(listener: Listener) -> None:
    from techpack.schemas import Category

    registry.register("test", listener, answer=Category)
    script(any=["garbage"])
    prediction = ask(operation="analyse")
    work()
    registry._answers.pop("test")
    prediction.refresh_from_db()
    assert (prediction.status, prediction.failure) == (Status.FAILED, "output_invalid")
    assert prediction.attempts.count() == 2


def test_what_is_not_an_image_never_counts(listener: Listener) -> None:
    script(any=["broken", "ok"])
    prediction = ask()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert prediction.attempts.order_by("number").first().failure == "output_invalid"  # type: ignore[union-attr]


# --- nothing is paid twice ---------------------------------------------------------------------


def test_an_accepted_call_whose_answer_was_lost_is_found_and_adopted(listener: Listener, fake: Any) -> None:
    script(any=["cut", "ok"])
    prediction = ask()
    drain()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUBMITTING
    pass_time(60)  # the lease runs out
    sweep.sweep()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert len(fake.calls()) == 1
    assert prediction.attempts.get().external_id == fake.calls()[0]["id"]


def test_within_its_lease_nobody_looks_at_a_claimed_attempt(listener: Listener, fake: Any) -> None:
    prediction = ask()
    being_sent(prediction, fake)
    sweep.tend(prediction.pk)
    prediction.refresh_from_db()
    assert prediction.status == Status.SUBMITTING


def being_sent(prediction: Prediction, fake: Any) -> Attempt:
    """Another worker holds it, and has written down what it sends."""
    claim = transitions.claim(prediction_id=prediction.pk, provider=fake)
    payload = fake.prepare(prediction.asked, [], claim.attempt.pk)
    transitions.record_payload(attempt=claim.attempt, payload=payload, provider=fake)
    return claim.attempt


def test_a_call_that_was_never_accepted_is_sent_again_after_two_searches(
    listener: Listener, fake: Any
) -> None:
    script(any=["ambiguous", "ok"])
    prediction = ask()
    drain()
    pass_time(60)
    sweep.tend(prediction.pk)  # the first search
    attempt = prediction.attempts.get()
    assert attempt.searched_at is not None
    sweep.tend(prediction.pk)  # too early for the second
    assert prediction.attempts.get().outcome == Outcome.CLAIMED
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert list(prediction.attempts.order_by("number").values_list("outcome", flat=True)) == [
        Outcome.LOST,
        Outcome.SUCCEEDED,
    ]
    assert len(fake.calls()) == 1


def test_one_found_call_goes_to_one_attempt(listener: Listener, fake: Any) -> None:
    script(any=["cut", "ambiguous", "ok"])
    first, second = ask("one"), ask("two")  # the same payload
    drain()
    pass_time(60)
    sweep.sweep()
    work()
    owned = list(Attempt.objects.exclude(external_id=None).values_list("external_id", flat=True))
    assert sorted(owned) == sorted(call["id"] for call in fake.calls())
    assert len(owned) == 2
    assert {Prediction.objects.get(pk=p.pk).status for p in (first, second)} == {Status.SUCCEEDED}


def test_no_search_while_a_twin_is_being_sent(listener: Listener, fake: Any) -> None:
    script(any=["cut"])
    lost = ask("one")
    drain()
    pass_time(60)
    twin = ask("two")
    forget_jobs()
    being_sent(twin, fake)
    sweep.tend(lost.pk)
    assert lost.attempts.get().external_id is None
    assert twin.attempts.get().outcome == Outcome.CLAIMED


def test_what_was_never_sent_is_simply_made_again(listener: Listener, fake: Any) -> None:
    prediction = ask()
    transitions.claim(prediction_id=prediction.pk, provider=providers.get(FAKE))  # and the worker dies
    pass_time(60)
    sweep.sweep()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert len(fake.calls()) == 1


def test_a_late_acceptance_is_recorded_and_its_call_ended(listener: Listener, fake: Any) -> None:
    script(any=["hang", "ok"])
    prediction = ask()
    claim = transitions.claim(prediction_id=prediction.pk, provider=fake)
    handle = fake.submit(asked("render"), [], fake.prepare(asked("render"), [], claim.attempt.pk))
    pass_time(60)
    sweep.sweep()
    drain()  # never sent, as far as the row says
    pass_time(5)
    drain()  # another attempt has taken its place
    transitions.accept(attempt=claim.attempt, external_id=handle.external_id, check_after=1)
    work()
    claim.attempt.refresh_from_db()
    assert claim.attempt.outcome == Outcome.SUPERSEDED
    assert next(call for call in fake.calls() if call["id"] == handle.external_id)["canceled"]
    assert Prediction.objects.get().status == Status.SUCCEEDED


def test_two_jobs_for_one_prediction_make_one_call(listener: Listener, fake: Any) -> None:
    prediction = ask()
    submit.submit(prediction.pk)
    submit.submit(prediction.pk)
    work()
    assert len(fake.calls()) == 1


def test_events_that_come_twice_or_late_change_nothing(listener: Listener, fake: Any) -> None:
    prediction = ask()
    drain()
    pass_time(5)
    attempt = prediction.attempts.get()
    report = fake.fetch(attempt.external_id)
    from generation.execution import poll

    poll.hear(attempt, report, fake)
    with pytest.raises(transitions.NotOurs):
        poll.hear(attempt, report, fake)
    work()
    assert listener.ends() == [("succeeded", "one")]


# --- collecting ----------------------------------------------------------------------------------


def test_a_handler_that_raises_is_tried_again_without_another_call_or_picture(
    listener: Listener, fake: Any
) -> None:
    listener.raises = 2
    prediction = ask()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert listener.ends() == [("succeeded", "one")]
    assert (len(fake.calls()), Asset.objects.count()) == (1, 1)


def test_a_handler_that_keeps_raising_ends_on_the_list_of_stuck_work(listener: Listener) -> None:
    listener.raises = 99
    prediction = ask()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.COLLECTING
    assert prediction.stuck_at is not None
    assert "does not like it" in prediction.attempts.get().message
    listener.raises = 0
    transitions.release_stuck(prediction_id=prediction.pk)
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED


def test_a_picture_lost_with_its_worker_is_asked_for_again(listener: Listener, fake: Any) -> None:
    prediction = ask()
    drain()
    pass_time(5)
    attempt = prediction.attempts.get()
    transitions.answer(attempt=attempt, output={"inline": True})  # the worker dies with the bytes
    pass_time(300)
    sweep.sweep()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert len(fake.calls()) == 1


# --- cancel --------------------------------------------------------------------------------------


def test_a_queued_one_is_canceled_at_once(listener: Listener, fake: Any) -> None:
    prediction = ask()
    services.cancel(prediction_id=prediction.pk)
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.CANCELED
    assert fake.calls() == []
    assert listener.ends() == [("failed", "canceled")]


def test_a_running_one_keeps_its_slot_until_the_provider_has_ended(listener: Listener) -> None:
    script(any=["hang"])
    prediction = ask()
    drain()
    services.cancel(prediction_id=prediction.pk)
    prediction.refresh_from_db()
    assert prediction.status == Status.RUNNING
    assert ask() == prediction  # the slot is still live
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.CANCELED


def test_what_arrives_in_spite_of_a_cancel_is_kept(listener: Listener) -> None:
    prediction = ask()
    drain()
    services.cancel(prediction_id=prediction.pk)
    pass_time(5)
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED


def test_a_cancel_while_it_is_being_sent_reaches_the_provider(listener: Listener, fake: Any) -> None:
    script(any=["hang"])
    prediction = ask()
    claim = transitions.claim(prediction_id=prediction.pk, provider=fake)
    services.cancel(prediction_id=prediction.pk)
    request = asked("render")
    payload = fake.prepare(request, [], claim.attempt.pk)
    transitions.record_payload(attempt=claim.attempt, payload=payload, provider=fake)
    handle = fake.submit(request, [], payload)
    transitions.accept(attempt=claim.attempt, external_id=handle.external_id, check_after=1)
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.CANCELED


def test_a_call_that_hangs_times_out_and_is_ended(listener: Listener, fake: Any) -> None:
    script(any=["hang"])
    prediction = ask()
    work()
    prediction.refresh_from_db()
    assert (prediction.status, prediction.failure) == (Status.FAILED, "timed_out")
    assert all(call.get("canceled") for call in fake.calls())


# --- limits --------------------------------------------------------------------------------------


@pytest.fixture
def narrow(fake: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(type(fake), "limits", Limits(in_flight=3, in_flight_per_account=2))
    script(latency=5)
    return fake


def test_no_more_calls_are_in_flight_than_the_provider_takes(listener: Listener, narrow: Any) -> None:
    for number in range(6):
        ask(f"slot:{number}", account=f"user:{number}")
    drain()
    assert len(narrow.calls()) == 3
    work()
    assert len(narrow.calls()) == 6
    assert set(Prediction.objects.values_list("status", flat=True)) == {Status.SUCCEEDED}


def test_nobodys_thirty_starve_anothers_one(listener: Listener, narrow: Any) -> None:
    for number in range(30):
        ask(f"slot:{number}", account="user:1")
    other = ask("other", account="user:2")
    drain()
    other.refresh_from_db()
    assert other.status == Status.RUNNING
    assert Prediction.objects.in_flight().filter(account="user:1").count() == 2


def test_a_free_place_goes_to_the_account_with_the_fewest_calls(listener: Listener, narrow: Any) -> None:
    for number in range(4):
        ask(f"a:{number}", account="user:1")
    drain()
    waiting = [prediction.slot for prediction in limits.next_in_line(narrow)]
    assert waiting == []  # its two places are taken, whatever is free beside them
    ask("b", account="user:2")
    assert [prediction.slot for prediction in limits.next_in_line(narrow)] == ["b"]


def test_whoever_finds_no_place_takes_no_lock(listener: Listener, narrow: Any) -> None:
    """A long queue would stand before the gate, each with its subject locked."""
    for number in range(4):
        ask(f"a:{number}", account="user:1")
    drain()
    waiting = Prediction.objects.filter(status=Status.QUEUED).first()
    assert waiting is not None
    with CaptureQueriesContext(connection) as queries:
        submit.submit(waiting.pk)
    assert not [query for query in queries if "FOR UPDATE" in query["sql"]]


def test_creations_keep_their_rate(listener: Listener, fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(fake), "limits", Limits(100, 100, per_second=2))
    provider = providers.get(FAKE)
    with transaction.atomic():
        limits.enter(provider, Prediction(account="user:1"))
        pauses = [limits.take_turn(provider) - time.monotonic() for _ in range(4)]
    assert pauses == pytest.approx([0, 0.5, 1.0, 1.5], abs=0.1)


def test_being_throttled_holds_back_everybody_until_the_provider_says(listener: Listener, fake: Any) -> None:
    script(any=["throttle", "ok"])
    first = ask("one")
    drain()
    first.refresh_from_db()
    assert first.status == Status.QUEUED
    with transaction.atomic():
        assert limits.take_turn(providers.get(FAKE)) > time.monotonic()
    work()
    first.refresh_from_db()
    assert first.status == Status.SUCCEEDED


# --- the queue -----------------------------------------------------------------------------------


def test_the_sweep_finds_what_has_no_job(listener: Listener) -> None:
    prediction = ask()
    forget_jobs()
    pass_time(60)
    sweep.sweep()
    drain()
    forget_jobs()
    pass_time(60)
    assert sweep.sweep() == 1
    assert sweep.sweep() == 0  # it is not looked at again at once
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED


def test_a_job_is_gone_with_the_transaction_that_was_rolled_back(transactional_db: None, fake: Any) -> None:
    registry.register("test", Listener())

    def ask_and_fail() -> None:
        with transaction.atomic():
            ask()
            raise ValueError("taken back")

    with pytest.raises(ValueError, match="taken back"):
        ask_and_fail()
    assert job_names() == []
    ask()
    assert [name for _, name, _ in due_jobs()] == ["generation.submit"]


def test_an_unknown_prediction_is_no_work(listener: Listener) -> None:
    with pytest.raises(Prediction.DoesNotExist):
        sweep.tend(uuid.uuid4())


# --- storage -------------------------------------------------------------------------------------


@pytest.fixture
def flaky(settings: Any) -> type[FlakyStorage]:
    default = {"default": {"BACKEND": "tests.generation.flaky.FlakyStorage"}}
    settings.STORAGES = settings.STORAGES | default
    return FlakyStorage


def test_a_storage_that_fails_once_costs_no_second_call(
    listener: Listener, fake: Any, flaky: type[FlakyStorage]
) -> None:
    flaky.failures = 1
    prediction = ask()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert len(fake.calls()) == 1
    assert listener.ends() == [("succeeded", "one")]


def test_a_storage_that_never_works_ends_in_a_failure_with_its_reason(
    listener: Listener, fake: Any, flaky: type[FlakyStorage]
) -> None:
    flaky.failures = 99
    prediction = ask()
    work()
    flaky.failures = 0
    prediction.refresh_from_db()
    assert (prediction.status, prediction.failure) == (Status.FAILED, "storage_error")
    assert len(fake.calls()) == 1
    assert listener.ends() == [("failed", "storage_error")]


def test_a_worker_that_was_stopped_past_its_lease_does_not_send(
    listener: Listener, fake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others may have given its call up for lost by then, and made it again."""
    monkeypatch.setattr(submit.Lease, "MARGIN", 1000.0)  # as if that much time had gone by
    prediction = ask()
    submit.submit(prediction.pk)
    assert fake.calls() == []
    monkeypatch.undo()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert len(fake.calls()) == 1


def test_a_call_of_which_the_answer_was_lost_is_searched_for_at_once(listener: Listener, fake: Any) -> None:
    """Not only when the lease of its worker would have run out."""
    script(any=["cut", "ok"])
    prediction = ask()
    drain()
    pass_time(retry_policy.FIRST_SEARCH)
    drain()
    prediction.refresh_from_db()
    assert prediction.status != Status.SUBMITTING
    assert len(fake.calls()) == 1


def test_a_call_that_is_listed_late_is_not_made_again(listener: Listener, fake: Any) -> None:
    """For twenty-five seconds after it was sent the provider's list does not have it."""
    script(any=["ambiguous", "ok"])
    prediction = ask()
    drain()
    for _ in range(25):
        pass_time(1)
        drain()
        sweep.sweep()
    drain()
    assert [attempt.outcome for attempt in prediction.attempts.all()] == [Outcome.CLAIMED]
    pass_time(10)
    drain()
    assert prediction.attempts.get(number=1).outcome == Outcome.LOST


def test_who_was_stopped_while_it_looked_does_not_lose_what_was_sent_meanwhile(
    listener: Listener, fake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It saw a call that was not written down yet. Then its worker wrote it down, sent it, and died."""
    script(any=["cut", "ok"])
    prediction = ask()
    seen = []
    record = transitions.record_payload

    def remember(**values: Any) -> float:
        seen.append(Attempt.objects.get(pk=values["attempt"].pk))
        return record(**values)

    monkeypatch.setattr(transitions, "record_payload", remember)
    drain()
    assert seen[0].payload is None
    let_leases_run_out()
    with pytest.raises(transitions.NotOurs):
        transitions.lose(attempt=seen[0])
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert len(fake.calls()) == 1


def test_what_its_worker_holds_is_not_lost(listener: Listener, fake: Any) -> None:
    """Its lease had run out when it was looked for in vain, and is renewed now."""
    script(any=["ambiguous", "ok"])
    prediction = ask()
    drain()
    attempt = prediction.attempts.get()
    with pytest.raises(transitions.NotOurs):
        transitions.lose(attempt=attempt)
    let_leases_run_out()
    transitions.lose(attempt=attempt)
    assert prediction.attempts.get(number=1).outcome == Outcome.LOST


def test_workers_that_die_before_their_calls_are_accepted_take_no_tries(
    listener: Listener, fake: Any
) -> None:
    script(any=["late-transient", "late-transient", "ok"])
    prediction = ask()
    for _ in range(3):
        transitions.claim(prediction_id=prediction.pk, provider=providers.get(FAKE))  # and the worker dies
        forget_jobs()
        pass_time(60)
        sweep.sweep()
        drain()
        forget_jobs()
        Prediction.objects.filter(status=Status.QUEUED).update(not_before=Now())
    pass_time(60)
    sweep.sweep()
    work()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED


def test_a_queue_that_is_behind_does_not_grow_by_looking_at_it(listener: Listener, fake: Any) -> None:
    """Every place that is free, and every sweep, has those that are next sent: once each."""
    script(any=["hang"])
    for number in range(3):
        ask(f"slot {number}", provider=fake.name)
    for _ in range(3):
        sweep.dispatch(fake.name)
    assert job_names().count("generation.submit") == 3
    drain()
    for _ in range(2):
        pass_time(60)
        sweep.sweep()
    assert job_names().count("generation.tend") == 3


def test_a_place_that_is_left_is_offered_only_where_somebody_may_want_it(
    listener: Listener, fake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits in the queue, and who is about to find the last place taken."""
    ask("alone")
    assert "generation.dispatch" not in work()
    monkeypatch.setattr(type(fake), "limits", Limits(in_flight=1, in_flight_per_account=1))
    ask("last place")
    assert "generation.dispatch" in work()
    monkeypatch.setattr(type(fake), "limits", Limits(in_flight=30, in_flight_per_account=30))
    script(any=["hang"])
    flying = ask("flying")
    drain()
    script(any=["ok"])
    waiting = ask("waiting")
    forget_jobs()
    services.cancel(prediction_id=flying.pk)
    assert "generation.dispatch" in work()
    waiting.refresh_from_db()
    assert waiting.status == Status.SUCCEEDED


def test_what_was_asked_for_this_moment_is_left_to_its_own_job(listener: Listener, fake: Any) -> None:
    """A free place sends nobody a second time, and looks again soon: that job may have found none."""
    ask(provider=fake.name)
    forget_jobs()  # as if it were running
    for _ in range(2):
        sweep.dispatch(fake.name)
    assert job_names() == ["generation.dispatch"]
    pass_time(2)
    assert drain()[:2] == ["generation.dispatch", "generation.submit"]
