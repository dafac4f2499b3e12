"""The whole tech pack by the models on Replicate, in a browser, with the stand-in at the other end."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import Site
from tests.support.http_client import Visitor
from tests.support.pictures import picture
from tests.support.replicate_server.fixtures import SMALL
from tests.support.replicate_server.running import StandIn

PAID = (
    "from generation.models import Attempt;"
    "print('PAID', *Attempt.objects.filter(cost_usd__gt=0).values_list('external_id', flat=True))"
)


@pytest.fixture
def cloud_site() -> Iterator[tuple[Site, StandIn]]:
    """With webhooks; `tests/generation/test_replicate_techpack.py` makes the same without them."""
    with StandIn(pictures="once") as stand_in:
        stand_in.settings(largest_side=SMALL)
        site = Site("--demo", environment=stand_in.environment())
        site.environment["PUBLIC_URL"] = site.address
        with site:
            yield site, stand_in


def test_every_step_is_made_in_the_cloud_and_every_call_is_known(
    cloud_site: tuple[Site, StandIn], browser: Browser
) -> None:
    site, stand_in = cloud_site
    stand_in.script("close_up", "refused")
    page = open_product(site, browser)
    page.get_by_role("button", name="Generate tech pack").click()
    expect(page.get_by_role("progressbar").first).to_have_attribute("aria-valuenow", "100", timeout=90_000)
    expect(page.get_by_role("button", name="Generate tech pack")).to_be_enabled(timeout=30_000)
    expect(page.get_by_text("Refunded 1 credit").first).to_be_attached()
    expect(page.get_by_role("region", name="Sketches").locator(".piece")).to_have_count(3)
    expect(page.get_by_text(re.compile("Replicate")).first).to_be_attached()
    known = set(site.manage("shell", "-v", "0", "-c", PAID).split("PAID")[1].split())
    assert known == stand_in.paid()
    page.context.close()


def open_product(site: Site, browser: Browser) -> Page:
    product = Visitor(site).make_product("Green tee", picture(), picture(size=(310, 400)))
    page = browser.new_context(base_url=site.address).new_page()
    page.goto(product)
    page.get_by_label("Email").fill("demo@example.com")
    page.get_by_label("Password", exact=True).fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{product}")
    return page
