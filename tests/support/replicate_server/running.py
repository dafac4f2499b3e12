"""The stand-in in a process of its own, for the length of a block.

with StandIn() as stand_in:
    stand_in.script("close_up", "failed", "output-truncated")
    ...
    assert stand_in.paid() == {attempt.external_id, ...}
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from tests.support.replicate_server.webhooks import headers

ROOT = Path(__file__).resolve().parents[3]
Json = dict[str, Any]
START = 30.0  # s


class StandIn:
    """`latency`: seconds that a prediction takes at least; `pictures`: "engine" (real work),
    "once" (real files, made once for each step and size) or "plain" (one colour, no analysis)."""

    base_url: str
    output_url: str
    output_host: str  # host:port, as REPLICATE_OUTPUT_HOSTS wants it
    token: str
    webhook_secret: str

    def __init__(self, *, latency: float = 0.0, pictures: str = "engine"):
        self._command = [
            sys.executable, "-m", "tests.support.replicate_server", "--port", "0", "--json", "--with-parent",
            "--latency", str(latency), "--pictures", pictures,
        ]  # fmt: skip
        self._session = requests.Session()
        self._session.trust_env = False
        self._process: subprocess.Popen[str] | None = None

    # --- its life

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=os.environ | {"PYTHONUNBUFFERED": "1"}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the stand-in did not start: exit code {self._process.wait(5)}")
        said = json.loads(line)
        self.base_url, self.output_url = said["api"], said["outputs"]
        self.output_host = self.output_url.removeprefix("http://")
        self.token, self.webhook_secret = said["token"], said["secret"]
        self._wait_until_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            for stream in (self._process.stdin, self._process.stdout):
                if stream:
                    stream.close()

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START
        while True:
            try:
                self.control("ready")
                return
            except requests.ConnectionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def environment(self) -> dict[str, str]:
        """What a process of the site needs to use it."""
        return {
            "REPLICATE_API_TOKEN": self.token,
            "REPLICATE_BASE_URL": self.base_url,
            "REPLICATE_OUTPUT_HOSTS": self.output_host,
            "REPLICATE_WEBHOOK_SECRET": self.webhook_secret,
        }

    # --- commands

    def control(self, name: str, body: Json | None = None) -> Any:
        """GET `/_control/<name>`, or POST when there is a body. Raises ValueError with what was wrong."""
        url = f"{self.base_url}/_control/{name}"
        answer = self._session.post(url, json=body, timeout=60) if body is not None \
            else self._session.get(url, timeout=60)  # fmt: skip
        if answer.status_code == 400:
            raise ValueError(answer.json()["detail"])
        answer.raise_for_status()
        return answer.json()

    def script(self, key: str, *behaviours: str, forever: bool = False) -> None:
        """What the next calls meet, one behaviour each ("failed", "ok", "webhook-twice+output-half").
        `key`: a step, a model, "*", or an operation (get, list, cancel, file, secret)."""
        self.control("script", {"key": key, "faults": list(behaviours), "forever": forever})

    def rate(self, seed: int = 0, **shares: float) -> None:
        """Shares of creations that meet each fault; names have _ for -: rate(output_missing=0.1)."""
        rates = {name.replace("_", "-"): share for name, share in shares.items()}
        self.control("rate", {"rates": rates, "seed": seed})

    def latency(self, seconds: float, *, starting: float = 0.0) -> None:
        self.settings(latency=seconds, starting=starting)

    def settings(self, **values: Any) -> Json:
        """Change any of `world.Settings` until the next reset."""
        return self.control("settings", values)

    def advance(self, seconds: float) -> None:
        """Put its clock forward: deadlines pass, data and outputs expire. Timestamps stay real."""
        self.control("advance", {"seconds": seconds})

    def age(self, seconds: float) -> None:
        """As if every call so far had been made that much earlier, in its timestamps, too."""
        self.control("age", {"seconds": seconds})

    def speed(self, factor: float) -> None:
        self.control("speed", {"factor": factor})

    def reset(self) -> None:
        """Forget everything; what still runs comes to nothing."""
        self.control("reset", {})

    # --- what happened

    def predictions(self, **having: Any) -> list[Json]:
        """Every accepted call, oldest first, with `step`, `status`, `paid`, `faults`, `input`, `output`."""
        rows = self.control("predictions")
        return [row for row in rows if all(row[key] == value for key, value in having.items())]

    def ledger(self) -> list[Json]:
        """The same, without `input` and `output`."""
        return self.control("ledger")

    def paid(self) -> set[str]:
        """The ids of all predictions that were paid: they began to run and are over."""
        return {row["id"] for row in self.predictions(paid=True)}

    def accepted(self) -> set[str]:
        """The ids of all predictions, paid or not."""
        return {row["id"] for row in self.predictions()}

    def calls(self, method: str = "", ending: str = "") -> list[Json]:
        """Requests to the API; method TRAP is who followed a redirect or went to a foreign host."""
        rows = self.control("calls")
        return [r for r in rows if method in ("", r["method"]) and r["path"].split("?")[0].endswith(ending)]

    def trapped(self) -> list[Json]:
        return self.calls("TRAP")

    def downloads(self) -> list[Json]:
        """Requests for output files, with whether the API token came along (`token`)."""
        return self.control("downloads")

    def deliveries(self) -> list[Json]:
        """Webhooks sent: prediction, event, id, attempt, status (None: nobody answered)."""
        return self.control("deliveries")

    def until(self, what: Callable[[], Any], *, seconds: float = 120) -> Any:
        """Wait until `what()` is true and return it."""
        end = time.monotonic() + seconds
        while not (found := what()):
            assert time.monotonic() < end, f"did not come within {seconds} s"
            time.sleep(0.02)
        return found

    # --- webhooks by hand

    def signed_headers(self, body: bytes, *, message_id: str = "", age: float = 0) -> dict[str, str]:
        """Headers that make `body` a genuine event, signed `age` seconds ago."""
        return headers(self.webhook_secret, body, message_id=message_id, age=age)

    def send_webhook(self, url: str, body: Json | str, **more: Any) -> int | None:
        """Have it send any event (secret=, age=, id=); the receiver's status."""
        return self.control("webhook", {"url": url, "body": body, **more})["status"]
