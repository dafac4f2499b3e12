"""Requests a second for the tech pack page, the gallery of thirty and their polls, against an empty
view of the same server.

    python bench/poll.py [--seconds 3] [--rounds 3] [--connections 16]

The empty view stands behind all middleware, as a view does; /healthz, which answers before any of
it and touches nothing, is shown beside it as what the server itself can do at most.

One server with two web processes on a throwaway embedded database, with a run that stands still in
the middle of its work, and a gallery of thirty of which one changed. Every view is asked in turn in
each round, and the median of the rounds counts; the clients take a part of the same cores, alike for
all. The queries are counted in this process, by Django's own test client.
"""

import argparse
import json
import selectors
import socket
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench._serving import throwaway_data, web_processes  # noqa: E402

CLIENTS = 2  # processes
FIGURE = 0.35  # to reach, for the unchanged polls with one query
CHANGED = 0.20  # to reach, for a gallery's poll with 1 of 30 changed, at most 3 queries beyond the link's


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="for each view in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    asked = parser.parse_args()
    with throwaway_data("bench._settings"):
        cookie, addresses = scene()
        queries = {name: count_queries(cookie, address) for name, address in addresses.items()}
        rates = measure(addresses, cookie, asked)
    report(rates, queries)


def scene() -> tuple[str, dict[str, str]]:
    """A designer's session cookie, and the addresses to ask by name: a run of two photos whose
    close-ups and sketches are on their way."""
    from django.conf import settings
    from django.test import Client

    from techpack.presenters import polling
    from tests.support import factories
    from tests.support.job_queue import drain, pass_time

    factories.write_fake("answers.json", factories.ANSWERS)
    factories.script(latency=20)
    designer = factories.make_user(balance=9)
    run = factories.make_run(designer, "front", "back")
    for _ in range(3):
        drain()
        pass_time(25)
    run.refresh_from_db()
    client = Client()
    client.force_login(designer)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    unchanged = polling.address(run, user_id=designer.pk)
    view = run.base_views.get(revision__view="front")
    changed = unchanged.replace(f"version={run.version}", f"version={view.version - 1}")
    gallery_cookie, gallery = gallery_scene()
    return f"{cookie}; {gallery_cookie}", {
        "healthz": "/healthz",
        "empty view": "/empty/",
        "unchanged poll": unchanged,
        "changed poll": changed,
        "full page": run.product.get_absolute_url(),
        **gallery,
    }


def gallery_scene() -> tuple[str, dict[str, str]]:
    """A subscriber's cookie, and the addresses of a gallery whose thirty are under way: what a page polls
    that knows it all, and one that lacks the last change of one grid."""
    from blueprint import access, versions
    from blueprint.models import Grid
    from blueprint.presenters import polling
    from blueprint.services import grids
    from tests.support.blueprint_factories import make_subscriber

    subscriber = make_subscriber()
    grids.start_missing_grids(subscriber_id=subscriber.pk)
    subscriber.refresh_from_db()
    behind = polling.address(subscriber, None)
    versions.touch(subscriber.pk, Grid.objects.get(shoot__subscriber=subscriber, number=17))
    subscriber.refresh_from_db()
    return f"{access.COOKIE}={subscriber.access_token}", {
        "unchanged gallery": polling.address(subscriber, None),
        "1 of 30 changed": behind,
        "gallery": "/blueprint/paid/",
    }


def count_queries(cookie: str, address: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1", "cookie": cookie})
    client.get(address)  # what is read once a process
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


# --- the server and its clients ------------------------------------------------------------------


def measure(addresses: dict[str, str], cookie: str, asked: argparse.Namespace) -> dict[str, float]:
    """Requests a second by name: the median of the rounds."""
    rates: dict[str, list[float]] = {name: [] for name in addresses}
    with web_processes() as (port, _), ProcessPoolExecutor(CLIENTS, get_context("spawn")) as clients:
        for address in addresses.values():  # warms up
            _rate(clients, port, address, cookie, 1, asked.connections)
        for _ in range(asked.rounds):
            for name, address in addresses.items():
                rate = _rate(clients, port, address, cookie, asked.seconds, asked.connections)
                rates[name].append(rate)
    return {name: statistics.median(each) for name, each in rates.items()}


def _rate(
    clients: ProcessPoolExecutor, port: int, address: str, cookie: str, seconds: float, connections: int
) -> float:
    share = max(connections // CLIENTS, 1)
    running = [clients.submit(ask_for, port, address, cookie, seconds, share) for _ in range(CLIENTS)]
    return sum(client.result() for client in running)


def ask_for(port: int, address: str, cookie: str, seconds: float, connections: int) -> float:
    """Ask on so many connections at once, each kept open; answers a second."""
    text = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n"
    request = text.encode()
    waiting = selectors.DefaultSelector()
    for _ in range(connections):
        one = socket.create_connection(("127.0.0.1", port))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(one, selectors.EVENT_READ)
        one.sendall(request)
    answers, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for key, _ in waiting.select(1):
            one: Any = key.fileobj
            _read_answer(one)
            answers += 1
            one.sendall(request)
    took = time.perf_counter() - began
    for key in list(waiting.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return answers / took


def _read_answer(one: socket.socket) -> None:
    data = one.recv(65536)
    while b"\r\n\r\n" not in data:
        data += _more(one)
    head, _, body = data.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    assert status in (200, 204), head.decode()
    if status == 204:
        return
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    if b"content-length" in fields:
        left = int(fields[b"content-length"]) - len(body)
        while left > 0:
            left -= len(_more(one))
    else:  # in chunks
        while not body.endswith(b"0\r\n\r\n"):
            body += _more(one)


def _more(one: socket.socket) -> bytes:
    data = one.recv(65536)
    assert data, "the server closed the connection"
    return data


def say(what: str, ratio: float, goal: float, frugal: bool) -> None:
    reached = ratio >= goal and frugal
    print(f"{what} is to reach {goal}: {'reached' if reached else 'missed'}")


def report(rates: dict[str, float], queries: dict[str, int]) -> None:
    empty, bare = rates["empty view"], rates["healthz"]
    print("                 requests/s  queries  of an empty view  of /healthz")
    for name, rate in rates.items():
        print(f"{name:16} {rate:10.0f} {queries[name]:8} {rate / empty:17.3f} {rate / bare:12.3f}")
    for name in ("unchanged poll", "unchanged gallery"):
        say(f"{name} with 1 query", rates[name] / empty, FIGURE, queries[name] <= 1)
    say(
        "1 of 30 changed with 4 queries",
        rates["1 of 30 changed"] / empty,
        CHANGED,
        queries["1 of 30 changed"] <= 4,
    )
    figures: dict[str, Any] = {"bench": "poll"}
    for name, rate in rates.items():
        key = name.replace(" ", "_")
        figures |= {f"{key}_per_second": round(rate), f"{key}_queries": queries[name]}
        figures |= {f"{key}_ratio": round(rate / empty, 3), f"{key}_of_healthz": round(rate / bare, 3)}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
