"""Calls here do not wait, unless a test says so: there is no worker to wait for."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.techpack.api.calling import Program


@pytest.fixture(autouse=True)
def _no_waiting(settings: Any) -> None:
    settings.API_MAX_WAIT = 0


@pytest.fixture
def elsewhere(settings: Any) -> Iterator[Any]:
    """A host of pictures on this machine."""
    from tests.generation.test_foreign import Elsewhere

    host = Elsewhere()
    settings.REPLICATE_OUTPUT_HOSTS = [host.name]  # the one way to reach this machine
    threading.Thread(target=host.server.serve_forever, args=(0.02,), daemon=True).start()
    yield host
    host.server.shutdown()
    host.server.server_close()


@pytest.fixture
def program(fake: Any, db: None) -> "Program":
    """With a tech pack that is there."""
    from accounts.models import User
    from tests.support.job_queue import work
    from tests.support.snapshots import remembered
    from tests.techpack.api.calling import STEPS, Program

    def make() -> Program:
        program = Program()
        product_id = program.make_product()
        for path in STEPS:
            program.post(path, {"productId": product_id})
        work()
        return program

    program = remembered("program with a tech pack", make)
    program.user = User.objects.get(pk=program.user.pk)
    return program
