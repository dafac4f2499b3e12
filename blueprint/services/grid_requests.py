"""Build the request for a grid."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from blueprint import scenes
from blueprint.imaging import grid_look
from blueprint.models import Grid, Shoot, Subscriber
from generation.providers.base import ImageRef, Request
from generation.services import Wish

KIND = "blueprint.grid"


def wish(subscriber: Subscriber, shoot: Shoot, grid: Grid, photos: Sequence[ImageRef], *, take: int) -> Wish:
    """`take` counts the pictures made for this grid before: a model varies by itself, the local
    engine, which repeats itself to the byte, by this."""
    return Wish(
        kind=KIND,
        subject=subscriber.subject,
        slot=shoot.slot(grid.number),
        account=subscriber.account,
        stem=shoot.stem(grid.number),
        request=Request(
            operation="render",
            purpose="grid",
            prompt=_prompt(subscriber, grid, len(photos)),
            images=tuple(photos),
            parameters=_parameters(subscriber, grid, take),
            aspect_ratio="1:1",
            resolution=subscriber.resolution,  # type: ignore[arg-type]
        ),
    )


def _prompt(subscriber: Subscriber, grid: Grid, selfies: int) -> str:
    """The same for the same subscriber and number, always."""
    if grid.scene:
        return scenes.compose_staff(subscriber.category, subscriber.mood, grid.scene, selfies=selfies)
    return scenes.compose(subscriber.category, subscriber.mood, grid.number, selfies=selfies)


def _parameters(subscriber: Subscriber, grid: Grid, take: int) -> dict[str, Any]:
    return {
        "number": grid.number,
        "title": grid.title,
        "category": subscriber.category,
        "mood": subscriber.mood,
        "palette": asdict(scenes.palette(subscriber.mood)),
        "size": 4096 if subscriber.resolution == "4K" else 2048,
        "prompt_version": scenes.VERSION,
        "take": take,
        "expects_face": not grid.scene and scenes.shows_a_face(grid.number),
    }


def look(picture: bytes, asked: Request) -> str:
    """A first look at a grid, before anybody sees it: what is wrong with it, or ""."""
    return grid_look.problem(picture, expects_face=bool(asked.parameters.get("expects_face")))
