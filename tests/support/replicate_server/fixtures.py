"""`stand_in`: one process a session, as if new for each test; `cloud`: the engine that talks to it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.replicate_server.running import StandIn

SMALL = 512  # pixels


@pytest.fixture(scope="session")
def stand_in_process() -> Iterator[StandIn]:
    with StandIn() as process:
        yield process


@pytest.fixture
def stand_in(stand_in_process: StandIn) -> Iterator[StandIn]:
    """A stand-in that has seen nothing yet, makes small pictures, and repeats webhooks within a second."""
    stand_in_process.reset()
    stand_in_process.settings(webhook_retries=[0.2, 0.4], largest_side=SMALL)
    yield stand_in_process
    stand_in_process.reset()


@pytest.fixture
def cloud(stand_in: StandIn, settings: Any) -> Iterator[StandIn]:
    """Everything is made by the Replicate engine, with the stand-in at the other end; no webhooks, for
    there is no PUBLIC_URL."""
    from generation import providers

    settings.GENERATION_PROVIDER = "replicate"
    settings.REPLICATE_API_TOKEN = stand_in.token
    settings.REPLICATE_BASE_URL = stand_in.base_url
    settings.REPLICATE_WEBHOOK_SECRET = stand_in.webhook_secret
    settings.REPLICATE_OUTPUT_HOSTS = [stand_in.output_host]
    providers.get.cache_clear()
    yield stand_in
    providers.get.cache_clear()
