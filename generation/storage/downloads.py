"""Taking a result from the provider's file host: streamed, bounded, from named hosts only. And taking a
photo from wherever on the public internet somebody says that it lies.

`REPLICATE_OUTPUT_HOSTS` names them: "replicate.delivery" (with its subdomains, by HTTPS, port 443) or
"files.example:8443". A loopback address ("127.0.0.1:8101") may be listed for development, and only such
a one is spoken to without TLS. What a name resolves to is looked at before, and the connection goes to
the very address that was looked at, so that a name that changes its mind (DNS rebinding) gains nothing.
No request carries the API token, a cookie or a password of ours, and no redirect is followed.

A photo's address may lead to any public host, by HTTP too, and over up to three redirects, each looked at
like the first; never to an address inside, save a loopback one that is listed above. Its host may be
hostile, so the whole of it, header and all, has to come before one deadline.
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from http.client import HTTPConnection, HTTPException, HTTPMessage
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import requote_uri

MOST_BYTES = 40 * 1024 * 1024
TIMEOUT = (5, 20)  # seconds to connect, seconds between two pieces
DEADLINE = 90.0  # seconds for the whole file
PIECE = 64 * 1024
GONE = (403, 404, 410)
PORTS = {"https": 443, "http": 80}
MOST_PUBLIC_BYTES = 20 * 1024 * 1024
PUBLIC_DEADLINE = 25.0  # seconds for a photo from elsewhere, redirects and all
MOST_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)
LONGEST_URL = 2000
Headers = CaseInsensitiveDict[str] | HTTPMessage
INSIDE = (".local", ".internal", ".localhost", ".localdomain", ".lan", ".home.arpa")
IN_IPV4 = ipaddress.ip_network("64:ff9b::/96")  # NAT64: the last 32 bits are an IPv4 address


class Gone(Exception):
    """The file is not there any more."""


class Refused(Exception):
    """The address or what lies there is not acceptable."""


class Interrupted(OSError):
    """It did not come, or not wholly; the next try may fetch it."""


class Truncated(Interrupted):
    """It ended in the middle. When that happens again, what lies there is not whole."""


def fetch(url: str) -> bytes:
    """The bytes at `url`. Raises Gone, Refused, Truncated, or another OSError that may pass."""
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
            _check(response.status_code, response.headers, MOST_BYTES)
            try:
                return _read(response.iter_content(PIECE), response.headers, MOST_BYTES, end)
            except requests.exceptions.ChunkedEncodingError as error:
                raise Truncated(str(error)) from error


def fetch_public(url: str) -> bytes:
    """The bytes at an address that anybody may have named. Raises Gone, Refused, or an OSError that may
    pass."""
    end = time.monotonic() + PUBLIC_DEADLINE
    for _ in range(MOST_REDIRECTS + 1):
        answer = _asked(url, end)
        if isinstance(answer, bytes):
            return answer
        url = _led_to(url, answer)
    raise Refused("The address of the photo leads from one place to the next.")


def _led_to(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise Refused("The address of the photo leads to none.") from error


def public_url_problem(url: str) -> str:
    """What is wrong with the address of a photo elsewhere, as a sentence; "" when it looks acceptable.
    Nothing is asked of the network: a name that leads inside is only found by `fetch_public`."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        host, port = "", 0
    if len(url) > LONGEST_URL:
        return f"The address of the photo is longer than {LONGEST_URL} characters."
    if not host or not port:
        return "The address of the photo must begin with https:// or http:// and name a host."
    if parts.username is not None or parts.password is not None:
        return "The address of the photo must not carry a password."
    return "" if _is_listed_loopback(host, port) else _problem_outside(host, port)


def _problem_outside(host: str, port: int) -> str:
    if not _may_be_public(host):
        return "The address of the photo is not on the public internet."
    if port not in PORTS.values():
        return "The address of the photo may name port 80 or 443, and no other."
    return ""


def _may_be_public(host: str) -> bool:
    if _is_address(host):
        return _is_public(host)
    with suppress(OSError, UnicodeError):  # 127.1, 2130706433, 0x7f000001: addresses to the resolver
        return _is_public(socket.inet_ntoa(socket.inet_aton(host)))
    return "." in host and not host.endswith(INSIDE)


def _is_listed_loopback(host: str, port: int) -> bool:
    """For development, as with the hosts of results: and only at the very port that is listed."""
    return _is_loopback(host) and f"{host}:{port}" in settings.REPLICATE_OUTPUT_HOSTS


def _asked(url: str, end: float) -> bytes | str:
    """The content at `url`, or where it leads to."""
    problem = public_url_problem(url)
    if problem:
        raise Refused(problem)
    try:
        parts = urlsplit(requote_uri(url))
        with _connected(parts, end) as connection:
            headers = {"Host": parts.netloc, "Accept-Encoding": "identity", "User-Agent": "Selvedge"}
            path = parts._replace(scheme="", netloc="", fragment="", path=parts.path or "/").geturl()
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            if response.status in REDIRECTS:
                return response.getheader("Location") or url
            _check(response.status, response.headers, MOST_PUBLIC_BYTES)
            pieces = iter(partial(response.read1, PIECE), b"")
            return _read(pieces, response.headers, MOST_PUBLIC_BYTES, end)
    except (UnicodeError, requests.RequestException) as error:
        raise Refused("The address of the photo is not written as an address.") from error
    except ssl.SSLCertVerificationError as error:
        raise Refused(f"{urlsplit(url).hostname} cannot show that it is who it says") from error
    except HTTPException as error:  # what came was no HTTP, or only half of it
        raise Interrupted(f"{type(error).__name__}: {error}") from error


@contextmanager
def _connected(parts: SplitResult, end: float) -> Iterator[HTTPConnection]:
    """A connection to the address that was looked at, which breaks at the deadline: a time-out alone holds
    for one piece, and a host that sends a byte every few seconds would have a worker for hours."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    sock = socket.create_connection((_resolved(host, port), port), timeout=TIMEOUT[0])
    spare = sock.dup()  # TLS takes the first one over
    breaking = threading.Timer(max(0.0, end - time.monotonic()), _break, [spare])
    breaking.start()
    try:
        if parts.scheme == "https":
            sock = _tls().wrap_socket(sock, server_hostname=host)
        sock.settimeout(TIMEOUT[1])
        connection = HTTPConnection(host, port)
        connection.sock = sock
        yield connection
    finally:
        breaking.cancel()
        spare.close()
        sock.close()


def _break(sock: socket.socket) -> None:
    with suppress(OSError):  # it is over already
        sock.shutdown(socket.SHUT_RDWR)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


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
        if not _is_public(address) and not _is_loopback(host):  # which is only asked for when it is listed
            raise Refused(f"{host} is an address inside: {address}")
    return min(found, key=lambda address: (":" in address, address))  # IPv4 is reachable from anywhere


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if ip in IN_IPV4:
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
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


def _check(status: int, headers: Headers, most: int) -> None:
    if status in GONE:
        raise Gone(str(status))
    if status >= 500 or status in (408, 429):
        raise Interrupted(f"the file host answered {status}")
    if status != 200:  # a redirect, too: it would lead off the list
        raise Refused(f"the file host answered {status}")
    if headers.get("content-encoding", "identity") != "identity":
        raise Refused("compressed, against our wish")
    if _announced(headers) > most:
        raise Refused(f"too large: more than {most // 1024 // 1024} MB")


def _read(pieces: Iterable[bytes], headers: Headers, most: int, end: float) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > most:
            raise Refused(f"too large: more than {most // 1024 // 1024} MB")
        if time.monotonic() > end:
            break
    if time.monotonic() > end:  # it was broken off, and without a length would pass for whole
        raise Interrupted("the file does not end")
    if _announced(headers) not in (0, len(data)):
        raise Truncated(f"{len(data)} bytes of {_announced(headers)}")
    return bytes(data)


def _announced(headers: Headers) -> int:
    length = headers.get("content-length", "")[:20]  # more digits than that are too many all the same
    return int(length) if length.isascii() and length.isdigit() else 0
