"""The admin's spend by day, model and outcome."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import User
from generation import spending
from generation.models import Attempt, Prediction
from tests.support.factories import FAKE

pytestmark = pytest.mark.django_db


def attempt(number: int, cost: str | None, outcome: str = "succeeded") -> Attempt:
    prediction = Prediction.objects.create(
        kind="test", subject="test:1", slot=f"slot:{number}", account="user:1", provider=FAKE, request={}
    )
    return Attempt.objects.create(
        prediction=prediction, number=1, provider="replicate", model="google/nano-banana-pro",
        outcome=outcome, cost_usd=None if cost is None else Decimal(cost), predict_seconds=4.0,
    )  # fmt: skip


def test_what_was_spent_adds_up_by_day_model_and_outcome() -> None:
    for number, (cost, outcome) in enumerate(
        [("0.15", "succeeded"), ("0.30", "succeeded"), ("0.15", "failed"), (None, "succeeded")]
    ):
        attempt(number, cost, outcome)
    good, bad = spending.by_day(Attempt.objects.all())
    assert (good["outcome"], good["calls"], good["cost"], good["unpriced"]) == (
        "succeeded", 3, Decimal("0.45"), 1,
    )  # fmt: skip
    assert (bad["outcome"], bad["cost"], bad["seconds"]) == ("failed", Decimal("0.15"), 4.0)
    assert spending.total([good, bad]) == Decimal("0.60")


def test_staff_see_it_above_the_attempts_and_filtered_like_them(client: Client) -> None:
    client.force_login(User.objects.create_superuser("staff@example.com", "secret"))
    attempt(1, "0.15")
    attempt(2, "0.30", "failed")
    page = client.get("/admin/generation/attempt/").content.decode()
    assert "Spend by day, model and outcome: $ 0.45" in page
    filtered = client.get("/admin/generation/attempt/?outcome__exact=failed").content.decode()
    assert "$ 0.30" in filtered
    assert "$ 0.45" not in filtered
