"""What the stand-in knows: prices, checkout pages, payments, refunds, disputes, and events sent.

Settings change how it behaves:

    webhooks      "once", "twice", "none" (lost), or "reversed" (kept, and sent newest first by `deliver`)
    down          every call of the API answers 503
    cut           creating calls are done, and the connection is closed without an answer
    wrong_amount  a checkout page shows one unit more than its price
    unknown_price prices and checkout pages of every price answer "No such price"
"""

import hashlib
import hmac
import json
import threading
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

import requests

Json = dict[str, Any]
PRICES = {
    "price_blueprint": 4700, "price_credits_30": 1500, "price_credits_100": 4000, "price_credits_300": 9900,
}  # fmt: skip
TIMEOUT = 10


@dataclass
class Settings:
    webhooks: str = "once"
    down: bool = False
    cut: bool = False
    wrong_amount: bool = False
    unknown_price: bool = False


@dataclass
class World:
    base_url: str = ""
    webhook_url: str = ""
    secret: str = "whsec_stand_in"
    settings: Settings = field(default_factory=Settings)
    sessions: dict[str, Json] = field(default_factory=dict)
    intents: dict[str, Json] = field(default_factory=dict)
    charges: dict[str, Json] = field(default_factory=dict)
    refunds: list[Json] = field(default_factory=list)
    disputes: list[Json] = field(default_factory=list)
    answers: dict[str, tuple[Json, Json]] = field(default_factory=dict)  # by idempotency key
    kept: list[Json] = field(default_factory=list)
    deliveries: list[Json] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def reset(self) -> None:
        with self.lock:
            self.settings = Settings()
            for table in (self.sessions, self.intents, self.charges, self.answers):
                table.clear()
            for rows in (self.refunds, self.disputes, self.kept, self.deliveries, self.calls):
                rows.clear()

    # --- what the API makes

    def price(self, price_id: str) -> Json | None:
        if price_id not in PRICES or self.settings.unknown_price:
            return None
        return {
            "id": price_id, "object": "price", "active": True, "currency": "usd", "type": "one_time",
            "unit_amount": PRICES[price_id], "unit_amount_decimal": str(PRICES[price_id]), "metadata": {},
        }  # fmt: skip

    def new_session(self, asked: Json) -> Json:
        amount = PRICES[asked["line_items"][0]["price"]] + self.settings.wrong_amount
        name = f"cs_test_{uuid.uuid4().hex}"
        session = {
            "id": name, "object": "checkout.session", "mode": "payment", "status": "open",
            "payment_status": "unpaid", "amount_subtotal": amount, "amount_total": amount, "currency": "usd",
            "client_reference_id": asked.get("client_reference_id"), "metadata": asked.get("metadata", {}),
            "customer_email": asked.get("customer_email"), "customer_details": None, "payment_intent": None,
            "success_url": asked["success_url"], "cancel_url": asked.get("cancel_url"),
            "expires_at": int(asked["expires_at"]), "created": int(time.time()), "livemode": False,
            "url": f"{self.base_url}/pay/{name}",
        }  # fmt: skip
        self.sessions[name] = session
        return session

    def expire(self, name: str) -> None:
        session = self.sessions[name]
        session["status"], session["url"] = "expired", None
        self.send("checkout.session.expired", session)

    def refund(self, payment: str, amount: int) -> Json | None:
        """None when more is asked for than was paid."""
        intent = self.intents[payment]
        charge = self.charges[intent["latest_charge"]]
        if amount > charge["amount"] - charge["amount_refunded"]:
            return None
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        row = {
            "id": f"re_{uuid.uuid4().hex}", "object": "refund", "amount": amount, "currency": "usd",
            "charge": charge["id"], "payment_intent": payment, "status": "succeeded",
            "created": int(time.time()),
        }  # fmt: skip
        self.refunds.insert(0, row)
        self.send("charge.refunded", charge)
        return row

    # --- what whoever pays does

    def pay(self, name: str, *, email: str, later: bool = False) -> Json:
        """`later`: the money is on its way (a bank transfer)."""
        session = self.sessions[name]
        payment, charge = f"pi_{uuid.uuid4().hex}", f"ch_{uuid.uuid4().hex}"
        self.intents[payment] = {
            "id": payment, "object": "payment_intent", "amount": session["amount_total"], "currency": "usd",
            "status": "processing" if later else "succeeded", "latest_charge": charge,
            "metadata": session["metadata"],
        }  # fmt: skip
        self.charges[charge] = {
            "id": charge, "object": "charge", "amount": session["amount_total"], "amount_refunded": 0,
            "refunded": False, "disputed": False, "currency": "usd", "payment_intent": payment,
            "paid": not later, "metadata": session["metadata"],
        }  # fmt: skip
        session |= {
            "status": "complete", "payment_status": "unpaid" if later else "paid", "payment_intent": payment,
            "customer_details": {"email": session["customer_email"] or email, "name": "Noa Example"},
        }  # fmt: skip
        self.send("checkout.session.completed", session)
        return session

    def settle(self, name: str, *, succeeds: bool) -> None:
        """How a payment ends that was on its way."""
        session = self.sessions[name]
        intent = self.intents[session["payment_intent"]]
        intent["status"] = "succeeded" if succeeds else "requires_payment_method"
        if succeeds:
            session["payment_status"] = "paid"
        ending = "succeeded" if succeeds else "failed"
        self.send(f"checkout.session.async_payment_{ending}", session)

    def dispute(self, payment: str, status: str) -> None:
        """Opens a dispute, or changes the one there is."""
        charge = self.charges[self.intents[payment]["latest_charge"]]
        row = next((row for row in self.disputes if row["payment_intent"] == payment), None)
        kind = "charge.dispute.closed" if row else "charge.dispute.created"
        if row is None:
            row = {
                "id": f"dp_{uuid.uuid4().hex}", "object": "dispute", "amount": charge["amount"],
                "charge": charge["id"], "payment_intent": payment, "created": int(time.time()),
            }  # fmt: skip
            self.disputes.insert(0, row)
        charge["disputed"], row["status"] = True, status
        self.send(kind, row)

    # --- events

    def send(self, kind: str, thing: Json) -> None:
        event = {
            "id": f"evt_{uuid.uuid4().hex}", "object": "event", "type": kind, "created": int(time.time()),
            "livemode": False, "data": {"object": json.loads(json.dumps(thing))},
        }  # fmt: skip
        how = self.settings.webhooks
        if how == "reversed":
            self.kept.insert(0, event)
        elif how != "none":
            copies = 2 if how == "twice" else 1
            threading.Thread(target=self.deliver, args=([event] * copies,), daemon=True).start()

    def deliver(self, events: list[Json]) -> None:
        for event in events:
            body = json.dumps(event).encode()
            try:
                status = requests.post(
                    self.webhook_url, data=body, headers=signed(self.secret, body), timeout=TIMEOUT
                ).status_code
            except requests.RequestException:
                status = None
            self.deliveries.append({"id": event["id"], "type": event["type"], "status": status})

    def seen(self) -> Json:
        return {
            "sessions": list(self.sessions.values()), "refunds": self.refunds, "disputes": self.disputes,
            "deliveries": self.deliveries, "calls": self.calls, "settings": asdict(self.settings),
        }  # fmt: skip


def signed(secret: str, body: bytes, *, age: int = 0) -> dict[str, str]:
    """Headers that make `body` a genuine event, signed `age` seconds ago."""
    moment = int(time.time()) - age
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={digest}", "Content-Type": "application/json"}
