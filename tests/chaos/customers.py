"""Designers and creators who use the site through its APIs, and try again whatever did not answer."""

import io
import random
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from tests.chaos.plant import Plant

PHOTOS = sorted((Path(__file__).resolve().parents[1] / "vision" / "photos").glob("*.jpg"))
GRIDS = 30
PATIENCE = 300.0  # seconds somebody tries the same call again
AGAIN = (429, 502, 503, 504)
BUSY = ("idempotency_in_progress", "run_in_progress")  # 409s that pass by themselves


class GaveUp(Exception):
    """The site did not take a call for all the time somebody had patience."""


class Customers:
    """All of them, each in a thread. `answers` counts statuses and broken connections, `wrong` holds what no
    site should have answered."""

    def __init__(self, plant: Plant, *, packs: int, blueprints: int, grids: int = GRIDS):
        self.plant = plant
        self.grids = grids
        self.answers: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.products: dict[int, str] = {}  # and the token of whoever owns it
        self.stopping = threading.Event()
        tokens, subscribers = plant.prepared["tokens"], plant.prepared["subscribers"]
        shares = [packs // len(tokens) + (n < packs % len(tokens)) for n in range(len(tokens))]
        self.threads = [
            threading.Thread(target=self._guarded, args=(self._design, token, share), daemon=True)
            for token, share in zip(tokens, shares, strict=True)
        ]
        self.threads += [
            threading.Thread(target=self._guarded, args=(self._create, token, n), daemon=True)
            for n, token in enumerate(subscribers[:blueprints])
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    @property
    def are_done(self) -> bool:
        return not any(thread.is_alive() for thread in self.threads)

    def _guarded(self, what: Any, *arguments: Any) -> None:
        try:
            what(*arguments)
        except Exception as error:
            self.wrong.append(f"{type(error).__name__}: {error}")

    # --- a designer

    def _design(self, token: str, packs: int) -> None:
        rng = random.Random(token)
        for number in range(packs):
            made = self._call(token, "POST", "products", json={"name": f"Product {number}"})
            product = made["productId"]
            self.products[product] = token
            photo = _photo(rng)
            files = {"photo": ("photo.jpg", photo, "image/jpeg")}
            self._call(
                token, "POST", f"products/{product}/revisions", files=files, data={"viewType": "front"}
            )
            for step in ("base-views/analyze", "close-ups/generate", "sketches/generate"):
                self._ask_for_step(token, product, step)

    def _ask_for_step(self, token: str, product: int, step: str) -> None:
        """When the base views have failed meanwhile, they are asked for once more, like a person would."""
        body = {"productId": product, "force": True}
        for _ in range(2):
            if self._call(token, "POST", step, json=body).get("code") != "base_views_missing":
                return
            self.answers["base views failed"] += 1
            self._call(token, "POST", "base-views/analyze", json=body)

    def _call(self, token: str, method: str, path: str, **more: Any) -> dict[str, Any]:
        """What it answered, or with which code it was refused. With a key that stays the same however often it
        is tried."""
        headers = {
            "Authorization": f"Bearer {token}", "Prefer": "respond-async", "Idempotency-Key": uuid.uuid4().hex,
        }  # fmt: skip
        answer = self.ask(method, f"/api/tech-pack-v2/{path}", headers=headers, **more)
        said: dict[str, Any] = answer.json()
        if not answer.ok and said.get("code") != "base_views_missing":
            self.wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return said.get("data") or {"code": said.get("code")}

    # --- a creator

    def _create(self, access: str, number: int) -> None:
        """Asks for all of them, each twice at once now and then; and once more for what failed."""
        rng = random.Random(number)
        for turn in range(2):
            missing = self._status(access)["missingGridNumbers"]
            for grid in missing[: self.grids] if turn == 0 else missing:
                if turn and grid > self.grids:
                    continue
                asks = [self._kick_off] * (2 if rng.random() < 0.15 else 1)
                twins = [threading.Thread(target=ask, args=(access, grid), daemon=True) for ask in asks]
                for twin in twins:
                    twin.start()
                for twin in twins:
                    twin.join()
            while any(
                g["status"] in ("queued", "generating", "storing") for g in self._status(access)["grids"]
            ):
                if self.stopping.wait(2.0):
                    return

    def _kick_off(self, access: str, grid: int) -> None:
        body = {"accessToken": access, "gridNumber": grid}
        answer = self.ask("POST", "/api/blueprint/generate-paid", json=body)
        if not answer.ok:
            self.wrong.append(f"generate-paid {grid}: {answer.status_code} {answer.text[:200]}")

    def _status(self, access: str) -> dict[str, Any]:
        return self.ask("GET", "/api/blueprint/get-paid-status", params={"access": access}).json()

    # --- asking

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Of one server or the other, until one answers."""
        end, last = time.monotonic() + PATIENCE, "nothing"
        while time.monotonic() < end:
            address = random.choice(self.plant.addresses)
            try:
                answer = requests.request(method, f"{address}{path}", timeout=20, **more)
            except requests.RequestException as error:
                self.answers[type(error).__name__] += 1
            else:
                self.answers[str(answer.status_code)] += 1
                if answer.status_code == 500:
                    self.wrong.append(f"{method} {path}: 500 {answer.text[:100]}")
                elif answer.status_code not in AGAIN and not _is_busy(answer):
                    return answer
                last = f"{answer.status_code} {answer.text[:200]}"
            time.sleep(random.uniform(0.3, 1.0))
        raise GaveUp(f"{method} {path}: {last}")


def _is_busy(answer: requests.Response) -> bool:
    return answer.status_code == 409 and answer.json().get("code") in BUSY


def _photo(rng: random.Random) -> bytes:
    """A garment nobody has uploaded before."""
    with Image.open(rng.choice(PHOTOS)) as photo:
        factor = rng.uniform(1.0, 1.6)
        size = (round(photo.width * factor), round(photo.height * factor))
        file = io.BytesIO()
        photo.convert("RGB").resize(size).save(file, "JPEG", quality=rng.randint(70, 95))
    return file.getvalue()
