"""Whether the provider's webhooks reach us. Polling finishes the work without them, unnoticed."""

import re
from urllib.parse import urlsplit

import requests
from django.conf import settings

from generation.models import Attempt
from generation.providers.replicate import ReplicateProvider

LOOKED_AT = 20  # calls that ended last
ENOUGH = 5  # fewer say nothing


def silent_calls() -> int:
    """How many of the last calls ended without a webhook, when none of them had one; else 0."""
    if not settings.PUBLIC_URL:
        return 0  # none is asked for
    ended = Attempt.objects.filter(
        provider=ReplicateProvider.name, accepted_at__isnull=False, ended_at__isnull=False
    )
    heard = list(ended.order_by("-ended_at").values_list("webhook_at", flat=True)[:LOOKED_AT])
    return len(heard) if len(heard) >= ENOUGH and not any(heard) else 0


def address_problem(address: str) -> str:
    """Follow the public address once, as the provider would: what would make it drop its webhooks, or "".
    It follows no redirect and takes no certificate that it cannot check."""
    try:
        answer = requests.get(f"{address}/healthz", timeout=5, allow_redirects=False)
    except requests.exceptions.SSLError as error:
        return f"its certificate is not accepted ({_reason(error)})"
    except requests.exceptions.RequestException as error:
        return f"it cannot be reached ({type(error).__name__})"
    if answer.is_redirect or answer.is_permanent_redirect:
        target = urlsplit(answer.headers.get("Location", ""))
        return (
            f"it answers with a redirect to {target.scheme}://{target.netloc}"
            if target.netloc
            else "it redirects"
        )
    return "" if answer.ok else f"it answers {answer.status_code}"


def _reason(error: requests.exceptions.SSLError) -> str:
    """What is wrong with the certificate, without the address and the classes around it."""
    found = re.search(r"certificate verify failed: ([^(\"]+)", str(error))
    return found[1].strip() if found else "no TLS is spoken there"
