"""The database goes away under a working site, and comes back."""

import re
import time

import pytest

from config.server import embedded_postgres
from generation.providers.fake import FakeProvider
from tests.browser.site import Site
from tests.config.test_serve import processes_of
from tests.support import factories
from tests.support.http_client import Visitor


@pytest.fixture
def designer_site(settings):  # type: ignore[no-untyped-def]
    with Site("--demo", environment={"GENERATION_PROVIDER": factories.FAKE}) as site:
        settings.FAKE_PROVIDER_DIR = site.data_dir / "fake-provider"
        factories.write_fake("answers.json", factories.ANSWERS)
        factories.script(latency=1.0)
        yield site


def workers(site: Site) -> list[int]:
    return [process.pid for process in processes_of(site) if "procrastinate" in process.command]


@pytest.mark.parametrize("restarts", [1, 4])
def test_a_run_goes_on_after_the_database_was_restarted_under_it(designer_site: Site, restarts: int) -> None:
    visitor = Visitor(designer_site)
    product = visitor.make_product("Green tee")
    before = workers(designer_site)
    visitor.generate(product)
    for _ in range(restarts):
        time.sleep(1.5)
        embedded_postgres.restart(designer_site.data_dir)
    deadline = time.monotonic() + 90
    while "9 credits used" not in (page := visitor.read(product)):
        assert time.monotonic() < deadline, re.sub(r"<[^>]+>|\s+", " ", page)[:2000]
        time.sleep(1)
    assert len(FakeProvider().calls()) == 13  # each thing once
    assert workers(designer_site) == before, "the worker outlives it"
