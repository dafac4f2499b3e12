"""Events: signed, sent in their order, the last one repeated until it is taken; redirects not followed."""

import base64
import hashlib
import hmac
import json
import queue
import secrets
import threading
import time
from typing import Any

import requests

from tests.support.replicate_server.world import Prediction, World

Json = dict[str, Any]
AN_HOUR = 3600


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over id.timestamp.body, key = base64 after whsec_."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(secret: str, body: bytes, *, message_id: str = "", age: float = 0) -> dict[str, str]:
    """All headers of an event that was signed `age` seconds ago."""
    message_id, timestamp = message_id or new_message_id(), int(time.time() - age)
    return {
        "content-type": "application/json", "user-agent": "stand-in", "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secret, message_id, timestamp, body),
    }  # fmt: skip


def new_message_id() -> str:
    return f"msg_{secrets.token_urlsafe(18)}"


class Courier:
    """Carries the events of one prediction, one after the other, beside its life."""

    def __init__(self, world: World, prediction: Prediction):
        self.world = world
        self.prediction = prediction
        self.arrived = threading.Event()  # the last event was sent, taken or not
        self._bag: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._held: list[tuple[str, bytes]] = []
        self._thread: threading.Thread | None = None

    def event(self, name: str) -> None:
        """Something happened; it is told as things stand now, if anybody asked for it."""
        plan = self.prediction.plan
        if name == "start" and "webhook-disordered" in plan and self.prediction.webhook:
            self._held.append((name, self._body()))
        elif name in self.prediction.events:
            self._put(name)

    def completed(self) -> None:
        if "completed" in self.prediction.events and self.prediction.webhook:
            self._put("completed")
        else:
            self.arrived.set()

    def _put(self, name: str) -> None:
        if not self.prediction.webhook or "webhook-lost" in self.prediction.plan:
            self.arrived.set()
            return
        self._bag.put((name, self._body()))
        if self._thread is None:
            self._thread = threading.Thread(target=self._carry, daemon=True)
            self._thread.start()

    def _body(self) -> bytes:
        body = self.prediction.told(self.world.addresses.api)
        if "webhook-huge" in self.prediction.plan:
            body["logs"] = "x" * 5_000_000
        return json.dumps(body).encode()

    def _carry(self) -> None:
        name = ""
        while name != "completed":
            name, body = self._bag.get()
            if name == "completed" and "webhook-late" in self.prediction.plan:
                self.world.closed.wait(self.world.settings.late_seconds)
            self._deliver(name, body)
            if self.world.closed.is_set():
                return
        for name, body in self._held:
            self._deliver(name, body)
        self.arrived.set()

    def _deliver(self, name: str, body: bytes) -> None:
        message_id = new_message_id()
        waits = self.world.settings.webhook_retries if name == "completed" else ()
        for number, wait in enumerate((0.0, *waits)):
            if self.world.closed.wait(wait):
                return
            taken = self._send(name, body, message_id, number)
            if number == 0 and "webhook-twice" in self.prediction.plan:
                taken = self._send(name, body, message_id, number)
            if taken:
                return
            self.arrived.set()  # repeats hold nobody up

    def _send(self, name: str, body: bytes, message_id: str, number: int) -> bool:
        log: Json = {
            "prediction": self.prediction.id, "event": name, "id": message_id, "attempt": number + 1,
            "at": time.time(), "url": self.prediction.webhook,
        }  # fmt: skip
        try:
            log["status"] = post(self.prediction.webhook, body, self._headers(body, message_id), self.world)
        except requests.RequestException as error:
            log |= {"status": None, "error": type(error).__name__}
        self.world.deliveries.append(log)
        return log["status"] is not None and 200 <= log["status"] < 300

    def _headers(self, body: bytes, message_id: str) -> dict[str, str]:
        plan, secret = self.prediction.plan, self.world.addresses.secret
        if "webhook-wrong-signature" in plan:
            secret = f"whsec_{base64.b64encode(b'somebody else').decode()}"
        age = AN_HOUR if "webhook-stale" in plan else 0
        made = headers(secret, body, message_id=message_id, age=age)
        if "webhook-unsigned" in plan:
            return {key: value for key, value in made.items() if not key.startswith("webhook-")}
        return made


def post(url: str, body: bytes, with_headers: dict[str, str], world: World) -> int:
    """The status the receiver answered. Raises requests.RequestException."""
    with requests.Session() as session:
        session.trust_env = False
        timeout = world.settings.webhook_timeout
        with session.post(url, body, headers=with_headers, timeout=timeout, allow_redirects=False) as answer:
            return answer.status_code
