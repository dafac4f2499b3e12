"""Calls here do not wait, unless a test says so: there is no worker to wait for."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _no_waiting(settings: Any) -> None:
    settings.API_MAX_WAIT = 0


@pytest.fixture
def elsewhere(settings: Any) -> Iterator[Any]:
    """A host of pictures on this machine."""
    from tests.generation.test_foreign import Elsewhere

    host = Elsewhere()
    settings.REPLICATE_OUTPUT_HOSTS = [host.name]  # the one way to reach this machine
    threading.Thread(target=host.server.serve_forever, daemon=True).start()
    yield host
    host.server.shutdown()
    host.server.server_close()
