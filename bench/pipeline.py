"""How long a whole tech pack takes with an engine of fixed latency, against the critical path of
that latency: category, base views, then plan and close-ups beside sketches and callouts, so four
latencies one after another.

    python bench/pipeline.py [--latency 2.0] [--photos 2]

Three times: with the fake engine inside the worker, and with the Replicate engine talking HTTP to the
stand-in, which sends webhooks the first time and none the second, where polling alone carries it. The
ratio says what the engine, the queue and the asking add. Each runs on a throwaway embedded database,
with one real worker.

New calls go out at most `REPLICATE_CREATIONS_PER_SECOND` a second (8; the vendor takes 10), and a pack needs
six close-ups and three callouts at about the same time. So the second ratio, of the two that go over HTTP, is
against the critical path of calls that keep that rate: nothing can be quicker without breaking it.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.site import Site

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench._serving import throwaway_data  # noqa: E402

STAGES = 4
LASTED = (
    "from techpack.models import TechPack; run = TechPack.objects.latest('pk');"
    "assert run.status == 'complete', run.status;"
    "pieces = run.base_views.count(), run.close_ups.count(), run.sketches.exclude(status='left_out').count();"
    "print((run.finished_at - run.started_at).total_seconds(), *pieces)"
)
PACE = 8  # calls a second, the default of REPLICATE_CREATIONS_PER_SECOND
Figures = dict[str, tuple[float, float]]  # seconds of the run, and of its critical path at the rate of calls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--latency", type=float, default=2.0, help="seconds a call takes")
    parser.add_argument("--photos", type=int, default=2)
    asked = parser.parse_args()
    figures: Figures = {
        "webhooks": in_the_cloud(asked.latency, asked.photos, webhooks=True),
        "polling": in_the_cloud(asked.latency, asked.photos, webhooks=False),
    }
    with throwaway_data():
        figures["fake"] = measure(asked.latency, asked.photos), STAGES * asked.latency
    tell(asked.latency, figures)


def tell(latency: float, figures: Figures) -> None:
    ideal = STAGES * latency
    print(f"critical path              {ideal:6.2f} s  ({STAGES} latencies of {latency} s)")
    for name, (seconds, paced) in figures.items():
        print(
            f"whole tech pack, {name:9s} {seconds:6.2f} s  ratio {seconds / ideal:.3f},"
            f" {seconds / paced:.3f} of {paced:.2f} s at the rate of calls"
        )
    ratios = {name: round(seconds / ideal, 3) for name, (seconds, _) in figures.items()}
    at_rate = {name: round(seconds / paced, 3) for name, (seconds, paced) in figures.items()}
    print(json.dumps({"bench": "pipeline", "latency": latency, "ratios": ratios, "at_rate": at_rate}))


def paced(latency: float, views: int, close_ups: int, sketches: int) -> float:
    """Seconds of the critical path when calls go out `PACE` a second, each as soon as it can be asked for."""
    free = 0.0

    def end_of_call(asked_at: float) -> float:
        nonlocal free
        sent = max(asked_at, free)
        free = sent + 1 / PACE
        return sent + latency

    category = end_of_call(0)
    seen = max(end_of_call(category) for _ in range(views))
    plan = end_of_call(seen)
    drawn = [end_of_call(seen) for _ in range(sketches)]
    return max(end_of_call(asked_at) for asked_at in sorted([*[plan] * close_ups, *drawn]))


def in_the_cloud(latency: float, photos: int, *, webhooks: bool) -> tuple[float, float]:
    """Seconds of the second run on a real site whose engine is the stand-in, and of its paced ideal."""
    from tests.browser.site import Site
    from tests.support.replicate_server.running import StandIn

    with StandIn(latency=latency, pictures="once") as stand_in:
        site = Site("--demo", "--workers", "2", environment=stand_in.environment())
        site.environment["PUBLIC_URL"] = site.address if webhooks else ""
        with site:
            run_on_site(site, photos)
            seconds, *pieces = run_on_site(site, photos)
            deliveries = len(stand_in.deliveries())
    assert bool(deliveries) == webhooks, f"{deliveries} webhooks"
    return seconds, paced(latency, *map(int, pieces))


def run_on_site(site: "Site", photos: int) -> list[float]:
    """Seconds, and the numbers of its base views, close-ups and sketches."""
    from tests.support.http_client import Visitor
    from tests.support.pictures import picture

    visitor = Visitor(site)
    shots = [picture(size=(random.randint(300, 3000), 400)) for _ in range(photos)]  # none is cached
    product = visitor.make_product("Tee", *shots)
    visitor.generate(product)
    deadline = time.monotonic() + 120
    while "credits used" not in (page := visitor.read(product)) or "Generating..." in page:
        assert time.monotonic() < deadline, "the run does not end"
        time.sleep(0.3)
    return [float(word) for word in site.manage("shell", "-v", "0", "-c", LASTED).split()[-4:]]


def measure(latency: float, photos: int) -> float:
    """Seconds of the second run with the fake engine."""
    from tests.support import factories

    factories.write_fake("answers.json", factories.ANSWERS)
    factories.script(latency=latency)
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "procrastinate", "worker"], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        run_once(photos)  # warms the worker
        return run_once(photos)
    finally:
        worker.terminate()
        worker.wait(30)


def run_once(photos: int) -> float:
    """One run from Generate to its end, in seconds."""
    from techpack.services import runs
    from tests.support import factories

    user = factories.make_user(balance=9)
    product = factories.make_product(user, *["front", "back", "side"][:photos])
    begun = time.perf_counter()
    run = runs.start_run(product=product)
    while run.is_going:
        time.sleep(0.02)
        run.refresh_from_db()
    seconds = time.perf_counter() - begun
    assert run.status == "complete", run.status
    return seconds


if __name__ == "__main__":
    main()
