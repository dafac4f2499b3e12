"""What is done to the site: each disaster has a length, and some overlap with the next."""

import contextlib
import json
import random
import signal
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable

import psycopg
import requests

from config.server import embedded_postgres
from tests.chaos.plant import Plant, Process
from tests.support.replicate_server.faults import FAULTS

SHARE = 0.2  # of calls that meet a fault of each layer
# Only their deadline of ten minutes ends these; each is shown by a test of its own.
ENDLESS = ("stuck", "stuck-processing")
# Which let what was paid vanish after an hour of the provider's time: held for staff, by design.
UNDECIDABLE = ("output-expired",)


def rates(seed: int) -> tuple[int, dict[str, float]]:
    """Every fault of the stand-in, in each layer `SHARE` of the calls together."""
    shares = {}
    for names in FAULTS.values():
        possible = [name for name in names if name not in (*ENDLESS, *UNDECIDABLE)]
        shares |= {name: SHARE / len(possible) for name in possible}
    return seed, shares


class Disasters:
    """Strikes every few seconds in a seeded order, each kind before any comes twice."""

    def __init__(self, plant: Plant, *, rng: random.Random, stop_seconds: float, away_seconds: float):
        self.plant, self.rng = plant, rng
        self.stop_seconds, self.away_seconds = stop_seconds, away_seconds
        self.happened: Counter[str] = Counter()
        self.last_at = time.monotonic()
        self._running: list[threading.Thread] = []
        self._bag: list[Callable[[], None]] = []
        kinds: list[Callable[[], None]] = [
            self.kill_worker, self.kill_worker, self.kill_worker, self.kill_web, self.kill_web,
            self.stop_worker, self.end_worker, self.restart_database, self.crash_database,
            self.storage_away, self.storage_errors, self.storage_slow, self.step_clock,
            self.exhaust_connections, self.stop_web, self.listing_fails, self.strange_webhooks,
        ]  # fmt: skip
        if plant.has_small_disk:
            kinds.append(self.fill_disk)
        self.kinds = kinds

    def strike(self) -> None:
        """The next one, in the background when it lasts."""
        if not self._bag:
            self._bag = list(self.kinds)
            self.rng.shuffle(self._bag)
        disaster = self._bag.pop()
        self.happened[disaster.__name__] += 1
        print(f"  {time.strftime('%X')} {disaster.__name__}", flush=True)
        thread = threading.Thread(target=self._do, args=(disaster,), daemon=True)
        thread.start()
        self._running.append(thread)

    def all_kinds_were(self) -> bool:
        return len(self.happened) == len({kind.__name__ for kind in self.kinds})

    def end(self) -> None:
        for thread in self._running:
            thread.join()

    def _do(self, disaster: Callable[[], None]) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            disaster()
        self.last_at = max(self.last_at, time.monotonic())

    def _pick(self, processes: list[Process]) -> Process:
        return self.rng.choice(processes)

    # --- processes

    def kill_worker(self) -> None:
        self._pick(self.plant.workers).send(signal.SIGKILL)

    def kill_web(self) -> None:
        self._pick(self.plant.web).send(signal.SIGKILL)

    def end_worker(self) -> None:
        self._pick(self.plant.workers).send(signal.SIGTERM)

    def stop_worker(self) -> None:
        self._stop_for_a_while(self._pick(self.plant.workers))

    def stop_web(self) -> None:
        self._stop_for_a_while(self._pick(self.plant.web))

    def _stop_for_a_while(self, process: Process) -> None:
        process.send(signal.SIGSTOP)
        time.sleep(self.stop_seconds)
        process.send(signal.SIGCONT)

    def step_clock(self) -> None:
        self.plant.step_clock(self.rng.choice((-7200.0, -90.0, 90.0, 3600.0, 86400.0)))
        time.sleep(self.away_seconds)
        self.plant.step_clock(0)

    # --- database

    def restart_database(self) -> None:
        embedded_postgres.restart(self.plant.data)

    def crash_database(self) -> None:
        embedded_postgres.restart(self.plant.data, mode="immediate")

    def exhaust_connections(self) -> None:
        held: list[psycopg.Connection] = []
        with contextlib.suppress(psycopg.OperationalError):
            while len(held) < 500:
                held.append(psycopg.connect(self.plant.database_url, connect_timeout=3))
        time.sleep(self.away_seconds / 4)
        for connection in held:
            with contextlib.suppress(psycopg.Error):
                connection.close()

    def fill_disk(self) -> None:
        self.plant.fill_disk()
        time.sleep(self.away_seconds / 4)
        self.plant.empty_disk()

    # --- storage

    def storage_away(self) -> None:
        self._storage("away", self.away_seconds)

    def storage_errors(self) -> None:
        self._storage("error", self.away_seconds / 2)

    def storage_slow(self) -> None:
        self._storage("slow", self.away_seconds / 2)

    def _storage(self, mode: str, seconds: float) -> None:
        self.plant.storage.set_mode(mode)
        time.sleep(seconds)
        self.plant.storage.set_mode("pass")

    # --- the provider

    def listing_fails(self) -> None:
        self.plant.stand_in.script("list", "error-before", "cut-before", "throttled", "gateway")
        self.plant.stand_in.script("get", "unavailable", "cut-before", "throttled", "error-before")

    def strange_webhooks(self) -> None:
        """Genuine events about calls nobody made, events with a stranger's attempt, and old ones again."""
        secret_path = "/webhooks/replicate/"
        for attempt in ("", f"?attempt={uuid.uuid4()}", "?attempt=nonsense"):
            body = json.dumps({"id": uuid.uuid4().hex[:26], "status": "succeeded", "output": None}).encode()
            headers = self.plant.stand_in.signed_headers(body)
            self._send(f"{secret_path}{attempt}", body, headers)
        if self.plant.post.last is not None:
            self._send(*self.plant.post.last)

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        with contextlib.suppress(requests.RequestException):
            requests.post(f"{self.rng.choice(self.plant.addresses)}{path}", body, headers=headers, timeout=10)
