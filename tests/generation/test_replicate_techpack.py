"""A whole tech pack by the models on Replicate, as the stand-in plays them."""

from typing import Any

import pytest

from generation.execution import sweep
from generation.models import Attempt, Prediction
from techpack.models import Step, TechPack
from tests.support.factories import make_run, make_user
from tests.support.job_queue import drain, pass_time
from tests.support.replicate_server.running import StandIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _real_pictures(cloud: StandIn) -> None:
    cloud.settings(pictures="once")


def finished(cloud: StandIn, run: TechPack) -> TechPack:
    for _ in range(60):
        drain()
        run.refresh_from_db()
        if not run.is_going:
            return run
        cloud.until(
            lambda: all(row["status"] not in ("starting", "processing") for row in cloud.predictions())
        )
        pass_time(20)
        sweep.sweep()
    raise AssertionError("it never ends")


@pytest.mark.parametrize("model", ["openai/gpt-5-structured", "google/gemini-2.5-flash"])
def test_a_tech_pack_is_whole_and_every_call_is_known(cloud: StandIn, settings: Any, model: str) -> None:
    settings.VISION_MODEL = model
    run = finished(cloud, make_run(make_user(balance=9), "front", "back"))
    steps = {step.name: step.status for step in run.steps.all()}
    assert set(steps.values()) == {Step.Status.DONE}, [
        (p.kind, p.failure, p.message) for p in Prediction.objects.exclude(status="succeeded")
    ]
    assert {row["step"] for row in cloud.predictions()} == {
        "category", "base_view", "close_up_plan", "close_up", "sketch", "callouts",
    }  # fmt: skip
    assert cloud.paid() == set(Attempt.objects.filter(cost_usd__gt=0).values_list("external_id", flat=True))
    assert run.sketches.count() == 3  # the side, which nobody photographed, is inferred
