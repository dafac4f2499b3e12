"""A grid that is no grid is made again before anybody sees it, once."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from blueprint import scenes
from blueprint.imaging import grid_look
from blueprint.models import Grid
from blueprint.scenes import thumbnails
from blueprint.services import grids
from generation.models import Attempt, Failure, Prediction
from tests.support.blueprint_factories import make_subscriber
from tests.support.factories import script
from tests.support.job_queue import work

ROOT = Path(__file__).parents[2]
PORTRAIT = ROOT / "blueprint/imaging/data/demo_portrait.jpg"
FONT = ROOT / "techpack/exports/pdf/fonts/InstrumentSans-SemiBold.ttf"
SIDE = 400


def scene(seed: int) -> Image.Image:
    """A coarse landscape of blocks, another for each seed."""
    blocks = np.random.default_rng(seed).integers(30, 220, (7, 7, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def grid(frames: list[Image.Image], gutter: int = 6) -> bytes:
    step = SIDE + gutter
    canvas = Image.new("RGB", (3 * SIDE + 2 * gutter,) * 2, "white")
    for place, frame in enumerate(frames):
        canvas.paste(frame, (place % 3 * step, place // 3 * step))
    stream = io.BytesIO()
    canvas.save(stream, "JPEG", quality=92)
    return stream.getvalue()


def with_a_face() -> list[Image.Image]:
    face = Image.open(PORTRAIT).convert("RGB").crop((100, 0, 400, 300)).resize((SIDE, SIDE))
    return [face, *(scene(seed) for seed in range(8))]


def lettered(frame: Image.Image) -> Image.Image:
    ImageDraw.Draw(frame).text(
        (20, 330), "golden mornings", font=ImageFont.truetype(str(FONT), 34), fill="black"
    )
    return frame


@pytest.mark.parametrize("gutter", [0, 6, 16])
def test_nine_frames_with_a_face_pass(gutter: int) -> None:
    assert grid_look.problem(grid(with_a_face(), gutter), expects_face=True) == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (PORTRAIT.read_bytes, grid_look.NOT_NINE),
        (lambda: grid([scene(1)] * 9), grid_look.ALL_ALIKE),
        (lambda: grid([scene(seed) for seed in range(9)]), grid_look.NO_FACE),
        (
            lambda: grid([*with_a_face()[:8], lettered(Image.new("RGB", (SIDE, SIDE), "#d8cdbc"))]),
            grid_look.LETTERING,
        ),
    ],
)
def test_what_is_wrong_is_said(data: Any, said: str) -> None:
    assert grid_look.problem(data(), expects_face=True) == said


def test_a_scene_without_a_face_needs_none() -> None:
    assert grid_look.problem(grid([scene(seed) for seed in range(9)]), expects_face=False) == ""


def test_a_face_is_expected_only_where_the_plan_has_one_near() -> None:
    assert scenes.shows_a_face(1)
    assert not scenes.shows_a_face(15)  # "Silhouette"


@pytest.mark.django_db
def test_what_fails_the_look_is_tried_once_more_and_then_taken(fake: Any, settings: Any) -> None:
    settings.PICTURE_LOOK = True
    script(picture="c0a080")  # the fake's frames are bare colours
    subscriber = make_subscriber()
    grids.start_paid_grid(subscriber_id=subscriber.pk, number=1)
    work()
    tries = list(Attempt.objects.order_by("number").values_list("failure", "message"))
    assert tries == [(Failure.PICTURE_REJECTED, grid_look.ALL_ALIKE), ("", "")]
    assert Prediction.objects.get().status == Prediction.Status.SUCCEEDED
    assert Grid.objects.get().asset is not None


@pytest.mark.django_db
def test_a_collector_that_dies_over_the_look_costs_no_further_call(fake: Any, settings: Any) -> None:
    """The verdict is written with the attempt: whoever collects again comes to the same, once."""
    from generation.execution import collect

    settings.PICTURE_LOOK = True
    subscriber = make_subscriber()
    prediction = grids.start_paid_grid(subscriber_id=subscriber.pk, number=1).prediction
    assert prediction is not None
    work()
    for _ in range(2):  # late jobs of the one that died
        collect.collect(prediction.pk)
    assert Attempt.objects.count() == 2


def test_the_drawn_thumbnails_are_those_of_the_plans() -> None:
    assert thumbnails.FILE.read_text() == thumbnails.sheet()
