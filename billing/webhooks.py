"""`/webhooks/stripe/`: Stripe says that something happened to a payment.

Size and signature are looked at first; then the event's id is kept and a job is deferred in one transaction.
Whatever the event says about a state, the job asks Stripe.
"""

import re
import uuid
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import stripe_api
from billing.models import StripeEvent
from generation import jobs

MOST_BYTES = 512 * 1024
KINDS = ("checkout.session.", "charge.", "refund.", "payment_intent.")
AN_ID = re.compile(r"[A-Za-z0-9_]{1,200}")


@csrf_exempt  # it comes with a signature instead
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """200 for every genuine event, known or not; 401 for what is not signed by Stripe."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    event = stripe_api.read_event(body, request.headers.get("Stripe-Signature", ""))
    if event is None or not AN_ID.fullmatch(str(event.get("id"))):
        return HttpResponse(status=401)
    kind = str(event.get("type"))[:100]
    about = _about(event)
    if kind.startswith(KINDS) and about:
        with transaction.atomic():
            if _is_new(str(event["id"]), kind):
                jobs.defer("billing.hear", **about)  # type: ignore[arg-type]
    return HttpResponse(status=200)


def _is_new(event_id: str, kind: str) -> bool:
    """Whether this is the first of its copies: the second waits for the first one's transaction."""
    return StripeEvent.objects.get_or_create(event_id=event_id, defaults={"kind": kind})[1]


def _about(event: dict[str, Any]) -> dict[str, str]:
    """What tells which order it is: the arguments of the job, or nothing."""
    data = event.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    if not isinstance(thing, dict):
        return {}
    if thing.get("object") == "checkout.session":
        order = _uuid(thing.get("client_reference_id"))
        return {"order": order, "session_id": str(thing.get("id"))} if order else {}
    payment = thing.get("id") if thing.get("object") == "payment_intent" else thing.get("payment_intent")
    return {"payment_intent": payment} if isinstance(payment, str) and AN_ID.fullmatch(payment) else {}


def _uuid(value: Any) -> str:
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        return ""
