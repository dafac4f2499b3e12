"""An engine for tests and benchmarks: it does on command what real ones do by accident.

Its memory is a folder (FAKE_PROVIDER_DIR), not this process: like a real provider it outlives a
killed worker, and the number of files in `calls/` is the number of calls that would have been paid.

`script.json` maps a purpose (or "*") to a list of behaviours taken one a call, the last for ever:
  ok, fail (permanent), refuse, transient, throttle, ambiguous (not accepted), cut (accepted, but
  the answer is lost), die (killed before it is accepted), die-after (killed when accepted),
  die-fetch (accepted, and whoever asks for it first is killed),
  late-fail (accepted, then fails for good), late-transient, garbage (an answer of the wrong shape),
  broken (not an image), hang (never ends), instant (answers at once), slow-submit.
`answers.json` maps a purpose to the data an analysis answers. `latency` (seconds) is in `script.json`, and
`picture` (six hex digits), the colour of every picture; without it each has one of its own.
"""

import datetime as dt
import fcntl
import io
import json
import os
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image as Pillow

from generation.providers.base import (
    AmbiguousError,
    Found,
    Handle,
    Image,
    Json,
    Limits,
    Listed,
    MaySend,
    Output,
    Payload,
    PermanentError,
    Report,
    Request,
    State,
    TransientError,
    always,
)

COSTS = {"answered": 0.01, "failed": 0.01, "canceled": 0.0}


class FakeProvider:
    name = "generation.providers.fake.FakeProvider"
    label = "fake engine"
    soonest_check = 0.1
    answer_timeout = 60.0
    remembers = True
    draws_unseen_views = True
    draws_from_specification = False
    writes = True
    repeats = ""
    limits = Limits(in_flight=64, in_flight_per_account=64)

    def __init__(self) -> None:
        self.folder = Path(settings.FAKE_PROVIDER_DIR)
        (self.folder / "calls").mkdir(parents=True, exist_ok=True)

    # --- the protocol

    def works_from(self, request: Request) -> Json:
        unread = ("wish", "made_from")
        return {name: value for name, value in request.parameters.items() if name not in unread}

    def prepare(self, request: Request, images: list[Image], attempt_id: uuid.UUID) -> Payload:
        shown = [{"sha256": image.sha256, "role": image.role} for image in images]
        body = {"purpose": request.purpose, "parameters": request.parameters, "images": shown}
        return Payload(model="fake/1", body=body)

    def submit(
        self, request: Request, images: list[Image], payload: Payload, *, may_send: MaySend = always
    ) -> Handle | Output:
        behaviour = self._next_behaviour(request.purpose)
        self._misbehave_before(behaviour)
        if not may_send():
            raise TransientError("provider_error", "Too late to be sent.")
        call = self._accept(request, payload, behaviour)
        if behaviour == "die-after":
            os.kill(os.getpid(), signal.SIGKILL)
        if behaviour == "cut":
            raise AmbiguousError("provider_error", "The connection was cut.")
        if behaviour == "instant":
            return self._output(call)
        return Handle(call["id"])

    def fetch(self, external_id: str) -> Report:
        call = self._read(external_id)
        seconds = call["latency"]
        if call["behaviour"] == "die-fetch":
            self._write(call | {"behaviour": "ok"})
            os.kill(os.getpid(), signal.SIGKILL)
        state = self._state(call)
        if state == "canceled":
            return Report("canceled", cost_usd=COSTS[state])
        if state == "running":
            return Report("running")
        paid = {"predict_seconds": seconds, "cost_usd": COSTS[state]}
        if call["behaviour"] == "late-fail":
            return Report("failed", failure="content_refused", message="The engine refused.", **paid)
        if call["behaviour"] == "late-transient":
            return Report(
                "failed", failure="provider_error", message="The engine broke.", transient=True, **paid
            )
        return Report("answered", output=self._output(call), **paid)

    def find(self, payload: Payload, created_after: dt.datetime, attempt_id: uuid.UUID) -> list[Found]:
        calls = sorted(self.calls(), key=lambda call: call["created"])
        return [
            Found(call["id"], dt.datetime.fromtimestamp(call["created"], dt.UTC))
            for call in calls
            if call["body"] == payload.body and call["created"] >= created_after.timestamp()
        ]

    def made_for(self, external_id: str) -> uuid.UUID | None:
        return None

    def recent(self, since: dt.datetime) -> Iterator[Listed]:
        for call in sorted(self.calls(), key=lambda call: call["created"], reverse=True):
            if call["created"] >= since.timestamp():
                state = self._state(call)
                made = dt.datetime.fromtimestamp(call["created"], dt.UTC)
                yield Listed(call["id"], "fake/1", made, state, COSTS.get(state))

    def cancel(self, external_id: str) -> None:
        call = self._read(external_id)
        if call["behaviour"] == "hang" or time.time() < call["created"] + call["latency"]:
            self._write(call | {"canceled": True})

    # --- for tests

    def calls(self) -> list[Json]:
        """Every call that was ever accepted."""
        return [json.loads(path.read_text()) for path in (self.folder / "calls").glob("*.json")]

    def age(self, seconds: float) -> None:
        """As if every call had been made that much earlier."""
        for call in self.calls():
            self._write(call | {"created": call["created"] - seconds})

    # --- the inside

    def _misbehave_before(self, behaviour: str) -> None:
        if behaviour == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if behaviour == "slow-submit":
            time.sleep(1)
        if behaviour == "fail":
            raise PermanentError("invalid_input", "The engine cannot work with this photo.")
        if behaviour == "refuse":
            raise PermanentError("content_refused", "The engine refused this photo.")
        if behaviour == "transient":
            raise TransientError("provider_error", "The engine could not be reached.")
        if behaviour == "throttle":
            raise TransientError("rate_limited", "The engine is busy.", retry_after=0.5)
        if behaviour == "ambiguous":
            raise AmbiguousError("provider_error", "The connection was cut.")

    def _accept(self, request: Request, payload: Payload, behaviour: str) -> Json:
        call = {
            "id": uuid.uuid4().hex, "created": time.time(), "behaviour": behaviour, "body": payload.body,
            "purpose": request.purpose, "operation": request.operation,
            "latency": self._script().get("latency", 0.0),
        }  # fmt: skip
        self._write(call)
        return call

    def _state(self, call: Json) -> State:
        if call.get("canceled"):
            return "canceled"
        if call["behaviour"] == "hang" or time.time() < call["created"] + call["latency"]:
            return "running"
        return "failed" if call["behaviour"] in ("late-fail", "late-transient") else "answered"

    def _output(self, call: Json) -> Output:
        if call["behaviour"] == "broken":
            return Output(image=b"this is not an image")
        if call["operation"] == "render":
            seed = self._script().get("picture") or call["id"]
            return Output(image=_grid(seed) if call["purpose"] == "grid" else _picture(seed))
        if call["behaviour"] == "garbage":
            return Output(data={"nonsense": True})
        return Output(data=self._load("answers.json").get(call["purpose"], {}))

    def _next_behaviour(self, purpose: str) -> str:
        """Take the next line of the script; a lock on the file, since workers are many."""
        path = self.folder / "script.json"
        if not path.exists():
            return "ok"
        with path.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            script = json.load(file)
            lines = script.get(purpose) or script.get("*") or ["ok"]
            if len(lines) == 1:
                return lines[0]
            behaviour = lines.pop(0)
            file.seek(0)
            file.truncate()
            json.dump(script, file)
            return behaviour

    def _script(self) -> Json:
        return self._load("script.json")

    def _load(self, name: str) -> Json:
        path = self.folder / name
        if not path.exists():
            return {}
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            return json.load(file)

    def _read(self, external_id: str) -> Json:
        return json.loads((self.folder / "calls" / f"{external_id}.json").read_text())

    def _write(self, call: Json) -> None:
        path = self.folder / "calls" / f"{call['id']}.json"
        draft = path.with_suffix(f".{uuid.uuid4().hex}")
        draft.write_text(json.dumps(call))
        draft.replace(path)  # whole or not at all, whenever we are killed


def _picture(seed: str) -> bytes:
    """A PNG of one colour, which differs from call to call."""
    colour: Any = tuple(bytes.fromhex(seed[:6]))
    return _png(Pillow.new("RGB", (96, 128), colour))


def _grid(seed: str) -> bytes:
    """Nine frames of 106 px, each of a colour of its own, between white gutters of 6 px."""
    grid = Pillow.new("RGB", (330, 330), "white")
    for place in range(9):
        colour: Any = tuple((value + 41 * place) % 200 for value in bytes.fromhex(seed[:6]))
        left, top = place % 3 * 112, place // 3 * 112
        grid.paste(colour, (left, top, left + 106, top + 106))
    return _png(grid)


def _png(picture: Pillow.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
