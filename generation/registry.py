"""The registry of handlers that are told when a prediction changes.

A product registers one handler for each kind of prediction it asks for, when its app is ready.
The engine knows products only through this.
"""

from collections.abc import Callable
from typing import Protocol

from pydantic import BaseModel

from generation.models import Prediction
from generation.providers.base import Request


class Handler(Protocol):
    """All four are called inside the transaction of a transition, so they only write rows and
    defer jobs: no network, no storage, no mail. Each may find that its subject is gone."""

    def lock(self, subject: str) -> None:
        """Take the lock on the subject's row, before any row of the engine is locked."""

    def changed(self, prediction: Prediction) -> None:
        """It is in another state now: pages that show it should learn of that."""

    def succeeded(self, prediction: Prediction) -> None:
        """`prediction.result` (validated) or `prediction.asset` is there. Called exactly once."""

    def failed(self, prediction: Prediction) -> None:
        """It failed or was canceled for good, with `failure` and `message`. Called exactly once."""


# File and request to what is wrong, in a sentence for staff, or "": the same for the same file.
Look = Callable[[bytes, Request], str]

_handlers: dict[str, Handler] = {}
_answers: dict[str, type[BaseModel]] = {}
_looks: dict[str, Look] = {}


def register(
    kind: str, handler: Handler, *, answer: type[BaseModel] | None = None, look: Look | None = None
) -> None:
    """`answer` is the shape that an analysis of this kind must have to count. `look` is taken at a picture
    before it is stored: what it finds wrong is tried again, once a prediction."""
    _handlers[kind] = handler
    if answer is not None:
        _answers[kind] = answer
    if look is not None:
        _looks[kind] = look


def handler(kind: str) -> Handler:
    return _handlers[kind]


def answer(kind: str) -> type[BaseModel] | None:
    return _answers.get(kind)


def look(kind: str) -> Look | None:
    return _looks.get(kind)
