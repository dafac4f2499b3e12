"""Taking a result from the provider's file host: streamed, bounded, from named hosts only.

`REPLICATE_OUTPUT_HOSTS` names them: "replicate.delivery" (with its subdomains, by HTTPS, port 443) or
"files.example:8443". A loopback address ("127.0.0.1:8101") may be listed for development, and only such
a one is spoken to without TLS. What a name resolves to is looked at before, and the connection goes to
the very address that was looked at, so that a name that changes its mind (DNS rebinding) gains nothing.
No request carries the API token, a cookie or a password of ours, and no redirect is followed.
"""

import ipaddress
import socket
import time
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter

MOST_BYTES = 40 * 1024 * 1024
TIMEOUT = (5, 20)  # seconds to connect, seconds between two pieces
DEADLINE = 90.0  # seconds for the whole file: less than the lease on collecting
PIECE = 64 * 1024
GONE = (403, 404, 410)
PORTS = {"https": 443, "http": 80}


class Gone(Exception):
    """The file is not there any more."""


class Refused(Exception):
    """The address or what lies there is not acceptable."""


class Interrupted(OSError):
    """It did not come, or not wholly; the next try may fetch it."""


def fetch(url: str) -> bytes:
    """The bytes at `url`. Raises Gone, Refused, or an OSError that may pass."""
    end = time.monotonic() + DEADLINE
    parts = _acceptable(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    address = _resolved(host, port)
    with requests.Session() as session:
        session.trust_env = False  # no proxy, and no password from .netrc
        session.mount("https://", _For(host))
        there = f"[{address}]" if ":" in address else address
        pinned = parts._replace(netloc=f"{there}:{port}").geturl()
        headers = {"Host": parts.netloc, "Accept-Encoding": "identity"}
        with session.get(
            pinned, headers=headers, stream=True, timeout=TIMEOUT, allow_redirects=False
        ) as response:
            _check(response)
            return _read(response, end)


class _For(HTTPAdapter):
    """Connects to an address, and asks for the certificate of the host it was resolved from."""

    def __init__(self, host: str):
        self._host = host
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, server_hostname=self._host, **more)


def _acceptable(url: str) -> SplitResult:
    """The parts of an address at a listed host. Raises Refused."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise Refused(f"no address: {url[:200]}") from error
    if parts.username is not None or not host or not _is_listed(host, port):
        raise Refused(f"not an output host: {host}")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise Refused(f"not by HTTPS: {host}")
    return parts


def _is_listed(host: str, port: int) -> bool:
    for entry in settings.REPLICATE_OUTPUT_HOSTS:
        listed = urlsplit(f"//{entry}")
        name = listed.hostname or ""
        same = host == name or (host.endswith(f".{name}") and not _is_address(name))
        if name and same and (port == listed.port if listed.port else port == 443 or _is_loopback(host)):
            return True
    return False


def _resolved(host: str, port: int) -> str:
    """One address of the host, after a look at all of them. Raises Refused, OSError."""
    found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    for address in found:
        if not _is_public(address) and not _is_loopback(host):
            raise Refused(f"{host} is an address inside: {address}")
    return min(found, key=lambda address: (":" in address, address))  # IPv4 is reachable from anywhere


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)


def _is_loopback(host: str) -> bool:
    """By its very name: a host that only resolves to one does not count."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _check(response: requests.Response) -> None:
    status = response.status_code
    if status in GONE:
        raise Gone(str(status))
    if status >= 500 or status in (408, 429):
        raise Interrupted(f"the file host answered {status}")
    if status != 200:  # a redirect, too: it would lead off the list
        raise Refused(f"the file host answered {status}")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Refused("compressed, against our wish")
    if _announced(response) > MOST_BYTES:
        raise Refused("too large")


def _read(response: requests.Response, end: float) -> bytes:
    data = bytearray()
    for piece in response.iter_content(PIECE):
        data += piece
        if len(data) > MOST_BYTES:
            raise Refused("too large")
        if time.monotonic() > end:
            raise Interrupted("the file does not end")
    if _announced(response) not in (0, len(data)):
        raise Interrupted(f"{len(data)} bytes of {_announced(response)}")
    return bytes(data)


def _announced(response: requests.Response) -> int:
    length = response.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0
