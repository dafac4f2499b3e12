"""The two networks: U2-Net-p finds the product, EfficientNet-Lite0 describes the picture.

Both are ONNX files beside this module (see LICENSES.md), read by OpenCV once a process, at the first
use. A file whose checksum differs is refused.
"""

import hashlib
import threading
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]  # height x width x 3
Floats = NDArray[np.float32]

FOLDER = Path(__file__).parent
SHA256 = {
    "u2netp.onnx": "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
    "efficientnet_lite0.onnx": "dd7cd878e82ea230ede110db4e40c4ad0fa11bbe88bf7e9d63a561327e75156c",
}
SALIENCE_SIDE = 320
DESCRIPTION_SIDE = 224
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)

_one_at_a_time = threading.Lock()  # a cv2 network keeps the state of its last input


class DamagedNetworkError(Exception):
    """A network's file is not the one that was committed."""


@cache
def _network(name: str) -> cv2.dnn.Net:
    data = (FOLDER / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256[name]:
        raise DamagedNetworkError(f"{name} is damaged. Restore it from the repository.")
    return cv2.dnn.readNetFromONNX(np.frombuffer(data, np.uint8))


def salience(image: Rgb) -> Floats:
    """How much each pixel belongs to the main object of a picture, 0 to 1.

    Takes height x width x 3 (RGB), returns height x width.
    """
    height, width = image.shape[:2]
    small = cv2.resize(image, (SALIENCE_SIDE, SALIENCE_SIDE), interpolation=cv2.INTER_AREA)
    scaled = small.astype(np.float32) / max(float(small.max()), 1.0)
    blob = ((scaled - MEAN) / DEVIATION).transpose(2, 0, 1)[None].astype(np.float32)
    with _one_at_a_time:
        network = _network("u2netp.onnx")
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
    with _one_at_a_time:
        network = _network("efficientnet_lite0.onnx")
        network.setInput(np.ascontiguousarray(blob))
        outputs = [output[0].copy() for output in network.forward(names)]
    return dict(zip(names, outputs, strict=True))
