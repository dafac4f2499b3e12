"""The host of output files: no token wanted, each file for an hour, each with its fault."""

import struct
import time
import zlib
from collections.abc import Callable

from tests.support.replicate_server.web import Handler
from tests.support.replicate_server.world import Stored

HUGE = 300 * 1024 * 1024
PIECE = bytes(256 * 1024)


class Outputs(Handler):
    """Serves what predictions made, as scripted, and remembers who brought the token along."""

    def dispatch(self, path: str) -> None:
        file = self.world.outputs.get(path)
        self.world.downloads.append({
            "path": path, "prediction": file.id if file else None, "at": time.time(),
            "token": bool(self.headers.get("authorization")),
        })  # fmt: skip
        if file is None or self.command not in ("GET", "HEAD") or self.world.clock.now() >= file.expires:
            self.reply(404, b"Not Found", "text/plain")
            return
        file.served += 1
        SERVE.get(file.fault, whole)(self, file)


def whole(handler: Handler, file: Stored) -> None:
    handler.reply(200, file.data, file.content_type, cache_control="private")


def missing(handler: Handler, file: Stored) -> None:
    handler.reply(404, b"Not Found", "text/plain")


def truncated(handler: Handler, file: Stored) -> None:
    handler.head(200, {"content-type": file.content_type, "content-length": len(file.data)})
    handler.wfile.write(file.data[: len(file.data) // 2])
    handler.cut()


def half(handler: Handler, file: Stored) -> None:
    handler.reply(200, file.data[: len(file.data) // 2], file.content_type)


def not_an_image(handler: Handler, file: Stored) -> None:
    handler.reply(200, b"<html><body>Please sign in.</body></html>", file.content_type)


def too_large(handler: Handler, file: Stored) -> None:
    handler.head(200, {"content-type": file.content_type, "content-length": HUGE})
    for _ in range(HUGE // len(PIECE)):
        handler.wfile.write(PIECE)


def endless(handler: Handler, file: Stored) -> None:
    handler.head(200, {"content-type": file.content_type, "transfer-encoding": "chunked"})
    for _ in range(HUGE // len(PIECE)):
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(PIECE), PIECE))
    handler.wfile.write(b"0\r\n\r\n")


def huge_dimensions(handler: Handler, file: Stored) -> None:
    handler.reply(200, png_that_says(60000, 60000), "image/png")


def redirect_private(handler: Handler, file: Stored) -> None:
    inside = f"{handler.world.addresses.api}/_private/{file.id}.png"
    handler.reply(302, b"", "text/plain", location=inside)


def error_first(handler: Handler, file: Stored) -> None:
    if file.served == 1:
        handler.reply(503, b"Service Unavailable", "text/plain")
    else:
        whole(handler, file)


def slow(handler: Handler, file: Stored) -> None:
    time.sleep(handler.world.settings.slow_seconds)
    whole(handler, file)


SERVE: dict[str, Callable[[Handler, Stored], None]] = {
    "output-missing": missing,
    "output-truncated": truncated,
    "output-half": half,
    "output-not-an-image": not_an_image,
    "output-too-large": too_large,
    "output-endless": endless,
    "output-huge-dimensions": huge_dimensions,
    "output-redirect-private": redirect_private,
    "output-error": error_first,
    "output-slow": slow,
}


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises that many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
