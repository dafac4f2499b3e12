"""A call with an Idempotency-Key is made once and answered alike."""

import datetime as dt
import time

import pytest
from django.utils import timezone

from accounts import idempotency
from accounts.models import IdempotentCall, User
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make_user()


def claim(user: User, key: str = "one", body: str = "a", target: str = "POST /api/x") -> IdempotentCall:
    return idempotency.claim(user=user, key=key, target=target, body_hash=body)


def test_a_finished_call_is_answered_from_the_record(user: User) -> None:
    idempotency.finish(claim(user), status=200, answer={"a": 1})
    again = claim(user)
    assert (again.status, again.answer) == (200, {"a": 1})


def test_a_call_under_way_is_told_so(user: User) -> None:
    claim(user)
    with pytest.raises(idempotency.UnderWay):
        claim(user)


@pytest.mark.parametrize("other", [{"body": "b"}, {"target": "POST /api/y"}])
def test_a_key_used_for_another_call_is_refused(user: User, other: dict[str, str]) -> None:
    idempotency.finish(claim(user), status=200, answer={})
    with pytest.raises(idempotency.Mismatch):
        claim(user, **other)


def test_a_key_is_its_owners(user: User) -> None:
    idempotency.finish(claim(user), status=200, answer={})
    assert claim(make_user(), body="b").status is None


def test_after_a_day_a_key_is_new(user: User) -> None:
    idempotency.finish(claim(user), status=200, answer={})
    IdempotentCall.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    assert claim(user, body="b").status is None
    IdempotentCall.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    assert idempotency.forget() == 1


def test_a_call_of_a_process_that_died_is_taken_over_with_what_it_made(user: User) -> None:
    assert idempotency.once(claim(user), lambda: 17) == 17
    IdempotentCall.objects.update(claimed_at=timezone.now() - dt.timedelta(seconds=31))
    taken_over = claim(user)
    assert idempotency.once(taken_over, lambda: 18) == 17
    with pytest.raises(idempotency.UnderWay):
        claim(user)


def test_what_was_refused_may_be_tried_again_and_what_was_made_stays_made(user: User) -> None:
    idempotency.give_up(claim(user))
    call = claim(user, body="b")
    idempotency.once(call, lambda: 17)
    idempotency.give_up(call)
    assert idempotency.once(claim(user, body="b"), lambda: 18) == 17


def test_whoever_lost_a_call_does_not_give_it_up_for_the_next(user: User) -> None:
    first = claim(user)
    first.claimed_at = timezone.now() - dt.timedelta(seconds=31)
    IdempotentCall.objects.update(claimed_at=first.claimed_at)
    second = claim(user)
    idempotency.give_up(first)
    assert idempotency.once(second, lambda: 17) == 17


@pytest.mark.django_db(transaction=True)
def test_a_call_that_takes_long_stays_with_whoever_works_on_it(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "LEASE", dt.timedelta(seconds=1))
    monkeypatch.setattr(idempotency, "RENEWAL", 0.2)
    call = claim(user)
    with idempotency.held(call):
        time.sleep(1.6)
        with pytest.raises(idempotency.UnderWay):
            claim(user)
    idempotency.finish(call, status=200, answer={"a": 1})
    assert claim(user).answer == {"a": 1}
