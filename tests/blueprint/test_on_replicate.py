"""Thirty grids by the models on Replicate, as the stand-in plays them: a real site, a real worker, real
webhooks, and programs that talk JSON to it."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from blueprint.models import Grid, Subscriber
from generation.execution import sweep
from generation.models import Attempt, Prediction
from tests.browser.site import Site
from tests.support.blueprint_factories import make_subscriber
from tests.support.job_queue import drain, pass_time
from tests.support.replicate_server.fixtures import SMALL
from tests.support.replicate_server.running import StandIn

MAKE = "from tests.support.blueprint_factories import make_subscriber; print(make_subscriber().access_token)"
GRIDS = 30


@pytest.fixture(scope="module")
def provider() -> Iterator[StandIn]:
    with StandIn(latency=0.5, pictures="plain") as stand_in:
        stand_in.settings(largest_side=SMALL)
        yield stand_in


@pytest.fixture(scope="module")
def site(provider: StandIn) -> Iterator[Site]:
    site = Site("--demo", "--workers", "2", environment=provider.environment())
    site.environment["PUBLIC_URL"] = site.address
    with site:
        yield site


class Program:
    """A client of the original flow: it keeps the ids of its predictions itself, and asks for each."""

    def __init__(self, site: Site, token: str):
        self.api, self.token, self.session = f"{site.address}/api/blueprint", token, requests.Session()

    def start(self, number: int) -> dict[str, Any]:
        body = {"accessToken": self.token, "gridNumber": number}
        return self.session.post(f"{self.api}/generate-paid", json=body, timeout=30).json()

    def check(self, number: int, prediction_id: str) -> dict[str, Any]:
        asked = {"predictionId": prediction_id, "gridNumber": number, "access": self.token}
        return self.session.get(f"{self.api}/check-paid-grid", params=asked, timeout=30).json()

    def make_all(self) -> dict[int, str]:
        """Start all thirty, and ask until each has ended. The prediction of each."""
        ids = {number: self.start(number)["predictionId"] for number in range(1, GRIDS + 1)}
        waiting, deadline = dict(ids), time.monotonic() + 120
        while waiting:
            assert time.monotonic() < deadline, f"still under way: {sorted(waiting)}"
            for number in list(waiting):
                if self.check(number, waiting[number])["status"] == "completed":
                    del waiting[number]
            time.sleep(0.5)
        return ids


def test_two_programs_and_every_event_twice_make_thirty_calls(provider: StandIn, site: Site) -> None:
    provider.script("*", "webhook-twice", forever=True)
    token = site.manage("shell", "-v", "0", "-c", MAKE).split()[-1]
    made: list[dict[int, str]] = []
    programs = [threading.Thread(target=lambda: made.append(Program(site, token).make_all())) for _ in "ab"]
    for program in programs:
        program.start()
    for program in programs:
        program.join(150)
    assert len(made) == 2
    assert made[0] == made[1]
    assert len(set(made[0].values())) == GRIDS
    assert len(provider.predictions(step="grid")) == GRIDS
    status = requests.get(
        f"{site.address}/api/blueprint/get-paid-status", {"access": token}, timeout=30
    ).json()
    assert status["generated"]
    assert status["progress"]["completed"] == GRIDS
    assert len(provider.deliveries()) >= 2 * GRIDS


# --- one by one, in this process ------------------------------------------------------------------


@pytest.fixture
def replicate(cloud: StandIn) -> StandIn:
    cloud.settings(pictures="once")
    return cloud


def finish(stand_in: StandIn) -> None:
    for _ in range(40):
        drain()
        if not Prediction.objects.live().exists():
            return
        stand_in.until(
            lambda: all(row["status"] not in ("starting", "processing") for row in stand_in.predictions())
        )
        pass_time(20)
        sweep.sweep()
    raise AssertionError("it never ends")


def started(**more: Any) -> Subscriber:
    from blueprint.services import grids

    subscriber = make_subscriber(**more)
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=7)
    return subscriber


@pytest.mark.django_db
def test_the_model_gets_prompt_selfies_shape_and_size(replicate: StandIn) -> None:
    replicate.settings(largest_side=2048)
    started(selfies=2)
    finish(replicate)
    (call,) = replicate.predictions(step="grid")
    asked = call["input"]
    assert len(asked["image_input"]) == 2
    assert (asked["aspect_ratio"], asked["resolution"], asked["output_format"]) == ("1:1", "2K", "png")
    assert "exactly nine photographs" in asked["prompt"]
    grid = Grid.objects.get()
    assert grid.asset is not None
    assert (grid.asset.width, grid.asset.height) == (2048, 2048)
    assert grid.frames.count() == 9


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["cut", "error-after", "failed-transient", "output-expired", "throttled"])
def test_a_fault_on_the_way_costs_no_second_picture_unseen(replicate: StandIn, fault: str) -> None:
    """Whatever was paid is on record, and the slot is filled."""
    replicate.script("*", fault)
    subscriber = started()
    finish(replicate)
    subscriber.refresh_from_db()
    assert subscriber.filled == 1
    paid = set(Attempt.objects.filter(cost_usd__gt=0).values_list("external_id", flat=True))
    assert paid == replicate.paid()


@pytest.mark.django_db
def test_a_selfie_that_lies_inside_the_network_is_never_fetched_nor_paid_for(replicate: StandIn) -> None:
    """The name looks public; what it resolves to is not."""
    subscriber = started(selfies=0, selfie_image_urls=["https://localtest.me.invalid/me.jpg"])
    finish(replicate)
    subscriber.refresh_from_db()
    prediction = Prediction.objects.get()
    assert prediction.status == Prediction.Status.FAILED
    assert prediction.message
    assert replicate.predictions() == []
    assert subscriber.filled == 0
