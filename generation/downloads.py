"""Taking a result from the provider's file host: streamed, bounded, from named hosts only."""

from urllib.parse import urlsplit

import requests
from django.conf import settings

MOST_BYTES = 40 * 1024 * 1024
TIMEOUT = (10, 60)  # seconds to connect, seconds between two pieces


class Gone(Exception):
    """The file is not there any more."""


class Refused(Exception):
    """The address or what lies there is not acceptable."""


def fetch(url: str) -> bytes:
    """The bytes at `url`. Raises Gone, Refused, or an OSError of `requests` that may pass."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not _is_allowed(parts.hostname or ""):
        raise Refused(f"not an output host: {parts.hostname}")
    with requests.get(url, stream=True, timeout=TIMEOUT, allow_redirects=False) as response:
        if response.status_code in (403, 404, 410):
            raise Gone(str(response.status_code))
        if response.is_redirect:
            raise Refused("redirected")
        response.raise_for_status()
        return _read(response)


def _read(response: requests.Response) -> bytes:
    data = bytearray()
    for piece in response.iter_content(64 * 1024):
        data += piece
        if len(data) > MOST_BYTES:
            raise Refused("too large")
    return bytes(data)


def _is_allowed(host: str) -> bool:
    return any(host == allowed or host.endswith(f".{allowed}") for allowed in settings.REPLICATE_OUTPUT_HOSTS)
