"""Taking a file from the provider's host: what is taken, and everything that is not."""

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from generation.storage import downloads

Answer = Callable[[BaseHTTPRequestHandler], None]


class Host:
    """A file host on this machine that answers as told."""

    def __init__(self) -> None:
        self.answer: Answer = whole(b"picture")
        self.seen: list[dict[str, str]] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.seen.append({key.lower(): value for key, value in self.headers.items()})
                host.answer(self)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.name = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.name}/out.png"


@pytest.fixture
def host(settings: Any) -> Iterator[Host]:
    host = Host()
    settings.REPLICATE_OUTPUT_HOSTS = [host.name]
    settings.REPLICATE_API_TOKEN = "secret-token"
    thread = threading.Thread(target=host.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield host
    host.server.shutdown()
    host.server.server_close()


def whole(data: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"content_length": str(len(data)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def test_a_file_is_taken_and_no_token_goes_along(host: Host) -> None:
    assert downloads.fetch(host.url) == b"picture"
    (headers,) = host.seen
    assert "authorization" not in headers
    assert "secret-token" not in str(headers)
    assert headers["host"] == host.name


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_file_that_is_not_there_is_gone(host: Host, status: int) -> None:
    host.answer = whole(b"", status)
    with pytest.raises(downloads.Gone):
        downloads.fetch(host.url)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_host_in_trouble_may_be_asked_again(host: Host, status: int) -> None:
    host.answer = whole(b"", status)
    with pytest.raises(OSError, match=str(status)):
        downloads.fetch(host.url)


def test_a_redirect_is_not_followed(host: Host) -> None:
    host.answer = whole(b"", 302, location=host.url)
    with pytest.raises(downloads.Refused):
        downloads.fetch(host.url)
    assert len(host.seen) == 1


def test_half_a_file_is_no_file_and_may_be_fetched_again(host: Host) -> None:
    host.answer = whole(b"pic", content_length="7")
    with pytest.raises(OSError, match=r".+"):
        downloads.fetch(host.url)


def test_what_says_that_it_is_too_large_is_not_read(host: Host) -> None:
    host.answer = whole(b"", content_length=str(downloads.MOST_BYTES + 1))
    with pytest.raises(downloads.Refused, match="too large"):
        downloads.fetch(host.url)


def test_what_does_not_say_how_large_it_is_is_counted(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", 1000)

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(bytes(1000))

    host.answer = endless
    with pytest.raises(downloads.Refused, match="too large"):
        downloads.fetch(host.url)


def test_a_file_that_does_not_end_is_given_up(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "DEADLINE", -1)
    with pytest.raises(OSError, match="does not end"):
        downloads.fetch(host.url)


def test_a_compressed_file_is_refused(host: Host) -> None:
    host.answer = whole(b"x", content_encoding="gzip")
    with pytest.raises(downloads.Refused, match="compressed"):
        downloads.fetch(host.url)


@pytest.mark.parametrize(
    "url",
    [
        "https://replicate.delivery.example/a",
        "https://evilreplicate.delivery/a",
        "https://user@replicate.delivery/a",
        "https://replicate.delivery:8443/a",
        "http://replicate.delivery/a",
        "https://169.254.169.254/latest",
        "https://127.0.0.1/a",
        "ftp://replicate.delivery/a",
        "file:///etc/passwd",
        "https://[::1/a",
        "https://replicate.delivery:99999/a",
        "",
    ],
)
def test_an_address_off_the_list_is_never_asked(
    settings: Any, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    settings.REPLICATE_OUTPUT_HOSTS = ["replicate.delivery"]
    monkeypatch.setattr(socket, "getaddrinfo", unexpected)
    with pytest.raises(downloads.Refused):
        downloads.fetch(url)


def unexpected(*args: Any, **more: Any) -> Any:
    raise AssertionError("asked")


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "100.64.0.1", "::1", "fe80::1", "fd00::1",
     "::ffff:10.0.0.1", "0.0.0.1", "224.0.0.1"],
)  # fmt: skip
def test_a_listed_name_that_leads_inside_is_refused(
    settings: Any, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    """One private address among public ones is enough."""
    settings.REPLICATE_OUTPUT_HOSTS = ["replicate.delivery"]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("1.1.1.1", inside)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    with pytest.raises(downloads.Refused, match="inside"):
        downloads.fetch("https://pbxt.replicate.delivery/a.png")


def test_the_connection_goes_to_the_address_that_was_looked_at(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is resolved a second time may lead elsewhere by then."""
    settings.REPLICATE_OUTPUT_HOSTS = ["replicate.delivery"]
    asked: list[str] = []
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.114.1", 443))]
    real = socket.getaddrinfo

    def resolve(host: str, *args: Any, **more: Any) -> Any:
        asked.append(host)
        return found if host == "x.replicate.delivery" else real(host, *args, **more)

    def connect(address: tuple[str, int], *args: Any, **more: Any) -> Any:
        asked.append(f"connect {address[0]}")
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    with pytest.raises(OSError, match=r".+"):
        downloads.fetch("https://x.replicate.delivery/a.png")
    assert asked == ["x.replicate.delivery", "connect 203.0.114.1"]
