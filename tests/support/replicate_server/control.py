"""`/_control/`: what a test may look at and change. No token: the server listens on this machine only.

GET   predictions, ledger, calls, downloads, deliveries, faults, settings, ready
POST  reset {}                                        forget everything
      script {"key", "faults": [...], "forever"}      see `faults`
      rate {"rates": {fault: share}, "seed"}
      settings {any of world.Settings}
      age {"seconds"}                                 as if all calls had been made earlier
      advance {"seconds"}, speed {"factor"}           the clock of deadlines and expiry
      webhook {"url", "body", "secret", "age", "id"}  send any event; answers the receiver's status
"""

import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import requests

from tests.support.replicate_server.faults import FAULTS
from tests.support.replicate_server.webhooks import headers, post
from tests.support.replicate_server.world import World

if TYPE_CHECKING:
    from tests.support.replicate_server.web import Handler

Json = dict[str, Any]


def answer(handler: "Handler", name: str) -> None:
    """Answer one request to the control API."""
    table = LOOK if handler.command == "GET" else CHANGE
    if name not in table:
        handler.not_found()
        return
    try:
        if name == "reset":
            handler.server.box.reset()
            handler.reply(200, {})
        else:
            handler.reply(200, table[name](handler.world, handler.json()))
    except (KeyError, TypeError, ValueError) as error:
        handler.problem(400, "Bad request", str(error))


def _script(world: World, body: Json) -> Json:
    world.faults.script(body["key"], body["faults"], forever=body.get("forever", False))
    return {}


def _rate(world: World, body: Json) -> Json:
    world.faults.rate(body["rates"], body.get("seed", 0))
    return {}


def _settings(world: World, body: Json) -> Json:
    for name, value in body.items():
        if name not in {field.name for field in dataclasses.fields(world.settings)}:
            raise ValueError(f"no such setting: {name}")
        setattr(world.settings, name, tuple(value) if isinstance(value, list) else value)
    return dataclasses.asdict(world.settings)


def _advance(world: World, body: Json) -> Json:
    world.clock.advance(float(body["seconds"]))
    return {}


def _age(world: World, body: Json) -> Json:
    world.age(float(body["seconds"]))
    return {}


def _speed(world: World, body: Json) -> Json:
    world.clock.run_at(float(body["factor"]))
    return {}


def _webhook(world: World, body: Json) -> Json:
    data = body["body"]
    raw = data.encode() if isinstance(data, str) else json.dumps(data).encode()
    secret = body.get("secret") or world.addresses.secret
    made = headers(secret, raw, message_id=body.get("id", ""), age=body.get("age", 0))
    try:
        return {"status": post(body["url"], raw, made, world), "headers": made}
    except requests.RequestException as error:
        return {"status": None, "error": type(error).__name__, "headers": made}


LOOK: dict[str, Callable[[World, Json], Any]] = {
    "ready": lambda world, _: {"ready": True},
    "predictions": lambda world, _: [row.seen() for row in list(world.predictions.values())],
    "ledger": lambda world, _: [row.booked() for row in list(world.predictions.values())],
    "calls": lambda world, _: list(world.calls),
    "downloads": lambda world, _: list(world.downloads),
    "deliveries": lambda world, _: list(world.deliveries),
    "faults": lambda world, _: {"names": FAULTS, "happened": dict(world.faults.happened)},
    "settings": lambda world, _: dataclasses.asdict(world.settings),
}
CHANGE: dict[str, Callable[[World, Json], Any]] = {
    "reset": lambda world, _: {},
    "script": _script,
    "rate": _rate,
    "settings": _settings,
    "advance": _advance,
    "age": _age,
    "speed": _speed,
    "webhook": _webhook,
}
