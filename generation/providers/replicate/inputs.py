"""Send images to a model.

By a signed address where the provider can reach us (PUBLIC_URL, or a public bucket), else inside the
call as a data URL, else left with the provider's files API. It is always the original: a thumbnail
of 1200 px has lost the stitches that a close-up and a flat are made from.
"""

import base64
import threading
import time
from collections import OrderedDict

from generation.providers.base import Image

from .client import Api

DATA_URL_MOST = 256 * 1024  # of the whole URL: the vendor does not say which length is meant
KEPT = 12 * 3600  # seconds an uploaded file is named again; the vendor keeps it for a day
MOST_KEPT = 500


class Uploads:
    """Files left with the provider by this process: the photo of thirty calls is uploaded once."""

    def __init__(self, api: Api):
        self._api = api
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def address(self, image: Image) -> str:
        with self._lock:
            address, since = self._known.get(image.sha256, ("", 0.0))
        if address and time.monotonic() - since < KEPT:
            return address
        ending = image.content_type.rpartition("/")[2]
        address = self._api.upload(f"{image.sha256[:16]}.{ending}", image.content_type, image.read())
        with self._lock:
            self._known[image.sha256] = (address, time.monotonic())
            if len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
        return address


def addresses(images: list[Image], uploads: Uploads) -> list[str]:
    """In the order of the request. Raises what the API raises, and what storage raises."""
    return [image.address() or _data_url(image) or uploads.address(image) for image in images]


def _data_url(image: Image) -> str | None:
    start = f"data:{image.content_type};base64,"
    if len(start) + 4 * ((image.size + 2) // 3) > DATA_URL_MOST:
        return None
    return start + base64.b64encode(image.read()).decode()
