"""The API's host: what the vendor describes, as far as the product and its client use it."""

import base64
import re
import time
from typing import Any
from urllib.parse import quote, urlencode

from tests.support.replicate_server import clock, control, misbehaviour
from tests.support.replicate_server.faults import NOTHING, Plan
from tests.support.replicate_server.life import Life, end
from tests.support.replicate_server.reading import Task, read
from tests.support.replicate_server.uploads import parse
from tests.support.replicate_server.validation import (
    EVENTS,
    MODELS,
    Invalid,
    check_call,
    check_cancel_after,
    check_prefer,
)
from tests.support.replicate_server.web import Handler, Route
from tests.support.replicate_server.world import Prediction

Json = dict[str, Any]
EARLIEST = 10.0  # s that creation waits for a webhook that is to come first


class Api(Handler):
    """`/v1/...` with the token, `/_control/...` without, and a trap for who follows a redirect."""

    plan: Plan = NOTHING

    def dispatch(self, path: str) -> None:
        self.begun = time.time()
        if path.startswith("/_control/"):
            control.answer(self, path.removeprefix("/_control/"))
        elif path.startswith(("/xezq/", "/_private/")):
            self.world.calls.append({"method": "TRAP", "path": self.path, "status": 200, "at": self.begun})
            self.reply(200, b"this is inside", "image/png")
        elif self._is_known():
            self._within_limits(path)
        else:
            misbehaviour.unauthorized(self)

    def finished(self) -> None:
        if self.path.startswith("/v1/"):
            entry = {"method": self.command, "path": self.path, "status": self.status, "at": time.time()}
            self.world.calls.append(entry)
        self.status = 0

    def _is_known(self) -> bool:
        given = self.headers.get("authorization", "").split()
        return len(given) == 2 and given[0] in ("Bearer", "Token") and given[1] == self.world.addresses.token

    def _within_limits(self, path: str) -> None:
        is_creation = self.command == "POST" and path.endswith("/predictions")
        wait = self.world.too_fast("create" if is_creation else "other")
        if wait is not None:
            self.throttled(wait)
            return
        try:
            super().dispatch(path)
        except Invalid as error:
            self.reply(422, error.problem, "application/problem+json")

    def scripted(self, operation: str) -> bool:
        """Misbehave in an operation that accepts nothing, if the script says so."""
        self.plan = self.world.faults.next(operation)
        return misbehaviour.before(self, self.plan) or misbehaviour.after(self, self.plan)

    # --- predictions

    def create_by_model(self, owner: str, name: str) -> None:
        if f"{owner}/{name}" not in MODELS:
            self.not_found()
            return
        self._create(f"{owner}/{name}", self._object())

    def create(self) -> None:
        """By version; official models go by their name."""
        body = self._object()
        model = body.pop("version", "") if isinstance(body, dict) else ""
        if model not in MODELS:
            text = "The specified version does not exist (or perhaps you don't have permission to use it?)"
            self.problem(422, "Invalid version or not permitted", text)
            return
        self._create(model, body)

    def _create(self, model: str, body: Any) -> None:
        wait, lifetime = self._checked(model, body)
        task = read(model, body["input"])
        self.plan = self.world.faults.next(task.step, model, "*")
        if misbehaviour.before(self, self.plan):
            return
        life = self._accepted(model, body, task, lifetime)
        life.begin()
        if "webhook-early" in self.plan:
            life.courier.arrived.wait(EARLIEST)
        if misbehaviour.after(self, self.plan):
            return
        if wait is not None:
            _wait_for(life.prediction, wait)
        is_pending = wait is not None and not life.prediction.is_over
        self.reply(202 if is_pending else 201, life.prediction.told(self.world.addresses.api))

    def _checked(self, model: str, body: Any) -> tuple[float | None, float | None]:
        wait = check_prefer(self.headers.get("prefer"))
        lifetime = check_cancel_after(self.headers.get("cancel-after"))
        check_call(model, body)
        return wait, lifetime

    def _accepted(self, model: str, body: Json, task: Task, lifetime: float | None) -> Life:
        events = tuple(body.get("webhook_events_filter") or ("output", "completed"))
        assert set(events) <= set(EVENTS)
        prediction = self.world.add(
            model=model, input=body["input"], step=task.step, plan=self.plan, lifetime=lifetime,
            webhook=body.get("webhook") or "", events=events,
        )  # fmt: skip
        return Life(self.world, prediction, task)

    def get(self, prediction_id: str) -> None:
        if self.scripted("get"):
            return
        self._tell(self.world.find(prediction_id))

    def cancel(self, prediction_id: str) -> None:
        """What is over stays as it is."""
        self.plan = self.world.faults.next("cancel")
        if misbehaviour.before(self, self.plan):
            return
        prediction = self.world.find(prediction_id)
        if prediction:
            end(self.world, prediction, "canceled")
        if not misbehaviour.after(self, self.plan):
            self._tell(prediction)

    def _tell(self, prediction: Prediction | None) -> None:
        if prediction is None:
            self.not_found()
        else:
            shown = self.world.settings.webhook_shown != ""
            self.reply(200, prediction.told(self.world.addresses.api, webhook=shown))

    def list(self) -> None:
        """Newest first, a page at a time; the cursor is the number of the page's border."""
        if self.scripted("list"):
            return
        rows = [row for row in self.world.newest_first() if self._is_asked_for(row)]
        query, page = self.query, self.world.settings.page
        before = _number(query.get("cursor"), default=len(self.world.predictions) + 1)
        here = [row for row in rows if row.number < before]
        newer = [row for row in rows if row.number >= before]
        shown = [self.world.find(row.id) for row in here[:page]]
        webhook = self.world.settings.webhook_shown == "list"
        self.reply(200, {
            "previous": self._page(newer[-page].number + 1 if len(newer) > page else 0) if newer else None,
            "next": self._page(here[page - 1].number) if len(here) > page else None,
            "results": [row.told(self.world.addresses.api, webhook=webhook) for row in shown if row],
        })  # fmt: skip

    def _is_asked_for(self, row: Prediction) -> bool:
        query = self.query
        source = query.get("source")
        if source not in (None, "web"):
            raise Invalid([{"type": "enum", "field": "source", "description": "source must be web"}])
        return (
            source is None
            and row.created >= _moment(query, "created_after", 0.0)
            and row.created < _moment(query, "created_before", float("inf"))
        )

    def _page(self, number: int) -> str:
        """The address of the page of rows numbered below `number` (0: of the newest)."""
        kept = {key: value for key, value in self.query.items() if key != "cursor"}
        if number:
            kept["cursor"] = base64.urlsafe_b64encode(f"p={number}".encode()).decode()
        return f"{self.world.addresses.api}/v1/predictions?{urlencode(kept, quote_via=quote)}"

    # --- files, secret, account

    def upload(self) -> None:
        if self.scripted("file"):
            return
        try:
            name, kind, data, metadata = parse(self.headers.get("content-type", ""), self.body)
        except ValueError as error:
            self.problem(400, "Bad request", str(error))
            return
        self.reply(201, self.world.upload(name, kind, data, metadata).told(self.world.addresses.api))

    def files(self) -> None:
        rows = [file.told(self.world.addresses.api) for file in reversed(self.world.files.values())]
        self.reply(200, {"previous": None, "next": None, "results": rows})

    def file(self, file_id: str) -> None:
        file = self.world.files.get(file_id)
        if file is None or self.world.clock.now() >= file.expires:
            self.problem(404, "Not found", "File not found")
        elif self.command == "DELETE":
            self.world.files.pop(file_id, None)
            self.reply(204)
        else:
            self.reply(200, file.told(self.world.addresses.api))

    def secret(self) -> None:
        if not self.scripted("secret"):
            self.reply(200, {"key": self.world.addresses.secret})

    def account(self) -> None:
        self.reply(200, {"type": "user", "username": "stand-in", "name": "Stand-in", "github_url": ""})

    def model(self, owner: str, name: str) -> None:
        if f"{owner}/{name}" not in MODELS:
            self.not_found()
            return
        self.reply(200, {
            "url": f"https://replicate.com/{owner}/{name}", "owner": owner, "name": name,
            "description": "stand-in", "visibility": "public", "github_url": None, "paper_url": None,
            "license_url": None, "run_count": 0, "cover_image_url": None, "default_example": None,
            "latest_version": None,
        })  # fmt: skip

    def _object(self) -> Any:
        try:
            return self.json()
        except ValueError:
            raise Invalid([{"type": "json", "field": "", "description": "Body must be JSON"}]) from None


def _wait_for(prediction: Prediction, seconds: float) -> None:
    """Until it is over, or has its output already."""
    with prediction.changed:
        prediction.changed.wait_for(lambda: prediction.is_over or prediction.output is not None, seconds)


def _number(cursor: str | None, *, default: int) -> int:
    if not cursor:
        return default
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("p="))
    except ValueError:
        raise Invalid([{"type": "cursor", "field": "cursor", "description": "Invalid cursor"}]) from None


def _moment(query: dict[str, str], name: str, default: float) -> float:
    """A date-time of the query. A bare + in it has become a space, and is refused as in life."""
    if name not in query:
        return default
    try:
        return clock.read(query[name])
    except ValueError:
        text = f"{name} must be a date-time in ISO 8601 format"
        raise Invalid([{"type": "format", "field": name, "description": text}]) from None


def _route(method: str, path: str, function: Any) -> Route:
    pattern = re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path)
    return method, re.compile(pattern), function


Api.routes = (
    _route("POST", "/v1/models/<owner>/<name>/predictions", Api.create_by_model),
    _route("GET", "/v1/models/<owner>/<name>", Api.model),
    _route("POST", "/v1/predictions", Api.create),
    _route("GET", "/v1/predictions", Api.list),
    _route("GET", "/v1/predictions/<prediction_id>", Api.get),
    _route("POST", "/v1/predictions/<prediction_id>/cancel", Api.cancel),
    _route("POST", "/v1/files", Api.upload),
    _route("GET", "/v1/files", Api.files),
    _route("GET", "/v1/files/<file_id>", Api.file),
    _route("DELETE", "/v1/files/<file_id>", Api.file),
    _route("GET", "/v1/webhooks/default/secret", Api.secret),
    _route("GET", "/v1/account", Api.account),
)
