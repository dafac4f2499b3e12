"""What the stand-in remembers: settings, predictions, uploaded files, output files, who called.

All of it lives in this process and goes with it; a reset replaces the `World` as a whole, and the
old one is closed, so that what still runs in it comes to nothing.
"""

import base64
import hashlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.support.replicate_server.clock import Clock, told
from tests.support.replicate_server.faults import NOTHING, Faults, Plan

Json = dict[str, Any]
HOUR = 3600.0
ENDED = frozenset({"succeeded", "failed", "canceled", "aborted"})


@dataclass
class Settings:
    """What `/_control/settings` changes; seconds where nothing else is said."""

    latency: float = 0.0  # from starting to the end, or longer if the picture takes longer
    starting: float = 0.0  # of it spent in starting
    slow_seconds: float = 3.0
    late_seconds: float = 5.0
    throttle_seconds: float = 1.0
    creates_per_minute: int = 600
    others_per_minute: int = 3000
    webhook_retries: tuple[float, ...] = (5.0, 15.0, 40.0)  # waits before the second try and so on
    webhook_timeout: float = 10.0
    pictures: str = "engine"  # or "once" (see there), or "plain": one colour
    largest_side: int = 4096  # pixels; less than was asked for is quicker to make and to look at
    page: int = 100
    webhook_shown: str = ""  # or "detail": of a single call; or "list": there, too
    verbose: bool = False


@dataclass
class Addresses:
    """Where the two servers are, and what opens them."""

    api: str
    outputs: str
    token: str
    secret: str


@dataclass
class Stored:
    """A file: an upload, or an output with the fault it is served with."""

    id: str
    name: str
    content_type: str
    data: bytes
    created: float
    expires: float  # by the clock
    metadata: Json = field(default_factory=dict)
    fault: str = ""
    served: int = 0

    def told(self, api: str) -> Json:
        digest = hashlib.sha256(self.data).hexdigest()
        return {
            "id": self.id, "name": self.name, "content_type": self.content_type, "size": len(self.data),
            "etag": hashlib.md5(self.data, usedforsecurity=False).hexdigest(),
            "checksums": {"sha256": digest}, "metadata": self.metadata, "created_at": told(self.created),
            "expires_at": told(self.created + 24 * HOUR), "urls": {"get": f"{api}/v1/files/{self.id}"},
        }  # fmt: skip


@dataclass(eq=False)
class Prediction:
    """One accepted call. `number` counts from 1; times are real seconds, `deadline` and `expires`
    the clock's."""

    id: str
    number: int
    model: str
    input: Json
    step: str
    created: float
    webhook: str = ""
    events: tuple[str, ...] = ("output", "completed")
    plan: Plan = NOTHING
    status: str = "starting"
    output: Any = None
    error: str | None = None
    logs: str = ""
    started: float | None = None
    completed: float | None = None
    lifetime: float | None = None  # of Cancel-After
    deadline: float | None = None
    expires: float | None = None
    removed: bool = False
    units: Json = field(default_factory=dict)  # further metrics
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def is_over(self) -> bool:
        return self.status in ENDED

    @property
    def is_paid(self) -> bool:
        """What began to run is paid, whatever came of it; what never started is not."""
        return self.is_over and self.started is not None

    @property
    def metrics(self) -> Json:
        assert self.completed is not None
        figures: Json = {"total_time": round(self.completed - self.created, 6), **self.units}
        if self.started is not None:
            figures["predict_time"] = round(self.completed - self.started, 6)
        return figures

    def told(self, api: str, *, webhook: bool = False) -> Json:
        """As the API shows it: `output` is left out while starting, as the vendor does."""
        body: Json = {
            "id": self.id, "model": self.model, "version": "hidden",
            "input": {} if self.removed else self.input,
            "logs": "" if self.removed else self.logs, "error": self.error, "status": self.status,
            "created_at": told(self.created), "data_removed": self.removed, "source": "api",
            "urls": {
                "cancel": f"{api}/v1/predictions/{self.id}/cancel", "get": f"{api}/v1/predictions/{self.id}",
                "web": f"https://replicate.com/p/{self.id}",
            },
        }  # fmt: skip
        if self.status != "starting":
            body["output"] = None if self.removed else self.output
            body["started_at"] = told(self.started)
        if webhook and self.webhook:
            body["webhook"] = self.webhook
        if self.lifetime is not None:
            body["deadline"] = told(self.created + self.lifetime)
        if self.is_over:
            body |= {"completed_at": told(self.completed), "metrics": self.metrics}
        return body

    def booked(self) -> Json:
        """What it cost and how it ended, without what was asked and answered: that may be megabytes."""
        return {
            "id": self.id, "step": self.step, "status": self.status, "paid": self.is_paid,
            "faults": sorted(self.plan), "webhook": self.webhook, "created": told(self.created),
        }  # fmt: skip

    def seen(self) -> Json:
        """As tests see it, with what the API does not tell; readable when the data are removed."""
        return {
            "id": self.id, "model": self.model, "step": self.step, "status": self.status,
            "paid": self.is_paid, "faults": sorted(self.plan), "input": self.input, "output": self.output,
            "error": self.error, "webhook": self.webhook, "created": self.created, "started": self.started,
            "completed": self.completed, "removed": self.removed,
        }  # fmt: skip


class World:
    """Everything that was asked and made since the start or the last reset. Safe among threads."""

    def __init__(self, addresses: Addresses, settings: Settings):
        self.addresses = addresses
        self.settings = settings
        self.clock = Clock()
        self.faults = Faults()
        self.closed = threading.Event()
        self.lock = threading.Lock()
        self.predictions: dict[str, Prediction] = {}
        self.files: dict[str, Stored] = {}
        self.outputs: dict[str, Stored] = {}
        self.calls: list[Json] = []  # of the API
        self.downloads: list[Json] = []  # of outputs, with whether the token came along
        self.deliveries: list[Json] = []  # of webhooks
        self._recent: dict[str, deque[float]] = {"create": deque(), "other": deque()}

    def add(self, **values: Any) -> Prediction:
        with self.lock:
            number = len(self.predictions) + 1
            created = round(time.time(), 6)  # as it is told, so that created_after finds it again
            prediction = Prediction(id=new_id(), number=number, created=created, **values)
            if prediction.lifetime is not None:
                prediction.deadline = self.clock.now() + prediction.lifetime
            self.predictions[prediction.id] = prediction
            return prediction

    def newest_first(self) -> Iterator[Prediction]:
        with self.lock:
            return reversed(list(self.predictions.values()))

    def find(self, prediction_id: str) -> Prediction | None:
        """The prediction, without its data once their hour is over."""
        prediction = self.predictions.get(prediction_id)
        if prediction and prediction.expires is not None and self.clock.now() >= prediction.expires:
            prediction.removed = True
        return prediction

    def age(self, seconds: float) -> None:
        """As if every call had been made, and ended, that much earlier."""
        times = ("created", "started", "completed", "deadline", "expires")
        with self.lock:
            for prediction in self.predictions.values():
                for name in times:
                    if (moment := getattr(prediction, name)) is not None:
                        setattr(prediction, name, moment - seconds)

    def keep(self, prediction: Prediction, data: bytes, content_type: str, fault: str) -> str:
        """Put an output file on the outputs' host; returns its address."""
        ending = "jpg" if content_type == "image/jpeg" else "png"
        path = f"/xezq/{secrets.token_urlsafe(24)}/tmp{secrets.token_hex(4)}.{ending}"
        expires = self.clock.now() + (0 if fault == "output-expired" else HOUR)
        self.outputs[path] = Stored(
            prediction.id, path, content_type, data, time.time(), expires, fault=fault
        )
        host = self.addresses.api if fault == "output-foreign-host" else self.addresses.outputs
        return host + path

    def upload(self, name: str, content_type: str, data: bytes, metadata: Json) -> Stored:
        expires = self.clock.now() + 24 * HOUR
        file = Stored(new_id(), name, content_type, data, time.time(), expires, metadata)
        self.files[file.id] = file
        return file

    def too_fast(self, kind: str) -> float | None:
        """Seconds until the limit of "create" or "other" calls lets one through, None if it does now."""
        most = self.settings.creates_per_minute if kind == "create" else self.settings.others_per_minute
        with self.lock:
            recent, now = self._recent[kind], time.monotonic()
            while recent and recent[0] <= now - 60:
                recent.popleft()
            if len(recent) >= most:
                return recent[0] + 60 - now if recent else 60.0
            recent.append(now)
            return None

    def close(self) -> None:
        self.closed.set()
        for prediction in self.predictions.values():
            with prediction.changed:
                prediction.changed.notify_all()


def new_id() -> str:
    """26 letters and digits, as the vendor's ids have."""
    return base64.b32encode(secrets.token_bytes(17)).decode().lower().rstrip("=")[:26]
