"""How long thirty grids take against the ideal, and against a client that makes them one by one.

    python bench/blueprint.py [--latency 2.0] [--one-by-one 5]

The engine is the Replicate one, talking HTTP to the stand-in, a process of its own, whose pictures are real
2048-px PNGs made beforehand. Three times: all thirty at once with webhooks, all at once by polling alone, and
the client of the original flow (start one, ask every 5 s, start the next), which is measured for a few grids
and counted up to thirty.

The ideal is one latency plus the bare cost of taking thirty pictures on these cores: download, decode
and check, two thumbnails, write, in as many processes as there are cores. Peak memory is what the worker
and the web server held at most, looked at twenty times a second, the server while it sent everything as
one ZIP.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
import requests

if TYPE_CHECKING:
    from tests.browser.site import Site
    from tests.support.replicate_server.running import StandIn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
GRIDS = 30
ASKING_EVERY = 5.0  # seconds, as the original client did
SUBSCRIBER = (
    "from tests.support.blueprint_factories import make_subscriber; print(make_subscriber().access_token)"
)
MB = 1024 * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--latency", type=float, default=2.0, help="seconds a call takes")
    parser.add_argument("--one-by-one", type=int, default=5, help="grids of the original client, measured")
    asked = parser.parse_args()
    webhooks = in_the_cloud(asked.latency, webhooks=True, one_by_one=asked.one_by_one)
    polling = in_the_cloud(asked.latency, webhooks=False)
    ideal = asked.latency + webhooks["bare"]
    tell(asked, ideal, webhooks, polling)


def tell(asked: Any, ideal: float, webhooks: dict[str, float], polling: dict[str, float]) -> None:
    print(f"bare cost of 30 pictures    {webhooks['bare']:7.2f} s  ({os.cpu_count()} cores)")
    print(f"ideal                       {ideal:7.2f} s")
    for name, figures in {"webhooks": webhooks, "polling alone": polling}.items():
        print(f"30 grids, {name:17s} {figures['seconds']:7.2f} s  ratio {figures['seconds'] / ideal:.2f}")
        ratio = figures["frames"] / figures["seconds"]
        print(f"  with all 270 frames cut   {figures['frames']:7.2f} s  ratio {ratio:.2f}")
        print(f"  the kick-off calls        {figures['kick_off'] * 1000:7.1f} ms each (mean)")
    one = webhooks["one_by_one"]
    print(
        f"one by one                  {one:7.2f} s  ({asked.one_by_one} measured),"
        f" {one / webhooks['seconds']:.1f} times"
    )
    print(f"peak memory, worker         {webhooks['worker_mb']:7.0f} MB")
    print(
        f"peak memory, web processes  {webhooks['zip_mb']:7.0f} MB, {webhooks['idle_mb']:.0f} before,",
        end=" ",
    )
    print(f"while a ZIP of {webhooks['zip_size']:.0f} MB went out")
    ratios = {
        "webhooks": round(webhooks["seconds"] / ideal, 2),
        "polling": round(polling["seconds"] / ideal, 2),
        "frames": round(webhooks["frames"] / webhooks["seconds"], 2),
        "one_by_one": round(one / webhooks["seconds"], 1),
    }
    print(json.dumps({"bench": "blueprint", "latency": asked.latency, "ratios": ratios}))


def in_the_cloud(latency: float, *, webhooks: bool, one_by_one: int = 0) -> dict[str, float]:
    """The figures of one site with one worker; the second blueprint made there counts."""
    from tests.browser.site import Site
    from tests.support.replicate_server.running import StandIn

    with StandIn(latency=latency, pictures="once") as stand_in:
        site = Site("--demo", "--workers", "2", environment=stand_in.environment())
        site.environment["PUBLIC_URL"] = site.address if webhooks else ""
        with site:
            make_all(site)  # warms the worker
            with peak_of(lambda: process(site, "worker")) as worker:
                figures = make_all(site)
            figures["worker_mb"] = worker[0] / MB
            if one_by_one:
                figures |= {"one_by_one": make_one_by_one(site, one_by_one), "bare": bare_cost(stand_in)}
                figures |= zipped(site, figures["token"])
    return figures


def make_all(site: "Site") -> dict[str, Any]:
    """Thirty grids from the first kick-off to 30/30, and to their last frame."""
    program = Program(site)
    begun = time.perf_counter()
    for number in range(1, GRIDS + 1):
        program.start(number)
    kick_off = (time.perf_counter() - begun) / GRIDS
    while program.done() < GRIDS:
        time.sleep(0.05)
    seconds = time.perf_counter() - begun
    while frames_of(site, program.token) < 9 * GRIDS:
        time.sleep(0.05)
    frames = time.perf_counter() - begun
    return {"seconds": seconds, "kick_off": kick_off, "frames": frames, "token": program.token}


FRAMES_OF = """
    SELECT count(*) FROM blueprint_frame f JOIN blueprint_grid g ON g.id = f.grid_id
    JOIN blueprint_shoot h ON h.id = g.shoot_id JOIN blueprint_subscribers s ON s.id = h.subscriber_id
    WHERE s.access_token = %s
"""


def frames_of(site: "Site", token: str) -> int:
    """Asked of the database itself: another Python would take a core for its start."""
    address = f"postgresql://postgres:@/postgres?host={site.data_dir}/postgres"
    with psycopg.connect(address) as connection:
        return int(connection.execute(FRAMES_OF, [token]).fetchall()[0][0])


def make_one_by_one(site: "Site", count: int) -> float:
    """Seconds for thirty of the client that starts one, asks every 5 s, and starts the next."""
    program = Program(site)
    begun = time.perf_counter()
    for number in range(1, count + 1):
        prediction_id = program.start(number)
        while program.check(prediction_id, number) != "completed":
            time.sleep(ASKING_EVERY)
    return (time.perf_counter() - begun) / count * GRIDS


class Program:
    """A program that uses the JSON API, for a subscriber of its own."""

    def __init__(self, site: "Site"):
        self.token = site_says(site, SUBSCRIBER)
        self.api = f"{site.address}/api/blueprint"
        self.session = requests.Session()

    def start(self, number: int) -> str:
        answer = self.session.post(
            f"{self.api}/generate-paid", json={"accessToken": self.token, "gridNumber": number}, timeout=30
        )
        return answer.json()["predictionId"]

    def check(self, prediction_id: str, number: int) -> str:
        asked = {"predictionId": prediction_id, "gridNumber": number, "access": self.token}
        return self.session.get(f"{self.api}/check-paid-grid", params=asked, timeout=30).json()["status"]

    def done(self) -> int:
        answer = self.session.get(f"{self.api}/get-paid-status", params={"access": self.token}, timeout=30)
        return answer.json()["progress"]["completed"]


def site_says(site: "Site", python: str) -> str:
    return site.manage("shell", "-v", "0", "-c", python).split()[-1]


# --- the bare cost -------------------------------------------------------------------------------


def bare_cost(stand_in: "StandIn") -> float:
    """Seconds to download, check, thumbnail and write thirty of its pictures, on all cores."""
    urls = [row["output"] for row in stand_in.predictions() if row["step"] == "grid"][-GRIDS:]
    urls = [url if isinstance(url, str) else url[0] for url in urls]
    with tempfile.TemporaryDirectory() as folder, multiprocessing.Pool(os.cpu_count()) as pool:
        pool.map(warm, range(os.cpu_count() or 2))
        begun = time.perf_counter()
        pool.starmap(take, [(url, folder) for url in urls], chunksize=1)
        return time.perf_counter() - begun


def warm(_: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from generation.storage import images  # noqa: F401


def take(url: str, folder: str) -> None:
    from generation.storage import images

    data = requests.get(url, timeout=60).content
    checked = images.check_result(data)
    name = Path(folder) / str(abs(hash(url)))
    name.write_bytes(data)
    for variant, content in images.thumbnails(
        checked.image, checked.content_type, (checked.width, checked.height)
    ).items():
        name.with_suffix(f".{variant}").write_bytes(content)


# --- memory --------------------------------------------------------------------------------------


def process(site: "Site", which: str) -> list[psutil.Process]:
    """The site's worker, or its web processes."""
    assert site.process is not None
    children = psutil.Process(site.process.pid).children(recursive=True)
    is_worker = [child for child in children if "worker" in child.cmdline()]
    return (
        is_worker
        if which == "worker"
        else [child for child in children if "granian" in " ".join(child.cmdline())]
    )


@contextmanager
def peak_of(find: Callable[[], list[psutil.Process]]) -> Iterator[list[int]]:
    """The most that these held together while the block ran, in bytes."""
    peak, over, watched = [0], threading.Event(), find()

    def watch() -> None:
        while not over.wait(0.05):
            peak[0] = max(peak[0], sum(one.memory_info().rss for one in watched))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def zipped(site: "Site", token: str) -> dict[str, float]:
    """Download everything as one ZIP."""
    session = requests.Session()
    session.get(f"{site.address}/blueprint/paid/", params={"access": token}, timeout=30)
    idle = sum(one.memory_info().rss for one in process(site, "web"))
    size = 0
    with (
        peak_of(lambda: process(site, "web")) as peak,
        session.get(f"{site.address}/blueprint/download/", stream=True, timeout=60) as answer,
    ):
        answer.raise_for_status()
        for piece in answer.iter_content(256 * 1024):
            size += len(piece)
    return {"zip_mb": peak[0] / MB, "zip_size": size / MB, "idle_mb": idle / MB}


if __name__ == "__main__":
    main()
