"""How much more several workers do than one, on this machine.

    python bench/workers.py [--workers 1,2,4] [--grids 60] [--jobs 2000]

For each number of workers, on a throwaway embedded database with the fake engine (2 s a call, pictures of
1024 px): the time until all grids of two subscribers are stored, then until their frames are cut, and how
many jobs a second that do nothing the queue hands out. A worker is a process that runs thirty jobs at once.
Grids and frames are limited by the cores (a picture is decoded, two thumbnails and nine frames encoded),
empty jobs by the one row lock each takes in PostgreSQL.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bench._serving import throwaway_data  # noqa: E402

LATENCY = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", default="1,2,4", help="numbers of workers, one after the other")
    parser.add_argument("--grids", type=int, default=60, help="at most 30 a subscriber")
    parser.add_argument("--jobs", type=int, default=2000, help="that do nothing")
    asked = parser.parse_args()
    with throwaway_data():
        from tests.support import factories

        factories.write_fake("answers.json", factories.ANSWERS)
        factories.script(latency=LATENCY)
        found = [measured(int(number), asked) for number in asked.workers.split(",")]
    report(found)


def measured(number: int, asked: argparse.Namespace) -> dict[str, Any]:
    from blueprint.models import Frame, Grid
    from blueprint.services import grids
    from generation import jobs
    from generation.models import Prediction
    from tests.support.blueprint_factories import make_subscriber

    with ExitStack() as stack:
        running = [stack.enter_context(worker()) for _ in range(number)]
        jobs.defer_many("generation.dispatch", [{"provider": "none"}] * number)
        until(no_jobs, "the workers")  # they have begun
        subscribers = [make_subscriber() for _ in range(-(-asked.grids // 30))]
        began = time.monotonic()
        for one in subscribers:
            grids.start_missing_grids(subscriber_id=one.pk)
        until(lambda: not Prediction.objects.live().exists(), "the grids")
        stored = time.monotonic() - began
        filled = Grid.objects.filter(shoot__subscriber__in=subscribers, asset__isnull=False)
        until(lambda: Frame.objects.filter(grid__in=filled).count() == 9 * filled.count(), "the frames")
        cut = time.monotonic() - began
        count = filled.count()
        began = time.monotonic()
        jobs.defer_many("generation.dispatch", [{"provider": "none"}] * asked.jobs)
        until(no_jobs, "the jobs")
        assert all(process.poll() is None for process in running)
        return {
            "workers": number, "grids": count, "stored_s": round(stored, 1), "frames_s": round(cut, 1),
            "grids_a_minute": round(60 * count / cut),
            "jobs_a_second": round(asked.jobs / (time.monotonic() - began)),
        }  # fmt: skip


@contextmanager
def worker() -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen([sys.executable, "manage.py", "procrastinate", "worker"], cwd=ROOT,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def no_jobs() -> bool:
    from procrastinate.contrib.django.models import ProcrastinateJob

    return not ProcrastinateJob.objects.filter(
        task_name="generation.dispatch", status__in=("todo", "doing"), args__provider="none"
    ).exists()


def until(what: Callable[[], bool], name: str, seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f"{name} did not come within {seconds:.0f} s"
        time.sleep(0.1)


def report(found: list[dict[str, Any]]) -> None:
    print("workers   grids stored   frames cut   grids/min   of one   empty jobs/s   of one")
    first = found[0]
    for one in found:
        grids, jobs = one["grids_a_minute"], one["jobs_a_second"]
        print(
            f"{one['workers']:7} {one['stored_s']:12.1f} s {one['frames_s']:10.1f} s {grids:11}"
            f" {grids / first['grids_a_minute']:8.2f} {jobs:14} {jobs / first['jobs_a_second']:8.2f}"
        )
    print(json.dumps({"bench": "workers", "steps": found}))


if __name__ == "__main__":
    main()
