"""Seconds that the local engine takes for each operation: `python bench/local.py [photo...]`.

Without photos it draws its own (a T-shirt's front and back on noisy paper, 1200 x 1600). Every photo
is asked with a provider of its own, so that nothing is remembered from the one before; the last
line is JSON. The figure to compare among machines is `pair_per_grabcut`: a front and back pair
from start to finish, in units of one GrabCut (240 x 320, 5 rounds) on the same machine.
"""

import hashlib
import io
import json
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image as PilImage

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from generation.providers.base import Image, Output, Request
from generation.providers.local import LocalProvider

TEE = {"category": "APPAREL", "subcategory": "T-shirt"}


def drawn(colour: tuple[int, int, int], *, neck: bool) -> bytes:
    """A T-shirt on paper, as JPEG bytes."""
    noise = np.random.default_rng(1).normal(0, 5, (1600, 1200, 1))
    photo = np.clip(np.array((232, 224, 206)) + noise, 0, 255).astype(np.uint8)
    outline = [
        (460, 260), (600, 248), (740, 260), (900, 340), (1090, 600), (960, 700), (860, 580), (860, 1380),
        (340, 1380), (340, 580), (240, 700), (110, 600), (300, 340),
    ]  # fmt: skip
    cv2.fillPoly(photo, [np.array(outline, np.int32)], colour, cv2.LINE_AA)
    if neck:
        cv2.ellipse(photo, (600, 262), (125, 110), 0, 0, 180, (20, 30, 25), 5, cv2.LINE_AA)
    cv2.line(photo, (345, 1340), (855, 1340), (20, 30, 25), 3, cv2.LINE_AA)
    stream = io.BytesIO()
    PilImage.fromarray(photo).save(stream, "JPEG", quality=92)
    return stream.getvalue()


def asker(provider: LocalProvider, data: bytes, spent: dict[str, float]) -> Callable[..., Output]:
    """A function that asks one purpose about one photo and adds up the seconds."""
    sha256 = hashlib.sha256(data).hexdigest()
    image = Image(uuid.uuid4(), "photo", sha256, "image/jpeg", len(data), 0, 0, lambda: data)

    def ask(purpose: str, **parameters: Any) -> Output:
        operation = "render" if purpose in ("close_up", "sketch") else "analyse"
        request = Request(operation=operation, purpose=purpose, parameters=parameters)
        started = time.perf_counter()
        output = provider.submit(request, [image], provider.prepare(request, [image], uuid.uuid4()))
        spent[purpose] = spent.get(purpose, 0.0) + time.perf_counter() - started
        assert isinstance(output, Output)
        return output

    return ask


def whole(provider: LocalProvider, data: bytes, view: str) -> dict[str, float]:
    """Every operation of a tech pack on one photo; seconds by purpose."""
    spent: dict[str, float] = {}
    ask = asker(provider, data, spent)
    ask("category", name="T-shirt", notes="")
    seen = ask("base_view", view=view, dimension=None, corrections={}, **TEE).data
    plan = ask("close_up_plan", views=[{"view": view}], **TEE).data
    assert plan is not None
    for shot in plan["shots"]:
        ask("close_up", area=shot["area"], title=shot["title"], kind=shot["kind"])
    ask("sketch", view=view, basis="photo", **TEE)
    ask("callouts", view=view, basis="photo", dimension=None, analysis=seen, **TEE)
    return spent


def pair(front: bytes, back: bytes) -> float:
    """Seconds for a front and a back, asked by two threads at once as two workers would."""
    provider = LocalProvider()
    started = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda work: whole(provider, *work), [(front, "front"), (back, "back")]))
    return time.perf_counter() - started


def grabcut() -> float:
    """Seconds of the yardstick: one GrabCut of a small fixed picture."""
    picture = np.random.default_rng(2).integers(0, 255, (320, 240, 3)).astype(np.uint8)
    picture[80:240, 60:180] //= 3
    times = []
    for _ in range(3):
        mask, back, fore = np.zeros((320, 240), np.uint8), np.zeros((1, 65)), np.zeros((1, 65))
        started = time.perf_counter()
        cv2.grabCut(picture, mask, (20, 20, 200, 280), back, fore, 5, cv2.GC_INIT_WITH_RECT)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main(paths: list[str]) -> None:
    photos = {Path(path).name: Path(path).read_bytes() for path in paths} or {
        "drawn front": drawn((40, 92, 70), neck=True),
        "drawn back": drawn((42, 95, 72), neck=False),
    }
    totals = []
    for name, data in photos.items():
        spent = whole(LocalProvider(), data, "front")
        totals.append(sum(spent.values()))
        parts = "  ".join(f"{purpose} {seconds:.2f}" for purpose, seconds in spent.items())
        print(f"{name:24} {totals[-1]:5.2f} s   {parts}")
    first, *rest = photos.values()
    seconds, unit = pair(first, rest[0] if rest else first[:-1] + b"\0"), grabcut()
    print(f"front and back pair      {seconds:5.2f} s   one GrabCut {unit:.3f} s")
    figures = {
        "bench": "local",
        "pair_seconds": round(seconds, 2),
        "pair_per_grabcut": round(seconds / unit, 1),
        "median_photo_seconds": round(statistics.median(totals), 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
