"""Browsers that poll while grids are generated: how many one machine carries, and how long they wait.

    python bench/load.py [--browsers 2000] [--steps 500,1000,2000,3000] [--seconds 20] [--every 3]

Two web processes and one worker on a throwaway embedded database with the fake engine (4 s a call). Each
browser holds a connection and asks for its gallery's changes every 3 s, whatever became of the last answer;
it waits from the moment it wanted to ask. A few galleries are being generated all the time, and who watches
one gets its new pieces. Beside them, each in a process of its own, ten browsers poll the same galleries, and
ten a JSON of thirty items that is rebuilt each time, in the way of Healthchecks. Their waits are the
server's; those of the thousands are also those of the clients, who take a part of the same cores.
"""

import argparse
import asyncio
import json
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench._serving import throwaway_data, web_processes  # noqa: E402

GALLERIES, BUSY = 60, 4  # of so many galleries this many are generated at once
BESIDE = 10  # browsers that poll the JSON of thirty
GOAL_MS = 250
POLLER = re.compile(rb'id="poller"[^>]*hx-get="([^"]*)"')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--steps", default="500,1000,2000,3000", help="numbers of browsers, one after the other"
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="for each step")
    parser.add_argument("--every", type=float, default=3.0, help="seconds between two polls of a browser")
    asked = parser.parse_args()
    steps = [int(step) for step in asked.steps.split(",")]
    with throwaway_data("bench._settings"):
        galleries, waiting, checks = scene()
        with web_processes() as (port, _), worker(), generation(waiting) as made:
            found = [step(port, browsers, galleries, checks, asked) | {"grids": made()} for browsers in steps]
    report(found)


def scene() -> tuple[list[tuple[str, str]], list[int], tuple[str, str]]:
    """Cookie and address of each gallery, the subscribers who wait for theirs, and those of the JSON."""
    from django.conf import settings
    from django.test import Client

    from blueprint import access
    from blueprint.models import Grid, Shoot
    from blueprint.presenters import polling
    from tests.support import factories
    from tests.support.blueprint_factories import make_subscriber

    factories.write_fake("answers.json", factories.ANSWERS)
    factories.script(latency=4)
    subscribers = [make_subscriber() for _ in range(GALLERIES)]
    galleries = [(f"{access.COOKIE}={one.access_token}", polling.address(one, None)) for one in subscribers]
    shoot = Shoot.objects.create(subscriber=make_subscriber(), kind=Shoot.Kind.PAID)
    Grid.objects.bulk_create(Grid(shoot=shoot, number=number) for number in range(1, 31))
    client = Client()
    client.force_login(factories.make_user())
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    return galleries, [one.pk for one in subscribers], (cookie, f"/checks/{shoot.pk}/")


@contextmanager
def worker() -> "Iterator[None]":
    process = subprocess.Popen([sys.executable, "manage.py", "procrastinate", "worker"], cwd=ROOT,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def generation(waiting: list[int]) -> "Iterator[Any]":
    """Keep a few galleries under way; yields what answers how many grids have been filled so far."""
    from django.db import connection

    from blueprint.models import Grid
    from blueprint.services import grids
    from generation.models import Prediction

    over = threading.Event()

    def keep_going() -> None:
        left = iter(waiting)
        while not over.wait(0.5):
            live = Prediction.objects.live().values("subject").distinct().count()
            for _ in range(BUSY - live):
                with suppress(StopIteration):
                    grids.start_missing_grids(subscriber_id=next(left))
        connection.close()

    thread = threading.Thread(target=keep_going, daemon=True)
    thread.start()
    try:
        yield lambda: Grid.objects.filter(asset__isnull=False).count()
    finally:
        over.set()
        thread.join()


def step(
    port: int, browsers: int, galleries: list[tuple[str, str]], checks: tuple[str, str], asked: Any
) -> dict[str, Any]:
    with ProcessPoolExecutor(4, get_context("spawn")) as clients:
        half = browsers // 2
        running = [
            clients.submit(browse, port, half, galleries, asked.seconds, asked.every, seed) for seed in (1, 2)
        ]
        few = clients.submit(browse, port, BESIDE, galleries, asked.seconds, asked.every, 4)
        beside = clients.submit(browse, port, BESIDE, [checks], asked.seconds, asked.every, 3)
        results = [one.result() for one in running]
        waits = sorted(wait for found in results for wait in found[0])
        outcomes = sum((found[1] for found in results), Counter[str]())
        json_waits, json_outcomes = beside.result()
    return {
        "browsers": browsers, "per_second": round(len(waits) / asked.seconds), **_percentiles(waits),
        "outcomes": dict(outcomes), "few": _percentiles(sorted(few.result()[0])),
        "json": _percentiles(sorted(json_waits)) | dict(json_outcomes),
    }  # fmt: skip


def _percentiles(waits: list[float]) -> dict[str, float]:
    """Milliseconds."""
    return {f"p{share}": round(1000 * waits[min(len(waits) - 1, len(waits) * share // 100)], 1)
            for share in (50, 95, 99)} if waits else {}  # fmt: skip


# --- the browsers, in a process of their own -----------------------------------------------------


def browse(
    port: int, count: int, galleries: list[tuple[str, str]], seconds: float, every: float, seed: int
) -> tuple[list[float], Counter[str]]:
    """Seconds each answer took from when it was due, and how many there were of each kind."""
    rng = random.Random(seed)
    waits: list[float] = []
    outcomes: Counter[str] = Counter()

    def times(first: float) -> "Iterator[float]":
        """When one wants to ask, whatever became of the last answer."""
        for number in range(round(seconds / every)):
            yield first + number * every

    async def all_of_them() -> None:
        began = time.perf_counter()
        await asyncio.gather(
            *(
                _browser(port, *rng.choice(galleries), times(began + rng.random() * every), (waits, outcomes))
                for _ in range(count)
            )
        )

    asyncio.run(all_of_them())
    return waits, outcomes


async def _browser(
    port: int, cookie: str, address: str, times: "Iterator[float]", tally: tuple[list[float], Counter[str]]
) -> None:
    connection, (waits, outcomes) = None, tally
    for due in times:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        try:
            connection = connection or await asyncio.open_connection("127.0.0.1", port)
            status, body = await asyncio.wait_for(_ask(connection, port, cookie, address), 20)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            outcomes[type(error).__name__] += 1
            connection = None
        else:
            outcomes[str(status)] += 1
            waits.append(time.perf_counter() - due)
            if found := POLLER.search(body):
                address = found[1].decode().replace("&amp;", "&")
    if connection is not None:
        connection[1].close()


async def _ask(connection: Any, port: int, cookie: str, address: str) -> tuple[int, bytes]:
    reader, writer = connection
    writer.write(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    length = re.search(rb"content-length: (\d+)", head)
    if status == 204:
        return status, b""
    if length:
        return status, await reader.readexactly(int(length[1]))
    body = b""
    while size := int((await reader.readline()).strip() or b"0", 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return status, body


def report(found: list[dict[str, Any]]) -> None:
    print("browsers  polls/s     p50     p95     p99  ten: p50     p99  JSON: p50     p99   grids  answers")
    for one in found:
        waits = "".join(f"{one[name]:8.1f}" for name in ("p50", "p95", "p99"))
        beside = "".join(
            f"{one[who].get(name, 0):{width}.1f}"
            for who in ("few", "json")
            for name, width in (("p50", 10), ("p99", 8))
        )
        print(f"{one['browsers']:8} {one['per_second']:8}{waits}{beside}{one['grids']:8}  {one['outcomes']}")
    within = [one["browsers"] for one in found if one["p99"] <= GOAL_MS]
    print(f"p99 within {GOAL_MS} ms up to {max(within, default=0)} browsers of {found[-1]['browsers']}")
    print(json.dumps({"bench": "load", "steps": found, "p99_within_goal": max(within, default=0)}))


if __name__ == "__main__":
    main()
