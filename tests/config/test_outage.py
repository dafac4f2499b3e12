"""The database goes away under a working site, and comes back."""

import re
import time

import pytest
import requests

from config import postgres
from generation.providers.fake import FakeProvider
from tests import making
from tests.browser.site import Site


@pytest.fixture
def designer_site(settings):  # type: ignore[no-untyped-def]
    with Site("--demo", environment={"GENERATION_PROVIDER": making.FAKE}) as site:
        settings.FAKE_PROVIDER_DIR = site.data_dir / "fake-provider"
        making.write_fake("answers.json", making.ANSWERS)
        making.script(latency=1.0)
        yield site


def sign_in(site: Site) -> requests.Session:
    browser = requests.Session()
    browser.get(f"{site.address}/accounts/login/")
    answer = browser.post(
        f"{site.address}/accounts/login/",
        {
            "login": "demo@example.com",
            "password": "demo",
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        },
    )
    assert answer.url.endswith("/techpacks/")
    return browser


def start_a_run(site: Site, browser: requests.Session) -> str:
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    made = browser.post(
        f"{site.address}/techpacks/new/",
        {"name": "Green tee", **token},
        files={"photos": ("front.png", making.picture(), "image/png")},
    )
    assert re.search(r"/techpacks/\d+/$", made.url), made.text[:500]
    browser.post(f"{made.url}generate/", token)
    return made.url


def test_a_run_goes_on_after_the_database_was_restarted_under_it(designer_site: Site) -> None:
    browser = sign_in(designer_site)
    address = start_a_run(designer_site, browser)
    time.sleep(1.5)
    postgres.restart(designer_site.data_dir)
    deadline = time.monotonic() + 90
    while "9 credits used" not in (page := _read(browser, address)):
        assert time.monotonic() < deadline, re.sub(r"<[^>]+>|\s+", " ", page)[:2000]
        time.sleep(1)
    assert len(FakeProvider().calls()) == 13  # each thing once


def _read(browser: requests.Session, address: str) -> str:
    try:
        return browser.get(address, timeout=10).text
    except requests.RequestException:
        return ""  # it was being restarted
