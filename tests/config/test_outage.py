"""The database goes away under a working site, and comes back."""

import re

import pytest

from config.server import embedded_postgres
from generation.providers.fake import FakeProvider
from tests.browser.site import Site
from tests.config.test_serve import PATIENCE, eventually, processes_of
from tests.support import factories
from tests.support.http_client import Visitor


@pytest.fixture(scope="module")
def site():  # type: ignore[no-untyped-def]
    with Site("--demo", environment={"GENERATION_PROVIDER": factories.FAKE}) as site:
        yield site


@pytest.fixture
def designer_site(site: Site, settings):  # type: ignore[no-untyped-def]
    settings.FAKE_PROVIDER_DIR = site.data_dir / "fake-provider"
    factories.write_fake("answers.json", factories.ANSWERS)
    factories.script(latency=1.0)
    return site


def workers(site: Site) -> list[int]:
    return [process.pid for process in processes_of(site) if "procrastinate" in process.command]


@pytest.mark.parametrize("restarts", [1, 4])
def test_a_run_goes_on_after_the_database_was_restarted_under_it(designer_site: Site, restarts: int) -> None:
    visitor = Visitor(designer_site)
    product = visitor.make_product("Green tee", factories.picture(size=(300 + restarts, 400)))
    before, called = workers(designer_site), len(FakeProvider().calls())
    visitor.generate(product)
    for _ in range(restarts):
        so_far = len(FakeProvider().calls())
        assert eventually(lambda: len(FakeProvider().calls()) > so_far)  # noqa: B023
        embedded_postgres.restart(designer_site.data_dir)
    page = ""

    def is_over() -> bool:
        nonlocal page
        page = visitor.read(product)
        return "9 credits used" in page

    assert eventually(is_over, PATIENCE), re.sub(r"<[^>]+>|\s+", " ", page)[:2000]
    assert len(FakeProvider().calls()) - called == 13  # each thing once
    assert workers(designer_site) == before, "the worker outlives it"
