"""`stand_in`: one process a session, as if new for each test."""

from collections.abc import Iterator

import pytest

from .running import StandIn


@pytest.fixture(scope="session")
def stand_in_process() -> Iterator[StandIn]:
    with StandIn() as process:
        yield process


@pytest.fixture
def stand_in(stand_in_process: StandIn) -> Iterator[StandIn]:
    """A stand-in that has seen nothing yet, and repeats webhooks within a second."""
    stand_in_process.reset()
    stand_in_process.settings(webhook_retries=[0.2, 0.4])
    yield stand_in_process
    stand_in_process.reset()
