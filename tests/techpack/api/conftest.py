"""Calls here do not wait, unless a test says so: there is no worker to wait for."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _no_waiting(settings: Any) -> None:
    settings.API_MAX_WAIT = 0
