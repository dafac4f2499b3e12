"""Real events from the stand-in to a real server, and photos fetched from us by their signed address."""

from typing import Any

import pytest
from django.db import transaction

from generation import registry, services
from generation.execution import sweep
from generation.models import Attempt, Prediction
from generation.providers.base import ImageRef
from generation.providers.replicate import ReplicateProvider
from tests.generation.test_life import Listener
from tests.support.factories import asked, make_asset
from tests.support.job_queue import drain, job_names, pass_time
from tests.support.replicate_server.running import StandIn

pytestmark = pytest.mark.django_db(transaction=True)
Status = Prediction.Status


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No look of our own comes before the event, however slow this machine is."""
    monkeypatch.setattr(ReplicateProvider, "soonest_check", 20.0)


@pytest.fixture
def listener(cloud: StandIn, settings: Any, live_server: Any) -> Listener:
    settings.PUBLIC_URL = live_server.url
    cloud.settings(pictures="plain", late_seconds=0.5, latency=0.1)
    listener = Listener()
    registry.register("test", listener)
    return listener


def render() -> Prediction:
    photo = make_asset("user:1")
    with transaction.atomic():
        return services.ask(
            kind="test", subject="test:1", slot="one", account="user:1",
            request=asked(
                "render", "close_up", prompt="A close-up", images=(ImageRef(asset_id=photo.pk, role="front"),)
            ),
        )  # fmt: skip


def hear(stand_in: StandIn) -> None:
    """Send it, and do what an event asks for; that may come before creation is answered."""
    done = drain()
    if "generation.hear" not in done:
        stand_in.until(lambda: "generation.hear" in job_names())
        done += drain()
    assert "generation.check" not in done


def paid() -> set[str | None]:
    return set(Attempt.objects.filter(cost_usd__gt=0).values_list("external_id", flat=True))


@pytest.mark.parametrize(
    "fault", ["ok", "webhook-twice", "webhook-late", "webhook-early", "webhook-disordered"]
)
@pytest.mark.usefixtures("unhurried")
def test_an_event_alone_brings_the_picture(listener: Listener, stand_in: StandIn, fault: str) -> None:
    stand_in.script("*", fault)
    prediction = render()
    hear(stand_in)
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert listener.ends() == [("succeeded", "one")]
    assert paid() == stand_in.paid()
    (address,) = prediction.attempts.get().payload["image_input"]
    assert "/media/" in address


@pytest.mark.usefixtures("unhurried")
def test_an_event_adopts_a_call_whose_answer_was_cut(listener: Listener, stand_in: StandIn) -> None:
    stand_in.script("*", "cut")
    prediction = render()
    hear(stand_in)
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert len(stand_in.accepted()) == 1


@pytest.mark.parametrize(
    "fault",
    ["webhook-lost", "webhook-wrong-signature", "webhook-unsigned", "webhook-stale", "webhook-huge"],
)
def test_without_a_good_event_polling_carries_it(listener: Listener, stand_in: StandIn, fault: str) -> None:
    stand_in.script("*", fault)
    prediction = render()
    drain()
    stand_in.until(lambda: stand_in.predictions(status="succeeded"))
    if fault != "webhook-lost":
        stand_in.until(stand_in.deliveries)
    assert all(row["status"] in (401, 413) for row in stand_in.deliveries())
    assert "generation.hear" not in job_names()
    pass_time(10)
    sweep.sweep()
    drain()
    prediction.refresh_from_db()
    assert prediction.status == Status.SUCCEEDED
    assert paid() == stand_in.paid()
