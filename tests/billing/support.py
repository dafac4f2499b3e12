"""What tests of orders do again and again."""

import itertools
import json
from typing import Any

from django.test import Client

from accounts.models import User
from billing.models import Order
from tests.support.job_queue import drain
from tests.support.stripe_server.running import StripeStandIn
from tests.support.stripe_server.world import signed

_numbers = itertools.count(1)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def buy_credits(client: Client, item: str = "credits-100", price: str = "4000 usd") -> Any:
    return client.post(f"/orders/buy/{item}/", {"price": price})


def buy_blueprint(client: Client, price: str = "4700 usd") -> Any:
    return client.post("/blueprint/buy/", {"price": price})


def the_order() -> Order:
    return Order.objects.get()


def hear(
    kind: str, thing: dict[str, Any], *, secret: str = "whsec_stand_in", age: int = 0, event: str = ""
) -> int:
    """Post an event as Stripe would; the status of the answer."""
    said = {"id": event or f"evt_{next(_numbers)}", "type": kind, "data": {"object": thing}}
    body = json.dumps(said).encode()
    header = signed(secret, body, age=age)["Stripe-Signature"]
    answer = Client().post(
        "/webhooks/stripe/", body, content_type="application/json", headers={"Stripe-Signature": header}
    )
    return answer.status_code


def hear_of_session(stripe: StripeStandIn, kind: str = "checkout.session.completed", **more: Any) -> int:
    return hear(kind, stripe.seen()["sessions"][-1], **more)


def paid_order(stripe: StripeStandIn, user: User) -> Order:
    """100 credits, bought and granted."""
    buy_credits(signed_in(user))
    order = the_order()
    stripe.pay(order.session_id or "")
    hear_of_session(stripe)
    drain()
    return the_order()
