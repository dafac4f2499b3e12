"""The stand-in's grids, and the fake's: nine frames, white gutters, no two calls alike."""

import io
import uuid
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import requests
from django.db import transaction
from PIL import Image

from generation import registry, services
from generation.models import Prediction
from generation.storage import assets
from tests.generation.test_life import Listener
from tests.support.factories import asked
from tests.support.job_queue import work
from tests.support.replicate_server.grids import boxes, drawn
from tests.support.replicate_server.running import StandIn

PROMPT = "A 3x3 grid of nine photographs of the same person, with white gutters. Never a drawing."


def pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def is_a_grid(image: np.ndarray, gutter: int) -> bool:
    """White from end to end between the thirds, and nowhere inside the nine frames."""
    high, wide = image.shape[:2]
    columns = [round(third * (wide + gutter) / 3) - gutter // 2 for third in (1, 2)]
    rows = [round(third * (high + gutter) / 3) - gutter // 2 for third in (1, 2)]
    white = (image == 255).all(axis=2)
    gutters = white[:, columns].all() and white[rows].all()
    frames = [
        white[top + gutter : bottom - gutter, left + gutter : right - gutter]
        for top, bottom in pairwise([0, *rows, high])
        for left, right in pairwise([0, *columns, wide])
    ]
    return bool(gutters) and not any(frame.any() for frame in frames)


def made(stand_in: StandIn, **more: Any) -> bytes:
    values = {"prompt": PROMPT, "resolution": "2K", "aspect_ratio": "1:1", "output_format": "png", **more}
    answer = requests.post(
        f"{stand_in.base_url}/v1/models/google/nano-banana-pro/predictions", json={"input": values},
        headers={"Authorization": f"Bearer {stand_in.token}", "Prefer": "wait=30"}, timeout=40,
    )  # fmt: skip
    return requests.get(answer.json()["output"], timeout=10).content


@pytest.mark.parametrize("how", ["engine", "once"])
def test_a_grid_can_be_cut_and_no_two_are_alike(stand_in: StandIn, how: str) -> None:
    stand_in.settings(pictures=how, largest_side=2048)
    one, other = pixels(made(stand_in)), pixels(made(stand_in))
    assert one.shape == (2048, 2048, 3)
    assert is_a_grid(one, 20)
    assert is_a_grid(other, 20)
    assert (one != other).any(axis=2).mean() > 0.5
    assert [row["step"] for row in stand_in.predictions()] == ["grid", "grid"]


def test_a_grid_comes_as_a_jpeg_too(stand_in: StandIn) -> None:
    stand_in.settings(largest_side=2048)
    data = made(stand_in, output_format="jpg", resolution="1K")
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("JPEG", (1024, 1024))


def test_frames_of_one_grid_differ_and_nothing_reaches_over_a_gutter() -> None:
    image = pixels(drawn((1200, 1200), "png", uuid.uuid4().hex)[0])
    frames = [image[top:bottom, left:right] for left, top, right, bottom in boxes((1200, 1200))]
    assert len({frame.tobytes() for frame in frames}) == 9
    assert not any((frame == 255).all(axis=2).any() for frame in frames)
    covered = sum(frame.shape[0] * frame.shape[1] for frame in frames)
    assert (image == 255).all(axis=2).sum() == 1200 * 1200 - covered


@pytest.mark.django_db
def test_the_fake_answers_a_grid_for_that_purpose(fake: Any) -> None:
    registry.register("test", Listener())
    for slot in ("one", "two"):
        with transaction.atomic():
            services.ask(
                kind="test", subject="test:1", slot=slot, account="user:1", request=asked("render", "grid")
            )
    work()
    found = [prediction.asset for prediction in Prediction.objects.select_related("asset")]
    assert all(asset is not None and is_a_grid(pixels(assets.read(asset)), 6) for asset in found)
    assert len({asset.sha256 for asset in found if asset}) == 2
