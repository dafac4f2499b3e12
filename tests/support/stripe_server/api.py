"""The handler of the stand-in: Stripe's API, the payment page, and what tests do."""

import html
import re
from typing import Any
from urllib.parse import parse_qsl

from tests.support.replicate_server.web import Handler
from tests.support.stripe_server.world import World

KEY = "sk_test_stand_in"
Json = dict[str, Any]
PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>Stand-in checkout</title><h1>Stand-in checkout</h1><p>{amount}</p>
<form method="post"><p><label>Email <input name="email" type="email" value="{email}"></label></p>
<button name="how" value="now">Pay {amount}</button>
<button name="how" value="later">Pay by bank transfer</button></form>
<p><a href="{back}">Back</a></p></html>"""


class StripeHandler(Handler):
    """The API below /v1, the payment page below /pay, and what tests do below /_control."""

    server_version = "stand-in for Stripe"

    @property
    def stripe(self) -> World:
        return self.server.box  # type: ignore[return-value]

    def dispatch(self, path: str) -> None:
        if path.startswith("/v1/"):
            self._api(path)
            return
        super().dispatch(path)

    # --- the API

    def _api(self, path: str) -> None:
        self.stripe.calls.append(f"{self.command} {path}")
        if self.headers.get("authorization") != f"Bearer {KEY}":
            self.error(401, "authentication_error", "Invalid API Key provided.")
        elif self.stripe.settings.down:
            self.error(503, "api_error", "Stripe is down.")
        else:
            with self.stripe.lock:
                self._answer(path)

    def _answer(self, path: str) -> None:
        key = self.headers.get("idempotency-key", "")
        asked = _nested(self.body.decode()) if self.command == "POST" else {}
        if key in self.stripe.answers:
            before, answer = self.stripe.answers[key]
            if before != asked:
                text = "Keys for idempotent requests can only be used with the same parameters."
                self.error(400, "idempotency_error", text)
            else:
                self.reply(200, answer)
            return
        status, answer = self._route(path, asked)
        if status != 200:
            self.error(status, "invalid_request_error", answer["message"], answer.get("code", ""))
            return
        if key:
            self.stripe.answers[key] = (asked, answer)
        if self.command == "POST" and self.stripe.settings.cut:
            self.cut()
        self.reply(200, answer)

    def _route(self, path: str, asked: Json) -> tuple[int, Json]:  # noqa: PLR0911 - one for each route
        method, parts = self.command, path.removeprefix("/v1/").split("/")
        match (method, *parts):
            case ("GET", "prices", name):
                price = self.stripe.price(name)
                return (200, price) if price else (404, _missing(f"No such price: '{name}'"))
            case ("POST", "checkout", "sessions"):
                name = asked["line_items"][0]["price"]
                if self.stripe.price(name) is None:
                    return 400, _missing(f"No such price: '{name}'")
                return 200, self.stripe.new_session(asked)
            case ("GET", "checkout", "sessions"):
                wanted = self.query.get("payment_intent")
                rows = [row for row in self.stripe.sessions.values() if row["payment_intent"] == wanted]
                return 200, _list(path, rows)
            case ("GET", "checkout", "sessions", name) if name in self.stripe.sessions:
                return 200, self._expanded(self.stripe.sessions[name])
            case ("POST", "checkout", "sessions", name, "expire") if name in self.stripe.sessions:
                self.stripe.expire(name)
                return 200, self.stripe.sessions[name]
            case ("POST", "refunds"):
                row = self.stripe.refund(asked["payment_intent"], int(asked["amount"]))
                too_much = "Refund amount is greater than unrefunded amount on charge."
                return (200, row) if row else (400, {"message": too_much, "code": "charge_already_refunded"})
            case ("GET", "refunds"):
                return 200, _list(path, self.stripe.refunds)
            case ("GET", "disputes"):
                wanted = self.query.get("payment_intent")
                rows = [row for row in self.stripe.disputes if wanted in (None, row["payment_intent"])]
                return 200, _list(path, rows)
        return 404, _missing(f"No such thing: {path}")

    def _expanded(self, session: Json) -> Json:
        intent = self.stripe.intents.get(session["payment_intent"] or "")
        if intent is None:
            return session
        return {
            **session,
            "payment_intent": {**intent, "latest_charge": self.stripe.charges[intent["latest_charge"]]},
        }

    def error(self, status: int, kind: str, message: str, code: str = "") -> None:
        self.reply(status, {"error": {"type": kind, "message": message, **({"code": code} if code else {})}})

    # --- the payment page

    def show_page(self, name: str) -> None:
        session = self.stripe.sessions.get(name)
        if session is None or session["status"] != "open":
            self.reply(404, b"This payment page is closed.", "text/plain; charset=utf-8")
            return
        amount = f"${session['amount_total'] / 100:.2f}"
        page = PAGE.format(
            amount=amount, email=html.escape(session["customer_email"] or ""),
            back=html.escape(session["cancel_url"] or ""),
        )  # fmt: skip
        self.reply(200, page.encode(), "text/html; charset=utf-8")

    def pay_on_page(self, name: str) -> None:
        session, asked = self.stripe.sessions.get(name), dict(parse_qsl(self.body.decode()))
        if session is None or session["status"] != "open":
            self.not_found()
            return
        with self.stripe.lock:
            self.stripe.pay(name, email=asked.get("email", ""), later=asked.get("how") == "later")
        self.reply(303, b"", location=session["success_url"])

    # --- what a test does

    def look(self) -> None:
        self.reply(200, self.stripe.seen())

    def change(self, name: str) -> None:
        world, asked = self.stripe, self.json()
        with world.lock:
            match name:
                case "reset":
                    world.reset()
                case "settings":
                    for key, value in asked.items():
                        setattr(world.settings, key, value)
                case "webhook_url":
                    world.webhook_url = asked["url"]
                case "pay":
                    world.pay(asked["session"], email=asked["email"], later=asked.get("later", False))
                case "settle":
                    world.settle(asked["session"], succeeds=asked["succeeds"])
                case "expire":
                    world.expire(asked["session"])
                case "refund":
                    world.refund(asked["payment"], asked["amount"])
                case "dispute":
                    world.dispute(asked["payment"], asked["status"])
                case "deliver":
                    world.deliver(world.kept)
                    world.kept.clear()
                case _:
                    self.not_found()
                    return
        self.reply(200, world.seen())

    routes = (
        ("GET", re.compile(r"/pay/(?P<name>\w+)"), show_page),
        ("POST", re.compile(r"/pay/(?P<name>\w+)"), pay_on_page),
        ("GET", re.compile(r"/_control/seen"), look),
        ("POST", re.compile(r"/_control/(?P<name>\w+)"), change),
    )


def _missing(message: str) -> Json:
    return {"message": message, "code": "resource_missing"}


def _list(path: str, rows: list[Json]) -> Json:
    return {"object": "list", "url": path, "has_more": False, "data": rows}


def _nested(body: str) -> Json:
    """Stripe's form encoding: "line_items[0][price]=x" becomes {"line_items": [{"price": "x"}]}."""
    root: Json = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        place, *rest = re.findall(r"[^\[\]]+", name)
        here, keys = root, [place, *rest]
        for key in keys[:-1]:
            here = here.setdefault(key, {})
        here[keys[-1]] = value
    return _listed(root)


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(item) for key, item in value.items()}
