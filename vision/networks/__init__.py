"""The two networks: U2-Net-p finds the product, EfficientNet-Lite0 describes the picture.

Both are ONNX files beside this module (see LICENSES.md), read by OpenCV at the first use and let go when
nobody has used them for a while. A file whose checksum differs is refused.
"""

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]  # height x width x 3
Floats = NDArray[np.float32]

FOLDER = Path(__file__).parent
SHA256 = {
    "u2netp.onnx": "bc180e4b345fc059c8b96f717c6f41c9adba5db1fe9f7b5c33ecf102de94e28e",
    "efficientnet_lite0.onnx": "dd7cd878e82ea230ede110db4e40c4ad0fa11bbe88bf7e9d63a561327e75156c",
}
SALIENCE_SIDE = 320
DESCRIPTION_SIDE = 224
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)

# Seconds after their last use. Together they hold 240 MB, most of it room for what lies between the layers,
# and are read again in 0.2 s, where a photo takes more than a second.
KEPT_FOR = 10.0

_one_at_a_time = threading.Lock()  # a cv2 network keeps the state of its last input
_last_used = 0.0
_letting_go: threading.Timer | None = None  # while any is kept


class DamagedNetworkError(Exception):
    """A network's file is not the one that was committed."""


@cache
def _network(name: str) -> cv2.dnn.Net:
    data = (FOLDER / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256[name]:
        raise DamagedNetworkError(f"{name} is damaged. Restore it from the repository.")
    return cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))


@contextmanager
def _in_use(name: str) -> Iterator[cv2.dnn.Net]:
    """The network for this thread alone."""
    global _last_used  # noqa: PLW0603 - of all threads
    with _one_at_a_time:
        try:
            yield _network(name)
        finally:
            _last_used = time.monotonic()
            if _letting_go is None:
                _look_again_in(KEPT_FOR)


def _look_again_in(seconds: float) -> None:
    global _letting_go  # noqa: PLW0603 - one a process
    _letting_go = threading.Timer(seconds, _let_go)
    _letting_go.daemon = True
    _letting_go.start()


def _let_go() -> None:
    global _letting_go  # noqa: PLW0603 - one a process
    with _one_at_a_time:
        left = _last_used + KEPT_FOR - time.monotonic()
        if left > 0:
            _look_again_in(left)
        else:
            _network.cache_clear()
            _letting_go = None


def salience(image: Rgb) -> Floats:
    """How much each pixel belongs to the main object of a picture, 0 to 1.

    Takes height x width x 3 (RGB), returns height x width.
    """
    height, width = image.shape[:2]
    small = cv2.resize(image, (SALIENCE_SIDE, SALIENCE_SIDE), interpolation=cv2.INTER_AREA)
    scaled = small.astype(np.float32) / max(float(small.max()), 1.0)
    blob = ((scaled - MEAN) / DEVIATION).transpose(2, 0, 1)[None].astype(np.float32)
    with _in_use("u2netp.onnx") as network:
        network.setInput(np.ascontiguousarray(blob))
        mask = network.forward("1959")[0, 0].copy()
    low, high = float(mask.min()), float(mask.max())
    mask = (mask - low) / max(high - low, 1e-6)
    return cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)


def describe(image: Rgb) -> dict[str, Floats]:
    """Describe a picture: `stride16` (112 x 14 x 14), `features` (1280 x 7 x 7), `imagenet` (1000 logits).

    Takes height x width x 3 (RGB) of any size; a square picture is described best.
    """
    small = cv2.resize(image, (DESCRIPTION_SIDE, DESCRIPTION_SIDE), interpolation=cv2.INTER_AREA)
    blob = ((small.astype(np.float32) - 127.0) / 128.0).transpose(2, 0, 1)[None]
    names = ["stride16", "features", "imagenet"]
    with _in_use("efficientnet_lite0.onnx") as network:
        network.setInput(np.ascontiguousarray(blob))
        outputs = [output[0].copy() for output in network.forward(names)]
    return dict(zip(names, outputs, strict=True))
