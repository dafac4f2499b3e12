"""The local engine: real computer vision on the designer's own photo, no network and no key.

What a photo cannot show is "to be specified". The same photo gives
the same answer, to the last byte, whichever thread asks.
"""

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterator

from generation.providers.base import (
    Found,
    Handle,
    Image,
    Json,
    Limits,
    Listed,
    MaySend,
    Output,
    Payload,
    PermanentError,
    Report,
    Request,
    always,
)

from .base_view import base_view
from .category import NoProductError, categorise
from .close_ups import close_up, plan
from .edit import edit
from .flats import annotations, sketch
from .grid import grid
from .photo import Album, Photo, UnreadableImageError

VERSION = "local/7"  # goes up whenever the same photo would give another answer

__all__ = ["VERSION", "LocalProvider"]


def _category(photos: list[Photo], parameters: Json) -> Output:
    name, notes = parameters.get("name") or "", parameters.get("notes") or ""
    try:
        return Output(data=categorise(photos[0], name, notes))
    except NoProductError as error:
        raise PermanentError("invalid_input", str(error)) from error


def _base_view(photos: list[Photo], parameters: Json) -> Output:
    return Output(data=base_view(photos[0], parameters))


def _close_up_plan(photos: list[Photo], parameters: Json) -> Output:
    return Output(data=plan(photos, parameters))


def _close_up(photos: list[Photo], parameters: Json) -> Output:
    return Output(image=close_up(photos[0], parameters))


def _sketch(photos: list[Photo], parameters: Json) -> Output:
    image, svg = sketch(photos, parameters)
    return Output(image=image, svg=svg)


def _callouts(photos: list[Photo], parameters: Json) -> Output:
    return Output(data=annotations(photos[-1], parameters))


def _grid(photos: list[Photo], parameters: Json) -> Output:
    return Output(image=grid(photos, parameters))


def _edit(photos: list[Photo], parameters: Json) -> Output:
    return Output(data=edit(parameters))


OPERATIONS: dict[str, Callable[[list[Photo], Json], Output]] = {
    "category": _category,
    "base_view": _base_view,
    "close_up_plan": _close_up_plan,
    "close_up": _close_up,
    "sketch": _sketch,
    "callouts": _callouts,
    "grid": _grid,
    "edit": _edit,
}


# Of the parameters of a purpose, those that its answer follows from. The rest are for engines that read.
WORKED_FROM = {
    "category": ("name", "notes"),
    "base_view": ("view",),
    "close_up_plan": ("views", "product_type"),
    "close_up": ("area",),
    "sketch": ("view", "basis", "flat"),
    "callouts": ("view", "basis", "callouts", "note"),
}


class LocalProvider:
    """The embedded engine. Answers at once, so there is never anything to fetch, find or cancel."""

    name = "local"
    label = "local engine"
    answer_timeout = 120.0
    soonest_check = 1.0
    remembers = False
    draws_unseen_views = False
    draws_from_specification = True
    writes = False
    repeats = VERSION

    def __init__(self) -> None:
        room = max(2, os.cpu_count() or 2)
        self.limits = Limits(in_flight=room, in_flight_per_account=room)
        self.album = Album()

    def works_from(self, request: Request) -> Json:
        known = request.parameters
        used = {name: known.get(name) for name in WORKED_FROM.get(request.purpose, tuple(known))}
        if request.purpose == "base_view":
            fixes = known.get("corrections") or {}
            used |= {name: fixes.get(name) for name in ("pattern", "material")}
        return used

    def prepare(self, request: Request, images: list[Image], attempt_id: uuid.UUID) -> Payload:
        shown = [{"sha256": image.sha256, "role": image.role} for image in images]
        body = {"purpose": request.purpose, "parameters": request.parameters, "images": shown}
        return Payload(model=VERSION, body=body)

    def submit(
        self, request: Request, images: list[Image], payload: Payload, *, may_send: MaySend = always
    ) -> Handle | Output:
        """Runs the operation named by the request's purpose. Raises PermanentError "invalid_input"."""
        operation = OPERATIONS.get(request.purpose)
        if operation is None:
            raise PermanentError("invalid_input", f"The local engine cannot do “{request.purpose}”.")
        # The drawing comes along for engines that look at it; here it follows from the photo.
        needed = [image for image in images if image.role != "drawing"]
        if not needed:
            raise PermanentError("invalid_input", "There is no photo to look at.")
        try:
            photos = [self.album.open(image.sha256, image.read) for image in needed]
        except UnreadableImageError as error:
            raise PermanentError("invalid_input", str(error)) from error
        return operation(photos, request.parameters)

    def fetch(self, external_id: str) -> Report:
        raise PermanentError("invalid_input", "The local engine answers at once: there is nothing to fetch.")

    def find(self, payload: Payload, created_after: dt.datetime, attempt_id: uuid.UUID) -> list[Found]:
        return []

    def made_for(self, external_id: str) -> uuid.UUID | None:
        return None

    def recent(self, since: dt.datetime) -> Iterator[Listed]:
        return iter(())

    def cancel(self, external_id: str) -> None:
        return None
