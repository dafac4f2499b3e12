"""The images of a call: data URLs, files uploaded before, and addresses on this machine."""

import base64
import hashlib
from urllib.parse import urlsplit

import requests

from generation.providers.local.photo import Album, Photo, UnreadableImageError
from tests.support.replicate_server.world import World

HERE = frozenset({"127.0.0.1", "localhost", "::1"})
MOST = 100 * 1024 * 1024
ALBUM = Album(96 * 1024 * 1024)  # photos studied before are not studied again, as in the local engine


class UnusableInputError(Exception):
    """An input that the model could not read: the prediction fails with these words."""


def photos(world: World, addresses: list[str]) -> list[Photo]:
    """The decoded images, in their order. Raises UnusableInputError."""
    return [_photo(_bytes(world, address)) for address in addresses]


def _photo(data: bytes) -> Photo:
    try:
        return ALBUM.open(hashlib.sha256(data).hexdigest(), lambda: data)
    except UnreadableImageError as error:
        raise UnusableInputError(f"cannot identify image file: {error}") from error


def _bytes(world: World, address: str) -> bytes:
    if address.startswith("data:"):
        return base64.b64decode(address.partition(",")[2])
    start = f"{world.addresses.api}/v1/files/"
    if address.startswith(start):
        file = world.files.get(address.removeprefix(start).partition("/")[0])
        if file is None or world.clock.now() >= file.expires:
            raise UnusableInputError(f"404 Client Error: Not Found for url: {address}")
        return file.data
    return _download(address)


def _download(address: str) -> bytes:
    """Only from this machine: a stand-in calls nobody outside."""
    if urlsplit(address).hostname not in HERE:
        raise UnusableInputError(f"the stand-in downloads from this machine only, not {address}")
    session = requests.Session()
    session.trust_env = False
    try:
        with session.get(address, timeout=15, stream=True) as response:
            response.raise_for_status()
            data = response.raw.read(MOST + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise UnusableInputError(f"{error}") from error
    if len(data) > MOST:
        raise UnusableInputError(f"file too large: {address}")
    return data
