"""Ages and states in words."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from techpack.models import TechPack
from techpack.templatetags.runs import MARKS, age


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=-5), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=5, minutes=59), "5 h ago"),
        (timedelta(hours=30), "yesterday"),
        (timedelta(days=13), "13 days ago"),
    ],
)
def test_an_age_is_told_in_the_coarsest_unit_that_fits(passed: timedelta, words: str) -> None:
    assert age(timezone.now() - passed) == words


def test_after_two_weeks_the_date_is_told() -> None:
    assert age(datetime(2024, 2, 29, 12, tzinfo=timezone.get_current_timezone())) == "29 Feb 2024"


def test_every_state_of_a_run_has_a_mark() -> None:
    assert set(MARKS) == set(TechPack.Status)
