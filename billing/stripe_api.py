"""Stripe's API, as little of it as we use, with its errors in three kinds.

Every call has a time limit. Creating calls carry an idempotency key, so that a call whose answer was lost
can be made again. What Stripe answers is read into plain values here; no other module knows its shapes.
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import stripe
from django.conf import settings
from stripe import StripeClient

TIMEOUT = (3.05, 10.0)  # seconds to connect and to read


class StripeUnavailable(Exception):
    """Stripe did not answer, or not usefully. The same call may be made again."""


class StripeRejected(Exception):
    """Stripe understood the call and said no. The message is Stripe's."""


@dataclass(frozen=True)
class Session:
    """A hosted checkout page, with the payment behind it.

    `payment` is "none", "processing" (money is on its way), "paid" or "failed". Amounts are in the smallest
    unit of the currency.
    """

    id: str
    url: str
    status: str
    payment: str
    order: str
    payment_intent: str
    amount: int
    currency: str
    amount_paid: int
    amount_refunded: int
    dispute: str
    email: str
    name: str


@dataclass(frozen=True)
class StripePrice:
    id: str
    amount: int
    currency: str
    is_active: bool


def is_configured() -> bool:
    return bool(settings.STRIPE_SECRET_KEY)


@cache
def _client(key: str, address: str) -> StripeClient:
    return StripeClient(
        key,
        base_addresses={"api": address} if address else None,
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
    )


def _call(method: str, *arguments: Any, **named: Any) -> Any:
    """`method` is a path below the client: "checkout.sessions.create"."""
    found: Any = _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_BASE_URL).v1
    for part in method.split("."):
        found = getattr(found, part)
    try:
        return found(*arguments, **named)
    except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError) as error:
        raise StripeRejected(error.user_message or str(error)) from error
    except stripe.StripeError as error:  # network, 429, 5xx, a wrong key
        raise StripeUnavailable(str(error)) from error


# --- prices ------------------------------------------------------------------------------------------


def price(price_id: str) -> StripePrice:
    found = _call("prices.retrieve", price_id)
    return StripePrice(found.id, found.unit_amount or 0, found.currency, bool(found.active))


# --- checkout ----------------------------------------------------------------------------------------


def create_session(
    *, order: str, price_id: str, email: str, success_url: str, cancel_url: str, expires_at: dt.datetime
) -> Session:
    """The checkout page of an order. Called again with the same values, it answers the same page."""
    about = {"order": order}
    values: dict[str, Any] = {
        "mode": "payment",
        "line_items": [{"price": price_id, "quantity": 1}],
        "client_reference_id": order,
        "metadata": about,
        "payment_intent_data": {"metadata": about},
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
    }
    if email:
        values["customer_email"] = email
        values["payment_intent_data"]["receipt_email"] = email
    if settings.STRIPE_TAX:
        values["automatic_tax"] = {"enabled": True}
    options = {"idempotency_key": f"order-{order}"}
    return _session(_call("checkout.sessions.create", params=values, options=options))


def session(session_id: str) -> Session:
    """As it is now, with what was paid and what went back."""
    expand = {"expand": ["payment_intent.latest_charge"]}
    return _session(_call("checkout.sessions.retrieve", session_id, params=expand))


def close_session(session_id: str) -> None:
    """Nobody can pay on this page any more."""
    _call("checkout.sessions.expire", session_id)


def order_of_payment(payment_intent: str) -> str:
    """Our id of the order that a payment belongs to, or ""."""
    found = _call("checkout.sessions.list", params={"payment_intent": payment_intent, "limit": 1})
    return next((row.client_reference_id or "" for row in found.data), "")


# --- money going back ----------------------------------------------------------------------------------


def refund(*, key: str, payment_intent: str, amount: int) -> str:
    """Stripe's id of the refund."""
    values = {"payment_intent": payment_intent, "amount": amount}
    return str(_call("refunds.create", params=values, options={"idempotency_key": key}).id)


def payments_returned_since(moment: dt.datetime) -> Iterator[str]:
    """The payment intents that were refunded or disputed since then."""
    since = {"created": {"gte": int(moment.timestamp())}, "limit": 100}
    for kind in ("refunds.list", "disputes.list"):
        for row in _call(kind, params=since).auto_paging_iter():
            if row.payment_intent:
                yield str(row.payment_intent)


# --- events ----------------------------------------------------------------------------------------------


def read_event(body: bytes, signature: str) -> dict[str, Any] | None:
    """The event, or None when no secret of ours signed it within five minutes."""
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(body.decode(), signature, secret, 300)
            event = json.loads(body)
        except (stripe.SignatureVerificationError, ValueError):
            continue
        return event if isinstance(event, dict) else None
    return None


# --- shapes ------------------------------------------------------------------------------------------


def _session(found: Any) -> Session:
    intent = getattr(found, "payment_intent", None)
    charge = getattr(intent, "latest_charge", None)
    details = getattr(found, "customer_details", None)
    paid = found.payment_status in ("paid", "no_payment_required")
    return Session(
        id=found.id,
        url=found.url or "",
        status=found.status or "",
        payment="paid" if paid else _unpaid(found, intent),
        order=found.client_reference_id or "",
        payment_intent=intent if isinstance(intent, str) else getattr(intent, "id", ""),
        amount=found.amount_subtotal or 0,
        currency=found.currency or "",
        amount_paid=(found.amount_total or 0) if paid else 0,
        amount_refunded=getattr(charge, "amount_refunded", 0) or 0,
        dispute=_dispute(getattr(intent, "id", "")) if getattr(charge, "disputed", False) else "",
        email=(getattr(details, "email", "") or found.customer_email or "").strip(),
        name=(getattr(details, "name", "") or "").strip(),
    )


def _unpaid(found: Any, intent: Any) -> str:
    """A completed page without the money: it comes later, or will not come."""
    if found.status != "complete":
        return "none"
    return (
        "failed" if getattr(intent, "status", "") in ("requires_payment_method", "canceled") else "processing"
    )


def _dispute(payment_intent: str) -> str:
    found = _call("disputes.list", params={"payment_intent": payment_intent, "limit": 1})
    return next((str(row.status) for row in found.data), "")
