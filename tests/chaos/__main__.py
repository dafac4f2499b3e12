"""Break a whole site on purpose, then look whether anything was lost, mixed up, or paid twice.

    make chaos                                         at most 10 minutes; on four cores or more fifty tech packs
                                                       and twenty blueprints, on fewer as many for each core
    python -m tests.chaos --packs 50 --blueprints 20   all of them on any machine
    python -m tests.chaos --seconds 60 --packs 6 --blueprints 2 --grids 10

Ends with one line of figures, and with exit code 1 when an invariant broke or something did not come to
rest. The same seed strikes in the same order; what it meets depends on the machine.
"""

import argparse
import json
import os
import random
import signal
import sys
import time

from tests.chaos import rest
from tests.chaos.audit import Audit
from tests.chaos.customers import Customers
from tests.chaos.disasters import Disasters, rates
from tests.chaos.plant import Plant

REST = 60.0  # seconds after the last fault within which everything is to be at rest
SHOWN = 10  # broken sentences of each check
CORES = os.cpu_count() or 1
CORES_FOR_ALL = 4
LATEST = 540.0  # seconds after which no disaster begins


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--seconds", type=float, default=300.0, help="of disasters at least")
    parser.add_argument("--packs", type=int, default=scaled(50))
    parser.add_argument("--blueprints", type=int, default=scaled(20))
    parser.add_argument("--grids", type=int, default=30, help="of each blueprint")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two disasters")
    parser.add_argument("--stop", type=float, default=45.0, help="seconds a process is stopped for")
    parser.add_argument("--away", type=float, default=20.0, help="seconds that storage is away for")
    parser.add_argument("--keep", action="store_true", help="leave logs and data behind")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that whatever was started ends, too
    broken, figures = run(given)
    by_check: dict[str, list[str]] = {}
    for sentence in broken:
        by_check.setdefault(sentence.partition(":")[0], []).append(sentence)
    for sentences in by_check.values():
        for sentence in sentences[:SHOWN]:
            print(f"BROKEN {sentence}")
    counts = {check: len(sentences) for check, sentences in by_check.items()}
    print(json.dumps({"chaos": figures, "broken": counts}))
    return 1 if broken else 0


def scaled(number: int) -> int:
    """Of what is started on a machine with cores enough for ten minutes: two seconds of a core a picture."""
    return max(1, round(number * min(1.0, CORES / CORES_FOR_ALL)))


def run(given: argparse.Namespace) -> tuple[list[str], dict[str, object]]:
    """What is broken, and the figures."""
    begun = time.monotonic()
    rng = random.Random(given.seed)
    print(f"chaos with seed {given.seed}", flush=True)
    plant = Plant(seed=given.seed, keep=given.keep)
    plant.numbers = (max(1, min(10, given.packs)), given.blueprints)
    with plant:
        if given.keep:
            print(f"  logs in {plant.folder}", flush=True)
        seed, shares = rates(given.seed)
        plant.stand_in.control("rate", {"rates": shares, "seed": seed})
        customers = Customers(plant, packs=given.packs, blueprints=given.blueprints, grids=given.grids)
        customers.start()
        disasters = Disasters(plant, rng=rng, stop_seconds=given.stop, away_seconds=given.away)
        strike(given, disasters, customers)
        disasters.end()
        customers.stopping.set()
        last = time.monotonic()
        rested, left = rest.wait(plant, since=last, within=REST * 3)
        broken = [f"rest: {count} {name} after {REST * 3:.0f} s" for name, count in left.items()]
        broken += [
            f"rest: {name} after {s:.0f} s" for name, s in rested.items() if s > REST and name not in left
        ]
        under_way = {"under_way": rest.queue(plant)} if left else {}
        audit = Audit(plant, customers)
        broken += audit.broken()
        falls = {process.name: process.falls for process in (*plant.web, *plant.workers) if process.falls}
        broken += [
            f"falls: {name} ended with {code}" for name, codes in falls.items() for code in codes if code > 0
        ]
        figures = {
            "seed": given.seed, "cores": CORES, "seconds": round(time.monotonic() - begun),
            "rest_s": {name: round(s, 1) for name, s in rested.items() if s}, **audit.figures,
            **under_way,
            "processor_s": {**plant.processor.seconds(), "harness": round(time.process_time())},
            "disasters": dict(disasters.happened), "resets": plant.provider.reset,
            "webhooks": dict(plant.post.fates), "answers": dict(customers.answers),
        }  # fmt: skip
    return broken, figures


def strike(given: argparse.Namespace, disasters: Disasters, customers: Customers) -> None:
    """For the time that was asked for, and until customers have what they asked for."""
    begun = time.monotonic()
    while True:
        time.sleep(disasters.rng.uniform(0.6, 1.4) * given.every)
        passed = time.monotonic() - begun
        if passed > LATEST or (passed > given.seconds and customers.are_done):
            return
        if passed < given.seconds or not customers.are_done:
            disasters.strike()


if __name__ == "__main__":
    sys.exit(main())
