"""A worker dies between the provider's acceptance and our commit, and nobody looks for two hours: the
provider has forgotten what it was asked, and nothing may be paid twice."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from accounts.models import User
from generation import providers, services, transitions
from generation.execution import sweep, unclear_attempts
from generation.models import Attempt, Prediction, UnknownCall
from generation.providers.replicate import ReplicateProvider
from tests.generation.test_life import Listener
from tests.generation.test_replicate_life import finished, listener, paid, render
from tests.support.job_queue import drain, pass_time, work
from tests.support.replicate_server.running import StandIn

__all__ = ["listener"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("listener")]
Status = Prediction.Status
Outcome = Attempt.Outcome
DAY = 24 * 3600
STUCK = "/admin/generation/prediction/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("staff@example.com", "secret"))
    return client


def press(staff: Client, action: str, prediction: Prediction) -> None:
    data = {"action": action, "_selected_action": [prediction.pk]}
    assert b"1 to be" in staff.post(f"{STUCK}?stuck=unclear", data, follow=True).content


def orphan(stand_in: StandIn, slot: str = "one") -> Prediction:
    """Accepted and made, but nobody has heard of it."""
    stand_in.script("*", "cut")
    prediction = render(slot)
    drain()
    assert prediction.attempts.get().outcome == Outcome.CLAIMED
    return prediction


def test_a_call_sent_before_the_clock_was_set_back_a_day_is_adopted(
    listener: Listener, stand_in: StandIn
) -> None:
    prediction = orphan(stand_in)
    stand_in.until(lambda: all(row["completed"] for row in stand_in.predictions()))
    prediction.attempts.update(created_at=Now() + dt.timedelta(days=1))
    pass_time(20)
    assert finished(stand_in, prediction).status == Status.SUCCEEDED
    assert len(stand_in.accepted()) == 1


def let_two_hours_pass(stand_in: StandIn) -> None:
    stand_in.until(lambda: all(row["completed"] for row in stand_in.predictions()))
    pass_time(7200)
    stand_in.age(7200)


def look(*predictions: Prediction) -> None:
    """What the sweep and its jobs do, thrice, with a minute between."""
    for _ in range(3):
        sweep.sweep()
        drain()
        pass_time(60)
    for prediction in predictions:
        prediction.refresh_from_db()


def forgotten(stand_in: StandIn) -> Prediction:
    prediction = orphan(stand_in)
    let_two_hours_pass(stand_in)
    look(prediction)
    return prediction


def age_holds(seconds: float) -> None:
    for prediction in Prediction.objects.exclude(stuck_at=None):
        since = prediction.stuck_at
        assert since is not None
        Prediction.objects.filter(pk=prediction.pk).update(
            stuck_at=since - unclear_attempts.dt.timedelta(seconds=seconds)
        )


def test_it_is_held_and_not_paid_again(stand_in: StandIn) -> None:
    prediction = forgotten(stand_in)
    attempt = prediction.attempts.get()
    (call,) = stand_in.accepted()
    assert attempt.is_held
    assert (attempt.suspect_id, prediction.status) == (call, Status.SUBMITTING)
    assert prediction.stuck_at is not None
    unknown = UnknownCall.objects.get()
    assert (unknown.external_id, unknown.cost_usd) == (call, Decimal("0.3"))


def test_it_stands_on_the_list_of_stuck_work(stand_in: StandIn, staff: Client) -> None:
    prediction = forgotten(stand_in)
    for chosen in ("yes", "unclear"):
        assert str(prediction.pk) in staff.get(STUCK, {"stuck": chosen}).content.decode()
    page = staff.get(f"{STUCK}{prediction.pk}/change/").content.decode()
    assert prediction.attempts.get().suspect_id in page


def test_while_it_is_held_it_takes_nobodys_place(stand_in: StandIn, settings: Any) -> None:
    settings.REPLICATE_IN_FLIGHT = 1
    providers.get.cache_clear()
    forgotten(stand_in)
    assert finished(stand_in, render("two")).status == Status.SUCCEEDED


def test_when_it_is_ours_and_its_result_is_gone_it_fails_and_is_not_paid_again(
    listener: Listener, stand_in: StandIn, staff: Client
) -> None:
    prediction = forgotten(stand_in)
    press(staff, "call_is_ours", prediction)
    work()
    prediction.refresh_from_db()
    assert (prediction.status, prediction.failure) == (Status.FAILED, "output_expired")
    assert listener.ends() == [("failed", "output_expired")]
    assert len(stand_in.accepted()) == 1
    assert paid() == stand_in.paid()
    assert UnknownCall.objects.get().note == "Ours, says staff@example.com."


def test_when_it_is_ours_and_its_result_is_there_that_is_taken(
    listener: Listener, stand_in: StandIn, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the provider removes what was asked before it removes the answer."""
    prediction = orphan(stand_in)
    stand_in.until(lambda: all(row["completed"] for row in stand_in.predictions()))
    whole = ReplicateProvider._made_since
    with monkeypatch.context() as patch:
        patch.setattr(
            ReplicateProvider, "_made_since",
            lambda self, since: ((row | {"input": {}}, made) for row, made in whole(self, since)),
        )  # fmt: skip
        pass_time(45)
        stand_in.age(45)
        look(prediction)
        assert prediction.attempts.get().is_held
    press(staff, "call_is_ours", prediction)
    assert finished(stand_in, prediction).status == Status.SUCCEEDED
    assert listener.ends() == [("succeeded", "one")]
    assert paid() == stand_in.paid() == stand_in.accepted()


def test_when_it_is_not_ours_it_is_sent_again(listener: Listener, stand_in: StandIn, staff: Client) -> None:
    prediction = forgotten(stand_in)
    press(staff, "call_is_not_ours", prediction)
    assert finished(stand_in, prediction).status == Status.SUCCEEDED
    assert len(stand_in.accepted()) == 2
    assert [one.outcome for one in prediction.attempts.order_by("number")] == [
        Outcome.LOST,
        Outcome.SUCCEEDED,
    ]
    assert UnknownCall.objects.get().note == "Not ours, says staff@example.com."


def test_when_nobody_decides_within_a_day_it_fails(listener: Listener, stand_in: StandIn) -> None:
    prediction = forgotten(stand_in)
    age_holds(DAY - 600)
    look(prediction)
    assert prediction.is_live
    age_holds(600)
    look(prediction)
    assert (prediction.status, prediction.stuck_at) == (Status.FAILED, None)
    assert listener.ends() == [("failed", "provider_error")]
    assert len(stand_in.accepted()) == 1
    assert UnknownCall.objects.get().resolved_at is None  # still to be explained, with its cost


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_one_that_is_not_wanted_any_more_ends_at_once(
    listener: Listener, stand_in: StandIn, when: str
) -> None:
    prediction = orphan(stand_in)
    let_two_hours_pass(stand_in)
    if when == "meanwhile":
        look(prediction)
    services.cancel(prediction_id=prediction.pk)
    look(prediction)
    assert prediction.status == Status.CANCELED
    assert len(stand_in.accepted()) == 1


def test_of_two_and_one_call_the_other_is_sent_again_once_that_is_known(
    listener: Listener, stand_in: StandIn
) -> None:
    first = orphan(stand_in, "one")
    stand_in.script("*", "cut-before")
    second = render("two")
    drain()
    let_two_hours_pass(stand_in)
    look(first, second)
    assert first.attempts.get().is_held
    assert second.attempts.get().is_held
    assert unclear_attempts.take(first.pk, by="staff")
    assert finished(stand_in, second).status == Status.SUCCEEDED
    assert not unclear_attempts.take(second.pk, by="staff")
    first.refresh_from_db()
    assert first.status == Status.FAILED
    assert len(stand_in.accepted()) == 2
    assert paid() == stand_in.paid()


def test_two_are_held_for_two_calls(stand_in: StandIn) -> None:
    both = [orphan(stand_in, "one"), orphan(stand_in, "two")]
    let_two_hours_pass(stand_in)
    look(*both)
    assert set(Attempt.objects.values_list("suspect_id", flat=True)) == stand_in.accepted()
    assert all(unclear_attempts.take(prediction.pk, by="staff") for prediction in both)
    work()
    assert paid() == stand_in.paid()


def test_a_call_made_at_another_time_holds_nobody(stand_in: StandIn) -> None:
    provider = providers.get("replicate")
    assert isinstance(provider, ReplicateProvider)
    provider.api.create("google/nano-banana-pro", {"prompt": "somebody else's"})
    let_two_hours_pass(stand_in)
    stand_in.script("*", "cut-before")
    prediction = render()
    drain()
    stand_in.age(-3600)  # half way between the attempt and now
    pass_time(7200)
    assert finished(stand_in, prediction).status == Status.SUCCEEDED


def test_one_that_was_explained_holds_nobody(stand_in: StandIn) -> None:
    prediction = orphan(stand_in)
    let_two_hours_pass(stand_in)
    (call,) = stand_in.accepted()
    now = prediction.queued_at
    UnknownCall.objects.create(provider="replicate", external_id=call, created_at=now, resolved_at=now)
    assert finished(stand_in, prediction).status == Status.SUCCEEDED


@pytest.mark.parametrize("shown", ["list", "detail"])
def test_a_call_that_names_its_attempt_is_adopted_however_late(
    listener: Listener, stand_in: StandIn, settings: Any, shown: str
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    stand_in.settings(webhook_shown=shown)
    prediction = forgotten(stand_in)
    work()
    prediction.refresh_from_db()
    assert (prediction.status, prediction.failure) == (Status.FAILED, "output_expired")
    assert len(stand_in.accepted()) == 1
    assert paid() == stand_in.paid()
    assert not UnknownCall.objects.exists()


def test_of_two_alike_each_gets_the_call_that_names_it(
    listener: Listener, stand_in: StandIn, settings: Any
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    stand_in.settings(webhook_shown="list")
    both = [orphan(stand_in, "one"), orphan(stand_in, "two")]
    for prediction in reversed(both):
        assert finished(stand_in, prediction).status == Status.SUCCEEDED
    named = {row["webhook"].rpartition("=")[2]: row["id"] for row in stand_in.predictions()}
    for attempt in Attempt.objects.all():
        assert attempt.external_id == named[str(attempt.pk)]


def test_a_call_that_names_another_attempt_holds_nobody(stand_in: StandIn, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    stand_in.settings(webhook_shown="detail")
    first = orphan(stand_in, "one")
    stand_in.script("*", "cut-before")
    second = render("two")
    drain()
    let_two_hours_pass(stand_in)
    assert finished(stand_in, second).status == Status.SUCCEEDED
    first.refresh_from_db()
    assert first.status == Status.FAILED
    assert len(stand_in.accepted()) == 2


def test_a_late_answer_ends_the_hold(listener: Listener, stand_in: StandIn) -> None:
    """Whoever was stopped for two hours may be alive, and says what he has heard."""
    prediction = forgotten(stand_in)
    attempt = prediction.attempts.get()
    transitions.accept(attempt=attempt, external_id=attempt.suspect_id, check_after=0)
    prediction.refresh_from_db()
    attempt.refresh_from_db()
    assert (prediction.status, prediction.stuck_at, attempt.is_held) == (Status.RUNNING, None, False)
