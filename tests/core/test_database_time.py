"""The database's clock, as a process that is stopped now and then keeps it."""

import datetime as dt
import time
from typing import Any

import pytest
from django.utils import timezone

from core import database_time

pytestmark = pytest.mark.django_db
STOPPED = 45.0  # seconds
MOMENT = dt.timedelta(seconds=5)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_time, "_ahead", None)
    monkeypatch.setattr(database_time, "_set_at", 0.0)
    database_time.now()


def test_an_answer_that_found_its_process_stopped_does_not_set_the_clock_back() -> None:
    database_time.told(time.time() - STOPPED, asked_at=time.monotonic() - STOPPED)
    assert abs(database_time.last_known() - timezone.now()) < MOMENT


def test_a_process_that_is_stopped_while_it_asks_keeps_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the database's answer and the look at the monotonic clock."""
    real, passes = time.monotonic, iter([database_time.KEPT + 1] * 2)  # whether to ask, and when

    def stopped() -> float:
        return real() + next(passes, database_time.KEPT + 1 + STOPPED)

    monkeypatch.setattr(time, "monotonic", stopped)
    has_passed = dt.timedelta(seconds=database_time.KEPT + 1 + STOPPED)
    assert abs(database_time.now() - timezone.now() - has_passed) < MOMENT


def test_the_first_answer_counts_however_long_it_took(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_time, "_ahead", None)
    database_time.told(time.time(), asked_at=time.monotonic() - STOPPED)
    assert abs(database_time.last_known() - timezone.now()) < dt.timedelta(seconds=STOPPED) + MOMENT


def test_a_database_that_was_set_right_is_believed_at_the_next_prompt_answer() -> None:
    in_an_hour = time.time() + 3600
    database_time.told(in_an_hour, asked_at=time.monotonic())
    assert abs(database_time.last_known().timestamp() - in_an_hour) < MOMENT.total_seconds()


def test_it_asks_once_a_minute(django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with django_assert_num_queries(0):
        database_time.now()
    monkeypatch.setattr(database_time, "_set_at", time.monotonic() - database_time.KEPT - 1)
    with django_assert_num_queries(1):
        database_time.now()
