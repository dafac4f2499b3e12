"""What stands between the processes and can misbehave: a TCP relay, a post office, a mail server."""

import contextlib
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer

import requests

HOST = "127.0.0.1"
PIECE = 256 * 1024
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
AN_ERROR = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n"
    b"Connection: close\r\n\r\nslow down"
)


class Relay:
    """Passes connections on to `target`. `mode`: "pass", "away" (every connection is reset), "error" (503 to
    whatever is asked), "slow" (each piece waits). `is_doomed(request)` says of a request whether its
    connection is to be reset once the answer has begun, so that nobody hears of it."""

    def __init__(self, target: tuple[str, int], is_doomed: Callable[[bytes], bool] = lambda request: False):
        self.target = target
        self.is_doomed = is_doomed
        self.mode = "pass"
        self.reset = 0
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server((HOST, 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def set_mode(self, mode: str) -> None:
        self.mode = mode
        if mode == "away":
            for connection in list(self._open):
                _reset(connection)

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self.mode == "away":
            _reset(client)
            return
        if self.mode == "error":
            with contextlib.suppress(OSError):
                client.settimeout(5)
                client.recv(PIECE)
                client.sendall(AN_ERROR)
            client.close()
            return
        try:
            server = socket.create_connection(self.target, timeout=10)
            server.settimeout(None)
        except OSError:
            _reset(client)
            return
        doomed = threading.Event()
        self._open |= {client, server}
        back = threading.Thread(target=self._carry, args=(server, client, doomed, False), daemon=True)
        back.start()
        self._carry(client, server, doomed, True)
        back.join()
        self._open -= {client, server}
        client.close()
        server.close()

    def _carry(self, source: socket.socket, sink: socket.socket, doomed: threading.Event, asks: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                if self.mode == "slow":
                    time.sleep(0.3)
                if asks and self.is_doomed(piece):
                    doomed.set()
                if not asks and doomed.is_set():
                    self.reset += 1
                    _reset(sink)
                    break
                sink.sendall(piece)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def _reset(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        connection.close()


class PostOffice:
    """Where the provider sends its webhooks. It takes each one, and passes it on to one of the web servers at
    once, late, twice, or never: so they arrive in any order."""

    FATES = (("lost", 0.1), ("late", 0.15), ("twice", 0.15))

    def __init__(self, web_servers: Callable[[], list[str]], rng: random.Random):
        self.fates: Counter[str] = Counter()
        self.last: tuple[str, bytes, dict[str, str]] | None = None
        office, lock = self, threading.Lock()

        class Window(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                self.send_response(204)
                self.end_headers()
                kept = {
                    k: v for k, v in self.headers.items() if k.lower().startswith(("webhook-", "content-t"))
                }
                office.last = (self.path, body, kept)
                with lock:
                    fate = _drawn(office.FATES, rng)
                    waits = {
                        "lost": [], "late": [rng.uniform(1, 15)], "twice": [0.0, rng.uniform(0, 10)],
                        "at once": [0.0],
                    }[fate]  # fmt: skip
                    servers = web_servers()
                    chosen = [rng.choice(servers) for _ in waits]
                office.fates[fate] += 1
                for wait, server in zip(waits, chosen, strict=True):
                    timer = threading.Timer(wait, _post, [f"{server}{self.path}", body, kept])
                    timer.daemon = True
                    timer.start()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer((HOST, 0), Window)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _drawn(fates: tuple[tuple[str, float], ...], rng: random.Random) -> str:
    dice = rng.random()
    for name, share in fates:
        dice -= share
        if dice < 0:
            return name
    return "at once"


def _post(url: str, body: bytes, headers: dict[str, str]) -> None:
    with contextlib.suppress(requests.RequestException):  # a web server that is down hears nothing
        requests.post(url, body, headers=headers, timeout=10)


class MailServer:
    """Takes every mail and remembers to whom each was: `(address, subject)`."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str]] = []
        mails = self.mails

        class Talk(StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 ready")
                to = ""
                for line in self.rfile:
                    word = line[:4].upper()
                    if word == b"RCPT":
                        to = line.decode().partition("<")[2].partition(">")[0]
                    if word == b"DATA":
                        self._say("354 go on")
                        mails.append((to, self._subject()))
                    self._say("221 bye" if word == b"QUIT" else "250 ok")
                    if word == b"QUIT":
                        return

            def _subject(self) -> str:
                subject = ""
                for line in self.rfile:
                    if line == b".\r\n":
                        break
                    if line.lower().startswith(b"subject:"):
                        subject = line.decode()[8:].strip()
                return subject

            def _say(self, line: str) -> None:
                self.wfile.write(f"{line}\r\n".encode())

        ThreadingTCPServer.allow_reuse_address = True
        self._server = ThreadingTCPServer((HOST, 0), Talk)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
