"""Calls a second of the API, and what a hundred waiting ones cost.

    python bench/api.py [--seconds 3] [--kick-offs 300] [--waiting 100]

One server with two web processes and no worker on a throwaway embedded database, called with a token over
connections that stay open; the clients take a part of the same cores. The state is that of a full tech pack:
three photos, four close-ups, three sketches. A kick-off posts base-views/analyze for a product of its own
with `Prefer: respond-async`. The queries are counted in this process, by Django's own test client.
"""

import argparse
import http.client
import json
import statistics
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench._serving import throwaway_data, web_processes  # noqa: E402

HOME = "/api/tech-pack-v2/"
CLIENTS = 4
ALONE = 41  # kick-offs up to here are made one after the other
MB = 1024 * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="of asking for the state")
    parser.add_argument("--kick-offs", type=int, default=300)
    parser.add_argument("--waiting", type=int, default=100)
    asked = parser.parse_args()
    with throwaway_data("bench._settings"):
        token, full, empty = scene(asked.kick_offs)
        figures = {"bench": "api"} | count_queries(token, full, empty.pop())
        with web_processes() as (port, pid):
            figures |= states(port, token, full, asked.seconds)
            figures |= kick_offs(port, token, empty[ALONE:])
            figures |= kick_offs_alone(port, token, empty[1:ALONE])
            figures |= waiters(port, token, empty[0], pid, asked.waiting)
    report(figures)


def scene(kick_offs: int) -> tuple[str, int, list[int]]:
    """A token, a product with all there is, and products with one photo and no run."""
    from accounts import tokens
    from techpack.services import products
    from tests.support import factories
    from tests.support.job_queue import work

    factories.write_fake("answers.json", factories.ANSWERS)
    designer = factories.make_user(balance=100_000)
    full = factories.make_run(designer, "front", "back", "side").product_id
    work()
    photo = factories.picture(size=(200, 200))
    empty = []
    for _ in range(kick_offs + 2):
        photos = [(factories.make_draft(designer, photo), "front")]
        empty.append(products.create_product(owner=designer, name="Tee", photos=photos).pk)
    return tokens.issue(user=designer, name="Bench")[1], full, empty


def count_queries(token: str, full: int, empty: int) -> dict[str, int]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"authorization": f"Bearer {token}", "host": "127.0.0.1"})
    client.get(f"{HOME}products/{full}")  # what is read once a process
    with CaptureQueriesContext(connection) as state:
        assert client.get(f"{HOME}products/{full}").status_code == 200
    with CaptureQueriesContext(connection) as kick_off:
        answer = client.post(
            f"{HOME}base-views/analyze", {"productId": empty}, "application/json",
            headers={"prefer": "respond-async"},
        )  # fmt: skip
    assert answer.status_code == 202, answer.content
    return {"state_queries": len(state), "kick_off_queries": len(kick_off)}


# --- against the server --------------------------------------------------------------------------


def call(link: http.client.HTTPConnection, token: str, path: str, body: Any = None, prefer: str = "") -> int:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Prefer": prefer}
    link.request("GET" if body is None else "POST", f"{HOME}{path}", body and json.dumps(body), headers)
    answer = link.getresponse()
    answer.read()
    return answer.status


def states(port: int, token: str, product_id: int, seconds: float) -> dict[str, Any]:
    path = f"products/{product_id}"
    with ProcessPoolExecutor(CLIENTS, get_context("spawn")) as clients:
        for length in (0.5, seconds):  # the first warms up
            running = [clients.submit(ask_for, port, token, path, length) for _ in range(CLIENTS)]
            rate = sum(client.result() for client in running)
    return {"state_per_second": round(rate)}


def ask_for(port: int, token: str, path: str, seconds: float) -> float:
    """Answers a second, two connections at once."""

    def ask() -> int:
        link, answers = http.client.HTTPConnection("127.0.0.1", port, timeout=30), 0
        while time.perf_counter() < end:
            status = call(link, token, path)
            assert status == 200, status
            answers += 1
        return answers

    end = time.perf_counter() + seconds
    with ThreadPoolExecutor(2) as threads:
        return sum(done.result() for done in [threads.submit(ask), threads.submit(ask)]) / seconds


def kick_offs(port: int, token: str, products: list[int]) -> dict[str, Any]:
    own = threading.local()
    took: list[float] = []

    def start(product_id: int) -> None:
        link = own.__dict__.setdefault("link", http.client.HTTPConnection("127.0.0.1", port, timeout=30))
        began = time.perf_counter()
        status = call(link, token, "base-views/analyze", {"productId": product_id}, "respond-async")
        assert status == 202, status
        took.append(time.perf_counter() - began)

    began = time.perf_counter()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(start, products))
    rate = len(products) / (time.perf_counter() - began)
    return {
        "kick_off_per_second": round(rate),
        "kick_off_median_ms": round(statistics.median(took) * 1000, 1),
    }


def kick_offs_alone(port: int, token: str, products: list[int]) -> dict[str, Any]:
    """One after the other, on one connection, with nothing else to do for the server."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    took = []
    for product_id in products:
        began = time.perf_counter()
        status = call(link, token, "base-views/analyze", {"productId": product_id}, "respond-async")
        took.append((time.perf_counter() - began) * 1000)
        assert status == 202, status
    return {"kick_off_alone_ms": round(statistics.median(took), 1)}


def waiters(port: int, token: str, product_id: int, pid: int, count: int) -> dict[str, Any]:
    """What the web processes hold while so many calls wait, and how fast another is answered."""

    def wait() -> int:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        return call(link, token, "base-views/analyze", {"productId": product_id}, "wait=10")

    before = measured(pid)
    with ThreadPoolExecutor(count) as threads:
        waiting = [threads.submit(wait) for _ in range(count)]
        time.sleep(5)
        during, beside = measured(pid), []
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(30):
            began = time.perf_counter()
            assert call(link, token, f"products/{product_id}") == 200
            beside.append((time.perf_counter() - began) * 1000)
        ended_early = sum(one.done() for one in waiting)
        assert {one.result() for one in waiting} == {202}
    return {
        "waiting": count - ended_early,
        "memory_mb_before": before[0], "memory_mb_waiting": during[0],
        "threads_before": before[1], "threads_waiting": during[1],
        "state_ms_beside_waiting": round(statistics.median(beside), 1),
    }  # fmt: skip


def measured(pid: int) -> tuple[int, int]:
    """Megabytes and threads of the server and its web processes."""
    family = [
        one for one in psutil.Process(pid).children(recursive=True) if "granian" in " ".join(one.cmdline())
    ]
    return sum(one.memory_info().rss for one in family) // MB, sum(one.num_threads() for one in family)


def report(figures: dict[str, Any]) -> None:
    print(
        f"state of a full pack    {figures['state_per_second']:6} calls/s, {figures['state_queries']} queries"
    )
    print(
        f"a kick-off              {figures['kick_off_per_second']:6} calls/s,"
        f" {figures['kick_off_queries']} queries, {figures['kick_off_median_ms']} ms (median, 8 at once),"
        f" {figures['kick_off_alone_ms']} ms alone"
    )
    print(
        f"{figures['waiting']} waiting calls       memory {figures['memory_mb_before']} ->"
        f" {figures['memory_mb_waiting']} MB, threads {figures['threads_before']} ->"
        f" {figures['threads_waiting']}; the state meanwhile: {figures['state_ms_beside_waiting']} ms"
    )
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
