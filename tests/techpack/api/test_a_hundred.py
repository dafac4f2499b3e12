"""A hundred calls wait at the real site, and it answers everybody else meanwhile."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
import requests

from tests.browser.site import Site, get
from tests.support.pictures import picture
from tests.support.workers import until

WAITING = 100
SECONDS = 120  # longer than all of this takes
POOL = 12  # connections the web process may hold at most

COUNT_THEN_CANCEL = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(
        "SELECT json_build_array(count(*), count(*) FILTER (WHERE state LIKE 'idle in transaction%'))"
        " FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    print(cursor.fetchone()[0])
from techpack.services import runs
from techpack.models import TechPack
runs.cancel_run(tech_pack=TechPack.objects.get())
"""


@pytest.fixture
def site() -> Iterator[Site]:
    """One web process, and no worker: whoever waits here waits in vain."""
    with Site("--demo", "--no-worker") as site:
        yield site


class Waiter:
    def __init__(self, site: Site):
        self.home = f"{site.address}/api/tech-pack-v2"
        token = site.manage("create_api_token", "demo@example.com", "--name", "Test").strip()
        self.headers = {"Authorization": f"Bearer {token}"}
        made = requests.post(f"{self.home}/products", json={"name": "Tee"}, headers=self.headers, timeout=60)
        self.product_id = made.json()["data"]["productId"]
        address = f"{self.home}/products/{self.product_id}/revisions"
        requests.post(
            address, files={"photo": picture()}, headers=self.headers, timeout=20
        ).raise_for_status()

    def wait(self, number: int) -> int:
        headers = {**self.headers, "Prefer": f"wait={SECONDS}"}
        body = {"productId": self.product_id}
        answer = requests.post(f"{self.home}/base-views/analyze", json=body, headers=headers, timeout=60)
        return answer.status_code

    def state(self) -> Any:
        address = f"{self.home}/products/{self.product_id}"
        return requests.get(address, headers=self.headers, timeout=60).json()["data"]


def threads_of(site: Site) -> int:
    """Of its web process."""
    assert site.process is not None
    family = psutil.Process(site.process.pid).children(recursive=True)
    return max((one.num_threads() for one in family), default=0)


def test_a_hundred_waiting_calls_leave_the_site_answering_and_hold_no_connection(site: Site) -> None:
    waiter = Waiter(site)
    with ThreadPoolExecutor(WAITING) as threads:
        calls = [threads.submit(waiter.wait, number) for number in range(WAITING)]
        until(lambda: threads_of(site) > WAITING, say="a hundred threads")
        for path in ("/accounts/login/", "/readyz", "/blueprint/", "/api/docs"):
            assert get(site, path)[0] == 200
        assert waiter.state()["isGenerating"]
        assert not any(call.done() for call in calls)
        held, in_transaction = json.loads(site.manage("shell", "--no-imports", "-c", COUNT_THEN_CANCEL))
        assert {call.result() for call in calls} == {409}  # canceled
    assert held <= POOL + 4  # those of `serve` itself, and of who counts
    assert in_transaction == 0
    assert waiter.state()["credits"]["total"] == 0
