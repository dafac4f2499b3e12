"""`/webhooks/replicate/`: the provider says that a call has ended.

Size, signature and age are looked at before anything else; then a job is deferred, and that is all
that happens here. Whatever the event says, `generation.execution.webhook_events` asks the provider.
"""

import json
import logging
import re
import uuid

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from replicate.webhook import Webhooks, WebhookSigningSecret

from generation import jobs, providers
from generation.providers.base import Json, TransientError
from generation.providers.replicate import ReplicateProvider

log = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024  # with PUBLIC_URL images go as addresses, so that no event is large
TOLERANCE = 300  # seconds between our clock and the time of signing
SECRET_KEPT = 3600  # seconds: after a rotation, polling alone carries it for that long
SECRET_KEY = "generation.replicate-webhook-secret"  # noqa: S105 - the name of a cache entry
ENDS = ("succeeded", "failed", "canceled", "aborted")
AN_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


@csrf_exempt  # it comes with a signature instead
@require_POST
def replicate(request: HttpRequest) -> HttpResponse:
    """204 for whatever is rightly signed; repeats and strangers change nothing."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        secret = _secret()
    except TransientError as error:
        log.warning("webhook: the signing secret is not to be had: %s", error.message)
        return HttpResponse(status=503)  # it comes again
    if not _is_genuine(request, body, secret):
        return HttpResponse(status=401)
    event = _event(body)
    if event.get("status") in ENDS and AN_ID.fullmatch(str(event.get("id"))):
        with transaction.atomic():
            attempt = _attempt(request)
            jobs.defer("generation.hear", external_id=event["id"], attempt_id=attempt)
    return HttpResponse(status=204)


def _is_genuine(request: HttpRequest, body: bytes, secret: str) -> bool:
    """`validate` checks the time of signing only when it is given a tolerance, and trips over a
    timestamp or a signature that is none."""
    try:
        Webhooks.validate(
            headers={name: request.headers.get(name, "") for name in
                     ("webhook-id", "webhook-timestamp", "webhook-signature")},
            body=body.decode(),
            secret=WebhookSigningSecret(key=secret),
            tolerance=TOLERANCE,
        )  # fmt: skip
    except ValueError as error:  # its own errors, and those of numbers, base64 and UTF-8
        log.warning("webhook refused: %s", error)
        return False
    return True


def _secret() -> str:
    """From the settings, else from the provider: asked once for all processes. Raises TransientError."""
    if settings.REPLICATE_WEBHOOK_SECRET:
        return settings.REPLICATE_WEBHOOK_SECRET
    known = cache.get(SECRET_KEY)
    if known:
        return str(known)
    provider = providers.get(ReplicateProvider.name)
    assert isinstance(provider, ReplicateProvider)
    secret = provider.webhook_secret()
    if not secret:
        raise TransientError("provider_error", "the provider named no secret")
    cache.set(SECRET_KEY, secret, SECRET_KEPT)
    return secret


def _event(body: bytes) -> Json:
    try:
        event = json.loads(body)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _attempt(request: HttpRequest) -> str:
    """Which attempt the query string names, or "": it is not covered by the signature."""
    try:
        return str(uuid.UUID(request.GET.get("attempt", "")))
    except ValueError:
        return ""
