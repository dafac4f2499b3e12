"""HTTP, as little of it as the stand-in needs: routes, JSON, problem+json, connections cut on purpose."""

import json
import math
import re
import socket
import socketserver
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.replicate_server.world import World

Json = dict[str, Any]
MOST = 101 * 1024 * 1024
Route = tuple[str, re.Pattern[str], Callable[..., None]]


class Box:
    """Holds the world, so that a reset can put another in its place."""

    def __init__(self, world: World):
        self.world = world

    def reset(self) -> World:
        """Everything forgotten, settings as they were at the start."""
        old = self.world
        self.world = World(old.addresses, self.defaults())
        old.close()
        return self.world

    def defaults(self) -> Any:
        raise NotImplementedError


class Cut(Exception):
    """The connection is to be closed without (the rest of) an answer."""


class Server(ThreadingHTTPServer):
    """One listener; each connection has a thread."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int, handler: type["Handler"], box: Box):
        self.box = box
        super().__init__((host, port), handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Without asking what this machine is called, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.port

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are no news; a defect of ours is."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """A request is read as a whole, routed by method and path, and answered by `reply`."""

    protocol_version = "HTTP/1.1"
    server_version = "stand-in"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together
    timeout = 120
    routes: tuple[Route, ...] = ()
    server: Server

    def setup(self) -> None:
        super().setup()
        self.status = 0
        self.body = b""

    @property
    def world(self) -> World:
        return self.server.box.world

    @property
    def query(self) -> dict[str, str]:
        return {key: values[-1] for key, values in parse_qs(urlsplit(self.path).query).items()}

    def handle_any(self) -> None:
        try:
            self.body = self._read_body()
            self.dispatch(urlsplit(self.path).path)
        except Cut:
            self.close_connection = True
        finally:
            self.finished()

    # http.server's names.
    do_GET = do_POST = do_DELETE = do_HEAD = do_PUT = do_PATCH = handle_any  # noqa: N815

    def dispatch(self, path: str) -> None:
        for method, pattern, function in self.routes:
            found = pattern.fullmatch(path)
            if found and method == self.command:
                function(self, **found.groupdict())
                return
        self.not_found()

    def finished(self) -> None:
        """A request was answered, or cut."""

    def log_message(self, *args: Any) -> None:
        """Nothing: tests read stdout."""

    # --- answering

    def reply(self, status: int, body: Any = None, kind: str = "application/json", **headers: Any) -> None:
        """`body` is bytes, or what becomes JSON; header names have _ for -."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        self.head(status, {"content-type": kind, "content-length": len(data), **headers})
        if self.command != "HEAD":
            self.wfile.write(data)

    def head(self, status: int, headers: Json) -> None:
        self.status = status
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def problem(self, status: int, title: str, detail: str) -> None:
        body = {"title": title, "detail": detail, "status": status}
        self.reply(status, body, "application/problem+json")

    def not_found(self) -> None:
        self.problem(404, "Not found", "The requested resource could not be found.")

    def throttled(self, seconds: float) -> None:
        reset = max(1, math.ceil(seconds))
        body = {"detail": f"Request was throttled. Your rate limit resets in ~{reset}s."}
        self.reply(429, body, ratelimit_remaining=0, ratelimit_reset=reset)

    def cut(self) -> None:
        """Close the connection here and now."""
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        raise Cut

    # --- reading

    def json(self) -> Any:
        """The body. Raises ValueError."""
        return json.loads(self.body) if self.body else {}

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("transfer-encoding", ""):
            return self._read_chunks()
        length = int(self.headers.get("content-length") or 0)
        if length > MOST:
            self.problem(413, "Content too large", "Files must be less than 100MB in size")
            self.cut()
        return self.rfile.read(length)

    def _read_chunks(self) -> bytes:
        data = bytearray()
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            data += self.rfile.read(size)
            self.rfile.readline()
            if len(data) > MOST:
                self.cut()
        self.rfile.readline()
        return bytes(data)
